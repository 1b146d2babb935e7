"""What a call found out: read from both shapes of a conversation, compared as a person would, ruled on."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.policy import Policy, Result
from lib.core.results import NOTHING_KNOWN, Results, any_holds, are_open, asked_for, holds, is_equal, results_of, ruling

ANALYSIS: dict[str, Any] = {
    "call_successful": "success",
    "transcript_summary": "x",
    "data_collection_results": {
        "interested": {"data_collection_id": "interested", "value": True, "rationale": "…"},
        "seats": {"data_collection_id": "seats", "value": 0, "rationale": "…"},
        "date": {"data_collection_id": "date", "value": " 12 de mayo ", "rationale": "…"},
        "plan": {"data_collection_id": "plan", "value": None, "rationale": "…"},
        "empty": {"data_collection_id": "empty", "value": "  "},
        "many": {"data_collection_id": "many", "value": ["a", "b"]},
    },
    "evaluation_criteria_results": {
        "polite": {"criteria_id": "polite", "result": "failure"},
        "plan": {"criteria_id": "plan", "result": "unknown"},
        "seats": {"criteria_id": "seats", "result": "success"},
    },
    "evaluation_criteria_results_list": [{"criteria_id": "listed", "result": "success"}, 3, {"result": "success"}],
    "data_collection_results_list": [{"data_collection_id": "also", "value": 2.5}, {"data_collection_id": "date"}],
}
ITSELF: dict[str, Any] = {"conversation_id": "c", "status": "done", "metadata": {}, "analysis": ANALYSIS}
ALL: dict[str, Result] = {
    "interested": True,
    "seats": 0,
    "date": "12 de mayo",
    "also": 2.5,
    "polite": "failure",
    "plan": "unknown",
    "listed": "success",
}


def whole(**values: Result) -> Results:
    return Results(tuple(values.items()), is_whole=True)


def in_part(**values: Result) -> Results:
    return Results(tuple(values.items()))


def test_both_kinds_of_results_are_read_from_their_maps_and_lists_and_null_is_none() -> None:
    results = results_of(ITSELF)
    assert dict(results.values) == ALL
    assert results.is_whole


def test_a_list_row_has_what_it_was_asked_for_bare_or_as_an_object_and_is_never_whole() -> None:
    row = {
        "status": "done",
        "data_collection_results": {"interested": "yes", "date": {"value": "lunes"}, "plan": None},
        "evaluation_criteria_results": {"polite": "success", "asked": None},
    }
    assert results_of(row) == in_part(interested="yes", date="lunes", polite="success")
    assert results_of({"status": "done"}) == results_of({"status": "failed"}) == NOTHING_KNOWN


@pytest.mark.parametrize(
    ("change", "is_whole"),
    [
        ({}, True),
        ({"analysis": {"transcript_summary": "x"}}, True),  # keys may be absent
        ({"analysis": None}, False),
        ({"analysis": None, "status": "failed"}, True),  # none will come
        ({"status": "processing"}, False),
        ({"status": "in-progress", "analysis": None}, False),
    ],
)
def test_a_missing_result_is_missing_for_good_only_once_the_analysis_is_over(
    change: dict[str, Any], is_whole: bool
) -> None:
    assert results_of(ITSELF | change).is_whole is is_whole


@pytest.mark.parametrize(
    "value", [[1], {"a": 1}, "", " \n", "\ud800", None, float("nan"), float("inf"), 10**400, -1e21]
)
def test_what_is_no_value_is_missing(value: Any) -> None:
    assert results_of({"data_collection_results": {"x": {"value": value}, "y": value}}).values == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(st.sampled_from(["status", "analysis", "metadata", "x", *ANALYSIS]), JSON),
    st.dictionaries(st.sampled_from(list(ANALYSIS)), JSON),
)
def test_any_row_is_read_without_an_error_and_gives_what_can_be_stored(
    row: dict[str, Any], analysis: dict[str, Any]
) -> None:
    for one in (row, row | {"analysis": analysis}):
        for name, value in results_of(one).values:
            assert len(json.dumps(value)) <= 6002
            assert str(value).encode()
            assert is_equal(value, value)
            assert isinstance(name, str)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(True, True), ("true", True), ("Yes", True), ("Sí.", True), ("si", True), (True, "sim"), ("sí", "yes"),
     (False, "No"), ("não", False), (3, "3"), ("3.0", 3), (3.0, 3), ("-2.50", -2.5), (0, "0"), (10**19, str(10**19)),
     ("Plan  A", "plan a"), ("BOGOTÁ", "bogotá"), ("Ｓuccess", "success"), ("007", "007")],
)  # fmt: skip
def test_values_are_compared_as_a_person_would(value: Result, wanted: Result) -> None:
    assert is_equal(value, wanted)
    assert is_equal(wanted, value)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(True, False), (True, 1), (1, True), (0, False), ("1", True), ("Sí, claro", True), ("unknown", True),
     ("unknown", False), ("", False), ("success", "failure"), ("A+", "A-"), ("año", "ano"), (3, 3.1), ("007", 7),
     ("3,5", 3.5), (10**19, 10**19 + 1), ("papá", "papa")],
)  # fmt: skip
def test_what_differs_is_not_made_equal(value: Result, wanted: Result) -> None:
    assert not is_equal(value, wanted)
    assert not is_equal(wanted, value)


@pytest.mark.parametrize(
    ("results", "every", "one"),
    [
        (whole(a=True, b="x"), True, True),
        (whole(a=True, b="y"), False, True),
        (whole(a=False, b="y"), False, False),
        (whole(a=True), False, True),
        (whole(), False, False),
        (in_part(a=True, b="x"), True, True),
        (in_part(a=True), None, True),
        (in_part(a=False), False, None),
        (in_part(), None, None),
    ],
)
def test_conditions_are_true_false_or_not_known_yet(results: Results, every: bool | None, one: bool | None) -> None:
    conditions: dict[str, Result] = {"a": True, "b": "x"}
    assert (holds(conditions, results), any_holds(conditions, results)) == (every, one)


def test_without_conditions_nothing_has_to_be_known() -> None:
    assert (holds({}, NOTHING_KNOWN), any_holds({}, NOTHING_KNOWN)) == (True, False)
    assert ruling(NOTHING_KNOWN, Policy()) == ""
    assert not are_open(NOTHING_KNOWN, asked_for(Policy()))


BOTH = Policy(only_if={"interested": True}, opt_out_if={"no_more": True, "angry": True})


@pytest.mark.parametrize(
    ("results", "now", "in_the_end"),
    [
        (whole(interested=True), "", ""),
        (whole(interested=True, no_more=False, angry=False), "", ""),
        (whole(interested=False), "only_if", "only_if"),
        (whole(), "only_if", "only_if"),  # missing or null: not met, and no wish
        (whole(interested=True, angry=True), "opted_out", "opted_out"),
        (in_part(no_more=True), "opted_out", "opted_out"),
        (in_part(interested=False), None, "only_if"),  # the wish may still be there
        (in_part(interested=True), None, ""),
        (in_part(no_more=False, angry=False), None, "only_if"),
        (in_part(), None, "only_if"),
    ],
)
def test_one_wish_is_enough_every_condition_is_needed_and_what_is_open_waits(
    results: Results, now: str | None, in_the_end: str
) -> None:
    assert ruling(results, BOTH) == now
    assert ruling(results, BOTH, is_final=True) == in_the_end


@pytest.mark.parametrize(
    ("results", "is_open"),
    [
        (NOTHING_KNOWN, True),
        (in_part(interested=True, no_more=False, angry=False, date="x"), False),
        (in_part(interested=True, no_more=False, angry=False), True),
        (whole(), False),
    ],
)
def test_the_conversation_is_asked_for_as_long_as_something_that_is_wanted_may_come(
    results: Results, is_open: bool
) -> None:
    policy = Policy(only_if=BOTH.only_if, opt_out_if=BOTH.opt_out_if, variables={"3": "date"})
    assert are_open(results, asked_for(policy)) is is_open
