"""When not to write, through the whole tick: over midnight, both changes of the clocks, by the law, by counts."""

from contextlib import suppress
from datetime import datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import pytest

from lib.core.call import Call
from lib.core.case import Case
from lib.core.decide import Send
from lib.core.gate import Rules, Terms
from lib.core.message.compose import Message
from lib.core.policy import Settings
from lib.core.record import Record, parse_record
from lib.core.table import Change
from lib.core.timeline import timeline
from lib.errors import ConfigurationError, TableUnclear
from lib.ledger.calls import Address, Ledger
from lib.ledger.places import KnownPlaces
from lib.ledger.suppressed import Suppressed
from lib.work.gatekeeper import Gatekeeper
from local.services.faults import Fault
from local.services.twilio.world import SANDBOX_SENDER
from tests.twins.table import MemoryTable
from tests.twins.troubles import Heard
from tests.unit.work.house import House, at

BOGOTA, SANTIAGO = "America/Bogota", "America/Santiago"
ANA, LUIS, EVA = "+573001112233", "+573001112234", "+573001112235"
OTHER = "whatsapp:+14155550100"
NIGHT = {"start": "21:00", "end": "08:00", "timezone": BOGOTA}
HOUR, DAY = 3600, 24 * 3600


def waits_until(house: House, phone: str) -> str:
    """By the clock of the phone's city, and why."""
    (item,) = house.items(phone)
    assert item["status"] == "waiting"
    zone = SANTIAGO if phone.startswith("+56") else BOGOTA
    return f"{datetime.fromtimestamp(item['due_at'], ZoneInfo(zone)):%Y-%m-%d %H:%M} {item['reason']}"


# ── by the clock ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_in_bogota_what_ends_by_night_leaves_in_the_morning_and_is_not_looked_at_before() -> None:
    house = House(at("2026-03-03T23:30"), quiet_hours=NIGHT)
    house.call_ends(ANA)
    house.run()
    assert waits_until(house, ANA) == "2026-03-04 08:00 quiet_hours"
    (line,) = [keys for event, keys in house.lines if event == "call_deferred"]
    assert (line["reason"], line["rule"]) == ("quiet_hours", "21:00 to 08:00, America/Bogota")
    assert line["until"] == "2026-03-04T13:00:00+00:00"
    before = dict(house.items()[0])
    for text in ("2026-03-03T23:59", "2026-03-04T00:01", "2026-03-04T07:59:40"):
        house.run_at(at(text))
    assert house.items() == [before]
    house.run_at(at("2026-03-04T08:00"))
    assert house.sent_to(ANA) == 1


def test_the_timeline_names_the_rule() -> None:
    house = House(at("2026-03-03T23:30"), quiet_hours=NIGHT)
    house.call_ends(ANA)
    house.run()
    (record,) = map(parse_record, house.items())
    told = [moment.text for moment in timeline(record, "es", ZoneInfo(BOGOTA))]
    assert any("quiet_hours" in text and "(de 21:00 a 08:00, America/Bogota)" in text for text in told)
    assert told[-1].startswith("2026-03-04 08:00")


@pytest.mark.parametrize(
    ("ended", "quiet", "opens"),
    [
        # At midnight the clocks go on to one o'clock: 00:30 never comes.
        (at("2026-09-05T23:50", SANTIAGO), ("22:00", "00:30"), at("2026-09-06T01:00", SANTIAGO)),
        (at("2026-09-05T23:50", SANTIAGO), ("22:00", "08:00"), at("2026-09-06T08:00", SANTIAGO)),
        # At midnight the clocks go back to eleven: from 23:00 to 23:30 is open twice.
        (at("2026-04-04T23:40", SANTIAGO), ("23:30", "07:00"), at("2026-04-04T23:00", SANTIAGO, fold=1)),
        (at("2026-04-04T23:40", SANTIAGO, fold=1), ("23:30", "07:00"), at("2026-04-05T07:00", SANTIAGO)),
    ],
)
@pytest.mark.parametrize("zone", [SANTIAGO, "recipient"])
def test_in_santiago_both_changes_of_the_clocks(ended: float, quiet: tuple[str, str], opens: float, zone: str) -> None:
    phone = "+56912345678"
    house = House(ended, quiet_hours={"start": quiet[0], "end": quiet[1], "timezone": zone})
    house.call_ends(phone)
    house.run()
    (item,) = house.items()
    assert (item["status"], item["reason"], item["due_at"]) == ("waiting", "quiet_hours", opens)
    house.run_at(opens - 1)
    assert house.sent_to(phone) == 0
    house.run_at(opens)
    assert house.sent_to(phone) == 1


