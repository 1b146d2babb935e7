"""A day's counters: every record of the day counts once, and what became of them adds up."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.call import Call
from lib.core.day import bounds, day_of
from lib.core.record import Record
from lib.core.status import Status

CALL = Call("+573001239155", "conv_1", "rcpt_1", "btcal_1", "agent_1", "completed", 0, 0, "", "")
START, END = 1_000_000, 1_086_400
record = st.builds(
    Record,
    call=st.just(CALL),
    status=st.sampled_from(Status),
    recorded_at=st.integers(START - 10, END + 10),
    reason=st.sampled_from(["", "too_old", "same_attempt", "status_cancelled"]),
    error_code=st.sampled_from([0, 63016]),
    replied_at=st.sampled_from([0, START]),
)


@given(st.lists(record))
def test_what_became_of_a_day_s_calls_adds_up_to_all_of_them(records: list[Record]) -> None:
    day = day_of(records, START, END)
    assert day.finished == day.sent + day.failed + day.skipped + day.held + day.waiting
    assert day.sent >= day.delivered >= day.read
    assert day.finished >= day.replied
    assert sum(day.skipped_by_reason.values()) == day.skipped
    assert sum(day.failed_by_code.values()) == day.failed


@given(st.lists(record), st.integers(START, END))
def test_two_parts_of_a_day_count_no_call_twice_and_leave_none_out(records: list[Record], noon: int) -> None:
    parts = (day_of(records, START, noon), day_of(records, noon, END))
    assert sum(part.finished for part in parts) == day_of(records, START, END).finished


def test_a_call_that_was_recorded_under_two_keys_counts_once() -> None:
    sent = Record(CALL, Status.SENT, START)
    twice = [sent, replace(sent, status=Status.SKIPPED, reason="same_attempt")]
    assert (day_of(twice, START, END).finished, day_of(twice, START, END).skipped) == (1, 0)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 6, 1), "America/Bogota", 24),
        (date(2026, 9, 6), "America/Santiago", 23),  # begins at one o'clock: there is no midnight
        (date(2026, 4, 4), "America/Santiago", 25),  # its last hour comes twice
    ],
)
def test_a_day_is_as_long_as_its_clock_makes_it(day: date, zone: str, hours: int) -> None:
    start, end = bounds(day, ZoneInfo(zone))
    assert end - start == hours * 3600
