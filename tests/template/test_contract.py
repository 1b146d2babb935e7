"""What contract §1 fixes, and what issue 2 asks of the stack."""

import json
import re
import tomllib
from typing import Any

import pytest

from lib.config.deployment import topic_of
from tests.template.loading import ROOT, TEMPLATE_PATH, functions, resources, substitute, template, transformed


def contract() -> dict[str, str]:
    """Parameter → default, of contract §1's table."""
    section = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8").partition("## 1.")[2].partition("## 2.")[0]
    rows = re.findall(r"^\| `(\w+)` \| (?:empty|`([^`]+)`)", section, re.MULTILINE)
    return dict(rows)


def test_cfn_lint_finds_nothing() -> None:
    from cfnlint.api import lint_file
    from cfnlint.config import ManualArgs

    regions = ["us-east-1", "eu-west-1", "sa-east-1"]
    assert lint_file(TEMPLATE_PATH, ManualArgs(regions=regions, include_checks=["I"])) == []


def test_parameters_have_the_contracts_names_and_defaults_and_say_what_they_are_for() -> None:
    parameters = template()["Parameters"]
    assert {name: str(parameter["Default"]) for name, parameter in parameters.items()} == contract()
    assert all(parameter["Description"] for parameter in parameters.values())
    for name, parameter in parameters.items():
        assert parameter.keys() & {"AllowedValues", "AllowedPattern", "MinValue"}, f"{name} accepts anything"


@pytest.mark.parametrize("name", ["ElevenLabsBaseUrl", "TwilioBaseUrl"])
@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://api.eu.residency.elevenlabs.io", True),
        ("https://proxy.example.com:8443/twilio/", True),
        ("http://127.0.0.1:8701", True),
        ("http://localhost", True),
        ("http://[::1]:8701", True),
        ("http://172.17.0.1:8701/", True),
        ("http://host.docker.internal:8701", True),
        ("http://simulators:8701", True),
        ("http://api.twilio.com", False),
        ("http://8.8.8.8", False),
        ("http://172.32.0.1", False),
        ("http://10.0.0.1.example.com", False),
        ("http://localhost@example.com", False),
        ("api.twilio.com", False),
        ("https://api.twilio.com ", False),
        ("", False),
    ],
)
def test_a_key_travels_in_the_open_only_where_nobody_outside_can_listen(name: str, url: str, is_allowed: bool) -> None:
    assert bool(re.fullmatch(template()["Parameters"][name]["AllowedPattern"], url)) is is_allowed


def test_outputs_and_logical_ids_have_the_contracts_names() -> None:
    section = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8").partition("## 1.")[2].partition("## 2.")[0]
    (logical_ids,) = re.findall(r"^Logical ids: (.+?)\.$", section, re.MULTILINE | re.DOTALL)
    (outputs,) = re.findall(r"^Outputs: (.+?)\.$", section, re.MULTILINE)
    assert template()["Outputs"].keys() == set(re.findall(r"`(\w+)`", outputs))
    assert template()["Resources"].keys() >= set(re.findall(r"`([A-Z]\w+)`", logical_ids))


def test_the_function_can_put_the_topics_arns_together_from_its_own() -> None:
    topics = resources("AWS::SNS::Topic")
    function = functions()["MonitorFunction"]
    service = function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
    own = "arn:aws-cn:lambda:cn-north-1:123456789012:function:vigia-MonitorFunction-x:live"
    assert service == {"Ref": "AWS::StackName"}
    for logical_id, name in (("ReplyTopic", "replies"), ("AlertTopic", "alerts")):
        assert substitute(topics[logical_id]["TopicName"]) == f"AWS::StackName-{name}"
        assert topic_of(own, "vigia", name) == f"arn:aws-cn:sns:cn-north-1:123456789012:vigia-{name}"


