"""A person changes an item that is not a call's in the table's console: it is named, counted, and stops nobody else."""

from collections import Counter
from typing import Any

import pytest

from lib.core.table import Item
from local.services.faults import Fault
from local.services.twilio.world import SANDBOX_SENDER
from tests.contract.stage import NOON
from tests.unit.work.house import House

ANA, BEA = "+573001112233", "+573001112244"
WRONG: list[Any] = [None, ["a"], {"a": 1}, {"a"}, True, 1.5]


def unreadable(house: House) -> int:
    return Counter(event for event, _ in house.lines)["item_unreadable"]


def suspension() -> Item:
    return {
        "pk": f"#suspended:whatsapp:{SANDBOX_SENDER}:",
        "sender": SANDBOX_SENDER,
        "content_sid": "",
        "channel": "whatsapp",
        "code": 63007,
        "is_late": 0,
        "since": int(NOON) - 60,
        "probe_at": int(NOON) + 9_000,
        "due_at": int(NOON) + 9_000,
        "queue": "suspended",
        "setup": "",
        "probes": 1,
        "probed_at": int(NOON) - 50,
        "expires_at": int(NOON) + 90_000,
    }


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("attribute", ["code", "since", "probe_at", "probes", "is_late", "setup"])
def test_a_suspension_that_cannot_be_read_keeps_nobody_from_being_served(attribute: str, wrong: Any) -> None:
    house = House(NOON)
    item = suspension() | {attribute: wrong}
    house.table.items[item["pk"]] = item
    house.call_ends(ANA, BEA)
    answer = house.run()
    assert (house.sent_to(ANA), house.sent_to(BEA)) == (1, 1)
    assert (answer["errors"], unreadable(house)) == (1, 1)
    assert SANDBOX_SENDER not in repr(house.lines)
    assert house.table.items[item["pk"]] == item


@pytest.mark.parametrize("attribute", ["text", "at", "phone", "ended_at", "media_count"])
def test_an_answer_that_cannot_be_read_keeps_no_other_from_being_told(attribute: str) -> None:
    house = House(NOON)
    house.call_ends(ANA, BEA)
    house.run()
    house.clock.now += 30
    sid = house.account.receive(f"whatsapp:{ANA}", "Gracias").sid
    house.run()
    whole = house.table.items[f"#reply:{sid}"]
    spoilt = whole | {attribute: {"a": 1}, "state": "new", "queue": "tell", "due_at": int(NOON)}
    house.table.items[f"#reply:{sid}"] = spoilt
    house.account.receive(f"whatsapp:{BEA}", "¿A qué hora?")
    house.run()
    assert [text for _, text in house.told if "¿A qué hora?" in text]
    assert unreadable(house) == 1
    assert house.table.items[f"#reply:{sid}"] == spoilt


@pytest.mark.parametrize("marks", [None, "text", ["text ?"], {1, 2}, {"a": 1}])
def test_a_lost_memory_of_rewritten_messages_holds_an_unclear_one_and_never_resends_it(marks: Any) -> None:
    """It may stand in Twilio's list in a form that nobody can tell any more."""
    house = House(NOON, unclear="resend", settle_minutes=1)
    pk = f"#rewritings:{SANDBOX_SENDER}"
    house.table.items[pk] = {"pk": pk, "marks": marks, "expires_at": int(NOON) + 90_000}
    house.account.faults.add(Fault("accept_then_drop", route="create", times=1, list_lag_seconds=9_000))
    house.call_ends(ANA)
    for _ in range(4):
        house.run()
        house.clock.now += 30
    house.call_ends(BEA)
    house.run()
    assert house.became(ANA) == [("held", "unclear_rewritten")]
    assert (house.sent_to(ANA), house.sent_to(BEA)) == (1, 1)
