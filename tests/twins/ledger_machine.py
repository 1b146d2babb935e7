"""The ledger's transitions against an abstract model, on any store: two runs with fences, in every order.

The model knows no conditional writes, only who may do what; the ledger must refuse exactly what the model refuses.
"""

import itertools
from dataclasses import dataclass, replace

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from lib.core.call import Call
from lib.core.case import Case
from lib.core.message.compose import Message
from lib.core.record import OPEN_STATUSES, OWNER_GONE_SECONDS, TTL_SECONDS, Record
from lib.ledger.calls import NOTE_SECONDS, STALL_MOST_SECONDS, Address, Ledger
from lib.ports import Table

FINAL = ("sent", "delivered", "read", "failed", "skipped")
NEEDS_REASON = ("skipped", "held", "waiting")
START = 1_795_000_000 // NOTE_SECONDS * NOTE_SECONDS - 60  # a week of notes ends in a minute
ANOTHER_ATTEMPT = Record(Call("", "", "", "", "", "", 0, 0, "", ""), "sent", START)
_numbers = itertools.count()  # every example has phones of its own: a real table keeps those of the ones before
ACTORS, CALLS, SIDS = st.integers(0, 1), st.integers(0, 3), st.integers(0, 2)


@dataclass
class Model:
    """One call's record as it must be. `licensed`: a message may have been sent that nobody has accounted for."""

    status: str
    expires_at: int
    fence: int
    attempts: int = 0
    resends: int = 0
    claim_id: str = ""
    licensed: bool = False
    reason: str = ""


