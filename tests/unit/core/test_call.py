"""What ElevenLabs tells us, as plain values."""

from dataclasses import replace

import pytest

from lib.core.call import Batch, Call, Conversation

CALL = Call("+573001239155", "conv_1", "rcp_1", "btcal_1", "agent_1", "completed", 1, 2, "Ana", "")
SPOKEN = Conversation("conv_1", "done", 1, 2, "Prices.", True)


def test_the_key_is_phone_and_conversation() -> None:
    assert CALL.key == "+573001239155_conv_1"


def test_without_a_conversation_the_key_is_phone_batch_and_recipient() -> None:
    assert replace(CALL, conversation_id="").key == f"+573001239155_{CALL.batch_id}_rcp_1"


@pytest.mark.parametrize("status", ["completed", "failed", "cancelled"])
def test_a_batch_in_a_last_status_is_terminal(status: str) -> None:
    assert Batch("b", "", status, 1, "").is_terminal
    assert not Batch("b", "", "in_progress", 1, "").is_terminal


@pytest.mark.parametrize(
    ("conversation", "is_doubtful", "leaves_open", "leaves_open_without_a_phone"),
    [
        (replace(SPOKEN, person_spoke=None, is_listed=True), True, True, True),
        (replace(SPOKEN, is_listed=True), False, False, True),
        (replace(SPOKEN, person_spoke=None), False, False, False),  # nobody knows more than the conversation itself
        (SPOKEN, False, False, False),
    ],
)
def test_only_a_list_row_leaves_something_open(
    conversation: Conversation, is_doubtful: bool, leaves_open: bool, leaves_open_without_a_phone: bool
) -> None:
    assert conversation.is_doubtful is is_doubtful
    assert conversation.leaves_open(CALL) is leaves_open
    assert conversation.leaves_open(replace(CALL, phone="3001239155")) is leaves_open_without_a_phone
