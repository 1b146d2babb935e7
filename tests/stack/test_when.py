"""When not to write, on the deployed function with its clock moved: nights, changes of the clocks, days and holidays.

The package's own zone data, holidays and laws are what answers (contract §2; docs/facts/contact-law.md).
"""

import pytest

from tests.stack.clock import MovedClock
from tests.stack.scene import Scene
from tests.stack.stage import Stage

ONCE = {"ticks": 1}
BOGOTA, SANTIAGO = "America/Bogota", "America/Santiago"
SMS_SENDER = "+14155550123"


@pytest.fixture
def scene(stage: Stage) -> Scene:
    return Scene(stage)


def quiet(start: str, end: str, zone: str) -> dict[str, str]:
    return {"start": start, "end": end, "timezone": zone}


def test_quiet_hours_go_over_midnight_in_bogota(scene: Scene, clock: MovedClock) -> None:
    scene.set_settings(quiet_hours=quiet("21:00", "08:00", BOGOTA))
    clock.put("2026-07-14T20:59", BOGOTA)
    (before,) = scene.ended_calls(1)
    scene.run(ONCE)
    assert scene.sent_to(before) == 1
    clock.put("2026-07-14T21:00", BOGOTA)
    (late,) = scene.ended_calls(1)
    for reading in ("2026-07-14T21:00", "2026-07-14T23:59", "2026-07-15T00:00", "2026-07-15T07:59"):
        clock.put(reading, BOGOTA)
        scene.run(ONCE)
        assert scene.sent_to(late) == 0, reading
    (item,) = scene.items_of(late)
    assert (item["status"], item["reason"]) == ("waiting", "quiet_hours")
    clock.put("2026-07-15T08:00", BOGOTA)
    scene.run(ONCE)
    assert scene.sent_to(late) == 1


# Each agent has quiet hours of its own; at an instant (UTC), those whose calls leave. On 4 April 23:59 (UTC-3) is
# followed by 23:00 (UTC-4), so that the hour comes twice; on 5 September 23:59 (UTC-4) by 01:00 (UTC-3).
NIGHTS: dict[str, tuple[dict[str, tuple[str, str]], list[tuple[str, str]]]] = {
    "an hour that comes twice": (
        {"night": ("21:00", "08:00"), "evening": ("21:00", "23:30"), "late": ("23:30", "08:00")},
        [
            ("2026-04-05T00:00", "late"),  # 21:00
            ("2026-04-05T02:29", "late"),  # 23:29
            ("2026-04-05T02:30", "evening"),  # 23:30
            ("2026-04-05T03:00", "late"),  # 23:00 again
            ("2026-04-05T03:30", "evening"),  # 23:30 again
            ("2026-04-05T11:59", "evening"),  # 07:59
            ("2026-04-05T12:00", "evening late night"),  # 08:00
        ],
    ),
    "an hour that never comes": (
        {"night": ("21:00", "08:00"), "evening": ("21:00", "00:30"), "late": ("00:30", "08:00")},
        [
            ("2026-09-06T01:00", "late"),  # 21:00
            ("2026-09-06T03:59", "late"),  # 23:59
            ("2026-09-06T04:00", "evening"),  # 01:00
            ("2026-09-06T10:59", "evening"),  # 07:59
            ("2026-09-06T11:00", "evening late night"),  # 08:00
        ],
    ),
}


@pytest.mark.parametrize("night", NIGHTS)
def test_quiet_hours_in_santiago_go_by_its_clocks_on_the_nights_when_they_change(
    scene: Scene, clock: MovedClock, night: str
) -> None:
    hours, instants = NIGHTS[night]
    scene.set_settings(agents={name: {"quiet_hours": quiet(*hours[name], SANTIAGO)} for name in hours})
    waiting: dict[str, list[str]] = {name: [] for name in hours}
    for instant, leave in instants:
        clock.put(instant)
        for name, phones in waiting.items():
            phones.extend(scene.ended_calls(1, agent_id=name))
        scene.run(ONCE)
        for name, phones in waiting.items():
            assert {scene.sent_to(phone) for phone in phones} == {name in leave.split()}, (instant, name)
            phones[:] = [phone for phone in phones if not scene.sent_to(phone)]


