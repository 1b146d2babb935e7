"""ElevenLabs' rows, read tolerantly (facts/elevenlabs.md)."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.worlds.elevenlabs.parsing import parse_batch, parse_call, parse_conversation, without_late_update

NOW = 1_795_012_500.0
CREATED, UPDATED = 1_795_010_400, 1_795_012_391
BATCH = parse_batch({"id": "btcal_1", "agent_id": "agent_1", "status": "in_progress"}, NOW)
NO_TIMES: list[Any] = [
    None,
    0,
    -5,
    True,
    "about 90",
    "",
    [],
    {},
    math.nan,
    math.inf,
    -math.inf,
    1e300,
    10**400,
    5,
    NOW + 301,
    1e15,
]


def recipient(**fields: Any) -> dict[str, Any]:
    identity = {"id": "rcp_1", "phone_number": "+573001239155", "conversation_id": "conv_1"}
    return identity | {"status": "completed", "created_at_unix": CREATED, "updated_at_unix": UPDATED} | fields


def conversation(**fields: Any) -> dict[str, Any]:
    times = {"start_time_unix_secs": UPDATED - 10, "call_duration_secs": 10}
    return {"conversation_id": "conv_1", "status": "done"} | times | fields


# ── recipients ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_recipient_without_data_and_with_unknown_fields_is_read() -> None:
    row = {"id": "rcp_1", "status": "brand_new", "surprise": [1], "phone_number": None, "updated_at_unix": UPDATED}
    call = parse_call(row, BATCH, NOW)
    assert (call.phone, call.name, call.language, call.status) == ("", "", "", "brand_new")
    assert (call.key, call.agent_id, call.batch_id) == ("_btcal_1_rcp_1", "agent_1", "btcal_1")


@pytest.mark.parametrize(
    "nonsense",
    [
        {},
        {"phone_number": "+573001239155"},
        [],
        None,
        "text",
        {"id": 7},
        {"id": "x" * 300},
        {"id": "rcp\x00"},
        {"id": "\ud83d"},
    ],
)
def test_a_recipient_that_nothing_identifies_is_refused(nonsense: Any) -> None:
    row = nonsense | {"updated_at_unix": UPDATED} if isinstance(nonsense, dict) else nonsense
    with pytest.raises((ValueError, TypeError)):
        parse_call(row, BATCH, NOW)


@pytest.mark.parametrize("told", NO_TIMES)
def test_a_recipient_whose_own_times_are_none_is_as_old_as_its_batch_where_its_conversation_can_tell_more(
    told: Any,
) -> None:
    row, batch = recipient(created_at_unix=told, updated_at_unix=told), replace(BATCH, created_at=CREATED)
    call = parse_call(row, batch, NOW)
    assert (call.created_at, call.ended_at, call.undated) == (CREATED, CREATED, int(NOW))
    for unknown in ((row, BATCH), (row | {"conversation_id": None}, batch)):
        with pytest.raises(ValueError, match="how old"):
            parse_call(*unknown, NOW)


@pytest.mark.parametrize(
    ("fields", "phone"),
    [
        ({"phone_number": "573001239155"}, "+573001239155"),
        ({"phone_number": 573001239155}, "+573001239155"),
        ({"phone_number": 573001239155.0}, "+573001239155"),
        ({"phone_number": "034612345678"}, "034612345678"),
        ({"phone_number": "\u202a+57 300 123 9155"}, "+573001239155"),
        ({"phone_number": "3001239155"}, "3001239155"),
        ({"phone_number": "#batch:\x00btcal_1" + "x" * 99}, "batch:btcal1" + "x" * 28),
        ({"phone_number": None, "whatsapp_user_id": "573001239155"}, "+573001239155"),
        ({"phone_number": None, "whatsapp_user_id": "+573001239155"}, "+573001239155"),
        ({"phone_number": "3001239155", "whatsapp_user_id": "573001239155"}, "+573001239155"),
        ({"phone_number": None, "whatsapp_user_id": "CO.573001239155"}, ""),
        ({"phone_number": None, "whatsapp_user_id": "wa.1"}, ""),
        ({"phone_number": ["+573001239155"]}, ""),
    ],
)
def test_the_phone_is_the_lists_in_e164_else_what_the_list_has(fields: dict[str, Any], phone: str) -> None:
    assert parse_call(recipient(**fields), BATCH, NOW).phone == phone


def test_a_status_is_a_word_and_no_page_of_the_log() -> None:
    assert parse_call(recipient(status=" completed\n"), BATCH, NOW).status == "completed"
    assert len(parse_call(recipient(status="x\n" * 9999), BATCH, NOW).status) == 60


@pytest.mark.parametrize("name", ["Ana", "Владимир", "王小明", "محمد"])
def test_a_name_in_any_script_is_read(name: str) -> None:
    data = {"conversation_initiation_client_data": {"dynamic_variables": {"Nombre": name, "name": "{{name}}"}}}
    assert parse_call(recipient(**data), BATCH, NOW).name == name


@pytest.mark.parametrize(
    ("client_data", "language"),
    [
        ({"dynamic_variables": {"language": "Portuguese"}}, "pt"),
        ({"dynamic_variables": {"language": "eng"}}, "en"),
        ({"dynamic_variables": {" Language": "Inglés"}}, "en"),
        ({"dynamic_variables": {"Language": "fr", "language": "pt"}}, "pt"),
        ({"conversation_config_override": {"agent": {"language": "en"}}}, "en"),
        (
            {"dynamic_variables": {"language": "pt"}, "conversation_config_override": {"agent": {"language": "en"}}},
            "pt",
        ),
        (
            {"dynamic_variables": {"language": "fr"}, "conversation_config_override": {"agent": {"language": "en"}}},
            "en",
        ),
        ({"dynamic_variables": {"language": 7}, "conversation_config_override": {"agent": None}}, ""),
        ({"dynamic_variables": None, "conversation_config_override": []}, ""),
        (None, ""),
        ("text", ""),
    ],
)
def test_the_language_is_the_variable_else_the_uploads_override(client_data: Any, language: str) -> None:
    row = recipient(conversation_initiation_client_data=client_data)
    assert parse_call(row, BATCH, NOW).language == language


# ── times ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "told", [UPDATED, float(UPDATED), UPDATED * 1000, UPDATED * 10**6, UPDATED * 10**9, str(UPDATED)]
)
def test_a_time_is_understood_in_whatever_unit(told: Any) -> None:
    assert parse_call(recipient(updated_at_unix=told), BATCH, NOW).ended_at == UPDATED


def test_a_time_within_the_clocks_skew_stands_as_it_is_told() -> None:
    """A start and an end are compared: to cut one of them would make an attempt end before it began."""
    assert parse_call(recipient(updated_at_unix=NOW + 200), BATCH, NOW).ended_at == NOW + 200


@pytest.mark.parametrize("told", NO_TIMES)
def test_a_time_that_cannot_be_believed_gives_way_to_the_creation(told: Any) -> None:
    call = parse_call(recipient(updated_at_unix=told), BATCH, NOW)
    assert (call.ended_at, call.undated) == (CREATED, NOW)
    assert call == replace(call, undated=int(NOW) + 15)  # read again, it is the same call


@pytest.mark.parametrize("told", NO_TIMES)
def test_a_recipient_that_nothing_dates_is_refused_with_a_word(told: Any) -> None:
    with pytest.raises(ValueError, match="without a time"):
        parse_call(recipient(updated_at_unix=told, created_at_unix=told), BATCH, NOW)


def test_an_update_before_the_creation_is_none() -> None:
    assert parse_call(recipient(updated_at_unix=CREATED - 10**7), BATCH, NOW).ended_at == CREATED


def test_a_future_time_that_came_true_makes_no_call_young_again() -> None:
    """Ten days later the wrong time lies in the past; the batch has long been over."""
    over = {"id": "b", "status": "completed", "last_updated_at_unix": UPDATED}
    row = recipient(status="failed", conversation_id=None, updated_at_unix=UPDATED + 10 * 86_400)
    later = NOW + 10 * 86_400 + 60
    assert parse_call(row, parse_batch(over, NOW), NOW).ended_at == CREATED
    come_true = parse_call(row, parse_batch(over, later), later)
    assert without_late_update(come_true, parse_batch(over, later)).ended_at == CREATED
    moved_with_it = parse_batch(over | {"last_updated_at_unix": UPDATED + 10 * 86_400}, later)
    assert without_late_update(come_true, moved_with_it) == come_true


@given(
    st.integers() | st.floats() | st.none() | st.text(),
    st.integers() | st.floats() | st.integers(0, 2 * 10**9),
    st.integers(0, 400),
)
def test_no_call_ends_after_now_and_none_grows_younger_than_its_conversation(
    updated: Any, created: Any, days: int
) -> None:
    now = NOW + days * 86_400
    try:
        call = parse_call(recipient(updated_at_unix=updated, created_at_unix=created), BATCH, now)
    except ValueError:
        return
    assert call.created_at <= call.ended_at <= now


def test_a_conversation_ends_at_its_start_plus_its_duration() -> None:
    assert parse_conversation(conversation(), NOW).ended_at == UPDATED
    assert parse_conversation(conversation(status="in-progress"), NOW).ended_at is None
    single = {"start_time_unix_secs": UPDATED * 1000, "call_duration_secs": 2.0}
    alone = {"conversation_id": "c", "status": "done", "metadata": single}
    assert parse_conversation(alone, NOW).ended_at == UPDATED + 2


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        *((0, 0), (58, 58), (58.9, 58), ("58", 58), (100_000, 100), (None, None), (-1, None), (math.nan, None)),
        *((math.inf, None), (10**400, None), ("soon", None), ([], None), (True, None), (10**12, None), (3600, None)),
    ],
)
def test_a_duration_that_cannot_be_believed_leaves_the_end_open(duration: Any, seconds: int | None) -> None:
    """An hour after a start ten minutes ago is not over yet."""
    ended_at = parse_conversation(
        conversation(start_time_unix_secs=NOW - 600, call_duration_secs=duration), NOW
    ).ended_at
    assert ended_at == (None if seconds is None else NOW - 600 + seconds)


@pytest.mark.parametrize("told", NO_TIMES)
def test_a_start_that_cannot_be_believed_is_none(told: Any) -> None:
    parsed = parse_conversation(conversation(start_time_unix_secs=told), NOW)
    assert (parsed.started_at, parsed.ended_at) == (None, None)


@pytest.mark.parametrize(
    ("metadata", "tells"),
    [
        *[({"start_time_unix_secs": start}, True) for start in (UPDATED, 0, -1, None, math.inf)],
        ({"start_time_unix_secs": "about 5"}, False),
        ({"start_time_unix_secs": []}, False),
        ({"start_time_unix_secs": True}, False),
        ({}, False),
        (None, False),
    ],
)
def test_a_start_of_null_is_as_little_nonsense_as_one_of_zero(metadata: Any, tells: bool) -> None:
    row = {"conversation_id": "c", "status": "done", "metadata": metadata, "transcript": []}
    assert parse_conversation(row, NOW).tells_start is tells


# ── batches ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_fingerprint_moves_with_every_counter() -> None:
    row = {"id": "b", "status": "completed", "total_calls_dispatched": 1, "total_calls_finished": 1, "retry_count": 0}
    seen = {parse_batch(row, NOW).fingerprint}
    for change in ({"status": "x"}, {"total_calls_dispatched": 2}, {"total_calls_finished": 2}, {"retry_count": 1}):
        seen.add(parse_batch(row | change, NOW).fingerprint)
    seen.add(parse_batch(row | {"last_updated_at_unix": 5}, NOW).fingerprint)
    assert len(seen) == 6


@pytest.mark.parametrize("row", [{}, {"id": None}, {"id": 3}, {"id": " "}, {"id": "b" * 300}])
def test_a_batch_without_an_id_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="without an id"):
        parse_batch(row, NOW)


@pytest.mark.parametrize(
    ("told", "dispatched"), [(0, 0), (0.0, 0), ("0", 0), (4, 4), (None, None), ("x", None), (-1, None), (True, None)]
)
def test_a_batch_says_how_many_were_dialled_or_does_not_say(told: Any, dispatched: int | None) -> None:
    assert parse_batch({"id": "b", "total_calls_dispatched": told}, NOW).calls_dispatched == dispatched


@pytest.mark.parametrize("told", NO_TIMES)
def test_a_batch_is_not_recent_by_a_time_that_cannot_be_believed(told: Any) -> None:
    assert parse_batch({"id": "b", "last_updated_at_unix": told}, NOW).updated_at == 0


# ── conversations ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("row", "summary"),
    [
        ({"transcript_summary": "They spoke.\n"}, "They spoke."),
        ({"transcript_summary": "Summary couldn't be generated for this call."}, ""),
        ({"transcript_summary": " Summary couldn't be generated for this call.\n"}, ""),
        ({"transcript_summary": "Summary couldn’t be generated for this call"}, ""),
        ({"transcript_summary": "   "}, ""),
        *(({"transcript_summary": nothing}, "") for nothing in ("\u200b", "...", "null", "None", "N/A", "{}")),
        ({"transcript_summary": "Una\ncita\x00 \u202e👩\u200d⚕️"}, "Una\ncita 👩\u200d⚕️"),
        ({"transcript_summary": "El martes\x0ba las tres\x85o a las\x0ccuatro"}, "El martes a las tres o a las cuatro"),
        ({"transcript_summary": "half an emoji \ud83d"}, "half an emoji"),
        ({"transcript_summary": "Она спросила о цене."}, "Она спросила о цене."),
        ({"transcript_summary": "x" * 50_000}, "x" * 10_000),
        ({"transcript_summary": None}, None),
        ({"transcript_summary": ["They spoke."]}, None),
        ({"analysis": {"transcript_summary": "They spoke."}}, "They spoke."),
        ({"analysis": None}, None),
        ({"status": "failed"}, ""),
        ({"status": "processing"}, None),
    ],
)
def test_a_summary_is_there_or_will_come_or_never_will(row: dict[str, Any], summary: str | None) -> None:
    assert parse_conversation(conversation(**row), NOW).summary == summary


def test_the_conversation_knows_its_language_and_its_own_number() -> None:
    assert parse_conversation(conversation(main_language="pt"), NOW).main_language == "pt"
    metadata = {"main_language": "en", "phone_call": {"external_number": "+57 300 123 9155"}}
    single = parse_conversation({"conversation_id": "c", "status": "done", "metadata": metadata}, NOW)
    assert (single.main_language, single.phone) == ("en", "+573001239155")
    assert parse_conversation(conversation(metadata={"phone_call": {"external_number": "sip:1"}}), NOW).phone == ""


# ── whatever JSON holds ──────────────────────────────────────────────────────────────────────────────────────────────

NESTED: Any = []
for _ in range(5_000):
    NESTED = [NESTED]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)
IDS = st.just("id_1") | VALUES


def objects(*fields: str, **known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Anything, or an object with some of these fields, each with anything or with what is given for it."""
    return VALUES | st.fixed_dictionaries({}, optional=dict.fromkeys(fields, VALUES) | known)


