"""One question to the widget, answered: what CloudWatch, or the demo's page, sends and shows (facts/aws.md §1.9)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from ..config.in_spanish import problem_in, told
from ..config.settings import parse_settings
from ..core.language import code_of
from ..core.policy import Settings
from ..errors import ConfigurationError, ParametersUnread, TableUnclear
from ..reading.reader import Picture, Reader, Suppression
from ..reading.views import person_asked, zone_of
from .actions import Actions, SettingsStore
from .page import Frame, page
from .view import shown, view
from .words import DESCRIPTION, LANGUAGES, words_of

VIEW_ALIAS = ":view"  # the function by this name shows and does not act: a policy can give it alone


class Widget:
    """Reads, acts where a button was pressed, and shows. deployed_seconds: the deployed pace, 0 where it is unknown."""

    def __init__(self, reader: Reader, settings: SettingsStore, actions: Actions, deployed_seconds: float = 0) -> None:
        self._reader, self._settings, self._actions = reader, settings, actions
        self._deployed_seconds = deployed_seconds

    def answer(self, event: Mapping[str, Any], function_arn: str) -> str:
        """Markdown when it is asked to describe itself, else HTML. function_arn: as Lambda's context says it."""
        if event.get("describe"):
            return DESCRIPTION
        context = event.get("widgetContext")
        context = context if isinstance(context, Mapping) else {}
        language = code_of(str(event.get("lang") or ""))
        language = language if language in LANGUAGES else "es"
        may_steer = not function_arn.endswith(VIEW_ALIAS)
        notice = ""
        if "do" in event:
            notice = self._actions.carry_out(event, language) if may_steer else words_of(language)["read_only"]
        endpoint = function_arn.removesuffix(VIEW_ALIAS)
        theme, deployed = str(context.get("theme")), self._deployed_seconds
        frame = Frame(language, _zone(context), theme, function_arn, endpoint, notice, deployed)
        return self._page(frame, _asked(event, context))

    def _page(self, frame: Frame, asked: str) -> str:
        try:
            picture, seen_at = self._reader.picture(is_rough=True), self._reader.last_seen()
            picture = self._reader.whole(picture, shown(picture, asked))
            phone = person_asked(picture.records, asked) if asked else ""
            wish = self._reader.suppression(phone) if phone else Suppression(suppressed=False)
        except TableUnclear as failure:
            problem = words_of(frame.language)["unread"].format(problem=problem_in(str(failure), frame.language))
            unread = view(Picture(0, (), ()), problem, 0, language=frame.language, zone=frame.zone)
            return page(unread, replace(frame, is_read=False))
        settings = self._read_settings(frame.language)
        zone = (zone_of(settings) if isinstance(settings, Settings) else None) or frame.zone
        seen = view(picture, settings, seen_at, language=frame.language, zone=zone, asked=asked, phone=phone, wish=wish)
        return page(seen, replace(frame, zone=zone))

    def _read_settings(self, language: str) -> Settings | str:
        try:
            return parse_settings(self._settings.read())
        except ConfigurationError as wrong:
            return told(wrong, language)
        except ParametersUnread as problem:
            return problem_in(str(problem), language)


def _asked(event: Mapping[str, Any], context: Mapping[str, Any]) -> str:
    """The phone or conversation that is asked for, by parameter or in the widget's own field."""
    forms = context.get("forms")
    every = forms.get("all") if isinstance(forms, Mapping) else None
    field = every.get("phone") if isinstance(every, Mapping) else None
    asked = event.get("phone") or (field if "do" not in event else None)
    if type(asked) is int and asked > 0:
        asked = f"+{asked}"[:100]  # YAML, in which a dashboard has its parameters, takes +57300… for a number
    return asked.strip()[:100] if isinstance(asked, str) else ""


def _zone(context: Mapping[str, Any]) -> tzinfo:
    """The dashboard's time zone, UTC where it says none: for a shop whose settings name none."""
    zone = context.get("timezone")
    offset = zone.get("offsetISO") if isinstance(zone, Mapping) else None
    try:
        found = datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").tzinfo if offset else None
    except ValueError:
        found = None
    return found or UTC
