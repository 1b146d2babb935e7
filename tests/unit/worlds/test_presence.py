"""Whether a person took part: the same by the list and by the conversation itself (facts/elevenlabs.md §3, §8, §12)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.call import Conversation
from lib.core.case import Case
from lib.core.decide import Decision, Send, decide
from lib.core.policy import Settings
from lib.worlds.elevenlabs.parsing import parse_batch, parse_call, parse_conversation
from local.services.elevenlabs.bodies import batch_body, conversation_detail, conversation_item, recipient_body
from local.services.elevenlabs.calls import SENTINEL_SUMMARY, CallPlan
from local.services.elevenlabs.workspace import Workspace

NOW = 1_795_012_500.0
MAILBOX = "Deje su mensaje después del tono."
PERSON = "Sí, dígame."


def user(*texts: str | None) -> list[dict[str, Any]]:
    return [{"role": "agent", "message": "Hola"}, *({"role": "user", "message": text} for text in texts)]


def spoke(**fields: Any) -> bool | None:
    return parse_conversation({"conversation_id": "conv_1", "status": "done"} | fields, NOW).person_spoke


def metadata(seconds: int = 302, **fields: Any) -> dict[str, Any]:
    return {"start_time_unix_secs": int(NOW) - 400, "call_duration_secs": seconds} | fields


# ── the conversation itself ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "error", [{"code": 1002}, {"code": 1011, "reason": "server"}, {"code": 1008}, "failed", 7, True]
)
@pytest.mark.parametrize("result", [None, "answered", "failed", "busy", "no_answer"])
def test_an_error_decides_only_where_nobody_spoke(error: Any, result: Any) -> None:
    facts = metadata(error=error, phone_call={"call_result": result})
    assert spoke(metadata=facts, transcript=user(PERSON, "Gracias.")) is True
    assert spoke(metadata=facts, user_message_count=2) is True
    assert spoke(metadata=facts, transcript=user()) is False
    assert spoke(metadata=facts, transcript=[]) is False
    assert spoke(metadata=facts) is False


@pytest.mark.parametrize(
    "error", [None, {}, {"code": 0}, {"code": None, "reason": None}, {"reason": "x"}, "", 0, [], False]
)
def test_no_code_is_no_error(error: Any) -> None:
    assert spoke(metadata=metadata(error=error)) is None
    assert spoke(metadata=metadata(error=error), transcript=user(PERSON)) is True


@pytest.mark.parametrize("counts", [{}, {"user_message_count": None}, {"user_message_count": 0}])
def test_a_deleted_transcript_is_unknown_and_not_nobody(counts: dict[str, Any]) -> None:
    deleted = {"deleted_transcript_at_time_unix_secs": int(NOW) - 5}
    assert spoke(metadata=metadata(deletion_settings=deleted), transcript=[], **counts) is None
    assert spoke(metadata=metadata(seconds=2, deletion_settings=deleted), transcript=[], **counts) is False


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"transcript": [], "user_message_count": None}, None),  # five minutes without one turn: there were some
        ({"transcript": []}, None),
        ({"transcript": [], "user_message_count": 3}, True),
        ({"transcript": [], "user_message_count": 0}, False),  # counted, and none: a call without a person
        ({"transcript": [], "metadata": metadata(seconds=3)}, False),
        ({}, None),
    ],
)
def test_a_transcript_that_is_not_there_says_nothing(fields: dict[str, Any], expected: bool | None) -> None:
    assert spoke(**{"metadata": metadata()} | fields) is expected


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([None, " "], False),
        (["..."], False),
        (["...", "…", "(silence)"], False),
        ([MAILBOX], False),
        ([MAILBOX, "...", "Grabe su mensaje."], False),
        ([MAILBOX, "¿Aló?"], True),
        ([PERSON], True),
        (["No."], True),
    ],
)
def test_a_mailbox_or_a_silence_is_nobody(turns: list[str | None], expected: bool) -> None:
    assert spoke(metadata=metadata(), transcript=user(*turns)) is expected
    assert spoke(metadata=metadata(), transcript=user(*turns), user_message_count=sum(map(bool, turns))) is expected


@pytest.mark.parametrize(
    "fields",
    [
        *(
            {"metadata": metadata(phone_call={"call_result": word})}
            for word in ("voicemail", "Voicemail", "machine_start")
        ),
        {"metadata": metadata(termination_reason="voicemail_detection tool was called")},
        {"transcript": [*user(PERSON), {"role": "agent", "tool_calls": [{"tool_name": "voicemail_detection"}]}]},
        {"transcript": [*user(PERSON), {"role": "agent", "tool_results": [{"tool_name": "voicemail_detection"}]}]},
        {"transcript": [*user(PERSON), {"tool_results": [{"result_type": "voicemail_detection_success"}]}]},
    ],
)
def test_a_machine_that_was_recognised_is_nobody(fields: dict[str, Any]) -> None:
    assert spoke(**{"metadata": metadata(), "transcript": user(PERSON)} | fields) is False


@pytest.mark.parametrize("status", ["processing", "in-progress", "initiated", "brand_new", None])
def test_a_conversation_that_is_not_done_does_not_tell_by_its_turns(status: Any) -> None:
    assert spoke(status=status, metadata=metadata(), transcript=user()) is None
    assert spoke(status=status, metadata=metadata(), transcript=user("...")) is None


# ── a list row ───────────────────────────────────────────────────────────────────────────────────────────────────────

TALK = {"call_duration_secs": 58, "message_count": 4, "user_message_count": 2, "call_successful": "success"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, True),
        ({"agent_message_count": 2, "message_count": None}, True),
        ({"user_message_count": 6, "message_count": 12, "call_successful": "failure"}, True),
        ({"user_message_count": 1, "message_count": 3}, None),
        ({"user_message_count": None}, None),
        ({"user_message_count": "2"}, None),
        ({"message_count": 2}, None),
        ({"message_count": None}, None),
        ({"call_duration_secs": 20}, None),
        ({"call_duration_secs": None}, None),
        ({"call_successful": "failure"}, None),
        ({"transcript_summary": "El agente fue atendido por un buzón de voz."}, None),
        ({"call_summary_title": "Voicemail reached"}, None),
        ({"transcript_summary": "The customer remained silent."}, None),
        ({"tool_names": ["voicemail_detection"]}, False),
        ({"termination_reason": "voicemail_detection tool was called"}, False),
        ({"user_message_count": 0, "message_count": 1}, False),
        ({"user_message_count": 0, "message_count": 0}, None),  # nobody, or a transcript that was deleted
        ({"user_message_count": 0, "message_count": 0, "call_duration_secs": 3}, False),
        ({"user_message_count": 0, "message_count": 0, "status": "failed"}, False),
        ({"status": "in-progress"}, None),
        ({"status": []}, None),
    ],
)
def test_a_list_row_is_believed_only_where_the_conversation_would_say_the_same(
    fields: dict[str, Any], expected: bool | None
) -> None:
    row = {"conversation_id": "conv_1", "status": "done", "start_time_unix_secs": int(NOW) - 100} | TALK | fields
    conversation = parse_conversation(row, NOW)
    assert conversation.person_spoke is expected
    assert conversation.is_doubtful is (expected is None)


# ── the same call by both ways ───────────────────────────────────────────────────────────────────────────────────────

SUMMARIES = st.sampled_from(["Ana pidió una cita.", "The person asked about prices.\n", SENTINEL_SUMMARY, "", None])
PEOPLE = st.lists(st.sampled_from([PERSON, "No.", "Ahora no puedo hablar.", "¿Aló?", "..."]), min_size=1, max_size=8)
MACHINES = st.lists(
    st.sampled_from([MAILBOX, "...", "Grave sua mensagem.", "Please leave your message.", None]), max_size=3
)
# A machine or a silence that had turns enough for a talk is short, named in the summary, or without success: a list row
# shows no more, and no list could be believed otherwise.
SIGNS: list[dict[str, Any]] = [
    {"summary": "El agente fue atendido por un buzón de voz."},
    {"summary": "The user did not respond."},
    {"call_successful": "failure"},
    {"termination_reason": "voicemail_detection tool was called", "voicemail_detected": True},
]


@st.composite
def plans(draw: st.DrawFn) -> CallPlan:
    """Calls as they go in the world: with people, with machines, cut off, deleted, never begun."""
    facts: dict[str, Any] = {
        "summary": draw(SUMMARIES),
        "call_successful": draw(st.sampled_from(["success", "unknown"])),
    }
    facts["error_code"] = draw(st.sampled_from([None, None, None, 1002, 1008, 1011]))
    facts["agent_message_count"] = draw(st.integers(0, 6))
    turns: list[str | None] = list(draw(PEOPLE if draw(st.booleans()) else MACHINES))
    facts["user_turns"] = turns
    is_person = any(
        turn not in (MAILBOX, "...", "Grave sua mensagem.", "Please leave your message.", None) for turn in turns
    )
    if not is_person:
        facts["call_result"] = draw(st.sampled_from(["voicemail", "answered", "no_answer", "failed", None]))
        facts |= draw(st.sampled_from(SIGNS)) if sum(map(bool, turns)) > 1 else {}
    if draw(st.integers(0, 5)) == 0:
        facts["transcript_deleted_at"] = 0.0
    facts["without_counts"] = draw(st.integers(0, 5)) == 0
    return CallPlan(talk_seconds=draw(st.sampled_from([2.0, 8.0, 25.0, 40.0, 302.0])), conversation=facts)


def by_both_ways(plan: CallPlan, settings: Settings) -> tuple[Conversation, Decision, Decision]:
    """The list's row; the decision by the list, and by the conversation itself where the row leaves it open; and
    by the conversation itself in any case."""
    world = Workspace(lambda: NOW - 400)
    phone = {"phone_number": "+573001239155"}
    batch = world.add_batch([phone], [plan], agent_id="agent_1")
    (talk,), (person,) = world.conversations.values(), batch.recipients.values()
    call = parse_call(recipient_body(person, NOW), parse_batch(batch_body(batch, NOW), NOW), NOW)
    row = parse_conversation(conversation_item(talk, NOW, with_summary=True), NOW)
    single = parse_conversation(conversation_detail(talk, NOW), NOW)
    listed = single if row.leaves_open(call) else row
    decisions = [decide(Case(call, conversation=known), settings, NOW) for known in (listed, single)]
    return row, decisions[0], decisions[1]


@given(plans(), st.sampled_from([0, 120, 3600]))
def test_a_call_comes_to_the_same_by_the_list_and_by_itself(plan: CallPlan, summary_wait_seconds: int) -> None:
    _, by_list, by_itself = by_both_ways(plan, Settings(summary_wait_seconds=summary_wait_seconds))
    assert by_list == by_itself


@pytest.mark.parametrize(
    ("plan", "kind"),
    [
        (CallPlan(conversation={"user_message_count": 1, "call_result": "voicemail"}), "missed"),
        (CallPlan(conversation={"user_turns": ["..."], "agent_message_count": 3}), "missed"),
        (CallPlan(conversation={"user_turns": [MAILBOX]}), "missed"),
        (CallPlan(conversation={"user_turns": [PERSON]}), "follow_up"),
        (CallPlan(conversation={"user_message_count": 0}), "missed"),
        (CallPlan(talk_seconds=302, conversation={"error_code": 1002}), "follow_up"),
        (CallPlan(talk_seconds=2, conversation={"error_code": 1008, "user_message_count": 0}), "missed"),
        (CallPlan(conversation={"transcript_deleted_at": 0.0}), "follow_up"),
    ],
)
def test_what_a_call_comes_to_by_either_way(plan: CallPlan, kind: str) -> None:
    _, by_list, by_itself = by_both_ways(plan, Settings())
    assert by_list == by_itself
    assert isinstance(by_itself, Send)
    assert by_itself.kind == kind


def test_a_talk_with_a_person_is_not_asked_for_once_more() -> None:
    """Requests per follow-up stay low: the list alone serves an ordinary batch."""
    for turns in range(2, 9):
        plan = CallPlan(
            talk_seconds=20.0 * turns, conversation={"user_message_count": turns, "agent_message_count": turns}
        )
        row, by_list, _ = by_both_ways(plan, Settings())
        assert not row.is_doubtful
        assert isinstance(by_list, Send)
