"""What the widget is put together from, and what stays warm of it: the table, `SETTINGS`, and the monitor to ask."""

import json
import os
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from ..config.settings import parse_settings
from ..core.policy import Settings
from ..errors import ConfigurationError, DecisionFailed, ParametersUnread, TableUnclear
from ..ledger.replies import Replies
from ..reading.reader import Picture, Reader
from ..worlds import dynamodb, settings_parameter
from ..worlds.aws import AwsService
from ..worlds.powertools import Redactor, make_logger
from .actions import Actions, Decide
from .page import Frame, page
from .view import shown, view
from .words import DESCRIPTION, LANGUAGES, words_of

VIEW_ALIAS = ":view"  # the function by this name shows and does not act: a policy can give it alone


class WidgetSandbox:
    """`answer` is one call of CloudWatch's. Raises ConfigurationError for a variable that is missing."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        def variable(name: str) -> str:
            if not environment.get(name):
                raise ConfigurationError(name, "is missing from the function's environment; deploy template.yaml again")
            return environment[name]

        self.logger = make_logger(Redactor(), environment.get("POWERTOOLS_SERVICE_NAME") or "vigia")
        table = dynamodb.DynamoTable(AwsService(*dynamodb.API, environment), variable("TABLE_NAME"))
        self._settings = settings_parameter.SettingsParameter(
            AwsService(*settings_parameter.API, environment), variable("PARAMETER_PREFIX")
        )
        self._reader = Reader(table, time.time)
        replies = Replies(table, time.time, lambda: int(time.time() * 1000), uuid.uuid4().hex)
        self._actions = Actions(self._settings, replies, _decider(variable("MONITOR_FUNCTION")), self.logger)

    def answer(self, event: Mapping[str, Any], function_arn: str) -> str:
        """Markdown when it is asked to describe itself, else HTML. function_arn: as Lambda's context says it."""
        if event.get("describe"):
            return DESCRIPTION
        context = event.get("widgetContext")
        context = context if isinstance(context, Mapping) else {}
        language = str(event.get("lang") or "es")
        language = language if language in LANGUAGES else "es"
        may_steer = not function_arn.endswith(VIEW_ALIAS)
        endpoint = function_arn.removesuffix(VIEW_ALIAS)
        notice = ""
        if "do" in event:
            notice = self._actions.carry_out(event, language) if may_steer else words_of(language)["read_only"]
        frame = Frame(language, _zone(context), str(context.get("theme")), endpoint, notice)
        return self._page(frame, _asked(event, context))

    def _page(self, frame: Frame, asked: str) -> str:
        try:
            picture, seen_at = self._reader.picture(is_rough=True), self._reader.last_seen()
            picture = self._reader.whole(picture, shown(picture, asked))
        except TableUnclear as failure:
            problem = words_of(frame.language)["unread"].format(problem=failure)
            return page(view(Picture(0, (), ()), problem, 0, language=frame.language, zone=frame.zone), frame)
        settings = self._read_settings()
        return page(view(picture, settings, seen_at, language=frame.language, zone=frame.zone, asked=asked), frame)

    def _read_settings(self) -> Settings | str:
        try:
            return parse_settings(self._settings.read())
        except (ConfigurationError, ParametersUnread) as problem:
            return str(problem)


def _decider(monitor: str) -> Decide:
    """Asks the monitor, which looks at Twilio's list first: this function has no secret."""

    def decide(pk: str, verdict: str, reason: str) -> str:
        import boto3  # only here: every cold start would pay for it
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        # No retry: a verdict is not repeated because its answer was lost.
        config = Config(connect_timeout=2, read_timeout=60, retries={"total_max_attempts": 1})
        request = {"held": {"pk": pk, "do": verdict, "reason": reason}}
        try:
            answer = boto3.client("lambda", config=config).invoke(FunctionName=monitor, Payload=json.dumps(request))
            said: dict[str, Any] = json.loads(answer["Payload"].read())
        except (BotoCoreError, ClientError, ValueError) as error:
            raise DecisionFailed(f"{type(error).__name__}; look at the call before you press again") from None
        if answer.get("FunctionError"):
            raise DecisionFailed(str(said.get("errorMessage", "")))
        return str(said.get("status", ""))

    return decide


def _asked(event: Mapping[str, Any], context: Mapping[str, Any]) -> str:
    """The phone or conversation that is asked for, by parameter or in the widget's own field."""
    forms = context.get("forms")
    every = forms.get("all") if isinstance(forms, Mapping) else None
    field = every.get("phone") if isinstance(every, Mapping) else None
    asked = event.get("phone") or (field if "do" not in event else None)
    return asked.strip()[:100] if isinstance(asked, str) else ""


def _zone(context: Mapping[str, Any]) -> tzinfo:
    """The dashboard's time zone, UTC where it says none."""
    zone = context.get("timezone")
    offset = zone.get("offsetISO") if isinstance(zone, Mapping) else None
    try:
        found = datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").tzinfo if offset else None
    except ValueError:
        found = None
    return found or UTC
