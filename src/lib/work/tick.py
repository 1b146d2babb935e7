"""One tick: observe, decide, act, settle (design §1). Every step may be repeated without harm."""

import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import Any

from lib.config.settings import ConfigurationError, Settings
from lib.core.budget import Budget
from lib.core.call import Call, Conversation, is_e164
from lib.core.decide import Decision, Ignore, Send, Skip, Wait, decide, is_same_attempt
from lib.core.outcome import account_refused
from lib.core.record import Record
from lib.core.table import Item, StoreFailed
from lib.ledger.calls import Ledger
from lib.work.observe import Memory, NewCall, Observer
from lib.work.report import Report
from lib.work.send import Due, Gate, Sender
from lib.work.settle import LookUp
from lib.worlds.elevenlabs.client import ElevenLabs

DUE_AT_MOST = 500  # records looked at in one tick; the rest is due in the next
OBSERVING_SHARE = 0.6  # of the run's remaining time: what is due must be sent even when ElevenLabs is slow

Spread = Callable[[Sequence[Callable[[], Any]]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Rooms:
    """What a tick works with; all of it made by the handler, or by a test."""

    elevenlabs: ElevenLabs
    ledger: Ledger
    sender: Sender
    look_up: LookUp
    gate: Gate
    settings: Settings
    memory: Memory
    spread: Spread  # runs sends and look-ups side by side
    clock: Callable[[], float]
    report: Report


class Tick:
    """Raises ConfigurationError at its end, when everything else is done, if a parameter was refused on the way."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms, self._report = rooms, rooms.report
        self._observer = Observer(
            rooms.elevenlabs, rooms.ledger, rooms.settings, rooms.memory, rooms.clock, rooms.report
        )
        self._refused: ConfigurationError | None = None

    def run(self, budget: Budget) -> None:
        waiting = self._settle_due()
        new = self._guarded("observe", partial(self._observer.new_calls, budget.part(OBSERVING_SHARE))) or []
        for found in new:
            self._detected(found.call)
        calls = [found.call for found in new] + [record.call for record, _ in waiting]
        asking = partial(self._rooms.elevenlabs.conversations, calls, budget.part(OBSERVING_SHARE))
        conversations: dict[str, Conversation] = self._guarded("conversations", asking) or {}
        due = [self._decide_new(found, conversations) for found in new]
        due += [self._decide_waiting(record, earlier, conversations) for record, earlier in waiting]
        self._send([message for message in due if message is not None])
        if self._rooms.gate.refused_code is not None:
            self._refused = self._refused or account_refused(self._rooms.gate.refused_code)
        if self._refused is not None:
            raise self._refused

    # ── what is due from before ──────────────────────────────────────────────────────────────────────────────────

    def _settle_due(self) -> list[tuple[Record, Item | None]]:
        """Looks up every claim whose time has come.

        Returns the calls that wait for their message, each with the record from before its conversation id, if any:
        a run that stalled may have written that one after this one.
        """
        try:
            records = self._rooms.ledger.due(DUE_AT_MOST)
            waiting = [record for record in records if record.status == "waiting"]
            older = {r.pk: r.call.recipient_key for r in waiting if r.call.recipient_key != r.pk}
            earlier = self._rooms.ledger.known(older.values()) if older else {}
        except StoreFailed as failure:
            self._report.swallow("due_unread", "", str(failure))
            return []
        if not self._rooms.settings.dry_run:
            claims = [record for record in records if record.status == "claimed"]
            self._spread([partial(self._rooms.look_up.settle, claim) for claim in claims])
        return [(record, earlier.get(older.get(record.pk, ""))) for record in waiting]

    # ── deciding ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _decide(self, call: Call, earlier: Item | None, conversation: Conversation | None) -> Decision | None:
        """None: there is an earlier record, and nobody knows yet whether it is this very attempt; we look again."""
        decision = decide(call, conversation, self._rooms.settings, self._rooms.clock())
        if earlier is None or not isinstance(decision, Send | Wait):
            return decision
        is_same = is_same_attempt(conversation, earlier)
        return None if is_same is None else Skip("same_attempt") if is_same else decision

    def _decide_new(self, found: NewCall, conversations: dict[str, Conversation]) -> Due | None:
        call, conversation = found.call, conversations.get(found.call.conversation_id)
        decision = self._decide(call, found.earlier, conversation)
        if decision is None:
            return None
        if self._rooms.settings.dry_run:
            self._rehearse(call, decision)
            return None
        if self._rooms.settings.paused:
            return None
        if isinstance(decision, Ignore):
            self._observer.ignore(call)
        elif isinstance(decision, Wait):
            self._write(call, partial(self._rooms.ledger.wait, call, decision.reason))
        elif isinstance(decision, Skip):
            if self._write(call, partial(self._rooms.ledger.skip, call, decision.reason)):
                self._report.call("call_skipped", call, reason=decision.reason)
        else:
            return Due(call, conversation, None, decision, found.earlier is not None)
        return None

    def _decide_waiting(
        self, record: Record, earlier: Item | None, conversations: dict[str, Conversation]
    ) -> Due | None:
        call, conversation = record.call, conversations.get(record.call.conversation_id)
        decision = self._decide(call, earlier, conversation)
        if self._rooms.settings.dry_run or self._rooms.settings.paused:
            return None
        if decision is None or isinstance(decision, Wait):
            return None
        if isinstance(decision, Send):
            return Due(call, conversation, record, decision, earlier is not None)
        status = "failed" if record.attempts else "skipped"  # tried and never processed is not the same as not tried
        if self._write(call, partial(self._rooms.ledger.skip_waiting, record, decision.reason, status)):
            self._report.count("MessagesFailed", status == "failed")
            self._report.call("call_skipped", call, reason=decision.reason)
        return None

    def _rehearse(self, call: Call, decision: Decision) -> None:
        """A dry run's line: who would get what (contract §2)."""
        told = f"dry_run {call.key}"
        if told not in self._rooms.memory.told and not isinstance(decision, Ignore | Wait):
            self._rooms.memory.told.add(told)
            what = decision.kind if isinstance(decision, Send) else decision.reason
            self._report.call("would_send" if isinstance(decision, Send) else "would_skip", call, what=what)

    def _detected(self, call: Call) -> None:
        """One line and one count for each finished call, when it is first seen."""
        told = f"detected {call.key}"
        if told not in self._rooms.memory.told:
            self._rooms.memory.told.add(told)
            self._report.count("CallsFinished")
            self._report.call("call_detected", call, status=call.status, sendable=is_e164(call.phone))

    # ── acting ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _send(self, messages: list[Due]) -> None:
        """Side by side, but one phone's messages one after the other."""
        by_phone: dict[str, list[Due]] = {}
        for message in messages:
            by_phone.setdefault(message.call.phone, []).append(message)
        self._spread([partial(self._send_in_turn, group) for group in by_phone.values()])

    def _send_in_turn(self, group: list[Due]) -> None:
        for message in group:
            unclear = self._rooms.sender.send(message)
            if unclear is not None:
                self._rooms.look_up.settle(unclear)

    # ── nothing stops the others ─────────────────────────────────────────────────────────────────────────────────

    def _spread(self, thunks: Sequence[Callable[[], Any]]) -> None:
        for _ in self._rooms.spread([partial(self._guarded, "act", thunk) for thunk in thunks]):
            pass

    def _guarded(self, what: str, thunk: Callable[[], Any]) -> Any:
        """A refused parameter is kept for the tick's end; anything unforeseen is counted and logged by its place."""
        try:
            return thunk()
        except ConfigurationError as refused:
            self._refused = self._refused or refused
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            why = f"{type(error).__name__} at {PurePath(place.filename).name}:{place.lineno}"
            self._report.swallow(f"{what}_failed", "", why)
        return None

    def _write(self, call: Call, write: Callable[[], bool]) -> bool:
        try:
            return write()
        except StoreFailed as failure:
            self._report.swallow("record_unwritten", call.batch_id, str(failure))
            return False
