"""The codes that Twilio split off older ones in 2024-07 (facts/twilio.md §3), in whole invocations."""

from contextlib import suppress

import pytest

from lib.errors import ConfigurationError
from local.services.faults import Fault
from tests.contract.stage import NOON
from tests.unit.work.house import House

PEOPLE = [f"+57300111000{number}" for number in range(5)]


@pytest.mark.parametrize("code", [21601, 21659, 21660, 21661, 21705])
def test_a_shop_with_one_call_only_waits_until_its_sender_is_put_right(code: int) -> None:
    """No other refusal stands beside it to show that it is not the person."""
    house = House(NOON)
    house.account.faults.add(Fault("refuse", route="create", code=code))
    house.call_ends(PEOPLE[0])
    with pytest.raises(ConfigurationError, match=str(code)):
        house.run()
    for _ in range(30):
        house.clock.now += 59
        with suppress(ConfigurationError):
            house.run()
    assert house.became(PEOPLE[0])[0][0] == "waiting"
    house.account.faults.clear()
    for _ in range(30):
        house.clock.now += 59
        house.run()
    assert house.sent_to(PEOPLE[0]) == 1


@pytest.mark.parametrize("code", [21211, 21265, 21266, 21268, 21635])
def test_several_people_who_cannot_be_written_to_do_not_stop_the_sender(code: int) -> None:
    house = House(NOON)
    for phone in PEOPLE[:4]:
        house.account.faults.add(Fault("refuse", route="create", code=code, match={"To": f"whatsapp:{phone}"}))
    house.call_ends(*PEOPLE)
    house.run()
    assert house.sent_to(PEOPLE[4]) == 1
    assert [house.became(phone) for phone in PEOPLE[:4]] == [[("failed", "refused")]] * 4
