"""The whole function over twins: calls end, ticks are made at any instant, and what became of each call is read."""

import json
import random
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lib.app import Invocation, Worlds
from lib.config.accounts import Accounts, TwilioAccount
from lib.config.settings import parse_settings
from lib.core.senders import Senders
from lib.core.table import Item
from lib.work.loop import Pace
from lib.work.memory import Memory
from local.services.elevenlabs.calls import CallPlan
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.twilio.world import SANDBOX_SENDER, TwilioWorld
from tests.contract.stage import ACCOUNT_SID, API_KEY, AUTH_TOKEN, Clock
from tests.twins.services import NoEmails, TwinElevenLabs, TwinTwilio
from tests.twins.table import MemoryTable

ACCOUNTS = Accounts(
    API_KEY, TwilioAccount("", "", "", ""), Senders(SANDBOX_SENDER)
)  # the twins know the account themselves
TALK_SECONDS = 30


def at(text: str, zone: str = "America/Bogota", *, fold: int = 0) -> float:
    """Epoch seconds of a local clock's reading; fold 1: of the second time that it shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


class House:
    """`settings`: as the parameter has them. `lines`: the log's (event, keys). `told`: the owner's notices."""

    def __init__(self, now: float, **settings: Any) -> None:
        self.clock, self.table = Clock(), MemoryTable()
        self.clock.now = now
        self.settings = settings
        self.workspace = ElevenLabsWorld(self.clock, API_KEY)
        self.account = TwilioWorld(self.clock, ACCOUNT_SID, AUTH_TOKEN, walk=((0.0, "queued"), (5.0, "delivered")))
        self.lines: list[tuple[str, dict[str, Any]]] = []
        self.told: list[tuple[str, str]] = []
        self._memory, self._runs, self._ids = Memory(), 0, iter(range(100_000))

    def call_ends(
        self,
        *phones: str,
        answered: bool = True,
        seconds_ago: float = 5,
        agent_id: str = "agent_1",
        name: str = "",
        **talk: Any,
    ) -> None:
        """A batch of calls, all of which ended so long ago. name: of every one. talk: more of their conversations."""
        began = self.clock.now - seconds_ago - 7 - TALK_SECONDS
        plan = CallPlan(
            outcome="completed" if answered else "voicemail",
            talk_seconds=TALK_SECONDS,
            done_after_seconds=0,
            conversation=talk,
        )
        variables = {"conversation_initiation_client_data": {"dynamic_variables": {"name": name}}} if name else {}
        people = [{"phone_number": phone, **variables} for phone in phones]
        self.workspace.add_batch(people, [plan] * len(people), created_at=began, scheduled_at=began, agent_id=agent_id)

    def run(self, event: dict[str, Any] | None = None, *, is_cold: bool = False) -> Any:
        """One tick, or what the event asks for; a second passes."""
        self._runs += 1
        memory = Memory() if is_cold else self._memory
        answer = Invocation(self._worlds(), memory, Pace(1, 15), f"run {self._runs}", 70).run(event or {"ticks": 1})
        self.clock.now += 1
        return answer

    def run_at(self, now: float) -> Any:
        """A tick at an instant."""
        assert now >= self.clock.now
        self.clock.now = now
        return self.run()

    def sent_to(self, phone: str) -> int:
        return len(self.account.sent_to(f"whatsapp:{phone}"))

    def items(self, phone: str = "") -> list[Item]:
        """The calls' items, those that ended first, first."""
        calls = [item for pk, item in self.table.items.items() if pk.startswith(phone or "+")]
        return sorted(calls, key=lambda item: (item["ended_at"], item["pk"]))

    def became(self, phone: str) -> list[tuple[str, str]]:
        """Status and reason of the phone's calls."""
        return [(item["status"], item.get("reason", "")) for item in self.items(phone)]

    def _worlds(self) -> Worlds:
        return Worlds(
            table=self.table,
            parameters=lambda: (ACCOUNTS, parse_settings(json.dumps(self.settings))),
            elevenlabs=lambda _: TwinElevenLabs(self.workspace, API_KEY),
            twilio=lambda _account, _budget: TwinTwilio(self.account, ACCOUNT_SID, AUTH_TOKEN),
            emails=NoEmails(),
            notices=self,
            alerts=self,
            heartbeat=lambda _: None,
            clock=self.clock,
            sleep=self.sleep,
            reading=one_by_one,
            sending=one_by_one,
            lock=threading.Lock,
            dice=random.Random(1),
            new_id=lambda: f"id-{next(self._ids)}",
            log=self,
            metrics=self,
        )

    def sleep(self, seconds: float) -> None: ...

    def tell(self, subject: str, text: str) -> None:
        self.told.append((subject, text))

    def emit(self, values: dict[str, list[float]]) -> None: ...

    def info(self, msg: object, **keys: Any) -> None:
        self.lines.append((str(msg), keys))

    warning = error = info


def one_by_one(thunks: Sequence[Callable[[], Any]]) -> list[Any]:
    return [thunk() for thunk in thunks]
