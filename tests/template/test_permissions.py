"""Least privilege: one role, inline policies, the exact resources."""

from collections.abc import Iterator
from typing import Any

from lib.config.accounts import OPTIONAL, REQUIRED
from tests.template.loading import resources, substitute


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def grants() -> Iterator[tuple[str, Any]]:
    """Every (action, resource) pair the function is allowed."""
    (role,) = resources("AWS::IAM::Role").values()
    for policy in role["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            for action in as_list(statement["Action"]):
                yield from ((action, resource) for resource in as_list(statement["Resource"]))


def test_the_function_has_one_role_without_managed_policies() -> None:
    (role,) = resources("AWS::IAM::Role").values()
    (function,) = resources("AWS::Lambda::Function").values()
    assert "ManagedPolicyArns" not in role
    assert function["Role"] == {"Fn::GetAtt": ["MonitorRole", "Arn"]}


def test_no_grant_holds_a_wildcard() -> None:
    for action, resource in grants():
        assert "*" not in action
        assert "*" not in str(resource)


def test_the_table_is_read_by_key_written_by_item_and_queried_by_its_index_only() -> None:
    table, index = {"Fn::GetAtt": ["CallsTable", "Arn"]}, {"Fn::Sub": "${CallsTable.Arn}/index/due"}
    actual = [(action, resource) for action, resource in grants() if action.startswith("dynamodb:")]
    expected = [("dynamodb:" + name, table) for name in ("BatchGetItem", "ConditionCheckItem", "PutItem", "UpdateItem")]
    assert sorted(actual, key=str) == sorted([*expected, ("dynamodb:Query", index)], key=str)


def test_the_parameters_the_code_reads_are_the_ones_it_may_read() -> None:
    (prefix,) = {substitute(arn).rpartition("/")[0] for action, arn in grants() if action.startswith("ssm:")}
    readable = {substitute(arn).rpartition("/")[2] for action, arn in grants() if action == "ssm:GetParameters"}
    assert prefix == "arn:AWS::Partition:ssm:AWS::Region:AWS::AccountId:parameter/vigia"
    assert readable == {*REQUIRED, *OPTIONAL}


def test_the_log_is_the_only_other_thing_it_touches() -> None:
    others = [(a, r) for a, r in grants() if not a.startswith(("dynamodb:", "ssm:"))]
    log = {"Fn::GetAtt": ["MonitorLogGroup", "Arn"]}
    assert others == [("logs:CreateLogStream", log), ("logs:PutLogEvents", log)]
