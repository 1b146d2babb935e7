"""The stack in its AWS account: what it is made of, its parameters, its function, its log."""

import base64
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from lib.config.accounts import PARAMETERS
from lib.config.in_spanish import problem_in
from lib.worlds.aws import AwsRefused, AwsSilent, Operation
from lib.worlds.dynamodb import DynamoTable

from .problems import Problem, is_the_callers, of_aws, unreachable
from .words import language, t

SECRETS = ("ELEVENLABS_API_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY_SECRET")
LEAST_SECONDS_OF_A_RUN = 90  # an invocation may take a minute and more
PROD = "vigia-prod"  # samconfig.toml has an environment of its own for it
_HEALTHY = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")


def through(client: Any) -> Operation:
    """boto3's client as the function's rooms ask AWS: a person's credentials may come from anywhere.

    What the person can mend is raised as the Problem that it is, what the table does as the rooms know it.
    """

    def call(operation: str, request: Mapping[str, Any]) -> Any:
        try:
            return _on_the_wire(getattr(client, xform_name(operation))(**request))
        except (ClientError, BotoCoreError) as error:
            if is_the_callers(error):
                raise of_aws(error) from None
            if isinstance(error, BotoCoreError):
                raise AwsSilent(type(error).__name__) from None
            told: Mapping[str, Any] = error.response
            status = told.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            raise AwsRefused(status, told["Error"]["Code"], told["Error"].get("Message", ""), told) from None

    return call


def _on_the_wire(value: Any) -> Any:
    """Bytes as JSON carries them: boto3 has decoded them."""
    match value:
        case bytes():
            return base64.b64encode(value).decode()
        case list():
            return [_on_the_wire(each) for each in value]
        case dict():
            return {name: _on_the_wire(each) for name, each in value.items()}
        case _:
            return value


def _of_lambda(line: dict[str, Any]) -> dict[str, Any]:
    """Lambda's report of a run that ended badly as a line like ours; any other line as it is."""
    record = line.get("record")
    if line.get("type") != "platform.report" or not isinstance(record, dict) or record.get("status") == "success":
        return line
    how = " ".join(str(record[name]) for name in ("status", "errorType") if record.get(name))
    return line | {"level": "ERROR", "message": "run_ended_badly", "status": how}


