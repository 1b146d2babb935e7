"""What a finished call is due (contract §2, §3)."""

from dataclasses import replace
from typing import Any

import pytest

from lib.core.call import Call, Conversation
from lib.core.case import Case
from lib.core.decide import (
    Decision,
    GiveUp,
    Ignore,
    LookAgain,
    Rehearse,
    Send,
    Skip,
    Wait,
    decide,
)
from lib.core.finished import is_finished, is_within_memory
from lib.core.policy import DEFAULT_STATUSES, Settings
from lib.core.record import Record
from lib.core.status import Status

NOW = 1_795_000_000.0
HOUR, DAY = 3600, 24 * 3600
CALL = Call(
    phone="+573001239155",
    conversation_id="conv_1",
    recipient_id="rcp_1",
    batch_id="btcal_1",
    agent_id="agent_1",
    status="completed",
    created_at=int(NOW) - 60,
    ended_at=int(NOW) - 30,
    name="Ana",
    language="",
)
DONE = Conversation(
    id="conv_1",
    status="done",
    started_at=int(NOW) - 50,
    ended_at=int(NOW) - 30,
    summary="Quiere una cita.",
    person_spoke=True,
)


def due(
    call: Call = CALL, conversation: Conversation | None = DONE, *, is_over: bool = True, **settings: Any
) -> Decision:
    return decide(Case(call, conversation=conversation, batch_is_over=is_over), Settings(**settings), NOW)


def test_a_finished_conversation_is_followed_up_with_its_summary() -> None:
    assert due() == Send("follow_up", "Quiere una cita.")


@pytest.mark.parametrize("status", ["failed", "voicemail"])
def test_a_call_that_reached_nobody_is_missed_once_its_batch_is_over_and_without_a_summary(status: str) -> None:
    assert due(replace(CALL, status=status)) == Send("missed", by_status=True)
    assert due(replace(CALL, status=status), None) == Send("missed", by_status=True)


@pytest.mark.parametrize("status", ["failed", "voicemail"])
def test_a_missed_call_that_may_be_dialled_again_waits_for_its_batch_but_not_for_ever(status: str) -> None:
    missed = replace(CALL, status=status)
    assert due(missed, is_over=False) == Wait("missed_wait", CALL.ended_at + 600)
    assert due(missed, is_over=False, missed_wait_minutes=0.5) == Send("missed", by_status=True)
    assert due(missed, is_over=False, missed_wait_minutes=0) == Send("missed", by_status=True)


@pytest.mark.parametrize("status", ["in_progress", "initiated", "dispatched"])
def test_a_recipient_that_hangs_behind_its_own_conversation_is_told_by_that(status: str) -> None:
    hanging = replace(CALL, status=status)
    assert due(hanging) == Send("follow_up", "Quiere una cita.")
    assert due(hanging, replace(DONE, person_spoke=False)) == Send("missed")
    assert due(hanging, replace(DONE, status="failed", person_spoke=None)) == Send("missed", by_status=True)
    for still_on in (None, replace(DONE, status="in-progress", ended_at=None)):
        assert due(hanging, still_on) == LookAgain("not_finished")


NOT_THERE = Conversation("conv_1", "not_found", None, None, None, None)


@pytest.mark.parametrize("status", ["not_found", "in-progress", "done"])
def test_a_conversation_that_elevenlabs_itself_cannot_date_costs_the_summary_and_not_the_message(status: str) -> None:
    talk = replace(NOT_THERE, status=status)
    old_batch = replace(CALL, created_at=int(NOW) - 30 * HOUR, ended_at=int(NOW) - 10)
    assert due(old_batch, talk) == Wait("conversation", old_batch.ended_at + 120)
    assert due(replace(old_batch, status="failed"), talk) == Wait("conversation", old_batch.ended_at + 120)
    assert due(old_batch, talk, summary_wait_seconds=10) == Wait("conversation", NOW)  # one answer may be nonsense
    seen_before = Case(old_batch, Record(old_batch, Status.WAITING, int(NOW) - 15), conversation=talk)
    assert decide(seen_before, Settings(summary_wait_seconds=10), NOW) == Send("follow_up")
    # The table would no longer know a message that such a call has had, or it ended before the operator's start.
    forgotten = replace(old_batch, created_at=int(NOW) - 8 * DAY)
    for undatable, not_before in ((forgotten, None), (old_batch, NOW - DAY)):
        waits = Wait("conversation", undatable.ended_at + HOUR)
        assert due(undatable, talk, not_before=not_before) == waits
        gone = replace(undatable, ended_at=int(NOW) - HOUR)
        waited = Case(gone, Record(gone, Status.WAITING, int(NOW) - HOUR), conversation=talk)
        assert decide(waited, Settings(not_before=not_before), NOW) == Skip("end_unknown")


