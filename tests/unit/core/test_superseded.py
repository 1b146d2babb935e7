"""Several missed calls to one phone are one message; a later call that reached the person replaces it (contract §2)."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.case import Case
from lib.core.decide import Decision, Rehearse, Send, Skip, Wait
from lib.core.policy import Settings
from lib.core.record import Record
from lib.core.status import Status
from lib.core.superseded import phones_with_missed, supersede
from tests.unit.core.test_decide import CALL, DONE, NOW

MISSED, FOLLOW_UP = Send("missed", by_status=True), Send("follow_up", "Quiere una cita.")
GONE, LATER = Skip("superseded"), Wait("later_call", NOW)


def case(minute: int, phone: str = CALL.phone) -> Case:
    return Case(replace(CALL, phone=phone, conversation_id=f"conv_{minute}", ended_at=int(NOW) + minute * 60))


def claimed(minute: int, kind: str = "missed", status: str = "sent") -> Record:
    return Record(case(minute).call, Status(status), int(NOW), kind=kind)


def told(decided: list[tuple[Case, Decision]], records: list[Record] | None = None, **settings: Any) -> list[Decision]:
    return [decision for _, decision in supersede(decided, {CALL.phone: records or []}, Settings(**settings), NOW)]


def test_five_missed_calls_at_once_are_one_message_the_last_ones() -> None:
    five: list[tuple[Case, Decision]] = [(case(minute), MISSED) for minute in range(5)]
    assert told(five) == [LATER, LATER, LATER, LATER, MISSED]
    assert told(five[:4], [claimed(4)]) == [GONE, GONE, GONE, GONE]


def test_a_person_is_one_however_the_number_is_spelled() -> None:
    """`+52 1 …` and `+52 …` are one telephone in Mexico."""
    old, new = "+5215512345678", "+525512345678"
    two: list[tuple[Case, Decision]] = [(case(0, old), MISSED), (case(1, new), MISSED)]
    assert phones_with_missed(two) == {old, new}
    assert [decision for _, decision in supersede(two, {}, Settings(), NOW)] == [LATER, MISSED]
    left = Record(case(1, new).call, Status.SENT, int(NOW), kind="missed")
    assert [decision for _, decision in supersede(two[:1], {new: [left]}, Settings(), NOW)] == [GONE]


def test_without_a_wait_each_missed_call_has_its_own_message() -> None:
    five: list[tuple[Case, Decision]] = [(case(minute), MISSED) for minute in range(5)]
    assert told(five, [claimed(-1)], missed_wait_minutes=0) == [MISSED] * 5


def test_those_who_talked_first_go_first_by_their_conversations_own_end() -> None:
    talked_first = replace(case(9), conversation=replace(DONE, ended_at=int(NOW)))
    waiting = Record(talked_first.call, Status.WAITING, int(NOW), conversation_ended_at=int(NOW))
    assert talked_first.turn < case(1).turn < case(2).turn
    assert waiting.turn == talked_first.turn


def test_what_was_held_back_for_hours_leaves_as_one_message() -> None:
    """By quiet hours, by the law, by a pause: both are due in the same tick, or the first has left meanwhile."""
    assert told([(case(0), MISSED), (case(180), MISSED)]) == [LATER, MISSED]
    left = replace(claimed(0), claimed_at=int(NOW) + 400 * 60)
    assert told([(case(180), MISSED)], [left]) == [GONE]
    assert told([(case(401), MISSED)], [left]) == [MISSED]
    assert told([(case(180), MISSED)], [left], missed_wait_minutes=0) == [MISSED]


def test_a_rehearsal_tells_what_would_come_of_them() -> None:
    decided: list[tuple[Case, Decision]] = [(case(0), Rehearse(MISSED)), (case(1), Rehearse(MISSED))]
    assert phones_with_missed(decided) == {CALL.phone}
    assert told(decided) == [Rehearse(GONE), Rehearse(MISSED)]
    assert told([(case(0), Rehearse(MISSED)), (case(5), Rehearse(FOLLOW_UP))]) == [Rehearse(GONE), Rehearse(FOLLOW_UP)]
    assert told(decided[:1], [claimed(1)]) == [Rehearse(GONE)]


def test_a_missed_call_soon_after_a_message_about_another_adds_none() -> None:
    assert told([(case(1), MISSED)], [claimed(0)]) == [GONE]
    assert told([(case(10), MISSED)], [claimed(0)]) == [GONE]
    assert told([(case(11), MISSED)], [claimed(0)]) == [MISSED]


@pytest.mark.parametrize("status", ["sent", "delivered", "read", "claimed", "held"])
def test_a_later_call_that_reached_the_person_takes_its_place(status: str) -> None:
    assert told([(case(0), MISSED), (case(5), FOLLOW_UP)]) == [LATER, FOLLOW_UP]
    assert told([(case(0), MISSED)], [claimed(5, "follow_up", status)]) == [GONE]


def test_an_earlier_talk_does_not_answer_for_a_later_missed_call() -> None:
    assert told([(case(0), FOLLOW_UP), (case(5), MISSED)]) == [FOLLOW_UP, MISSED]
    assert told([(case(5), MISSED)], [claimed(0, "follow_up")]) == [MISSED]


def test_a_missed_call_waits_while_the_talk_that_came_after_it_waits_for_its_summary() -> None:
    until = NOW + 500
    missed, _ = told([(case(0), MISSED), (case(5), Wait("summary", until))])
    assert missed == LATER
    assert told([(case(0), MISSED), (case(5), Wait("missed_wait", until))])[0] == MISSED


@pytest.mark.parametrize("status", ["failed", "skipped", "waiting"])
def test_who_was_reached_was_not_missed_whatever_became_of_that_calls_message(status: str) -> None:
    assert told([(case(0), MISSED)], [claimed(5, "follow_up", status)]) == [GONE]
    assert told([(case(5), MISSED)], [claimed(0, "follow_up", status)]) == [MISSED]


def test_a_follow_up_that_only_if_forbids_is_waited_for_until_it_is_recorded() -> None:
    forbidden = Skip("only_if")
    assert told([(case(0), MISSED), (case(5), forbidden)]) == [LATER, forbidden]
    assert told([(case(5), MISSED), (case(0), forbidden)]) == [MISSED, forbidden]
    assert told([(case(0), MISSED), (case(5), Skip("status_cancelled"))])[0] == MISSED


@pytest.mark.parametrize("status", ["failed", "skipped"])
def test_a_message_that_did_not_leave_stands_for_no_other(status: str) -> None:
    assert told([(case(1), MISSED)], [claimed(0, status=status)]) == [MISSED]


def test_a_silent_talk_is_no_missed_status_and_another_phone_is_another_person() -> None:
    silent = Send("missed")
    assert told([(case(0), silent), (case(1), silent)]) == [silent, silent]
    assert told([(case(0), MISSED), (case(1, "+573009999999"), FOLLOW_UP)]) == [MISSED, FOLLOW_UP]


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from((MISSED, FOLLOW_UP, Wait("summary", NOW)))), max_size=8))
def test_everybody_who_was_called_hears_once_at_least_and_no_decision_but_a_missed_one_changes(
    drawn: list[tuple[int, Decision]],
) -> None:
    decided: list[tuple[Case, Decision]] = [
        (replace(case(minute), call=replace(case(minute).call, conversation_id=f"conv_{place}")), decision)
        for place, (minute, decision) in enumerate(drawn)
    ]
    after = told(decided)
    assert all(new == old or old == MISSED for (_, old), new in zip(decided, after, strict=True))
    leaving = [case.call.ended_at for (case, _), new in zip(decided, after, strict=True) if new == MISSED]
    assert all(later - earlier > 600 for earlier, later in pairwise(sorted(leaving)))
    if phones_with_missed(decided):
        assert any(isinstance(new, Send | Wait) for new in after)


def test_the_conversations_own_end_says_which_of_two_calls_came_later() -> None:
    undated = replace(case(-60), conversation=replace(DONE, ended_at=int(NOW) + 60))  # created an hour ago
    assert told([(undated, MISSED)], [claimed(0, kind="follow_up")]) == [MISSED]
    assert told([(undated, MISSED)], [claimed(2, kind="follow_up")]) == [Skip("superseded")]