def test_an_agent_has_quiet_hours_of_its_own() -> None:
    house = House(at("2026-03-03T23:30"), quiet_hours=NIGHT, agents={"agent_1": {"quiet_hours": None}})
    house.call_ends(ANA)
    house.run()
    assert house.sent_to(ANA) == 1


def test_nothing_is_sent_after_the_gate_has_closed_between_claim_and_send() -> None:
    house = House(at("2026-03-03T20:59:58"), quiet_hours=NIGHT)
    write = house.table.write

    def slow(*changes: Change) -> None:
        write(*changes)
        house.clock.now += 3 * any(item.get("status") == "claimed" for item in house.items())

    house.table.write = slow  # type: ignore[method-assign]
    house.call_ends(ANA)
    house.run()
    house.run()
    assert house.sent_to(ANA) == 0
    assert waits_until(house, ANA) == "2026-03-04 08:00 quiet_hours"


def test_a_call_that_is_too_old_when_the_gate_opens_ends_by_the_gates_rule() -> None:
    house = House(at("2026-03-03T23:30"), quiet_hours=NIGHT, lookback_hours=12)
    house.call_ends(ANA)
    house.run()
    house.settings["lookback_hours"] = 11
    house.settings["quiet_hours"] = NIGHT | {"start": "21:30"}
    house.run_at(at("2026-03-04T11:00"))
    assert house.became(ANA) == [("skipped", "quiet_hours")]
    (line,) = [keys for event, keys in house.lines if event == "call_skipped"]
    assert line["rule"] == "21:00 to 08:00, America/Bogota"


def test_a_thousand_leave_in_three_ticks_when_the_gate_opens_those_who_talked_first_first() -> None:
    house = House(at("2026-03-03T23:00"), quiet_hours=NIGHT)
    phones = [f"+5730{number:08d}" for number in range(1000)]
    for start in range(0, 1000, 100):
        house.call_ends(*phones[start : start + 100], seconds_ago=500 - start / 10)
    house.run()
    assert len(house.items()) == 1000
    house.clock.now = at("2026-03-04T08:00")
    for _ in range(3):
        house.run()
    sent = [message.to.removeprefix("whatsapp:") for message in house.account.messages]
    assert sorted(sent) == phones
    assert {phone[:-2] for phone in sent[:100]} == {phones[0][:-2]}
    assert [phone[:-2] for phone in sent] == sorted(phone[:-2] for phone in sent)


# ── by the law ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("ended", "opens"),
    [
        ("2026-07-04T14:59", ""),  # a Saturday
        ("2026-07-04T15:01", "2026-07-06 07:00"),
        ("2026-07-11T15:01", "2026-07-14 07:00"),  # and the Monday after it, 13 July, is a holiday
        ("2026-07-13T10:00", "2026-07-14 07:00"),
    ],
)
def test_a_missed_collection_call_in_colombia_is_followed_within_the_laws_hours(ended: str, opens: str) -> None:
    house = House(at(ended), contact_law="collection", lookback_hours=96)
    house.call_ends(ANA, answered=False)
    house.run()
    if opens:
        assert waits_until(house, ANA) == f"{opens} contact_law"
        house.run_at(at(opens.replace(" ", "T")))
    assert house.sent_to(ANA) == 1


@pytest.mark.parametrize("ended", ["2026-07-04T14:59", "2026-07-04T15:01", "2026-07-13T10:00", "2026-07-14T10:00"])
def test_an_answered_collection_call_in_colombia_is_followed_by_nothing_all_week(ended: str) -> None:
    house = House(at(ended), contact_law="collection", lookback_hours=96)
    house.call_ends(ANA)
    house.run()
    assert house.became(ANA) == [("skipped", "contact_law")]
    (line,) = [keys for event, keys in house.lines if event == "call_skipped"]
    assert line["rule"] == "Ley 2300, art. 3"
    house.clock.now += 2 * DAY
    house.call_ends(ANA, answered=False)
    house.run()
    assert house.became(ANA)[1] == ("skipped", "contact_law")
    house.clock.now += 5 * DAY  # a week is over
    house.call_ends(ANA, answered=False)
    house.run()
    assert house.became(ANA)[-1][0] in ("waiting", "sent")


