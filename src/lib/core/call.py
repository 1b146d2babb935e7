"""What ElevenLabs tells us, as plain values: batches, calls (one recipient's ended attempt) and conversations. Pure."""

from dataclasses import dataclass

TERMINAL_BATCH_STATUSES = frozenset({"completed", "failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Batch:
    """One row of the workspace list (facts/elevenlabs.md §1). Times in epoch seconds."""

    id: str
    name: str
    agent_id: str
    status: str
    updated_at: int
    fingerprint: str  # moves whenever the list shows that something in the batch moved

    @property
    def is_terminal(self) -> bool:
        return self.status in TERMINAL_BATCH_STATUSES


@dataclass(frozen=True, slots=True)
class Call:
    """One recipient's attempt. Empty strings stand for what ElevenLabs left out; times in epoch seconds."""

    phone: str
    conversation_id: str
    recipient_id: str
    batch_id: str
    agent_id: str
    status: str
    created_at: int
    ended_at: int  # the recipient's `updated_at_unix`; the conversation's own end is better when known
    name: str
    language: str

    @property
    def key(self) -> str:
        """The primary key of contract §3."""
        return f"{self.phone}_{self.conversation_id or self.recipient_id}"

    @property
    def recipient_key(self) -> str:
        """The key of this attempt if it was seen before its conversation id appeared (facts/elevenlabs.md §2, F8)."""
        return f"{self.phone}_{self.recipient_id}"


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a conversation adds to its call. `summary` is None while it may still come, "" when none will."""

    id: str
    status: str
    started_at: int | None
    ended_at: int | None
    summary: str | None
    person_spoke: bool | None  # None: the API does not say
    turns: int | None  # turns with text, where a list row counts them

    @property
    def is_doubtful(self) -> bool:
        """A list row that leaves open whether anybody took part: the conversation tells (facts/elevenlabs.md §3b)."""
        return self.person_spoke is None and (self.summary == "" or (self.turns is not None and self.turns < 2))


@dataclass(frozen=True, slots=True)
class Recipients:
    """A batch's recipients as calls; `complete` tells that none was unreadable."""

    calls: list[Call]
    complete: bool
