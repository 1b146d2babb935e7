"""One invocation of the function among the simulation's worlds, wired as `lib.app` wires the real one."""

import random
from collections.abc import Callable
from typing import Any

from lib.config.settings import ConfigurationError, Settings
from lib.core.budget import Budget
from lib.core.matching import Row
from lib.core.record import Record
from lib.ledger.calls import Ledger
from lib.ledger.lease import Lease
from lib.work.loop import RUN_SECONDS, Pace, Run
from lib.work.observe import Memory
from lib.work.report import Report
from lib.work.send import Gate, Sender
from lib.work.settle import LookUp
from lib.work.tick import Rooms, Tick
from lib.work.verdict import CannotDecide, decide_held
from lib.worlds.elevenlabs.client import ElevenLabs
from local.services.twilio.world import SANDBOX_SENDER
from tests.simulation.chronicle import Chronicle
from tests.simulation.hub import Hub, Process, TurnLock
from tests.simulation.worlds import Cuts, ElevenLabsAt, StoreAt, TwilioAt, WatchedTable
from tests.twins.services import TwinElevenLabs, TwinTwilio

LAMBDA_TIMEOUT_SECONDS = 70  # template.yaml


class SettingsUnread(Exception):
    """SSM did not answer."""


class Nothing:
    """A log and metrics that keep nothing, but hear of what nobody foresaw."""

    def __init__(self, chronicle: Chronicle) -> None:
        self._chronicle = chronicle

    def info(self, msg: object, **keys: Any) -> None:
        if self._chronicle.say and msg not in ("batch", "tick"):
            self._chronicle.say(f"  log {msg} {keys}")

    warning = info

    def error(self, msg: object, **keys: Any) -> None:
        self.info(msg, **keys)
        if msg in ("act_failed", "observe_failed", "conversations_failed"):
            self._chronicle.violate("crash", str(keys["why"]))

    def emit(self, values: dict[str, list[float]]) -> None:
        pass


class WatchedLookUp(LookUp):
    """Tells which claim it looks for: Twilio's list is not asked by claim."""

    def __init__(self, hub: Hub, *rest: Any) -> None:
        super().__init__(*rest)
        self._hub = hub

    def _look(self, claim: Record) -> Row | str | None:
        self._hub.task.sought = claim.claim_id
        return super()._look(claim)


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
        self._store = StoreAt(table, cuts)
        self._get = ElevenLabsAt(elevenlabs, cuts, shuffles=shuffles)
        self._silence = Nothing(chronicle)
        self._warm: list[Memory] = []
        self._invocations = self._claims = 0

    def start(self, pace: Pace, *, is_cold: bool = False) -> None:
        """Begins an invocation now, in a warm sandbox if there is one and a cold one is not wanted."""
        self._invocations += 1
        process = Process(f"run {self._invocations}", self._hub.now + LAMBDA_TIMEOUT_SECONDS)
        memory = self._warm.pop() if self._warm and not is_cold else Memory()
        self._hub.begin(process, lambda: self._invoke(process, memory, pace))

    def _invoke(self, process: Process, memory: Memory, pace: Pace) -> None:
        try:
            self._work(process, memory, pace)
        except (ConfigurationError, SettingsUnread) as refused:
            self._silence.info(type(refused).__name__)
        except Exception as error:
            self._chronicle.violate("crash", f"{type(error).__name__}: {error}")
        self._warm.append(memory)  # a killed process takes its memory with it

    def _work(self, process: Process, memory: Memory, pace: Pace) -> None:
        hub, start = self._hub, self._hub.now
        budget = Budget(hub.clock, start + RUN_SECONDS)
        settings = self._cuts.outside("settings", "read settings", self._parameters)
        memory.read.clear()
        lease = Lease(self._store, hub.clock, process.name)
        lease._lock = TurnLock(hub)  # type: ignore[assignment]
        twilio = TwilioAt(self._twilio, self._table, self._cuts, self._chronicle, settings)

        def tick(report: Report, budget: Budget) -> None:
            gate = Gate(lease.holds, budget.remaining_seconds)
            ledger = Ledger(self._store, hub.clock, lambda: lease.fence, self._new_id)
            look_up = WatchedLookUp(hub, ledger, twilio, settings, hub.clock, report)
            sender = Sender(ledger, twilio, settings, SANDBOX_SENDER, gate, hub.clock, self._dice, report)
            elevenlabs = ElevenLabs(
                self._get, hub.spread, self._cuts.sleep, self._dice, lambda: report.count("Retries"), report.swallow
            )
            rooms = Rooms(elevenlabs, ledger, sender, look_up, gate, settings, memory, hub.spread, hub.clock, report)
            Tick(rooms).run(budget)

        run = Run(tick, lease, lambda: Report(self._silence), self._silence)
        answer = run(pace, settings, start, budget, self._cuts.sleep)
        if self._chronicle.say:
            self._chronicle.say(f"answer {answer}")

    def decide(self, pk: str, verdict: str) -> None:
        """A person says, in an invocation of its own, what shall become of a held call."""
        self._invocations += 1
        process = Process(f"person {self._invocations}", self._hub.now + LAMBDA_TIMEOUT_SECONDS)
        self._hub.begin(process, lambda: self._decide(pk, verdict))

    def _decide(self, pk: str, verdict: str) -> None:
        hub = self._hub
        try:
            settings = self._cuts.outside("settings", "read settings", self._parameters)
            ledger = Ledger(self._store, hub.clock, lambda: int(hub.now * 1000), self._new_id)
            twilio = TwilioAt(self._twilio, self._table, self._cuts, self._chronicle, settings)
            report = Report(self._silence)
            look_up = WatchedLookUp(hub, ledger, twilio, settings, hub.clock, report)
            decide_held(ledger, look_up, report, pk, verdict)
        except (CannotDecide, ConfigurationError, SettingsUnread) as refused:
            self._silence.info(type(refused).__name__)
        except Exception as error:
            self._chronicle.violate("crash", f"{type(error).__name__}: {error}")

    def _parameters(self, fate: str | None) -> Settings:
        if fate == "fail_before":
            raise SettingsUnread
        return self._read_settings()

    def _new_id(self) -> str:
        self._claims += 1
        return f"claim-{self._claims}"
