"""What the widget is put together from, and what stays warm of it: the table, `SETTINGS`, and the monitor to ask."""

import json
import os
import time
import uuid
from collections.abc import Mapping
from typing import Any

from ..config.deployment import variable
from ..errors import DecisionFailed
from ..ledger.replies import Replies
from ..reading.reader import Reader
from ..worlds import dynamodb, settings_parameter
from ..worlds.aws import AwsService
from ..worlds.powertools import Redactor, make_logger
from .actions import Actions, Decide
from .widget import Widget


class WidgetSandbox:
    """`answer` is one call of CloudWatch's. Raises ConfigurationError for a variable that is missing."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self.logger = make_logger(Redactor(), environment.get("POWERTOOLS_SERVICE_NAME") or "vigia")
        table = dynamodb.DynamoTable(AwsService(*dynamodb.API, environment), variable(environment, "TABLE_NAME"))
        settings = settings_parameter.SettingsParameter(
            AwsService(*settings_parameter.API, environment), variable(environment, "PARAMETER_PREFIX")
        )
        replies = Replies(table, time.time, lambda: int(time.time() * 1000), uuid.uuid4().hex)
        actions = Actions(settings, replies, _decider(variable(environment, "MONITOR_FUNCTION")), self.logger)
        self._widget = Widget(Reader(table, time.time), settings, actions)

    def answer(self, event: Mapping[str, Any], function_arn: str) -> str:
        """Markdown when it is asked to describe itself, else HTML. function_arn: as Lambda's context says it."""
        return self._widget.answer(event, function_arn)


def _decider(monitor: str) -> Decide:
    """Asks the monitor, which looks at Twilio's list first: this function has no secret."""

    def decide(pk: str, verdict: str, reason: str, language: str) -> str:
        import boto3  # only here: every cold start would pay for it
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        # No retry: a verdict is not repeated because its answer was lost.
        config = Config(connect_timeout=2, read_timeout=60, retries={"total_max_attempts": 1})
        request = {"held": {"pk": pk, "do": verdict, "reason": reason, "lang": language}}
        try:
            answer = boto3.client("lambda", config=config).invoke(FunctionName=monitor, Payload=json.dumps(request))
            said: dict[str, Any] = json.loads(answer["Payload"].read())
        except (BotoCoreError, ClientError, ValueError) as error:
            raise DecisionFailed(f"{type(error).__name__}; look at the call before you press again") from None
        if answer.get("FunctionError"):
            raise DecisionFailed(str(said.get("errorMessage", "")))
        return str(said.get("status", ""))

    return decide