@pytest.mark.parametrize("missed_seconds_ago", [5, 900])  # after the talk, and before it
def test_a_talk_that_is_learned_of_in_the_same_tick_counts_too(missed_seconds_ago: float) -> None:
    house = House(at("2026-07-14T10:00"), contact_law="collection", missed_wait_minutes=0)
    house.call_ends(ANA, seconds_ago=300)
    house.call_ends(ANA, answered=False, seconds_ago=missed_seconds_ago)
    for _ in range(3):
        house.run()
    assert house.sent_to(ANA) == 0
    assert {status for status, _ in house.became(ANA)} == {"skipped"}


@pytest.mark.parametrize(("action", "reason"), [("skip", "status_completed"), ("missed", "contact_law")])
def test_a_talk_counts_whatever_the_settings_make_of_its_status(action: str, reason: str) -> None:
    statuses = {"completed": action}
    house = House(at("2026-07-14T10:00"), contact_law="collection", missed_wait_minutes=0, statuses=statuses)
    for phone, turns in ((ANA, 2), (LUIS, 0)):
        house.call_ends(phone, seconds_ago=20, user_message_count=turns)
        house.run()
        house.call_ends(phone, answered=False)
        house.run()
    assert house.became(ANA) == [("skipped", reason), ("skipped", "contact_law")]
    assert house.became(LUIS)[1][0] in ("sent", "delivered")


def test_no_missed_message_leaves_while_what_waits_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(at("2026-07-14T10:00"), contact_law="collection", missed_wait_minutes=0)
    house.call_ends(ANA, seconds_ago=20, summary_at=house.clock.now + HOUR)  # the talk waits for its summary
    house.run()
    house.call_ends(ANA, LUIS, answered=False)

    def silent(queue: str, *_: object) -> NoReturn:
        raise TableUnclear("the table does not answer")

    with monkeypatch.context() as broken:
        broken.setattr(house.table, "queued", silent)
        house.run()
    assert (house.sent_to(ANA), house.sent_to(LUIS)) == (0, 0)
    house.run()
    assert (house.sent_to(ANA), house.sent_to(LUIS)) == (0, 1)


def test_a_talk_whose_own_time_cannot_be_believed_counts_from_when_it_was_over() -> None:
    house = House(at("2026-07-14T10:00"), contact_law="collection", missed_wait_minutes=0)
    house.call_ends(ANA, seconds_ago=20)
    (batch,) = house.workspace.batches.values()
    for recipient in batch.recipients.values():
        recipient.clock = "future"
        recipient.created_at -= 8 * DAY  # the only other time that the list tells
    house.run()
    house.run()
    house.call_ends(ANA, answered=False)
    house.run()
    assert house.became(ANA) == [("skipped", "contact_law")] * 2


@pytest.mark.parametrize(("turns", "sent"), [(2, 0), (0, 2)])
def test_a_missed_call_waits_until_it_is_known_whether_the_person_spoke_in_the_other(turns: int, sent: int) -> None:
    house = House(at("2026-07-14T10:00"), contact_law="collection", missed_wait_minutes=0)
    house.call_ends(ANA, seconds_ago=20, visible_at=house.clock.now + 60, user_message_count=turns)
    house.run()
    house.call_ends(ANA, answered=False)
    house.run()
    assert house.became(ANA) == [("waiting", "summary"), ("waiting", "another_call")]
    for _ in range(4):
        house.run_at(house.clock.now + 100)
    assert house.sent_to(ANA) == sent


def test_what_would_come_too_late_by_the_law_is_skipped_with_its_name() -> None:
    house = House(at("2026-07-11T15:01"), contact_law="collection")
    house.call_ends(ANA, answered=False)
    house.run()
    assert house.became(ANA) == [("skipped", "contact_law")]


# ── by what went before ──────────────────────────────────────────────────────────────────────────────────────────────


