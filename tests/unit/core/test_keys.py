"""No text from outside makes a key of ours, or another call's."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lib.core import keys
from lib.core.call import Call

TEXT = st.text(st.characters(exclude_categories=()), max_size=300)  # surrogates and control characters too
E164 = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)
PHONES = st.one_of(TEXT, E164, st.sampled_from(["#batch:btcal", "#lease"]))
IDS = st.one_of(TEXT, st.from_regex(r"(conv|rcp)_[0-9a-z]{1,26}", fullmatch=True))
BATCH_IDS = st.from_regex(r"btcal_[0-9a-z]{1,26}", fullmatch=True)


def of(phone: str, conversation_id: str, batch_id: str = "btcal_1", recipient_id: str = "rcp_1") -> Call:
    return Call(phone, conversation_id, recipient_id, batch_id, "agent_1", "completed", 0, 0, "", "")


@given(PHONES, st.tuples(IDS, TEXT, TEXT))
@example("#batch:btcal", ("", "btcal_1", "good"))
@example("#lease", ("", "", ""))
@example("", ("", "", "#lease"))
@example("\ud800", ("\ud800", "\x00", "\ud800"))
def test_a_calls_key_is_a_calls_and_one_that_dynamodb_takes(phone: str, ids: tuple[str, str, str]) -> None:
    call = of(phone, *ids)
    for key in (call.key, call.recipient_key, keys.of_recipient_in_any_batch(phone, ids[2])):
        assert keys.is_call(key)
        assert "_" in key
        assert len(key.encode()) <= 1_000


@given(st.tuples(PHONES, IDS), st.tuples(PHONES, IDS))
@example(("+573001112233_conv", "1"), ("+573001112233", "conv_1"))
@example(("+573001112233", "a_b"), ("+573001112233_a", "b"))
def test_two_conversations_have_two_keys(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (keys.of_call(*one) == keys.of_call(*other)) == (one == other)


@given(st.tuples(PHONES, BATCH_IDS, TEXT), st.tuples(PHONES, BATCH_IDS, TEXT))
@example(("+573001112233", "btcal_1", "cust_42"), ("+573001112233", "btcal_2", "cust_42"))
@example(("+573001112233", "btcal_1", "2_cust"), ("+573001112233", "btcal_12", "cust"))
def test_two_recipients_have_two_keys_whatever_the_customers_own_ids_are(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    assert (keys.of_recipient(*one) == keys.of_recipient(*other)) == (one == other)


@given(TEXT, st.integers(0, 5000))
def test_what_is_no_call_has_a_key_that_none_of_the_others_can_have(text: str, week: int) -> None:
    ours = {keys.LEASE, keys.of_phone(text, week), keys.of_message(text), keys.of_batch(text)}
    assert len(ours) == 4
    assert not any(keys.is_call(key) for key in ours)
    assert all(len(key.encode()) <= 1_000 for key in ours)


@pytest.mark.parametrize(
    ("call", "key"),
    [
        (of("+573001112233", "conv_1"), "+573001112233_conv_1"),
        (of("+573001112233", ""), "+573001112233_btcal_1_rcp_1"),
        (of("+573001112233", "", recipient_id="Señor 1"), "+573001112233_btcal_1_Señor 1"),
        (of("12345", "conv_1"), "12345_conv_1"),  # unusable, and harmless as it is
        (of("", "conv_1"), "_conv_1"),
    ],
)
def test_a_key_is_spelled_as_the_contract_says(call: Call, key: str) -> None:
    assert call.key == key


def test_a_log_shows_a_key_without_its_phone() -> None:
    assert keys.masked("+573001239155_conv_1") == "+57******9155_conv_1"
    assert keys.masked("+573001239155_btcal_1_rcp_a1") == "+57******9155_btcal_1_rcp_a1"
    assert keys.masked("#phone:+573001239155:2968") == "#phone"


@pytest.mark.parametrize(
    "id_", ["573001239155", "+573001239155", "Ana Perez", "rcp_573001239155", "ana@example.com", "_x"]
)
def test_a_log_shows_no_recipients_id_that_a_customer_chose(id_: str) -> None:
    """It may be a phone or a name; two of them can still be told apart."""
    shown = keys.masked(keys.of_recipient("+573001239155", "btcal_1", id_))
    assert re.fullmatch(r"\+57\*{6}9155_btcal_1~[0-9a-f]{8}", shown)
    assert shown != keys.masked(keys.of_recipient("+573001239155", "btcal_1", f"{id_}2"))
