"""The lease: one run works at a time. It saves work and keeps order; the claims keep the promise when it fails.

One item, `#lease`, whose `expires_at` is the lease's end, and whose `seen_at` is when a run was last at work. Its fence
grows with every change of hands, and marks what the holder writes, so that a run that stalled and lost it moves nothing
that a newer run has moved (facts/aws.md §4).
"""

from contextlib import AbstractContextManager
from typing import Any

from ..core import keys
from ..core.table import AtMost, Condition, Free, Is, Item, Update
from ..errors import ConditionFailed, TableUnclear
from ..ports import Clock, Table

LEASE_SECONDS = 30  # two default ticks: a killed run is followed within the next invocation
CLOCK_SKEW_SECONDS = 300


class Lease:
    """One run's hold on the lease. `held_until` is in epoch seconds; safe to ask from many threads.

    other_seen_at: epoch seconds; when the run in our way was last at work, 0 when none was met.
    """

    def __init__(self, table: Table, clock: Clock, owner: str, lock: AbstractContextManager[Any]) -> None:
        self._table, self._clock, self._owner, self._lock = table, clock, owner, lock
        self.fence = 0
        self.held_until = 0.0
        self.other_seen_at = 0
        self._is_spoilt = False  # the lease in our way is none that a run wrote

    def renew(self) -> bool:
        """Takes or prolongs the lease; False when another run holds it or the table does not answer."""
        with self._lock:
            return self._keep() or self._take()

    def holds(self) -> bool:
        """Whether the lease is held right now, prolonging it when half of it has gone.

        One that was lost is not taken again here: what was decided under it is no longer worth anything.
        """
        with self._lock:
            return self.held_until - self._clock() > LEASE_SECONDS / 2 or self._keep()

    def release(self) -> None:
        """Lets the next run begin at once. A failure only means that the lease runs out by itself."""
        with self._lock:
            if self.fence and self.held_until > self._clock():
                self._write(0, (Is("owner", (self._owner,)), Is("fence", (self.fence,))), self.fence)
            self.held_until = 0.0

    def _keep(self) -> bool:
        mine = (Is("owner", (self._owner,)), Is("fence", (self.fence,)))
        return self.fence > 0 and self._holds_after_write(mine, self.fence)

    def _take(self) -> bool:
        now = self._clock()
        # Epoch milliseconds. A lease is taken before it ends, so every lease that has ended has a smaller fence.
        fence = int(now * 1000)
        if self._holds_after_write((Free(int(now)), AtMost("fence", fence - 1)), fence):
            return True
        # It would be in the way for ever. Of two runs that write over it the later one has it.
        return self._is_spoilt and self._holds_after_write((), fence)

    def _holds_after_write(self, when: tuple[Condition, ...], fence: int) -> bool:
        until = self._clock() + LEASE_SECONDS
        written = self._write(int(until), when, fence)
        if written:
            self.fence = fence
        self.held_until = until if written else 0.0
        return self.held_until > self._clock()  # the write itself may have stalled

    def _write(self, until: int, when: tuple[Condition, ...], fence: int) -> bool:
        self._is_spoilt = False
        values = {"owner": self._owner, "fence": fence, "expires_at": until, "seen_at": int(self._clock())}
        try:
            self._table.write(Update(keys.LEASE, values, when=when))
        except ConditionFailed as held:
            seen_at = held.item.get("seen_at")
            latest = self._clock() + CLOCK_SKEW_SECONDS
            self.other_seen_at = seen_at if isinstance(seen_at, int) and 0 <= seen_at <= latest else 0
            self._is_spoilt = not _is_a_runs(held.item, self._clock())
            return False
        except TableUnclear:
            return False
        return True


def _is_a_runs(item: Item, now: float) -> bool:
    """Whether a run wrote the lease so: a person may have changed it in the table's console."""
    longest = now + LEASE_SECONDS + CLOCK_SKEW_SECONDS
    latest = {"expires_at": longest, "fence": longest * 1000}
    return all(type(item.get(name)) is int and item[name] <= at for name, at in latest.items())
