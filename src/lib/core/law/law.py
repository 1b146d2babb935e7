"""What a country's law says about when, and how often, its people may be written to (docs/facts/contact-law.md). Pure.

The laws are data, `{country}.json` here: nobody's legal advice, and the owner of the shop is responsible.
`holidays.json` is generated (`make data`). Both are read when first asked for.
"""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ..clock import Hours, Span
from ..frozen import frozen

FOLDER = Path(__file__).parent
HOLIDAYS = FOLDER / "holidays.json"
UNKNOWN = "unknown"  # a state of the United States: the narrowest hours of all


@frozen
class Count:
    """At most so many messages to one person within so many hours."""

    most: int
    hours: int


@frozen
class Law:
    """One country's rule for a purpose.

    name: by language, `es` and `en`
    hours: by the recipient's clock; None where the law names none
    counts: of messages; what is known of the past is what the table remembers, seven days
    an_answered_call_counts: after a call that the person answered, a message is one contact too many
    needs_consent: without it no message at all
    checked: the day on which the source was read
    """

    name: Mapping[str, str]
    hours: Hours | None
    counts: tuple[Count, ...]
    an_answered_call_counts: bool
    needs_consent: bool
    source: str
    checked: date
    confidence: str


@cache
def law_of(country: str, state: str, purpose: str | None) -> Law | None:
    """A place's rule for a purpose: `service`, `commercial`, `collection`, or None (not told). None: none is known."""
    if country not in countries():
        return None
    rows = json.loads((FOLDER / f"{country.lower()}.json").read_text(encoding="utf-8"))
    return next((_law(row, country, state) for row in rows if purpose in row["purposes"]), None)


@cache
def countries() -> tuple[str, ...]:
    """The countries with a rule, as ISO 3166 spells them."""
    return tuple(sorted(path.stem.upper() for path in FOLDER.glob("??.json")))


@cache
def holidays(country: str) -> frozenset[date]:
    """The national holidays of a country with a rule, of the years that are known: those of `HOLIDAYS`."""
    years = json.loads(HOLIDAYS.read_text(encoding="utf-8"))[country]
    return frozenset(date(int(y), int(d[:2]), int(d[2:])) for y, days in years.items() for d in days.split())


def _law(row: Mapping[str, Any], country: str, state: str) -> Law:
    hours, states = row.get("hours"), row.get("states", {})
    if states:
        hours = states.get(state or UNKNOWN, hours)
    return Law(
        name=row["name"],
        hours=_hours(hours, country) if hours else None,
        counts=tuple(Count(**count) for count in row.get("messages", ())),
        an_answered_call_counts=row.get("an_answered_call_counts", False),
        needs_consent=row.get("needs_consent", False),
        source=row["source"],
        checked=date.fromisoformat(row["checked"]),
        confidence=row["confidence"],
    )


def _hours(row: Mapping[str, list[str]], country: str) -> Hours:
    """`{"weekdays": ["10:00-13:00", "14:00-20:00"], "saturday": […], "sunday_and_holidays": […]}`."""
    weekdays, saturday, rest = (tuple(map(_span, row[day])) for day in ("weekdays", "saturday", "sunday_and_holidays"))
    return Hours(weekdays, saturday, rest, holidays(country))


def _span(text: str) -> Span:
    start, end = (int(hour) * 60 + int(minute) for hour, minute in (t.split(":") for t in text.split("-")))
    return Span(start, end)
