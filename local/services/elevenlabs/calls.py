"""Batches, recipients and conversations over time: every state is a step with its instant, read off the clock.

Nothing ticks: a campaign lays its steps into the future (`CallPlan`), a test or a person adds one for now, and the
state is the last step reached. Instants are epoch seconds. Facts: `facts/elevenlabs.md` §1–§4.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

FINISHED = frozenset({"completed", "failed", "voicemail"})
NOT_DISPATCHED = frozenset({"pending", "cancelled"})
CONVERSATION_OVER = frozenset({"processing", "done", "failed"})
SENTINEL_SUMMARY = "Summary couldn't be generated for this call."
CALL_RESULTS = {"completed": "answered", "voicemail": "voicemail", "failed": "no_answer"}


@dataclass(frozen=True, slots=True)
class CallPlan:
    """How one attempt to call one recipient goes.

    outcome: the recipient's last status. talk_seconds: from answer to end; a `failed` call ends with its ringing.
    done_after_seconds: from the call's end to the conversation's `done`; summary_after_seconds: to its summary, when
    that comes later still. keeps_conversation_id: whether a failed recipient shows the id of its conversation.
    conversation: fields of `Conversation`, e.g. `{"summary": None, "user_message_count": 0}`.
    """

    outcome: str = "completed"
    dispatch_after_seconds: float = 0.0
    dial_after_seconds: float = 1.0
    ring_seconds: float = 6.0
    talk_seconds: float = 40.0
    done_after_seconds: float = 10.0
    summary_after_seconds: float = 0.0
    keeps_conversation_id: bool = False
    conversation: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Conversation:
    """One call as `GET /v1/convai/conversations/{id}` knows it.

    visible_at: until then it answers 404. summary: None means that there is no analysis, ever.
    summary_at: when the analysis appears, provided the conversation is `done`.
    user_message_count: None as in conversations older than the field; without_counts leaves both counts out altogether.
    user_turns: what the transcript has of the person, as many turns as are counted; made up where it is None.
    transcript_deleted_at: from then on there is no transcript, and nothing is counted (facts/elevenlabs.md §12).
    external_number: the number that was dialled, where it is not the list's as it stands.
    data_collection: id → what the call found out (null: asked for, and not found out). criteria: id → `success`,
    `failure` or `unknown`. lists_results: False: a list row leaves them out though they are asked for
    (facts/elevenlabs.md §8, row 11).
    """

    id: str
    agent_id: str
    agent_name: str
    batch_id: str
    recipient_id: str
    phone_number: str | None
    dynamic_variables: Mapping[str, Any]
    started_at: float
    steps: list[tuple[float, str]]
    accepted_at: float | None = None
    ended_at: float = math.inf
    summary_at: float = 0.0
    visible_at: float = 0.0
    summary: str | None = "The person asked about prices and opening hours.\n"
    title: str | None = "Prices and hours"
    call_successful: str = "success"
    user_message_count: int | None = 2
    agent_message_count: int | None = 2
    without_counts: bool = False
    user_turns: Sequence[str | None] | None = None
    transcript_deleted_at: float = math.inf
    external_number: str | None = None
    termination_reason: str = "Call ended by remote party"
    error_code: int | None = None
    error_reason: str | None = None
    call_result: str | None = "answered"
    voicemail_detected: bool = False
    main_language: str | None = "es"
    cost: float = 214.0
    data_collection: Mapping[str, Any] = field(default_factory=dict)
    criteria: Mapping[str, str] = field(default_factory=dict)
    lists_results: bool = True

    def status(self, now: float) -> str:
        """`initiated`, `in-progress`, `processing`, `done` or `failed`."""
        for at, status in reversed(self.steps):
            if at <= now:
                return status
        return self.steps[0][1]

    def duration_seconds(self, now: float) -> int:
        """Zero while it lasts; start plus duration is the second of its end."""
        return int(self.ended_at) - int(self.started_at) if self.ended_at <= now else 0

    def has_analysis(self, now: float) -> bool:
        """Whether summary and verdict are there."""
        return self.summary is not None and self.summary_at <= now and self.status(now) == "done"

    def script(self, now: float, status: str) -> None:
        """Put it into a state from now on; what was planned for later no longer happens."""
        self.steps = [step for step in self.steps if step[0] <= now] + [(now, status)]
        if status in CONVERSATION_OVER:
            self.ended_at = min(self.ended_at, now)
        self.summary_at = min(self.summary_at, now) if status == "done" else math.inf


class Step(NamedTuple):
    """A recipient's state from an instant on."""

    at: float
    status: str
    conversation_id: str | None


