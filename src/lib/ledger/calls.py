"""The durable record of each call, and the only ways it may change (`transitions`).

A claim is a conditional write made before the request; nothing else gives the right to send. The verbs tell who speaks:
a participle (accepted, found, delivered …) is what was learned, an imperative (wait, skip, hold …) what others decide.
What a claim's owner learned is written wherever the claim still stands, even on a call that was held meanwhile, or let
go for a resend that nobody has claimed yet. What is decided moves a record only while it is what was seen and no
newer fence has been there.
"""

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from ..core import keys
from ..core.call import Call
from ..core.case import Case
from ..core.frozen import frozen
from ..core.gate import Rule, Terms
from ..core.message.compose import Message
from ..core.record import HISTORY_AT_MOST, OWNER_GONE_SECONDS, TTL_SECONDS, Event, Record, record_item
from ..core.status import Reason, Status
from ..core.table import AtMost, Change, Check, Free, Is, Item, Put, Update
from ..errors import ConditionFailed, TableUnclear
from . import notes, places
from .learned import Learned
from .moves import update_of
from .transitions import TRANSITIONS
from .written import is_written

PERSON = "person"
_OF_A_CLAIM = (
    *("status", "reason", "error_code", "queue", "due_at", "fence", "attempts", "claim_id", "claimed_at"),
    "heard_until",
    *("place", "kind", "channel", "to", "sender", "subject", "body", "content_sid", "content_variables"),
    "conversation_ended_at",
)


@frozen
class Address:
    """Where a message goes, and from which sender, each in the form of its channel (`whatsapp:+…`)."""

    to: str
    sender: str
    channel: str = "whatsapp"


def by_a_person(why: str) -> str:
    """Who decided, and why, as the history keeps it."""
    return f"{PERSON}: {why}" if why else PERSON