class Cloud:
    """One stack. Methods raise Problem, and what boto3 raises (`problems.of_aws`)."""

    def __init__(self, stack: str) -> None:
        self.stack = stack
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        if service not in self._clients:
            config = Config(
                connect_timeout=5,
                read_timeout=LEAST_SECONDS_OF_A_RUN if service == "lambda" else 20,
                retries={"mode": "standard", "total_max_attempts": 1 if service == "lambda" else 3},
            )
            region = os.environ.get("AWS_REGION") or None  # the AWS CLI reads it first, boto3 not at all
            try:
                self._clients[service] = boto3.client(service, region, config=config)  # type: ignore[call-overload]
            except ValueError:  # an address or a region that is none
                raise unreachable() from None
        return self._clients[service]

    def anew(self) -> "Cloud":
        """The same stack, of which nothing is known yet."""
        cloud = Cloud(self.stack)
        cloud._clients = self._clients
        return cloud

    @property
    def region(self) -> str:
        return str(self.client("cloudformation").meta.region_name)

    # ── the stack ────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def description(self) -> Mapping[str, Any]:
        try:
            (found,) = self.client("cloudformation").describe_stacks(StackName=self.stack)["Stacks"]
            return dict(found)
        except ClientError as error:
            if "does not exist" not in str(error):
                raise
            where = {"stack": self.stack, "region": self.region}
            raise Problem(
                t("There is no stack named {stack} in {region}.", **where),
                t("vigia --stack NAME …, or the AWS_REGION of the alarms' mails; to deploy it: README, step 5"),
            ) from None

    @property
    def is_whole(self) -> bool:
        return self.description["StackStatus"] in _HEALTHY

    @property
    def is_deployed(self) -> bool:
        try:
            return bool(self.description)
        except Problem:
            return False

    @property
    def deploying(self) -> str:
        """The command that deploys this stack, and no other one, in the clone's folder (README, steps 1 and 5)."""
        options = "--config-file samconfig.mine.toml" + (" --config-env prod" if self.stack == PROD else "")
        return f"sam build {options} && sam deploy {options}"

    @cached_property
    def outputs(self) -> Mapping[str, str]:
        return {one["OutputKey"]: one["OutputValue"] for one in self.description.get("Outputs", [])}

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The template's own, as they were deployed."""
        return {one["ParameterKey"]: one["ParameterValue"] for one in self.description.get("Parameters", [])}

    def output(self, name: str) -> str:
        if name not in self.outputs:
            what = t(
                "The stack {stack} has no output {name}: it is not Vigía, or of another version.",
                stack=self.stack,
                name=name,
            )
            raise Problem(what, self.deploying)
        return self.outputs[name]

    @cached_property
    def resources(self) -> Mapping[str, str]:
        """Logical id → physical id."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.stack)
        rows = (row for page in pages for row in page["StackResourceSummaries"])
        return {row["LogicalResourceId"]: row.get("PhysicalResourceId", "") for row in rows}

    @cached_property
    def rule(self) -> str:
        """The rule that invokes the function every minute."""
        names = (name for logical, name in self.resources.items() if logical.startswith("MonitorFunctionEveryMinute"))
        return next((name.rpartition("/")[2] for name in names if ":lambda:" not in name), "")

    @cached_property
    def function(self) -> Mapping[str, Any]:
        return dict(self.client("lambda").get_function_configuration(FunctionName=self.output("MonitorFunctionName")))

    @cached_property
    def environment(self) -> Mapping[str, str]:
        return dict(self.function.get("Environment", {}).get("Variables", {}))

    @cached_property
    def log_group(self) -> str:
        found = self.function.get("LoggingConfig", {}).get("LogGroup") or self.resources.get("MonitorLogGroup")
        return found or f"/aws/lambda/{self.output('MonitorFunctionName')}"

    @cached_property
    def table(self) -> DynamoTable:
        return DynamoTable(through(self.client("dynamodb")), self.output("CallsTableName"))

    # ── Parameter Store ──────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def prefix(self) -> str:
        """Where the parameters are. Before the first deploy: `/` and the stack's name, as README puts them."""
        try:
            return self.parameters.get("ParameterPrefix", f"/{self.stack}").rstrip("/")
        except Problem:
            return f"/{self.stack}"

    def stored(self) -> dict[str, dict[str, Any]]:
        """Every parameter below the prefix that we know, by short name: `Value`, `Type`, `Version`."""
        names = {f"{self.prefix}/{name}": name for name in PARAMETERS}
        answer = self.client("ssm").get_parameters(Names=list(names), WithDecryption=True)
        return {names[one["Name"]]: one for one in answer["Parameters"]}

    def values(self) -> dict[str, str]:
        return {name: one["Value"] for name, one in self.stored().items()}

    def settings_text(self) -> str | None:
        """The parameter `SETTINGS` as it stands, None where there is none: the secrets are not asked for."""
        answer = self.client("ssm").get_parameters(Names=[f"{self.prefix}/SETTINGS"])
        return next((str(one["Value"]) for one in answer["Parameters"]), None)

    def put(self, name: str, value: str) -> None:
        kind: dict[str, Any] = {"Type": "SecureString" if name in SECRETS else "String"}
        if name in SECRETS and (key := self._key()):
            kind["KeyId"] = key
        self.client("ssm").put_parameter(Name=f"{self.prefix}/{name}", Value=value, Overwrite=True, **kind)

    def remove(self, names: Sequence[str]) -> list[str]:
        """Takes out at most ten parameters, by short name; gives those that were there."""
        full = [f"{self.prefix}/{name}" for name in names]
        gone = self.client("ssm").delete_parameters(Names=full)["DeletedParameters"]
        return [name.rpartition("/")[2] for name in full if name in gone]

    def _key(self) -> str:
        try:
            return self.parameters.get("SecretsKeyArn", "")
        except Problem:  # no stack yet
            return ""

    # ── the function, and its log ────────────────────────────────────────────────────────────────────────────────

    def invoke(self, event: Mapping[str, Any]) -> Any:
        """The function's answer. Raises Problem with what it said was wrong."""
        answer = self.client("lambda").invoke(
            FunctionName=self.output("MonitorFunctionName"), Payload=json.dumps(event)
        )
        payload = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer:
            told = str(payload.get("errorMessage", "")) if isinstance(payload, dict) else str(payload)
            raise Problem(problem_in(told, language()))
        return payload

    def log(self, since: float, pattern: str = "") -> Iterator[dict[str, Any]]:
        """The function's own lines since an instant (epoch seconds), oldest first, each with `_at` and `_id`; and
        Lambda's word of a run that it ended, or that never began: no line of the function's tells of that."""
        request: dict[str, Any] = {"logGroupName": self.log_group, "startTime": int(since * 1000)}
        if pattern:
            request["filterPattern"] = pattern
        for page in self.client("logs").get_paginator("filter_log_events").paginate(**request):
            for event in page["events"]:
                try:
                    line = json.loads(event["message"])
                except ValueError:
                    continue
                line = _of_lambda(line) if isinstance(line, dict) else {}
                if isinstance(line.get("message"), str):
                    yield line | {"_at": event["timestamp"] / 1000, "_id": event.get("eventId", event["message"])}
