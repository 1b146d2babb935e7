"""What the call found out decides (contract §2, `only_if`, `opt_out_if`), with what is known and what is not yet."""

from dataclasses import replace
from typing import Any

import pytest

from lib.core.call import Call, Conversation
from lib.core.case import Case
from lib.core.decide import Decision, Rehearse, Send, Skip, Wait, asks_for_results, decide
from lib.core.policy import Policy, Result, Settings
from lib.core.record import Record
from lib.core.results import NOTHING_KNOWN, Results
from lib.core.status import Status

ENDED = 1_795_000_000
CALL = Call("+573001239155", "conv_1", "rcp_1", "btcal_1", "agent_1", "completed", ENDED - 60, ENDED, "Ana", "")
DONE = Conversation("conv_1", "done", ENDED - 30, ENDED, "Quiere una cita.", person_spoke=True)
BOTH: dict[str, Any] = {"only_if": {"interested": True}, "opt_out_if": {"stop": True}}
FOLLOW_UP = Send("follow_up", "Quiere una cita.")
HOUR = 3600


def whole(**values: Result) -> Results:
    return Results(tuple(values.items()), is_whole=True)


def due(
    results: Results = NOTHING_KNOWN,
    seconds: float = 5,
    call: Call = CALL,
    record: Record | None = None,
    settings: dict[str, Any] = BOTH,
    **talk: Any,
) -> Decision:
    """So long after the call's end."""
    conversation = replace(DONE, results=results, **talk)
    return decide(
        Case(call, record, conversation=conversation, batch_is_over=True), Settings(**settings), ENDED + seconds
    )


@pytest.mark.parametrize(
    ("results", "decision"),
    [
        (whole(interested=True, stop=False), FOLLOW_UP),
        (whole(interested="Sí"), FOLLOW_UP),
        (whole(interested=False), Skip("only_if")),
        (whole(stop=False), Skip("only_if")),  # missing, or null, meets nothing
        (whole(), Skip("only_if")),
        (whole(interested=True, stop=True), Skip("opted_out")),
        (whole(interested=False, stop="sí"), Skip("opted_out")),
    ],
)
def test_what_is_known_decides_at_once(results: Results, decision: Decision) -> None:
    assert due(results) == decision


def test_what_is_not_known_yet_is_waited_for_as_long_as_the_summary_and_is_then_missing() -> None:
    part = Results((("interested", True),))
    assert due(part) == Wait("results", ENDED + 120)
    assert due(part, 121) == FOLLOW_UP  # no wish was told
    assert due(seconds=121) == Skip("only_if")
    assert due(summary=None) == Wait("summary", ENDED + 120)
    assert due(seconds=121, settings={"variables": {"3": "date"}}) == FOLLOW_UP
    assert due(settings={"variables": {"3": "date"}}) == Wait("results", ENDED + 120)
    assert due(settings={}) == FOLLOW_UP  # nobody asks for anything


def test_a_wish_that_is_known_waits_for_nothing_and_a_doubtful_row_forbids_nothing_yet() -> None:
    assert due(Results((("stop", True),)), summary=None) == Skip("opted_out")
    no = Results((("interested", False), ("stop", False)))
    assert due(no, summary=None, is_listed=True, person_spoke=None) == Wait("summary", ENDED + 120)
    assert due(no, is_listed=True) == Skip("only_if")


def test_while_only_the_list_or_nothing_was_read_conditions_stay_open() -> None:
    later = Wait("results", ENDED + 24 * HOUR)
    assert due(seconds=121, is_listed=True) == later
    nothing = Case(CALL, batch_is_over=True)
    assert decide(nothing, Settings(**BOTH), ENDED + 121.0) == later
    assert due(Results((("interested", True), ("stop", False))), 121, is_listed=True) == FOLLOW_UP
    assert decide(nothing, Settings(variables={"3": "date"}), ENDED + 121.0) == Send("follow_up")
    assert decide(nothing, Settings(**BOTH), ENDED + 25.0 * HOUR) == Skip("too_old")


def test_a_call_that_never_shows_a_conversation_meets_nothing_and_told_no_wish() -> None:
    without = Case(replace(CALL, conversation_id=""), batch_is_over=True)
    assert decide(without, Settings(only_if={"interested": True}), ENDED + 5.0) == Skip("only_if")
    assert decide(without, Settings(opt_out_if={"stop": True}), ENDED + 5.0) == Send("follow_up")


@pytest.mark.parametrize(
    ("change", "otherwise"),
    [
        ({"status": "voicemail"}, Send("missed", by_status=True)),
        ({"status": "cancelled"}, Skip("status_cancelled")),
        ({"created_at": ENDED - 30 * HOUR, "ended_at": ENDED - 25 * HOUR}, Skip("too_old")),
    ],
)
def test_a_wish_is_heard_whatever_else_the_call_is_due_and_only_if_is_for_follow_ups(
    change: dict[str, Any], otherwise: Decision
) -> None:
    call = replace(CALL, **change)
    ended_at = call.ended_at
    assert due(whole(interested=False), call=call, ended_at=ended_at) == otherwise
    assert due(whole(stop=True), call=call, ended_at=ended_at) == Skip("opted_out")


def test_nobody_who_never_spoke_is_asked_for_what_they_said() -> None:
    assert due(person_spoke=False) == Send("missed")
    assert due(whole(stop=True), person_spoke=False) == Skip("opted_out")


def test_a_send_that_was_tried_before_is_skipped_all_the_same() -> None:
    tried = Record(CALL, Status.WAITING, ENDED, attempts=2)
    assert due(whole(stop=True), record=tried) == Skip("opted_out")
    assert due(whole(interested=False), record=tried) == Skip("only_if")


def test_a_rehearsal_says_so_and_an_agent_has_conditions_of_its_own() -> None:
    assert due(whole(stop=True), settings={**BOTH, "dry_run": True}) == Rehearse(Skip("opted_out"))
    own = {"agents": {"agent_1": Policy(only_if={"interested": True})}}
    assert due(whole(), settings=own) == Skip("only_if")
    assert due(whole(), settings=own, call=replace(CALL, agent_id="agent_2")) == FOLLOW_UP


@pytest.mark.parametrize(
    ("talk", "call", "settings", "asks"),
    [
        ({}, {}, BOTH, True),
        ({}, {}, {}, False),
        ({"is_listed": False}, {}, BOTH, False),
        ({"person_spoke": False}, {}, BOTH, True),  # no follow-up, but its wish is heard
        ({"person_spoke": False}, {}, {"only_if": {"interested": True}}, False),
        ({"summary": None}, {}, BOTH, False),  # its analysis is not there yet
        ({"results": Results((("interested", True), ("stop", False)))}, {}, BOTH, False),
        ({}, {"status": "voicemail"}, BOTH, True),  # the person may have asked for silence before the line went dead
        ({}, {"status": "voicemail"}, {"only_if": {"interested": True}}, False),
        ({}, {"status": "cancelled"}, BOTH, False),
        ({}, {"status": "in_progress"}, BOTH, True),  # it stands still: its conversation is the truth
        ({"ended_at": ENDED - 25 * HOUR}, {}, BOTH, False),
    ],
)
def test_the_conversation_itself_is_asked_only_for_what_its_row_left_out_and_a_setting_asks_for(
    talk: dict[str, Any], call: dict[str, Any], settings: dict[str, Any], asks: bool
) -> None:
    row = replace(DONE, **{"is_listed": True, **talk})
    assert asks_for_results(row, replace(CALL, **call), Settings(**settings), ENDED + 5) is asks
