"""What ElevenLabs tells us, read tolerantly (facts/elevenlabs.md)."""

from typing import Any

import pytest

from lib.core.call import Batch
from lib.core.phone import is_e164, mask
from lib.worlds.elevenlabs.parsing import parse_batch, parse_call, parse_conversation

BATCH = parse_batch({"id": "btcal_1", "agent_id": "agent_1", "status": "in_progress", "last_updated_at_unix": 100})


def recipient(**fields: Any) -> dict[str, Any]:
    identity = {"id": "rcp_1", "phone_number": "+573001239155", "conversation_id": "conv_1"}
    return identity | {"status": "completed", "updated_at_unix": 90} | fields


def conversation(**fields: Any) -> dict[str, Any]:
    return {
        "conversation_id": "conv_1",
        "status": "done",
        "start_time_unix_secs": 90,
        "call_duration_secs": 10,
    } | fields


def test_the_key_is_phone_and_conversation() -> None:
    assert parse_call(recipient(), BATCH).key == "+573001239155_conv_1"


@pytest.mark.parametrize("missing", [{"conversation_id": None}, {"conversation_id": ""}])
def test_without_a_conversation_the_key_is_phone_and_recipient(missing: dict[str, Any]) -> None:
    assert parse_call(recipient(**missing), BATCH).key == "+573001239155_rcp_1"


def test_a_recipient_without_data_and_with_unknown_fields_is_read() -> None:
    row = {"id": "rcp_1", "status": "brand_new", "surprise": [1], "phone_number": None, "updated_at_unix": 90}
    call = parse_call(row, BATCH)
    assert (call.phone, call.name, call.language, call.status) == ("", "", "", "brand_new")


@pytest.mark.parametrize("updated_at", [None, "about 90"])
def test_a_recipient_without_a_time_of_its_own_is_refused(updated_at: Any) -> None:
    with pytest.raises(ValueError, match="without a time"):
        parse_call(recipient(updated_at_unix=updated_at), BATCH)


@pytest.mark.parametrize("nonsense", [{}, {"phone_number": "+573001239155"}, [], None, "text", {"id": 7}])
def test_a_recipient_that_nothing_identifies_is_refused(nonsense: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        parse_call(nonsense, BATCH)


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"name": "Ana", "nombre": "Eva"}, "Ana"),
        ({"name": "  ", "nombre": "Eva"}, "Eva"),
        ({"customer_name": "Ana  María\n"}, "Ana María"),
        ({"first_name": "Ana", "user_name": "x"}, "Ana"),
        ({"user_name": "Ana"}, "Ana"),
        ({"name": 7, "other": "Ana"}, ""),
        ({"name": "x" * 500}, "x" * 100),
        (None, ""),
        ("text", ""),
    ],
)
def test_the_name_is_the_first_of_the_five_variables_that_holds_one(variables: Any, name: str) -> None:
    data = {"conversation_initiation_client_data": {"dynamic_variables": variables}}
    assert parse_call(recipient(**data), BATCH).name == name


def test_the_fingerprint_moves_with_every_counter() -> None:
    row = {"id": "b", "status": "completed", "total_calls_dispatched": 1, "total_calls_finished": 1, "retry_count": 0}
    seen = {parse_batch(row).fingerprint}
    for change in ({"status": "x"}, {"total_calls_dispatched": 2}, {"total_calls_finished": 2}, {"retry_count": 1}):
        seen.add(parse_batch(row | change).fingerprint)
    seen.add(parse_batch(row | {"last_updated_at_unix": 5}).fingerprint)
    assert len(seen) == 6


@pytest.mark.parametrize("status", ["completed", "failed", "cancelled"])
def test_a_batch_in_a_last_status_is_terminal(status: str) -> None:
    assert parse_batch({"id": "b", "status": status}).is_terminal
    assert not parse_batch({"id": "b", "status": "in_progress"}).is_terminal


@pytest.mark.parametrize("row", [{}, {"id": None}, {"id": 3}])
def test_a_batch_without_an_id_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="without an id"):
        parse_batch(row)


