"""What is read of the table: nothing hides what is due, and an item that cannot be read stops nobody."""

from dataclasses import replace
from typing import Any

import pytest

from lib.core.call import Call
from lib.core.case import Case
from lib.core.message.compose import Message
from lib.core.record import HISTORY_AT_MOST, OWNER_GONE_SECONDS, TTL_SECONDS, Record, record_item
from lib.core.status import Status
from lib.ledger.calls import Address, Ledger
from tests.twins.table import MemoryTable
from tests.twins.troubles import Heard

NOON = 1_795_003_200
HOUR = 3600
LIMIT = 500
CALL = Call("+573001112233", "conv_1", "rcp_1", "btcal_1", "agent_1", "completed", NOON, NOON, "Ana", "")
ADDRESS = Address("whatsapp:+573001112233", "whatsapp:+14155238886")


class Scene:
    """A ledger on a table in memory, with a clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.table, self.heard, self.now, self._ids = MemoryTable(), Heard(), NOON, iter(range(10_000))
        self.ledger = Ledger(self.table, lambda: self.now, lambda: 1, lambda: f"c{next(self._ids)}", self.heard)

    def claim(self, number: int, record: Record | None = None) -> Record:
        claim = self.ledger.claim(Case(call(number), record), "follow_up", Message(body="Hola"), ADDRESS)
        assert claim is not None
        return claim

    def due(self) -> set[str]:
        return {record.call.conversation_id for record in self.ledger.waiting(LIMIT)}


@pytest.fixture
def scene() -> Scene:
    return Scene()


def call(number: int) -> Call:
    return replace(CALL, phone=f"+5730{number:08d}", conversation_id=f"conv_{number}")


# ── queues ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_six_hundred_calls_that_wait_for_their_summary_hide_no_claim_and_no_call_whose_time_has_come(
    scene: Scene,
) -> None:
    for number in range(600):
        assert scene.ledger.wait(Case(call(number)), "summary", until=NOON + HOUR)
    scene.claim(700)
    assert scene.ledger.postponed(scene.claim(701), NOON + 60, "not_processed")
    assert scene.ledger.wait(Case(call(702)), "summary", until=NOON + 60)
    scene.now += 60
    assert [record.call for record in scene.ledger.to_settle(LIMIT)] == [call(700)]
    assert {"conv_701", "conv_702"} <= scene.due()
    assert scene.heard.counts["due_left_for_later"] == 0  # nobody's time has come but theirs


def test_a_call_that_waits_for_a_summary_is_looked_at_all_the_time_and_one_that_waits_for_an_instant_only_then(
    scene: Scene,
) -> None:
    assert scene.ledger.wait(Case(call(1)), "summary", until=NOON + HOUR)
    assert scene.ledger.postponed(scene.claim(2), NOON + 300, "not_processed")
    assert scene.due() == {"conv_1"}
    scene.now += 300
    assert scene.due() == {"conv_1", "conv_2"}


def test_a_tick_that_leaves_what_is_due_for_later_says_so(scene: Scene) -> None:
    for number in range(LIMIT + 1):
        scene.claim(number)
    scene.now += OWNER_GONE_SECONDS - 1
    assert scene.ledger.to_settle(LIMIT) == []
    assert scene.heard.counts["due_left_for_later"] == 0
    scene.now += 1
    assert len(scene.ledger.to_settle(LIMIT)) == LIMIT
    assert scene.heard.counts["due_left_for_later"] == 1


def test_calls_that_expired_unsent_hide_nobody_until_dynamodb_deletes_them(scene: Scene) -> None:
    for number in range(600):
        assert scene.ledger.wait(Case(call(number)), "summary", until=NOON)
    scene.now += TTL_SECONDS
    assert scene.ledger.wait(Case(call(700)), "summary", until=scene.now + HOUR)
    assert scene.due() == {"conv_700"}


def test_a_wait_may_turn_into_another(scene: Scene) -> None:
    assert scene.ledger.wait(Case(call(1)), "missed_wait", until=NOON + 60)
    waiting = scene.ledger.record(call(1).key)
    assert waiting is not None
    assert scene.ledger.wait(Case(call(1), waiting), "summary", until=NOON + 90)
    item = scene.table.items[call(1).key]
    assert (item["status"], item["reason"], item["queue"], item["due_at"]) == ("waiting", "summary", "watch", NOON + 90)
    assert [event["event"] for event in item["history"]] == ["missed_wait", "summary"]


# ── items that a person touched ──────────────────────────────────────────────────────────────────────────────────────

BROKEN: list[dict[str, Any]] = [
    {"attempts": None},
    {"claimed_at": 1.5},
    {"claim_id": ["c1"]},
    {"name": {"first": "Ana"}},
    {"status": "sending"},
    {"history": "long"},
    {"batch_id": b"btcal"},
    {"fence": True},
]


@pytest.mark.parametrize("broken", BROKEN, ids=str)
@pytest.mark.parametrize("queue", ["settle", "watch", "send"])
def test_an_item_that_cannot_be_read_is_named_without_its_phone_and_left_and_the_others_are_served(
    broken: dict[str, Any], queue: str, scene: Scene
) -> None:
    if queue == "settle":
        scene.claim(1), scene.claim(2)
    for number in (1, 2):
        scene.ledger.wait(Case(call(number)), "summary", until=NOON)
    for number in (1, 2):
        scene.table.items[call(number).key]["queue"] = queue
    scene.table.items[call(1).key] |= broken
    before = dict(scene.table.items[call(1).key])
    scene.now += HOUR
    records = scene.ledger.to_settle(LIMIT) + scene.ledger.waiting(LIMIT)
    assert [record.call for record in records] == [call(2)]
    (event, _, why), *rest = scene.heard.lines
    assert (event, rest) == ("item_unreadable", [])
    assert "+57******0001_conv_1" in why
    assert f"`{next(iter(broken))}`" in why
    assert scene.table.items[call(1).key] == before
    assert scene.ledger.claim(Case(call(1)), "follow_up", Message("Hola"), ADDRESS) is None  # nobody writes over it


@pytest.mark.parametrize("added", [None, [1], {"a": 1}, True, 1.5, b"x", frozenset({1})], ids=repr)
def test_what_a_person_added_to_an_item_is_ignored(added: object, scene: Scene) -> None:
    scene.claim(1)
    scene.table.items[call(1).key]["note"] = added
    scene.now += HOUR
    assert [record.call for record in scene.ledger.to_settle(LIMIT)] == [call(1)]
    assert scene.heard.lines == []


@pytest.mark.parametrize("shape", [{}, {"fingerprint": None}, {"fingerprint": 7}], ids=str)
def test_a_mark_of_the_wrong_shape_is_named_and_counts_as_none(shape: dict[str, Any], scene: Scene) -> None:
    assert scene.ledger.finish_batch("btcal_1", "print")
    scene.table.items["#batch:btcal_2"] = {"pk": "#batch:btcal_2", **shape}
    assert scene.ledger.finished_batches(["btcal_1", "btcal_2"]) == {"btcal_1": "print"}
    assert [(event, batch_id) for event, batch_id, _ in scene.heard.lines] == [("item_unreadable", "btcal_2")]


def test_a_note_of_the_wrong_shape_knows_no_calls(scene: Scene) -> None:
    scene.claim(1)
    for pk, item in scene.table.items.items():
        if pk.startswith("#phone"):
            item["calls"] = ["a list"]
    assert scene.ledger.of_phone(call(1).phone) == []


@pytest.mark.parametrize("row", [("#batch:btcal", "good"), ("#lease", ""), ("#sid:SM1", "x"), ("\ud800", "\x00")])
def test_no_row_of_an_upload_writes_an_item_of_ours(row: tuple[str, str], scene: Scene) -> None:
    upload = replace(CALL, phone=row[0], conversation_id="", recipient_id=row[1])
    assert scene.ledger.skip(Case(upload), "invalid_phone")
    assert not any(pk.startswith("#") for pk in scene.table.items)
    assert scene.ledger.known([upload]).keys() == {upload.key}
    assert scene.ledger.finished_batches(["btcal", "btcal_good"]) == {}


def test_a_key_of_ours_is_no_calls_record(scene: Scene) -> None:
    assert scene.ledger.finish_batch("btcal_1", "print")
    assert scene.ledger.record("#batch:btcal_1") is None
    assert scene.heard.lines == []


# ── one recipient id in several batches, and what version 0.1 left ───────────────────────────────────────────────────


def without_id(batch_id: str) -> Call:
    return replace(CALL, conversation_id="", batch_id=batch_id, recipient_id="cust_42")


def test_a_customers_own_recipient_id_is_another_call_in_another_batch(scene: Scene) -> None:
    monday, tuesday = without_id("btcal_monday"), without_id("btcal_tuesday")
    assert scene.ledger.skip(Case(monday), "too_old")
    assert scene.ledger.known([monday, tuesday]).keys() == {monday.key}


def old_record(status: Status, **values: Any) -> dict[str, Any]:
    """As version 0.1 wrote a call without conversation id."""
    record = Record(without_id("btcal_monday"), status, NOON, expires_at=NOON + TTL_SECONDS)
    return record_item(replace(record, stored_as="+573001112233_cust_42")) | values


def test_what_version_0_1_wrote_of_a_call_is_known_for_its_batch_alone(scene: Scene) -> None:
    item = old_record(Status.SENT, message_sid="SM1")
    scene.table.items[item["pk"]] = item
    monday, tuesday = without_id("btcal_monday"), without_id("btcal_tuesday")
    known = scene.ledger.known([monday, tuesday])
    assert known.keys() == {monday.key}
    assert known[monday.key].pk == item["pk"]
    late = replace(monday, conversation_id="conv_9")  # its conversation id appeared after the upgrade
    assert scene.ledger.known([late]).keys() == {late.recipient_key}


def test_what_version_0_1_left_waiting_or_claimed_is_served(scene: Scene) -> None:
    waiting = old_record(Status.WAITING, queue="due", due_at=NOON, reason="not_processed")
    claimed = record_item(Record(call(1), Status.CLAIMED, NOON, 1, claim_id="c", queue="due", due_at=NOON, to="x"))
    scene.table.items |= {item["pk"]: item for item in (waiting, claimed)}
    assert [record.pk for record in scene.ledger.to_settle(LIMIT)] == [claimed["pk"]]
    (record,) = scene.ledger.waiting(LIMIT)
    claim = scene.ledger.claim(Case(record.call, record), "missed", Message("Hola"), ADDRESS)
    assert claim is not None
    assert claim.pk == waiting["pk"]
    assert scene.ledger.write_together([scene.ledger.accepted(claim, "sent", "SM1")]) == [True]
    assert scene.table.items[waiting["pk"]]["status"] == "sent"
    assert [record.pk for record in scene.ledger.of_phone(CALL.phone)] == [waiting["pk"]]


# ── history ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_history_tells_what_happened_in_order_and_by_whom(scene: Scene) -> None:
    assert scene.ledger.wait(Case(call(1)), "summary", until=NOON + 60)
    scene.now += 60
    claim = scene.claim(1, scene.ledger.record(call(1).key))
    for _ in range(3):
        scene.now += 15
        seen = scene.ledger.record(call(1).key)
        assert seen is not None
        assert scene.ledger.look_again(seen, scene.now, "unclear_not_listed")
    assert scene.ledger.hold(claim, "unclear_not_listed")
    assert scene.ledger.resend(claim, "resent_by_a_person", by="person")
    again = scene.claim(1, scene.ledger.record(call(1).key))
    assert scene.ledger.write_together([scene.ledger.accepted(again, "failed", "SM1", 63016)]) == [True]
    told = [{name: value for name, value in event.items() if name != "at"} for event in history(scene, 1)]
    whatsapp = {"channel": "whatsapp"}
    assert told == [
        {"event": "summary"},
        {"event": "claimed", **whatsapp},
        {"event": "unclear_not_listed", **whatsapp},
        {"event": "unclear_not_listed", **whatsapp},
        {"event": "resent_by_a_person", "by": "person", **whatsapp},
        {"event": "claimed", **whatsapp},
        {"event": "failed_after_acceptance", "code": 63016, "sid": "SM1", **whatsapp},
    ]
    times = [event["at"] for event in history(scene, 1)]
    assert times == sorted(times)


def history(scene: Scene, number: int) -> list[dict[str, Any]]:
    return list(scene.table.items[call(number).key]["history"])


def test_a_history_keeps_its_newest_events_and_does_not_grow_for_ever(scene: Scene) -> None:
    record: Record | None = None
    for _ in range(HISTORY_AT_MOST):
        assert scene.ledger.postponed(scene.claim(1, record), scene.now, "not_processed", error_code=20429)
        scene.now += 300
        record = scene.ledger.record(call(1).key)
    assert len(history(scene, 1)) == HISTORY_AT_MOST
    assert history(scene, 1)[-1] == {
        "at": scene.now - 300,
        "event": "not_processed",
        "channel": "whatsapp",
        "code": 20429,
    }


@pytest.mark.parametrize(
    ("status", "known"),
    [
        ("sent", {"sent_at"}),
        ("delivered", {"sent_at", "delivered_at"}),
        ("read", {"sent_at", "delivered_at", "read_at"}),
    ],
)
def test_a_message_says_when_it_was_sent_and_delivered(status: str, known: set[str], scene: Scene) -> None:
    assert scene.ledger.write_together([scene.ledger.accepted(scene.claim(1), status, "SM1")]) == [True]
    item = scene.table.items[call(1).key]
    assert {"sent_at", "delivered_at", "read_at"} & item.keys() == known
    assert (item["channel"], item["message_sid"]) == ("whatsapp", "SM1")
