"""The template as it is, built and deployed by the SAM CLI: what stands there, and what the function may not do."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.stack.stage import Stage

ANSWER = {
    "ticks",
    "batches_listed",
    "batches_monitored",
    "calls_finished",
    "messages_sent",
    "errors",
    "retries",
    "last_check",
    "skipped",
}


def test_the_outputs_name_what_was_deployed(stage: Stage) -> None:
    outputs = stage.stack.outputs
    named = {
        "MonitorFunctionName",
        "WidgetFunctionName",
        "CallsTableName",
        "DashboardUrl",
        "AlertTopicArn",
        "ReplyTopicArn",
    }
    assert outputs.keys() == named
    topics = stage.stack.aws.client("sns").list_topics()["Topics"]
    dashboards = stage.stack.aws.client("cloudwatch").list_dashboards()["DashboardEntries"]
    assert outputs["AlertTopicArn"] in {topic["TopicArn"] for topic in topics}
    assert outputs["DashboardUrl"].rpartition("/")[2] in {dashboard["DashboardName"] for dashboard in dashboards}


def test_one_run_by_hand_answers_as_the_contract_says(stage: Stage) -> None:
    invocation = stage.stack.invoke({"ticks": 1})
    assert invocation.error is None
    assert invocation.answer.keys() == ANSWER
    assert (invocation.answer["ticks"], invocation.answer["skipped"]) == (1, None)


def test_the_rule_invokes_the_function_every_minute(stage: Stage) -> None:
    events = stage.stack.aws.client("events")
    (rule,) = events.list_rules()["Rules"]
    (target,) = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
    assert rule["ScheduleExpression"] == "rate(1 minute)"
    assert target["Arn"].endswith(f":function:{stage.stack.outputs['MonitorFunctionName']}")


def test_the_table_is_found_by_call_and_by_what_is_due(stage: Stage) -> None:
    table = stage.stack.aws.client("dynamodb").describe_table(TableName=stage.table)["Table"]
    (index,) = table["GlobalSecondaryIndexes"]
    assert table["KeySchema"] == [{"AttributeName": "pk", "KeyType": "HASH"}]
    assert (index["IndexName"], index["Projection"]) == ("due", {"ProjectionType": "ALL"})
    assert [(key["AttributeName"], key["KeyType"]) for key in index["KeySchema"]] == [
        ("queue", "HASH"),
        ("due_at", "RANGE"),
    ]


def test_the_package_holds_the_functions_own_list_and_no_tools(stage: Stage) -> None:
    package = stage.stack.aws.folder / "build" / "MonitorFunction"
    names = {path.name for path in package.iterdir()}
    assert names >= {"handler.py", "lib", "aws_lambda_powertools", "requests", "twilio"}
    assert not names & {"boto3", "botocore", "pytest", "local", "tests", "sitecustomize.py"}


def test_deploying_the_same_again_changes_nothing(stage: Stage) -> None:
    assert "No changes to deploy" in stage.stack.deploy()


def as_the_function(stage: Stage, service: str) -> Any:
    """A client with the rights of the function's role."""
    aws = stage.stack.aws
    assumed = aws.client("sts").assume_role(RoleArn=stage.stack.role_arn, RoleSessionName="test")["Credentials"]
    return aws.client_as(assumed, service)


REFUSED: dict[str, tuple[str, Callable[[Any, str], Any]]] = {
    "delete an item": ("dynamodb", lambda client, table: client.delete_item(TableName=table, Key={"pk": {"S": "x"}})),
    "delete an item in a transaction": (
        "dynamodb",
        lambda client, table: client.transact_write_items(
            TransactItems=[{"Delete": {"TableName": table, "Key": {"pk": {"S": "x"}}}}]
        ),
    ),
    "list every parameter": ("ssm", lambda client, _: client.get_parameters_by_path(Path="/vigia", Recursive=True)),
    "change a parameter": (
        "ssm",
        lambda client, _: client.put_parameter(Name="/vigia/SETTINGS", Value="{}", Type="String"),
    ),
    "see the account's functions": ("lambda", lambda client, _: client.list_functions()),
    "see the account's topics": ("sns", lambda client, _: client.list_topics()),
}


@pytest.mark.parametrize("deed", REFUSED)
def test_the_functions_role_cannot(stage: Stage, deed: str) -> None:
    service, attempt = REFUSED[deed]
    with pytest.raises(ClientError, match="not authorized"):
        attempt(as_the_function(stage, service), stage.table)
