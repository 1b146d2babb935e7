"""One small stack on a local AWS for all tests of the command line, put in order before each."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from lib.core.table import Item, Put
from lib.worlds.dynamodb import DynamoTable
from local.aws.ministack import NO_CONFIGURATION, REGION, ROOT_CREDENTIALS, LocalAws
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.server import Server, start
from local.services.twilio.world import TwilioWorld
from tests.cli.small_stack import STACK, deploy
from tests.stack.stage import PARAMETERS, new_account, new_workspace
from vigia.__main__ import run
from vigia.cloud import Cloud, through

SECURE = ("ELEVENLABS_API_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")

_make, _made = boto3.client, dict[tuple[object, ...], Any]()


def kept(service: str, region: str | None, **options: Any) -> Any:
    """boto3's client, made once for each environment that it is made from: it takes longer than what a command asks."""
    variables = frozenset((name, value) for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST")
    key = (service, region, variables)
    if key not in _made:
        _made[key] = _make(service, region, **options)  # type: ignore[call-overload]
    return _made[key]


@dataclass(frozen=True, slots=True)
class Said:
    """What a command came to."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Desk:
    """A person at a terminal that is none (a pipe), and the stack that they ask about."""

    aws: LocalAws
    elevenlabs_server: Server
    twilio_server: Server
    table_name: str
    rule: str
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> Said:
        """One command, in English unless `--lang` is given."""
        self.capsys.readouterr()
        status = run(["--lang", "en", *arguments] if "--lang" not in arguments else list(arguments))
        return Said(status, *self.capsys.readouterr())

    @property
    def elevenlabs(self) -> ElevenLabsWorld:
        assert isinstance(self.elevenlabs_server.world, ElevenLabsWorld)
        return self.elevenlabs_server.world

    @property
    def twilio(self) -> TwilioWorld:
        assert isinstance(self.twilio_server.world, TwilioWorld)
        return self.twilio_server.world

    @property
    def table(self) -> DynamoTable:
        return DynamoTable(through(self.aws.client("dynamodb")), self.table_name)

    def put(self, *items: Item) -> None:
        for item in items:
            self.table.write(Put(item))

    def items(self) -> dict[str, Item]:
        return {item["pk"]: item for item in self.table.scan(0)}

    def put_parameter(self, name: str, value: str, kind: str = "") -> None:
        kind = kind or ("SecureString" if name in SECURE else "String")
        self.aws.client("ssm").put_parameter(Name=f"/vigia/{name}", Value=value, Type=kind, Overwrite=True)

    def parameter(self, name: str) -> str | None:
        found = self.aws.client("ssm").get_parameters(Names=[f"/vigia/{name}"], WithDecryption=True)["Parameters"]
        return found[0]["Value"] if found else None

    def begin(self) -> None:
        """All is well: the secrets are right, no settings, an empty table, and a run was at work a moment ago."""
        self.elevenlabs_server.world, self.twilio_server.world = new_workspace(), new_account()
        for pk in self.items():
            self.aws.client("dynamodb").delete_item(TableName=self.table_name, Key={"pk": {"S": pk}})
        ssm = self.aws.client("ssm")
        answer = ssm.get_parameters_by_path(Path="/vigia", WithDecryption=True)
        there = {one["Name"].rpartition("/")[2]: (one["Type"], one["Value"]) for one in answer["Parameters"]}
        right = {name: ("SecureString" if name in SECURE else "String", value) for name, value in PARAMETERS.items()}
        if wrong := [f"/vigia/{name}" for name, kind_and_value in there.items() if right.get(name) != kind_and_value]:
            ssm.delete_parameters(Names=wrong)
        for name, (kind, value) in right.items() - there.items():
            self.put_parameter(name, value, kind)
        self.aws.client("events").enable_rule(Name=self.rule)
        cloudwatch, alarms = self.aws.client("cloudwatch"), ["vigia-silence"]
        cloudwatch.enable_alarm_actions(AlarmNames=alarms)
        cloudwatch.set_alarm_state(AlarmName=alarms[0], StateValue="OK", StateReason="all is well")
        self.put({"pk": "#lease", "owner": "a run", "fence": int(time.time() * 1000), "seen_at": int(time.time())})


Stand = tuple[LocalAws, Server, Server, str, str]
"""The local AWS, both services, the table's name and the rule's."""


@pytest.fixture(scope="session")
def stand() -> Iterator[Stand]:
    with start(new_workspace()) as elevenlabs, start(new_account()) as twilio, LocalAws() as aws:
        deploy(aws, elevenlabs.url, twilio.url)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment(aws).items():
                patch.setenv(name, value)
            cloud = Cloud(STACK)
            table_name, rule = cloud.output("CallsTableName"), cloud.rule
        yield aws, elevenlabs, twilio, table_name, rule


@pytest.fixture
def desk(stand: Stand, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    aws, elevenlabs, twilio, table_name, rule = stand
    for name, value in environment(aws).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("boto3.client", kept)
    desk = Desk(aws, elevenlabs, twilio, table_name, rule, capsys)
    desk.begin()
    return desk


def environment(aws: LocalAws) -> dict[str, str]:
    return {
        **NO_CONFIGURATION,
        "AWS_ACCESS_KEY_ID": ROOT_CREDENTIALS["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": ROOT_CREDENTIALS["SecretAccessKey"],
        "AWS_ENDPOINT_URL": aws.endpoint_url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "NO_PROXY": "127.0.0.1",
        "TZ": "America/Bogota",
    }