@dataclass(slots=True, eq=False)
class Recipient:
    """One person of a batch.

    client_data: the submitted `conversation_initiation_client_data`.
    conversation_id: that of the present attempt, whether or not the steps show it yet.
    clock: how its last update is told: rightly, or by a clock that nobody can believe.
    """

    id: str
    phone_number: str | None
    created_at: float
    client_data: dict[str, Any] | None = None
    whatsapp_user_id: str | None = None
    attempts: int = 0
    conversation_id: str | None = None
    steps: list[Step] = field(default_factory=list)
    clock: Literal["right", "milliseconds", "future"] = "right"

    def step(self, now: float) -> Step:
        """The state now."""
        for step in reversed(self.steps):
            if step.at <= now:
                return step
        return self.steps[0]

    def script(self, now: float, status: str, conversation_id: str | None) -> None:
        """Put the person into a status from now on; what was planned for later no longer happens."""
        self.steps = [step for step in self.steps if step.at <= now]
        self.steps.append(Step(now, status, conversation_id))


class Look(NamedTuple):
    """What a batch adds up to between two instants."""

    since: float
    until: float
    status: str
    dispatched: int
    finished: int
    updated_at: float


@dataclass(slots=True, eq=False)
class Batch:
    """One batch call. Counters, status and `last_updated_at_unix` follow from its recipients.

    forced_status: shown whatever the recipients say (`completed` with calls open: facts/elevenlabs.md §2).
    is_undialled: the batch failed as a whole before anybody was called, whatever its recipients say then.
    recipients_touch_it: whether a recipient's change moves `last_updated_at_unix` (unverified, facts/elevenlabs.md §1).
    """

    id: str
    created_at: float
    scheduled_at: float
    recipients: dict[str, Recipient]
    name: str = "Campaign"
    agent_id: str = "agent_1"
    agent_name: str = "Agent"
    phone_number_id: str | None = "phnum_1"
    timezone: str | None = None
    target_concurrency_limit: int | None = None
    telephony_call_config: Mapping[str, Any] = field(
        default_factory=lambda: {"ringing_timeout_secs": 60, "twilio_call_recording_enabled": False}
    )
    rank: float = 0.0
    retry_count: int = 0
    is_cancelled: bool = False
    forced_status: str | None = None
    is_undialled: bool = False
    recipients_touch_it: bool = True
    touched_at: float = 0.0
    _look: Look | None = None

    def touch(self, now: float) -> None:
        """Note a change to the batch or one of its recipients."""
        self.touched_at = max(self.touched_at, now)
        self._look = None

    def replan(self) -> None:
        """Note that a recipient's steps have changed, without a change of the batch itself."""
        self._look = None

    def look(self, now: float) -> Look:
        """The batch now; counted anew only when a step has been reached since the last time."""
        look = self._look
        if look is None or not look.since <= now < look.until:
            look = self._look = self._count(now)
        return look

    def status(self, now: float) -> str:
        """The status it shows."""
        return self.forced_status or ("failed" if self.is_undialled else self.look(now).status)

    def _count(self, now: float) -> Look:
        until, updated_at = math.inf, max(self.created_at, self.touched_at)
        dispatched = finished = ended = 0
        for recipient in self.recipients.values():
            for step in recipient.steps:
                if now < step.at < until:
                    until = step.at
            at, status, _ = recipient.step(now)
            if self.recipients_touch_it and at > updated_at:
                updated_at = at
            dispatched += status not in NOT_DISPATCHED
            finished += status in FINISHED
            ended += status in FINISHED or status == "cancelled"
        if self.is_cancelled:
            status = "cancelled"
        elif ended == len(self.recipients):
            status = "completed"
        else:
            status = "in_progress" if dispatched else "pending"
        return Look(now, until, status, dispatched, finished, updated_at)
