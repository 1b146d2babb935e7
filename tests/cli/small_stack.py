"""A stack on the local AWS with what the command line looks at, made in a second: no build, and a function of a line.

The real template's stack is tests/stack's; what both must have is held against template.yaml by a test.
"""

import json
from collections.abc import Mapping
from typing import Any

from local.aws.ministack import LocalAws

STACK = "vigia"
ANSWER = "import json\ndef handler(event, context):\n    return {'status': 'waiting', 'was_asked': event}\n"


def template(elevenlabs_url: str, twilio_url: str) -> dict[str, Any]:
    key = [{"AttributeName": "pk", "KeyType": "HASH"}]
    due = [{"AttributeName": "queue", "KeyType": "HASH"}, {"AttributeName": "due_at", "KeyType": "RANGE"}]
    kinds = {"pk": "S", "queue": "S", "due_at": "N"}
    environment = {
        "TABLE_NAME": {"Ref": "CallsTable"},
        "PARAMETER_PREFIX": "/vigia",
        "ELEVENLABS_BASE_URL": elevenlabs_url,
        "TWILIO_BASE_URL": twilio_url,
        "TICK_SECONDS": "15",
        "TICKS_PER_INVOCATION": "4",
    }
    alarm = {
        "AlarmName": "vigia-silence",
        "Namespace": "Vigia",
        "MetricName": "TickDuration",
        "Statistic": "SampleCount",
        "Period": 60,
        "EvaluationPeriods": 5,
        "ComparisonOperator": "LessThanThreshold",
        "Threshold": 1,
        "TreatMissingData": "notBreaching",
    }
    role = {
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    }
    resources = {
        "CallsTable": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": n, "AttributeType": kind} for n, kind in kinds.items()],
                "KeySchema": key,
                "GlobalSecondaryIndexes": [
                    {"IndexName": "due", "KeySchema": due, "Projection": {"ProjectionType": "ALL"}}
                ],
            },
        },
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": role}},
        "MonitorLogGroup": {"Type": "AWS::Logs::LogGroup", "Properties": {}},
        "MonitorFunction": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Handler": "index.handler",
                "Runtime": "python3.11",
                "Code": {"ZipFile": ANSWER},
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "LoggingConfig": {"LogGroup": {"Ref": "MonitorLogGroup"}},
                "Environment": {"Variables": environment},
            },
        },
        "MonitorFunctionEveryMinute": {
            "Type": "AWS::Events::Rule",
            "Properties": {"ScheduleExpression": "rate(1 day)", "State": "ENABLED"},
        },
        "SilenceAlarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": alarm},
        "AlertTopic": {"Type": "AWS::SNS::Topic", "Properties": {}},
        "ReplyTopic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "vigia-replies"}},
    }
    outputs = {
        "MonitorFunctionName": {"Value": {"Ref": "MonitorFunction"}},
        "CallsTableName": {"Value": {"Ref": "CallsTable"}},
        "DashboardUrl": {"Value": "https://console.example.com/vigia"},
        "AlertTopicArn": {"Value": {"Ref": "AlertTopic"}},
        "ReplyTopicArn": {"Value": {"Ref": "ReplyTopic"}},
    }
    parameters = {name: {"Type": "String", "Default": default} for name, default in PARAMETERS.items()}
    return {"Parameters": parameters, "Resources": resources, "Outputs": outputs}


PARAMETERS: Mapping[str, str] = {"ParameterPrefix": "/vigia", "EmailIdentity": "", "SecretsKeyArn": ""}


def deploy(aws: LocalAws, elevenlabs_url: str, twilio_url: str) -> None:
    """Raises what CloudFormation raises."""
    cloudformation = aws.client("cloudformation")
    body = json.dumps(template(elevenlabs_url, twilio_url))
    cloudformation.create_stack(StackName=STACK, TemplateBody=body, Capabilities=["CAPABILITY_IAM"])
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
