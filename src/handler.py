"""Vigía's entry: what EventBridge's rule, or a person, invokes. It puts what is wrong into plain words."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lib.errors import CannotDecide, ConfigurationError, ParametersUnread, place_of
from lib.sandbox import Sandbox


class VigiaError(Exception):
    """An invocation that ended in an error nobody foresaw; the text names its place and quotes nothing."""


@cache
def monitor() -> Sandbox:
    """Made at the first invocation, and kept warm."""
    return Sandbox()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Runs the ticks of one invocation and answers with their sums (contract §5); `{"ticks": 1}` runs one."""
    return monitor().logger.inject_lambda_context(_invoke)(event, context)


def _invoke(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    try:
        remaining_seconds = context.get_remaining_time_in_millis() / 1000
        return monitor().invoke(event or {}, context.aws_request_id, remaining_seconds, context.invoked_function_arn)
    except (ConfigurationError, ParametersUnread, CannotDecide) as error:
        _report(type(error).__name__, str(error))
        raise
    except Exception as error:
        why = place_of(error)
        _report("unforeseen", why)
        raise VigiaError(f"{why}; no message is lost: the next minute goes on from the table") from None


def _report(event: str, why: str) -> None:
    monitor().metrics.emit({"Errors": [1]})
    monitor().logger.error(event, why=why)
