"""A claim whose answer is lost, and one that meets the same call under another key."""

from dataclasses import replace

import pytest

from lib.core.call import Call
from lib.core.case import Case
from lib.core.message.compose import Message
from lib.core.record import TTL_SECONDS, Record
from lib.core.status import Status
from lib.core.table import Change
from lib.errors import TableUnclear
from lib.ledger.calls import Address, Ledger
from lib.ledger.notes import NOTE_SECONDS
from tests.twins.table import MemoryTable
from tests.twins.troubles import Heard

NOON = 1_795_003_200
CALL = Call("+573001112233", "conv_1", "rcp_1", "btcal_1", "agent_1", "completed", NOON, NOON, "Ana", "")
ADDRESS = Address("whatsapp:+573001112233", "whatsapp:+14155238886")


class LosingTable(MemoryTable):
    """Carries out a claim, or does not, and loses the answer; `stays_silent`: all answers after it too."""

    def __init__(self, *, is_carried_out: bool, stays_silent: bool = False) -> None:
        super().__init__()
        self.items["#suppression_key"] = {"pk": "#suppression_key", "secret": "made long ago"}
        self._is_carried_out, self._stays_silent, self._writes = is_carried_out, stays_silent, 0

    def write(self, *changes: Change) -> None:
        self._writes += 1
        if self._writes > 1 and not self._stays_silent:
            super().write(*changes)
            return
        if self._writes == 1 and self._is_carried_out:
            super().write(*changes)
        raise TableUnclear("the table did not answer")


def claim(ledger: Ledger, call: Call, *, is_redial: bool = False) -> Record | None:
    earlier = Record(replace(call, conversation_id=""), Status.SENT, int(NOON)) if is_redial else None
    return ledger.claim(Case(call, earlier=earlier), "follow_up", Message(body="Hola"), ADDRESS)


def item_after_a_claim(table: LosingTable) -> dict[str, object] | None:
    ledger = Ledger(table, lambda: NOON, lambda: 1, lambda: "claim-1", Heard())
    try:
        claim(ledger, CALL)
    except TableUnclear:
        return table.items.get(CALL.key)
    raise AssertionError("the failure must be heard of: nothing may be sent")


def test_a_claim_that_was_written_though_no_answer_came_is_taken_back_for_nothing_was_sent() -> None:
    item = item_after_a_claim(LosingTable(is_carried_out=True))
    assert item is not None
    assert (item["status"], item["reason"], item["attempts"]) == ("waiting", "claim_unwritten", 0)
    assert (item["queue"], item["due_at"]) == ("send", NOON)


def test_a_claim_that_was_not_written_leaves_nothing() -> None:
    assert item_after_a_claim(LosingTable(is_carried_out=False)) is None


def test_a_claim_that_cannot_be_taken_back_stands_and_is_looked_up() -> None:
    item = item_after_a_claim(LosingTable(is_carried_out=True, stays_silent=True))
    assert item is not None
    assert (item["status"], item["queue"]) == ("claimed", "settle")


def test_a_call_is_not_claimed_beside_its_own_record_from_before_its_conversation_id() -> None:
    now, ids = [NOON], iter("12345678")
    ledger = Ledger(MemoryTable(), lambda: now[0], lambda: 1, lambda: next(ids), Heard())
    assert claim(ledger, replace(CALL, conversation_id="")) is not None  # a stalled run's, after we had looked
    assert claim(ledger, CALL) is None
    assert claim(ledger, CALL, is_redial=True) is not None  # the record is known, and an earlier attempt's
    now[0] += TTL_SECONDS
    assert claim(ledger, replace(CALL, conversation_id="conv_2")) is not None  # what expired is no record


def test_a_phone_that_is_called_for_ever_has_notes_that_do_not_grow_for_ever() -> None:
    now, ids = [NOON], iter(range(100))
    table = MemoryTable()
    ledger = Ledger(table, lambda: now[0], lambda: 1, lambda: str(next(ids)), Heard())
    for week in range(5):
        for number in range(3):
            assert claim(ledger, replace(CALL, conversation_id=f"conv_{week}_{number}")) is not None
        now[0] += NOTE_SECONDS
    now[0] -= NOTE_SECONDS
    assert max(len(item["calls"]) for item in table.items.values() if "calls" in item) == 3
    assert len(ledger.of_phone(CALL.phone)) == 6


@pytest.mark.parametrize("stalled_at", [-1, 1])
def test_a_stalled_run_is_shut_out_across_the_turn_of_a_week(stalled_at: int) -> None:
    """It claims by the clock of its stall's beginning, or of its end; the newer run claimed in the other week."""
    turn, ids, table = NOON // NOTE_SECONDS * NOTE_SECONDS, iter("12345"), MemoryTable()
    newer = Ledger(table, lambda: turn - stalled_at, lambda: 2, lambda: next(ids), Heard())
    stalled = Ledger(table, lambda: turn + stalled_at, lambda: 1, lambda: next(ids), Heard())
    assert claim(newer, CALL) is not None
    assert claim(stalled, replace(CALL, conversation_id="")) is None


def test_a_call_let_go_for_a_resend_is_settled_if_its_message_is_learned_of_before_the_resend_is_claimed() -> None:
    ids, table = iter("12345"), MemoryTable()
    ledger = Ledger(table, lambda: NOON, lambda: 1, lambda: next(ids), Heard())
    first = claim(ledger, CALL)
    assert first is not None
    assert ledger.resend(first, "not_found_resend")
    assert ledger.found(first, "sent", "SM1")
    assert (table.items[CALL.key]["status"], table.items[CALL.key]["message_sid"]) == ("sent", "SM1")


def test_a_call_whose_resend_is_claimed_is_not_moved_by_what_is_learned_of_the_first_claim() -> None:
    ids = iter("12345")
    ledger = Ledger(MemoryTable(), lambda: NOON, lambda: 1, lambda: next(ids), Heard())
    first = claim(ledger, CALL)
    assert first is not None
    assert ledger.resend(first, "not_found_resend")
    waiting = ledger.record(CALL.key)
    assert waiting is not None
    assert ledger.claim(Case(CALL, waiting), "follow_up", Message(body="Hola"), ADDRESS) is not None
    assert not ledger.found(first, "sent", "SM1")


def test_a_call_that_twilio_never_took_says_why_when_it_is_too_old_and_no_longer_once_it_is_sent() -> None:
    ids, table = iter("12345"), MemoryTable()
    ledger = Ledger(table, lambda: NOON, lambda: 1, lambda: next(ids), Heard())
    for call, is_sent in ((CALL, False), (replace(CALL, conversation_id="conv_2"), True)):
        first = claim(ledger, call)
        assert first is not None
        assert ledger.postponed(first, NOON, "not_processed", error_code=20429)
        waiting = ledger.record(call.key)
        assert waiting is not None
        if is_sent:
            second = ledger.claim(Case(call, waiting), "follow_up", Message(body="Hola"), ADDRESS)
            assert second is not None
            assert ledger.write_together([ledger.accepted(second, "sent", "SM1")]) == [True]
            assert "error_code" not in table.items[call.key]
        else:
            assert ledger.give_up(waiting, "too_old")
            assert (table.items[call.key]["reason"], table.items[call.key]["error_code"]) == ("too_old", 20429)
