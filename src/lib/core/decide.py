"""What a finished call is due, from the call, its conversation, the settings and the clock. Pure.

Age, not memory, forbids the oldest calls: the table forgets after seven days, and `lookback_hours` is always shorter.
"""

from dataclasses import dataclass

from lib.config.settings import Settings
from lib.core.call import Call, Conversation, is_e164
from lib.core.record import TTL_SECONDS
from lib.core.table import Item


@dataclass(frozen=True, slots=True)
class Send:
    """A message of this kind is due now."""

    kind: str
    summary: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is due yet; it is recorded, and looked at again each tick."""

    reason: str


@dataclass(frozen=True, slots=True)
class Skip:
    """No message, recorded with its reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ignore:
    """No message, and no record either: too old for anyone to ask, or told to look away."""

    reason: str


Decision = Send | Wait | Skip | Ignore


def is_finished(call: Call, settings: Settings) -> bool:
    """Whether the recipient's status asks for anything. A status nobody knows waits (contract §2)."""
    return settings.statuses.get(call.status, "wait") != "wait"


def could_matter(call: Call, settings: Settings, now: float) -> bool:
    """Whether a finished call is worth looking up in the table: no call ends after its recipient's last update."""
    return call.ended_at > now - TTL_SECONDS and call.ended_at >= (settings.not_before or 0)


def decide(call: Call, conversation: Conversation | None, settings: Settings, now: float) -> Decision:
    """What to do about a finished call now. The conversation's own end counts before the recipient's last update."""
    own_end = conversation.ended_at if conversation else None
    ended_at = own_end or call.ended_at
    age_seconds = now - ended_at
    if ended_at < (settings.not_before or 0):
        return Ignore("before_not_before")
    if age_seconds > settings.lookback_hours * 3600:
        return Skip("too_old") if age_seconds < TTL_SECONDS else Ignore("forgotten")
    action = settings.statuses.get(call.status, "wait")
    if action == "wait":
        return Wait("not_finished")
    if action == "skip":
        return Skip(f"status_{call.status}") if call.conversation_id else Ignore("never_called")
    if not is_e164(call.phone):
        return Skip("invalid_phone" if call.phone else "no_phone")
    oldest = max(now - settings.lookback_hours * 3600, settings.not_before or 0)
    if own_end is None and call.conversation_id and call.created_at < oldest:
        return Wait("conversation")  # an old recipient may be touched at any time: only its call's own end says its age
    patient = age_seconds < settings.summary_wait_seconds
    if action == "follow_up":
        if conversation is not None and conversation.person_spoke is False:
            return Send("missed", "")
        if patient and call.conversation_id and (conversation is None or conversation.summary is None):
            return Wait("summary")
    return Send(action, (conversation and conversation.summary) or "" if action == "follow_up" else "")


def is_same_attempt(conversation: Conversation | None, earlier: Item) -> bool | None:
    """Whether a record made before the call had a conversation id is this very attempt (facts/elevenlabs.md §2, F8).

    A redial's conversation starts after the earlier attempt ended. None: its start is not known yet.
    """
    started_at = conversation.started_at if conversation else None
    return None if started_at is None else started_at <= earlier["ended_at"]
