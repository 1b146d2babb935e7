"""What stays warm between invocations: clients, pools, memory. It only saves time; no promise rests on it."""

import os
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from .app import Invocation, Worlds
from .config.accounts import Accounts
from .config.deployment import read_deployment, topic_of
from .core.budget import Budget
from .core.policy import Settings
from .work.loop import Pace
from .work.memory import Memory
from .worlds import boto, dynamodb, heartbeat, ssm
from .worlds.aws import AwsService
from .worlds.elevenlabs.http import HttpGet
from .worlds.powertools import EmfMetrics, Redactor, make_logger
from .worlds.ses import SesRoom
from .worlds.sns import SnsNotices
from .worlds.twilio import TwilioRoom

ELEVENLABS_AT_ONCE = 4  # no limit is published for reads (facts/elevenlabs.md §5)
SENDS_AT_ONCE = 16  # at 200 ms each, Twilio's 80 messages a second per sender (facts/twilio.md §4)
Account = TypeVar("Account")
Room = TypeVar("Room", HttpGet, TwilioRoom)


class Sandbox:
    """The function's own worlds. Clients of the providers are kept while the secrets are the same, and closed after."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        """Raises ConfigurationError naming a variable of the environment that is missing or malformed."""
        deployment = read_deployment(environment)
        self._redactor = Redactor()
        self.logger = make_logger(self._redactor, deployment.service)
        self.metrics = EmfMetrics(deployment.service)
        self._deployed = Pace(deployment.ticks_per_invocation, deployment.tick_seconds)
        self._memory = Memory()
        table = AwsService(*dynamodb.API, environment, pool_size=2 * SENDS_AT_ONCE)
        secrets = AwsService(*ssm.API, environment)
        self._service = deployment.service
        self._notices, self._alerts = SnsNotices(partial(boto.connect, "sns")), SnsNotices(partial(boto.connect, "sns"))

        def parameters() -> tuple[Accounts, Settings]:
            accounts, settings = ssm.read_parameters(secrets, deployment.parameter_prefix)
            # Whoever knows the heartbeat's address can keep the switch quiet.
            self._redactor.secrets = (*accounts.secrets, *filter(None, [settings.heartbeat_url]))
            return accounts, settings

        elevenlabs = kept(partial(HttpGet, deployment.elevenlabs_base_url, pool_size=ELEVENLABS_AT_ONCE))
        rooms = kept(partial(TwilioRoom, base_url=deployment.twilio_base_url, pool_size=SENDS_AT_ONCE, clock=time.time))

        def twilio(accounts: Accounts, budget: Budget) -> TwilioRoom:
            room = rooms(accounts.twilio)
            room.seconds_left = budget.remaining_seconds
            return room

        self.worlds = Worlds(
            table=dynamodb.DynamoTable(table, deployment.table_name),
            parameters=parameters,
            elevenlabs=lambda accounts: elevenlabs(accounts.elevenlabs_api_key),
            twilio=twilio,
            emails=SesRoom(partial(boto.connect, "sesv2")),
            notices=self._notices,
            alerts=self._alerts,
            heartbeat=heartbeat.ask,
            clock=time.time,
            sleep=time.sleep,
            reading=spread_over(ELEVENLABS_AT_ONCE),
            sending=spread_over(SENDS_AT_ONCE),
            lock=threading.Lock,
            dice=random.Random(),
            new_id=lambda: uuid.uuid4().hex,
            log=self.logger,
            metrics=self.metrics,
        )

    def invoke(
        self, event: Mapping[str, Any], request_id: str, remaining_seconds: float, function_arn: str
    ) -> dict[str, Any]:
        """One invocation. Raises ConfigurationError, ParametersUnread, CannotDecide.

        function_arn: as Lambda's context says it.
        """
        self._notices.topic_arn = topic_of(function_arn, self._service, "replies")
        self._alerts.topic_arn = topic_of(function_arn, self._service, "alerts")
        owner = request_id or uuid.uuid4().hex
        return Invocation(self.worlds, self._memory, self._deployed, owner, remaining_seconds).run(event)


def kept(make: Callable[[Account], Room]) -> Callable[[Account], Room]:
    """The same, but that what it made for an account is kept until it is asked for another one's, and closed then."""
    last: tuple[Account, Room] | None = None

    def of(account: Account) -> Room:
        nonlocal last
        if last is None or last[0] != account:
            if last is not None:
                last[1].close()
            last = account, make(account)
        return last[1]

    return of


def spread_over(workers: int) -> Callable[[Sequence[Callable[[], Any]]], Iterable[Any]]:
    """Runs thunks on a pool of threads, made when it is first needed."""
    pool = ThreadPoolExecutor(workers)
    return lambda thunks: pool.map(lambda thunk: thunk(), thunks)
