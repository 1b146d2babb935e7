"""The simulators over HTTP: faults acted out for real, control from another process, a clean end."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.faults import Fault
from local.services.server import Server, start
from local.services.twilio.world import SANDBOX_SENDER, TwilioWorld
from tests.contract.stage import ACCOUNT_SID, ANA, API_KEY, AUTH_TOKEN, MESSAGES, NOON, WORKSPACE, Clock, person

ROOT = Path(__file__).parents[2]


def ask(server: Server, path: str = WORKSPACE, timeout_seconds: float = 5) -> requests.Response:
    return requests.get(server.url + path, headers={"xi-api-key": API_KEY}, timeout=timeout_seconds)


def tell(server: Server, command: str, given: Any, method: str = "POST") -> Any:
    response = requests.request(method, f"{server.url}/_sim/{command}", json=given, timeout=5)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("kind", ["hang", "accept_then_hang"])
def test_a_hang_lasts_until_the_caller_gives_up(elevenlabs_server: Server, kind: str) -> None:
    elevenlabs_server.world.faults.add(Fault(kind, times=1))
    with pytest.raises(requests.exceptions.ReadTimeout):
        ask(elevenlabs_server, timeout_seconds=0.2)
    assert ask(elevenlabs_server).status_code == 200


def test_a_dropped_connection_and_broken_json_reach_the_caller_as_such(elevenlabs_server: Server) -> None:
    elevenlabs_server.world.faults.add(Fault("drop", times=1), Fault("accept_then_garbage", times=1))
    with pytest.raises(requests.exceptions.ConnectionError, match="closed connection without response"):
        ask(elevenlabs_server)
    broken = ask(elevenlabs_server)
    assert (broken.status_code, broken.headers["content-type"]) == (200, "application/json")
    with pytest.raises(requests.exceptions.JSONDecodeError):
        broken.json()


def test_a_slow_answer_and_latency_take_their_time(elevenlabs_server: Server) -> None:
    def seconds(act: Callable[[], Any]) -> float:
        begun = time.monotonic()
        act()
        return time.monotonic() - begun

    elevenlabs_server.world.faults.add(Fault("slow", times=1, seconds=0.15))
    assert seconds(lambda: ask(elevenlabs_server)) >= 0.15
    tell(elevenlabs_server, "latency", {"seconds": 0.1})
    assert seconds(lambda: ask(elevenlabs_server)) >= 0.1


def test_a_campaign_is_driven_and_broken_from_another_process(elevenlabs_server: Server, clock: Clock) -> None:
    plan = {"talk_seconds": 10, "conversation": {"summary": "Prices."}}
    batch = tell(
        elevenlabs_server, "campaign", {"name": "Demo", "recipients": [{**person(1), "plan": plan}, person(2)]}
    )
    tell(
        elevenlabs_server,
        "recipient",
        {"batch_id": batch["id"], "recipient_id": batch["recipients"][1], "status": "failed"},
    )
    clock.now = NOON + 60
    (shown,) = tell(elevenlabs_server, "state", None, "GET")["batches"]
    assert [one["status"] for one in shown["recipients"]] == ["completed", "failed"]
    tell(elevenlabs_server, "faults", [{"kind": "html_500", "route": "batches"}])
    assert ask(elevenlabs_server).status_code == 500
    tell(elevenlabs_server, "faults", None, "DELETE")
    assert ask(elevenlabs_server).json()["batch_calls"][0]["name"] == "Demo"
    assert [seen["path"] for seen in tell(elevenlabs_server, "requests", None, "GET")] == [WORKSPACE, WORKSPACE]


def test_messages_are_read_and_settings_changed_from_another_process(twilio_server: Server) -> None:
    tell(twilio_server, "settings", {"list_lag_seconds": 60, "walk": [[0, "queued"], [5, "read"]]})
    tell(twilio_server, "templates", {"sid": "HX" + "1" * 32, "text": "Hola {{1}}"})
    form = {"To": ANA, "From": SANDBOX_SENDER, "ContentSid": "HX" + "1" * 32, "ContentVariables": '{"1": "Ana"}'}
    made = requests.post(twilio_server.url + MESSAGES, data=form, auth=(ACCOUNT_SID, AUTH_TOKEN), timeout=5)
    assert made.status_code == 201
    listed = requests.get(twilio_server.url + MESSAGES, auth=(ACCOUNT_SID, AUTH_TOKEN), timeout=5)
    assert listed.json()["messages"] == []
    (message,) = tell(twilio_server, "messages", None, "GET")
    assert (message["body"], message["to"], message["status"]) == ("Hola Ana", ANA, "queued")


@pytest.mark.parametrize(
    ("command", "given", "word"),
    [
        ("nothing", {}, "unknown command: use one of"),
        ("faults", [{"kind": "418"}], "unknown fault '418': use one of"),
        ("settings", {"lag": 1}, "unknown setting 'lag': use one of"),
        ("templates", {"text": "no sid"}, "sid"),
    ],
)
def test_a_bad_command_says_what_would_be_right(twilio_server: Server, command: str, given: Any, word: str) -> None:
    response = requests.post(f"{twilio_server.url}/_sim/{command}", json=given, timeout=5)
    assert response.status_code in (400, 404)
    assert word in response.json()["error"]


def test_a_port_that_is_taken_is_an_error_not_a_silence(workspace: ElevenLabsWorld, account: TwilioWorld) -> None:
    with start(workspace) as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"), start(account, port):
            pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_both_run_as_one_process_that_ends_cleanly_even_with_a_caller_hanging(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "local.services", "--api-key", API_KEY]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        urls = json.loads(process.stdout.readline())
        batches = requests.get(urls["elevenlabs"] + WORKSPACE, headers={"xi-api-key": API_KEY}, timeout=5)
        assert batches.json() == {"batch_calls": [], "next_doc": None, "has_more": False}
        requests.post(urls["twilio"] + "/_sim/faults", json=[{"kind": "hang"}], timeout=5)
        with pytest.raises(requests.exceptions.ReadTimeout):
            requests.get(urls["twilio"] + MESSAGES, timeout=0.1)
        process.send_signal(number)
        _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")


def test_a_taken_port_ends_the_process_with_advice(twilio_server: Server) -> None:
    command = [sys.executable, "-m", "local.services", "--twilio-port", twilio_server.url.rpartition(":")[2]]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 1
    assert "Choose other ports" in ended.stderr