CLIENT_DATA = objects(
    dynamic_variables=objects("name", "Nombre", "language", "x"),
    conversation_config_override=objects(agent=objects("language")),
)
TURN = objects("message", "tool_calls", "tool_results", role=st.just("user") | VALUES)
METADATA = objects(
    *("start_time_unix_secs", "call_duration_secs", "error", "main_language"),
    phone_call=objects("call_result", "external_number"),
    deletion_settings=objects("deleted_transcript_at_time_unix_secs"),
)
BATCH_FIELDS = (
    "name",
    "agent_id",
    "status",
    "created_at_unix",
    "last_updated_at_unix",
    "total_calls_dispatched",
    "retry_count",
)
CALL_FIELDS = ("conversation_id", "phone_number", "whatsapp_user_id", "status", "created_at_unix", "updated_at_unix")
COUNTS = ("call_duration_secs", "message_count", "user_message_count", "agent_message_count")
TEXTS = ("transcript_summary", "call_summary_title", "termination_reason", "call_successful")
ROW_FIELDS = ("start_time_unix_secs", "tool_names", "analysis", *COUNTS, *TEXTS)


@given(VALUES | st.fixed_dictionaries({"id": IDS}, optional=dict.fromkeys(BATCH_FIELDS, VALUES)))
def test_any_json_is_a_batch_or_refused(row: Any) -> None:
    try:
        batch = parse_batch(row, NOW)
    except (ValueError, TypeError):
        return
    assert 0 <= batch.updated_at <= NOW
    assert len(batch.fingerprint.encode()) < 10_000


