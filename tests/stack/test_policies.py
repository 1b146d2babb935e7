"""The policies of docs/operations.md allow a viewer and an operator what the dashboard asks for, and no more."""

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.aws.ministack import REGION, ROOT
from tests.stack.scene import Scene
from tests.stack.stage import Stage

ANYBODY = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}


class Person:
    """Somebody with the rights of the page's policies, who looks at the deployed dashboard."""

    def __init__(self, scene: Scene, name: str, *, steers: bool) -> None:
        self._aws = scene.stack.aws
        iam, sts = self._aws.client("iam"), self._aws.client("sts")
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": [ANYBODY]}))["Role"]
        known = {
            "ACCOUNT": sts.get_caller_identity()["Account"],
            "REGION": REGION,
            "WIDGET": scene.stack.outputs["WidgetFunctionName"],
            "DASHBOARD": dashboard_name(scene),
            "LOG": scene.stack.log_group,
        }
        policy = json.dumps(documented(steers=steers))
        policy = re.sub(r"\b(ACCOUNT|REGION|WIDGET|DASHBOARD|LOG)\b", lambda found: known[found[0]], policy)
        iam.put_role_policy(RoleName=name, PolicyName="page", PolicyDocument=policy)
        self._is = sts.assume_role(RoleArn=role["Arn"], RoleSessionName=name)["Credentials"]

    def client(self, service: str) -> Any:
        return self._aws.client_as(self._is, service)

    def ask(self, endpoint: str, event: dict[str, Any]) -> str:
        """As CloudWatch asks a custom widget: by its ARN, with the rights of whoever looks."""
        answer = self.client("lambda").invoke(FunctionName=endpoint, Payload=json.dumps(event))
        return str(json.loads(answer["Payload"].read()))


def dashboard_name(scene: Scene) -> str:
    return scene.stack.outputs["DashboardUrl"].rpartition("/")[2]


def dashboard(scene: Scene) -> list[dict[str, Any]]:
    """Its widgets. Asked for by root: the local AWS looks for a grant of GetDashboard on `*`, and not on its ARN."""
    body = scene.stack.aws.client("cloudwatch").get_dashboard(DashboardName=dashboard_name(scene))["DashboardBody"]
    return list(json.loads(body)["widgets"])


def documented(*, steers: bool) -> dict[str, Any]:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = page.partition("\n## Who may see, and who may steer\n")[2].partition("\n## ")[0]
    viewer, more = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", section, re.DOTALL))
    viewer["Statement"] += [more] if steers else []
    return dict(viewer)


@pytest.fixture
def scene(stage: Stage) -> Scene:
    return Scene(stage)


@pytest.mark.parametrize("steers", [False, True], ids=["viewer", "operator"])
def test_a_viewer_sees_the_dashboard_and_an_operator_presses_its_buttons_too(scene: Scene, steers: bool) -> None:
    scene.run({"ticks": 1})
    person = Person(scene, f"person-{steers}", steers=steers)
    (widget,) = (one["properties"] for one in dashboard(scene) if one["type"] == "custom")
    page = person.ask(widget["endpoint"], {"lang": "en"})
    assert "All is well" in page
    assert person.client("cloudwatch").describe_alarms()["MetricAlarms"]
    search, buttons = sorted(set(re.findall(r'endpoint="([^"]+)"', page)), key=lambda arn: not arn.endswith(":view"))
    assert "+57" in person.ask(search, {"phone": "+573001112233", "lang": "en"})
    if steers:
        assert "Done: paused" in person.ask(buttons, {"do": "pause", "lang": "en"})
    else:
        with pytest.raises(ClientError, match="not authorized"):
            person.ask(buttons, {"do": "pause", "lang": "en"})
    with pytest.raises(ClientError, match="not authorized"):
        person.client("ssm").get_parameter(Name="/vigia/TWILIO_AUTH_TOKEN")
    with pytest.raises(ClientError, match="not authorized"):
        person.client("dynamodb").scan(TableName=scene.stack.outputs["CallsTableName"])
    with pytest.raises(ClientError, match="not authorized"):
        person.ask(scene.stack.outputs["MonitorFunctionName"], {"ticks": 1})


def test_the_viewers_policy_covers_every_kind_of_widget_on_the_dashboard(scene: Scene) -> None:
    kinds = {one["type"] for one in dashboard(scene)}
    needed = {
        "custom": {"lambda:InvokeFunction"},
        "metric": {"cloudwatch:GetMetricData"},
        "alarm": {"cloudwatch:DescribeAlarms"},
        "log": {"logs:StartQuery", "logs:GetQueryResults"},
        "text": set(),
    }
    allowed = {action for one in documented(steers=False)["Statement"] for action in _as_list(one["Action"])}
    assert set().union(*(needed[kind] for kind in kinds)) <= allowed


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
