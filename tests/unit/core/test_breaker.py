"""What makes a sender stand still, and when a probe may leave."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.breaker import MOST_GAP_SECONDS, Failures, Suspension, gap_seconds, is_counted
from lib.core.streak import Route

NOON = 1_795_003_200
US: Route = ("whatsapp:+14155238886", "")
STANDS = Suspension(*US, "whatsapp", 63007, NOON, NOON + 60, is_late=False, setup="here")


@pytest.mark.parametrize("code", [63007, 63041, 63015, 63051, 63018, 63038, 99999])
def test_the_codes_of_a_sender_a_template_or_the_account_count(code: int) -> None:
    assert is_counted(code)


@pytest.mark.parametrize("code", [21211, 63003, 63016, 63024, 30003, 30008, 20429])
def test_the_codes_of_a_person_a_message_or_of_nobody_do_not(code: int) -> None:
    assert not is_counted(code)


def in_a_row(code: int, *calls: str) -> list[bool]:
    failures = Failures()
    return [failures.failed(US, code, pk, is_late=True) for pk in calls]


def test_a_parameters_code_says_so_by_itself_and_others_need_several_calls() -> None:
    assert in_a_row(63007, "a", "a", "a") == [False, False, True]
    assert in_a_row(63018, "a", "a", "a", "b", "c") == [False, False, False, False, True]


def test_another_code_or_a_message_that_arrived_begins_a_new_row() -> None:
    failures = Failures()
    for code in (63007, 63007, 63008):
        assert not failures.failed(US, code, "a", is_late=False)
    failures.failed(US, 63008, "b", is_late=False)
    failures.worked(US, is_late=False)
    assert not failures.failed(US, 63008, "c", is_late=False)


def test_an_acceptance_says_nothing_of_what_fails_after_it() -> None:
    failures = Failures()
    for pk in ("a", "b"):
        failures.worked(US, is_late=False)
        assert not failures.failed(US, 63041, pk, is_late=True)
    failures.worked(US, is_late=False)
    assert failures.failed(US, 63041, "c", is_late=True)


@given(st.integers(0, 100), st.sampled_from((63007, 63018, 63038)))
def test_the_gaps_grow_and_stay_within_bounds(probes: int, code: int) -> None:
    gaps = gap_seconds(probes, code), gap_seconds(probes + 1, code)
    assert 60 <= gaps[0] <= gaps[1] <= MOST_GAP_SECONDS
    assert gaps[0] < gaps[1] or gaps[1] == MOST_GAP_SECONDS


def test_a_probe_is_due_at_its_time_or_when_something_was_configured_anew() -> None:
    assert not STANDS.may_probe(NOON + 59, "here")
    assert STANDS.may_probe(NOON + 60, "here")
    assert STANDS.may_probe(NOON + 1, "elsewhere")


def test_what_a_probe_came_to_is_waited_for_longer_where_messages_fail_late() -> None:
    probed = replace(STANDS, probed_at=NOON + 60)
    assert probed.is_probing(NOON + 80)
    assert not probed.is_probing(NOON + 100)
    assert replace(probed, is_late=True).is_probing(NOON + 100)
    assert not STANDS.is_probing(NOON + 1)


def test_what_nobody_has_probed_for_long_is_waited_for_by_nobody() -> None:
    assert STANDS.is_waited_for(STANDS.probe_at + 60)
    assert not STANDS.is_waited_for(STANDS.probe_at + 3600)
