"""How a record's move is written: by the table of `transitions`, its event in the same write, under its conditions."""

from collections.abc import Callable
from typing import Any

from ..core.call import Call
from ..core.record import HISTORY_AT_MOST, PERSONAL, TTL_SECONDS, Event, Record, record_item, there
from ..core.table import AtMost, Change, Check, Condition, Free, Is, Item, Put, Update
from ..errors import ConditionFailed
from ..ports import Table, Troubles
from .records import Records
from .transitions import TRACK, TRANSITIONS, Transition, Who


class Moves(Records):
    """What the ledger's verbs are made of. fence: the writer's, as the lease gave it."""

    def __init__(self, table: Table, clock: Callable[[], float], fence: Callable[[], int], troubles: Troubles) -> None:
        super().__init__(table, clock, troubles)
        self._fence = fence

    def _begin(self, verb: str, call: Call, reason: str, *also: Check, due_at: int = 0) -> bool:
        """The first record of a call, if what must hold beside it does."""
        now, rule = self._now(), TRANSITIONS[verb]
        record = Record(
            call,
            rule.after[0],
            now,
            queue=rule.queue,
            due_at=due_at,
            reason=reason,
            history=(Event(now, reason),),
            fence=self._fence(),
            expires_at=now + TTL_SECONDS,
        )
        forgotten = PERSONAL if rule.forgets else ()
        item = {name: value for name, value in record_item(record).items() if name not in forgotten}
        return self._try(Put(item, when=(Free(now),)), *also)

    def _move(
        self,
        verb: str,
        seen: Record,
        *also: Put,
        by: str = "",
        keeps_personal: bool = False,
        before: tuple[Event, ...] = (),
        **values: Any,
    ) -> bool:
        """One transition of a record, its event told in the same write, with the changes beside it.

        keeps_personal: what the move would drop is needed still. before: what happened first, told before it.
        """
        rule = TRANSITIONS[verb]
        moved: Item = {"status": rule.after[0], "reason": ""} | values
        moved.setdefault("queue", rule.queue_of(moved["status"]))
        if not moved["queue"]:
            moved["due_at"] = 0
        if rule.forgets and not keeps_personal:
            moved |= dict.fromkeys(PERSONAL, "")
        if rule.who is Who.NEWEST:
            moved["fence"] = self._fence()
        event: Event | None = Event(
            self._now(),
            moved["reason"] or moved["status"],
            channel=moved.get("channel", seen.channel),
            code=0 if before else moved.get("error_code", 0),
            sid=moved.get("message_sid", "") or (seen.message_sid if rule.of_message and not before else ""),
            by=by,
        )
        if rule.before == rule.after:
            del moved["status"]
            if moved["reason"] == seen.reason:
                event = None  # each look that finds nothing would tell the same
        events = before if event is None else (*before, event)
        return self._try(update_of(seen, moved, events, self._conditions(rule, seen)), *also)

    def _conditions(self, rule: Transition, seen: Record) -> tuple[Condition, ...]:
        is_as_seen = rule.of_message and seen.status in rule.before
        when: tuple[Condition, ...] = (Is("status", (seen.status,) if is_as_seen else rule.before),)
        if rule.of_claim:
            when += (Is("claim_id", (seen.claim_id,)),)
        if rule.of_message:
            when += (Is("message_sid", (seen.message_sid,)), Is("queue", (TRACK,)))
        if rule.who is Who.NEWEST:
            when += (AtMost("fence", self._fence()),)
        return when

    def _try(self, *changes: Change) -> bool:
        try:
            self._table.write(*changes)
        except ConditionFailed:
            return False
        return True


def update_of(seen: Record, values: Item, events: tuple[Event, ...], when: tuple[Condition, ...]) -> Update:
    """Sets these attributes, removes those of them that are empty, and adds events to the history."""
    kept = there(values)
    removed = tuple(name for name in values if name not in kept)
    if not events:
        return Update(seen.pk, kept, removed, when=when)
    if len(seen.history) + len(events) <= HISTORY_AT_MOST:
        return Update(seen.pk, kept, removed, append={"history": [event.as_map() for event in events]}, when=when)
    history = [one.as_map() for one in (*seen.history, *events)[-HISTORY_AT_MOST:]]
    return Update(seen.pk, kept | {"history": history}, removed, when=when)