def test_a_collection_call_on_a_saturday_at_15_01_in_colombia(scene: Scene, clock: MovedClock) -> None:
    """Saturdays end at 15:00, Sundays never begin, and that Monday is a holiday: it is Tuesday when the law opens."""
    scene.set_settings(contact_law="collection")
    clock.put("2026-07-11T14:59", BOGOTA)
    (in_time,) = scene.ended_calls(1, status="failed")
    scene.run(ONCE)
    assert scene.sent_to(in_time) == 1
    clock.put("2026-07-11T15:01", BOGOTA)
    answered, missed = *scene.ended_calls(1), *scene.ended_calls(1, status="failed")
    scene.run(ONCE)
    assert skipped_by(scene, answered) == "Ley 2300, art. 3"
    assert skipped_by(scene, missed).startswith("Ley 2300")
    scene.set_settings(contact_law="collection", lookback_hours=72)
    answered, missed = *scene.ended_calls(1), *scene.ended_calls(1, status="failed")
    for reading in ("2026-07-11T15:02", "2026-07-12T10:00", "2026-07-13T10:00", "2026-07-14T06:59"):
        clock.put(reading, BOGOTA)
        scene.run(ONCE)
        assert scene.sent_to(missed) == 0, reading
    clock.put("2026-07-14T07:00", BOGOTA)
    scene.run(ONCE)
    assert (scene.sent_to(answered), scene.sent_to(missed)) == (0, 1)
    assert skipped_by(scene, answered) == "Ley 2300, art. 3"


def test_a_collection_call_on_the_13th_of_july_2026_in_colombia(scene: Scene, clock: MovedClock) -> None:
    """A holiday by a law of that year; the Monday before is a day like any other."""
    scene.set_settings(contact_law="collection")
    clock.put("2026-07-06T15:01", BOGOTA)
    (before,) = scene.ended_calls(1, status="failed")
    scene.run(ONCE)
    assert scene.sent_to(before) == 1
    clock.put("2026-07-13T15:01", BOGOTA)
    answered, missed = *scene.ended_calls(1), *scene.ended_calls(1, status="failed")
    scene.run(ONCE)
    assert skipped_by(scene, answered) == "Ley 2300, art. 3"
    (item,) = scene.items_of(missed)
    assert (item["status"], item["reason"], scene.sent_to(missed)) == ("waiting", "contact_law", 0)
    clock.put("2026-07-14T07:00", BOGOTA)
    scene.run(ONCE)
    assert (scene.sent_to(answered), scene.sent_to(missed)) == (0, 1)


def skipped_by(scene: Scene, phone: str) -> str:
    """The rule that the call's history names."""
    (item,) = scene.items_of(phone)
    assert (item["status"], item["reason"], scene.sent_to(phone)) == ("skipped", "contact_law", 0)
    return str(item["history"][-1]["rule_es"])


def test_what_follows_a_failure_at_night_waits_for_the_morning_and_a_baja_until_then_ends_it(
    scene: Scene, clock: MovedClock
) -> None:
    """A fallback is a message like any other: the same gate, the same suppression list."""
    scene.account.senders.add(SMS_SENDER)
    scene.account.enforce_window = True
    scene.stack.put_parameter("TWILIO_SMS_NUMBER", SMS_SENDER)
    limits = {"quiet_hours": quiet("21:00", "08:00", BOGOTA), "cooldown_hours": 24, "daily_limit": 2}
    scene.set_settings(channels=["whatsapp", "sms"], **limits)
    clock.put("2026-07-14T20:59:30", BOGOTA)
    waits, opts_out = scene.ended_calls(2)
    scene.run(ONCE)
    assert [scene.sent_to(phone) for phone in (waits, opts_out)] == [1, 1]
    for reading in ("2026-07-14T21:00", "2026-07-14T23:00", "2026-07-15T07:59"):
        clock.put(reading, BOGOTA)
        scene.run(ONCE)
    assert [(item["status"], item["channel"]) for item in scene.items_of(waits, opts_out)] == [("waiting", "sms")] * 2
    assert scene.account.sent_to(waits) == []
    scene.account.receive(f"whatsapp:{opts_out}", "BAJA")
    clock.put("2026-07-15T08:00", BOGOTA)
    for _ in range(2):
        scene.run(ONCE)
    assert [len(scene.account.sent_to(phone)) for phone in (waits, opts_out)] == [1, 0]
    (item,) = scene.items_of(opts_out)
    assert (item["status"], item["reason"]) == ("skipped", "opted_out")
