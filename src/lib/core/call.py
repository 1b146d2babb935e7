"""What ElevenLabs tells us, as plain values: batches, calls (one recipient's ended attempt) and conversations. Pure."""

from dataclasses import field

from . import keys
from .frozen import frozen
from .phone import is_e164
from .results import NOTHING_KNOWN, Results

TERMINAL_BATCH_STATUSES = frozenset({"completed", "failed", "cancelled"})


@frozen
class Batch:
    """One row of the workspace list (facts/elevenlabs.md §1). Times in epoch seconds."""

    id: str
    agent_id: str
    status: str
    updated_at: int
    fingerprint: str  # moves whenever the list shows that something in the batch moved
    created_at: int = 0
    calls_dispatched: int | None = None  # None: the list does not say
    size: int = 0  # recipients, as far as the list says

    @property
    def is_terminal(self) -> bool:
        return self.status in TERMINAL_BATCH_STATUSES

    @property
    def is_undialled(self) -> bool:
        """The whole batch failed, or was cancelled, before anybody was called (facts/elevenlabs.md §2)."""
        return self.status in ("failed", "cancelled") and self.calls_dispatched == 0


@frozen
class Call:
    """One recipient's attempt. Empty strings stand for what ElevenLabs left out; times in epoch seconds, none later
    than when it was read."""

    phone: str  # E.164; what the list has, cut short, where that is no phone
    conversation_id: str
    recipient_id: str
    batch_id: str
    agent_id: str
    status: str
    created_at: int
    ended_at: int  # the recipient's `updated_at_unix`, or `created_at` where that cannot be believed
    name: str
    language: str  # the recipient's own: `es`, `en` or `pt`, "" when unknown
    undated: int = field(default=0, compare=False)  # when it was read, where its last update cannot be believed; else 0
    email: str = ""  # the recipient's, "" when unknown

    @property
    def key(self) -> str:
        """The primary key of contract §3."""
        return keys.of_call(self.phone, self.conversation_id) if self.conversation_id else self.recipient_key

    @property
    def recipient_key(self) -> str:
        """The key of this attempt if it was seen before its conversation id appeared (facts/elevenlabs.md §2, F8)."""
        return keys.of_recipient(self.phone, self.batch_id, self.recipient_id)


@frozen
class Conversation:
    """What a conversation adds to its call. `summary` is None while it may still come, "" when none will."""

    id: str
    status: str
    started_at: int | None
    ended_at: int | None
    summary: str | None
    person_spoke: bool | None  # None: the API does not say
    main_language: str = ""  # the one it was held in, as ElevenLabs writes it
    phone: str = ""  # the number that was dialled, in E.164; a list row does not have it
    is_listed: bool = False  # a list row, which knows less than the conversation itself (facts/elevenlabs.md §3b)
    tells_start: bool = True  # though that may be 0 or null; an answer without one is nonsense
    results: Results = NOTHING_KNOWN  # what the call found out; a list row may leave it out

    @property
    def is_doubtful(self) -> bool:
        """A list row that leaves open whether a person took part: only the conversation itself tells."""
        return self.is_listed and self.person_spoke is None

    def leaves_open(self, call: Call) -> bool:
        """Whether the conversation itself has to be asked for: it alone knows the number that was dialled, too."""
        return self.is_doubtful or (self.is_listed and not is_e164(call.phone))


@frozen
class Recipients:
    """A batch's recipients as calls. `complete`: none was unreadable. `is_gone`: the batch was deleted."""

    calls: list[Call]
    complete: bool
    is_gone: bool = False


@frozen
class Page:
    """A page of the workspace's list. `next_cursor` is "" on the last one; `is_read` False when there was no answer."""

    batches: list[Batch]
    next_cursor: str = ""
    is_read: bool = True
