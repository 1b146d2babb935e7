"""What an invocation may be asked for (contract §5). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import CannotDecide, ConfigurationError
from .readers import shown

TICKS_AT_MOST = 60
SCHEDULES = ("aws.events", "aws.scheduler")
REASON_MAX_CHARACTERS = 200
_EVENTS = '{}, {"ticks": 1} or {"held": {"pk": …, "do": …}}'


@dataclass(frozen=True, slots=True)
class Event:
    """ticks: so many instead of the deployment's. held: a person's word on a held call, as (pk, verdict, reason,
    language of the person: `es`, or English).
    """

    ticks: int | None = None
    held: tuple[str, str, str, str] | None = None


def read_event(event: object) -> Event:
    """The schedule's own event, whatever else it says, asks for no more than its ticks, where somebody wrote them in.

    A schedule may be a rule or one of EventBridge Scheduler (facts/aws.md §1.2).

    Raises ConfigurationError naming a wrong key, CannotDecide.
    """
    if not isinstance(event, Mapping):
        raise ConfigurationError("the event", f"must be an object: {_EVENTS}")
    if event.get("source") in SCHEDULES:
        return Event(_ticks(event.get("ticks")))
    for key in event:
        if key not in ("ticks", "held"):
            raise ConfigurationError(f"the event's `{shown(str(key))}`", f"is not known; an event may be {_EVENTS}")
    return Event(_ticks(event.get("ticks")), _held(event.get("held")))


def _ticks(ticks: object) -> int | None:
    if ticks is None:
        return None
    if isinstance(ticks, bool) or not isinstance(ticks, int) or not 1 <= ticks <= TICKS_AT_MOST:
        raise ConfigurationError("the event's `ticks`", f"must be a whole number from 1 to {TICKS_AT_MOST}")
    return ticks


def _held(request: object) -> tuple[str, str, str, str] | None:
    if request is None:
        return None
    if not isinstance(request, Mapping) or not {"pk", "do"} <= set(request) <= {"pk", "do", "reason", "lang"}:
        raise CannotDecide('the event must be {"held": {"pk": "…", "do": "resend", "reason": "…"}}, or "release"')
    reason = " ".join(str(request.get("reason", "")).split())
    return str(request["pk"]), str(request["do"]), reason[:REASON_MAX_CHARACTERS], str(request.get("lang", "en"))
