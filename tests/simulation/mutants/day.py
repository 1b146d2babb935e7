"""Mutants of the day that the owner is told."""

from collections.abc import Iterator

from lib.core import keys
from lib.core.table import Is, Update
from lib.ledger.digests import Digests
from lib.ledger.telling import NEW, TELLING, TOLD
from lib.ledger.written import is_written
from tests.simulation.mutants.sabotage import patched, sabotage


@sabotage(digest_minutes=1, kills=1.0, kills_thickest_at="notice", seen_by_referee=False)
def _a_day_claimed_after_it_was_told() -> Iterator[None]:
    begin, end = Digests.begin, Digests.end

    def late(self: Digests, day: str, state: str) -> bool:
        return begin(self, day) and end(self, day, state)

    with patched((Digests, "begin", lambda self, day: True), (Digests, "end", late)):
        yield


@sabotage(digest_minutes=1, kills=1.0, kills_thickest_at="notice", seen_by_referee=False)
def _a_day_told_again_when_its_teller_was_killed() -> Iterator[None]:
    def begin_again(self: Digests, day: str) -> bool:
        return is_written(self._table, Update(keys.of_digest(day), {"state": NEW}, when=(Is("state", (TELLING,)),)))

    with patched((Digests, "give_up", begin_again)):
        yield


@sabotage(digest_minutes=2, create_faults=1.0, seen_by_referee=False)
def _a_day_that_sns_refused_counts_as_told() -> Iterator[None]:
    with patched((Digests, "later", lambda self, day: self.end(day, TOLD))):
        yield
