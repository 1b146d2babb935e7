"""Puts the rooms together: what a warm function keeps, and what one invocation makes anew."""

import os
import random
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
from botocore.config import Config

from lib.config.deployment import Deployment, read_deployment
from lib.config.settings import ConfigurationError, Settings
from lib.core.budget import Budget
from lib.ledger.calls import Ledger
from lib.ledger.lease import Lease
from lib.work.loop import RUN_SECONDS, Run, choose_pace
from lib.work.observe import Memory
from lib.work.report import Report
from lib.work.send import Gate, Sender
from lib.work.settle import LookUp
from lib.work.tick import Rooms, Tick
from lib.work.verdict import CannotDecide, decide_held
from lib.worlds.dynamodb import DynamoStore
from lib.worlds.elevenlabs.client import ElevenLabs, HttpGet
from lib.worlds.powertools import EmfMetrics, Redactor, make_logger
from lib.worlds.ssm import Secrets, read_parameters
from lib.worlds.twilio import Messenger

ELEVENLABS_AT_ONCE = 4  # no limit is published for reads (facts/elevenlabs.md §5)
SENDS_AT_ONCE = 16  # at 200 ms each, Twilio's 80 messages a second per sender (facts/twilio.md §4)
BACKSTOP_SECONDS = 5  # kept free before Lambda's own Timeout


class Function:
    """Everything that outlives one invocation: clients, pools, memory. Only saves time; no promise rests on it."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self.redactor = Redactor()
        self.logger, self.metrics = make_logger(self.redactor), EmfMetrics()
        self.deployment: Deployment = read_deployment(environment)
        # The defaults, a minute each, would outlast the run (facts/aws.md §4).
        config = Config(
            connect_timeout=2,
            read_timeout=3,
            retries={"mode": "standard", "total_max_attempts": 3},
            tcp_keepalive=True,
            max_pool_connections=2 * SENDS_AT_ONCE,
        )
        self.ssm = boto3.client("ssm", config=config)
        self.store = DynamoStore(boto3.client("dynamodb", config=config), self.deployment.table_name)
        self.memory = Memory()
        self.reading, self.sending = spread_over(ELEVENLABS_AT_ONCE), spread_over(SENDS_AT_ONCE)

    def invoke(self, event: Mapping[str, Any], request_id: str, remaining_seconds: float) -> dict[str, Any]:
        """One invocation. Raises ConfigurationError, ParametersUnread, CannotDecide."""
        start = time.time()
        budget = Budget(time.time, start + min(RUN_SECONDS, remaining_seconds - BACKSTOP_SECONDS))
        secrets, settings = read_parameters(self.ssm, self.deployment.parameter_prefix)
        self.redactor.secrets = (secrets.elevenlabs_api_key, secrets.twilio_auth_token, secrets.twilio_account_sid)
        session = _Session(self, secrets, settings, budget, request_id or uuid.uuid4().hex)
        if "held" in event:
            return session.decide_held(event["held"])
        ticks = _event_ticks(event)
        pace = choose_pace(settings, self.deployment.ticks_per_invocation, self.deployment.tick_seconds, ticks)
        self.memory.read.clear()
        self.logger.info(
            "run",
            ticks=pace.ticks,
            spacing_seconds=pace.spacing_seconds,
            paused=settings.paused,
            dry_run=settings.dry_run,
        )
        run = Run(session.tick, session.lease, lambda: Report(self.logger), self.metrics)
        return run(pace, settings, start, budget, time.sleep)


class _Session:
    """The rooms of one invocation, for the secrets and settings read at its start."""

    def __init__(self, function: Function, secrets: Secrets, settings: Settings, budget: Budget, owner: str) -> None:
        self._function, self._secrets, self._settings, self._budget = function, secrets, settings, budget
        self._dice = random.Random()
        self.lease = Lease(function.store, time.time, owner)
        deployment = function.deployment
        self._get = HttpGet(deployment.elevenlabs_base_url, secrets.elevenlabs_api_key, ELEVENLABS_AT_ONCE)
        self._twilio = Messenger(
            secrets.twilio_account_sid,
            secrets.twilio_auth_token,
            secrets.messaging_service_sid,
            deployment.twilio_base_url,
            SENDS_AT_ONCE,
            budget.remaining_seconds,
            time.time,
        )

    def tick(self, report: Report, budget: Budget) -> None:
        function, settings = self._function, self._settings
        gate = Gate(self.lease.holds, budget.remaining_seconds)
        ledger = self._ledger(lambda: self.lease.fence)
        look_up = LookUp(ledger, self._twilio, settings, time.time, report)
        sender = Sender(
            ledger, self._twilio, settings, self._secrets.whatsapp_sender, gate, time.time, self._dice, report
        )
        count_retry = lambda: report.count("Retries")  # noqa: E731
        elevenlabs = ElevenLabs(self._get, function.reading, time.sleep, self._dice, count_retry, report.swallow)
        memory, spread = function.memory, function.sending
        Tick(Rooms(elevenlabs, ledger, sender, look_up, gate, settings, memory, spread, time.time, report)).run(budget)

    def decide_held(self, request: object) -> dict[str, Any]:
        """`{"pk": …, "do": "resend" | "release"}`, from a person's own invocation (docs/operations.md)."""
        if not isinstance(request, Mapping) or set(request) != {"pk", "do"}:
            raise CannotDecide('the event must be {"held": {"pk": "…", "do": "resend"}}, or "release"')
        report = Report(self._function.logger)
        ledger = self._ledger(lambda: int(time.time() * 1000))  # a person's word is newer than every lease before it
        look_up = LookUp(ledger, self._twilio, self._settings, time.time, report)
        return decide_held(ledger, look_up, report, str(request["pk"]), str(request["do"]))

    def _ledger(self, fence: Callable[[], int]) -> Ledger:
        return Ledger(self._function.store, time.time, fence, lambda: uuid.uuid4().hex)


def spread_over(workers: int) -> Callable[[Sequence[Callable[[], Any]]], Iterable[Any]]:
    """Runs thunks on a pool of threads, made when it is first needed."""
    pool = ThreadPoolExecutor(workers)
    return lambda thunks: pool.map(lambda thunk: thunk(), thunks)


def _event_ticks(event: Mapping[str, Any]) -> int | None:
    ticks = event.get("ticks")
    if ticks is not None and (isinstance(ticks, bool) or not isinstance(ticks, int) or not 1 <= ticks <= 60):
        raise ConfigurationError("the event's `ticks`", "must be a whole number from 1 to 60")
    return ticks
