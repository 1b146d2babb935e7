"""The laws are data: held against the facts that they are read from, and the holidays against their library."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from lib.core.clock import Hours, Span
from lib.core.law.law import FOLDER, HOLIDAYS, Law, countries, holidays, law_of
from local.data.holidays import YEARS, generate

FACTS = Path(__file__).parents[3] / "docs/facts/contact-law.md"
NAMES = {
    "Colombia": "CO",
    "Ecuador": "EC",
    "Peru": "PE",
    "Chile": "CL",
    "Mexico": "MX",
    "Brazil": "BR",
    "Dominican Republic": "DO",
    "Spain": "ES",
    "France": "FR",
    "United States": "US",
}


def known(country: str, purpose: str, state: str = "") -> Law:
    law = law_of(country, state, purpose)
    assert law is not None
    return law


def facts() -> dict[tuple[str, str], list[str]]:
    """(country, purpose) → the cells Mon-Fri, Sat, Sun and holidays, of the facts' table."""
    found = {}
    for line in FACTS.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|") or cells[0].partition(" (")[0] not in NAMES:
            continue
        for purpose in cells[1].split(", "):
            found[NAMES[cells[0].partition(" (")[0]], purpose] = cells[2:5]
    return found


def spans(cell: str) -> tuple[Span, ...]:
    """`10–13, 14–20 (one source …)`: what stands before the bracket counts."""
    hours = re.findall(r"(\d+)–(\d+)", cell.partition("(")[0])
    return tuple(Span(int(start) * 60, int(end) * 60) for start, end in hours)


def test_every_row_of_the_facts_is_data_with_its_hours() -> None:
    assert len(facts()) == 14
    assert {country for country, _ in facts()} == set(countries())
    for (country, purpose), cells in facts().items():
        law = known(country, purpose, "CA")
        if law.needs_consent:
            assert law.hours is None
            assert "consent" in cells[0]
            continue
        assert law.hours is not None
        assert (law.hours.weekdays, law.hours.saturday, law.hours.sunday) == tuple(map(spans, cells)), country


def test_what_the_facts_do_not_name_has_no_rule() -> None:
    for country in (*countries(), "DE", ""):
        for purpose in ("service", "commercial", "collection", None):
            assert (law_of(country, "", purpose) is not None) == ((country, purpose) in facts())


def test_every_law_says_where_it_is_from_and_has_a_name_in_both_languages() -> None:
    for country, purpose in facts():
        law = known(country, purpose)
        assert law.name.keys() == {"es", "en"}
        assert all(law.name.values())
        assert law.source
        assert law.confidence.split()[0] in ("high", "medium", "low")
        assert law.checked == date(2026, 11, 25)


def test_the_counts_of_contacts_are_the_facts() -> None:
    counts = {key: [(c.most, c.hours) for c in known(*key).counts] for key in facts() if known(*key).counts}
    assert counts == {
        ("EC", "collection"): [(1, 24)],
        ("CL", "collection"): [(2, 7 * 24), (1, 48)],
        ("FR", "commercial"): [(4, 30 * 24)],
    }
    assert [key for key in facts() if known(*key).an_answered_call_counts] == [("CO", "collection")]
    assert [key for key in facts() if known(*key).needs_consent] == [("PE", "commercial")]


@pytest.mark.parametrize(
    ("state", "weekdays", "saturday", "sunday"),
    [
        ("CA", (8, 21), (8, 21), (8, 21)),
        ("PR", (8, 21), (8, 21), (8, 21)),
        *((state, (8, 20), (8, 20), (8, 20)) for state in ("FL", "MD", "OK", "NJ", "MS")),
        ("CT", (9, 20), (9, 20), (9, 20)),
        ("TX", (9, 21), (9, 21), (12, 21)),
        ("RI", (9, 18), (9, 18), (9, 18)),
        ("", (9, 18), (10, 17), (12, 17)),  # no state is known: the narrow ones
    ],
)
def test_an_american_state_has_hours_of_its_own(
    state: str, weekdays: tuple[int, int], saturday: tuple[int, int], sunday: tuple[int, int]
) -> None:
    days = [(Span(start * 60, end * 60),) for start, end in (weekdays, saturday, sunday)]
    for purpose in ("commercial", "collection"):
        assert known("US", purpose, state).hours == Hours(days[0], days[1], days[2], holidays("US"))


def test_the_holidays_are_the_library_s() -> None:
    assert json.loads(HOLIDAYS.read_text(encoding="utf-8")) == generate(countries())
    assert [*YEARS] == [2026, 2027, 2028, 2029]


def test_colombia_has_nineteen_holidays_since_2026() -> None:
    assert len([day for day in holidays("CO") if day.year == 2026]) == 19
    assert date(2026, 7, 13) in holidays("CO")


def test_the_data_is_small() -> None:
    assert HOLIDAYS.stat().st_size < 4_000
    assert sum(path.stat().st_size for path in FOLDER.glob("*.json")) < 20_000
