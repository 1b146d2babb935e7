"""What a person decides about a held call."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from lib.core.call import Call, Conversation
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
HOUR = 3600
ENDED = Case(CALL)
ADDRESS = Address("whatsapp:+573001112233", "whatsapp:+14155238886")
ROW = Row("SM1", ADDRESS.to, ADDRESS.sender, "Hola", "outbound-api", "delivered", None, NOON + 1)


class Listing:
    """Twilio's list: its rows, or None when it cannot be read."""

    def __init__(self, rows: list[Row] | None) -> None:
        self.rows = rows

    def send(self, to: str, sender: str, message: Message) -> Reply:
        raise AssertionError("a decision sends nothing by itself")

    def outbound(self, sender: str) -> Iterator[list[Row]]:
        raise AssertionError("a decision follows nothing")

    def message(self, sid: str) -> Row | None:
        raise AssertionError("a decision follows nothing")

    def recent(self, claim: Record) -> list[Row]:
        if self.rows is None:
            raise LookupFailed
        return self.rows

    def inbound(self, sender: str, since: float) -> list[Any]:
        raise AssertionError("a decision reads no inbox")


class Desk:
    """A call that was held an hour ago, and a person who decides about it."""

    def __init__(self, case: Case = ENDED) -> None:
        self.table, self._clock, ids = MemoryTable(), Clock(), iter("12345")
        self._report = Report(Silent())
        fence = partial(int, self._clock.now * 1000 + 1)
        self._ledger = Ledger(self.table, self._clock, fence, lambda: next(ids), self._report)
        claim = self._ledger.claim(case, "follow_up", Message(body="Hola"), ADDRESS)
        assert claim is not None
        assert self._ledger.hold(claim, "unclear_not_listed")
        self._clock.now += HOUR

    def decide(
        self,
        verdict: str,
        rows: list[Row] | None = None,
        pk: str = CALL.key,
        settings: Settings | None = None,
        why: str = "",
    ) -> dict[str, Any]:
        settings, clock = settings or Settings(), self._clock
        rewritings = Rewritings(self.table, clock)
        settle = Settle(self._ledger, rewritings, Listing(rows), settings, clock, self._report)
        return carry_out(self._ledger, settle, settings, clock.now, self._report, pk, verdict, why)


def decide(verdict: str, rows: list[Row] | None, pk: str = CALL.key) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answer, and the call's item afterwards."""
    desk = Desk()
    return desk.decide(verdict, rows, pk), desk.table.items[CALL.key]


def test_a_released_call_gets_no_message_and_says_why() -> None:
    answer, item = decide("release", [])
    assert answer == {"status": "skipped"}
    assert (item["status"], item["reason"]) == ("skipped", "released_by_a_person")
    assert "queue" not in item


def test_a_resent_call_waits_for_a_claim_of_its_own() -> None:
    answer, item = decide("resend", [])
    assert answer == {"status": "waiting"}
    assert (item["status"], item["queue"], item["resends"]) == ("waiting", "send", 1)
    assert item["history"][-1]["by"] == "person"


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


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (Settings(not_before=NOON + 1), r"before_not_before.*SETTINGS\.not_before"),
        (Settings(lookback_hours=0.5), r"too_old.*SETTINGS\.lookback_hours"),
        (Settings(statuses={"completed": "skip"}), r"status_completed.*SETTINGS\.statuses"),
        (Settings(lookback_hours=0.5, dry_run=True), "too_old"),
        (Settings(lookback_hours=0.5, paused=True), "too_old"),
    ],
    ids=str,
)
def test_a_resend_that_would_end_without_a_message_is_refused_at_once_with_its_reason(
    settings: Settings, named: str
) -> None:
    desk = Desk()
    with pytest.raises(CannotDecide, match=named):
        desk.decide("resend", [], settings=settings)
    assert desk.table.items[CALL.key]["status"] == "held"
    assert desk.decide("release", [], settings=settings) == {"status": "skipped"}


def test_a_calls_own_end_says_its_age_though_its_recipient_was_touched_later() -> None:
    ended_long_ago = Conversation("conv_1", "done", None, int(NOON) - HOUR, None, None)
    desk = Desk(Case(CALL, conversation=ended_long_ago))
    with pytest.raises(CannotDecide, match="too_old"):
        desk.decide("resend", [], settings=Settings(lookback_hours=1.5))
    assert desk.decide("resend", [], settings=Settings(lookback_hours=2.5)) == {"status": "waiting"}


def test_a_message_that_is_found_settles_a_call_however_old() -> None:
    assert Desk().decide("resend", [ROW], settings=Settings(lookback_hours=0.5)) == {"status": "sent"}


def test_a_failed_call_is_resent_once_with_the_persons_reason_and_never_released() -> None:
    desk = Desk()
    item = desk.table.items[CALL.key]
    item |= {"status": "failed", "error_code": 63016, "message_sid": "SM1"}
    item.pop("queue")
    with pytest.raises(CannotDecide, match="failed, not held"):
        desk.decide("release")
    assert desk.decide("resend", why="the template is approved now") == {"status": "waiting"}
    after = desk.table.items[CALL.key]
    assert (after["status"], after["queue"], after["reason"]) == ("waiting", "send", "resent_by_a_person")
    assert after["history"][-1]["by"] == "person: the template is approved now"
    assert not {"claim_id", "message_sid", "error_code"} & after.keys()
    with pytest.raises(CannotDecide, match="waiting, not held"):
        desk.decide("resend")


def test_a_failed_call_that_is_too_old_is_not_resent() -> None:
    desk = Desk()
    desk.table.items[CALL.key] |= {"status": "failed"}
    with pytest.raises(CannotDecide, match="too_old"):
        desk.decide("resend", settings=Settings(lookback_hours=0.5))
    assert desk.table.items[CALL.key]["status"] == "failed"
