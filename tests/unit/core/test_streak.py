"""One unlucky person, or a wrong parameter: refusals in a row tell them apart."""

from hypothesis import given
from hypothesis import strategies as st

from lib.core.streak import ALIKE, TRIES, Streak, Verdict

CODE, OTHER = 99999, 88888


def test_a_few_alike_in_a_row_stop_the_route_and_none_of_them_is_final_ever() -> None:
    streak = Streak()
    first = [streak.refused(CODE, pk) for pk in ("a", "b", "c", "d")]
    assert first == [Verdict.WAIT, Verdict.WAIT, Verdict.STOP, Verdict.STOP]
    assert {streak.refused(CODE, pk) for pk in ("a", "b") * TRIES} == {Verdict.STOP}


def test_a_call_that_stays_alone_with_its_code_is_final_after_a_few_tries() -> None:
    streak = Streak()
    assert [streak.refused(CODE, "a") for _ in range(TRIES)] == [Verdict.WAIT, Verdict.WAIT, Verdict.FINAL]


def test_a_call_that_is_refused_again_though_others_were_accepted_is_final() -> None:
    streak = Streak()
    streak.refused(CODE, "a")
    streak.accepted()
    assert streak.refused(CODE, "a") is Verdict.FINAL


def test_an_accepted_message_ends_a_row_and_another_code_begins_its_own() -> None:
    streak = Streak()
    for pk in ("a", "b"):
        streak.refused(CODE, pk)
    assert streak.refused(OTHER, "c") is Verdict.WAIT
    streak.accepted()
    assert streak.refused(CODE, "c") is Verdict.WAIT


@given(st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=40))
def test_while_nothing_is_accepted_fewer_calls_than_a_row_are_lost(refused: list[str]) -> None:
    streak, lost = Streak(), set()
    for pk in refused:
        if pk not in lost and streak.refused(CODE, pk) is Verdict.FINAL:
            lost.add(pk)
    assert len(lost) < ALIKE
