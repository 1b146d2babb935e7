"""What the stack tests act on: the deployed stack, and the two services it talks to, new for every test."""

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.aws.stack import LocalStack
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.server import Server
from local.services.twilio.world import SANDBOX_SENDER, TwilioWorld

API_KEY = "key-of-the-test"
ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "token-of-the-test"
EMAIL_IDENTITY = "tienda.example"
PARAMETERS: Mapping[str, str] = {
    "ELEVENLABS_API_KEY": API_KEY,
    "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
    "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
    "TWILIO_WHATSAPP_NUMBER": SANDBOX_SENDER,
}
BATCH_WRITE_AT_MOST = 25
OPTIONAL = (
    "SETTINGS",
    "TWILIO_API_KEY_SID",
    "TWILIO_API_KEY_SECRET",
    "TWILIO_SMS_NUMBER",
    "EMAIL_FROM",
    "TWILIO_MESSAGING_SERVICE_SID",
)


def new_workspace() -> ElevenLabsWorld:
    """Its ids were never used before: a warm function may remember those of an earlier test."""
    return ElevenLabsWorld(time.time, API_KEY, first_id=time.time_ns() >> 10)


def new_account() -> TwilioWorld:
    return TwilioWorld(time.time, ACCOUNT_SID, AUTH_TOKEN, first_id=time.time_ns() >> 10)


@dataclass(frozen=True, slots=True)
class Stage:
    """The rule is off unless a test switches it on; an invocation by hand is `stack.invoke`."""

    stack: LocalStack
    elevenlabs_server: Server
    twilio_server: Server

    @property
    def elevenlabs(self) -> ElevenLabsWorld:
        assert isinstance(self.elevenlabs_server.world, ElevenLabsWorld)
        return self.elevenlabs_server.world

    @property
    def twilio(self) -> TwilioWorld:
        assert isinstance(self.twilio_server.world, TwilioWorld)
        return self.twilio_server.world

    @property
    def table(self) -> str:
        return self.stack.outputs["CallsTableName"]

    def items(self) -> list[dict[str, Any]]:
        """Everything in the table, as DynamoDB gives it (`{"pk": {"S": …}}`)."""
        pages = self.stack.aws.client("dynamodb").get_paginator("scan").paginate(TableName=self.table)
        return [item for page in pages for item in page["Items"]]

    def write(self, requests: Sequence[Any]) -> None:
        """Puts and deletes, as DynamoDB's BatchWriteItem has them."""
        for start in range(0, len(requests), BATCH_WRITE_AT_MOST):
            some = {self.table: requests[start : start + BATCH_WRITE_AT_MOST]}
            answer = self.stack.aws.client("dynamodb").batch_write_item(RequestItems=some)
            assert not answer["UnprocessedItems"]

    @contextlib.contextmanager
    def environment(self, **variables: str) -> Iterator[None]:
        """The function with more variables in its environment; a change of them starts it anew."""
        functions, name = self.stack.aws.client("lambda"), self.stack.outputs["MonitorFunctionName"]
        own = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": {**own, **variables}})
        yield
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": own})

    def begin(self) -> None:
        """Forgets what earlier tests did: new services, an empty table, the secrets right, no settings."""
        self.elevenlabs_server.world, self.twilio_server.world = new_workspace(), new_account()
        for server in (self.elevenlabs_server, self.twilio_server):
            server.latency_seconds = 0.0
            server.requests_seen.clear()
        self.write([{"DeleteRequest": {"Key": {"pk": item["pk"]}}} for item in self.items()])
        for name, value in PARAMETERS.items():
            self.stack.put_parameter(name, value)
        for name in OPTIONAL:
            self.stack.delete_parameter(name)
        self.stack.set_rule(enabled=False)
