"""What a person decides about a held call."""

from typing import Any

import pytest

from lib.core.call import Call
from lib.core.case import Case
from lib.core.matching import Row
from lib.core.message.compose import Message
from lib.core.outcome import Reply
from lib.core.policy import Settings
from lib.core.record import Record
from lib.errors import CannotDecide, LookupFailed
from lib.ledger.calls import Address, Ledger
from lib.ledger.rewritings import Rewritings
from lib.work.report import Report
from lib.work.settle import Settle
from lib.work.verdict import carry_out
from tests.twins.table import MemoryTable
from tests.unit.work.test_loop import NOON, Clock, Silent

CALL = Call("+573001112233", "conv_1", "rcp_1", "btcal_1", "agent_1", "completed", int(NOON), int(NOON), "Ana", "")
ADDRESS = Address("whatsapp:+573001112233", "whatsapp:+14155238886")
ROW = Row("SM1", ADDRESS.to, ADDRESS.sender, "Hola", "outbound-api", "delivered", None, NOON + 1)


class Listing:
    """Twilio's list: its rows, or None when it cannot be read."""

    def __init__(self, rows: list[Row] | None) -> None:
        self.rows = rows

    def send(self, to: str, sender: str, message: Message) -> Reply:
        raise AssertionError("a decision sends nothing by itself")

    def recent(self, claim: Record) -> list[Row]:
        if self.rows is None:
            raise LookupFailed
        return self.rows


def decide(verdict: str, rows: list[Row] | None, pk: str = CALL.key) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answer, and the call's item afterwards."""
    clock, table, ids = Clock(), MemoryTable(), iter("12345")
    ledger = Ledger(table, clock, lambda: int(clock.now * 1000), lambda: next(ids))
    claim = ledger.claim(Case(CALL), "follow_up", Message(body="Hola"), ADDRESS)
    assert claim is not None
    assert ledger.hold(claim, "unclear_not_listed")
    clock.now += 3600
    report = Report(Silent())
    settle = Settle(ledger, Rewritings(table, clock), Listing(rows), Settings(), clock, report)
    return carry_out(ledger, settle, report, pk, verdict), table.items[CALL.key]


def test_a_released_call_gets_no_message_and_says_why() -> None:
    answer, item = decide("release", [])
    assert answer == {"status": "skipped"}
    assert (item["status"], item["reason"]) == ("skipped", "released_by_a_person")
    assert "queue" not in item


def test_a_resent_call_waits_for_a_claim_of_its_own() -> None:
    answer, item = decide("resend", [])
    assert answer == {"status": "waiting"}
    assert (item["status"], item["queue"], item["resends"]) == ("waiting", "due", 1)


@pytest.mark.parametrize("verdict", ["resend", "release"])
def test_a_message_that_the_list_shows_by_now_settles_the_call_whatever_was_said(verdict: str) -> None:
    answer, item = decide(verdict, [ROW])
    assert answer == {"status": "sent"}
    assert (item["status"], item["message_sid"]) == ("delivered", "SM1")


@pytest.mark.parametrize("verdict", ["resend", "release"])
def test_nothing_is_decided_while_the_list_cannot_be_read(verdict: str) -> None:
    with pytest.raises(CannotDecide, match="nothing was changed"):
        decide(verdict, None)


@pytest.mark.parametrize(("verdict", "pk"), [("delete", CALL.key), ("resend", "+573009999999_conv_9")])
def test_what_cannot_be_done_is_said(verdict: str, pk: str) -> None:
    with pytest.raises(CannotDecide):
        decide(verdict, [], pk)
