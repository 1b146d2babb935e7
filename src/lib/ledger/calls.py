"""The durable record of each call, and the only ways it may change.

A claim is a conditional write made before the request; nothing else gives the right to send. What a claim's owner
learns from Twilio (accepted, refused, not processed) is written wherever the claim still stands, even on a call that
was held meanwhile, or let go for a resend that nobody has claimed yet. Everybody else moves a record only while it is
what they saw and no newer fence has been there.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..core.call import Call
from ..core.case import Case
from ..core.message.compose import Message
from ..core.record import (
    DUE_QUEUE,
    HELD_QUEUE,
    OPEN_STATUSES,
    OWNER_GONE_SECONDS,
    PERSONAL,
    TTL_SECONDS,
    Record,
    call_item,
    is_call,
    is_live,
    parse_record,
)
from ..core.table import AtMost, Change, Check, Condition, Free, Is, Item, Put, Update
from ..errors import ConditionFailed, TableUnclear
from ..ports import Table

NOTE_SECONDS = TTL_SECONDS  # as long as a call is remembered, its phone's note is read
STALL_MOST_SECONDS = 3600  # far beyond what a process of Lambda can sleep through
_UNQUEUE = ("queue", "due_at")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes and whence, in the form of its channel (`whatsapp:+…`)."""

    to: str
    sender: str


