"""The day in ten lines: when it is due, and that its numbers add up (contract §2)."""

import itertools
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.day import Day, day_of
from lib.core.digest import LATE_AT_MOST_SECONDS, Told, digest, due
from lib.core.policy import LANGUAGES, Digest
from lib.core.record import Record, parse_record
from lib.core.status import Status
from lib.core.table import EVER
from tests.twins.people import item_of

EVENING = Digest(20 * 60, "America/Bogota")
ZONES = ("America/Bogota", "Europe/Madrid", "America/Santiago", "Australia/Lord_Howe", "Pacific/Apia", "UTC")


def at(text: str, zone: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def count(records: Iterable[Record]) -> Day:
    return day_of(records, 0, EVER)


def test_a_day_is_due_from_its_hour_on_and_for_six_hours() -> None:
    hour = at("2026-11-25T20:00", "America/Bogota")
    assert due(EVENING, hour - 1) is None
    assert due(EVENING, hour) == Told("2026-11-25", hour - 86400, hour)
    assert due(EVENING, hour + LATE_AT_MOST_SECONDS) == due(EVENING, hour)
    assert due(EVENING, hour + LATE_AT_MOST_SECONDS + 1) is None


@pytest.mark.parametrize(
    ("at_minutes", "day", "instant"),
    [
        (150, "2026-03-29", "2026-03-29T01:30:00Z"),  # 02:30 is left out in Madrid: 03:30 then
        (150, "2026-10-25", "2026-10-25T00:30:00Z"),  # 02:30 comes twice: the first
    ],
)
def test_on_a_day_whose_clocks_change_there_is_one_digest(at_minutes: int, day: str, instant: str) -> None:
    moment, settings = datetime.fromisoformat(instant).timestamp(), Digest(at_minutes, "Europe/Madrid")
    assert due(settings, moment - 1) is None
    told = due(settings, moment)
    assert told is not None
    assert (told.day, told.until) == (day, moment)
    assert due(settings, moment + 3600) == told


@given(
    st.integers(0, 1439),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2011, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 — UTC is said below
)
def test_every_instant_is_in_one_digest_and_each_day_has_one(at_minutes: int, zone: str, start: datetime) -> None:
    settings, told = Digest(at_minutes, zone), dict[str, Told]()
    for minutes in range(0, 5 * 1440, 30):
        found = due(settings, (start.replace(tzinfo=UTC) + timedelta(minutes=minutes)).timestamp())
        if found is not None:
            assert told.setdefault(found.day, found) == found
    days = list(told.values())
    # A place that leaves out a whole day of the calendar (Apia, 2011-12-30) has two digests of one instant.
    assert all(one.until == next_one.since for one, next_one in itertools.pairwise(days))
    assert len(days) in (4, 5, 6)


@given(st.lists(st.tuples(st.sampled_from(Status), st.booleans())), st.sampled_from(LANGUAGES))
def test_ten_lines_whose_numbers_add_up_to_the_finished_calls(calls: list[tuple[Status, bool]], language: str) -> None:
    hour = at("2026-11-25T20:00", "America/Bogota")
    records = [
        parse_record(item_of(status, int(hour) - 60, conversation_id=f"c{number}", replied_at=int(hour) * replied))
        for number, (status, replied) in enumerate(calls)
    ]
    told = due(EVENING, hour)
    assert told is not None
    subject, text = digest(told, EVENING.timezone, day_of(records, told.since, told.until), language)
    assert subject.isascii()
    assert "2026-11-25" in subject
    lines = text.splitlines()
    assert len(lines) == 10
    finished, sent, _, _, _, failed, skipped, waiting, held = (int(number_of(line)) for line in lines[:9])
    assert finished == len(calls) == sent + failed + skipped + waiting + held


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_call_is_told_as_one(language: str) -> None:
    told = due(EVENING, at("2026-11-25T20:00", "America/Bogota"))
    assert told is not None
    one, two = (
        digest(told, EVENING.timezone, count([_read(number, int(told.since)) for number in range(calls)]), language)[1]
        for calls in (1, 2)
    )
    for line in (0, 4):
        assert one.splitlines()[line] != two.splitlines()[line].replace(" 2 ", " 1 ").replace("2 p", "1 p")


def _read(number: int, ended_at: int) -> Record:
    return parse_record(item_of(Status.READ, ended_at, conversation_id=f"c{number}", replied_at=ended_at + 60))


def test_the_most_frequent_reason_is_a_part_of_its_line() -> None:
    told = due(EVENING, at("2026-11-25T20:00", "America/Bogota"))
    assert told is not None
    calls = [
        item_of(Status.FAILED, told.since, error_code=63016),
        item_of(Status.SKIPPED, told.since, reason="too_old"),
    ]
    lines = digest(told, EVENING.timezone, count(map(parse_record, calls)), "es")[1].splitlines()
    window = "texto libre fuera de la ventana de 24 horas de WhatsApp, 63016"
    assert lines[5] == f"No se pudo entregar: 1 (sobre todo: {window})."
    assert lines[6].endswith("1 (sobre todo: la llamada terminó hace más de `lookback_hours`).")


def number_of(line: str) -> str:
    (number,) = re.findall(r"(?<![\d:-])\d+(?![\d:-])", line.partition(" (")[0])
    return str(number)


def test_what_to_do_is_the_last_line_and_names_what_waits_for_a_person() -> None:
    told = due(EVENING, at("2026-11-25T20:00", "America/Bogota"))
    assert told is not None
    held = count([parse_record(item_of(Status.HELD, int(told.since)))])
    assert "vigia held" in digest(told, EVENING.timezone, held, "es")[1].splitlines()[-1]
    failed = count([parse_record(item_of(Status.FAILED, int(told.since), error_code=63016))])
    text = digest(told, EVENING.timezone, failed, "en")[1]
    assert "24-hour window" in text
    assert "vigia digest --calls" in text.splitlines()[-1]
    answered = parse_record(item_of(Status.READ, int(told.since), conversation_id="2", replied_at=int(told.since)))
    every = count([parse_record(item_of(Status.FAILED, int(told.since))), answered])
    for language in ("es", "en", "pt"):
        lines = digest(told, EVENING.timezone, every, language)[1].splitlines()
        assert len(lines) == 10
        assert re.findall("`(.*?)`", lines[-1]) == ["vigia replies --open", "vigia digest --calls"], (
            "neither hides the other"
        )
    assert digest(told, EVENING.timezone, count([]), "auto")[1].splitlines()[-1] == "Nada espera a una persona."
