"""The command line on the deployed function: what a person decides is what happens."""

import json
import time
from typing import Any

import pytest

from lib.core.status import Status
from tests.cli.conftest import environment
from tests.stack.scene import Scene
from tests.stack.stage import Stage
from tests.twins.people import item_of
from vigia.__main__ import run

ONCE = {"ticks": 1}


@pytest.fixture
def scene(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    for name, value in environment(stage.stack.aws).items():
        monkeypatch.setenv(name, value)
    return Scene(stage)


def held(scene: Scene, phone: str) -> str:
    """The key of a call that was held, and whose message Twilio's list does not show."""
    conversation_id, ago = scene.conversation_of(phone), int(time.time()) - 60
    known: dict[str, Any] = {
        "reason": "unclear_not_listed",
        "queue": "held",
        "due_at": ago,
        "claim_id": "c1",
        "claimed_at": ago,
    }
    sent: dict[str, Any] = {
        "kind": "follow_up",
        "channel": "whatsapp",
        "to": f"whatsapp:{phone}",
        "sender": "whatsapp:+14155238886",
    }
    item = item_of(Status.HELD, ago, phone=phone, conversation_id=conversation_id, attempts=1, **known, **sent)
    scene.put_item(item)
    return str(item["pk"])


def test_a_held_call_is_resent_once_or_released_for_good(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    resent, released = scene.ended_calls(2)
    keys = {phone: held(scene, phone) for phone in (resent, released)}
    assert run(["held", "--json"]) == 0
    assert {row["pk"] for row in json.loads(capsys.readouterr().out)} == set(keys.values())
    assert run(["--lang", "en", "resend", keys[resent], "--reason", "not in Twilio's log"]) == 0
    assert run(["release", keys[released]]) == 0
    assert run(["release", keys[released]]) == 1
    assert "not held" in capsys.readouterr().err
    scene.run(ONCE)
    assert [scene.sent_to(phone) for phone in (resent, released)] == [1, 0]
    assert run(["why", released, "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["status"], told["reason"]) == ("skipped", "released_by_a_person")


def test_a_pause_stops_the_next_tick_and_resuming_sends_what_waited(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    (phone,) = scene.ended_calls(1)
    assert run(["pause"]) == 0
    assert run(["preview", "--json"]) == 0
    assert [row["would"] for row in json.loads(capsys.readouterr().out.partition("\n")[2])] == ["send"]
    assert scene.run(ONCE)["skipped"] == "paused"
    assert scene.sent_to(phone) == 0
    assert run(["resume"]) == 0
    assert scene.run(ONCE)["messages_sent"] == 1
    capsys.readouterr()
    assert run(["status", "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert (status["today"]["sent"], status["is_running"], status["processed_calls_count"]) == (1, True, 1)
