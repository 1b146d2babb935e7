"""The lease: one run works at a time. It saves work and keeps order; the claims keep the promise when it fails.

One item, `#lease`, whose `expires_at` is the lease's end. Its fence grows with every change of hands, and marks what
the holder writes, so that a run that stalled and lost it moves nothing that a newer run has moved (facts/aws.md §4).
"""

import threading
from collections.abc import Callable

from lib.changes import AtMost, Condition, Free, Is, Refused, Store, StoreFailed, Update

LEASE_PK = "#lease"
LEASE_SECONDS = 30  # two default ticks: a killed run is followed within the next invocation


class Lease:
    """One run's hold on the lease. `held_until` is in epoch seconds; safe to ask from many threads."""

    def __init__(self, store: Store, clock: Callable[[], float], owner: str) -> None:
        self._store, self._clock, self._owner = store, clock, owner
        self._lock = threading.Lock()
        self.fence = 0
        self.held_until = 0.0

    def renew(self) -> bool:
        """Takes or prolongs the lease; False when another run holds it or the table does not answer."""
        with self._lock:
            return self._renew()

    def holds(self) -> bool:
        """Whether the lease is held right now, prolonging it when half of it has gone."""
        with self._lock:
            if self.held_until - self._clock() > LEASE_SECONDS / 2:
                return True
            return self._renew()

    def release(self) -> None:
        """Lets the next run begin at once. A failure only means that the lease runs out by itself."""
        with self._lock:
            if self.fence and self.held_until > self._clock():
                self._write(0, (Is("owner", (self._owner,)), Is("fence", (self.fence,))), self.fence)
            self.held_until = 0.0

    def _renew(self) -> bool:
        now = self._clock()
        until = now + LEASE_SECONDS
        if self.fence and self._write(
            int(until), (Is("owner", (self._owner,)), Is("fence", (self.fence,))), self.fence
        ):
            self.held_until = until
            return True
        self.held_until = 0.0
        fence = int(now * 1000)  # later than every lease that has ended: it was taken before that end
        if self._write(int(until), (Free(int(now)), AtMost("fence", fence - 1)), fence):
            self.fence, self.held_until = fence, until
        return self.held_until > now

    def _write(self, until: int, when: tuple[Condition, ...], fence: int) -> bool:
        values = {"owner": self._owner, "fence": fence, "expires_at": until}
        try:
            self._store.write(Update(LEASE_PK, values, when=when))
        except (Refused, StoreFailed):
            return False
        return True