def test_of_several_calls_within_the_cooldown_the_first_gets_a_message_and_the_others_none() -> None:
    house = House(at("2026-03-03T10:00"), cooldown_hours=6)
    house.call_ends(ANA, seconds_ago=9)
    house.call_ends(ANA)
    house.run()
    assert house.became(ANA) == [("sent", ""), ("waiting", "another_call")]
    house.run()
    assert house.became(ANA)[1] == ("skipped", "cooldown")
    house.clock.now += 5 * HOUR
    house.call_ends(ANA)
    house.run()
    assert [status for status, _ in house.became(ANA)] == ["delivered", "skipped", "skipped"]
    house.clock.now += HOUR
    house.call_ends(ANA)
    house.run()
    assert house.sent_to(ANA) == 2


def test_the_other_spelling_of_a_number_is_the_same_person() -> None:
    house = House(at("2026-03-03T10:00"), cooldown_hours=6)
    house.call_ends("+5215512345678")
    house.run()
    house.call_ends("+525512345678")
    house.run()
    assert house.became("+525512345678") == [("skipped", "cooldown")]


def test_a_message_that_failed_is_none_for_the_cooldown() -> None:
    house = House(at("2026-03-03T10:00"), cooldown_hours=6)
    house.account.walk = ((0.0, "queued"), (1.0, "failed"))
    house.call_ends(ANA)
    house.run()
    house.run_at(house.clock.now + 30)
    assert house.became(ANA) == [("failed", "failed_after_acceptance")]
    house.call_ends(ANA)
    house.run()
    assert house.sent_to(ANA) == 2


def test_under_the_daily_limit_those_who_talked_first_go_first_and_the_others_wait_for_a_place() -> None:
    house = House(at("2026-03-03T10:00"), daily_limit=2, lookback_hours=72)
    phones = [f"+57300111000{number}" for number in range(5)]
    for number, phone in enumerate(phones):
        house.call_ends(phone, seconds_ago=50 - number)
    house.run()
    assert [house.sent_to(phone) for phone in phones] == [1, 1, 0, 0, 0]
    assert [house.became(phone) for phone in phones[2:]] == [[("waiting", "daily_limit")]] * 3
    house.run_at(at("2026-03-04T09:59:59"))
    assert len(house.account.messages) == 2
    for second in range(3):
        house.run_at(at("2026-03-04T10:01") + second)
    assert [house.sent_to(phone) for phone in phones] == [1, 1, 1, 1, 0]
    house.run_at(at("2026-03-05T10:03"))
    assert [house.sent_to(phone) for phone in phones] == [1, 1, 1, 1, 1]


@pytest.mark.parametrize("before", [{"daily_limit": 1}, {}], ids=["under the limit", "before it was set"])
def test_who_was_written_to_within_the_day_is_no_further_person_and_counts_anew(before: dict[str, int]) -> None:
    house = House(at("2026-03-03T10:00"), lookback_hours=72, **before)
    house.call_ends(ANA)
    house.run()
    house.settings = {"daily_limit": 1, "lookback_hours": 72}
    house.clock.now += 20 * HOUR
    house.call_ends(ANA)
    house.run()
    assert house.sent_to(ANA) == 2
    house.call_ends(LUIS)
    house.run_at(at("2026-03-04T10:05"))
    assert waits_until(house, LUIS)[:10] == "2026-03-05"


def test_a_call_over_the_limit_waits_until_it_is_too_old_and_ends_by_the_limit() -> None:
    house = House(at("2026-03-03T10:00"), daily_limit=1)
    house.call_ends(ANA, LUIS)
    house.run()
    assert house.became(LUIS) == [("waiting", "daily_limit")]
    house.run_at(at("2026-03-04T10:00:02"))
    assert house.became(LUIS) == [("skipped", "daily_limit")]
    assert house.sent_to(LUIS) == 0


def test_a_refusal_keeps_its_place_for_its_calls_next_try() -> None:
    house = House(at("2026-03-03T10:00"), daily_limit=1)
    house.call_ends(ANA)
    house.account.faults.add(Fault("429", route="create", times=1))
    house.run()
    assert house.became(ANA) == [("waiting", "not_processed")]
    house.run_at(house.clock.now + 60)
    assert house.sent_to(ANA) == 1


