"""Mutants of what people write to us."""

from collections.abc import Iterator
from typing import Any

import lib.core.optout
import lib.work.listen
from lib.core.inbound import HumanReply
from lib.core.table import Check, Free
from lib.ledger.replies import Replies
from lib.ledger.suppressed import Suppressed
from lib.ledger.telling import TOLD
from lib.work.listen import Listener
from tests.simulation.mutants.sabotage import patched, sabotage


@sabotage(writes="wishes", answers=6, later_hours=2.0)
def _a_baja_that_nobody_hears() -> Iterator[None]:
    wish = lib.core.optout.wish

    def deaf(*given: Any) -> str:
        return "" if wish(*given) == "out" else wish(*given)

    with patched((lib.work.listen, "wish", deaf)):
        yield


@sabotage(writes="wishes", answers=20, people=1, batches=4, slowness_seconds=2.0, seen_by_referee=False)
def _a_claim_that_asks_the_list_no_more() -> Iterator[None]:
    """Only the decision before it did."""

    def blind(self: Suppressed, phone: str) -> Check:
        return Check("#nothing", (Free(0),))

    with patched((Suppressed, "check", blind)):
        yield


@sabotage(writes="wishes", answers=20, people=1, batches=4, table_faults=1.0, seen_by_referee=False)
def _a_wish_that_could_not_be_written_stops_nobody() -> Iterator[None]:
    run = Listener.run

    def forgetful(self: Listener) -> None:
        run(self)
        self.unwritten.clear()

    with patched((Listener, "run", forgetful)):
        yield


@sabotage(writes="wishes", answers=6, list_lag_seconds=600.0, seen_by_referee=False)
def _an_inbox_read_on_from_where_it_was() -> Iterator[None]:
    with patched((lib.work.listen, "LATE_SECONDS", 0), (lib.work.listen, "ADVANCE_SECONDS", 0)):
        yield


@sabotage(answers=6, create_faults=1.0, seen_by_referee=False)
def _an_answer_told_again_when_nobody_knows() -> Iterator[None]:
    with patched((Listener, "_give_up", lambda self, reply: self._tell_one(reply, ""))):
        yield


@sabotage(answers=6, seen_by_referee=False)
def _an_answer_told_without_a_claim() -> Iterator[None]:
    def at_once(self: Replies, reply: HumanReply) -> bool:
        return True

    with patched((Replies, "begin", at_once)):
        yield


@sabotage(answers=6, create_faults=1.0, seen_by_referee=False)
def _an_answer_that_sns_refused_counts_as_told() -> Iterator[None]:
    with patched((Replies, "later", lambda self, reply: self.end(reply, TOLD))):
        yield
