"""One invocation of the function among the simulation's worlds: the product's own assembly, with these worlds."""

import random
from collections.abc import Callable
from functools import partial
from typing import Any

from lib.app import Invocation, Worlds
from lib.config.accounts import Accounts, TwilioAccount
from lib.core.policy import Settings
from lib.errors import CannotDecide, ConfigurationError, ParametersUnread
from lib.work.loop import Pace
from lib.work.observe import Memory
from local.services.twilio.world import SANDBOX_SENDER
from tests.simulation.chronicle import Chronicle
from tests.simulation.hub import Hub, Process, TurnLock
from tests.simulation.worlds import Cuts, ElevenLabsAt, StoreAt, TwilioAt, WatchedTable
from tests.twins.services import TwinElevenLabs, TwinTwilio

LAMBDA_TIMEOUT_SECONDS = 70  # template.yaml
ONE_TICK = Pace(1, 15)
ACCOUNTS = Accounts("key", TwilioAccount("", "", "", ""), SANDBOX_SENDER)  # the worlds know the accounts themselves


class Nothing:
    """A log and metrics that keep nothing, but hear of what nobody foresaw."""

    def __init__(self, chronicle: Chronicle) -> None:
        self._chronicle = chronicle

    def info(self, msg: object, **keys: Any) -> None:
        if self._chronicle.say and msg not in ("batch", "tick", "run"):
            self._chronicle.say(f"  log {msg} {keys}")

    warning = info

    def error(self, msg: object, **keys: Any) -> None:
        self.info(msg, **keys)
        if msg in ("act_failed", "observe_failed", "conversations_failed"):
            self._chronicle.violate("crash", str(keys["why"]))

    def tell(self, subject: str, text: str) -> None:
        pass

    def emit(self, values: dict[str, list[float]]) -> None:
        pass


class Function:
    """Everything that invocations share; `read_settings` gives what SSM holds now."""

    def __init__(
        self,
        hub: Hub,
        cuts: Cuts,
        table: WatchedTable,
        chronicle: Chronicle,
        elevenlabs: TwinElevenLabs,
        twilio: TwinTwilio,
        read_settings: Callable[[], Settings],
        dice: random.Random,
        *,
        shuffles: bool,
    ) -> None:
        self._hub, self._cuts, self._table, self._chronicle = hub, cuts, table, chronicle
        self._twilio, self._read_settings, self._dice = twilio, read_settings, dice
        self._table_at = StoreAt(table, cuts)
        self._get = ElevenLabsAt(elevenlabs, cuts, shuffles=shuffles)
        self._silence = Nothing(chronicle)
        self._warm: list[Memory] = []
        self._invocations = self._claims = 0

    def start(self, pace: Pace, *, is_cold: bool = False) -> None:
        """Begins an invocation now, in a warm sandbox if there is one and a cold one is not wanted."""
        self._invocations += 1
        process = Process(f"run {self._invocations}", self._hub.now + LAMBDA_TIMEOUT_SECONDS)
        memory = self._warm.pop() if self._warm and not is_cold else Memory()
        self._hub.begin(process, lambda: self._run(process, memory, pace))

    def decide(self, pk: str, verdict: str) -> None:
        """A person says, in an invocation of its own, what shall become of a held call."""
        self._invocations += 1
        process = Process(f"person {self._invocations}", self._hub.now + LAMBDA_TIMEOUT_SECONDS)
        event = {"held": {"pk": pk, "do": verdict}}
        self._hub.begin(process, partial(self._say_what_became, process, event))

    def _say_what_became(self, process: Process, event: dict[str, Any]) -> None:
        self._invoke(process, Memory(), ONE_TICK, event)

    def _run(self, process: Process, memory: Memory, pace: Pace) -> None:
        answer = self._invoke(process, memory, pace, {})
        if self._chronicle.say and answer is not None:
            self._chronicle.say(f"answer {answer}")
        self._warm.append(memory)  # a killed process takes its memory with it

    def _invoke(self, process: Process, memory: Memory, pace: Pace, event: dict[str, Any]) -> dict[str, Any] | None:
        try:
            invocation = Invocation(self._worlds(), memory, pace, process.name, LAMBDA_TIMEOUT_SECONDS)
            return invocation.run(event)
        except (CannotDecide, ConfigurationError, ParametersUnread) as refused:
            self._silence.info(type(refused).__name__)
        except Exception as error:
            self._chronicle.violate("crash", f"{type(error).__name__}: {error}")
        return None

    def _worlds(self) -> Worlds:
        """The worlds as one process meets them."""
        hub, cuts = self._hub, self._cuts
        in_force: list[Settings] = []

        def parameters() -> tuple[Accounts, Settings]:
            in_force.append(cuts.outside("settings", "read settings", self._parameters))
            return ACCOUNTS, in_force[-1]

        return Worlds(
            table=self._table_at,
            parameters=parameters,
            elevenlabs=lambda _: self._get,
            twilio=lambda _account, _budget: TwilioAt(self._twilio, self._table, cuts, self._chronicle, in_force[-1]),
            notices=self._silence,
            clock=hub.clock,
            sleep=cuts.sleep,
            reading=hub.spread,
            sending=hub.spread,
            lock=lambda: TurnLock(hub),
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
