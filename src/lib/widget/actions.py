"""What the widget's buttons do (contract §8): each is logged, and tells in words what became of it."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ..config.change import changed
from ..config.in_spanish import problem_in, told
from ..core import keys
from ..core.status import Status
from ..errors import ConfigurationError, DecisionFailed, ParametersUnread, TableUnclear
from ..ledger.calls import PERSON
from ..ledger.replies import Replies
from ..ports import Log
from .words import words_of

_ACTIONS = ("pause", "resume", "dry_run", "interval", "release", "resend", "handled")


class SettingsStore(Protocol):
    """The parameter `SETTINGS`. Methods raise ParametersUnread."""

    def read(self) -> str | None: ...
    def write(self, text: str) -> None: ...


# pk, verdict, reason, language of what is raised → the call's status now. Raises DecisionFailed
Decide = Callable[[str, str, str, str], str]


class NotDone(Exception):
    """A button that did nothing; the text says why, in the reader's language."""


class Actions:
    """One button at a time. decide: the monitor's own verdict on a call, for it alone may ask Twilio first."""

    def __init__(self, settings: SettingsStore, replies: Replies, decide: Decide, log: Log) -> None:
        self._settings, self._replies, self._decide, self._log = settings, replies, decide, log

    def carry_out(self, asked: Mapping[str, Any], language: str) -> str:
        """What became of it, in a sentence. asked: the button's parameters; `do` names it."""
        words, do = words_of(language), str(asked.get("do"))[:30]
        about = {"do": do if do in _ACTIONS else "?"}  # what is none of ours may be anybody's name or phone
        about |= {"call": keys.masked(str(asked["pk"]))} if "pk" in asked else {}
        try:
            what = self._done(do, asked, language)
        except (NotDone, ConfigurationError, ParametersUnread, TableUnclear, DecisionFailed) as error:
            self._log.warning("widget_action", done=False, **about)
            why = told(error, language) if isinstance(error, ConfigurationError) else problem_in(str(error), language)
            return words["failed"].format(why=why)
        self._log.warning("widget_action", done=True, **about)
        return words["done"].format(what=what)

    def _done(self, do: str, asked: Mapping[str, Any], language: str) -> str:
        words = words_of(language)
        match do:
            case "pause" | "resume":
                return self._set(
                    "paused", do == "pause", words["is_paused" if do == "pause" else "is_not_paused"], words
                )
            case "dry_run":
                on = asked.get("on", True)
                if not isinstance(on, bool):
                    raise NotDone(words["wrong_on"])
                return self._set("dry_run", on, words["is_rehearsal" if on else "is_not_rehearsal"], words)
            case "interval":
                if "seconds" not in asked:
                    raise NotDone(words["wrong_interval"])
                seconds = asked["seconds"]
                label = words["pace_deployed" if seconds is None else "pace"].format(n=seconds)
                return self._set("interval_seconds", seconds, label, words)
            case "release" | "resend":
                why = words["why_resend"] if do == "resend" else ""
                status = self._decide(_text(asked, "pk", words), do, why, language)
                shown = Status(status).sentence(language) if status in set(Status) else status
                return words["done_status"].format(status=shown)
            case "handled":
                if not self._replies.handle(_text(asked, "sid", words), PERSON):
                    raise NotDone(words["already"])
                return words["done_handled"]
            case _:
                raise NotDone(words["unknown_action"].format(do=do, all=", ".join(_ACTIONS)))

    def _set(self, key: str, value: Any, label: str, words: Mapping[str, str]) -> str:
        try:
            self._settings.write(changed(self._settings.read(), key, value))
        except ConfigurationError as wrong:
            if wrong.parameter == "SETTINGS.interval_seconds" and key == "interval_seconds":
                raise NotDone(words["wrong_interval"]) from None
            raise
        return words["done_settings"].format(what=label)


def _text(asked: Mapping[str, Any], key: str, words: Mapping[str, str]) -> str:
    value = asked.get(key)
    if not isinstance(value, str) or not value:
        raise NotDone(words["wrong_pk"].format(key=key))
    return value
