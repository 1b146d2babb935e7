"""Vigía's entries: what EventBridge's rule, or a person, invokes; and what the dashboard's widget asks.

Each puts what is wrong into plain words, and imports its own rooms alone: the widget's package has no Twilio.
"""

import gc
import os
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from lib.errors import CannotDecide, ConfigurationError, ParametersUnread, kind_and_line

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from lib.sandbox import Sandbox
    from lib.widget.sandbox import WidgetSandbox


class VigiaError(Exception):
    """An invocation that ended in an error nobody foresaw; the text names its place and quotes nothing."""


@cache
def monitor() -> "Sandbox":
    """Made at the first invocation, and kept warm."""
    from lib.sandbox import Sandbox

    return Sandbox()


@cache
def widget() -> "WidgetSandbox":
    """The same, of the widget."""
    from lib.widget.sandbox import WidgetSandbox

    return WidgetSandbox()


def lambda_handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Runs the ticks of one invocation and answers with their sums (contract §5); `{"ticks": 1}` runs one."""
    return monitor().logger.inject_lambda_context(_invoke)(event, context)


def widget_handler(event: dict[str, Any], context: "LambdaContext") -> str:
    """The widget's HTML, or Markdown that describes it (contract §8)."""
    return widget().logger.inject_lambda_context(_show)(event, context)


def _invoke(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    try:
        remaining_seconds = context.get_remaining_time_in_millis() / 1000
        return monitor().invoke(
            {} if event is None else event, context.aws_request_id, remaining_seconds, context.invoked_function_arn
        )
    except (ConfigurationError, ParametersUnread, CannotDecide) as error:
        _report(type(error).__name__, str(error))
        raise
    except Exception as error:
        why = kind_and_line(error)
        _report("unforeseen", why)
        raise VigiaError(f"{why}; no message is lost: the next minute goes on from the table") from None


def _report(event: str, why: str) -> None:
    monitor().metrics.emit({"Errors": [1]})
    monitor().logger.error(event, why=why)


def _show(event: dict[str, Any], context: "LambdaContext") -> str:
    try:
        return widget().answer(event if isinstance(event, dict) else {}, context.invoked_function_arn)
    except Exception as error:
        why = kind_and_line(error)
        widget().logger.error("widget_failed", why=why)
        raise VigiaError(why) from None


# Lambda names the entry that this process is for, and starts it up at full speed: what stays warm is made now. A fault
# of the configuration is told by the first invocation, which meets it again.
if start := {"handler.lambda_handler": monitor, "handler.widget_handler": widget}.get(os.environ.get("_HANDLER", "")):
    with suppress(ConfigurationError):
        start()
    gc.freeze()  # what is loaded now stays: each look for garbage would go through all of it
