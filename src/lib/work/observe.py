"""Which finished calls are new: batches → recipients → calls that no record knows.

What was seen is remembered only to save requests; the table and ElevenLabs hold the truth, and a cold start asks again.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..core.budget import Budget
from ..core.call import Batch, Call, Conversation, Recipients
from ..core.case import Case
from ..core.finished import is_finished, is_stuck, is_stuck_without_conversation, is_within_memory
from ..core.phone import is_e164
from ..core.policy import Settings
from ..core.record import TTL_SECONDS, Record
from ..core.text import word
from ..errors import TableUnclear, kind_and_line
from ..ledger.calls import Ledger
from ..ports import Clock, ElevenLabs
from .agenda import Agenda, Reading, in_groups
from .listing import Listing
from .memory import Memory
from .report import Report

READING_SECONDS = 6  # of a tick: after it no further batch is begun, so that what was found is sent
ID_COMES_WITHIN_SECONDS = 600  # after a call's end (facts/elevenlabs.md §2, F8)
STUCK_PER_TICK = 10
STATUSES_SHOWN = 20  # ElevenLabs has eight
STUCK_AGAIN_SECONDS = 180  # at least, and a quarter of the time for which it has been stuck


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
        self._stuck_left = STUCK_PER_TICK
        self._policies: dict[str, str] = {}

    def new_calls(self, budget: Budget) -> list[Case]:
        """Finished calls that no record knows, of the batches that moved or were not read in this invocation.

        Beside them, now and then, a call that is stuck (`core.finished.is_stuck`): its conversation may have ended.
        """
        memory, report = self._memory, self._report
        shown = Listing(self._elevenlabs, memory.listed).read(budget)
        self._load_marks()
        batches = memory.listed.batches.values()
        report.count("batches_listed", len(batches))
        report.count("BatchesMonitored", sum(not batch.is_terminal or self._is_recent(batch) for batch in batches))
        unfinished = [batch for batch in batches if not self._is_finished(batch)]
        agenda = Agenda(memory.readings, memory.began_at, self._clock(), self._settings.lookback_seconds)
        enough_at = self._clock() + READING_SECONDS
        new: dict[str, Case] = {}
        for group in in_groups(agenda.unread(unfinished, shown)):
            if self._clock() >= enough_at or budget.remaining_seconds() <= 0:
                report.count("batches_left_for_later", len(group))
                continue
            for listed, (batch, recipients) in zip(group, self._elevenlabs.calls(group, budget), strict=True):
                is_shown = listed.id in shown
                new |= self._guarded(self._as_listed(listed, batch, is_shown=is_shown), recipients, is_shown=is_shown)
        memory.unusable_phones.ring(report, memory.began_at, self._clock())
        return list(new.values())

    def completed(self, cases: Sequence[Case], conversations: Mapping[str, Conversation]) -> list[Case]:
        """The cases with all that ElevenLabs told of their conversations and batches.

        A call whose phone in the list is of no use has that of its conversation, if a record does not know it so.
        """
        whole = [self._completed(case, conversations.get(case.call.conversation_id)) for case in cases]
        listed_as = {now.call.key: was.call.key for was, now in zip(cases, whole, strict=True) if was.call != now.call}
        if not listed_as:
            return whole
        try:
            known = self._ledger.known([case.call for case in whole if case.call.key in listed_as])
        except TableUnclear as failure:
            self._report.tolerated("records_unread", "", str(failure))
            return [case for case in whole if case.call.key not in listed_as]
        self._memory.known |= {listed_as[pk]: record.expires_at for pk, record in known.items() if pk in listed_as}
        return [case for case in whole if case.call.key not in known or case.record is not None]

    def _completed(self, case: Case, talk: Conversation | None) -> Case:
        batch, call = self._memory.listed.batches.get(case.call.batch_id), case.call
        if talk is not None and talk.phone and not is_e164(call.phone) and case.record is None:
            call = replace(call, phone=talk.phone)
        return Case(call, case.record, case.earlier, talk, batch_is_over=batch is not None and batch.is_terminal)

    def ignore(self, call: Call) -> None:
        """No record is wanted for this call, and no second look while these settings hold."""
        self._memory.ignored.add((self._policy(call.agent_id), call))

    def _is_recent(self, batch: Batch) -> bool:
        return batch.updated_at > self._clock() - self._settings.lookback_seconds

    def _as_listed(self, listed: Batch, batch: Batch, *, is_shown: bool) -> Batch:
        """The batch as its own answer shows it. What the list showed in this tick is what it will be compared with."""
        if is_shown:
            return batch if batch.fingerprint == listed.fingerprint else replace(batch, fingerprint=listed.fingerprint)
        if listed.id in self._memory.listed.batches:
            self._memory.listed.batches[listed.id] = batch
        return batch

    # ── what a batch holds ───────────────────────────────────────────────────────────────────────────────────────

    def _guarded(self, batch: Batch, recipients: Recipients | None, *, is_shown: bool) -> dict[str, Case]:
        """The new calls of one batch, by key. Whatever goes wrong with it stops no other."""
        if recipients is None:
            return {}
        if recipients.is_gone and not is_shown:
            self._memory.listed.forget(batch.id)
        self._memory.readings[batch.id] = Reading(batch.fingerprint, self._clock())
        try:
            return {found.call.key: found for found in self._new_of(batch, recipients)}
        except TableUnclear as failure:
            self._report.tolerated("records_unread", batch.id, str(failure))
        except Exception as error:
            self._report.tolerated("batch_failed", batch.id, kind_and_line(error))
        self._memory.readings.pop(batch.id, None)
        return {}

    def _new_of(self, batch: Batch, recipients: Recipients) -> list[Case]:
        now, settings = self._clock(), self._settings
        self._tell(batch, recipients.calls)
        calls = self._dialled(batch, recipients.calls)
        examples = {call.status: call for call in calls}  # what a status means is the same for a whole batch
        over = {status for status, call in examples.items() if is_finished(call, settings)}
        finished = [call for call in calls if call.status in over and is_within_memory(call, settings, now)]
        fresh = [call for call in (*finished, *self._stuck(calls, now)) if self._is_fresh(call, now)]
        records = self._records_of(fresh, now)
        self._memory.unusable_phones.look(batch, calls, finished, self._report, now - settings.lookback_seconds, now)
        new = [call for call in fresh if call.key not in records]
        self._warn_of_stuck(call for call in new if is_stuck(call, settings, now))
        oldest = settings.oldest(now)
        self._warn_of_stuck(
            call for call in calls if is_stuck_without_conversation(call, settings, now) and call.ended_at > oldest
        )
        unfinished = any(self._is_unfinished(call, batch, now) for call in calls)
        if batch.is_terminal and recipients.complete and not new and not unfinished:
            self._mark(batch)
            for call in calls:
                self._memory.known.pop(call.key, None)  # the mark says it shorter
        return [Case(call, earlier=records.get(call.recipient_key)) for call in new]

    def _dialled(self, batch: Batch, calls: list[Call]) -> list[Call]:
        """All of them, but of a batch that was over before it dialled: nobody there is told that we tried to call."""
        if not batch.is_undialled:
            return calls
        is_ours = batch.updated_at >= (self._settings.not_before or 0) and self._is_recent(batch)
        is_known = batch.status == "cancelled"  # to the person who did it
        if is_ours and not is_known and self._memory.is_news(f"never_dialled {batch.id}"):
            why = f"ElevenLabs failed the batch before it called any of its {len(calls)} recipients: see it there"
            self._report.tolerated("batch_never_dialled", batch.id, why)
        statuses = self._settings.for_agent(batch.agent_id).statuses
        return [call for call in calls if call.conversation_id and statuses.get(call.status) != "missed"]

    def _stuck(self, calls: Iterable[Call], now: float) -> list[Call]:
        """Calls that seem under way for too long, when it is time to ask for their conversation."""
        oldest = self._settings.oldest(now)
        due: list[Call] = []
        for call in calls:
            if not is_stuck(call, self._settings, now) or call.ended_at < oldest or not self._is_fresh(call, now):
                continue
            if self._stuck_left and self._memory.stuck.get(call.key, 0) <= now:
                self._stuck_left -= 1
                self._memory.stuck[call.key] = now + max(STUCK_AGAIN_SECONDS, (now - call.ended_at) / 4)
                due.append(call)
        return due

    def _warn_of_stuck(self, calls: Iterable[Call]) -> None:
        for call in calls:
            if self._memory.is_news(f"stuck {call.key}"):
                self._report.about("recipient_stuck", call, "warning", status=call.status)

    def _records_of(self, calls: Sequence[Call], now: float) -> dict[str, Record]:
        """The records of these calls, under either key. Raises TableUnclear."""
        records = self._ledger.known(calls) if calls else {}
        self._memory.known |= {pk: record.expires_at or int(now) + TTL_SECONDS for pk, record in records.items()}
        self._memory.unusable_phones.learn(records.values())
        return records

    def _is_fresh(self, call: Call, now: float) -> bool:
        is_known = self._memory.known.get(call.key, 0) > now
        return not is_known and (self._policy(call.agent_id), call) not in self._memory.ignored

    def _is_unfinished(self, call: Call, batch: Batch, now: float) -> bool:
        """Whether something may still become of the call. One that was stuck and is recorded has had what it is due.

        A redial has no record of its own until its conversation's id appears, which nothing else tells. When a call
        ended whose own times nobody can believe, its batch tells.
        """
        moved_at = batch.updated_at if call.undated else call.ended_at
        if not call.conversation_id and moved_at > now - ID_COMES_WITHIN_SECONDS:
            return True
        is_recent = call.ended_at > now - self._settings.lookback_seconds
        return is_recent and not is_finished(call, self._settings) and self._is_fresh(call, now)

    def _tell(self, batch: Batch, calls: Sequence[Call]) -> None:
        """The batch's line (facts/original.md), once each time it is read, and each unknown status once."""
        counts = Counter(call.status for call in calls)
        shown: Counter[str] = Counter()
        for status, count in counts.most_common(STATUSES_SHOWN):
            shown[word(status)] += count
        self._report.log.info("batch", batch_id=batch.id, batch_status=word(batch.status), recipients=dict(shown))
        for status, count in counts.items():
            if status not in self._settings.for_agent(batch.agent_id).statuses:
                self._report.count("unknown_statuses", count)
                if self._memory.is_news(f"status {status}"):
                    self._report.log.warning("unknown_status", batch_id=batch.id, status=word(status), does="wait")

    # ── batches with nothing left to do ──────────────────────────────────────────────────────────────────────────

    def _is_finished(self, batch: Batch) -> bool:
        return self._memory.finished.get(batch.id) == self._mark_of(batch)

    def _mark_of(self, batch: Batch) -> str:
        return f"{batch.fingerprint} {self._policy(batch.agent_id)}"

    def _policy(self, agent_id: str) -> str:
        """A mark says that nothing was left to do under these settings."""
        if agent_id not in self._policies:
            settings = self._settings
            statuses = sorted(settings.for_agent(agent_id).statuses.items())
            policy = f"{settings.not_before}/{settings.lookback_hours:g}/{statuses}"
            self._policies[agent_id] = hashlib.sha256(policy.encode()).hexdigest()[:12]
        return self._policies[agent_id]

    def _load_marks(self) -> None:
        unasked = [batch_id for batch_id in self._memory.listed.batches if batch_id not in self._memory.finished]
        try:
            marks = self._ledger.finished_batches(unasked) if unasked else {}
        except TableUnclear as failure:
            self._report.tolerated("marks_unread", "", str(failure))
            return
        self._memory.finished |= {batch_id: marks.get(batch_id, "") for batch_id in unasked}

    def _mark(self, batch: Batch) -> None:
        """In the table, unless nothing may be written; there it saves the reading after a cold start, too."""
        try:
            writes_nothing = self._settings.paused or self._settings.dry_run
            if writes_nothing or self._ledger.finish_batch(batch.id, self._mark_of(batch)):
                self._memory.finished[batch.id] = self._mark_of(batch)
        except TableUnclear as failure:
            self._report.tolerated("mark_unwritten", batch.id, str(failure))
