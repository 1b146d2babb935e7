"""The name that the upload gave stays with the call: a message that is sent again says it, and who answers has it."""

import pytest

from lib.core.record import FORGOTTEN_ON_ARRIVAL, PERSONAL
from lib.reading.reader import Reader
from tests.unit.work.house import House, at

ANA = "+573001112233"


@pytest.fixture
def house() -> House:
    """A person by the name of Ana, who has just been called."""
    house = House(at("2026-03-03T12:00"))
    house.call_ends(ANA, name="Ana")
    return house


def test_a_failed_message_that_a_person_sends_again_says_the_name(house: House) -> None:
    house.account.walk = ((0.0, "queued"), (5.0, "failed"))
    house.run()
    house.clock.now += 60
    house.run()
    (item,) = house.items()
    assert item["status"] == "failed"
    house.account.walk = ((0.0, "queued"), (5.0, "delivered"))
    assert house.run({"held": {"pk": item["pk"], "do": "resend", "reason": "the phone is on again"}}) == {
        "status": "waiting"
    }
    house.run()
    first, second = house.account.messages
    assert second.body == first.body
    assert "Ana" in second.body


def test_who_answers_a_message_that_arrived_is_told_by_name(house: House) -> None:
    house.run()
    house.clock.now += 60
    house.run()
    (item,) = house.items()
    assert item["status"] == "delivered"
    assert not set(FORGOTTEN_ON_ARRIVAL) & item.keys()
    house.account.receive(f"whatsapp:{ANA}", "¿Cuánto cuesta?")
    house.run()
    (answer,) = Reader(house.table, house.clock).picture().answers
    assert (answer.name, answer.text) == ("Ana", "¿Cuánto cuesta?")
    ((subject, text),) = house.told
    assert text.startswith(f"Ana ({ANA}) respondió el ")
    assert "Ana" not in subject


def test_of_who_gets_no_message_nothing_stays(house: House) -> None:
    house.settings["statuses"] = {"completed": "skip"}
    house.run()
    (item,) = house.items()
    assert item["status"] == "skipped"
    assert not set(PERSONAL) & item.keys()
