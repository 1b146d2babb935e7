"""The dashboard's widget on the deployed stack: what it shows, and that its buttons do what they say (contract §8)."""

import html
import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

import lib.worlds.aws
from lib.core.status import Status
from lib.widget.sandbox import WidgetSandbox
from local.aws.stack import PREFIX
from local.services.faults import Fault
from tests.stack.clock import MovedClock
from tests.stack.scene import Scene
from tests.stack.stage import Stage
from tests.twins.people import answer_of, item_of

ONCE = {"ticks": 1}


@pytest.fixture
def scene(stage: Stage) -> Scene:
    return Scene(stage)


def buttons(page: str) -> list[dict[str, Any]]:
    """What each button of the page sends, as CloudWatch would."""
    return [json.loads(html.unescape(text)) for text in re.findall(r"<cwdb-action[^>]*>(.*?)</cwdb-action>", page)]


def press(scene: Scene, do: str) -> str:
    (event,) = [one for one in buttons(scene.stack.ask_widget({"lang": "en"})) if one.get("do") == do]
    return scene.stack.ask_widget(event)


def test_pausing_in_the_widget_stops_the_next_ticks_messages_and_resuming_sends_them(scene: Scene) -> None:
    (phone,) = scene.ended_calls(1)
    assert "Done: paused" in press(scene, "pause")
    scene.run(ONCE)
    assert scene.sent_to(phone) == 0
    assert "Paused" in scene.stack.ask_widget({"lang": "en"})
    assert "Done: not paused" in press(scene, "resume")
    scene.run(ONCE)
    assert scene.sent_to(phone) == 1
    assert "All is well" in scene.stack.ask_widget({"lang": "en"})
    assert "1 llamada, 1 con mensaje" in scene.stack.ask_widget()


def test_resend_in_the_widget_sends_one_message_and_release_none(scene: Scene, clock: MovedClock) -> None:
    phones = scene.ended_calls(2)
    scene.set_settings(settle_minutes=0.1)
    scene.account.faults.add(Fault("500", route="create", times=2))
    scene.run(ONCE)
    scene.run_until(lambda: all(item["status"] == "held" for item in scene.items_of(*phones)), clock)
    pressed = {one["pk"]: one for one in buttons(scene.stack.ask_widget()) if one.get("do") == "resend"}
    again, never = sorted(pressed)
    assert "Hecho: la llamada está ahora" in scene.stack.ask_widget(pressed[again])
    assert "Hecho: la llamada está ahora" in scene.stack.ask_widget({"do": "release", "pk": never})
    scene.run(ONCE)
    assert [scene.sent_to(pk.partition("_")[0]) for pk in (again, never)] == [1, 0]
    assert "No se hizo" in scene.stack.ask_widget(pressed[again])


def test_an_answer_is_dealt_with_and_each_button_is_logged(scene: Scene) -> None:
    scene.put_item(answer_of("SM1", int(time.time()), "<script>alert(1)</script> {{7*7}}"))
    page = scene.stack.ask_widget()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}" in page
    assert "<script" not in page
    (event,) = [one for one in buttons(page) if one.get("do") == "handled"]
    assert "Hecho" in scene.stack.ask_widget(event)
    assert "No se hizo" in scene.stack.ask_widget(event)
    assert "widget_action" in scene.log_events()


def test_by_its_view_alias_it_shows_and_does_not_act(scene: Scene) -> None:
    scene.set_settings()
    page = scene.stack.ask_widget({"do": "pause"}, alias="view")
    assert "Esta vista solo muestra" in page
    assert "paused" not in scene.stack.aws.client("ssm").get_parameter(Name="/vigia/SETTINGS")["Parameter"]["Value"]
    endpoints = {arn.partition(":function:")[2] for arn in re.findall(r'endpoint="([^"]+)"', page)}
    name = scene.stack.outputs["WidgetFunctionName"]
    assert endpoints == {name, f"{name}:view"}  # the buttons', and that of the search, which only looks


def test_a_thousand_recent_calls_are_shown_within_a_second_and_a_hundred_kilobytes(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the widget's own code in this process, for the local table takes up to four seconds for such a scan, and the
    deployed one waits for three: DynamoDB answers in a fifth of one. What is measured is what is left, ours."""
    now, statuses = int(time.time()), (Status.SENT, Status.HELD, Status.FAILED, Status.READ)
    known: dict[str, Any] = {"conversation_id": "c", "error_code": 63016}
    phones = [f"+57300{number:07d}" for number in range(1000)]
    scene.put_items(
        [item_of(statuses[number % 4], now - number, phone=phone, **known) for number, phone in enumerate(phones)]
    )
    monkeypatch.setattr(lib.worlds.aws, "READ_SECONDS", 60)
    deployed = {"TABLE_NAME": scene.stack.outputs["CallsTableName"], "PARAMETER_PREFIX": PREFIX}
    widget = WidgetSandbox(scene.stack.aws.environment() | deployed)
    page = widget.answer({}, "arn")
    assert phones[0] in page
    assert len(page.encode()) < 100_000
    assert processor_seconds_of(lambda: widget.answer({}, "arn")) < 0.7


def processor_seconds_of(deed: Callable[[], object]) -> float:
    """The best of three: the machine may have other work."""
    seconds = []
    for _ in range(3):
        began = time.process_time()
        deed()
        seconds.append(time.process_time() - began)
    return min(seconds)


@pytest.mark.parametrize(
    ("service", "deed"),
    [
        ("ssm", lambda client, _: client.put_parameter(Name="/vigia/TWILIO_AUTH_TOKEN", Value="x", Overwrite=True)),
        ("dynamodb", lambda client, table: client.put_item(TableName=table, Item={"pk": {"S": "+57_c"}})),
        ("sns", lambda client, _: client.list_topics()),
    ],
)
def test_the_widgets_role_cannot(scene: Scene, service: str, deed: Any) -> None:
    """What the local AWS does not look at (the name of a parameter that is read, a key's beginning): tests/template."""
    aws = scene.stack.aws
    name = scene.stack.outputs["WidgetFunctionName"]
    role = aws.client("lambda").get_function_configuration(FunctionName=name)["Role"]
    assumed = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    with pytest.raises(ClientError, match="not authorized"):
        deed(aws.client_as(assumed, service), scene.stack.outputs["CallsTableName"])
