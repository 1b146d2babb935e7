"""Least privilege: one role, inline policies, the exact resources."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from lib.config.accounts import PARAMETERS
from tests.template.loading import functions, resolve, resources, substitute, template


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(*true: str, role: str = "MonitorRole") -> Iterator[dict[str, Any]]:
    """What a function is allowed when these conditions of the template hold."""
    for policy in resolve(resources("AWS::IAM::Role")[role]["Policies"], true):
        yield from policy["PolicyDocument"]["Statement"]


def grants(*true: str, role: str = "MonitorRole") -> list[tuple[str, Any]]:
    """Every (action, resource) pair of `statements`."""
    return [
        (action, resource)
        for statement in statements(*true, role=role)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]


def test_each_function_has_a_role_of_its_own_without_managed_policies() -> None:
    roles = resources("AWS::IAM::Role")
    assert roles.keys() == {"MonitorRole", "WidgetRole"}
    for function, role in (("MonitorFunction", "MonitorRole"), ("WidgetFunction", "WidgetRole")):
        assert "ManagedPolicyArns" not in roles[role]
        assert functions()[function]["Role"] == {"Fn::GetAtt": [role, "Arn"]}


def test_no_grant_holds_a_wildcard() -> None:
    assert {statement["Effect"] for statement in statements(*template()["Conditions"])} == {"Allow"}
    every = [*grants(*template()["Conditions"]), *grants(*template()["Conditions"], role="WidgetRole")]
    for action, resource in every:
        assert "*" not in action
        assert "*" not in str(resource)


def test_the_table_is_read_by_key_or_whole_written_by_item_and_queried_by_its_index_only() -> None:
    table, index = {"Fn::GetAtt": ["CallsTable", "Arn"]}, {"Fn::Sub": "${CallsTable.Arn}/index/due"}
    actual = [(action, resource) for action, resource in grants() if action.startswith("dynamodb:")]
    deeds = ("BatchGetItem", "ConditionCheckItem", "PutItem", "Scan", "UpdateItem")
    expected = [("dynamodb:" + name, table) for name in deeds]
    assert sorted(actual, key=str) == sorted([*expected, ("dynamodb:Query", index)], key=str)


def test_the_parameters_the_code_reads_are_the_ones_it_may_read() -> None:
    (prefix,) = {substitute(arn).rpartition("/")[0] for action, arn in grants() if action.startswith("ssm:")}
    readable = {substitute(arn).rpartition("/")[2] for action, arn in grants() if action == "ssm:GetParameters"}
    assert prefix == "arn:AWS::Partition:ssm:AWS::Region:AWS::AccountId:parameter/vigia"
    assert readable == {*PARAMETERS}


def test_the_topics_and_the_log_are_the_only_other_things_it_touches() -> None:
    others = [(a, r) for a, r in grants() if not a.startswith(("dynamodb:", "ssm:"))]
    log, topics = {"Fn::GetAtt": ["MonitorLogGroup", "Arn"]}, ({"Ref": "ReplyTopic"}, {"Ref": "AlertTopic"})
    told = [("sns:Publish", topic) for topic in topics]
    assert others == [*told, ("logs:CreateLogStream", log), ("logs:PutLogEvents", log)]


def test_the_widget_reads_the_table_and_the_settings_and_does_what_its_buttons_do_and_no_more() -> None:
    table, settings = {"Fn::GetAtt": ["CallsTable", "Arn"]}, "parameter/vigia/SETTINGS"
    actual = {
        (action, substitute(resource) if "Fn::Sub" in resource else str(resource))
        for action, resource in grants(role="WidgetRole")
    }
    log, monitor = {"Fn::GetAtt": ["MonitorLogGroup", "Arn"]}, {"Fn::GetAtt": ["MonitorFunction", "Arn"]}
    arn = f"arn:AWS::Partition:ssm:AWS::Region:AWS::AccountId:{settings}"
    assert actual == {
        ("dynamodb:BatchGetItem", str(table)),
        ("dynamodb:Scan", str(table)),
        ("dynamodb:UpdateItem", str(table)),
        ("ssm:GetParameters", arn),
        ("ssm:PutParameter", arn),
        ("lambda:InvokeFunction", str(monitor)),
        ("logs:CreateLogStream", str(log)),
        ("logs:PutLogEvents", str(log)),
    }
    (write,) = (one for one in statements(role="WidgetRole") if one["Action"] == "dynamodb:UpdateItem")
    assert write["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["#reply:*"]}}


def test_e_mails_leave_by_the_identity_that_is_named_and_only_when_one_is() -> None:
    (statement,) = (one for one in statements("HasEmailIdentity") if one not in list(statements()))
    assert template()["Conditions"]["HasEmailIdentity"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "EmailIdentity"}, ""]}]}
    arn = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${EmailIdentity}"
    assert (statement["Action"], statement["Resource"]) == ("ses:SendEmail", {"Fn::Sub": arn})


@pytest.mark.parametrize(
    ("identity", "allowed"),
    [
        ("", True),
        ("hola@example.com", True),
        ("correo.example.com.co", True),
        ("*", False),  # every identity of the account
        ("*@example.com", False),
        ("example", False),
        ("Optica <hola@example.com>", False),
    ],
)
def test_an_identity_is_an_address_or_a_domain_and_never_a_pattern(identity: str, allowed: bool) -> None:
    assert bool(re.fullmatch(template()["Parameters"]["EmailIdentity"]["AllowedPattern"], identity)) is allowed


def test_a_key_of_ones_own_is_used_to_decrypt_by_parameter_store_alone_and_only_when_it_is_named() -> None:
    (statement,) = (one for one in statements("HasSecretsKey") if one not in list(statements()))
    assert template()["Conditions"]["HasSecretsKey"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "SecretsKeyArn"}, ""]}]}
    assert (statement["Action"], statement["Resource"]) == ("kms:Decrypt", {"Ref": "SecretsKeyArn"})
    assert statement["Condition"] == {
        "StringEquals": {"kms:ViaService": {"Fn::Sub": "ssm.${AWS::Region}.${AWS::URLSuffix}"}}
    }


@pytest.mark.parametrize(
    ("arn", "allowed"),
    [
        ("arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000", True),
        ("arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-00000000000000000000000000000000", True),
        ("", True),
        ("arn:aws:kms:us-east-1:123456789012:alias/shop", False),  # IAM looks at the key, never at its alias
        ("arn:aws:kms:us-east-1:123456789012:key/*", False),
        ("00000000-0000-0000-0000-000000000000", False),
    ],
)
def test_a_key_is_named_by_its_own_arn(arn: str, allowed: bool) -> None:
    assert bool(re.fullmatch(template()["Parameters"]["SecretsKeyArn"]["AllowedPattern"], arn)) is allowed
