"""What the calls found out, through the whole tick: who is written to, with which words, and who never again."""

import json
from typing import Any

import pytest

from lib.errors import TableUnclear
from lib.ledger.calls import Ledger
from local.services.faults import Fault
from tests.twins.services import TwinElevenLabs
from tests.unit.work.house import House, at

ANA, LUIS, EVA = "+573001112233", "+573001112234", "+573001112235"
NOON = at("2026-03-03T12:00")
STOP: dict[str, Any] = {"opt_out_if": {"no_more": True}}
TEMPLATE = "HX" + "1" * 32


def words(house: House, phone: str) -> list[str]:
    return [message.body for message in house.account.sent_to(f"whatsapp:{phone}")]


def test_a_follow_up_leaves_only_if_every_named_result_is_as_it_should_be() -> None:
    house = House(NOON, only_if={"interested": True, "polite": "success"})
    house.call_ends(ANA, data_collection={"interested": "sí"}, criteria={"polite": "success"})
    house.call_ends(LUIS, data_collection={"interested": True}, criteria={"polite": "failure"})
    house.call_ends(EVA, data_collection={"interested": None}, criteria={"polite": "success"})
    house.run()
    assert house.became(ANA) == [("sent", "")]
    assert house.became(LUIS) == house.became(EVA) == [("skipped", "only_if")]


def test_who_asked_in_the_call_not_to_be_written_to_is_not_now_nor_later_nor_by_another_agent() -> None:
    house = House(NOON, **STOP)
    house.call_ends(ANA, data_collection={"no_more": True})
    house.call_ends(ANA, data_collection={}, agent_id="agent_2", seconds_ago=3)
    house.run()
    house.call_ends(ANA, answered=False)
    house.run()
    house.clock.now += 3600
    house.run()
    assert house.sent_to(ANA) == 0
    assert house.became(ANA) == [("skipped", "opted_out")] * 3
    (item,) = [item for pk, item in house.table.items.items() if pk.startswith("#suppressed:")]
    assert (item["by"], "expires_at" in item) == ("call", False)
    assert [event for event, _ in house.lines].count("opted_out") == 1


@pytest.mark.parametrize("action", ["skip", "missed"])
@pytest.mark.parametrize("lists_results", [True, False])
def test_a_wish_that_comes_with_the_analysis_is_waited_for_whatever_the_settings_make_of_the_status(
    action: str, lists_results: bool
) -> None:
    house = House(NOON, **STOP, statuses={"completed": action}, missed_wait_minutes=0)
    for phone, stop in ((ANA, True), (LUIS, False)):
        house.call_ends(phone, summary_at=NOON + 25, data_collection={"no_more": stop}, lists_results=lists_results)
    house.run()
    assert house.became(ANA) == house.became(LUIS) == [("waiting", "results")]
    house.run_at(NOON + 30)
    house.call_ends(ANA, LUIS, answered=False)
    house.run()
    assert house.became(ANA) == [("skipped", "opted_out")] * 2
    assert house.sent_to(LUIS) == (1 if action == "skip" else 2)


