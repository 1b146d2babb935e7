"""What an invocation may be asked for (contract §5). Pure."""

from collections.abc import Mapping

from ..core.frozen import frozen
from ..errors import CannotDecide, ConfigurationError
from .readers import shown

TICKS_AT_MOST = 60
SCHEDULES = ("aws.events", "aws.scheduler")
REASON_MAX_CHARACTERS = 200
_EVENTS = '{}, {"ticks": 1} or {"held": {"pk": …, "do": …}}'


@frozen
class Word:
    """A person's, on a held call. language: theirs, `es` or else English."""

    pk: str
    verdict: str
    reason: str
    language: str


@frozen
class Event:
    """ticks: so many instead of the deployment's."""

    ticks: int | None = None
    held: Word | None = None


def read_event(event: object) -> Event:
    """The schedule's own event, whatever else it says, asks for no more than its ticks, where somebody wrote them in.

    A schedule may be a rule or one of EventBridge Scheduler (facts/aws.md §1.2).

    Raises ConfigurationError naming a wrong key, CannotDecide.
    """
    if not isinstance(event, Mapping):
        raise ConfigurationError("the event", f"must be an object: {_EVENTS}")
    ticks = _ticks(event["ticks"]) if "ticks" in event else None
    if event.get("source") in SCHEDULES:
        return Event(ticks)
    for key in event:
        if key not in ("ticks", "held"):
            raise ConfigurationError(f"the event's `{shown(str(key))}`", f"is not known; an event may be {_EVENTS}")
    return Event(ticks, _held(event["held"]) if "held" in event else None)


def _ticks(ticks: object) -> int:
    if isinstance(ticks, bool) or not isinstance(ticks, int) or not 1 <= ticks <= TICKS_AT_MOST:
        raise ConfigurationError("the event's `ticks`", f"must be a whole number from 1 to {TICKS_AT_MOST}")
    return ticks


def _held(request: object) -> Word:
    if not isinstance(request, Mapping) or not {"pk", "do"} <= set(request) <= {"pk", "do", "reason", "lang"}:
        raise CannotDecide('the event must be {"held": {"pk": "…", "do": "resend", "reason": "…"}}, or "release"')
    reason = " ".join(str(request.get("reason") or "").split())
    return Word(str(request["pk"]), str(request["do"]), reason[:REASON_MAX_CHARACTERS], str(request.get("lang", "en")))
