"""Which finished calls are new: batches → recipients → calls that no record knows.

What was seen is remembered only to save requests; the table and ElevenLabs hold the truth, and a cold start asks again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..core.budget import Budget
from ..core.call import Batch, Call, Conversation, Recipients
from ..core.case import Case
from ..core.decide import is_finished, is_within_memory
from ..core.policy import Settings
from ..core.record import TTL_SECONDS
from ..core.streak import Streaks, no_streaks
from ..errors import TableUnclear
from ..ledger.calls import Ledger
from ..ports import Clock, ElevenLabs
from .report import Report

BATCHES_AT_ONCE = 8  # held in memory together: a batch of 10,000 recipients is some ten megabytes


@dataclass(slots=True)
class Memory:
    """What a warm function remembers between ticks and invocations."""

    known: dict[str, int] = field(default_factory=dict)  # call key → when its record expires
    ignored: set[tuple[str, Call]] = field(default_factory=set)  # settings, and a call that they tell to look away from
    finished: dict[str, str] = field(default_factory=dict)  # batch id → its mark, "" when it has none
    read: dict[str, str] = field(default_factory=dict)  # batch id → fingerprint at its last reading in this invocation
    told: set[str] = field(default_factory=set)  # what was logged once and need not be again
    over: set[str] = field(default_factory=set)  # batches that will dial nobody any more
    rehearsed: dict[str, str] = field(default_factory=dict)  # call key → what this invocation's rehearsal told of it
    streaks: Streaks = field(default_factory=no_streaks)  # refusals in a row, by sender and template


class Observer:
    """Reads what moved. Raises ConfigurationError when ElevenLabs refuses the key."""

    def __init__(
        self,
        elevenlabs: ElevenLabs,
        ledger: Ledger,
        settings: Settings,
        memory: Memory,
        clock: Clock,
        report: Report,
    ) -> None:
        self._elevenlabs, self._ledger, self._settings = elevenlabs, ledger, settings
        self._memory, self._clock, self._report = memory, clock, report

    def new_calls(self, budget: Budget) -> list[Case]:
        """Finished calls that no record knows, of every batch that moved or was not read in this invocation."""
        batches = self._elevenlabs.batches(budget)
        self._memory.over |= {batch.id for batch in batches if batch.is_terminal}
        self._memory.over -= {batch.id for batch in batches if not batch.is_terminal}
        self._load_marks(batches)
        monitored = [batch for batch in batches if self._is_monitored(batch)]
        self._report.count("batches_listed", len(batches))
        self._report.count("BatchesMonitored", len(monitored))
        unread = [b for b in monitored if not self._is_finished(b) and self._memory.read.get(b.id) != b.fingerprint]
        unread.sort(key=lambda batch: (batch.is_terminal, -batch.updated_at))
        new: dict[str, Case] = {}
        for start in range(0, len(unread), BATCHES_AT_ONCE):
            if budget.remaining_seconds() <= 0:
                self._report.count("batches_left_for_later", len(unread) - start)
                break
            for batch, recipients in self._elevenlabs.calls(unread[start : start + BATCHES_AT_ONCE], budget):
                if recipients is not None:
                    self._memory.read[batch.id] = batch.fingerprint
                    new |= {found.call.key: found for found in self._new_of(batch, recipients)}
        return list(new.values())

    def completed(self, case: Case, conversation: Conversation | None) -> Case:
        """The case with all that ElevenLabs told of its conversation and its batch."""
        return replace(case, conversation=conversation, batch_is_over=case.call.batch_id in self._memory.over)

    def ignore(self, call: Call) -> None:
        """No record is wanted for this call, and no second look while these settings hold."""
        self._memory.ignored.add((self._policy(call.agent_id), call))

    def _new_of(self, batch: Batch, recipients: Recipients) -> list[Case]:
        now, settings, calls = self._clock(), self._settings, recipients.calls
        self._tell(batch, calls)
        finished = [c for c in calls if is_finished(c, settings) and is_within_memory(c, settings, now)]
        fresh = [call for call in finished if self._is_fresh(call, now)]
        try:
            records = self._ledger.known(fresh) if fresh else {}
        except TableUnclear as failure:
            self._report.tolerated("records_unread", batch.id, str(failure))
            self._memory.read.pop(batch.id, None)
            return []
        self._memory.known |= {pk: record.expires_at or int(now) + TTL_SECONDS for pk, record in records.items()}
        new = [call for call in fresh if call.key not in records]
        recent = now - settings.lookback_hours * 3600
        unfinished = any(not is_finished(call, settings) and call.ended_at > recent for call in calls)
        nothing_left = recipients.complete and not new and not unfinished
        if batch.is_terminal and nothing_left and not (settings.paused or settings.dry_run):
            self._mark(batch)
        return [Case(call, earlier=records.get(call.recipient_key)) for call in new]

    def _is_fresh(self, call: Call, now: float) -> bool:
        return (
            self._memory.known.get(call.key, 0) <= now
            and (self._policy(call.agent_id), call) not in self._memory.ignored
        )

    def _tell(self, batch: Batch, calls: Sequence[Call]) -> None:
        """The batch's line (facts/original.md), once each time it is read, and each unknown status once."""
        counts: dict[str, int] = {}
        for call in calls:
            counts[call.status] = counts.get(call.status, 0) + 1
        self._report.log.info("batch", batch_id=batch.id, batch_status=batch.status, recipients=counts)
        for status, count in counts.items():
            if status not in self._settings.for_agent(batch.agent_id).statuses:
                self._report.count("unknown_statuses", count)
                if status not in self._memory.told:
                    self._memory.told.add(status)
                    self._report.log.warning("unknown_status", batch_id=batch.id, status=status, does="wait")

    def _is_monitored(self, batch: Batch) -> bool:
        """Active, recent, or not yet known to have nothing left."""
        recent = batch.updated_at > self._clock() - self._settings.lookback_hours * 3600
        return recent or not batch.is_terminal or not self._is_finished(batch)

    def _is_finished(self, batch: Batch) -> bool:
        return self._memory.finished.get(batch.id) == self._mark_of(batch)

    def _mark_of(self, batch: Batch) -> str:
        return f"{batch.fingerprint} {self._policy(batch.agent_id)}"

    def _policy(self, agent_id: str) -> str:
        """A mark says that nothing was left to do under these settings."""
        settings = self._settings
        statuses = sorted(settings.for_agent(agent_id).statuses.items())
        return f"{settings.not_before}/{settings.lookback_hours:g}/{statuses}"

    def _load_marks(self, batches: Sequence[Batch]) -> None:
        unasked = [batch.id for batch in batches if batch.id not in self._memory.finished]
        try:
            marks = self._ledger.finished_batches(unasked) if unasked else {}
        except TableUnclear as failure:
            self._report.tolerated("marks_unread", "", str(failure))
            return
        self._memory.finished |= {batch_id: marks.get(batch_id, "") for batch_id in unasked}

    def _mark(self, batch: Batch) -> None:
        try:
            if self._ledger.finish_batch(batch.id, self._mark_of(batch)):
                self._memory.finished[batch.id] = self._mark_of(batch)
        except TableUnclear as failure:
            self._report.tolerated("mark_unwritten", batch.id, str(failure))
