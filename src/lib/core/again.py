"""Whether a message that Twilio failed leaves once more. Pure.

Only where it surely did not arrive, a few times at most, and each time under a claim of its own (facts/twilio.md §3).
"""

from .codes import About, code_of
from .frozen import frozen
from .language import language_of
from .policy import AUTO, Settings
from .record import Record
from .status import Reason

OUTSIDE_WINDOW = 63016
NOT_JOINED = 63015  # of the unexplained ones, the one that surely means that nothing arrived
GAPS_SECONDS = (120, 900, 1800)
"""After a failure that passes: so often it is tried again, and after so long at least."""


@frozen
class Again:
    """It leaves once more, not before `due_at` (epoch seconds). marks: what the record keeps of it."""

    due_at: int
    reason: Reason
    marks: dict[str, int]


def again(record: Record, code: int, settings: Settings, now: float) -> Again | None:
    """What follows when Twilio refused or failed a message with this code; None: it failed for good.

    now: epoch seconds. A try that would come too late is none.
    """
    if code == OUTSIDE_WINDOW:
        is_first = not record.message.content_sid and not record.window_closed_at
        if not is_first or not has_template(record, settings):
            return None
        return Again(int(now), Reason.WINDOW_CLOSED, {"window_closed_at": int(now)})
    about, failures = code_of(code).about, record.failures
    waits_for_people = about in (About.PARAMETER, About.ACCOUNT)
    if not (waits_for_people or about is About.LATER or code == NOT_JOINED):
        return None
    if failures >= len(GAPS_SECONDS) and not waits_for_people:
        return None
    gap_seconds = max(GAPS_SECONDS[min(failures, len(GAPS_SECONDS) - 1)], code_of(code).wait_seconds)
    due_at = int(now) + gap_seconds
    if due_at > record.ended_at + settings.lookback_seconds:
        return None
    reason = Reason.PARAMETER_REFUSED if waits_for_people else Reason.FAILED_FOR_NOW
    return Again(due_at, reason, {"failures": failures + 1})


def has_template(record: Record, settings: Settings) -> bool:
    """For the kind of the message, in its language as far as the record knows that."""
    policy, call = settings.for_agent(record.call.agent_id), record.call
    templates = policy.content_sids.get(record.kind, {})
    if policy.language == AUTO:
        return bool(templates)
    return language_of(call, None, policy.language) in templates
