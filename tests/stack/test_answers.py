"""What people write back, on the deployed stack: told once, and an opt-out is an end (contract §1, §2)."""

import threading
from collections.abc import Iterator

import pytest

from tests.stack.clock import MovedClock
from tests.stack.lost_answers import LostAnswers
from tests.stack.scene import Scene
from tests.stack.stage import Stage
from tests.stack.topic import Topic

ONCE = {"ticks": 1}


@pytest.fixture
def scene(stage: Stage) -> Scene:
    return Scene(stage)


@pytest.fixture
def topic(scene: Scene) -> Iterator[Topic]:
    made = Topic(scene, "ReplyTopicArn")
    yield made
    made.close()


def test_an_answer_is_told_once_though_the_function_is_killed_after_it(scene: Scene, topic: Topic) -> None:
    (phone,) = scene.ended_calls(1)
    scene.run(ONCE)
    scene.account.receive(f"whatsapp:{phone}", "¿Me llaman mañana? 🙏")
    scene.run(ONCE)
    scene.kill_function()
    scene.stack.invoke(ONCE)
    scene.run(ONCE)
    (notice,) = topic.told()
    assert notice["Subject"] == f"Vigia: respuesta de {phone}"
    assert "¿Me llaman mañana? 🙏" in notice["Message"]
    assert "\n\nLa llamada fue sobre: " in notice["Message"]
    assert f"https://wa.me/{phone[1:]}" in notice["Message"]
    (item,) = scene.items_of(phone)
    assert item["status"] in ("sent", "delivered")
    assert item["replied_at"] >= item["sent_at"]
    assert not [line for line in scene.log_text() if "mañana" in line or phone in line]


@pytest.mark.parametrize("has_left", [True, False], ids=["SNS had it", "SNS had not"])
def test_killed_while_it_tells_an_answer_the_function_never_tells_it_twice(
    scene: Scene, stage: Stage, topic: Topic, clock: MovedClock, has_left: bool
) -> None:
    """Nobody can ask SNS whether it had the notice: the answer stays open, and an error says which one it is."""
    (phone,) = scene.ended_calls(1)
    with LostAnswers(scene.stack.aws.endpoint_url, passes_on=has_left) as sns:
        with stage.environment(AWS_ENDPOINT_URL_SNS=sns.url):
            scene.run(ONCE)
            sid = scene.account.receive(f"whatsapp:{phone}", "¿Me llaman mañana?").sid
            victim = threading.Thread(target=scene.stack.invoke, args=(ONCE,))
            victim.start()
            scene.wait_until(sns.asked.is_set)
            scene.kill_function()
            victim.join()
        scene.stack.invoke(ONCE)
        for _ in range(3):
            clock.forward(61)
            scene.run(ONCE)
    assert len(topic.told()) == int(has_left)
    (why,) = [line["why"] for line in scene.log_lines() if line.get("message") == "reply_unclear"]
    assert sid in why
    (reply,) = scene.store().get([f"#reply:{sid}"]).values()
    assert (reply["state"], "handled_at" in reply) == ("unclear", False)


def test_who_writes_baja_gets_nothing_for_the_next_call(scene: Scene, topic: Topic) -> None:
    (phone,) = scene.ended_calls(1)
    scene.run(ONCE)
    scene.account.receive(f"whatsapp:{phone}", "Baja, por favor")
    scene.ended_calls(1, phone=phone)
    scene.run(ONCE)
    assert scene.sent_to(phone) == 1
    assert sorted(item["status"] for item in scene.items_of(phone)) == ["sent", "skipped"]
    assert {item.get("reason") for item in scene.items_of(phone)} == {None, "opted_out"}
    scene.account.receive(f"whatsapp:{phone}", "ALTA")
    scene.ended_calls(1, phone=phone)
    scene.run(ONCE)
    assert scene.sent_to(phone) == 2
    assert topic.told() == []
