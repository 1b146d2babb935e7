"""When a message to a Colombian may leave, written out a second time, for the checks and the referee: plain data."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

COLOMBIA = timezone(timedelta(hours=-5))
HOLIDAYS = frozenset(  # of the months in which stories play
    date.fromisoformat(day)
    for day in (
        *("2026-04-02", "2026-04-03", "2026-05-01", "2026-06-29", "2026-07-13", "2026-07-20", "2026-08-07"),
        *("2026-08-17", "2026-10-12", "2026-11-02", "2026-11-16", "2026-12-08", "2026-12-25", "2027-01-01"),
    )
)
STEP_SECONDS = 30


def is_quiet(quiet_hours: tuple[int, int, str] | None, at: float) -> bool:
    """quiet_hours: minutes after midnight, from and to, and the zone."""
    if quiet_hours is None:
        return False
    start, end, name = quiet_hours
    local = datetime.fromtimestamp(at, COLOMBIA if name == "recipient" else ZoneInfo(name))
    minutes = local.hour * 60 + local.minute
    return start <= minutes < end if start < end else minutes >= start or minutes < end


def is_forbidden(contact_law: str | None, at: float) -> bool:
    """Ley 2300, art. 3: 7 to 19, Saturdays 8 to 15, never on Sundays and holidays."""
    if contact_law not in ("commercial", "collection"):
        return False
    local = datetime.fromtimestamp(at, COLOMBIA)
    if local.weekday() == 6 or local.date() in HOLIDAYS:
        return True
    return not (8 <= local.hour < 15 if local.weekday() == 5 else 7 <= local.hour < 19)


def is_closed(rules: dict[str, Any], at: float) -> bool:
    """rules: `quiet_hours` (as a tuple), `contact_law`."""
    return is_quiet(rules.get("quiet_hours"), at) or is_forbidden(rules.get("contact_law"), at)


def was_closed_throughout(rules: dict[str, Any], since: float, until: float) -> bool:
    return all(is_closed(rules, at) for at in _instants(since, until))


def _instants(since: float, until: float) -> Iterable[float]:
    at = since
    while at < until:
        yield at
        at += STEP_SECONDS
    yield until
