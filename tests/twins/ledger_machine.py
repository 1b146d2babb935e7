"""The ledger's transitions against an abstract model, on any store: two runs with fences, in every order.

The model knows no conditional writes, only who may do what; the ledger must refuse exactly what the model refuses, and
each move that it makes must be one of `ledger.transitions`.
"""

import itertools
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from lib.core.again import Again
from lib.core.call import Call
from lib.core.case import Case
from lib.core.fallback import Next
from lib.core.message.compose import Message
from lib.core.record import OPEN_STATUSES, OWNER_GONE_SECONDS, PERSONAL, TTL_SECONDS, Record
from lib.core.status import Reason, Status
from lib.ledger.calls import Address, Ledger
from lib.ledger.notes import NOTE_SECONDS, STALL_MOST_SECONDS
from lib.ledger.transitions import TRANSITIONS, WATCH, Who
from lib.ports import Table
from tests.twins.troubles import Heard

FINAL = ("sent", "delivered", "read", "failed", "skipped")
NEEDS_REASON = ("skipped", "held", "waiting")
START = 1_795_000_000 // NOTE_SECONDS * NOTE_SECONDS - 60  # a week of notes ends in a minute
ANOTHER_ATTEMPT = Record(Call("", "", "", "", "", "", 0, 0, "", ""), Status.SENT, START)
_numbers = itertools.count()  # every example has phones of its own: a real table keeps those of the ones before
SMS_NEXT = Next("sms", (("email", Reason.NO_EMAIL),))
AGAIN = ("failed_for_now", "next_after_sent")
NEWS = ("delivered", "read", "undelivered", "let_go", *AGAIN)
NEXT_REASON = {"next_after_sent": "next_channel"}
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
    sid: str = ""
    followed: bool = False


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
        self.opted_out: set[str] = set()  # phones
        self.said_at: dict[str, int] = {}  # phone → when its person last said whether to write
        self.sids: dict[str, int] = {}  # → until when it is reserved
        self.prefix = f"SM{number}-"
        self.heard = Heard()
        ids = itertools.count()

        def new_id() -> str:
            return f"c{number}-{next(ids)}"

        self.ledgers = [
            Ledger(self.store, lambda: self.now, lambda a=actor: self.fences[a], new_id, self.heard)  # type: ignore[misc]
            for actor in (0, 1)
        ]
        self.items: dict[str, dict[str, Any]] = {}  # as they stood after the step before

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

    @rule(actor=ACTORS, call=CALLS, verb=st.sampled_from(("wait", "defer", "skip")))
    def record_without_sending(self, actor: int, call: int, verb: str) -> None:
        ledger, one = self.ledgers[actor], self.calls[call]
        may = not self._is_live(one.key)
        waits = verb != "skip"
        if waits and not one.conversation_id:  # a newer run may have claimed it under its conversation id
            week = self.now // NOTE_SECONDS
            noted = (self.phone_fences.get((one.phone, w), 0) for w in (week, week - 1))
            may = may and max(noted) <= self.fences[actor]
        begin = {
            "wait": lambda: ledger.wait(Case(one), "summary", self.now + 90),
            "defer": lambda: ledger.defer(Case(one), "missed", "summary", self.now + 90, code=63007),
            "skip": lambda: ledger.skip(Case(one), "too_old"),
        }
        assert begin[verb]() == may
        if may:
            self._check_move(verb, one.key)
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
        assert (claim is not None) == (may and is_alone and call.phone not in self.opted_out)
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
        self._check_move("claim_waiting" if waiting else "claim", call.key)
        return claim

    @rule(actor=ACTORS, call=CALLS, is_wanted=st.booleans(), seconds_ago=st.sampled_from((0, 1, 90)))
    def a_person_says_whether_to_write(self, actor: int, call: int, is_wanted: bool, seconds_ago: int) -> None:
        """What they said last counts, in whatever order it is learned."""
        phone, at = self.calls[call].phone, self.now - seconds_ago
        suppressed = self.ledgers[actor].suppressed
        may = self.said_at.get(phone, 0) <= at
        assert (suppressed.remove if is_wanted else suppressed.add)(phone, "person", "SM", at) == may
        if may:
            self.said_at[phone] = at
            (self.opted_out.discard if is_wanted else self.opted_out.add)(phone)
        assert suppressed.among([phone]).keys() == {phone} & self.opted_out

    @rule(actor=ACTORS, record=seen, verb=st.sampled_from(("wait_on", "defer_waiting")))
    def wait_on(self, actor: int, record: Record | None, verb: str) -> None:
        if record is not None:
            may, ledger = self._may_move(actor, record, "waiting", of_claim=False), self.ledgers[actor]
            move = {
                "wait_on": lambda: ledger.wait(Case(record.call, record), "conversation", self.now + 300),
                "defer_waiting": lambda: ledger.defer(
                    Case(record.call, record), "missed", "conversation", self.now + 300
                ),
            }
            assert move[verb]() == may
            licensed = may and self.models[record.pk].licensed
            self._moved(may, verb, actor, record, "waiting", "conversation", licensed=licensed)

    @rule(actor=ACTORS, record=seen)
    def next_instead(self, actor: int, record: Record | None) -> None:
        """The template that should have answered is gone."""
        if record is not None:
            may = self._may_move(actor, record, "waiting")
            assert self.ledgers[actor].next_instead(record, SMS_NEXT) == may
            self._moved(may, "next_instead", actor, record, "waiting", "next_channel")
            if may:
                self.models[record.pk].claim_id = ""

    @rule(actor=ACTORS, record=seen, is_tried=st.booleans())
    def end_waiting(self, actor: int, record: Record | None, is_tried: bool) -> None:
        if record is not None:
            may, ledger = self._may_move(actor, record, "waiting", of_claim=False), self.ledgers[actor]
            ends = {
                "give_up": lambda: ledger.give_up(record, "too_old"),
                "skip_waiting": lambda: ledger.skip(Case(record.call, record), "too_old"),
            }
            verb, status = ("give_up", "failed") if is_tried else ("skip_waiting", "skipped")
            assert ends[verb]() == may
            self._moved(may, verb, actor, record, status, "too_old")

    # ── the owner's word ─────────────────────────────────────────────────────────────────────────────────────────

    @rule(actor=ACTORS, claim=claims, sid=SIDS)
    def accepted(self, actor: int, claim: Record, sid: int) -> None:
        may = self._is_owner(claim) and self._reserve(sid, claim)
        ledger = self.ledgers[actor]
        assert ledger.write_together([ledger.accepted(claim, "sent", f"{self.prefix}{sid}")]) == [may]
        self._learned(may, "accepted", claim, "sent", "", sid)

    @rule(actor=ACTORS, claim=claims)
    def refused(self, actor: int, claim: Record) -> None:
        may = self._is_owner(claim)
        assert self.ledgers[actor].refused(claim, 21211) == may
        self._learned(may, "refused", claim, "failed", "refused")

    @rule(actor=ACTORS, claim=claims, tried=st.booleans())
    def postponed(self, actor: int, claim: Record, tried: bool) -> None:
        may = self._is_owner(claim)
        assert self.ledgers[actor].postponed(claim, self.now + 5, "not_processed", tried) == may
        self._learned(may, "postponed", claim, "waiting", "not_processed")
        if may:
            self.models[claim.pk].attempts -= not tried
            self.models[claim.pk].claim_id = ""

    @rule(actor=ACTORS, claim=claims, sid=st.none() | SIDS)
    def leaves_again(self, actor: int, claim: Record, sid: int | None) -> None:
        """Refused, or accepted as failed; the message that failed is taken for no other call's."""
        may = self._is_owner(claim) and (sid is None or self._reserve(sid, claim))
        then, name = (
            Again(self.now, Reason.WINDOW_CLOSED, {"failures": 1}),
            "" if sid is None else f"{self.prefix}{sid}",
        )
        assert self.ledgers[actor].leaves_again(claim, 63016, then, name) == may
        self._learned(may, "postponed", claim, "waiting", "window_closed")
        if may:
            self.models[claim.pk].claim_id = ""

    @rule(actor=ACTORS, claim=claims, sid=st.none() | SIDS)
    def next_channel(self, actor: int, claim: Record, sid: int | None) -> None:
        """Refused, or accepted as failed: another channel follows, under a claim of its own."""
        may = self._is_owner(claim) and (sid is None or self._reserve(sid, claim))
        name = "" if sid is None else f"{self.prefix}{sid}"
        assert self.ledgers[actor].next_channel(claim, 63024, SMS_NEXT, name) == may
        self._learned(may, "next_channel", claim, "waiting", "next_channel")
        if may:
            self.models[claim.pk].claim_id = ""
            item = self.store.get([claim.pk])[claim.pk]
            assert (item["channel"], item["failed_on"].split()[-1], item["error_code"]) == ("sms", claim.channel, 63024)

    # ── what became of the message ───────────────────────────────────────────────────────────────────────────────

    @rule(
        actor=ACTORS,
        record=seen,
        news=st.sampled_from(NEWS),
    )
    def hear_of_the_message(self, actor: int, record: Record | None, news: str) -> None:
        if record is None or not record.message_sid:
            return
        model = self.models.get(record.pk)
        may = (
            model is not None
            and model.followed
            and model.sid == record.message_sid
            and model.fence <= self.fences[actor]
            and model.status in TRANSITIONS[news].before
            and record.status in (model.status, *(set(Status) - set(TRANSITIONS[news].before)))
        )
        ledger = self.ledgers[actor]
        reasons = {"undelivered": "failed_after_acceptance", "let_go": "unconfirmed"} | NEXT_REASON
        reason = reasons.get(news, "failed_for_now" if news == "failed_for_now" else "")
        then = Again(self.now + 120, Reason.FAILED_FOR_NOW, {"failures": 1})
        moves = {
            "delivered": lambda: ledger.delivered(record),
            "read": lambda: ledger.read(record),
            "undelivered": lambda: ledger.undelivered(record, 63016),
            "failed_for_now": lambda: ledger.failed_for_now(record, 30001, then),
            "let_go": lambda: ledger.let_go(record, "unconfirmed"),
            "next_after_sent": lambda: ledger.next_after_sent(record, 63016, SMS_NEXT),
        }
        assert moves[news]() == may
        if may and model is not None:
            self._check_move(news, record.pk)
            statuses = {"undelivered": "failed", "let_go": model.status} | dict.fromkeys(AGAIN, "waiting")
            status = statuses.get(news, news)
            model.status, model.reason, model.fence = status, reason, self.fences[actor]
            model.followed = news == "delivered"
            if news == "failed_for_now":
                model.sid = model.claim_id = ""

    # ── settling, and a person's word ────────────────────────────────────────────────────────────────────────────

    @rule(actor=ACTORS, claim=claims)
    def look_again(self, actor: int, claim: Record) -> None:
        may = self._may_move(actor, claim, "claimed")
        assert self.ledgers[actor].look_again(claim, self.now + 15, "unclear_not_listed") == may
        self._moved(may, "look_again", actor, claim, "claimed", "unclear_not_listed", licensed=True)

    @rule(actor=ACTORS, claim=claims, sid=SIDS)
    def found(self, actor: int, claim: Record, sid: int) -> None:
        may = self._is_owner(claim) and self._reserve(sid, claim)
        assert self.ledgers[actor].found(claim, "delivered", f"{self.prefix}{sid}") == may
        self._learned(may, "found", claim, "delivered", "found_in_list", sid)

    @rule(actor=ACTORS, claim=claims)
    def hold(self, actor: int, claim: Record) -> None:
        may = self._may_move(actor, claim, "claimed")
        assert self.ledgers[actor].hold(claim, "unclear_not_listed") == may
        self._moved(may, "hold", actor, claim, "held", "unclear_not_listed", licensed=True)

    @rule(actor=ACTORS, claim=claims)
    def resend(self, actor: int, claim: Record) -> None:
        may = self._may_move(actor, claim, *OPEN_STATUSES)
        assert self.ledgers[actor].resend(claim, "not_found_resend") == may
        self._moved(may, "resend", actor, claim, "waiting", "not_found_resend")
        if may:
            self.models[claim.pk].resends = claim.resends + 1

    @rule(actor=ACTORS, claim=claims)
    def release(self, actor: int, claim: Record) -> None:
        may = self._may_move(actor, claim, "held")
        assert self.ledgers[actor].release(claim, "released_by_a_person") == may
        self._moved(may, "release", actor, claim, "skipped", "released_by_a_person")

    # ── what holds at all times ──────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def the_table_says_what_the_model_says(self) -> None:
        items = self.store.get([call.key for call in getattr(self, "calls", ())]) if hasattr(self, "store") else {}
        assert items.keys() == getattr(self, "models", {}).keys()
        self.items = items
        assert not hasattr(self, "heard") or not self.heard.lines
        for key, item in items.items():
            model = self.models[key]
            names = ("status", "attempts", "claim_id", "expires_at", "reason")
            there = replace(model, **{name: item.get(name, getattr(Model, name, "")) for name in names})
            assert there == model
            assert model.reason or model.status not in NEEDS_REASON
            assert ("queue" in item) == (model.status in ("waiting", *OPEN_STATUSES) or model.followed)
            assert item.get("message_sid", "") == model.sid

    @invariant()
    def what_waits_and_what_is_claimed_is_in_a_queue_of_its_own(self) -> None:
        if hasattr(self, "store"):
            ledger, mine = self.ledgers[0], {call.key for call in self.calls}
            for records, status in ((ledger.to_settle(10_000), "claimed"), (ledger.waiting(10_000), "waiting")):
                queued = {record.pk for record in records if record.pk in mine}
                live = {key for key, model in self.models.items() if model.status == status and self._is_live(key)}
                assert queued == {key for key in live if self._is_looked_at(self.items[key])}

    def _is_looked_at(self, item: dict[str, Any]) -> bool:
        return bool(item["queue"] == WATCH or item["due_at"] <= self.now)

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

    def _learned(self, may: bool, verb: str, claim: Record, status: str, reason: str, sid: int | None = None) -> None:
        if may:
            self._check_move(verb, claim.pk)
            model = self.models[claim.pk]
            model.status, model.licensed = status, False
            model.reason = reason
            if sid is not None:
                model.sid, model.followed = f"{self.prefix}{sid}", True

    def _moved(
        self, may: bool, verb: str, actor: int, seen: Record, status: str, reason: str, *, licensed: bool = False
    ) -> None:
        if may:
            self._check_move(verb, seen.pk)
            model = self.models[seen.pk]
            assert model.status not in FINAL, "a final state is final"
            model.status, model.reason, model.fence, model.licensed = status, reason, self.fences[actor], licensed

    # ── the table of transitions ─────────────────────────────────────────────────────────────────────────────────

    def _check_move(self, verb: str, pk: str) -> None:
        """The move that was just made is the one that the table has under its name."""
        rule, after = TRANSITIONS[verb], self.store.get([pk])[pk]
        before = self.items.get(pk, {}) if rule.before else {}
        assert before.get("status") in (rule.before or (None,))
        assert after["status"] in rule.after
        queue = rule.queue_of(Status(after["status"]))
        assert after.get("queue", "") == queue
        assert ("due_at" in after) == (queue != "")
        kept = set() if after["status"] == "skipped" else {"name"}  # whoever has a message, or may yet, is told by it
        assert not rule.forgets or set(PERSONAL) & after.keys() == kept
        assert after.get("name") == "Ana" or (rule.forgets and not kept)
        if rule.of_claim and verb not in ("postponed", "next_channel", "next_instead"):
            assert before["claim_id"] == after["claim_id"]
        fence = before.get("fence", 0)
        assert after["fence"] == fence if rule.who is Who.CLAIM else after["fence"] in self.fences
        self._check_history(before, after)

    def _check_history(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        """Every change of status or reason is told in the write that makes it, at the end."""
        told, told_before, reason = after["history"], before.get("history", []), after.get("reason")
        if (before.get("status"), before.get("reason")) == (after["status"], reason) and told == told_before:
            return
        told_together = 3 if reason == "next_channel" else 1  # what failed, what was passed over, what follows
        assert told[:-told_together] == told_before
        assert (told[-1]["at"], told[-1]["event"]) == (self.now, reason or after["status"])