def test_a_cold_function_knows_the_places_from_the_table() -> None:
    house = House(at("2026-03-03T10:00"), daily_limit=1)
    house.call_ends(ANA)
    house.run()
    house.call_ends(LUIS)
    house.run(is_cold=True)
    assert house.became(LUIS) == [("waiting", "daily_limit")]


@pytest.mark.parametrize("is_cold", [False, True])
@pytest.mark.parametrize("before", [{}, {"daily_limit": 5}])
def test_a_limit_that_is_set_or_lowered_counts_who_was_written_to_before(before: dict[str, int], is_cold: bool) -> None:
    house = House(at("2026-03-03T10:00"), lookback_hours=72, **before)
    for hour in range(3):
        house.call_ends(f"+57300111000{hour}")
        house.run_at(at(f"2026-03-03T1{hour}:00"))
    house.settings = {"daily_limit": 2, "lookback_hours": 72}
    house.call_ends(LUIS, EVA)
    house.run(is_cold=is_cold)
    assert (house.became(LUIS), house.became(EVA)) == ([("waiting", "daily_limit")], [("waiting", "daily_limit")])
    house.run_at(at("2026-03-04T10:59"))  # one of the three is a day old: two still count
    assert len(house.account.messages) == 3
    house.run_at(at("2026-03-04T11:01"))
    assert len(house.account.messages) == 4
    house.run_at(at("2026-03-04T12:01"))
    assert len(house.account.messages) == 5


def test_a_limit_that_was_taken_away_for_a_while_counts_who_was_written_to_meanwhile() -> None:
    house = House(at("2026-03-03T10:00"), daily_limit=1)
    house.run()
    house.settings = {}
    house.call_ends(ANA)
    house.run()
    house.settings = {"daily_limit": 1}
    house.call_ends(LUIS)
    house.run()
    assert house.became(LUIS) == [("waiting", "daily_limit")]


def test_a_dry_run_tells_what_the_gate_would_say_and_writes_nothing() -> None:
    house = House(at("2026-03-03T23:30"), quiet_hours=NIGHT, dry_run=True)
    house.call_ends(ANA)
    house.run()
    assert [keys["what"] for event, keys in house.lines if event == "would_wait"] == ["quiet_hours"]
    assert house.items() == []


@pytest.mark.parametrize(
    ("rule", "second"),
    [
        ({"cooldown_hours": 6}, ("would_skip", "cooldown")),
        ({"daily_limit": 1}, ("would_send", "follow_up")),  # it is the same person
        ({"contact_law": "collection"}, ("would_wait", "contact_law")),  # in Ecuador once a day
    ],
)
def test_a_rehearsal_tells_what_becomes_of_a_second_call_to_the_person(rule: Any, second: tuple[str, str]) -> None:
    house = House(at("2026-03-03T10:00"), dry_run=True, lookback_hours=48, **rule)
    house.call_ends("+593991234567", seconds_ago=9)
    house.call_ends("+593991234567")
    house.run()
    told = [(event, keys["what"]) for event, keys in house.lines if event.startswith("would_")]
    assert told == [("would_send", "follow_up"), second]


def test_a_rehearsal_tells_of_those_whom_the_gate_has_put_off_and_of_who_asked_for_silence() -> None:
    house = House(at("2026-03-03T23:30"), quiet_hours=NIGHT)
    house.call_ends(ANA)
    house.account.receive(f"whatsapp:{EVA}", "BAJA")
    house.run()
    house.settings, before = {"dry_run": True}, dict(house.table.items)
    house.call_ends(EVA)
    house.run()
    told = [(event, keys["what"], keys["phone"][-2:]) for event, keys in house.lines if event.startswith("would_")]
    assert sorted(told) == [("would_send", "follow_up", "33"), ("would_skip", "opted_out", "35")]
    assert [pk for pk, item in house.table.items.items() if before.get(pk) != item] == ["#lease"]


