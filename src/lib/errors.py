"""Everything that is raised on purpose. No text here ever holds a secret, a full phone number or a provider's words."""

import traceback
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any


class ConfigurationError(Exception):
    """A parameter is missing, malformed or refused by its service. The text names the parameter, never its value."""

    def __init__(self, parameter: str, problem: str) -> None:
        self.parameter, self.problem = parameter, problem
        super().__init__(f"{parameter}: {problem}")


class ParametersUnread(Exception):
    """SSM did not answer. Nothing is wrong with any parameter, and the next invocation reads again."""


class ElevenLabsFailed(Exception):
    """A request did not give a usable answer, retries included. `status` is the last answer's, 0 without one."""

    def __init__(self, problem: str, status: int = 0) -> None:
        self.status = status
        super().__init__(problem)


class LookupFailed(Exception):
    """Twilio's message list could not be read; what it shows is unknown."""


class NoticeRefused(Exception):
    """A notice to the owner did not leave; it may be told again."""


class NoticeUnclear(Exception):
    """Nobody knows whether a notice to the owner left."""


class HeartbeatFailed(Exception):
    """The address of `heartbeat_url` gave no good answer; the text says how, and nothing of the address."""


class ConditionFailed(Exception):
    """A condition did not hold; nothing was written. `item` is what stood there (empty when nothing did)."""

    def __init__(self, item: Mapping[str, Any] | None = None) -> None:
        self.item: dict[str, Any] = dict(item or {})
        super().__init__("the table refused a conditional write")


class TableUnclear(Exception):
    """The table gave no clear answer (throttled, unreachable, timed out): the write may or may not have happened."""


class CannotDecide(Exception):
    """A person's request names no held call, or nothing that can be done with one; told in English, and in `es`."""

    def __init__(self, en: str, es: str = "") -> None:
        self.es = es or en
        super().__init__(en)

    def told(self, language: str) -> "CannotDecide":
        """The same, in a language: `es`, or English."""
        return CannotDecide(self.es) if language == "es" else self


class DecisionFailed(Exception):
    """The monitor did not carry out a person's decision; the text is what it said."""


def kind_and_line(error: BaseException) -> str:
    """An unforeseen error's kind and place, and nothing that it quotes: `KeyError at tick.py:12`."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {PurePath(place.filename).name}:{place.lineno}"
