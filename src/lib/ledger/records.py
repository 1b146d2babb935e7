"""The table's records, read: what the ledger builds on. (Commands and the widget read by `reading.reader`.)"""

from collections.abc import Collection, Iterable, Mapping

from ..core import keys
from ..core.admit import GATE_REASONS, Past, Places
from ..core.call import Call
from ..core.phone import person_of, spellings
from ..core.record import Record, is_live, parse_record
from ..core.status import Status
from ..core.table import EVER, Item
from ..ports import Clock, Table, Troubles
from . import notes, places
from .places import KnownPlaces
from .transitions import FOLLOWED, SEND, SETTLE, TRACK, WATCH

READ_AHEAD_FACTOR = 4  # times as many are read as a tick takes, when a gate opens to more than that
_INDEX_LAG_SECONDS = 30  # an index shows what was written a moment later, far less than this; what is read again costs
_OLD_QUEUE = "due"  # version 0.1 had one for all; what it left there is gone seven days after the upgrade


class Records:
    """Methods raise TableUnclear when the table does not answer.

    An item that cannot be read is told to `troubles` by its masked key, and left out.
    """

    def __init__(self, table: Table, clock: Clock, troubles: Troubles) -> None:
        self._table, self._clock, self._troubles = table, clock, troubles

    def known(self, calls: Collection[Call]) -> dict[str, Record]:
        """The live records of these calls by `call.key`, and what `earlier` gives."""
        return self._found(calls, {call.key for call in calls})

    def earlier(self, calls: Collection[Call]) -> dict[str, Record]:
        """The live records from before a call's conversation id appeared, by `call.recipient_key`."""
        return self._found(calls, set())

    def _found(self, calls: Collection[Call], more: set[str]) -> dict[str, Record]:
        """Version 0.1 wrote a call without conversation id under one key for all batches: that is asked for too."""
        in_any_batch = [(call, keys.of_recipient_in_any_batch(call.phone, call.recipient_id)) for call in calls]
        wanted = more | {call.recipient_key for call in calls}
        items = self._live(wanted | {key for _, key in in_any_batch})
        found = {record.pk: record for record in self._readable(items.values())}
        records = {key: found[key] for key in wanted if key in found}
        for call, key in in_any_batch:
            if key in found and found[key].call.batch_id == call.batch_id:
                records.setdefault(call.recipient_key, found[key])
        return records

    def to_settle(self, limit: int) -> list[Record]:
        """Claims whose look-up is due, the longest due first."""
        records = self._queued(SETTLE, self._now(), limit) + self._queued(_OLD_QUEUE, self._now(), limit)
        return [record for record in records if record.status == Status.CLAIMED]

    def waiting(self, limit: int, *, ahead: Collection[str] = ()) -> list[Record]:
        """Waiting calls, those whose time has come first: from each queue at most so many.

        Those that wait for an instant come when it is there, of many with one instant those who talked first; those
        that wait for something that may come before, at every time, the soonest end first. ahead: those too whose
        instant is still to come, where they were put off for one of these reasons.
        """
        now = self._now()
        due = sorted(self._queued(SEND, now, limit * READ_AHEAD_FACTOR), key=lambda record: record.turn)
        if len(due) > limit:
            self._troubles.count("due_left_for_later")
        later = self._queued(SEND, EVER, limit) if ahead else []
        put_off = [record for record in later if record.due_at > now and record.reason in ahead]
        queued = [*due[:limit], *put_off, *self._queued(WATCH, EVER, limit), *self._queued(_OLD_QUEUE, now, limit)]
        records = {record.pk: record for record in queued}
        return [record for record in records.values() if record.status == Status.WAITING]

    def tried_again_later(self, limit: int) -> list[Record]:
        """Waiting calls whose instant is still to come, and not because the gate said so: the soonest first."""
        later = [record for record in self._queued(SEND, EVER, limit) if record.due_at > self._now()]
        return [one for one in later if one.status == Status.WAITING and one.reason not in GATE_REASONS]

    def to_follow(self, since: int, limit: int, known: Mapping[str, Record]) -> tuple[list[Record], int]:
        """Messages to follow that came into their queue since then, the oldest first; and since when to ask next.

        known: by key, those that need no reading as long as it is the same message.
        """
        now = self._now()
        items = self._table.queued(TRACK, now, limit, now, since)
        fresh = [item for item in items if not _is_known(item, known)]
        records = [record for record in self._readable(fresh) if record.status in FOLLOWED]
        if len(items) == limit:
            return records, max(items[-1]["due_at"], since + 1)
        return records, now - _INDEX_LAG_SECONDS

    def of_phone(self, phone: str) -> list[Record]:
        """The calls claimed for a phone in a week or two, expired ones too: Twilio's list still has their messages."""
        return self.of_phones([phone]).get(phone, [])

    def of_phones(self, phones: Iterable[str]) -> dict[str, list[Record]]:
        """The same for several phones, by phone, in as few reads."""
        return self._noted(phones)[0]

    def pasts(self, phones: Iterable[str]) -> dict[str, Past]:
        """What the table knows of the people of these phones, under either spelling of their number, by person."""
        asked = {one for phone in phones for one in spellings(phone)}
        records, claims = self._noted(asked)
        found: dict[str, Past] = {}
        for phone in sorted(asked):
            past = found.get(person_of(phone), Past())
            own = {note: claims[note] for note in notes.keys_of(phone, self._now()) if note in claims}
            found[person_of(phone)] = Past([*past.records, *records.get(phone, ())], {**past.notes, **own})
        return found

    def places(self, known: KnownPlaces, limit: int, wanted: int) -> Places:
        """Those under `daily_limit`: so many free ones as are wanted, and when the others are free again."""
        return places.look(self._table, self._now(), known, limit, wanted)

    def _noted(self, phones: Iterable[str]) -> tuple[dict[str, list[Record]], dict[str, str]]:
        """The records by phone; and by the key of each note the claim that it names last."""
        by_note = {note: phone for phone in phones for note in notes.keys_of(phone, self._now())}
        noted = self._table.get(by_note)
        by_pk = {pk: by_note[note] for note, item in noted.items() for pk in notes.calls_in(item)}
        found: dict[str, list[Record]] = {}
        for record in self._readable(self._table.get(sorted(by_pk)).values()):
            found.setdefault(by_pk[record.pk], []).append(record)
        return found, {note: notes.last_claim(noted.get(note)) for note in by_note}

    def record(self, pk: str) -> Record | None:
        return next(iter(self._readable(self._live([pk] if keys.is_call(pk) else ()).values())), None)

    def finished_batches(self, batch_ids: Iterable[str]) -> dict[str, str]:
        """The marks of batches with nothing left to do: batch id → the fingerprint they had."""
        ids = {keys.of_batch(batch_id): batch_id for batch_id in batch_ids}
        marks = {ids[pk]: item.get("fingerprint") for pk, item in self._live(ids).items()}
        for batch_id, mark in marks.items():
            if not isinstance(mark, str):
                self._troubles.tolerated("item_unreadable", batch_id, "its mark has no `fingerprint` that is a text")
        return {batch_id: mark for batch_id, mark in marks.items() if isinstance(mark, str)}

    def _now(self) -> int:
        return int(self._clock())

    def _live(self, pks: Iterable[str]) -> dict[str, Item]:
        now = self._now()
        return {pk: item for pk, item in self._table.get(pks).items() if is_live(item, now)}

    def _queued(self, queue: str, until: int, limit: int) -> list[Record]:
        now = self._now()
        items = self._table.queued(queue, until, limit + 1, now)
        if len(items) > limit and items[limit]["due_at"] <= now:
            self._troubles.count("due_left_for_later")
        return self._readable(items[:limit])

    def _readable(self, items: Iterable[Item]) -> list[Record]:
        records = []
        for item in items:
            try:
                records.append(parse_record(item))
            except ValueError as problem:
                batch_id = item.get("batch_id")
                why = f"{keys.masked(item['pk'])}: {problem}; nothing is done about it until it is mended or deleted"
                self._troubles.tolerated("item_unreadable", batch_id if isinstance(batch_id, str) else "", why)
        return records


def _is_known(item: Item, known: Mapping[str, Record]) -> bool:
    record = known.get(item["pk"])
    return record is not None and record.message_sid == item.get("message_sid")
