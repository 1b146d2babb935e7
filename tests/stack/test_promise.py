"""The built artifact on the local AWS, against services that hang, drop and lie: one message a call, never two."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.services.elevenlabs.calls import CallPlan
from local.services.faults import Fault
from tests.stack.clock import MovedClock
from tests.stack.scene import Scene
from tests.stack.stage import PARAMETERS, Stage

ONCE = {"ticks": 1}


@pytest.fixture
def scene(stage: Stage) -> Scene:
    return Scene(stage)


def test_a_batch_on_the_fifth_page_an_old_batch_and_odd_recipients_are_each_treated_as_the_contract_says(
    scene: Scene,
) -> None:
    deep = scene.ended_calls(1)
    for _ in range(420):  # newest first: the batch with the call is on the fifth page now
        scene.workspace.add_batch([], created_at=time.time())
    old = scene.ended_calls(1, created_at=time.time() - 30 * 86400)
    bare = scene.ended_calls(1, client_data=None)
    odd = scene.ended_calls(1, status="teleported")
    scene.run_until(lambda: all(scene.sent_to(phone) for phone in (*deep, *old, *bare)))  # a busy machine lists slowly
    assert [scene.sent_to(phone) for phone in (*deep, *old, *bare, *odd)] == [1, 1, 1, 0]
    assert scene.has_logged("unknown_status")
    assert scene.body_to(bare[0]).startswith("¡Hola! 👋\n\nHemos completado")


def test_a_second_and_a_cold_run_send_nothing_again_and_the_record_lives_seven_days(scene: Scene) -> None:
    (phone,) = scene.ended_calls(1)
    assert scene.run(ONCE)["messages_sent"] == 1
    assert scene.run(ONCE)["messages_sent"] == 0
    scene.kill_function()
    scene.stack.invoke(ONCE)  # the local AWS may learn only from this that the warm process is gone
    assert scene.run(ONCE)["messages_sent"] == 0
    assert scene.sent_to(phone) == 1
    (item,) = scene.items_of(phone)
    assert item["status"] in ("sent", "delivered")  # by now it may have been looked at
    assert item["message_sid"] == scene.account.sent_to(f"whatsapp:{phone}")[0].sid
    assert int(item["expires_at"]) == pytest.approx(time.time() + 7 * 86400, abs=30)


def test_a_record_that_has_expired_counts_as_absent_though_it_is_still_there(scene: Scene) -> None:
    (phone,) = scene.ended_calls(1)
    scene.put_item(
        {"pk": f"{phone}_{scene.conversation_of(phone)}", "status": "sent", "expires_at": int(time.time()) - 5}
    )
    assert scene.run(ONCE)["messages_sent"] == 1


@pytest.mark.parametrize("runs", [2, 3])
def test_invocations_at_once_send_each_message_once(scene: Scene, runs: int) -> None:
    phones = scene.ended_calls(200)
    with ThreadPoolExecutor(runs) as pool:
        answers = list(pool.map(scene.run, [ONCE] * runs))
    while not all(scene.sent_to(phone) for phone in phones):
        answers.append(scene.run(ONCE))
    assert [scene.sent_to(phone) for phone in phones] == [1] * 200
    assert sum(answer["messages_sent"] for answer in answers) == 200


@pytest.mark.parametrize(
    "kind",
    [
        "accept_then_drop",
        "accept_then_500",
        "accept_then_garbage",
        "accept_then_empty_object",
        "429",
        "accept_then_hang",
    ],
)
def test_an_answer_that_is_lost_or_spoilt_ends_in_one_message(scene: Scene, kind: str) -> None:
    phones = scene.ended_calls(3)
    scene.account.faults.add(Fault(kind, route="create", times=3))
    scene.run(ONCE)
    scene.run_until(lambda: all(item["status"] in ("sent", "delivered") for item in scene.items_of(*phones)))
    assert [scene.sent_to(phone) for phone in phones] == [1, 1, 1]


def test_two_calls_to_one_phone_with_one_text_are_two_messages_though_every_answer_is_lost(scene: Scene) -> None:
    (phone,) = scene.ended_calls(1)
    scene.ended_calls(1, phone=phone)
    scene.account.faults.add(Fault("accept_then_500", route="create", times=2))
    scene.run(ONCE)
    scene.run_until(lambda: all(item.get("message_sid") for item in scene.items_of(phone)))
    assert scene.sent_to(phone) == 2
    assert len({item["message_sid"] for item in scene.items_of(phone)}) == 2


@pytest.mark.parametrize("kill", range(int(os.environ.get("KILLS", "1"))))
def test_a_function_killed_in_the_middle_of_its_sends_is_followed_within_a_minute(scene: Scene, kill: int) -> None:
    assert scene.kill_round(calls=6) <= 60, f"kill {kill}"


def test_a_send_that_nobody_can_find_is_held_and_never_repeated(scene: Scene, clock: MovedClock) -> None:
    (phone,) = scene.ended_calls(1)
    scene.set_settings(settle_minutes=0.1)
    scene.account.faults.add(Fault("500", route="create", times=1))
    assert scene.run(ONCE)["messages_sent"] == 0
    scene.run_until(lambda: scene.items_of(phone)[0]["status"] == "held", clock)
    (item,) = scene.items_of(phone)
    assert item["reason"] == "unclear_not_listed"
    assert scene.sent_to(phone) == 0
    assert scene.run({"held": {"pk": item["pk"], "do": "resend"}}) == {"status": "waiting"}
    scene.run(ONCE)
    assert scene.sent_to(phone) == 1


def test_ticks_start_within_half_a_second_of_their_instants(scene: Scene) -> None:
    scene.set_settings(interval_seconds=5)
    scene.run({"ticks": 3})
    scene.run(ONCE)  # a busy local AWS shows the last lines with it
    lates = [line["late_ms"] for line in scene.log_lines() if line.get("message") == "tick"][:3]
    assert len(lates) == 3
    assert max(lates) < 500


BAD: list[tuple[str, str, str]] = [
    ("SETTINGS", "{", "SETTINGS: is not valid JSON"),
    ("SETTINGS", '{"pausad": true}', "SETTINGS.pausad: is not a setting"),
    ("SETTINGS", '{"paused": "yes"}', "SETTINGS.paused: must be true or false"),
    ("SETTINGS", '{"lookback_hours": 200}', "SETTINGS.lookback_hours: must be a number of hours"),
    ("SETTINGS", '{"cooldown_hours": 200}', "SETTINGS.cooldown_hours: must be a number of hours from 0 to 168"),
    ("TWILIO_WHATSAPP_NUMBER", "me", "/vigia/TWILIO_WHATSAPP_NUMBER: must be"),
    ("TWILIO_AUTH_TOKEN", "wrong-token-of-the-test", "TWILIO_AUTH_TOKEN: Twilio refused the account"),
    ("ELEVENLABS_API_KEY", "wrong-key-of-the-test", "ELEVENLABS_API_KEY: ElevenLabs answered 401"),
    ("TWILIO_AUTH_TOKEN", "", "/vigia/TWILIO_AUTH_TOKEN: is missing"),
]


@pytest.mark.parametrize(("name", "value", "complaint"), BAD, ids=[f"{name} {value}" for name, value, _ in BAD])
def test_a_wrong_parameter_is_named_nothing_is_sent_and_nothing_is_lost(
    scene: Scene, clock: MovedClock, name: str, value: str, complaint: str
) -> None:
    (phone,) = scene.ended_calls(1)
    with scene.parameter(name, value):
        assert complaint in scene.error(ONCE)
        assert scene.sent_to(phone) == 0
        scene.run_until(lambda: any(line.get("Errors") == [1.0] for line in scene.log_lines()), clock)
    scene.run_until(lambda: scene.sent_to(phone) == 1, clock)


@pytest.mark.parametrize("kind", ["500", "html_503", "drop", "nonsense_list", "nonsense_strings", "nonsense_missing"])
def test_a_provider_that_is_down_or_talks_nonsense_costs_no_message(scene: Scene, kind: str) -> None:
    (phone,) = scene.ended_calls(1)
    scene.workspace.faults.add(Fault(kind))
    scene.run(ONCE)
    assert scene.sent_to(phone) == 0 or kind.startswith("nonsense")
    scene.workspace.faults.clear()
    scene.run_until(lambda: scene.sent_to(phone) == 1)
    scene.run(ONCE)
    assert scene.sent_to(phone) == 1


def test_paused_and_dry_runs_send_and_record_nothing(scene: Scene) -> None:
    (phone,) = scene.ended_calls(1)
    scene.set_settings(paused=True)
    assert scene.run(ONCE)["skipped"] == "paused"
    scene.set_settings(dry_run=True)
    assert scene.run(ONCE)["messages_sent"] == 0
    assert scene.has_logged("would_send")
    assert (scene.sent_to(phone), scene.items_of(phone)) == (0, [])
    scene.set_settings()
    assert scene.run(ONCE)["messages_sent"] == 1


def test_no_line_at_the_lowest_level_holds_a_secret_a_phone_a_name_or_a_summary(scene: Scene) -> None:
    summary, name = "Quiere cambiar de gafas.", "Anastasia"
    told = {"dynamic_variables": {"name": name}}
    plan = CallPlan(conversation={"summary": summary})
    secrets = [value for key, value in PARAMETERS.items() if key != "TWILIO_WHATSAPP_NUMBER"]
    with scene.log_level("DEBUG"):
        phones = scene.ended_calls(2, client_data=told, plan=plan)
        scene.account.faults.add(Fault("refuse", route="create", times=1, message=f"The number {phones[0]} is bad"))
        scene.run(ONCE)
        scene.account.faults.add(Fault("accept_then_500", route="create", times=1))
        phones += scene.ended_calls(1, client_data=told, plan=plan)
        scene.run(ONCE)
        assert scene.has_logged("message_refused", "message_unclear")
    text = "\n".join(scene.log_text())
    for secret in (*secrets, *phones, *(phone[1:] for phone in phones), name, summary):
        assert secret not in text
    assert f"+57******{phones[0][-4:]}" in text


def test_a_late_summary_is_waited_for_and_a_silent_person_was_missed(scene: Scene, clock: MovedClock) -> None:
    scene.set_settings(summary_wait_seconds=600)
    (late,) = scene.ended_calls(1, plan=CallPlan(summary_after_seconds=3600))
    (silent,) = scene.ended_calls(1, plan=CallPlan(conversation={"user_message_count": 0}))
    scene.run(ONCE)
    assert scene.body_to(silent).count("no lo logramos") == 1
    (item,) = scene.items_of(late)
    assert (item["status"], item["reason"]) == ("waiting", "summary")
    scene.set_settings(summary_wait_seconds=1)
    scene.run_until(lambda: scene.sent_to(late) == 1, clock)
    assert "Acabamos de tener una conversación telefónica" in scene.body_to(late)


def test_the_lease_keeps_a_second_run_out_and_is_given_back(scene: Scene) -> None:
    scene.set_settings(interval_seconds=5)
    runner = threading.Thread(
        target=scene.run, args=({"ticks": 3},)
    )  # ten seconds, for a start beside it on a busy machine
    runner.start()
    scene.wait_until(lambda: scene.lease_until() > time.time())
    assert scene.run(ONCE)["skipped"] == "lease_held"
    runner.join()
    assert scene.run(ONCE)["skipped"] is None
