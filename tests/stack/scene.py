"""Calls that end, the runs that follow them up, what became of each: the words of the stack's stories."""

import contextlib
import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import EllipsisType
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from lib.worlds.aws import AwsService
from lib.worlds.dynamodb import API, DynamoTable
from local.services.elevenlabs.calls import CallPlan
from local.services.faults import Fault
from tests.stack.clock import MovedClock
from tests.stack.stage import PARAMETERS, Stage

PATIENCE_SECONDS = 120


class Scene:
    """A stage that has just begun: new services, an empty table, and a log that is read from here on."""

    def __init__(self, stage: Stage) -> None:
        self.stack, self.workspace, self.account = stage.stack, stage.elevenlabs, stage.twilio
        self._stage, self._phones, self._began_at = stage, 0, time.time()

    # ── calls ────────────────────────────────────────────────────────────────────────────────────────────────────

    def ended_calls(
        self,
        count: int,
        *,
        phone: str = "",
        created_at: float = 0,
        status: str = "completed",
        client_data: Mapping[str, Any] | EllipsisType | None = ...,
        plan: CallPlan | None = None,
        agent_id: str = "agent_1",
    ) -> list[str]:
        """A batch of calls that ended a minute ago; gives their phones."""
        phones = [phone or self._phone() for _ in range(count)]
        data = {"dynamic_variables": {"name": "Persona"}} if client_data is ... else client_data
        people = [{"phone_number": phone, "conversation_initiation_client_data": data} for phone in phones]
        now = self.workspace.clock()
        self.workspace.add_batch(
            people,
            [plan or CallPlan(outcome=status)] * count,
            created_at=created_at or now - 120,
            scheduled_at=now - 120,
            agent_id=agent_id,
        )
        return phones

    def conversation_of(self, phone: str) -> str:
        (talk,) = [talk for talk in self.workspace.conversations.values() if talk.phone_number == phone]
        return talk.id

    def _phone(self) -> str:
        self._phones += 1
        return f"+57300{self._phones:07d}"

    # ── what became of them ──────────────────────────────────────────────────────────────────────────────────────

    def sent_to(self, phone: str) -> int:
        return len(self.account.sent_to(f"whatsapp:{phone}"))

    def body_to(self, phone: str) -> str:
        (message,) = self.account.sent_to(f"whatsapp:{phone}")
        return message.body

    def emails_to(self, address: str) -> list[dict[str, Any]]:
        """What the local AWS's SES accepted for an address since the scene began, oldest first."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.stack.aws.endpoint_url}/_ministack/ses/messages") as answer:
            accounts = json.load(answer)["messages"]
        emails = [email for emails in accounts.values() for email in emails if email["Timestamp"] >= self._began_at]
        return [email for email in emails if address in email["To"]]

    def items_of(self, *phones: str) -> list[dict[str, Any]]:
        """The calls' items in the table."""
        deserialize = TypeDeserializer().deserialize
        items = [{name: deserialize(value) for name, value in row.items()} for row in self._stage.items()]
        return [item for item in items if item["pk"].startswith(tuple(f"{phone}_" for phone in phones))]

    def put_item(self, item: Mapping[str, Any]) -> None:
        self.put_items([item])

    def put_items(self, items: Sequence[Mapping[str, Any]]) -> None:
        serialize = TypeSerializer().serialize
        rows = [{name: serialize(value) for name, value in item.items()} for item in items]
        self._stage.write([{"PutRequest": {"Item": row}} for row in rows])

    def pass_time(self, seconds: int, pk: str, *names: str) -> None:
        """Moves an item's instants into the past, as if so much time had gone by for it."""
        (row,) = [row for row in self._stage.items() if row["pk"]["S"] == pk]
        moved: dict[str, Any] = {name: {"N": str(int(row[name]["N"]) - seconds)} for name in names}
        self._stage.write([{"PutRequest": {"Item": row | moved}}])

    def store(self) -> DynamoTable:
        """The table as the product reads it."""
        return DynamoTable(AwsService(*API, self.stack.aws.environment(), pool_size=4), self._stage.table)

    # ── runs ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def run(self, event: Mapping[str, Any]) -> Any:
        """The answer of one invocation."""
        invocation = self.stack.invoke(event)
        assert invocation.error is None, invocation.error
        return invocation.answer

    def error(self, event: Mapping[str, Any]) -> str:
        """The error that one invocation ended in."""
        invocation = self.stack.invoke(event)
        assert invocation.error is not None, invocation.answer
        return invocation.error

    def run_until(self, reached: Callable[[], bool], clock: MovedClock | None = None) -> float:
        """Runs a tick every second until something is so; gives the seconds it took.

        clock: nobody waits, for the time between ticks is moved: five seconds each time.
        """
        began = time.monotonic()
        while not reached():
            assert time.monotonic() - began < PATIENCE_SECONDS, "it never came to be"
            self.stack.invoke({"ticks": 1})
            if clock:
                clock.forward(5)
            elif not reached():
                time.sleep(1)
        return time.monotonic() - began

    def wait_until(self, reached: Callable[[], bool]) -> None:
        began = time.monotonic()
        while not reached():
            assert time.monotonic() - began < PATIENCE_SECONDS, "it never came to be"
            time.sleep(0.02)

    def lease_until(self) -> float:
        """When the lease ends, in epoch seconds; 0 where nobody has it."""
        leases = [row for row in self._stage.items() if row["pk"] == {"S": "#lease"}]
        return float(leases[0]["expires_at"]["N"]) if leases else 0.0

    def kill_function(self) -> int:
        """SIGKILL to every process that the function runs in; gives their number."""
        return self.stack.aws.kill_workers()

    def kill_round(self, calls: int) -> float:
        """Kills the function while all its sends are under way, each of which Twilio has accepted.

        Gives the seconds until every message stood in its call's record; checks that none was sent twice.
        """
        before = self.account.requests["create"]
        self.account.faults.add(Fault("accept_then_hang", route="create", times=calls))
        phones = self.ended_calls(calls)
        victim = threading.Thread(target=self.stack.invoke, args=({"ticks": 1},))
        victim.start()
        self.wait_until(lambda: self.account.requests["create"] >= before + calls)
        assert self.kill_function() >= 1
        victim.join()
        seconds = self.run_until(lambda: all(item.get("message_sid") for item in self.items_of(*phones)))
        assert [self.sent_to(phone) for phone in phones] == [1] * calls
        return seconds

    # ── settings ─────────────────────────────────────────────────────────────────────────────────────────────────

    def set_settings(self, **settings: Any) -> None:
        self.stack.put_parameter("SETTINGS", json.dumps(settings))

    @contextlib.contextmanager
    def parameter(self, name: str, value: str) -> Iterator[None]:
        """A parameter with another value; an empty one takes it away."""
        if value:
            self.stack.put_parameter(name, value)
        else:
            self.stack.delete_parameter(name)
        yield
        self.stack.put_parameter(name, PARAMETERS.get(name, "{}"))

    def log_level(self, level: str) -> contextlib.AbstractContextManager[None]:
        """The function's log level, as its environment sets it."""
        return self._stage.environment(POWERTOOLS_LOG_LEVEL=level)

    # ── the log ──────────────────────────────────────────────────────────────────────────────────────────────────

    def log_text(self) -> list[str]:
        """What the function has logged since the scene began."""
        return self.stack.log(since=self._began_at)

    def log_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log_text() if line.startswith("{")]

    def log_events(self) -> set[str]:
        return {str(line.get("message")) for line in self.log_lines()}

    def has_logged(self, *events: str) -> bool:
        """Whether there are lines of all of these. A busy local AWS keeps some back until the next invocation."""
        if not self.log_events().issuperset(events):
            self.stack.invoke({"ticks": 1})
        return self.log_events().issuperset(events)