@pytest.mark.parametrize("status", ["completed", "failed"])
@pytest.mark.parametrize("talk", [None, replace(NOT_THERE, status="[]"), replace(NOT_THERE, tells_start=False)])
def test_an_old_batchs_conversation_that_can_never_be_read_is_asked_for_an_hour_and_costs_no_message(
    talk: Conversation | None, status: str
) -> None:
    def at(seconds: int, created_at: float, **settings: Any) -> Decision:
        call = replace(CALL, status=status, created_at=int(created_at), ended_at=int(NOW))
        seen = Case(call, Record(call, Status.WAITING, int(NOW)), conversation=talk, batch_is_over=True)
        return decide(seen, Settings(**settings), NOW + seconds)

    sent = Send("follow_up") if status == "completed" else Send("missed", by_status=True)
    assert at(3599, NOW - 30 * HOUR) == Wait("conversation", NOW + HOUR)
    assert at(HOUR, NOW - 30 * HOUR) == sent
    assert at(1741, NOW - 30 * HOUR, lookback_hours=0.5) == sent
    # The table would no longer know a message that such a call has had.
    assert at(HOUR, NOW - 8 * DAY) == Wait("conversation", NOW + DAY)
    assert at(DAY + 1, NOW - 8 * DAY) == Skip("too_old")


def test_a_completed_call_in_which_the_person_said_nothing_is_missed() -> None:
    assert due(conversation=replace(DONE, person_spoke=False)) == Send("missed")


def test_such_a_call_whose_message_is_tried_again_is_missed_though_its_conversation_cannot_be_read() -> None:
    tried = Record(CALL, Status.WAITING, int(NOW) - 20, 1, kind="missed")
    assert decide(Case(CALL, tried), Settings(), NOW + HOUR) == Send("missed")
    assert decide(Case(CALL, replace(tried, kind="follow_up")), Settings(), NOW + HOUR) == Send("follow_up")


@pytest.mark.parametrize(
    "conversation", [None, replace(DONE, summary=None), replace(DONE, status="processing", summary=None)]
)
def test_a_summary_is_waited_for_until_its_time_is_up(conversation: Conversation | None) -> None:
    assert due(conversation=conversation) == Wait("summary", CALL.ended_at + 120)
    assert due(conversation=conversation, summary_wait_seconds=30) == Send("follow_up", "")


def test_a_summary_that_will_never_come_is_not_waited_for() -> None:
    assert due(conversation=replace(DONE, summary="")) == Send("follow_up", "")
    assert due(replace(CALL, conversation_id=""), None) == Send("follow_up", "")


def test_the_conversations_own_end_says_how_old_a_call_is() -> None:
    bumped = replace(DONE, ended_at=int(NOW) - 25 * HOUR)
    assert due(conversation=bumped) == Skip("too_old")
    assert due(conversation=bumped, lookback_hours=26) == Send("follow_up", "Quiere una cita.")


def test_without_a_conversation_the_recipients_last_update_does() -> None:
    ended_long_ago = replace(CALL, status="failed", ended_at=int(NOW) - 25 * HOUR)
    assert due(ended_long_ago, None) == Skip("too_old")


