"""What the widget is put together from, and what stays warm of it: the table, `SETTINGS`, and the monitor to ask."""

import os
import time
import uuid
from collections.abc import Mapping

from ..config.deployment import variable
from ..ledger.replies import Replies
from ..reading.reader import Reader
from ..worlds import dynamodb, settings_parameter
from ..worlds.aws import AwsService
from ..worlds.monitor import Monitor
from ..worlds.powertools import Redactor, make_logger
from .actions import Actions
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
        # No variable of contract §1: without it only the two buttons that need the monitor do nothing.
        decide = Monitor(environment.get("MONITOR_FUNCTION", "")).decide
        actions = Actions(settings, replies, decide, self.logger)
        deployed_seconds = float(environment.get("TICK_SECONDS") or 0)
        self.answer = Widget(Reader(table, time.time), settings, actions, deployed_seconds).answer
