"""What a finished call is due, from all that is known of it, the settings and the clock. Pure.

Age, not memory, forbids the oldest calls: the table forgets after seven days, and `lookback_hours` is always shorter.
"""

from dataclasses import dataclass

from .call import Call
from .case import Case
from .phone import is_e164
from .policy import Settings
from .record import TTL_SECONDS


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
class GiveUp:
    """No message for a call whose sends were tried and never processed: it failed."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ignore:
    """No message, and no record either: too old for anyone to ask, or told to look away."""

    reason: str


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Nothing is written: what is known does not say yet what the call is due."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rehearse:
    """A dry run's answer: what would happen. Nothing is written and nothing leaves."""

    would: Send | Skip | GiveUp


Decision = Send | Wait | Skip | GiveUp | Ignore | LookAgain | Rehearse


def decide(case: Case, settings: Settings, now: float) -> Decision:
    """What to do about a finished call now."""
    decision = _of_attempt(case, settings, now)
    if case.record is not None and isinstance(decision, Skip | Ignore):
        # Tried and never processed is not the same as not tried.
        decision = GiveUp(decision.reason) if case.record.attempts else Skip(decision.reason)
    if settings.dry_run:
        if isinstance(decision, Send | Skip | GiveUp) and case.record is None:
            return Rehearse(decision)
        return LookAgain("dry_run")
    return LookAgain("paused") if settings.paused else decision


def is_finished(call: Call, settings: Settings) -> bool:
    """Whether the recipient's status asks for anything. A status nobody knows waits (contract §2)."""
    return settings.statuses.get(call.status, "wait") != "wait"


def is_within_memory(call: Call, settings: Settings, now: float) -> bool:
    """Whether a finished call is worth looking up in the table: no call ends after its recipient's last update."""
    return call.ended_at > now - TTL_SECONDS and call.ended_at >= (settings.not_before or 0)


def _of_attempt(case: Case, settings: Settings, now: float) -> Decision:
    """The call's own due, unless an earlier record is of this very attempt: that one has had what it is due."""
    decision = _of_call(case, settings, now)
    if case.earlier is None or not isinstance(decision, Send | Wait):
        return decision
    started_at = case.conversation.started_at if case.conversation else None
    if started_at is None:
        return LookAgain("start_unknown")
    # A redial's conversation starts after the earlier attempt ended.
    return Skip("same_attempt") if started_at <= case.earlier.call.ended_at else decision


def _of_call(case: Case, settings: Settings, now: float) -> Decision:
    """The conversation's own end counts before the recipient's last update."""
    call, conversation = case.call, case.conversation
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
    if action == "missed":
        return Send("missed", "")
    if conversation is not None and conversation.person_spoke is False:
        return Send("missed", "")
    is_patient = age_seconds < settings.summary_wait_seconds
    if is_patient and call.conversation_id and (conversation is None or conversation.summary is None):
        return Wait("summary")
    return Send("follow_up", (conversation and conversation.summary) or "")
