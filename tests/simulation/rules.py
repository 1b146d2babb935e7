"""When not to write, as a story has it: drawn as options, and made into the settings of contract §2."""

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from lib.core.policy import QuietHours

if TYPE_CHECKING:
    from tests.simulation.options import Options

BOGOTA, SANTIAGO = "America/Bogota", "America/Santiago"
Start = Literal["usual", "spring", "autumn", "saturday", "holiday"]
STARTS = {  # some minutes before what the story is about
    "spring": datetime(2026, 9, 6, 3, 57, tzinfo=UTC),  # in Santiago midnight is one o'clock
    "autumn": datetime(2026, 4, 5, 2, 57, tzinfo=UTC),  # and here it is eleven o'clock again
    "saturday": datetime(2026, 11, 21, 19, 58, tzinfo=UTC),  # 14:58 in Bogotá
    "holiday": datetime(2026, 7, 13, 17, 0, tzinfo=UTC),  # a Monday
}
HAVE_RULES = 0.3  # of the stories


def draw(dice: random.Random, theme: str) -> dict[str, Any]:
    """As many throws in every story."""
    has_rules = dice.random() < HAVE_RULES and theme == "mixed"
    drawn: dict[str, Any] = {
        "starts": dice.choice(("usual", "usual", "spring", "autumn", "saturday", "holiday")),
        "quiet_minutes": dice.choice((0, 0, 0, 6, 30, 120, 600)),
        "quiet_from_minutes": dice.choice((-580, -20, -4, -2, 1, 2, 3, 5)),
        "quiet_zone": dice.choice((BOGOTA, SANTIAGO, "recipient")),
        "contact_law": dice.choice(("none", "none", "none", "service", "commercial", "collection")),
        "cooldown_hours": dice.choice((0.0, 0.0, 0.0, 0.2, 1.0, 24.0)),
        "daily_limit": dice.choice((0, 0, 0, 1, 2, 3)),
    }
    if drawn["starts"] in ("spring", "autumn"):
        drawn |= {"quiet_zone": SANTIAGO, "quiet_minutes": drawn["quiet_minutes"] or 30}
    if drawn["starts"] in ("saturday", "holiday") and drawn["contact_law"] == "none":
        drawn["contact_law"] = "commercial"
    none = {"starts": "usual", "quiet_minutes": 0, "contact_law": "none", "cooldown_hours": 0.0, "daily_limit": 0}
    return drawn if has_rules else drawn | none


def settings(options: "Options", start: float) -> dict[str, Any]:
    """The settings that the options make for a story that starts then."""
    return {
        "quiet_hours": _quiet_hours(options, start) if options.quiet_minutes else None,
        "contact_law": None if options.contact_law == "none" else options.contact_law,
        "cooldown_hours": options.cooldown_hours,
        "daily_limit": options.daily_limit or None,
    }


def _quiet_hours(options: "Options", start: float) -> QuietHours:
    """Told by the clock, whose change they may lie across."""
    zone = BOGOTA if options.quiet_zone == "recipient" else options.quiet_zone
    begin = datetime.fromtimestamp(start, ZoneInfo(zone)) + timedelta(minutes=options.quiet_from_minutes)
    minutes = begin.hour * 60 + begin.minute
    return QuietHours(minutes, (minutes + options.quiet_minutes) % 1440, options.quiet_zone)