class Ledger(Learned):
    """The calls of one table. Methods raise TableUnclear when the table does not answer; nothing is then known."""

    # ── before a send ────────────────────────────────────────────────────────────────────────────────────────────

    def wait(self, case: Case, reason: str, until: float) -> bool:
        """The call is not due yet, or waits for something else now; every tick sees it.

        until: when the wait is over at the latest. False when the call was recorded, or moved, by somebody else
        meanwhile. One without a conversation id may have been written to under the key it has since the id appeared: a
        run that stalled and has not seen the id writes nothing once a newer run has claimed anything for the phone.
        """
        due_at = int(until)
        if case.record is not None:
            return self._move("wait_on", case.record, reason=reason, due_at=due_at)
        return self._begin("wait", case.call, reason, *self._unseen(case.call), due_at=due_at)

    def defer(
        self, case: Case, kind: str, reason: str, until: float, *, rule: Rule | None = None, code: int = 0
    ) -> bool:
        """The call's message is due, and may not leave before an instant; until then no tick looks at it,
        but for those of a run that finds what the owner sets changed, or does not know it (`RulesInForce`).

        kind: of the message; of a talk the phone's note tells, for no missed call's message leaves before its own.
        rule: where the gate says so, as people read it. code: Twilio's, where that does. False as in `wait`.
        """
        due_at, record, call = math.ceil(until), case.record, case.call
        is_news = kind == "follow_up" and call.conversation_id and (record is None or record.kind != kind)
        noted = [notes.remembering(call.phone, record.pk if record else call.key, self._now())] if is_news else []
        if record is not None:
            values: Item = {"reason": reason, "due_at": due_at, "kind": kind} | ({"error_code": code} if code else {})
            return self._move("defer_waiting", record, *noted, rule_told=rule, **values)
        unseen, values = self._unseen(call), {"kind": kind, "due_at": due_at, "error_code": code}
        return self._begin("defer", call, reason, *unseen, *noted, rule_told=rule, **values)

    def _unseen(self, call: Call) -> list[Check]:
        notes_of_phone = () if call.conversation_id else notes.keys_of(call.phone, self._now())
        return [Check(note, (AtMost("fence", self._fence()),)) for note in notes_of_phone]

    def skip(self, case: Case, reason: str, rule: Rule | None = None, *, talked_until: int = 0) -> bool:
        """The call gets no message, and why. False when it was recorded, or moved, by somebody else meanwhile.

        rule: where the gate said no. talked_until: when (epoch seconds) the call was over, where the person spoke in it
        and that counts for the phone's other calls: they find it (`of_phones`, `pasts`).
        """
        call, record = case.call, case.record
        pk = record.pk if record else call.key
        beside = [notes.remembering(call.phone, pk, self._now())] if talked_until else []
        talk: Item = {"kind": "follow_up", "conversation_ended_at": talked_until} if talked_until else {}
        if record is not None:
            return self._move("skip_waiting", record, *beside, reason=reason, rule_told=rule, **talk)
        return self._begin("skip", call, reason, *beside, rule_told=rule, **talk)

    def give_up(self, record: Record, reason: str) -> bool:
        """Ends a waiting call whose sends were tried and never processed."""
        return self._move("give_up", record, reason=reason)

    def claim(
        self,
        case: Case,
        kind: str,
        message: Message,
        address: Address,
        terms: Terms | None = None,
        heard_until: float = 0,
    ) -> Record | None:
        """Takes the right to send once, and stores what will recognise the message later; None when it is not ours.

        The call is noted under its phone in the same transaction: a look-up must know every call whose message may
        stand in Twilio's list beside the one it seeks. The same call may be claimed under another key, from before its
        conversation id appeared (facts/elevenlabs.md §2, F8): the phone's fence shuts out a stalled run that would do
        so after us, and unless that record is known to be an earlier attempt's, it must not be there. Nor may the
        person stand on the suppression list: the last thing that is looked at, in the same transaction (a check costs
        two write units, as any change of a transaction). terms: those that the gate let it through on hold as well: no
        other message to the person was claimed since, and the place under `daily_limit` is free, or the person's.
        heard_until: when the newest message came that the person is known to have written.
        Raises TableUnclear; what may have been written is then taken back if the table lets us, for nothing was sent.
        """
        now, is_not_suppressed = self._now(), self.suppressed.check(case.call.phone)
        before = case.record or Record(case.call, Status.WAITING, now, expires_at=now + TTL_SECONDS)
        event = Event(now, Status.CLAIMED, channel=address.channel)
        claim = replace(
            before,
            status=Status.CLAIMED,
            reason="",
            error_code=0,
            queue=TRANSITIONS["claim"].queue,
            due_at=now + OWNER_GONE_SECONDS,
            fence=self._fence(),
            attempts=before.attempts + 1,
            claim_id=self._new_id(),
            claimed_at=now,
            heard_until=before.heard_until if before.claimed_at else int(heard_until),
            kind=kind,
            channel=address.channel,
            to=address.to,
            sender=address.sender,
            place=terms.place if terms else 0,
            message=message,
            conversation_ended_at=int(
                (case.conversation and case.conversation.ended_at) or before.conversation_ended_at
            ),
            history=(*before.history, event)[-HISTORY_AT_MOST:],
        )
        mine, beside = self._claiming(case.record, claim), [*self._beside(case, claim, terms)]
        try:
            self._table.write(mine, *beside, is_not_suppressed)
        except ConditionFailed as refused:
            if refused.item.get("claim_id") != claim.claim_id:  # a repeated write meets its own first attempt
                return None
        except TableUnclear:
            with suppress(TableUnclear):
                self.postponed(claim, now, Reason.CLAIM_UNWRITTEN, tried=False)
            raise
        return claim

    def _claiming(self, waiting: Record | None, claim: Record) -> Put | Update:
        item = record_item(claim)
        if waiting is None:
            return Put(item, when=(Free(claim.claimed_at),))
        when = (*self._conditions(TRANSITIONS["claim_waiting"], waiting), Is("attempts", (waiting.attempts,)))
        return update_of(waiting, {name: item.get(name) for name in _OF_A_CLAIM}, claim.history[-1:], when)

    def _beside(self, case: Case, claim: Record, terms: Terms | None) -> Iterator[Change]:
        """What stands or falls with the claim: the phone's notes, the place, the absence of an earlier record."""
        phone, now, seen = case.call.phone, claim.claimed_at, dict(terms.notes) if terms else {}
        yield from notes.noting(phone, claim.pk, now, self._fence(), claim.claim_id, seen)
        if terms and terms.place:
            yield places.taking(terms.place, phone, now, has_place=terms.has_place)
        if not case.is_redial and case.call.recipient_key != claim.pk:
            yield Check(case.call.recipient_key, (Free(now),))

    # ── settling, and what a person decides ──────────────────────────────────────────────────────────────────────

    def look_again(self, claim: Record, due_at: float, reason: str) -> bool:
        """The message has not been found yet; the next look-up is due then."""
        return self._move("look_again", claim, reason=reason, due_at=int(due_at))

    def hold(self, claim: Record, reason: str) -> bool:
        """Nobody can tell whether the message left: a person decides."""
        return self._move("hold", claim, reason=reason, due_at=self._now())

    def resend(self, claim: Record, reason: str, by: str = "") -> bool:
        """Lets a call that was not found go out once more, under a claim of its own; until then the old one stands."""
        return self._move("resend", claim, by=by, reason=reason, due_at=self._now(), resends=claim.resends + 1)

    def send_anew(self, failed: Record, why: str) -> bool:
        """A person has put right why a message failed: the call gets another, under a claim of its own."""
        values: Item = {"claim_id": "", "message_sid": "", "error_code": 0, "sent_at": 0, "delivered_at": 0}
        values |= {"due_at": self._now(), "resends": failed.resends + 1}
        return self._move("send_anew", failed, by=by_a_person(why), reason=Reason.RESENT_BY_A_PERSON, **values)

    def release(self, claim: Record, reason: str) -> bool:
        """Ends a held call without another message."""
        return self._move("release", claim, by=PERSON, reason=reason)

    # ── batches that need no reading any more ────────────────────────────────────────────────────────────────────

    def finish_batch(self, batch_id: str, fingerprint: str) -> bool:
        item = {"pk": keys.of_batch(batch_id), "fingerprint": fingerprint, "fence": self._fence()}
        return is_written(
            self._table, Put(item | {"expires_at": self._now() + TTL_SECONDS}, when=(AtMost("fence", self._fence()),))
        )
