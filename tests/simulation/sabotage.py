"""Named sabotages of the promise, each undone afterwards: what the simulation must catch (`make mutants`)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import lib.decide
import lib.elevenlabs
import lib.look_up
import lib.observe
import lib.outcome
import lib.record
import lib.send
import lib.settle
import lib.tick
from lib.changes import Free, Put, Refused, StoreFailed, Update
from lib.elevenlabs import Recipients
from lib.lease import LEASE_PK, LEASE_SECONDS, Lease
from lib.ledger import Address, Ledger
from lib.look_up import LookUp
from lib.message import Message, compose
from lib.outcome import Outcome, Reply
from lib.record import Record
from lib.send import Due, Sender
from lib.settle import LookupFailed, Row
from tests.simulation.worlds import TwilioAt
from tests.twins.services import TwinTwilio

Sabotage = Callable[[], AbstractContextManager[None]]
SABOTAGES: dict[str, Sabotage] = {}


def _sabotage(work: Callable[[], Iterator[None]]) -> Callable[[], Iterator[None]]:
    SABOTAGES[work.__name__.removeprefix("_").replace("_", " ")] = contextmanager(work)
    return work


@contextmanager
def _patched(*changes: tuple[Any, str, Any]) -> Iterator[None]:
    patches = [patch.object(target, name, new) for target, name, new in changes]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


# ── the claim ────────────────────────────────────────────────────────────────────────────────────────────────────


@_sabotage
def _claim_after_the_send() -> Iterator[None]:
    claim = Ledger.claim

    def send(self: Any, due: Due) -> Record | None:
        settings = self._settings
        message = compose(due.decision.kind, due.call.name, due.decision.summary, "es", settings)
        to = f"whatsapp:{due.call.phone}"
        if not self._gate.is_open():
            return None
        reply = self._twilio.send(to, self._from, message)
        try:
            mine = claim(self._ledger, due.call, due.waiting, due.decision.kind, message, Address(to, self._from))
        except StoreFailed:
            return None
        return self._conclude(mine, due, reply) if mine else None

    with _patched((Sender, "send", send)):
        yield


@_sabotage
def _claim_without_its_condition() -> Iterator[None]:
    write = Ledger.__init__

    class Careless:
        def __init__(self, store: Any) -> None:
            self._store = store

        def __getattr__(self, name: str) -> Any:
            return getattr(self._store, name)

        def write(self, *changes: Any) -> None:
            values = changes[0].set if isinstance(changes[0], Update) else changes[0].item
            bare = values.get("status") == "claimed"
            self._store.write(*(replace(change, when=()) if bare else change for change in changes))

    def init(self: Any, store: Any, *rest: Any) -> None:
        write(self, Careless(store), *rest)

    with _patched((Ledger, "__init__", init)):
        yield


@_sabotage
def _claim_whose_failure_is_ignored() -> Iterator[None]:
    claim = Ledger.claim

    def careless(self: Any, call: Any, waiting: Any, kind: str, message: Message, address: Any) -> Record | None:
        try:
            return claim(self, call, waiting, kind, message, address)
        except StoreFailed:
            item = lib.record.call_item(call, self._now()) | {"status": "claimed", "claim_id": "none"}
            return replace(lib.record.parse_record(item), claimed_at=self._now(), message=message, attempts=1)

    with _patched((Ledger, "claim", careless)):
        yield


@_sabotage
def _claim_of_a_gone_owner_is_free() -> Iterator[None]:
    """What many do: a claim that is old enough is taken for never used."""

    def settle(self: Any, claim: Record) -> str:
        if not claim.is_in_flight(self._clock()):
            self._ledger.resend(claim, "expired")
        return "resend"

    with _patched((LookUp, "settle", settle)):
        yield


@_sabotage
def _expired_items_count_as_present() -> Iterator[None]:
    with _patched(
        (lib.ledger, "is_live", lambda item, now: item is not None),
        (lib.ledger, "Free", lambda now: Free(0)),
    ):
        yield


# ── outcomes ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _send_again_when(again: Callable[[Reply], bool]) -> AbstractContextManager[None]:
    send = TwilioAt.send

    def twice(self: Any, to: str, sender: str, message: Message) -> Reply:
        reply = send(self, to, sender, message)
        return send(self, to, sender, message) if again(reply) else reply

    return _patched((TwilioAt, "send", twice))


@_sabotage
def _retry_on_5xx() -> Iterator[None]:
    with _send_again_when(lambda reply: (reply.http_status or 0) >= 500):
        yield


@_sabotage
def _retry_on_a_read_timeout() -> Iterator[None]:
    with _send_again_when(lambda reply: reply.connected and reply.http_status is None):
        yield


def _classified(instead: Callable[[Reply, Outcome], Outcome]) -> AbstractContextManager[None]:
    classify = lib.outcome.classify
    return _patched((lib.send, "classify", lambda reply: instead(reply, classify(reply))))


@_sabotage
def _unclear_taken_for_refused() -> Iterator[None]:
    with _classified(lambda _, outcome: Outcome.REFUSED if outcome is Outcome.UNCLEAR else outcome):
        yield


@_sabotage
def _unclear_taken_for_not_processed() -> Iterator[None]:
    with _classified(lambda _, outcome: Outcome.NOT_PROCESSED if outcome is Outcome.UNCLEAR else outcome):
        yield


@_sabotage
def _every_429_taken_for_not_processed_even_a_proxys() -> Iterator[None]:
    """Wrong only where a gateway answers for a message that exists: its half of the fault comes with it."""
    send = TwinTwilio.send

    def through_a_gateway(self: Any, to: str, sender: str, message: Message) -> Reply:
        reply = send(self, to, sender, message)
        return Reply(http_status=429) if reply.http_status == 500 else reply

    as_many_do = lambda reply, outcome: Outcome.NOT_PROCESSED if reply.http_status == 429 else outcome  # noqa: E731
    with _patched((TwinTwilio, "send", through_a_gateway)), _classified(as_many_do):
        yield


@_sabotage
def _account_refusal_marks_the_call_failed() -> Iterator[None]:
    with _classified(lambda _, outcome: Outcome.REFUSED if outcome is Outcome.ACCOUNT_REFUSED else outcome):
        yield


# ── the look-up ──────────────────────────────────────────────────────────────────────────────────────────────────


@_sabotage
def _no_look_up_after_a_kill() -> Iterator[None]:
    due = Ledger.due
    with _patched((Ledger, "due", lambda self, limit: [one for one in due(self, limit) if one.status != "claimed"])):
        yield


def _blind_to(**what: Any) -> AbstractContextManager[None]:
    """`could_be` is asked about a row and a claim that no longer differ in one respect."""
    could_be = lib.settle.could_be

    def blind(row: Row, claim: Record) -> bool:
        return could_be(replace(row, **{name: of(row, claim) for name, of in what.items()}), claim)

    return _patched((lib.settle, "could_be", blind))


@_sabotage
def _look_up_without_the_sender() -> Iterator[None]:
    recent = TwinTwilio.recent

    def of_any_sender(self: Any, to: str, sender: str, since: float) -> list[Row]:
        every = {row.sid: row for one in self.world.senders for row in recent(self, to, one, since)}
        return sorted(every.values(), key=lambda row: -row.created_at)

    with _patched((TwinTwilio, "recent", of_any_sender)), _blind_to(sender=lambda _, claim: claim.sender):
        yield


@_sabotage
def _look_up_without_the_body() -> Iterator[None]:
    with _patched((lib.settle, "_same_text", lambda body, claim: True)):
        yield


@_sabotage
def _look_up_without_the_time() -> Iterator[None]:
    recent = TwinTwilio.recent
    since_ever = (TwinTwilio, "recent", lambda self, to, sender, since: recent(self, to, sender, 0.0))
    with _patched((lib.settle, "earliest_creation", lambda claim: 0.0), since_ever):
        yield


@_sabotage
def _sids_of_other_calls_not_excluded() -> Iterator[None]:
    of_phone = Ledger.of_phone

    def forgetful(self: Any, phone: str) -> list[Record]:
        return [replace(record, message_sid="") for record in of_phone(self, phone)]

    with _patched((Ledger, "of_phone", forgetful), _nothing_reserved()):
        yield


def _nothing_reserved() -> tuple[Any, str, Any]:
    def reserved(self: Any, claim: Record, sid: str) -> Put:
        return Put({"pk": f"#sid:{sid}", "call": claim.pk, "expires_at": 0})

    return (Ledger, "_reserved", reserved)


@_sabotage
def _sids_not_reserved() -> Iterator[None]:
    with _patched(_nothing_reserved()):
        yield


@_sabotage
def _held_before_the_time_is_up() -> Iterator[None]:
    init = LookUp.__init__

    def impatient(self: Any, ledger: Any, twilio: Any, settings: Any, *rest: Any) -> None:
        init(self, ledger, twilio, replace(settings, settle_minutes=settings.settle_minutes / 10), *rest)

    with _patched((LookUp, "__init__", impatient)):
        yield


@_sabotage
def _an_unread_list_taken_for_an_empty_one() -> Iterator[None]:
    recent = TwilioAt.recent

    def hopeful(self: Any, to: str, sender: str, since: float) -> list[Row]:
        try:
            return recent(self, to, sender, since)
        except LookupFailed:
            return []

    with _patched((TwilioAt, "recent", hopeful)):
        yield


@_sabotage
def _resend_without_limit_or_wait() -> Iterator[None]:
    init = LookUp.__init__

    def eager(self: Any, ledger: Any, twilio: Any, settings: Any, *rest: Any) -> None:
        init(self, ledger, twilio, replace(settings, unclear="resend"), *rest)

    with _patched((LookUp, "__init__", eager), (lib.look_up, "RESENDS_AT_MOST", 99)):
        yield


# ── the owner's word, the lease ──────────────────────────────────────────────────────────────────────────────────


@_sabotage
def _recording_without_the_claim() -> Iterator[None]:
    """What a send came to is written whoever holds the record by now."""
    with _patched((Ledger, "_own", lambda self, claim, values, remove=(), *also: self._try(
        Update(claim.pk, values, remove=remove), *also
    ))):  # fmt: skip
        yield


@_sabotage
def _lease_without_fencing() -> Iterator[None]:
    def write(self: Any, until: int, when: Any, fence: int) -> bool:
        try:
            self._store.write(Update(LEASE_PK, {"owner": self._owner, "fence": fence, "expires_at": until}))
        except (Refused, StoreFailed):
            return False
        return True

    def renew(self: Any) -> bool:
        now = self._clock()
        item = self._store.get([LEASE_PK]).get(LEASE_PK)  # look, and then write: two steps
        if item and item["expires_at"] > now and item["owner"] != self._owner:
            return False
        self.fence, self.held_until = int(now * 1000), now + LEASE_SECONDS
        return bool(self._write(int(self.held_until), (), self.fence))

    with _patched((Lease, "_write", write), (Lease, "renew", renew)):
        yield


# ── observing, deciding ──────────────────────────────────────────────────────────────────────────────────────────


@_sabotage
def _first_page_only() -> Iterator[None]:
    with _patched((lib.elevenlabs, "_cursor", lambda page, name: "")):
        yield


@_sabotage
def _age_by_the_table_alone() -> Iterator[None]:
    decide = lib.decide.decide
    with _patched((lib.tick, "decide", lambda call, conversation, settings, now: decide(
        call, conversation, replace(settings, lookback_hours=10**6), now
    )), (lib.decide, "TTL_SECONDS", 10**9)):  # fmt: skip
        yield


@_sabotage
def _age_by_updated_at() -> Iterator[None]:
    decide = lib.decide.decide
    with _patched((lib.tick, "decide", lambda call, conversation, settings, now: decide(
        replace(call, created_at=call.ended_at), conversation and replace(conversation, ended_at=None), settings, now
    ))):  # fmt: skip
        yield


@_sabotage
def _late_conversation_id_counted_as_a_new_call() -> Iterator[None]:
    with _patched((lib.tick, "is_same_attempt", lambda conversation, earlier: False)):
        yield


@_sabotage
def _batch_finished_while_a_recipient_could_not_be_read() -> Iterator[None]:
    with _patched((lib.elevenlabs, "Recipients", lambda calls, complete: Recipients(calls, complete=True))):
        yield


@_sabotage
def _a_dry_run_that_sends() -> Iterator[None]:
    decide_new = lib.tick.Tick._decide_new

    def careless(self: Any, found: Any, conversations: Any) -> Any:
        rooms, eager = self._rooms, replace(self._rooms.settings, dry_run=False, paused=False)
        self._rooms = replace(rooms, settings=eager)
        try:
            return decide_new(self, found, conversations)
        finally:
            self._rooms = rooms

    with _patched((lib.tick.Tick, "_decide_new", careless)):
        yield
