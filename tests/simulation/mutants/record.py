"""Mutants of the record and the lease."""

from collections.abc import Iterator
from typing import Any

import lib.ledger.calls
import lib.ledger.learned
import lib.ledger.moves
import lib.ledger.notes
from lib.core import keys
from lib.core.record import Record
from lib.core.status import Status
from lib.core.table import AtMost, Is, Update
from lib.errors import ConditionFailed, TableUnclear
from lib.ledger.calls import Ledger
from lib.ledger.lease import LEASE_SECONDS, Lease
from lib.ledger.transitions import Who
from tests.simulation.mutants.sabotage import patched, sabotage

ROOMS = (lib.ledger.calls, lib.ledger.learned, lib.ledger.moves, lib.ledger.notes)


@sabotage(theme="twins", seen_by_referee=False)
def _recording_without_the_claim() -> Iterator[None]:
    """What a send came to is written whoever holds the record by now, as long as there is one."""
    conditions, there = Ledger._conditions, (Is("status", tuple(Status)),)

    def careless(self: Any, rule: Any, seen: Record) -> tuple[Any, ...]:
        return there if rule.who is Who.CLAIM else conditions(self, rule, seen)

    with patched((Ledger, "_conditions", careless)):
        yield


@sabotage(theme="late_ids")
def _recording_after_the_lease_was_lost() -> Iterator[None]:
    """No write asks whether a newer run has been there: every fence lets everybody pass."""
    every = lambda attribute, limit: AtMost(attribute, 10**18)  # noqa: E731
    with patched(*((room, "AtMost", every) for room in ROOMS)):
        yield


@sabotage(seen_by_referee=False)
def _lease_without_fencing() -> Iterator[None]:
    def write(self: Any, until: int, when: Any, fence: int) -> bool:
        try:
            self._table.write(Update(keys.LEASE, {"owner": self._owner, "fence": fence, "expires_at": until}))
        except (ConditionFailed, TableUnclear):
            return False
        return True

    def renew(self: Any) -> bool:
        now = self._clock()
        try:
            item = self._table.get([keys.LEASE]).get(keys.LEASE)  # look, and then write: two steps
        except TableUnclear:
            return False
        if item and item["expires_at"] > now and item["owner"] != self._owner:
            return False
        self.fence, self.held_until = int(now * 1000), now + LEASE_SECONDS
        return bool(self._write(int(self.held_until), (), self.fence))

    with patched((Lease, "_write", write), (Lease, "renew", renew)):
        yield
