"""No sender sends faster than Twilio hands on, and none waits for another; what comes too late by it is not claimed."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.work.loop import RUN_SECONDS
from lib.work.permit import LEAST_SECONDS_TO_SEND
from lib.work.throttle import WHATSAPP_PER_SECOND, Throttle
from local.services.twilio.world import SANDBOX_SENDER
from tests.contract.stage import NOON, Clock
from tests.unit.work.house import House, at

ANA, LUIS = "+573001112233", "+573001112234"
OTHER = "whatsapp:+14155550100"
SLOT_SECONDS = 1 / WHATSAPP_PER_SECOND
A_MOMENT = 1e-6  # epoch seconds as floats

comings = st.lists(st.tuples(st.sampled_from([0.0, 0.001, 0.05, 3.0]), st.sampled_from([SANDBOX_SENDER, OTHER])))


def leave(coming: list[tuple[float, str]]) -> list[tuple[str, float, float]]:
    """Each message's sender, when it came and when it leaves; so many threads that none waits for another's sleep."""
    clock, waits = Clock(), [0.0]
    throttle = Throttle(clock, lambda seconds: waits.__setitem__(0, seconds))
    left = []
    for gap_seconds, sender in coming:
        clock.now += gap_seconds
        waits[0] = 0.0
        throttle.wait(sender)
        left.append((sender, clock.now, clock.now + waits[0]))
    return left


@given(comings.map(lambda few: few * 60))
def test_no_second_has_more_of_a_sender_than_twilio_hands_on_and_none_waits_without_need(
    coming: list[tuple[float, str]],
) -> None:
    for sender in (SANDBOX_SENDER, OTHER):
        mine = [(came, leaves) for who, came, leaves in leave(coming) if who == sender]
        for (_, earlier), (_, later) in zip(mine, mine[WHATSAPP_PER_SECOND:], strict=False):
            assert later - earlier >= 1 - A_MOMENT
        for (_, before), (came, leaves) in pairwise(mine):
            assert leaves == pytest.approx(max(came, before + SLOT_SECONDS), abs=A_MOMENT)


@given(comings, st.sampled_from([SANDBOX_SENDER, OTHER]))
def test_one_sender_never_waits_for_another(coming: list[tuple[float, str]], sender: str) -> None:
    alone, came = [], NOON
    for (who, at_instant, _), _ in zip(leave(coming), coming, strict=True):
        if who == sender:
            alone.append((at_instant - came, sender))
            came = at_instant
    together = [leaves for who, _, leaves in leave(coming) if who == sender]
    assert [leaves for _, _, leaves in leave(alone)] == pytest.approx(together, abs=A_MOMENT)


@pytest.mark.parametrize("sender", ["+14155550100", "shop@example.com"])
def test_what_is_no_whatsapp_sender_is_not_held(sender: str) -> None:
    assert all(leaves == came for _, came, leaves in leave([(0.0, sender)] * 200))


class Waiting(House):
    """Time passes while it waits for a slot: as long as it should, or longer."""

    stalls_seconds = 0.0

    def sleep(self, seconds: float) -> None:
        self.clock.now += seconds + self.stalls_seconds

    def unsent(self) -> str:
        """Whom the run did not write to."""
        (phone,) = [phone for phone in (ANA, LUIS) if not self.sent_to(phone)]
        return phone


def test_who_waited_for_a_slot_until_quiet_hours_began_is_not_claimed_and_gets_the_message_in_the_morning() -> None:
    night = {"start": "21:00", "end": "08:00", "timezone": "America/Bogota"}
    house = Waiting(at("2026-03-03T21:00") - SLOT_SECONDS / 2, quiet_hours=night)
    house.call_ends(ANA, LUIS)
    house.run()
    late = house.unsent()
    assert not house.items(late)
    house.run()
    assert house.became(late) == [("waiting", "quiet_hours")]
    house.run_at(at("2026-03-04T08:00"))
    assert house.sent_to(late) == 1


def test_who_gets_no_slot_before_the_runs_end_is_not_claimed_and_left_for_the_next_run() -> None:
    house = Waiting(NOON)
    house.stalls_seconds = RUN_SECONDS - LEAST_SECONDS_TO_SEND
    house.call_ends(ANA, LUIS)
    house.run()
    late = house.unsent()
    assert not house.items(late)
    assert [keys["left_for_later"] for event, keys in house.lines if event == "tick"] == [1]
    house.run()
    assert house.sent_to(late) == 1
