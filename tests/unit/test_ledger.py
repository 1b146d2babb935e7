"""What the ledger does when the table's answer to a claim is lost."""

from lib.calls import Call
from lib.changes import Change, StoreFailed
from lib.ledger import Address, Ledger
from lib.message import Message
from tests.twins.table import MemoryTable

NOON = 1_795_003_200
CALL = Call("+573001112233", "conv_1", "rcp_1", "btcal_1", "agent_1", "completed", NOON, NOON, "Ana", "")
ADDRESS = Address("whatsapp:+573001112233", "whatsapp:+14155238886")


class LosingTable(MemoryTable):
    """Carries out a claim, or does not, and loses the answer; `stays_silent`: all answers after it too."""

    def __init__(self, *, is_carried_out: bool, stays_silent: bool = False) -> None:
        super().__init__()
        self._is_carried_out, self._stays_silent, self._writes = is_carried_out, stays_silent, 0

    def write(self, *changes: Change) -> None:
        self._writes += 1
        if self._writes > 1 and not self._stays_silent:
            super().write(*changes)
            return
        if self._writes == 1 and self._is_carried_out:
            super().write(*changes)
        raise StoreFailed("the table did not answer")


def item_after_a_claim(table: LosingTable) -> dict[str, object] | None:
    ledger = Ledger(table, lambda: NOON, lambda: 1, lambda: "claim-1")
    try:
        ledger.claim(CALL, None, "follow_up", Message(body="Hola"), ADDRESS)
    except StoreFailed:
        return table.items.get(CALL.key)
    raise AssertionError("the failure must be heard of: nothing may be sent")


def test_a_claim_that_was_written_though_no_answer_came_is_taken_back_for_nothing_was_sent() -> None:
    item = item_after_a_claim(LosingTable(is_carried_out=True))
    assert item is not None
    assert (item["status"], item["reason"], item["attempts"]) == ("waiting", "claim_unwritten", 0)
    assert (item["queue"], item["due_at"]) == ("due", NOON)


def test_a_claim_that_was_not_written_leaves_nothing() -> None:
    assert item_after_a_claim(LosingTable(is_carried_out=False)) is None


def test_a_claim_that_cannot_be_taken_back_stands_and_is_looked_up() -> None:
    item = item_after_a_claim(LosingTable(is_carried_out=True, stays_silent=True))
    assert item is not None
    assert (item["status"], item["queue"]) == ("claimed", "due")
