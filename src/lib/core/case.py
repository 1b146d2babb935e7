"""One finished call on its way through a tick. Pure."""

from .call import Call, Conversation
from .frozen import frozen
from .record import Record
from .results import NOTHING_KNOWN, Results


@frozen
class Case:
    """A call with all that is known of it.

    record: the call's own, when it waits for its message; None when no record knows the call.
    earlier: the recipient's record from before the conversation id appeared, which may be of this very attempt or of
    an earlier one (facts/elevenlabs.md §2).
    conversation: None when it is not ready, not there, or could not be read.
    batch_is_over: the batch will dial nobody any more, so this attempt is its last; False while nobody knows.
    """

    call: Call
    record: Record | None = None
    earlier: Record | None = None
    conversation: Conversation | None = None
    batch_is_over: bool = False

    @property
    def ended_at(self) -> int:
        """The conversation's own end counts before the recipient's last update."""
        return (self.conversation and self.conversation.ended_at) or self.call.ended_at

    @property
    def ended_by(self) -> int:
        """When the call was over at the latest: by then it was read, where no time of its own can be believed."""
        return (self.conversation and self.conversation.ended_at) or max(self.call.ended_at, self.call.undated)

    @property
    def results(self) -> Results:
        """What the call found out, as far as it was read."""
        return self.conversation.results if self.conversation else NOTHING_KNOWN

    @property
    def turn(self) -> tuple[int, str]:
        """Those who talked first go first."""
        return self.ended_at, self.call.key

    @property
    def is_redial(self) -> bool:
        """Whether the recipient's earlier record is of an earlier attempt.

        True only for a case that `decide` let through: for the same attempt it answers `same_attempt`.
        """
        return self.earlier is not None
