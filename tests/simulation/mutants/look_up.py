"""Mutants of the look-up in Twilio's list."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import takewhile
from typing import Any

import lib.core.matching
import lib.core.settling
import lib.work.settle
from lib.core.matching import Row
from lib.core.policy import Settings
from lib.core.record import Record
from lib.core.table import Put
from lib.errors import LookupFailed
from lib.ledger.calls import Ledger
from lib.work.settle import Settle
from tests.simulation.mutants.gate import without_lease
from tests.simulation.mutants.sabotage import patched, sabotage
from tests.simulation.worlds import TwilioAt
from tests.twins.services import TwinTwilio


@sabotage()
def _no_look_up_after_a_kill() -> Iterator[None]:
    with patched((Ledger, "to_settle", lambda self, limit: [])):
        yield


def _blind_to(**what: Any) -> AbstractContextManager[None]:
    """`could_be` is asked about a row and a claim that no longer differ in one respect."""
    could_be = lib.core.matching.could_be

    def blind(row: Row, claim: Record) -> bool:
        return could_be(replace(row, **{name: of(row, claim) for name, of in what.items()}), claim)

    return patched((lib.core.matching, "could_be", blind))


@sabotage()
def _look_up_without_the_sender() -> Iterator[None]:
    recent = TwinTwilio.recent

    def of_any_sender(self: Any, claim: Record) -> list[Row]:
        every = {row.sid: row for one in self.world.senders for row in recent(self, replace(claim, sender=one))}
        return sorted(every.values(), key=lambda row: -row.created_at)

    with patched((TwinTwilio, "recent", of_any_sender)), _blind_to(sender=lambda _, claim: claim.sender):
        yield


@sabotage()
def _look_up_without_the_body() -> Iterator[None]:
    with patched((lib.core.matching, "_same_text", lambda body, claim: True)):
        yield


@sabotage()
def _look_up_without_the_time() -> Iterator[None]:
    recent = TwinTwilio.recent
    since_ever = (TwinTwilio, "recent", lambda self, claim: recent(self, replace(claim, claimed_at=0)))
    with patched((lib.core.matching, "earliest_creation", lambda claim: 0.0), since_ever):
        yield


@sabotage(seen_by_referee=False, lists_by_sent_date=True, queued_hours=3.0, people=1)
def _look_up_that_ends_at_the_first_older_message() -> Iterator[None]:
    """Right only if the list goes by the date created, which no document says."""
    recent = TwinTwilio.recent

    def trusting(self: Any, claim: Record) -> list[Row]:
        every = recent(self, replace(claim, claimed_at=0))
        return list(takewhile(lambda row: row.created_at >= lib.core.matching.earliest_creation(claim), every))

    with patched((TwinTwilio, "recent", trusting)):
        yield


@sabotage()
def _sids_of_other_calls_not_excluded() -> Iterator[None]:
    of_phone = Ledger.of_phone

    def forgetful(self: Any, phone: str) -> list[Record]:
        return [replace(record, message_sid="", history=()) for record in of_phone(self, phone)]

    with patched((Ledger, "of_phone", forgetful), _nothing_reserved()):
        yield


def _nothing_reserved() -> tuple[Any, str, Any]:
    def reserved(self: Any, claim: Record, sid: str) -> Put:
        return Put({"pk": f"#sid:{sid}", "call": claim.pk, "expires_at": 0})

    return (Ledger, "_reserved", reserved)


@sabotage(theme="twins", people_decide=False)
def _sids_not_reserved() -> Iterator[None]:
    with without_lease(), patched(_nothing_reserved()):
        yield


def _settled_under(changed: Callable[[Settings], Settings]) -> AbstractContextManager[None]:
    """What follows from a look is decided by other settings than those in force."""
    follows = lib.core.settling.what_follows

    def what(claim: Record, seen: Any, settings: Settings, now: float, **rest: Any) -> Any:
        return follows(claim, seen, changed(settings), now, **rest)

    return patched((lib.work.settle, "what_follows", what))


@sabotage(seen_by_referee=False)
def _held_before_the_time_is_up() -> Iterator[None]:
    with _settled_under(lambda settings: replace(settings, settle_minutes=settings.settle_minutes / 10)):
        yield


@sabotage(list_faults=1.0, create_faults=1.0, unclear="resend", settle_minutes=2, seen_by_referee=False)
def _an_unread_list_taken_for_an_empty_one() -> Iterator[None]:
    recent = TwilioAt.recent

    def hopeful(self: Any, claim: Record) -> list[Row]:
        try:
            return recent(self, claim)
        except LookupFailed:
            return []

    with patched((TwilioAt, "recent", hopeful)):
        yield


@sabotage()
def _resend_without_limit_or_wait() -> Iterator[None]:
    with (
        _settled_under(lambda settings: replace(settings, unclear="resend")),
        patched((lib.core.settling, "RESENDS_AT_MOST", 99)),
    ):
        yield


@sabotage(seen_by_referee=False)
def _a_persons_resend_without_a_last_look() -> Iterator[None]:
    with patched((Settle, "look", lambda self, held: "not_listed")):
        yield


@sabotage(seen_by_referee=False, rewrites="trial", unclear="resend")
def _look_up_by_the_text_as_it_was_sent() -> Iterator[None]:
    """Words that Twilio puts around a text make it another text."""
    exactly = lambda shown, message: " ".join(shown.split()) == " ".join(message.body.split())  # noqa: E731
    with patched((lib.core.matching, "is_text_within", exactly)):
        yield


@sabotage(seen_by_referee=False, reads_at_most=3, people=8, batches=4)
def _calls_that_wait_hide_claims_that_are_due() -> Iterator[None]:
    """One queue for both, of which a tick reads the first few."""
    to_settle = Ledger.to_settle

    def what_is_left(self: Any, limit: int) -> list[Record]:
        return to_settle(self, limit)[: max(0, limit - len(self.waiting(limit)))]

    with patched((Ledger, "to_settle", what_is_left)):
        yield
