"""Vigía's entry: what EventBridge's rule, or a person, invokes. It wires, and puts what is wrong into plain words."""

import traceback
from pathlib import PurePath
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lib.app import Function
from lib.config.settings import ConfigurationError
from lib.work.verdict import CannotDecide
from lib.worlds.ssm import ParametersUnread

function = Function()


class VigiaError(Exception):
    """An invocation that ended in an error nobody foresaw; the text names its place and quotes nothing."""


@function.logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Runs the ticks of one invocation and answers with their sums (contract §5); `{"ticks": 1}` runs one."""
    try:
        return function.invoke(event or {}, context.aws_request_id, context.get_remaining_time_in_millis() / 1000)
    except (ConfigurationError, ParametersUnread, CannotDecide) as error:
        _report(type(error).__name__, str(error))
        raise
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        why = f"{type(error).__name__} at {PurePath(place.filename).name}:{place.lineno}"
        _report("unforeseen", why)
        raise VigiaError(f"{why}; no message is lost: the next minute goes on from the table") from None


def _report(event: str, why: str) -> None:
    function.metrics.emit({"Errors": [1]})
    function.logger.error(event, why=why)
