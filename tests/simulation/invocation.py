"""One invocation of the function among the simulation's worlds: the product's own assembly, with these worlds."""

import random
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from lib.app import Invocation, Worlds
from lib.config.accounts import Accounts, TwilioAccount
from lib.core.policy import Settings
from lib.core.senders import Senders
from lib.errors import CannotDecide, ConfigurationError, ParametersUnread
from lib.work.loop import Pace
from lib.work.memory import Memory
from local.services.twilio.world import SANDBOX_SENDER
from tests.simulation.checks import Checks
from tests.simulation.checks.history import History
from tests.simulation.emails import EMAIL_FROM, SMS_SENDER, EmailsAt
from tests.simulation.faults.injector import Injector
from tests.simulation.promises import Promise
from tests.simulation.scheduler import Process, Scheduler, TurnLock
from tests.simulation.situations import Situation
from tests.simulation.topic import TopicAt
from tests.simulation.worlds import ElevenLabsAt, StoreAt, TwilioAt, WatchedTable
from tests.twins.services import TwinElevenLabs, TwinEmails, TwinTwilio

LAMBDA_TIMEOUT_SECONDS = 70  # template.yaml
UNFORESEEN = re.compile(r"^\w+ at \w+\.py:\d+$")  # as `errors.kind_and_line` names an error that nobody foresaw
ONE_TICK = Pace(1, 15)
ACCOUNTS = Accounts(
    "key", TwilioAccount("", "", "", ""), Senders(SANDBOX_SENDER, SMS_SENDER, EMAIL_FROM)
)  # the worlds know the accounts themselves


class Nothing:
    """A log and metrics that keep nothing, but hear of what nobody foresaw."""

    def __init__(self, history: History) -> None:
        self._history = history

    def info(self, msg: object, **keys: Any) -> None:
        if self._history.say and msg not in ("batch", "tick", "run"):
            self._history.say(f"  log {msg} {keys}")

    warning = info

    def error(self, msg: object, **keys: Any) -> None:
        self.info(msg, **keys)
        if UNFORESEEN.search(str(keys.get("why", ""))):
            self._history.violate(Promise.NOTHING_UNFORESEEN, f"{msg}: {keys['why']}")

    def emit(self, values: dict[str, list[float]]) -> None:
        pass


class Function:
    """Everything that invocations share; `read_settings` gives what SSM holds now."""

    def __init__(
        self,
        scheduler: Scheduler,
        injector: Injector,
        table: WatchedTable,
        checks: Checks,
        elevenlabs: TwinElevenLabs,
        twilio: TwinTwilio,
        emails: TwinEmails,
        read_settings: Callable[[], Settings],
        dice: random.Random,
        *,
        shuffles: bool,
        reads_at_most: int,
    ) -> None:
        self._scheduler, self._injector, self._checks = scheduler, injector, checks
        self._twilio, self._read_settings, self._dice = twilio, read_settings, dice
        self._reads_at_most = reads_at_most
        self._table_at = StoreAt(table, injector)
        self._emails = emails
        self._get = ElevenLabsAt(elevenlabs, injector, shuffles=shuffles)
        self._silence = Nothing(checks.history)
        self._warm: list[Memory] = []
        self._invocations = self._claims = 0
        self.worked = 0  # invocations that made a tick and lived to tell

    def start(self, pace: Pace, *, is_cold: bool = False) -> None:
        """Begins an invocation now, in a warm sandbox if there is one and a cold one is not wanted."""
        self._invocations += 1
        process = Process(f"run {self._invocations}", self._scheduler.now + LAMBDA_TIMEOUT_SECONDS)
        memory = self._warm.pop() if self._warm and not is_cold else Memory()
        self._scheduler.begin(process, lambda: self._run(process, memory, pace))

    def decide(self, pk: str, verdict: str) -> None:
        """A person says, in an invocation of its own, what shall become of a held call."""
        self._invocations += 1
        process = Process(f"person {self._invocations}", self._scheduler.now + LAMBDA_TIMEOUT_SECONDS)
        event = {"held": {"pk": pk, "do": verdict}}
        self._scheduler.begin(process, partial(self._say_what_became, process, event))

    def _say_what_became(self, process: Process, event: dict[str, Any]) -> None:
        self._invoke(process, Memory(), ONE_TICK, event)

    def _run(self, process: Process, memory: Memory, pace: Pace) -> None:
        answer = self._invoke(process, memory, pace, {})
        if self._checks.history.say and answer is not None:
            self._checks.history.say(f"answer {answer}")
        self.worked += answer is not None and answer["ticks"] > 0
        if answer is not None and answer["skipped"] == "lease_held":
            self._checks.sightings.see(Situation.LEASE_HELD)
        self._warm.append(memory)  # a killed process takes its memory with it

    def _invoke(self, process: Process, memory: Memory, pace: Pace, event: dict[str, Any]) -> dict[str, Any] | None:
        try:
            worlds, at_most = self._worlds(), self._reads_at_most
            invocation = Invocation(worlds, memory, pace, process.name, LAMBDA_TIMEOUT_SECONDS, at_most)
            return invocation.run(event)
        except CannotDecide as refused:
            self._silence.info(type(refused).__name__, why=str(refused))
            if "it could not leave" in str(refused):
                self._checks.sightings.see(Situation.RESEND_REFUSED)
        except (ConfigurationError, ParametersUnread) as refused:
            self._silence.info(type(refused).__name__)
        except Exception as error:
            self._checks.history.violate(Promise.NOTHING_UNFORESEEN, f"{type(error).__name__}: {error}")
        return None

    def _worlds(self) -> Worlds:
        """The worlds as one process meets them."""
        scheduler, injector = self._scheduler, self._injector
        in_force: list[Settings] = []

        def parameters() -> tuple[Accounts, Settings]:
            in_force.append(injector.outside("settings", "read settings", self._parameters))
            self._checks.sightings.began(in_force[-1])
            return ACCOUNTS, in_force[-1]

        return Worlds(
            table=self._table_at,
            parameters=parameters,
            elevenlabs=lambda _: self._get,
            twilio=lambda _account, _budget: TwilioAt(self._twilio, injector, self._checks, in_force[-1]),
            emails=EmailsAt(self._emails, injector, self._checks, lambda: in_force[-1]),
            notices=TopicAt(injector, self._checks.told, "TELL the owner"),
            alerts=TopicAt(injector, self._checks.told_the_day, "TELL the day"),
            heartbeat=lambda _: None,
            clock=scheduler.clock,
            sleep=injector.sleep,
            reading=scheduler.spread,
            sending=scheduler.spread,
            lock=lambda: TurnLock(scheduler),
            dice=self._dice,
            new_id=self._new_id,
            log=self._silence,
            metrics=self._silence,
        )

    def _parameters(self, fate: str | None) -> Settings:
        if fate == "fail_before":
            raise ParametersUnread
        return self._read_settings()

    def _new_id(self) -> str:
        self._claims += 1
        return f"claim-{self._claims}"
