"""Every alarm of the template is rung by its cause, on the deployed stack, and falls silent when that is mended."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.core.keys import of_suspension
from local.services.faults import Fault
from tests.stack.scene import Scene
from tests.stack.stage import Stage
from tests.stack.topic import Topic
from tests.stack.watch import ONCE, Watch

MINUTES = 7  # that an alarm of five looks back at, where some have no value
OTHER_NUMBER = "whatsapp:+15005550009"  # none of the account's


@pytest.fixture
def scene(stage: Stage) -> Scene:
    return Scene(stage)


@pytest.fixture
def watch(scene: Scene) -> Watch:
    """All is well, and has been for a minute."""
    watch = Watch(scene)
    assert watch.run() == set()
    return watch


@pytest.fixture
def topic(scene: Scene) -> Iterator[Topic]:
    made = Topic(scene, "AlertTopicArn")
    yield made
    made.close()


def rings(watch: Watch, *names: str) -> None:
    """These alarms ring at this moment, and no other."""
    assert watch.ringing == set(names)


def mended(watch: Watch, *, after_minutes: int) -> None:
    """All is well again after so many healthy minutes."""
    assert watch.run(minutes=after_minutes) == set()


def test_nothing_rings_while_people_are_written_to_and_answer(scene: Scene, watch: Watch) -> None:
    phones = scene.ended_calls(5)
    assert watch.run() == set()
    assert [scene.sent_to(phone) for phone in phones] == [1] * 5
    scene.account.receive(f"whatsapp:{phones[0]}", "¿Me llaman mañana?")
    scene.account.receive(f"whatsapp:{phones[1]}", "BAJA")
    scene.account.faults.add(Fault("refuse", route="create", times=1))  # one person's wrong number
    scene.ended_calls(1)
    assert watch.run() == set()
    assert watch.run(minutes=10) == set()


def test_silence_rings_when_nobody_invokes_the_function_and_tells_when_it_is_over(watch: Watch, topic: Topic) -> None:
    watch.rest(MINUTES)
    rings(watch, "silence")
    mended(watch, after_minutes=1)
    assert [notice["Subject"].partition(" in ")[0] for notice in topic.told()] == [
        'ALARM: "vigia-silence"',
        'OK: "vigia-silence"',
    ]


def test_errors_ring_when_elevenlabs_is_down_for_minutes(scene: Scene, watch: Watch) -> None:
    scene.workspace.faults.add(Fault("500"))
    assert watch.run(minutes=2) == set()
    watch.run()
    rings(watch, "errors")
    scene.workspace.faults.clear()
    mended(watch, after_minutes=5)


def test_failed_runs_ring_when_the_function_is_killed_or_lacks_a_secret(scene: Scene, watch: Watch) -> None:
    scene.account.faults.add(Fault("hang", route="create", times=1))
    scene.ended_calls(1)
    with watch.minute(times=2):
        victim = threading.Thread(target=scene.stack.invoke, args=(ONCE,))
        victim.start()
        scene.wait_until(lambda: scene.account.requests["create"] > 0)
        assert scene.kill_function() >= 1
        victim.join()
    rings(watch, "failed-runs")
    scene.pass_time(120, "#lease", "expires_at")  # the killed run's
    with scene.parameter("ELEVENLABS_API_KEY", ""):
        watch.run(minutes=MINUTES)
    rings(watch, "failed-runs", "errors", "silence")
    mended(watch, after_minutes=MINUTES)


def test_held_messages_ring_when_a_send_can_nowhere_be_found(scene: Scene, watch: Watch) -> None:
    (phone,) = scene.ended_calls(1)
    scene.set_settings(settle_minutes=0)
    scene.account.faults.add(Fault("500", route="create", times=1))
    assert watch.run() == set()
    (claimed,) = scene.items_of(phone)
    scene.pass_time(60, claimed["pk"], "due_at", "claimed_at")
    watch.run()
    rings(watch, "held-messages")
    mended(watch, after_minutes=3)


def test_slow_ticks_ring_when_a_provider_is_slow(stage: Stage, scene: Scene, watch: Watch) -> None:
    stage.elevenlabs_server.latency_seconds = 5.2  # for each of a tick's three requests
    scene.ended_calls(1)
    watch.run(minutes=3)
    rings(watch, "slow-ticks")
    stage.elevenlabs_server.latency_seconds = 0
    mended(watch, after_minutes=5)


def test_failed_share_rings_when_a_small_campaign_fails_within_a_minute(scene: Scene, watch: Watch) -> None:
    scene.account.faults.add(
        Fault("refuse", route="create", times=3), Fault("accept_as_failed", route="create", times=2, code=63024)
    )
    scene.ended_calls(6)
    watch.run()
    rings(watch, "failed-share")
    mended(watch, after_minutes=3 * 60)


def test_a_suspended_sender_rings_until_the_parameter_is_put_right(scene: Scene, stage: Stage, watch: Watch) -> None:
    stage.twilio_server.latency_seconds = 0.2  # as the real one's: some have left before the first is refused
    phones = scene.ended_calls(5)
    with scene.parameter("TWILIO_WHATSAPP_NUMBER", OTHER_NUMBER):
        watch.run()
        watch.run()
        rings(watch, "suspended-sender")
    for item in scene.items_of(*phones):
        scene.pass_time(120, item["pk"], "due_at")
    watch.run()
    assert [scene.sent_to(phone) for phone in phones] == [1] * 5
    suspension = of_suspension("whatsapp", OTHER_NUMBER, "")
    scene.pass_time(30 * 60, suspension, "probe_at", "due_at")  # nobody waits for its probe
    mended(watch, after_minutes=15)


def test_unusable_phones_ring_when_the_upload_has_the_wrong_column(scene: Scene, watch: Watch) -> None:
    scene.ended_calls(5, phone="12345")
    watch.run()
    watch.run()
    rings(watch, "unusable-phones")
    scene.kill_function()  # it is told for ten minutes, by a function that stays warm
    mended(watch, after_minutes=15)


def test_a_limit_rings_when_twilio_says_so(scene: Scene, watch: Watch) -> None:
    scene.account.faults.add(Fault("refuse", route="create", times=1, status=429, code=63018))
    scene.ended_calls(1)
    watch.run()
    rings(watch, "limit-reached")
    mended(watch, after_minutes=15)


def test_every_alarm_of_the_stack_has_a_story_here(watch: Watch) -> None:
    told = " ".join(re.findall(r"rings\(watch, (.+)\)", Path(__file__).read_text(encoding="utf-8")))
    assert watch.names == set(re.findall(r'"([a-z-]+)"', told))