@pytest.mark.parametrize(
    ("code", "status", "runs", "reason"), [(63007, 400, 5, "sender_suspended"), (63038, 429, 1, "not_processed")]
)
def test_each_rehearsal_tells_of_those_who_wait_for_a_probe_or_a_retry(
    code: int, status: int, runs: int, reason: str
) -> None:
    house = House(at("2026-03-03T12:00"))
    house.account.faults.add(Fault("refuse", route="create", code=code, status=status))
    house.call_ends(ANA, LUIS, EVA)
    for _ in range(runs):
        house.clock.now += 15
        with suppress(ConfigurationError):
            house.run()
    assert {(item["reason"], item["due_at"] > house.clock.now + 3) for item in house.items()} == {(reason, True)}
    house.settings = {"dry_run": True}
    for is_cold in (False, True):
        house.lines.clear()
        house.run(is_cold=is_cold)
        told = [(event, keys["what"]) for event, keys in house.lines if event.startswith("would_")]
        assert told == [("would_wait", reason)] * 3
        assert ("rehearsal", {"would_send": 0, "would_wait": 3, "would_skip": 0}) in house.lines


@pytest.mark.parametrize("is_cold", [True, False])
@pytest.mark.parametrize(
    ("before", "ended", "after"),
    [
        ({"quiet_hours": NIGHT}, "2026-03-03T22:00", {}),
        ({"quiet_hours": NIGHT | {"timezone": "Asia/Kolkata"}}, "2026-03-03T12:00", {"quiet_hours": NIGHT}),
        ({"contact_law": "commercial", "lookback_hours": 96}, "2026-03-07T15:30", {"contact_law": "service"}),
        ({"contact_law": "commercial", "lookback_hours": 96}, "2026-03-07T15:30", {}),
    ],
    ids=str,
)
def test_a_changed_rule_is_in_force_for_those_who_wait_already(
    before: dict[str, Any], ended: str, after: dict[str, Any], is_cold: bool
) -> None:
    house = House(at(ended), **before)
    house.call_ends(ANA)
    house.run()
    assert [status for status, _ in house.became(ANA)] == ["waiting"]
    house.settings = {"lookback_hours": 96} | after
    house.run(is_cold=is_cold)
    assert house.sent_to(ANA) == 1


def test_a_raised_limit_lets_all_who_wait_leave_and_rules_that_stay_write_nothing() -> None:
    house = House(at("2026-03-03T10:00"), daily_limit=1)
    house.call_ends(ANA, LUIS, EVA)
    for _ in range(2):
        house.run()
    before = house.items()
    house.run(is_cold=True)
    assert house.items() == before
    house.settings = {"daily_limit": 100}
    house.run()
    assert [house.sent_to(phone) for phone in (ANA, LUIS, EVA)] == [1, 1, 1]


@pytest.mark.parametrize("why", ["quiet_hours", "template_suspended"])
def test_whom_a_talk_reached_is_not_told_that_nobody_got_hold_of_them_while_its_message_may_not_leave(why: str) -> None:
    template = "HX" + "1" * 32
    own = {"quiet_hours": NIGHT} if why == "quiet_hours" else {"content_sids": {"follow_up": {"es": template}}}
    house = House(at("2026-03-03T22:00"), agents={"agent_2": own})
    house.account.add_template(template, "Hola {{1}}: {{2}}")
    house.account.faults.add(Fault("refuse", route="create", code=63041, match={"ContentSid": template}))
    house.call_ends(*[f"+573001113{number}" for number in range(310, 316)], agent_id="agent_2")
    for _ in range(10):
        with suppress(ConfigurationError):
            house.run()
    house.call_ends(ANA, answered=False, seconds_ago=60)
    house.call_ends(ANA, agent_id="agent_2")
    for _ in range(3):
        house.run()
    assert house.became(ANA) == [("skipped", "superseded"), ("waiting", why)]
    assert house.sent_to(ANA) == 0


def test_a_place_that_a_suspended_sender_does_not_take_is_another_person_s() -> None:
    house = House(at("2026-03-03T10:00"), daily_limit=10, agents={"agent_2": {"sender": OTHER}})
    house.account.senders.add(OTHER)
    house.account.faults.add(Fault("refuse", route="create", code=63007, match={"From": SANDBOX_SENDER}))
    stranded = [f"+5730011133{number}" for number in range(10, 25)]
    house.call_ends(*stranded)
    for _ in range(10):
        with suppress(ConfigurationError):
            house.run()
    reasons = {reason for phone in stranded for _, reason in house.became(phone)}
    assert reasons <= {"sender_suspended", "parameter_refused"}
    house.clock.now += 60
    house.call_ends(ANA, agent_id="agent_2")
    for _ in range(4):  # a minute: until the probe is over, its sender's others still hope for a place
        house.run()
        house.clock.now += 14
    assert house.sent_to(ANA) == 1


