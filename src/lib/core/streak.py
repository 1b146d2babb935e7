"""Refusals in a row: what tells one unlucky person from a wrong parameter when the code does not. Pure."""

from collections import Counter, defaultdict
from enum import Enum

ALIKE = 3
"""So many calls refused with one code, and none accepted between: it is not the people."""
TRIES = 3
"""So many refusals with one code while fewer calls than that met it: it is this one person."""

Route = tuple[str, str]
"""The sender, and the template's SID or "": what the messages have in common that a refusal may be about."""


class Verdict(Enum):
    FINAL = "final"
    WAIT = "wait"
    STOP = "stop"


class Streak:
    """What the messages of one route met since one of them was accepted. Not safe for several threads at once."""

    def __init__(self) -> None:
        self._tries: dict[int, Counter[str]] = {}  # code → the calls refused with it, and how often
        self._cleared: set[tuple[int, str]] = set()  # refused, and another message was accepted since

    def accepted(self) -> None:
        """Twilio took a message: whatever it refused just before was not the route's fault."""
        self._cleared |= {(code, pk) for code, tries in self._tries.items() for pk in tries}
        self._tries.clear()

    def refused(self, code: int, pk: str) -> Verdict:
        """Twilio refused the call's message with this code: what follows for the call, or for the route."""
        if (code, pk) in self._cleared:
            self._cleared.discard((code, pk))
            return Verdict.FINAL
        tries = self._tries.setdefault(code, Counter())
        tries[pk] += 1
        if len(tries) >= ALIKE:
            return Verdict.STOP
        return Verdict.FINAL if tries[pk] >= TRIES else Verdict.WAIT


Streaks = defaultdict[Route, Streak]
"""What a warm function remembers of each route. Nothing is final sooner when it is lost: the tries are counted anew."""


def no_streaks() -> Streaks:
    """Of a cold function."""
    return defaultdict(Streak)