class LedgerMachine(RuleBasedStateMachine):
    """`new_store` and `delete` (by key, as DynamoDB's TTL does) come from a subclass."""

    @staticmethod
    def new_store() -> Table:
        raise NotImplementedError

    @staticmethod
    def delete(store: Table, pk: str) -> None:
        raise NotImplementedError

    claims = Bundle("claims")  # what a claim gave to its owner
    seen = Bundle("seen")  # what somebody read, which may have changed since

    @initialize()
    def begin(self) -> None:
        number = next(_numbers)
        self.store = self.new_store()
        self.now, self.fences = START, [1, 2]
        phones = (f"+5730{number:08d}", f"+5730{number:08d}", f"+5731{number:08d}")
        self.calls = [
            Call(phone, f"conv_{place}", f"rcp_{place}", "btcal", "agent", "completed", START, START, "Ana", "")
            for place, phone in enumerate(phones)
        ]
        self.calls.append(replace(self.calls[0], conversation_id=""))  # the first, before its conversation id came
        self.models: dict[str, Model] = {}
        self.phone_fences: dict[tuple[str, int], int] = {}  # by phone and week
        self.sids: dict[str, int] = {}  # → until when it is reserved
        self.prefix = f"SM{number}-"
        ids = itertools.count()
        self.ledgers = [
            Ledger(self.store, lambda: self.now, lambda a=actor: self.fences[a], lambda: f"c{number}-{next(ids)}")  # type: ignore[misc]
            for actor in (0, 1)
        ]

    # ── time, and who is newest ──────────────────────────────────────────────────────────────────────────────────

    @rule(seconds=st.sampled_from((1, OWNER_GONE_SECONDS + 1, TTL_SECONDS // 2, TTL_SECONDS + 1)))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds

    @rule(actor=ACTORS)
    def take_the_lease(self, actor: int) -> None:
        self.fences[actor] = max(self.fences) + 1

    @rule(call=CALLS)
    def forget_what_expired(self, call: int) -> None:
        key = self.calls[call].key
        if key in self.models and not self._is_live(key):
            self.delete(self.store, key)
            del self.models[key]

    # ── before a send ────────────────────────────────────────────────────────────────────────────────────────────

    @rule(actor=ACTORS, call=CALLS, waits=st.booleans())
    def record_without_sending(self, actor: int, call: int, waits: bool) -> None:
        ledger, one = self.ledgers[actor], self.calls[call]
        may = not self._is_live(one.key)
        if waits and not one.conversation_id:  # a newer run may have claimed it under its conversation id
            week = self.now // NOTE_SECONDS
            noted = (self.phone_fences.get((one.phone, w), 0) for w in (week, week - 1))
            may = may and max(noted) <= self.fences[actor]
        assert (ledger.wait(one, "summary", self.now) if waits else ledger.skip(one, "too_old")) == may
        if may:
            status, reason = ("waiting", "summary") if waits else ("skipped", "too_old")
            self.models[one.key] = self._new(actor, status, reason)

    @rule(target=seen, call=CALLS)
    def read(self, call: int) -> Record | None:
        record = self.ledgers[0].record(self.calls[call].key)
        assert (record is not None) == self._is_live(self.calls[call].key)
        return record

    @rule(target=claims, actor=ACTORS, call=CALLS, is_redial=st.booleans())
    def claim_new(self, actor: int, call: int, is_redial: bool) -> object:
        one = self.calls[call]
        may = not self._is_live(one.key) and self._may_by_phone(actor, one)
        return self._claim(actor, one, None, may, is_redial)

    @rule(target=claims, actor=ACTORS, record=seen, is_redial=st.booleans())
    def claim_waiting(self, actor: int, record: Record | None, is_redial: bool) -> object:
        if record is None:
            return multiple()
        model = self.models.get(record.pk)
        may = (
            model is not None
            and (model.status, model.attempts) == ("waiting", record.attempts)
            and model.fence <= self.fences[actor]
            and self._may_by_phone(actor, record.call)
        )
        return self._claim(actor, record.call, record, may, is_redial)

    def _claim(self, actor: int, call: Call, waiting: Record | None, may: bool, is_redial: bool) -> object:
        address = Address(f"whatsapp:{call.phone}", "whatsapp:+14155238886")
        case = Case(call, waiting, earlier=ANOTHER_ATTEMPT if is_redial else None)
        claim = self.ledgers[actor].claim(case, "follow_up", Message("Hola"), address)
        is_alone = is_redial or call.key == call.recipient_key or not self._is_live(call.recipient_key)
        assert (claim is not None) == (may and is_alone)
        if claim is None:
            return multiple()
        old = self.models.get(call.key) if waiting else None
        assert old is None or not old.licensed, "two claims for one attempt"
        new = self._new(actor, "claimed", "")
        if old:
            new.expires_at, new.resends = old.expires_at, old.resends
        new.attempts, new.claim_id, new.licensed = (waiting.attempts if waiting else 0) + 1, claim.claim_id, True
        self.models[call.key] = new
        for week in self._weeks():
            self.phone_fences[call.phone, week] = self.fences[actor]
        return claim

    @rule(actor=ACTORS, record=seen)
    def skip_waiting(self, actor: int, record: Record | None) -> None:
        if record is not None:
            may = self._may_move(actor, record, "waiting", of_claim=False)
            assert self.ledgers[actor].skip_waiting(record, "too_old") == may
            self._moved(may, actor, record, "skipped", "too_old")

    # ── the owner's word ─────────────────────────────────────────────────────────────────────────────────────────

    @rule(actor=ACTORS, claim=claims, sid=SIDS)
    def accepted(self, actor: int, claim: Record, sid: int) -> None:
        may = self._is_owner(claim) and self._reserve(sid, claim)
        assert self.ledgers[actor].accepted(claim, "sent", f"{self.prefix}{sid}") == may
        self._learned(may, claim, "sent", "")

    @rule(actor=ACTORS, claim=claims)
    def refused(self, actor: int, claim: Record) -> None:
        may = self._is_owner(claim)
        assert self.ledgers[actor].refused(claim, 21211) == may
        self._learned(may, claim, "failed", "refused")

    @rule(actor=ACTORS, claim=claims, tried=st.booleans())
    def postponed(self, actor: int, claim: Record, tried: bool) -> None:
        may = self._is_owner(claim)
        assert self.ledgers[actor].postponed(claim, self.now + 5, "not_processed", tried) == may
        self._learned(may, claim, "waiting", "not_processed")
        if may:
            self.models[claim.pk].attempts -= not tried
            self.models[claim.pk].claim_id = ""

    # ── settling, and a person's word ────────────────────────────────────────────────────────────────────────────

    @rule(actor=ACTORS, claim=claims)
    def look_again(self, actor: int, claim: Record) -> None:
        may = self._may_move(actor, claim, "claimed")
        assert self.ledgers[actor].look_again(claim, self.now + 15, "unclear_not_listed") == may
        self._moved(may, actor, claim, "claimed", "unclear_not_listed", licensed=True)

    @rule(actor=ACTORS, claim=claims, sid=SIDS)
    def found(self, actor: int, claim: Record, sid: int) -> None:
        may = self._is_owner(claim) and self._reserve(sid, claim)
        assert self.ledgers[actor].found(claim, "delivered", f"{self.prefix}{sid}") == may
        self._learned(may, claim, "delivered", "found_in_list")

    @rule(actor=ACTORS, claim=claims)
    def hold(self, actor: int, claim: Record) -> None:
        may = self._may_move(actor, claim, "claimed")
        assert self.ledgers[actor].hold(claim, "unclear_not_listed") == may
        self._moved(may, actor, claim, "held", "unclear_not_listed", licensed=True)

    @rule(actor=ACTORS, claim=claims)
    def resend(self, actor: int, claim: Record) -> None:
        may = self._may_move(actor, claim, *OPEN_STATUSES)
        assert self.ledgers[actor].resend(claim, "not_found_resend") == may
        self._moved(may, actor, claim, "waiting", "not_found_resend")
        if may:
            self.models[claim.pk].resends = claim.resends + 1

    @rule(actor=ACTORS, claim=claims)
    def release(self, actor: int, claim: Record) -> None:
        may = self._may_move(actor, claim, "held")
        assert self.ledgers[actor].release(claim, "released_by_a_person") == may
        self._moved(may, actor, claim, "skipped", "released_by_a_person")

    # ── what holds at all times ──────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def the_table_says_what_the_model_says(self) -> None:
        items = self.store.get([call.key for call in getattr(self, "calls", ())]) if hasattr(self, "store") else {}
        assert items.keys() == getattr(self, "models", {}).keys()
        for key, item in items.items():
            model = self.models[key]
            names = ("status", "attempts", "claim_id", "expires_at", "reason")
            there = replace(model, **{name: item.get(name, getattr(Model, name, "")) for name in names})
            assert there == model
            assert model.reason or model.status not in NEEDS_REASON
            assert ("queue" in item) == (model.status in ("waiting", *OPEN_STATUSES))
            assert ("message_sid" in item) == (model.status in ("sent", "delivered"))

    @invariant()
    def what_is_due_is_what_waits_or_is_claimed(self) -> None:
        if hasattr(self, "store"):
            mine = {call.key for call in self.calls}
            due = {record.pk: record.status for record in self.ledgers[0].due(10_000) if record.pk in mine}
            open_ones = {k: m.status for k, m in self.models.items() if m.status in ("waiting", "claimed")}
            assert due.items() <= open_ones.items()

    # ── the model's rules ────────────────────────────────────────────────────────────────────────────────────────

    def _new(self, actor: int, status: str, reason: str) -> Model:
        return Model(status, self.now + TTL_SECONDS, self.fences[actor], reason=reason)

    def _is_live(self, key: str) -> bool:
        return key in self.models and self.models[key].expires_at > self.now

    def _may_by_phone(self, actor: int, call: Call) -> bool:
        return all(self.phone_fences.get((call.phone, week), 0) <= self.fences[actor] for week in self._weeks())

    def _weeks(self) -> set[int]:
        return {self.now // NOTE_SECONDS, (self.now - STALL_MOST_SECONDS) // NOTE_SECONDS}

    def _is_owner(self, claim: Record) -> bool:
        model = self.models.get(claim.pk)
        stands = (*OPEN_STATUSES, "waiting")  # what waits with a claim was let go, and may still be learned of
        return model is not None and model.claim_id == claim.claim_id and model.status in stands

    def _may_move(self, actor: int, seen: Record, *statuses: str, of_claim: bool = True) -> bool:
        model = self.models.get(seen.pk)
        return (
            model is not None
            and model.status in statuses
            and model.fence <= self.fences[actor]
            and (not of_claim or model.claim_id == seen.claim_id)
        )

    def _reserve(self, sid: int, claim: Record) -> bool:
        name = f"{self.prefix}{sid}"
        if self.sids.get(name, 0) > self.now:
            return False
        self.sids[name] = self.now + TTL_SECONDS
        return True

    def _learned(self, may: bool, claim: Record, status: str, reason: str | None = None) -> None:
        if may:
            model = self.models[claim.pk]
            model.status, model.licensed = status, False
            model.reason = model.reason if reason is None else reason

    def _moved(self, may: bool, actor: int, seen: Record, status: str, reason: str, *, licensed: bool = False) -> None:
        if may:
            model = self.models[seen.pk]
            assert model.status not in FINAL, "a final state is final"
            model.status, model.reason, model.fence, model.licensed = status, reason, self.fences[actor], licensed