def test_the_function_gets_its_deployment_from_these_variables_and_no_others() -> None:
    function = functions()["MonitorFunction"]
    assert function["Handler"] == "handler.lambda_handler"
    assert functions()["WidgetFunction"]["Handler"] == "handler.widget_handler"
    variables = dict(function["Environment"]["Variables"])
    # SAM passes on only what is named, and CloudFormation leaves out what has no value.
    assert variables.pop("AWS_ENDPOINT_URL") == {"Ref": "AWS::NoValue"}
    assert {name for name in variables if not name.startswith("POWERTOOLS_")} == {
        "TABLE_NAME",
        "PARAMETER_PREFIX",
        "ELEVENLABS_BASE_URL",
        "TWILIO_BASE_URL",
        "TICK_SECONDS",
        "TICKS_PER_INVOCATION",
    }


def test_the_rule_fires_every_minute_exactly_when_the_schedule_is_on() -> None:
    (rule,) = resources("AWS::Events::Rule").values()
    assert rule["ScheduleExpression"] == "rate(1 minute)"
    assert rule["State"] == {"Ref": "ScheduleState"}  # SAM turns `Enabled: !Ref` into ENABLED, whatever the value


def test_nothing_is_retried_on_top_of_a_later_minute() -> None:
    once = {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60}
    (invoke,) = resources("AWS::Lambda::EventInvokeConfig").values()
    (rule,) = resources("AWS::Events::Rule").values()
    assert once.items() <= invoke.items()
    assert [target["RetryPolicy"] for target in rule["Targets"]] == [once]


def test_a_month_of_runs_is_inside_lambdas_free_gigabyte_seconds() -> None:
    function = functions()["MonitorFunction"]
    default_run_seconds = int(contract()["TickSeconds"]) * (int(contract()["TicksPerInvocation"]) - 1) + 2
    assert function["MemorySize"] / 1024 * default_run_seconds * 43_800 < 400_000


def test_the_stack_deploys_where_no_concurrency_can_be_reserved() -> None:
    function = functions()["MonitorFunction"]
    assert function["ReservedConcurrentExecutions"]["Fn::If"][2] == {"Ref": "AWS::NoValue"}


def test_the_table_forgets_by_expires_at_and_outlives_the_stack() -> None:
    resource: dict[str, Any] = transformed()["Resources"]["CallsTable"]
    table = resource["Properties"]
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"
    assert table["DeletionProtectionEnabled"] is True
    assert "TableName" not in table, "a fixed name could not be created again beside a kept table"
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["KeySchema"] == [{"AttributeName": "pk", "KeyType": "HASH"}]


def test_both_environments_of_samconfig_say_everything() -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    commands = {"global", "validate", "build", "deploy", "sync", "local_invoke", "remote_invoke", "logs"}
    stacks = {"default": ("vigia", []), "prod": ("vigia-prod", ["ParameterPrefix=/vigia-prod"])}
    for environment, (stack, overrides) in stacks.items():
        assert config[environment].keys() == commands
        assert config[environment]["global"]["parameters"] == {"stack_name": stack, "parameter_overrides": overrides}
        assert config[environment]["validate"]["parameters"]["lint"] is True
        deploy = config[environment]["deploy"]["parameters"]
        assert deploy["capabilities"] == "CAPABILITY_IAM"
        assert deploy["confirm_changeset"] is False, "Enter would then deploy nothing, and say nothing"


def test_every_exception_that_checkov_is_asked_to_make_is_a_choice_in_the_operations_page() -> None:
    skipped = re.findall(r"# checkov:skip=(CKV\w+):\S", TEMPLATE_PATH.read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    choices = page.partition("## Choices\n")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"CKV\w+", choices)) == sorted(set(skipped))


def test_the_events_are_the_rules_own_and_a_single_tick() -> None:
    scheduled = json.loads((ROOT / "events" / "scheduled.json").read_text(encoding="utf-8"))
    assert (scheduled["source"], scheduled["detail-type"]) == ("aws.events", "Scheduled Event")
    assert json.loads((ROOT / "events" / "once.json").read_text(encoding="utf-8")) == {"ticks": 1}
