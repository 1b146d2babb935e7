"""A record goes into its item and comes out again, whatever else a person put there."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.call import Call
from lib.core.message.compose import Message
from lib.core.record import PERSONAL, SCHEMA, Event, Record, is_live, parse_record, record_item
from lib.core.status import Status
from lib.core.table import LATEST

NOON = 1_795_003_200
CALL = Call("+573001112233", "conv_1", "rcp_1", "btcal_1", "agent_1", "completed", NOON, NOON, "Ana", "es")
RECORD = Record(CALL, Status.CLAIMED, NOON, claim_id="c1", claimed_at=NOON, expires_at=NOON + 60)
TEXTS, NUMBERS = st.text(max_size=12), st.integers(0, LATEST)


def of(kind: type, **others: Any) -> st.SearchStrategy[Any]:
    given = {f.name: TEXTS if f.type is str else NUMBERS for f in fields(kind) if f.type in (str, int)}
    return st.builds(kind, **(given | others))


RECORDS = of(
    Record,
    call=of(Call),
    status=st.sampled_from(Status),
    message=of(Message),
    history=st.lists(of(Event), max_size=3).map(tuple),
    stored_as=st.just(""),
)


@given(RECORDS)
def test_a_records_item_gives_the_record_again(record: Record) -> None:
    assert parse_record(record_item(record)) == record


def test_the_schema_names_every_field_once() -> None:
    homes = {"record": Record, "call": Call, "message": Message}
    named = sorted((field.home, field.name or field.attribute) for field in SCHEMA)
    nested = {("record", "call"), ("record", "message"), ("record", "stored_as")}
    assert named == sorted({(home, f.name) for home, kind in homes.items() for f in fields(kind)} - nested)
    assert len({field.attribute for field in SCHEMA}) == len(SCHEMA)
    assert PERSONAL == ("name", "email", "subject", "body", "content_variables")


def test_an_item_holds_nothing_that_is_empty_but_what_a_condition_asks_for() -> None:
    item = record_item(Record(CALL, Status.WAITING, NOON))
    assert item["attempts"] == 0
    assert {name for name, value in item.items() if not value} == {"attempts"}
    assert "queue" not in item  # an index refuses an empty key


def test_an_item_under_another_key_stays_there() -> None:
    item = record_item(RECORD) | {"pk": "+573001112233_rcp_1"}
    assert parse_record(item).pk == "+573001112233_rcp_1"
    assert record_item(parse_record(item)) == item


def test_a_foreign_item_needs_no_more_than_a_key_and_a_status() -> None:
    record = parse_record({"pk": "+573001112233_conv_1", "status": "sent"})
    assert (record.pk, record.call.phone, record.status) == ("+573001112233_conv_1", "+573001112233", "sent")


ADDED = [None, True, 1.5, [], [1], {}, {"a": None}, b"x", frozenset({1})]


@pytest.mark.parametrize("value", ADDED, ids=repr)
def test_what_nobody_asks_for_is_ignored(value: object) -> None:
    assert parse_record(record_item(RECORD) | {"note": value}) == RECORD


@pytest.mark.parametrize("attribute", [field.attribute for field in SCHEMA if field.kind is not list])
@pytest.mark.parametrize("value", ADDED, ids=repr)
def test_an_attribute_of_the_wrong_type_makes_an_item_unreadable_and_is_named(attribute: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"`{attribute}`"):
        parse_record(record_item(RECORD) | {attribute: value})


@pytest.mark.parametrize("attribute", [f.attribute for f in SCHEMA if f.kind is int and f.attribute != "fence"])
@pytest.mark.parametrize("value", [NOON * 1000, 10**40, -1])
def test_a_number_that_no_calendar_shows_as_a_time_makes_an_item_unreadable_and_is_named(
    attribute: str, value: int
) -> None:
    with pytest.raises(ValueError, match=f"`{attribute}`"):
        parse_record(record_item(RECORD) | {attribute: value})


def test_a_fence_counts_milliseconds() -> None:
    assert parse_record(record_item(RECORD) | {"fence": NOON * 1000}).fence == NOON * 1000


@pytest.mark.parametrize(
    "history",
    [
        [{"at": NOON * 1000, "event": "sent"}],
        None,
        "sent",
        {},
        [1],
        [None],
        [{"at": "noon"}],
        [{"at": 1, "event": None}],
    ],
)
def test_a_history_of_the_wrong_shape_is_unreadable_too(history: object) -> None:
    with pytest.raises(ValueError, match="`history`"):
        parse_record(record_item(RECORD) | {"history": history})


@pytest.mark.parametrize(
    "changed", [{"status": "sending"}, {"status": ""}, {"pk": "#batch:btcal_1"}, {"pk": "nothing"}]
)
def test_an_item_that_is_no_calls_is_unreadable(changed: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"status|key"):
        parse_record(record_item(RECORD) | changed)


def test_an_item_counts_until_it_expires() -> None:
    assert not is_live(None, NOON)
    assert [is_live({"expires_at": at}, NOON) for at in (NOON - 1, NOON, NOON + 1)] == [False, False, True]
    assert is_live({}, NOON)
    assert is_live({"expires_at": None}, NOON)


def test_a_call_let_go_for_a_resend_may_have_left_until_it_is_claimed_again() -> None:
    assert RECORD.may_have_left
    assert replace(RECORD, status=Status.WAITING).may_have_left
    assert not replace(RECORD, status=Status.WAITING, claim_id="").may_have_left
    assert not replace(RECORD, status=Status.SENT).may_have_left