@given(
    VALUES
    | st.fixed_dictionaries(
        {"id": IDS},
        optional=dict.fromkeys(CALL_FIELDS, VALUES | st.just(UPDATED))
        | {"conversation_initiation_client_data": CLIENT_DATA},
    )
)
def test_any_json_is_a_call_or_refused(row: Any) -> None:
    try:
        call = parse_call(row, BATCH, NOW)
    except (ValueError, TypeError):
        return
    assert 0 < call.ended_at <= NOW
    assert len(call.key.encode()) < 2048  # what a table's key takes
    assert not call.key.startswith("#")
    json.dumps([call.name, call.language, call.status]).encode()


@given(
    VALUES
    | st.fixed_dictionaries(
        {"conversation_id": IDS, "status": st.sampled_from(["done", "processing", "failed"]) | VALUES},
        optional=dict.fromkeys(ROW_FIELDS, VALUES)
        | {"metadata": METADATA, "transcript": VALUES | st.lists(TURN, max_size=3)},
    )
)
def test_any_json_is_a_conversation_or_refused(row: Any) -> None:
    try:
        parsed = parse_conversation(row, NOW)
    except (ValueError, TypeError):
        return
    assert (parsed.ended_at or 0) <= NOW
    (parsed.summary or "").encode()


@pytest.mark.parametrize("hostile", [NESTED, 10**4000, math.inf, "\ud83d" * 100_000, {"\ud83d": NESTED}], ids=range(5))
def test_what_json_can_do_at_worst_costs_no_more_than_its_field(hostile: Any) -> None:
    for field in BATCH_FIELDS:
        parse_batch({"id": "b", field: hostile}, NOW).fingerprint.encode()
    for field in (*CALL_FIELDS, "conversation_initiation_client_data"):
        parse_call(recipient(**{field: hostile}), BATCH, NOW).key.encode()
    client_data = {"dynamic_variables": {"name": hostile, "language": hostile}, "conversation_config_override": hostile}
    parse_call(recipient(conversation_initiation_client_data=client_data), BATCH, NOW)
    for field in (*ROW_FIELDS, "metadata", "transcript"):
        parse_conversation(conversation(**{field: hostile}), NOW)
    for metadata in ({"error": hostile}, {"phone_call": hostile}, {"phone_call": {"external_number": hostile}}):
        parse_conversation(
            conversation(metadata=metadata, transcript=[hostile, {"role": "user", "message": hostile}]), NOW
        )
