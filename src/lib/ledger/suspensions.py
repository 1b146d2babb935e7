"""What stands still at Twilio: `#suspended:{channel}:{sender}:{template}`, for a sender or for one template of it.

It outlives the function. The one probe that may leave is claimed by a conditional write, so that of two runs only one
sends it. What works again leaves an item that counts as absent, and that the table deletes by itself.
"""

from collections.abc import Iterable
from dataclasses import asdict

from ..core import keys
from ..core.breaker import Suspension, gap_seconds
from ..core.record import TTL_SECONDS, is_live
from ..core.streak import Route
from ..core.table import EVER, Free, Is, Item, Put, Update, held_by
from ..ports import Clock, Table
from .written import is_written

QUEUE = "suspended"
_AT_MOST = 100


class Suspensions:
    """Methods raise TableUnclear when the table does not answer."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table, self._clock = table, clock

    def of(self, channel: str, route: Route) -> list[Suspension]:
        """What stands in the way of a message by this route now: its sender's, its template's. What cannot be read
        does not (`every` tells of it): nobody could tell for how long."""
        sender, content_sid = route
        found = self._table.get(dict.fromkeys(keys.of_suspension(channel, sender, sid) for sid in ("", content_sid)))
        return _readable(item for item in found.values() if is_live(item, self._clock()))[0]

    def every(self) -> tuple[list[Suspension], list[str]]:
        """All there are, and why others cannot be read; one that was just made may be missing."""
        return _readable(self._table.queued(QUEUE, EVER, _AT_MOST, self._now()))

    def open(self, suspension: Suspension) -> bool:
        """False when it stands still already."""
        item: Item = {"pk": _pk(suspension), **asdict(suspension), "is_late": int(suspension.is_late)}
        item |= {"queue": QUEUE, "due_at": suspension.probe_at}
        return is_written(self._table, Put(item | {"expires_at": self._now() + TTL_SECONDS}, when=(Free(self._now()),)))

    def probe(self, seen: Suspension, setup: str) -> bool:
        """Takes the right to send one message. False when it was taken, or everything works again."""
        now = self._now()
        probe_at = now + gap_seconds(seen.probes + 1, seen.code)
        values = {"probes": seen.probes + 1, "probed_at": now, "probe_at": probe_at, "due_at": probe_at, "setup": setup}
        when = (Is("since", (seen.since,)), Is("probes", (seen.probes,)), Is("queue", (QUEUE,)))
        return is_written(self._table, Update(_pk(seen), values | {"expires_at": now + TTL_SECONDS}, when=when))

    def end(self, seen: Suspension) -> bool:
        """It works again. False when somebody else has said so."""
        when = (Is("since", (seen.since,)), Is("queue", (QUEUE,)))
        return is_written(self._table, Update(_pk(seen), {"expires_at": self._now()}, ("queue", "due_at"), when=when))

    def _now(self) -> int:
        return int(self._clock())


def _pk(suspension: Suspension) -> str:
    return keys.of_suspension(suspension.channel, suspension.sender, suspension.content_sid)


def _readable(items: Iterable[Item]) -> tuple[list[Suspension], list[str]]:
    """Those that can be read, and why the others cannot."""
    found, problems = list[Suspension](), list[str]()
    for item in items:
        try:
            found.append(held_by(Suspension, item))
        except ValueError as problem:
            problems.append(f"{keys.masked(item['pk'])}: {problem}; it counts as absent until it is mended or deleted")
    return found, problems
