"""A run's view of the table: a queue in which nothing is due before its end is asked for once, not in every tick.

What comes into a queue meanwhile is the run's own to know, and then the queue is read in every tick again; what another
run or a person put there is seen by the next run, within the minute. `send`, into which a person's word goes, is read
in every tick. No promise rests on a queue: a call is moved under conditions on its own item.
"""

from collections.abc import Collection, Iterable, Iterator

from ..core.frozen import frozen
from ..core.table import Change, Item, Put, Update
from ..ports import Clock, Table
from .transitions import SEND

AHEAD_SECONDS = 60  # a run's ticks are over by then


@frozen
class _Empty:
    """Nothing in a queue was due in this span; `before` is the soonest that is, or where the look ahead ended."""

    since: int
    before: int


class EmptyQueues:
    """`ports.Table` for one run. Safe for many threads."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table, self._clock = table, clock
        self._empty: dict[str, _Empty] = {}
        self._writes = 0
        self._written: set[str] = set()  # queues that this run has put something into

    def get(self, pks: Iterable[str]) -> dict[str, Item]:
        return self._table.get(pks)

    def scan(self, now: int, recorded_since: int = 0, attributes: Collection[str] = ()) -> Iterator[Item]:
        return self._table.scan(now, recorded_since, attributes)

    def queued(self, queue: str, until: int, limit: int, now: int, since: int = 0) -> list[Item]:
        if queue == SEND or queue in self._written:
            return self._table.queued(queue, until, limit, now, since)
        empty = self._empty.get(queue)
        if empty is not None and empty.since <= since and until < empty.before:
            return []
        ahead, writes = max(until, int(self._clock()) + AHEAD_SECONDS), self._writes
        items = self._table.queued(queue, ahead, limit, now, since)
        due = [item for item in items if item["due_at"] <= until]
        if not due and writes == self._writes:  # else something may have come in behind the read
            self._empty[queue] = _Empty(since, items[0]["due_at"] if items else ahead + 1)
        return due

    def write(self, *changes: Change) -> None:
        try:
            self._table.write(*changes)
        finally:  # what failed may have been written, too
            self._notice(changes)

    def _notice(self, changes: Collection[Change]) -> None:
        for change in changes:
            values = change.item if isinstance(change, Put) else change.set if isinstance(change, Update) else {}
            if "due_at" not in values:
                continue
            self._writes += 1
            if "queue" in values:
                self._written.add(values["queue"])
                self._empty.pop(values["queue"], None)
            else:  # whichever queue it is in
                self._empty.clear()