class Ledger:
    """The calls of one table. Methods raise TableUnclear when the table does not answer; nothing is then known."""

    def __init__(
        self, table: Table, clock: Callable[[], float], fence: Callable[[], int], new_id: Callable[[], str]
    ) -> None:
        self._table, self._clock, self._fence, self._new_id = table, clock, fence, new_id

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────

    def known(self, keys: Iterable[str]) -> dict[str, Record]:
        """The live records among these keys."""
        return {pk: parse_record(item) for pk, item in self._live(keys).items()}

    def due(self, limit: int) -> list[Record]:
        """Calls for which something is due: a retry, a summary, a look-up."""
        items = self._table.queued(DUE_QUEUE, self._now(), limit)
        return [parse_record(item) for item in items if is_call(item) and is_live(item, self._now())]

    def of_phone(self, phone: str) -> list[Record]:
        """The calls claimed for a phone in a week or two, expired ones too: Twilio's list still has their messages."""
        return self.of_phones([phone]).get(phone, [])

    def of_phones(self, phones: Iterable[str]) -> dict[str, list[Record]]:
        """The same for several phones, in as few reads."""
        by_note = {note: phone for phone in phones for note in _notes(phone, self._now())}
        notes = self._table.get(by_note)
        by_key = {key: by_note[pk] for pk, note in notes.items() for key in note.get("calls", ())}
        found: dict[str, list[Record]] = {}
        for pk, item in self._table.get(sorted(by_key)).items():
            found.setdefault(by_key[pk], []).append(parse_record(item))
        return found

    def record(self, pk: str) -> Record | None:
        item = self._table.get([pk]).get(pk)
        return parse_record(item) if item is not None and is_live(item, self._now()) and is_call(item) else None

    # ── before a send ────────────────────────────────────────────────────────────────────────────────────────────

    def wait(self, call: Call, reason: str, until: float) -> bool:
        """Records a call that is not due yet; every tick sees it until it is. False when it was recorded already.

        A call without a conversation id may have been written to under the key it has since the id appeared: a run
        that stalled and has not seen the id writes nothing once a newer run has claimed anything for the phone.
        """
        values = {"status": "waiting", "reason": reason, "queue": DUE_QUEUE, "due_at": self._now()}
        notes = () if call.conversation_id else _notes(call.phone, self._now())
        return self._put_new(call, values, *(Check(note, (AtMost("fence", self._fence()),)) for note in notes))

    def skip(self, call: Call, reason: str) -> bool:
        """Records that a call gets no message, and why. False when it was recorded already."""
        return self._put_new(call, {"status": "skipped", "reason": reason})

    def skip_waiting(self, record: Record, reason: str) -> bool:
        """Ends a waiting call without a message."""
        values = {"status": "skipped", "reason": reason}
        return self._move(record, values, _UNQUEUE + PERSONAL, (Is("status", ("waiting",)),))

    def give_up(self, record: Record, reason: str) -> bool:
        """Ends a waiting call whose sends were tried and never processed."""
        values = {"status": "failed", "reason": reason}
        return self._move(record, values, _UNQUEUE + PERSONAL, (Is("status", ("waiting",)),))

    def claim(self, case: Case, kind: str, message: Message, address: Address) -> Record | None:
        """Takes the right to send once, and stores what will recognise the message later; None when it is not ours.

        The call is noted under its phone in the same transaction: a look-up must know every call whose message may
        stand in Twilio's list beside the one it seeks. The same call may be claimed under another key, from before its
        conversation id appeared (facts/elevenlabs.md §2, F8): the phone's fence shuts out a stalled run that would do
        so after us, and unless that record is known to be an earlier attempt's, it must not be there.
        Raises TableUnclear; what may have been written is then taken back if the table lets us, for nothing was sent.
        """
        call, waiting = case.call, case.record
        now, claim_id = self._now(), self._new_id()
        values: dict[str, Any] = {
            "status": "claimed",
            "claim_id": claim_id,
            "claimed_at": now,
            "fence": self._fence(),
            "attempts": (waiting.attempts if waiting else 0) + 1,
            "kind": kind,
            "to": address.to,
            "sender": address.sender,
            "body": message.body,
            "content_sid": message.content_sid,
            "content_variables": message.content_variables,
            "queue": DUE_QUEUE,
            "due_at": now + OWNER_GONE_SECONDS,
        }
        mine: Put | Update
        if waiting:
            seen = (Is("status", ("waiting",)), Is("attempts", (waiting.attempts,)), AtMost("fence", self._fence()))
            mine = Update(call.key, values, remove=("reason", "error_code"), when=seen)
        else:
            mine = Put(call_item(call, now) | values | {"resends": 0}, when=(Free(now),))
        item = call_item(call, waiting.recorded_at if waiting else now) | values
        claim = parse_record(item | {"resends": waiting.resends if waiting else 0})
        try:
            self._table.write(mine, *self._noted(call, now, is_redial=case.is_redial))
        except ConditionFailed as refused:
            if refused.item.get("claim_id") != claim_id:  # a repeated write meets its own first attempt
                return None
        except TableUnclear:
            with suppress(TableUnclear):
                self.postponed(claim, now, "claim_unwritten", tried=False)
            raise
        return claim

    def _noted(self, call: Call, now: int, *, is_redial: bool) -> list[Change]:
        """What stands or falls with a claim: the call is noted under its phone, and has no other key in use."""
        note, note_before = _notes(call.phone, now)
        fence: Item = {"expires_at": now + TTL_SECONDS, "fence": self._fence()}
        newest = (AtMost("fence", self._fence()),)
        noted: list[Change] = [Update(note, fence, add={"calls": frozenset({call.key})}, when=newest)]
        if now % NOTE_SECONDS < STALL_MOST_SECONDS:  # a stalled run may claim, or have claimed, in the week before
            noted.append(Update(note_before, fence, when=newest))
        if not is_redial and call.recipient_key != call.key:
            noted.append(Check(call.recipient_key, (Free(now),)))
        return noted

    # ── what the claim's owner learned ───────────────────────────────────────────────────────────────────────────

    def accepted(self, claim: Record, status: str, sid: str, error_code: int | None = None) -> bool:
        """Twilio has the message: `sent`, or already `delivered`, `read` or `failed`.

        False also when a look-up took the message for that of another call with the same words, this owner having
        stalled: then the claim stays open, and is settled like any other.
        """
        values: dict[str, Any] = {"status": status, "message_sid": sid, "sent_at": self._now()}
        if error_code is not None:
            values |= {"error_code": error_code, "reason": "failed_after_acceptance"}
        stale = ("reason",) if error_code is None else ()  # why it was held, if it was
        return self._own(claim, values, _UNQUEUE + PERSONAL + stale, self._reserved(claim, sid))

    def refused(self, claim: Record, code: int) -> bool:
        """Twilio said no: final."""
        return self._own(claim, {"status": "failed", "error_code": code, "reason": "refused"}, _UNQUEUE + PERSONAL)

    def postponed(
        self, claim: Record, due_at: float, reason: str, tried: bool = True, error_code: int | None = None
    ) -> bool:
        """Nothing was created, and the claim is over: back to waiting. `tried` False takes the attempt back as well.

        error_code: Twilio's, which says why, should the call become too old before it can be sent.
        """
        attempts = claim.attempts if tried else claim.attempts - 1
        values: Item = {"status": "waiting", "reason": reason, "queue": DUE_QUEUE, "due_at": int(due_at)}
        code = {} if error_code is None else {"error_code": error_code}
        return self._own(claim, values | {"attempts": attempts} | code, ("claim_id",))

    # ── settling, and what a person decides ──────────────────────────────────────────────────────────────────────

    def look_again(self, claim: Record, due_at: float, reason: str) -> bool:
        """The message has not been found yet; the next look-up is due then."""
        values = {"due_at": int(due_at), "queue": DUE_QUEUE, "reason": reason}
        return self._move(claim, values, (), (*_still(claim), Is("status", ("claimed",))))

    def found(self, claim: Record, status: str, sid: str, error_code: int | None = None) -> bool:
        """Twilio's list has the message."""
        values: dict[str, Any] = {
            "status": status,
            "message_sid": sid,
            "sent_at": self._now(),
            "reason": "found_in_list",
        }
        if error_code is not None:
            values["error_code"] = error_code
        return self._own(claim, values, _UNQUEUE + PERSONAL, self._reserved(claim, sid))

    def hold(self, claim: Record, reason: str) -> bool:
        """Nobody can tell whether the message left: a person decides."""
        values = {"status": "held", "reason": reason, "queue": HELD_QUEUE, "due_at": self._now()}
        return self._move(claim, values, (), (*_still(claim), Is("status", ("claimed",))))

    def resend(self, claim: Record, reason: str) -> bool:
        """Lets a call that was not found go out once more, under a claim of its own; until then the old one stands."""
        values = {"status": "waiting", "reason": reason, "queue": DUE_QUEUE, "due_at": self._now()}
        more = values | {"resends": claim.resends + 1}
        return self._move(claim, more, (), (*_still(claim), Is("status", OPEN_STATUSES)))

    def release(self, claim: Record, reason: str) -> bool:
        """Ends a held call without another message."""
        values = {"status": "skipped", "reason": reason}
        return self._move(claim, values, _UNQUEUE + PERSONAL, (*_still(claim), Is("status", ("held",))))

    # ── batches that need no reading any more ────────────────────────────────────────────────────────────────────

    def finished_batches(self, batch_ids: Iterable[str]) -> dict[str, str]:
        """The marks of batches with nothing left to do: batch id → the fingerprint they had."""
        items = self._live(_batch_pk(batch_id) for batch_id in batch_ids)
        return {pk.removeprefix("#batch:"): str(item["fingerprint"]) for pk, item in items.items()}

    def finish_batch(self, batch_id: str, fingerprint: str) -> bool:
        item = {"pk": _batch_pk(batch_id), "fingerprint": fingerprint, "fence": self._fence()}
        return self._try(Put(item | {"expires_at": self._now() + TTL_SECONDS}, when=(AtMost("fence", self._fence()),)))

    # ── how it is read and written ───────────────────────────────────────────────────────────────────────────────

    def _live(self, keys: Iterable[str]) -> dict[str, Item]:
        now = self._now()
        return {pk: item for pk, item in self._table.get(keys).items() if is_live(item, now)}

    def _now(self) -> int:
        return int(self._clock())

    def _put_new(self, call: Call, values: Item, *also: Check) -> bool:
        now, without = self._now(), PERSONAL if values["status"] == "skipped" else ()
        item = call_item(call, now) | {"attempts": 0, "fence": self._fence()} | values
        return self._try(Put({k: v for k, v in item.items() if k not in without}, when=(Free(now),)), *also)

    def _own(self, claim: Record, values: Item, remove: tuple[str, ...] = (), *also: Put) -> bool:
        # What waits with a claim's id was let go for a resend: `postponed` takes the id away.
        stands = (*_still(claim), Is("status", (*OPEN_STATUSES, "waiting")))
        return self._try(Update(claim.pk, values, remove=remove, when=stands), *also)

    def _reserved(self, claim: Record, sid: str) -> Put:
        """Written with the call's own item, so that a message settles one call only."""
        now = self._now()
        return Put({"pk": f"#sid:{sid}", "call": claim.pk, "expires_at": now + TTL_SECONDS}, when=(Free(now),))

    def _move(self, seen: Record, values: Item, remove: tuple[str, ...], when: tuple[Condition, ...]) -> bool:
        fenced = (*when, AtMost("fence", self._fence()))
        return self._try(Update(seen.pk, values | {"fence": self._fence()}, remove=remove, when=fenced))

    def _try(self, *changes: Change) -> bool:
        try:
            self._table.write(*changes)
        except ConditionFailed:
            return False
        return True


def _still(claim: Record) -> tuple[Is]:
    return (Is("claim_id", (claim.claim_id,)),)


def _notes(phone: str, now: int) -> tuple[str, str]:
    """The phone's note of this week, and of the week before: one for ever would outgrow its item (400 KB)."""
    week = now // NOTE_SECONDS
    return f"#phone:{phone}:{week}", f"#phone:{phone}:{week - 1}"


def _batch_pk(batch_id: str) -> str:
    return f"#batch:{batch_id}"