def test_a_call_whose_last_update_cannot_be_believed_waits_for_its_conversations_own_time() -> None:
    undated = replace(CALL, created_at=int(NOW) - 30 * HOUR, ended_at=int(NOW) - 30 * HOUR, undated=1)
    assert due(undated, None) == Wait("conversation", NOW + DAY)
    assert due(undated, DONE) == Send("follow_up", "Quiere una cita.")
    assert due(undated, NOT_THERE) == Wait("conversation", NOW + HOUR)
    waiting = Record(undated, Status.WAITING, int(NOW) - 2 * HOUR)
    assert decide(Case(undated, waiting, conversation=NOT_THERE), Settings(), NOW) == Skip("end_unknown")
    assert due(replace(undated, conversation_id=""), None) == Skip("too_old")


def test_a_call_older_than_the_tables_memory_is_not_even_recorded() -> None:
    assert due(conversation=replace(DONE, ended_at=int(NOW) - 8 * DAY)) == Ignore("forgotten")


def test_a_call_that_the_table_may_have_forgotten_waits_until_its_own_end_is_known() -> None:
    retried = replace(CALL, created_at=int(NOW) - 8 * DAY, ended_at=int(NOW) - 600)
    assert due(retried, None) == Wait("conversation", retried.ended_at + DAY)
    assert due(retried, DONE) == Send("follow_up", "Quiere una cita.")
    assert due(replace(retried, status="voicemail"), None) == Wait("conversation", retried.ended_at + DAY)


def test_a_call_that_ended_before_not_before_is_ignored() -> None:
    assert due(not_before=NOW - 10) == Ignore("before_not_before")
    assert due(not_before=NOW - 40) == Send("follow_up", "Quiere una cita.")


@pytest.mark.parametrize(("status", "wait"), [("completed", "summary"), ("failed", "missed_wait")])
def test_a_wait_that_would_outlast_the_lookback_ends_before_and_the_message_leaves(status: str, wait: str) -> None:
    case = Case(replace(CALL, status=status), conversation=replace(DONE, summary=None))
    settings = Settings(lookback_hours=1, summary_wait_seconds=7200, missed_wait_minutes=120)
    assert decide(case, settings, case.ended_at + 3539) == Wait(wait, case.ended_at + 3540)
    assert isinstance(decide(case, settings, case.ended_at + 3540), Send)


def test_a_status_can_be_told_to_skip() -> None:
    assert due(replace(CALL, status="cancelled")) == Skip("status_cancelled")
    assert due(replace(CALL, status="cancelled", conversation_id=""), None) == Ignore("never_called")
    assert due(statuses={**DEFAULT_STATUSES, "completed": "skip"}) == Skip("status_completed")


@pytest.mark.parametrize(("status", "is_told"), [("failed", True), ("busy", True), ("pending", False)])
def test_a_call_that_was_dialled_and_is_told_to_skip_is_recorded_though_it_has_no_conversation(
    status: str, is_told: bool
) -> None:
    decision = due(replace(CALL, status=status, conversation_id=""), None, statuses={status: "skip"})
    assert decision == (Skip(f"status_{status}") if is_told else Ignore("never_called"))


@pytest.mark.parametrize(
    ("phone", "reason"), [("", "no_phone"), ("anonymous", "invalid_phone"), ("3001239155", "invalid_phone")]
)
def test_a_call_nobody_can_be_written_to_is_skipped_with_a_reason(phone: str, reason: str) -> None:
    assert due(replace(CALL, phone=phone)) == Skip(reason)
    # The conversation may know the number that was dialled; a list's row does not tell it.
    for talk in (None, replace(DONE, is_listed=True)):
        assert due(replace(CALL, phone=phone), talk) == LookAgain("phone_unknown")
        assert due(replace(CALL, phone=phone), talk, summary_wait_seconds=30) == Skip(reason)


def test_a_call_that_went_back_to_pending_waits() -> None:
    assert due(replace(CALL, status="pending")) == LookAgain("not_finished")


@pytest.mark.parametrize("status", ["pending", "dispatched", "initiated", "in_progress", "ringing_twice", ""])
def test_a_status_that_is_not_an_end_or_unknown_asks_for_nothing(status: str) -> None:
    assert not is_finished(replace(CALL, status=status), Settings())