def test_a_wait_is_not_over_because_the_answer_was_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the call found out came in time; the answer that did not have it yet was looked at too late."""
    house = House(NOON, only_if={"interested": True}, summary_wait_seconds=30)
    house.call_ends(ANA, seconds_ago=25, data_collection={"interested": True})
    (talk,) = house.workspace.conversations.values()
    talk.steps[-1] = (NOON + 3, "done")
    talk.summary_at = NOON + 3
    ask = TwinElevenLabs.__call__

    def slowly(self: TwinElevenLabs, path: str, *given: Any) -> Any:
        answer = ask(self, path, *given)
        house.clock.now += 20 * ("/conversations" in path)
        return answer

    monkeypatch.setattr(TwinElevenLabs, "__call__", slowly)
    house.run()
    assert house.became(ANA)[0][0] == "waiting"
    house.run()
    assert house.became(ANA)[0][0] == "sent"


@pytest.mark.parametrize("is_listed_late", [True, False])
def test_nobody_who_was_reached_later_is_told_that_we_could_not_reach_them(is_listed_late: bool) -> None:
    house = House(NOON, only_if={"interested": True})
    if not is_listed_late:
        house.call_ends(ANA, answered=False, seconds_ago=90)
    house.call_ends(ANA, data_collection={"interested": False})
    house.run()
    assert house.became(ANA)[-1] == ("skipped", "only_if")
    if is_listed_late:
        house.call_ends(ANA, answered=False, seconds_ago=90)
    house.run()
    house.run()
    assert house.became(ANA) == [("skipped", "superseded"), ("skipped", "only_if")]
    assert house.sent_to(ANA) == 0


def test_a_call_that_was_missed_after_a_talk_has_its_message() -> None:
    house = House(NOON, only_if={"interested": True})
    house.call_ends(ANA, data_collection={"interested": False}, seconds_ago=90)
    house.call_ends(ANA, answered=False)
    house.run()
    house.run()
    assert house.became(ANA) == [("skipped", "only_if"), ("sent", "")]


def test_a_missed_calls_wish_counts_where_its_conversation_tells_one() -> None:
    house = House(NOON, **STOP, only_if={"interested": True})
    house.call_ends(ANA, answered=False, data_collection={"no_more": True})
    house.call_ends(LUIS, answered=False)
    house.run()
    assert house.became(ANA) == [("skipped", "opted_out")]
    assert house.sent_to(LUIS) == 1  # `only_if` is for follow-ups


@pytest.mark.parametrize("has_waited", [False, True])
def test_a_wish_outlives_a_run_that_dies_before_the_calls_end_is_written(
    monkeypatch: pytest.MonkeyPatch, has_waited: bool
) -> None:
    def dies(*_: Any, **__: Any) -> bool:
        raise KeyboardInterrupt

    house = House(NOON, **STOP)
    house.call_ends(ANA, data_collection={"no_more": True})
    if has_waited:
        (talk,) = house.workspace.conversations.values()
        steps, talk.steps = talk.steps, [(talk.started_at, "processing")]
        house.run()
        assert house.became(ANA) == [("waiting", "summary")]
        talk.steps = steps
    monkeypatch.setattr(Ledger, "skip", dies)
    with pytest.raises(KeyboardInterrupt):
        house.run()
    monkeypatch.undo()
    house.call_ends(ANA, data_collection={})
    house.clock.now += 120  # the lease of the run that died is over
    house.run(is_cold=True)
    assert house.sent_to(ANA) == 0
    assert house.became(ANA) == [("skipped", "opted_out")] * 2


def test_while_the_table_does_not_take_a_wish_its_call_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(NOON, **STOP)
    house.call_ends(ANA, data_collection={"no_more": True})
    house.call_ends(LUIS, data_collection={})

    def full(*_: Any, **__: Any) -> bool:
        raise TableUnclear("the table is throttled")

    with monkeypatch.context() as throttled:
        throttled.setattr("lib.ledger.suppressed.Suppressed.add", full)
        house.run()
    assert (house.became(ANA), house.sent_to(LUIS)) == ([], 1)
    house.run()
    assert house.became(ANA) == [("skipped", "opted_out")]


def test_who_asked_for_messages_again_after_the_call_stays_off_the_list_and_this_call_ends() -> None:
    house = House(NOON, **STOP)
    house.call_ends(ANA, data_collection={"no_more": True}, seconds_ago=60)
    house.account.receive(f"whatsapp:{ANA}", "ALTA", seconds_ago=30)
    house.run()
    assert house.became(ANA) == [("skipped", "opted_out")]
    house.call_ends(ANA, data_collection={})
    house.run()
    assert house.sent_to(ANA) == 1


def test_the_shops_own_words_say_what_the_call_found_out() -> None:
    texts = {
        "follow_up": {"es": "Hola {name}: {summary} Cita: {date}. {brand}"},
        "missed": {"es": "Hola {name}, le llamamos. {brand}"},
    }
    house = House(NOON, texts=texts, variables={"3": "date"}, brand="Sol")
    house.call_ends(ANA, data_collection={"date": "el lunes\na las 5"}, summary="Quiere una cita.")
    house.call_ends(LUIS, answered=False)
    house.run()
    assert words(house, ANA) == ["Hola: Quiere una cita. Cita: el lunes a las 5. Sol"]
    assert words(house, LUIS) == ["Hola, le llamamos. Sol"]


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ({"date": "lunes"}, "lunes"),
        ({"date": None}, "—"),
        ({}, "—"),
        ({"date": True}, "sí"),
        ({"date": "muy " * 100}, ("muy " * 100)[:248].rstrip() + "…"),
    ],
)
def test_a_template_gets_every_variable_on_one_line_of_at_most_250_characters(
    found: dict[str, Any], shown: str
) -> None:
    house = House(NOON, content_sids={"follow_up": {"es": TEMPLATE}}, variables={"3": "date"})
    house.account.add_template(TEMPLATE, "Hola {{1}}: {{2}} ({{3}})")
    house.call_ends(ANA, data_collection=found, summary="Una cita.")
    house.run()
    (body,) = words(house, ANA)
    assert body.endswith(f"({shown})")
    assert len(shown) <= 250


def test_a_template_without_a_place_for_a_variable_is_recognised_all_the_same() -> None:
    house = House(NOON, content_sids={"follow_up": {"es": TEMPLATE}}, variables={"3": "date"}, unclear="resend")
    house.account.add_template(TEMPLATE, "Hola {{1}}: {{2}}")
    house.account.faults.add(Fault("accept_then_500", route="create", times=1))
    house.call_ends(ANA, data_collection={"date": "lunes"}, summary="Una cita.")
    for _ in range(3):
        house.run()
        house.clock.now += 30
    assert house.sent_to(ANA) == 1
    assert house.became(ANA)[0][0] in ("sent", "delivered")


def test_what_the_list_leaves_out_is_asked_for_by_itself_and_one_bad_answer_stops_no_other() -> None:
    house = House(NOON, **STOP)
    phones = [f"+5730011133{number:02d}" for number in range(12)]
    for number, phone in enumerate(phones):
        house.call_ends(phone, data_collection={"no_more": number % 3 == 0}, lists_results=False)
    bad = list(house.workspace.conversations)[1]
    house.workspace.faults.add(Fault("500", route="conversation", match={"conversation_id": bad}))
    house.run()
    became = [house.became(phone)[0] for phone in phones]
    assert became[1] == ("waiting", "results")
    assert [status for number, (status, _) in enumerate(became) if number % 3 == 0] == ["skipped"] * 4
    assert [status for number, (status, _) in enumerate(became) if number % 3 and number != 1] == ["sent"] * 7


def test_the_list_serves_a_hundred_where_it_tells_the_results_and_nothing_more_is_asked_without_settings() -> None:
    for settings in ({}, STOP):
        house = House(NOON, **settings)
        for number in range(100):
            house.call_ends(f"+57300111{number:04d}", data_collection={"no_more": False})
        house.run()
        assert sum(house.sent_to(f"+57300111{number:04d}") for number in range(100)) == 100
        assert house.workspace.requests["conversation"] == 0
        assert house.workspace.requests["conversations"] == 1


def test_a_list_that_refuses_to_tell_results_is_asked_without_and_the_conversations_one_by_one() -> None:
    house = House(NOON, **STOP)
    for phone in (ANA, LUIS, EVA):
        house.call_ends(phone, data_collection={"no_more": phone == EVA})
    house.workspace.faults.add(Fault("404", route="conversations", times=1))
    house.run()
    assert [house.became(phone)[0][0] for phone in (ANA, LUIS, EVA)] == ["sent", "sent", "skipped"]


def test_a_call_that_waits_out_the_night_is_asked_again_what_it_found_out() -> None:
    quiet = {"start": "21:00", "end": "08:00", "timezone": "America/Bogota"}
    texts = {"follow_up": {"es": "Cita: {date}"}}
    house = House(at("2026-03-03T23:30"), quiet_hours=quiet, texts=texts, variables={"3": "date"}, **STOP)
    house.call_ends(ANA, data_collection={"date": "lunes", "no_more": False}, lists_results=False)
    house.run()
    house.clock.now = at("2026-03-04T08:00")
    house.run(is_cold=True)
    assert words(house, ANA) == ["Cita: lunes"]


def test_no_line_tells_what_was_found_out() -> None:
    house = House(NOON, **STOP, variables={"3": "date"}, texts={"follow_up": {"es": "Cita: {date}"}})
    house.call_ends(ANA, data_collection={"date": "secreto-lunes", "no_more": False})
    house.call_ends(LUIS, data_collection={"date": "secreto-martes", "no_more": "sí"})
    house.run()
    told = json.dumps(house.lines, default=str)
    assert house.sent_to(ANA) == 1
    assert "secreto" not in told
    assert ANA not in told
    assert LUIS not in told