def test_a_person_s_resend_waits_for_the_gate_too() -> None:
    house = House(at("2026-03-03T20:58"), quiet_hours=NIGHT, settle_minutes=1)
    house.account.faults.add(Fault("500", route="create", times=1))
    house.call_ends(ANA)
    house.run()
    house.run_at(at("2026-03-03T21:05"))
    assert house.became(ANA) == [("held", "unclear_not_listed")]
    assert house.run({"held": {"pk": house.items()[0]["pk"], "do": "resend"}}) == {"status": "waiting"}
    house.run()
    assert waits_until(house, ANA) == "2026-03-04 08:00 quiet_hours"
    house.run_at(at("2026-03-04T08:00"))
    assert house.sent_to(ANA) == 1


def test_the_gate_reads_nothing_where_no_rule_is_set() -> None:
    nothing: Any = None
    gatekeeper = Gatekeeper(nothing, Settings(), KnownPlaces(), nothing, nothing)
    decided = [(Case(_call("conv_1")), Send("follow_up"))]
    assert gatekeeper.admitted(decided) == decided


def test_nobody_is_looked_up_on_the_suppression_list_where_nobody_asks() -> None:
    nothing: Any = None
    assert Suppressed(nothing, lambda: 0.0, nothing).among([]) == {}


# ── two runs at once: the claim's own transaction is the proof ───────────────────────────────────────────────────────


def _call(conversation_id: str, phone: str = ANA) -> Call:
    return Call(phone, conversation_id, "", "btcal_1", "agent_1", "completed", 0, 1_795_000_000, "", "")


class Two:
    """Two runs over one table, each with what it read before the other claimed."""

    def __init__(self) -> None:
        self.now, ids = 1_795_000_000.0, iter(range(100))
        self.table = MemoryTable()
        self.ledgers = [
            Ledger(self.table, lambda: self.now, lambda n=n: n, lambda: f"id {next(ids)}", Heard())  # type: ignore[misc]
            for n in (1, 2)
        ]

    def claim(self, run: int, call: Call, terms: Terms) -> Record | None:
        address = Address(f"whatsapp:{call.phone}", "whatsapp:+14155238886")
        return self.ledgers[run].claim(Case(call), "follow_up", Message("Hola"), address, terms)


@pytest.mark.parametrize("other", ["+5215512345678", "+525512345678"])
@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("earlier", [0, 1])
def test_a_message_to_the_person_that_was_claimed_meanwhile_refuses_the_claim(
    other: str, first: int, earlier: int
) -> None:
    two, phone = Two(), "+5215512345678"
    for number in range(earlier):
        assert two.claim(0, _call(f"conv_0{number}", phone), Terms(Rules()))
    pasts = [past for ledger in two.ledgers for past in ledger.pasts([phone]).values()]
    terms = [Terms(Rules(cooldown_hours=1), tuple(past.notes.items())) for past in pasts]
    assert two.claim(first, _call("conv_1", phone), terms[first])
    assert two.claim(1 - first, _call("conv_2", other), terms[1 - first]) is None


def test_one_place_is_taken_by_one_claim() -> None:
    two, terms = Two(), Terms(Rules(daily_limit=1), place=1)
    assert two.claim(0, _call("conv_1"), terms)
    assert two.claim(1, _call("conv_2", LUIS), terms) is None
    two.now += DAY
    assert two.claim(1, _call("conv_2", LUIS), terms) is None  # its message may have left some seconds after the claim
    two.now += 30
    assert two.claim(1, _call("conv_2", LUIS), terms)


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [
        ({"wants_a_message": True}, 1),
        ({"wants_a_message": "sí"}, 1),  # what `only_if` takes for true
        ({"kept_to_the_script": "success"}, 0),
    ],
)
def test_what_the_person_asked_for_in_an_answered_collection_call_may_leave(wanted: dict[str, Any], sent: int) -> None:
    house = House(at("2026-07-14T10:00"), contact_law="collection", only_if=wanted)
    house.call_ends(ANA, data_collection={"wants_a_message": True}, criteria={"kept_to_the_script": "success"})
    house.run()
    assert house.sent_to(ANA) == sent
