"""Whether a recipient's call has ended, stands still, or is too long ago to be looked up. Pure."""

from .call import Call
from .policy import Settings
from .record import TTL_SECONDS

STUCK_SECONDS = 15 * 60  # without any change of the recipient (facts/elevenlabs.md §6)
IN_FLIGHT = frozenset({"dispatched", "initiated", "in_progress"})  # being dialled or talked to, ElevenLabs says


def is_finished(call: Call, settings: Settings) -> bool:
    """Whether the recipient's status asks for anything. A status nobody knows waits (contract §2)."""
    return settings.for_agent(call.agent_id).statuses.get(call.status, "wait") != "wait"


def is_stuck(call: Call, settings: Settings, now: float) -> bool:
    """Whether a call seems under way for so long that its conversation, which ElevenLabs keeps apart, must be asked."""
    is_in_flight = call.status in IN_FLIGHT and not is_finished(call, settings)
    return is_in_flight and bool(call.conversation_id) and call.ended_at < now - STUCK_SECONDS


def is_stuck_without_conversation(call: Call, settings: Settings, now: float) -> bool:
    """Whether a call has rung or lasted for too long without a conversation that could be asked."""
    is_on = call.status in ("initiated", "in_progress") and not is_finished(call, settings)
    return is_on and not call.conversation_id and call.ended_at < now - STUCK_SECONDS


def is_within_memory(call: Call, settings: Settings, now: float) -> bool:
    """Whether a finished call is worth looking up in the table: no call ends after its recipient's last update.

    Where that cannot be believed, the conversation must be asked.
    """
    if call.undated and call.conversation_id:
        return True
    return call.ended_at > now - TTL_SECONDS and call.ended_at >= (settings.not_before or 0)
