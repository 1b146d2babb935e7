"""Accepted sends are written in one transaction, alone where that cannot be, and none is lost in between."""

from dataclasses import replace

import pytest

from lib.core.call import Call
from lib.core.case import Case
from lib.core.message.compose import Message
from lib.core.record import Record
from lib.core.table import Change
from lib.errors import TableUnclear
from lib.ledger.calls import Address, Ledger
from lib.work.report import Report
from lib.work.written_together import LONGEST_SECONDS, TOGETHER_AT_MOST, WrittenTogether
from tests.contract.stage import NOON, Clock
from tests.twins.lines import Lines
from tests.twins.table import MemoryTable


class Table(MemoryTable):
    """The table, which notes how many changes each write had, and does not answer when told so."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []
        self.is_silent = False

    def write(self, *changes: Change) -> None:
        if self.is_silent:
            raise TableUnclear("throttled")
        self.sizes.append(len(changes))
        super().write(*changes)


class Scene:
    """Claims of one run, and what became of them."""

    def __init__(self) -> None:
        self.table, self.clock, self.lines = Table(), Clock(), Lines()
        self.report = Report(self.lines)
        ids = iter(range(1000))
        self.ledger = Ledger(self.table, self.clock, lambda: 1, lambda: f"claim {next(ids)}", self.report)
        self.accepted = WrittenTogether(self.ledger, self.clock, self.report)

    def claims(self, count: int) -> list[Record]:
        found = []
        for number in range(count):
            phone, now = f"+5730011{number:05d}", int(NOON)
            call = Call(phone, f"conv_{number}", f"rcp_{number}", "btcal_1", "a", "completed", now, now, "", "")
            address = Address(f"whatsapp:{phone}", "whatsapp:+14155238886")
            claim = self.ledger.claim(Case(call), "follow_up", Message(body="Hola"), address)
            assert claim is not None
            found.append(claim)
        self.table.sizes.clear()
        return found

    def accept(self, claim: Record, sid: str = "") -> None:
        sid = sid or f"SM {claim.claim_id}"
        self.accepted.add(claim, "sent", self.ledger.accepted(claim, "sent", sid))

    def status(self, claim: Record) -> str:
        return str(self.table.items[claim.pk]["status"])


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_burst_is_written_25_at_a_time_and_the_rest_at_the_end(scene: Scene) -> None:
    claims = scene.claims(60)
    for claim in claims:
        scene.accept(claim)
    assert scene.table.sizes == [2 * TOGETHER_AT_MOST] * 2  # each the call and its SID's reservation
    scene.accepted.flush()
    assert scene.table.sizes[2:] == [20]
    assert {scene.status(claim) for claim in claims} == {"sent"}
    assert scene.report.counts["WhatsAppsSent"] == 60


def test_none_waits_longer_than_a_moment_for_the_next(scene: Scene) -> None:
    first, second = scene.claims(2)
    scene.accept(first)
    scene.clock.now += LONGEST_SECONDS
    scene.accept(second)
    assert scene.status(first) == scene.status(second) == "sent"


def test_one_that_has_moved_on_keeps_none_of_the_others(scene: Scene) -> None:
    claims = scene.claims(5)
    for number, claim in enumerate(claims):
        scene.accept(replace(claim, claim_id="another's") if number == 2 else claim, f"SM{number}")
    scene.accepted.flush()
    assert [scene.status(claim) for claim in claims] == ["sent", "sent", "claimed", "sent", "sent"]
    assert "#sid:SM2" not in scene.table.items
    assert scene.report.counts["WhatsAppsSent"] == 4
    assert [event for _, event, _ in scene.lines.wrong] == ["record_moved_on"]


def test_two_that_would_write_the_same_item_are_written_one_after_the_other(scene: Scene) -> None:
    first, second = scene.claims(2)
    scene.accept(first, "SM1")
    scene.accept(second, "SM1")  # a service that gave one SID to two messages
    scene.accepted.flush()
    assert [scene.status(first), scene.status(second)] == ["sent", "claimed"]


def test_where_the_table_does_not_answer_the_claims_stand_to_be_looked_up(scene: Scene) -> None:
    claims = scene.claims(3)
    for claim in claims:
        scene.accept(claim)
    scene.table.is_silent = True
    scene.accepted.flush()
    assert {scene.status(claim) for claim in claims} == {"claimed"}
    assert [event for _, event, _ in scene.lines.wrong] == ["outcome_unwritten"] * 3
    scene.table.is_silent = False
    scene.accepted.flush()
    assert scene.table.sizes == []  # written once: what became of it then is Twilio's list to tell
