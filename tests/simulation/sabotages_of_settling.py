"""Sabotages of the look-up, the record, the lease, and of which calls are seen."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import takewhile
from typing import Any

import lib.core.decide
import lib.core.matching
import lib.core.outcome
import lib.core.record
import lib.core.settling
import lib.ledger.calls
import lib.ledger.notes
import lib.work.observe
import lib.work.send
import lib.work.settle
import lib.work.tick
import lib.worlds.elevenlabs.client
from lib.core.call import Recipients
from lib.core.case import Case
from lib.core.matching import Row
from lib.core.record import Record
from lib.core.table import AtMost, Put, Update
from lib.errors import ConditionFailed, LookupFailed, TableUnclear
from lib.ledger.calls import Ledger
from lib.ledger.lease import LEASE_PK, LEASE_SECONDS, Lease
from lib.ledger.transitions import Who
from lib.work.settle import Settle
from tests.simulation.sabotage import patched, sabotage
from tests.simulation.worlds import TwilioAt
from tests.twins.services import TwinTwilio

# ── the look-up ──────────────────────────────────────────────────────────────────────────────────────────────────


@sabotage
def _no_look_up_after_a_kill() -> Iterator[None]:
    with patched((Ledger, "to_settle", lambda self, limit: [])):
        yield


def _blind_to(**what: Any) -> AbstractContextManager[None]:
    """`could_be` is asked about a row and a claim that no longer differ in one respect."""
    could_be = lib.core.matching.could_be

    def blind(row: Row, claim: Record) -> bool:
        return could_be(replace(row, **{name: of(row, claim) for name, of in what.items()}), claim)

    return patched((lib.core.matching, "could_be", blind))


@sabotage
def _look_up_without_the_sender() -> Iterator[None]:
    recent = TwinTwilio.recent

    def of_any_sender(self: Any, claim: Record) -> list[Row]:
        every = {row.sid: row for one in self.world.senders for row in recent(self, replace(claim, sender=one))}
        return sorted(every.values(), key=lambda row: -row.created_at)

    with patched((TwinTwilio, "recent", of_any_sender)), _blind_to(sender=lambda _, claim: claim.sender):
        yield


@sabotage
def _look_up_without_the_body() -> Iterator[None]:
    with patched((lib.core.matching, "_same_text", lambda body, claim: True)):
        yield


@sabotage
def _look_up_without_the_time() -> Iterator[None]:
    recent = TwinTwilio.recent
    since_ever = (TwinTwilio, "recent", lambda self, claim: recent(self, replace(claim, claimed_at=0)))
    with patched((lib.core.matching, "earliest_creation", lambda claim: 0.0), since_ever):
        yield


@sabotage
def _look_up_that_ends_at_the_first_older_message() -> Iterator[None]:
    """Right only if the list goes by the date created, which no document says."""
    recent = TwinTwilio.recent

    def trusting(self: Any, claim: Record) -> list[Row]:
        every = recent(self, replace(claim, claimed_at=0))
        return list(takewhile(lambda row: row.created_at >= lib.core.matching.earliest_creation(claim), every))

    with patched((TwinTwilio, "recent", trusting)):
        yield


@sabotage
def _sids_of_other_calls_not_excluded() -> Iterator[None]:
    of_phone = Ledger.of_phone

    def forgetful(self: Any, phone: str) -> list[Record]:
        return [replace(record, message_sid="") for record in of_phone(self, phone)]

    with patched((Ledger, "of_phone", forgetful), _nothing_reserved()):
        yield


def _nothing_reserved() -> tuple[Any, str, Any]:
    def reserved(self: Any, claim: Record, sid: str) -> Put:
        return Put({"pk": f"#sid:{sid}", "call": claim.pk, "expires_at": 0})

    return (Ledger, "_reserved", reserved)


@sabotage
def _sids_not_reserved() -> Iterator[None]:
    with patched(_nothing_reserved()):
        yield


@sabotage
def _held_before_the_time_is_up() -> Iterator[None]:
    init = Settle.__init__

    def impatient(self: Any, ledger: Any, twilio: Any, settings: Any, *rest: Any) -> None:
        init(self, ledger, twilio, replace(settings, settle_minutes=settings.settle_minutes / 10), *rest)

    with patched((Settle, "__init__", impatient)):
        yield


@sabotage
def _an_unread_list_taken_for_an_empty_one() -> Iterator[None]:
    recent = TwilioAt.recent

    def hopeful(self: Any, claim: Record) -> list[Row]:
        try:
            return recent(self, claim)
        except LookupFailed:
            return []

    with patched((TwilioAt, "recent", hopeful)):
        yield


@sabotage
def _resend_without_limit_or_wait() -> Iterator[None]:
    init = Settle.__init__

    def eager(self: Any, ledger: Any, twilio: Any, settings: Any, *rest: Any) -> None:
        init(self, ledger, twilio, replace(settings, unclear="resend"), *rest)

    with patched((Settle, "__init__", eager), (lib.core.settling, "RESENDS_AT_MOST", 99)):
        yield


@sabotage
def _a_persons_resend_without_a_last_look() -> Iterator[None]:
    with patched((Settle, "look", lambda self, held: "not_listed")):
        yield


# ── the owner's word, the lease ──────────────────────────────────────────────────────────────────────────────────


@sabotage
def _recording_without_the_claim() -> Iterator[None]:
    """What a send came to is written whoever holds the record by now."""
    conditions = Ledger._conditions

    def careless(self: Any, rule: Any, seen: Record) -> tuple[Any, ...]:
        return () if rule.who is Who.CLAIM else conditions(self, rule, seen)

    with patched((Ledger, "_conditions", careless)):
        yield


@sabotage
def _recording_after_the_lease_was_lost() -> Iterator[None]:
    """No write asks whether a newer run has been there: every fence lets everybody pass."""
    every = lambda attribute, limit: AtMost(attribute, 10**18)  # noqa: E731
    with patched((lib.ledger.calls, "AtMost", every), (lib.ledger.notes, "AtMost", every)):
        yield


@sabotage
def _lease_without_fencing() -> Iterator[None]:
    def write(self: Any, until: int, when: Any, fence: int) -> bool:
        try:
            self._table.write(Update(LEASE_PK, {"owner": self._owner, "fence": fence, "expires_at": until}))
        except (ConditionFailed, TableUnclear):
            return False
        return True

    def renew(self: Any) -> bool:
        now = self._clock()
        try:
            item = self._table.get([LEASE_PK]).get(LEASE_PK)  # look, and then write: two steps
        except TableUnclear:
            return False
        if item and item["expires_at"] > now and item["owner"] != self._owner:
            return False
        self.fence, self.held_until = int(now * 1000), now + LEASE_SECONDS
        return bool(self._write(int(self.held_until), (), self.fence))

    with patched((Lease, "_write", write), (Lease, "renew", renew)):
        yield


# ── observing, deciding ──────────────────────────────────────────────────────────────────────────────────────────


@sabotage
def _first_page_only() -> Iterator[None]:
    with patched((lib.worlds.elevenlabs.client, "_cursor", lambda page, name: "")):
        yield


@sabotage
def _age_by_the_table_alone() -> Iterator[None]:
    decide = lib.core.decide.decide
    with patched((lib.work.tick, "decide", lambda case, settings, now: decide(
        case, replace(settings, lookback_hours=10**6), now
    )), (lib.core.decide, "TTL_SECONDS", 10**9)):  # fmt: skip
        yield


@sabotage
def _age_by_updated_at() -> Iterator[None]:
    decide = lib.core.decide.decide

    def without_its_own_end(case: Case) -> Case:
        talk = case.conversation and replace(case.conversation, ended_at=None)
        return replace(case, call=replace(case.call, created_at=case.call.ended_at), conversation=talk)

    with patched((lib.work.tick, "decide", lambda case, settings, now: decide(
        without_its_own_end(case), settings, now
    ))):  # fmt: skip
        yield


@sabotage
def _late_conversation_id_counted_as_a_new_call() -> Iterator[None]:
    decide = lib.core.decide.decide

    def forgetful(case: Case, settings: Any, now: float) -> Any:
        """Every earlier record is taken for that of an earlier attempt."""
        earlier = case.earlier and replace(case.earlier, call=replace(case.earlier.call, ended_at=0))
        return decide(replace(case, earlier=earlier), settings, now)

    with patched((lib.work.tick, "decide", forgetful)):
        yield


@sabotage
def _batch_finished_while_a_recipient_could_not_be_read() -> Iterator[None]:
    with patched(
        (lib.worlds.elevenlabs.client, "Recipients", lambda calls, complete: Recipients(calls, complete=True))
    ):
        yield


@sabotage
def _a_dry_run_that_sends() -> Iterator[None]:
    decide = lib.core.decide.decide
    careless = lambda case, settings, now: decide(case, replace(settings, dry_run=False, paused=False), now)  # noqa: E731
    with patched((lib.work.tick, "decide", careless)):
        yield
