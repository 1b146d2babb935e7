"""A whole shop in memory: the product's own invocation and widget, on the table's twin and the two services' worlds."""

import itertools
import json
import random
import threading
from collections.abc import Callable
from typing import Any

from lib.app import Invocation, Worlds
from lib.config.accounts import Accounts, TwilioAccount
from lib.config.settings import parse_settings
from lib.core.senders import Senders
from lib.errors import CannotDecide, DecisionFailed
from lib.ledger.replies import Replies
from lib.reading.reader import Reader
from lib.widget.actions import Actions
from lib.widget.widget import Widget
from lib.work.loop import Pace
from lib.work.memory import Memory
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.twilio.world import SANDBOX_SENDER, TwilioWorld
from tests.twins.lines import Lines
from tests.twins.services import NoEmails, TwinElevenLabs, TwinTwilio
from tests.twins.table import MemoryTable

ACCOUNTS = Accounts("key", TwilioAccount("", "", "", ""), Senders(SANDBOX_SENDER))
ARN = "arn:aws:lambda:us-east-1:123456789012:function:vigia-WidgetFunction"


class Told(Lines):
    """A log, metrics and topics that keep what they are told."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[dict[str, list[float]]] = []
        self.notices: list[str] = []

    def emit(self, values: dict[str, list[float]]) -> None:
        self.values.append(values)

    def tell(self, subject: str, text: str) -> None:
        self.notices.append(subject)

    def errors(self) -> float:
        return sum(value for values in self.values for value in values.get("Errors", []))


class Shop:
    """clock: epoch seconds. key: of ElevenLabs' workspace, where it is another than the function's."""

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        settings: str | None = None,
        heartbeat: Callable[[str], None] = lambda _: None,
        key: str = "key",
    ) -> None:
        self.clock, self.settings_text, self._heartbeat = clock, settings, heartbeat
        self.table, self.told = MemoryTable(), Told()
        self.elevenlabs, self.twilio = ElevenLabsWorld(clock, key), TwilioWorld(clock, "AC", "token")
        self._memory, self._runs = Memory(), itertools.count()
        replies = Replies(self.table, clock, lambda: int(clock() * 1000), "widget")
        actions = Actions(self, replies, self._decide, self.told)
        self.widget = Widget(Reader(self.table, clock), self, actions, 15)

    # `SettingsStore`
    def read(self) -> str | None:
        return self.settings_text

    def write(self, text: str) -> None:
        self.settings_text = text

    def set(self, **settings: Any) -> None:
        self.settings_text = json.dumps(settings)

    def run(self, event: dict[str, Any] | None = None, *, ticks: int = 1) -> dict[str, Any]:
        worlds = Worlds(
            table=self.table,
            parameters=lambda: (ACCOUNTS, parse_settings(self.settings_text)),
            elevenlabs=lambda _: TwinElevenLabs(self.elevenlabs, "key"),
            twilio=lambda _account, _budget: TwinTwilio(self.twilio, "AC", "token"),
            emails=NoEmails(),
            notices=Told(),
            alerts=self.told,
            heartbeat=self._heartbeat,
            clock=self.clock,
            sleep=lambda _: None,
            reading=lambda thunks: [thunk() for thunk in thunks],
            sending=lambda thunks: [thunk() for thunk in thunks],
            lock=threading.Lock,
            dice=random.Random(1),
            new_id=lambda: f"{random.getrandbits(128):032x}",
            log=self.told,
            metrics=self.told,
        )
        owner = f"run {next(self._runs)}"
        return Invocation(worlds, self._memory, Pace(ticks, 15), owner, 70).run(event or {})

    def show(self, event: dict[str, Any] | None = None, arn: str = ARN) -> str:
        return self.widget.answer(event or {}, arn)

    def _decide(self, pk: str, verdict: str, reason: str, language: str) -> str:
        try:
            return str(self.run({"held": {"pk": pk, "do": verdict, "reason": reason, "lang": language}})["status"])
        except CannotDecide as refused:
            raise DecisionFailed(str(refused)) from None
