"""One tick: listen, settle, observe, decide, admit, act, follow (docs/architecture.md); each may be repeated."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from math import ceil
from typing import Any

from ..core.admit import GATE_REASONS
from ..core.budget import Budget
from ..core.call import Call, Conversation
from ..core.case import Case
from ..core.decide import Decision, Defer, GiveUp, Ignore, LookAgain, Rehearse, Send, Skip, Wait, decide, due
from ..core.detected import is_new
from ..core.phone import is_e164, person_of
from ..core.policy import Settings
from ..core.record import Record
from ..core.status import STANDS_STILL, Reason
from ..core.superseded import phones_with_missed, supersede
from ..errors import ConfigurationError, TableUnclear, kind_and_line
from ..ledger.calls import Ledger
from ..ports import Clock, ElevenLabs, Spread
from .breaker import Breaker
from .follow import Follow
from .gatekeeper import Gatekeeper
from .listen import Listener
from .memory import Memory
from .observe import Observer
from .permit import SendPermit
from .report import Report
from .send import Sender
from .settle import Settle

IN_THE_CALL = "call"  # who put a person on the suppression list: `opt_out_if`
OBSERVING_SHARE = 0.6  # of the run's remaining time: what is due must be sent even when ElevenLabs is slow


class Tick:
    """Raises ConfigurationError at its end, when everything else is done, if a parameter was refused on the way.

    due_at_most: records of each queue looked at in one tick; the rest in the next. in_force: all that the owner may
    change, to compare with what was in force before.
    """

    def __init__(
        self,
        *,
        listener: Listener,
        elevenlabs: ElevenLabs,
        ledger: Ledger,
        observer: Observer,
        gatekeeper: Gatekeeper,
        sender: Sender,
        settle: Settle,
        follow: Follow,
        permit: SendPermit,
        due_at_most: int,
        breaker: Breaker,
        settings: Settings,
        in_force: object,
        memory: Memory,
        spread: Spread,
        clock: Clock,
        report: Report,
    ) -> None:
        self._listener = listener
        self._elevenlabs, self._ledger, self._observer = elevenlabs, ledger, observer
        self._gatekeeper, self._sender, self._settle = gatekeeper, sender, settle
        self._follow, self._permit = follow, permit
        self._due_at_most = due_at_most
        self._breaker = breaker
        self._settings, self._memory, self._side_by_side = settings, memory, spread
        self._in_force = in_force
        self._clock, self._report = clock, report
        self._refused: ConfigurationError | None = None

    def run(self, budget: Budget) -> None:
        if not self._settings.dry_run:
            self._guarded("listen", self._listener.run)  # before all sends: who has opted out by now gets none
            self._guarded("breaker", self._look_at_breaker)
        waiting = self._settle_due()
        new = self._guarded("observe", partial(self._observer.new_calls, budget.part(OBSERVING_SHARE))) or []
        leaving: list[tuple[Case, Send]] = []
        for case, decision in self._decided([*new, *(waiting or ())], budget, is_whole=waiting is not None):
            if is_new(case, decision, self._settings):
                self._detected(case.call)
            if isinstance(decision, Send):
                leaving.append((case, decision))
            else:
                self._record(case, decision)
        self._send(leaving)
        if not self._settings.dry_run:
            self._spread(self._guarded("follow", partial(self._follow.news, budget)) or [])
        self._refused = self._refused or self._permit.refused
        if self._refused is not None:
            raise self._refused

    def _look_at_breaker(self) -> None:
        """What stands still is an error once in each invocation."""
        memory = self._memory
        self._breaker.look(tells=memory.suspended_told_at != memory.began_at)
        memory.suspended_told_at = memory.began_at

    def _decided(self, cases: Sequence[Case], budget: Budget, *, is_whole: bool) -> list[tuple[Case, Decision]]:
        """Each case with its conversation, and what it is due in the light of the others; the gate is asked last."""
        calls, asked_at = [case.call for case in cases], self._clock()
        asking = partial(self._elevenlabs.conversations, calls, self._settings, budget.part(OBSERVING_SHARE))
        conversations: dict[str, Conversation] = self._guarded("conversations", asking) or {}
        whole = self._observer.completed(cases, conversations)
        # A wait is over when ElevenLabs was asked after its end: an answer may take half a minute.
        decided = [(case, decide(case, self._settings, asked_at)) for case in whole]
        if not is_whole:  # a talk with the same person may be among those that wait, and could not be read
            decided = [one for one in decided if (send := due(one[1])) is None or send.kind != "missed"]
        phones = phones_with_missed(decided)
        try:
            claimed = self._ledger.of_phones(phones) if phones else {}
        except TableUnclear as failure:  # the missed calls' messages can wait, the others need not
            self._report.tolerated("phones_unread", "", str(failure))
            decided = [one for one in decided if one[0].call.phone not in phones]
            claimed = {}
        decided = self._gatekeeper.admitted(supersede(decided, claimed, self._settings, self._clock()))
        return self._as_the_list_says(decided) if self._settings.dry_run else decided

    def _as_the_list_says(self, decided: list[tuple[Case, Decision]]) -> list[tuple[Case, Decision]]:
        """A rehearsal asks the suppression list here, of which a claim makes sure by itself."""
        phones = {case.call.phone for case, decision in decided if due(decision)}
        try:
            listed = self._ledger.suppressed.among(phones)
        except TableUnclear as failure:  # told in the next tick
            self._report.tolerated("gate_unread", "", str(failure))
            return [one for one in decided if not due(one[1])]
        opted_out = Rehearse(Skip(Reason.OPTED_OUT))
        return [(case, opted_out if due(what) and case.call.phone in listed else what) for case, what in decided]

    def _settle_due(self) -> list[Case] | None:
        """Looks up every claim whose time has come. Returns the calls that wait for their message; None: unread."""
        ahead = self._asked_anew()
        try:
            claims = self._ledger.to_settle(self._due_at_most)
            waiting = self._with_earlier(self._ledger.waiting(self._due_at_most, ahead=ahead))
            is_told = self._settings.dry_run and ahead
            later = self._ledger.tried_again_later(self._due_at_most) if is_told else []
        except TableUnclear as failure:
            self._report.tolerated("due_unread", "", str(failure))
            return None
        if not self._settings.dry_run:
            self._spread([partial(self._settle.claim, claim) for claim in claims])
        for record in later:
            self._rehearse(Case(record.call, record), Wait(record.reason, record.due_at))
        return waiting

    def _with_earlier(self, waiting: Sequence[Record]) -> list[Case]:
        """Each with the record from before its conversation id, if any: a run that stalled may have written that one
        after this one."""
        with_id = {record.pk: record.call for record in waiting if record.call.conversation_id}
        earlier = self._ledger.earlier(with_id.values()) if with_id else {}
        older = {pk: earlier.get(call.recipient_key) for pk, call in with_id.items()}
        return [Case(record.call, record, older.get(record.pk)) for record in waiting]

    def _asked_anew(self) -> Collection[Reason]:
        """For which reasons those who were put off are looked at as well. A rehearsal tells of them once: the gate's
        would leave; those whose sender stands still would not."""
        if self._settings.dry_run or self._settings.paused:
            return GATE_REASONS if self._settings.dry_run and not self._memory.rehearsed else ()
        have_changed = self._memory.rules.have_changed(self._in_force, self._memory.began_at)
        return (*GATE_REASONS, *STANDS_STILL) if have_changed else ()

    # ── what is recorded, or told, instead of a message ──────────────────────────────────────────────────────────

    def _record(self, case: Case, decision: Decision) -> None:
        match decision:
            case Wait():
                self._wait(case, decision)
            case Defer():
                self._defer(case, decision)
            case Skip() | GiveUp():
                self._end(case, decision)
            case Ignore():
                self._observer.ignore(case.call)
            case Rehearse(would):
                self._rehearse(case, would)
            case LookAgain():
                pass  # the next tick decides again

    def _wait(self, case: Case, wait: Wait) -> None:
        record = case.record
        if record is None or record.due_at <= self._clock() < wait.until:  # it waits for something else now, or longer
            self._write(case.call, partial(self._ledger.wait, case, wait.reason, wait.until))

    def _defer(self, case: Case, defer: Defer) -> None:
        reason, rule, record = defer.reason, defer.rule, case.record
        if record is not None and (record.reason, record.due_at) == (reason, ceil(defer.until)):
            return  # asked anew, and nothing has changed
        write = partial(self._ledger.defer, case, defer.kind, reason, defer.until, rule=rule)
        is_news = record is None or record.reason != reason or record.due_at <= self._clock()
        if self._write(case.call, write) and is_news and defer.until > self._clock():
            until = datetime.fromtimestamp(defer.until, UTC).isoformat(timespec="seconds")
            self._report.about("call_deferred", case.call, reason=reason, rule=rule.en, until=until)

    def _end(self, case: Case, end: Skip | GiveUp) -> None:
        call, record, ledger, reason = case.call, case.record, self._ledger, end.reason
        if reason == Reason.OPTED_OUT and not self._hear(case):
            return
        rule = end.rule if isinstance(end, Skip) else None
        if isinstance(end, GiveUp) and record is not None:
            is_written = self._write(call, partial(ledger.give_up, record, reason))
            self._report.count("MessagesFailed", is_written)
        else:
            talked_until = case.ended_by if self._gatekeeper.counts_as_answered(case, reason) else 0
            is_written = self._write(call, partial(ledger.skip, case, reason, rule, talked_until=talked_until))
        if is_written:
            self._report.skipped(call, reason, rule)

    def _hear(self, case: Case) -> bool:
        """The person's wish, spoken in the call, before the call's own end is written: a run that is killed between the
        two hears it again. One that the person has told us since is newer, and stands."""
        call, add = case.call, self._ledger.suppressed.add
        try:
            is_news = add(call.phone, by=IN_THE_CALL, why=call.conversation_id, at=case.ended_at)
        except TableUnclear as failure:
            self._report.tolerated("record_unwritten", call.batch_id, str(failure))
            return False
        if is_news:
            self._report.count("opted_out")
            self._report.about("opted_out", call)
        return True

    def _rehearse(self, case: Case, would: Send | Wait | Defer | Skip | GiveUp) -> None:
        """A dry run's line, once in each invocation: who would get what, and who would not (contract §2)."""
        if case.call.key in self._memory.rehearsed:
            return
        match would:
            case Send(kind):
                event, what = "would_send", kind
            case Wait(reason) | Defer(reason):
                event, what = "would_wait", reason
            case Skip(reason) | GiveUp(reason):
                event, what = "would_skip", reason
        self._memory.rehearsed[case.call.key] = event
        self._memory.plans[case.call.key] = (case, would)
        self._report.count(event)
        self._report.about(event, case.call, what=what)

    def _detected(self, call: Call) -> None:
        """One line and one count for each finished call, when it is first seen."""
        known_as = call.conversation_id or call.key  # its phone, and so its key, may be known later
        if self._memory.is_news(f"detected {known_as}"):
            self._report.count("CallsFinished")
            self._report.about("call_detected", call, status=call.status, sendable=is_e164(call.phone))

    # ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _send(self, leaving: list[tuple[Case, Send]]) -> None:
        """Side by side, but one person's messages one after the other. A wish that could not be written holds, too."""
        by_person: dict[str, list[tuple[Case, Send]]] = {}
        for case, what in leaving:
            person = person_of(case.call.phone)
            if person not in self._listener.unwritten:
                by_person.setdefault(person, []).append((case, what))
        if by_person:
            with suppress(TableUnclear):  # each claim asks by itself then
                self._ledger.suppressed.prepare()
        self._spread([partial(self._send_in_turn, group) for group in by_person.values()])
        self._guarded("act", self._sender.accepted.flush)

    def _send_in_turn(self, group: list[tuple[Case, Send]]) -> None:
        for case, what in group:
            unclear = self._sender.send(case, what)
            if unclear is not None or len(group) > 1:  # a look-up must know what the phone's other messages are
                self._sender.accepted.flush()
            if unclear is not None:
                self._settle.claim(unclear)

    # ── nothing stops the others ─────────────────────────────────────────────────────────────────────────────────

    def _spread(self, thunks: Sequence[Callable[[], Any]]) -> None:
        for _ in self._side_by_side([partial(self._guarded, "act", thunk) for thunk in thunks]):
            pass

    def _guarded(self, what: str, thunk: Callable[[], Any]) -> Any:
        """A refused parameter is kept for the tick's end; anything unforeseen is counted and logged by its place."""
        try:
            return thunk()
        except ConfigurationError as refused:
            self._refused = self._refused or refused
        except Exception as error:
            self._report.tolerated(f"{what}_failed", "", kind_and_line(error))
        return None

    def _write(self, call: Call, write: Callable[[], bool]) -> bool:
        try:
            return write()
        except TableUnclear as failure:
            self._report.tolerated("record_unwritten", call.batch_id, str(failure))
            return False
