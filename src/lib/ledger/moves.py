"""How a record's move is written: by the table of `transitions`, its event in the same write, under its conditions."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..core.call import Call
from ..core.gate import Rule
from ..core.record import HISTORY_AT_MOST, TTL_SECONDS, Event, Record, record_item, there
from ..core.table import AtMost, Change, Condition, Free, Is, Item, Missing, Put, Update
from ..ports import Clock, Table, Troubles
from .records import Records
from .transitions import TRACK, TRANSITIONS, Transition, Who
from .written import is_written


class Moves(Records):
    """What the ledger's verbs are made of. fence: the writer's, as the lease gave it."""

    def __init__(self, table: Table, clock: Clock, fence: Callable[[], int], troubles: Troubles) -> None:
        super().__init__(table, clock, troubles)
        self._fence = fence

    def _begin(
        self, verb: str, call: Call, reason: str, *also: Change, rule_told: Rule | None = None, **values: Any
    ) -> bool:
        """The first record of a call, if what must hold beside it does."""
        now, rule = self._now(), TRANSITIONS[verb]
        event = _told(Event(now, reason, code=values.get("error_code", 0)), rule_told)
        record = Record(
            call,
            rule.after[0],
            now,
            queue=rule.queue,
            reason=reason,
            history=(event,),
            fence=self._fence(),
            expires_at=now + TTL_SECONDS,
            **values,
        )
        forgotten = rule.forgotten(record.status)
        item = {name: value for name, value in record_item(record).items() if name not in forgotten}
        return is_written(self._table, Put(item, when=(Free(now),)), *also)

    def _move(self, verb: str, seen: Record, *also: Change, **values: Any) -> bool:
        """One transition of a record, its event told in the same write, with the changes beside it."""
        return is_written(self._table, self._moving(verb, seen, **values), *also)

    def _moving(
        self,
        verb: str,
        seen: Record,
        *,
        by: str = "",
        of_sid: str = "",
        rule_told: Rule | None = None,
        before: tuple[Event, ...] = (),
        **values: Any,
    ) -> Update:
        """The change that a transition is.

        of_sid: the message that it is about, where the record does not hold it, or no longer. before: what happened
        first, told before it.
        """
        rule = TRANSITIONS[verb]
        moved: Item = {"status": rule.after[0], "reason": ""} | values
        moved.setdefault("queue", rule.queue_of(moved["status"]))
        if not moved["queue"]:
            moved["due_at"] = 0
        moved |= dict.fromkeys(rule.forgotten(moved["status"]), "")
        if rule.who is Who.NEWEST:
            moved["fence"] = self._fence()
        # What comes before it tells the code and the record's own message already.
        code = 0 if before else moved.get("error_code", 0)
        own_sid = seen.message_sid if rule.of_message and not before else ""
        sid = of_sid or moved.get("message_sid", "") or own_sid
        channel = moved.get("channel", seen.channel)
        event = Event(self._now(), moved["reason"] or moved["status"], channel=channel, code=code, sid=sid, by=by)
        event = _told(event, rule_told)
        is_same = rule.before == rule.after and moved["reason"] == seen.reason and not before
        if rule.before == rule.after:
            del moved["status"]
        events = () if is_same else (*before, event)  # else each look would tell the same
        return update_of(seen, moved, events, self._conditions(rule, seen))

    def _conditions(self, rule: Transition, seen: Record) -> tuple[Condition, ...]:
        is_as_seen = rule.of_message and seen.status in rule.before
        when: tuple[Condition, ...] = (Is("status", (seen.status,) if is_as_seen else rule.before),)
        if rule.of_claim:
            when += (Is("claim_id", (seen.claim_id,)) if seen.claim_id else Missing("claim_id"),)
        if rule.of_message:
            when += (Is("message_sid", (seen.message_sid,)), Is("queue", (TRACK,)))
        if rule.who is Who.NEWEST:
            when += (AtMost("fence", self._fence()),)
        return when


def _told(event: Event, rule: Rule | None) -> Event:
    return replace(event, rule_es=rule.es, rule_en=rule.en) if rule else event


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