@pytest.mark.parametrize("status", ["finished", "completed", "ended", "failed", "voicemail", "cancelled"])
def test_every_end_of_the_contract_asks_for_something(status: str) -> None:
    assert is_finished(replace(CALL, status=status), Settings())


def test_only_calls_young_enough_to_be_asked_about_are_looked_up() -> None:
    assert is_within_memory(CALL, Settings(), NOW)
    assert not is_within_memory(replace(CALL, ended_at=int(NOW) - 7 * DAY), Settings(), NOW)
    assert not is_within_memory(CALL, Settings(not_before=NOW), NOW)


def test_a_call_that_nothing_on_the_list_dates_is_read_whatever_not_before_says() -> None:
    undated = replace(CALL, created_at=int(NOW) - HOUR, ended_at=int(NOW) - HOUR, undated=1)
    settings = Settings(not_before=NOW - 600)
    assert is_within_memory(undated, settings, NOW)
    assert decide(Case(undated), settings, NOW) == Wait("conversation", NOW + DAY)
    assert decide(Case(undated, conversation=DONE), settings, NOW) == Send("follow_up", "Quiere una cita.")


def test_an_attempt_without_a_time_that_can_be_believed_ended_before_it_was_read_and_not_when_it_was_recorded() -> None:
    created_at, read_at = int(NOW) - DAY, DONE.started_at or 0
    undated = replace(CALL, conversation_id="", created_at=created_at, ended_at=created_at, undated=read_at)
    beside = Record(undated, Status.SENT, recorded_at=int(NOW))  # by a run that stalled meanwhile
    assert decide(Case(CALL, earlier=beside, conversation=DONE), Settings(), NOW) == Skip("same_attempt")
    redial = replace(DONE, started_at=read_at + 1)
    assert decide(Case(CALL, earlier=beside, conversation=redial), Settings(), NOW) == Send(
        "follow_up", "Quiere una cita."
    )


def test_a_conversation_id_that_appears_late_is_the_same_attempt_and_a_redial_is_not() -> None:
    earlier = Record(replace(CALL, conversation_id="", ended_at=int(NOW) - 20), Status.SENT, int(NOW) - 20)

    def due_beside_it(conversation: Conversation | None) -> Decision:
        return decide(Case(CALL, earlier=earlier, conversation=conversation), Settings(), NOW)

    assert due_beside_it(DONE) == Skip("same_attempt")
    assert due_beside_it(None) == LookAgain("start_unknown")
    assert due_beside_it(replace(DONE, started_at=int(NOW) - 10)) == Send("follow_up", "Quiere una cita.")


def test_a_pause_writes_nothing_and_a_rehearsal_tells_what_would_happen() -> None:
    assert due(paused=True) == LookAgain("paused")
    assert due(dry_run=True) == Rehearse(Send("follow_up", "Quiere una cita."))
    assert due(replace(CALL, phone="12"), dry_run=True) == Rehearse(Skip("invalid_phone"))
    assert due(conversation=None, dry_run=True) == Rehearse(Wait("summary", CALL.ended_at + 120))
    assert due(not_before=NOW, dry_run=True) == LookAgain("dry_run")


def test_a_rehearsal_tells_of_a_waiting_call_whose_time_has_come_too() -> None:
    waiting = Record(CALL, Status.WAITING, int(NOW) - 60)
    rehearsed = decide(Case(CALL, waiting, conversation=DONE), Settings(dry_run=True), NOW)
    assert rehearsed == Rehearse(Send("follow_up", "Quiere una cita."))


@pytest.mark.parametrize(
    ("attempts", "code", "end"),
    [(0, 0, Skip("too_old")), (1, 0, GiveUp("too_old")), (0, 20003, GiveUp("too_old"))],
    ids=["never tried", "never processed", "the account refused"],
)
def test_a_waiting_call_that_grew_too_old_was_skipped_or_has_failed(attempts: int, code: int, end: Decision) -> None:
    waiting = Record(CALL, Status.WAITING, int(NOW) - DAY, attempts=attempts, error_code=code)
    assert decide(Case(CALL, waiting, conversation=DONE), Settings(), NOW + 2 * DAY) == end
