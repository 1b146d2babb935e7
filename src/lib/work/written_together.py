"""Accepted sends wait a moment, to be written in one transaction: 25 cost DynamoDB's client little more than one.

Nothing rests on the moment. A claim stands until its acceptance is written, its owner may take OWNER_GONE_SECONDS, and
what a killed run could not write any more is found in Twilio's list like every claim's message whose answer was lost.
"""

import threading

from ..core.frozen import frozen
from ..core.record import Record
from ..core.table import Change
from ..errors import TableUnclear
from ..ledger.calls import Ledger
from ..ports import Clock
from .report import Report

TOGETHER_AT_MOST = 25
LONGEST_SECONDS = 2.0  # so long may the first of them have waited when the next one comes


@frozen
class _Accepted:
    claim: Record
    status: str
    changes: tuple[Change, ...]
    at: float


class WrittenTogether:
    """The acceptances of one tick. Safe for many threads; whoever makes them enough, writes them."""

    def __init__(self, ledger: Ledger, clock: Clock, report: Report) -> None:
        self._ledger, self._clock, self._report = ledger, clock, report
        self._lock = threading.Lock()
        self._waiting: list[_Accepted] = []
        self._items: set[str] = set()  # that they change, by key

    def add(self, claim: Record, status: str, changes: tuple[Change, ...]) -> None:
        """changes: as `Ledger.accepted` gives them."""
        now = self._clock()
        items = {change.pk for change in changes}
        with self._lock:
            before = [] if items.isdisjoint(self._items) else self._take()
            self._waiting.append(_Accepted(claim, status, changes, now))
            self._items |= items
            is_enough = len(self._waiting) >= TOGETHER_AT_MOST or now - self._waiting[0].at >= LONGEST_SECONDS
            enough = self._take() if is_enough else []
        self._write(before)
        self._write(enough)

    def flush(self) -> None:
        """Writes what still waits."""
        with self._lock:
            waiting = self._take()
        self._write(waiting)

    def _take(self) -> list[_Accepted]:
        waiting, self._waiting, self._items = self._waiting, [], set()
        return waiting

    def _write(self, accepted: list[_Accepted]) -> None:
        """What was learned is written once; if that fails, the claims stand, and the list will tell it again."""
        if not accepted:
            return
        try:
            written = self._ledger.write_together([one.changes for one in accepted])
        except TableUnclear as failure:
            for one in accepted:
                self._report.tolerated("outcome_unwritten", one.claim.call.batch_id, str(failure))
            return
        for one, is_written in zip(accepted, written, strict=True):
            if is_written:
                self._report.sent(one.status, one.claim.channel)  # else the look-up that finds it counts it
            else:
                self._report.about("record_moved_on", one.claim.call, "warning")