def test_a_conversation_ends_at_its_start_plus_its_duration() -> None:
    assert parse_conversation(conversation()).ended_at == 100
    assert parse_conversation(conversation(status="in-progress")).ended_at is None
    alone = {"conversation_id": "c", "status": "done", "metadata": {"start_time_unix_secs": 5, "call_duration_secs": 2}}
    assert parse_conversation(alone).ended_at == 7


@pytest.mark.parametrize(
    ("row", "summary"),
    [
        ({"transcript_summary": "They spoke.\n"}, "They spoke."),
        ({"transcript_summary": "Summary couldn't be generated for this call."}, ""),
        ({"transcript_summary": " Summary couldn't be generated for this call.\n"}, ""),
        ({"transcript_summary": "   "}, ""),
        ({"transcript_summary": "half an emoji \ud83d"}, "half an emoji"),
        ({"transcript_summary": None}, None),
        ({"analysis": {"transcript_summary": "They spoke."}}, "They spoke."),
        ({"analysis": None}, None),
        ({"status": "failed"}, ""),
        ({"status": "processing"}, None),
    ],
)
def test_a_summary_is_there_or_will_come_or_never_will(row: dict[str, Any], summary: str | None) -> None:
    assert parse_conversation(conversation(**row)).summary == summary


SILENT = [{"role": "agent", "message": "Hello?"}, {"role": "user", "message": None}, {"role": "user", "message": " "}]
SPOKEN = [*SILENT, {"role": "user", "message": "Sí, dígame."}]
VOICEMAIL = [{"role": "agent", "tool_results": [{"result_type": "voicemail_detection_success"}]}, *SPOKEN]


@pytest.mark.parametrize(
    ("row", "spoke"),
    [
        ({"user_message_count": 0, "call_successful": "success"}, False),
        ({"user_message_count": 2}, True),
        ({"user_message_count": None, "message_count": 5}, None),
        ({"transcript": SILENT}, False),
        ({"transcript": SPOKEN}, True),
        ({"transcript": SPOKEN, "status": "processing"}, None),
        ({"transcript": VOICEMAIL}, False),
        ({"tool_names": ["voicemail_detection"], "user_message_count": 3}, False),
        ({"tool_names": None}, None),
        ({"metadata": {"error": {"code": 1008}}, "transcript": SPOKEN}, False),
        ({"metadata": {"phone_call": {"call_result": "no_answer"}}}, False),
        ({"metadata": {"phone_call": {"call_result": "answered"}}, "transcript": SPOKEN}, True),
        ({"metadata": {"phone_call": None}}, None),
    ],
)
def test_nobody_spoke_only_when_the_api_says_so(row: dict[str, Any], spoke: bool | None) -> None:
    assert parse_conversation(conversation(**row)).person_spoke is spoke


def test_a_list_row_with_only_a_greeting_is_doubtful() -> None:
    assert parse_conversation(conversation(transcript_summary="s", message_count=1)).is_doubtful
    assert not parse_conversation(conversation(transcript_summary="s", message_count=4)).is_doubtful
    assert not parse_conversation(conversation(transcript_summary="s", user_message_count=0)).is_doubtful


@pytest.mark.parametrize("phone", ["+573001239155", "+14155238886", "+4915112345601", "+2901234"])
def test_an_e164_number_may_be_written_to(phone: str) -> None:
    assert is_e164(phone)


@pytest.mark.parametrize(
    "phone", ["", "573001239155", "+0300123915", "+57 300 123", "anonymous", "+123", "+1234567890123456", "+٥٧٣٠٠١٢٣"]
)
def test_anything_else_may_not(phone: str) -> None:
    assert not is_e164(phone)


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("+573001239155", "+57******9155"),
        ("whatsapp:+573001239155", "+57******9155"),
        ("+1234567", "********"),
        ("", ""),
    ],
)
def test_a_masked_phone_shows_its_country_and_its_end(phone: str, masked: str) -> None:
    assert mask(phone) == masked


def test_a_batch_is_plain_values() -> None:
    assert isinstance(BATCH, Batch)
    assert BATCH.agent_id == "agent_1"
