"""An invocation as a whole: what it does beside its ticks (contract §2)."""

import random
import threading
from collections.abc import Callable
from typing import Any

import pytest

from lib.app import Invocation, Worlds
from lib.config.accounts import Accounts, TwilioAccount
from lib.core.policy import Digest, Settings
from lib.core.senders import Senders
from lib.errors import ConfigurationError, HeartbeatFailed
from lib.ports import Log
from lib.work.loop import Pace
from lib.work.observe import Memory
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.twilio.world import SANDBOX_SENDER, TwilioWorld
from tests.twins.services import NoEmails, TwinElevenLabs, TwinTwilio
from tests.twins.table import MemoryTable

NOON = 1_795_622_400.0  # 2026-11-25 16:00 UTC
ACCOUNTS = Accounts("key", TwilioAccount("", "", "", ""), Senders(SANDBOX_SENDER))
URL = "https://switch.example/secret"


class Told(Log):
    """A log, metrics and topics that keep what they are told."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, dict[str, Any]]] = []
        self.values: list[dict[str, list[float]]] = []
        self.notices: list[str] = []

    def info(self, msg: object, **keys: Any) -> None:
        self.lines.append(("info", str(msg), keys))

    def warning(self, msg: object, **keys: Any) -> None:
        self.lines.append(("warning", str(msg), keys))

    def error(self, msg: object, **keys: Any) -> None:
        self.lines.append(("error", str(msg), keys))

    def emit(self, values: dict[str, list[float]]) -> None:
        self.values.append(values)

    def tell(self, subject: str, text: str) -> None:
        self.notices.append(subject)

    def errors(self) -> float:
        return sum(value for values in self.values for value in values.get("Errors", []))


def run(
    settings: Settings,
    told: Told,
    heartbeat: Callable[[str], None],
    table: MemoryTable | None = None,
    key: str = "key",
    at: float = NOON,
) -> dict[str, Any]:
    elevenlabs, twilio = ElevenLabsWorld(lambda: at, key), TwilioWorld(lambda: at, "AC", "token")
    worlds = Worlds(
        table=table or MemoryTable(),
        parameters=lambda: (ACCOUNTS, settings),
        elevenlabs=lambda _: TwinElevenLabs(elevenlabs, "key"),
        twilio=lambda _account, _budget: TwinTwilio(twilio, "AC", "token"),
        emails=NoEmails(),
        notices=Told(),
        alerts=told,
        heartbeat=heartbeat,
        clock=lambda: at,
        sleep=lambda _: None,
        reading=lambda thunks: [thunk() for thunk in thunks],
        sending=lambda thunks: [thunk() for thunk in thunks],
        lock=threading.Lock,
        dice=random.Random(1),
        new_id=lambda: f"{random.getrandbits(128):032x}",
        log=told,
        metrics=told,
    )
    return Invocation(worlds, Memory(), Pace(2, 15), "run", 70).run({})


def test_the_switch_is_asked_once_by_an_invocation_that_ended_well() -> None:
    asked: list[str] = []
    answer = run(Settings(heartbeat_url=URL), Told(), asked.append)
    assert asked == [URL]
    assert answer["errors"] == 0
    run(Settings(), Told(), asked.append)
    assert asked == [URL]


def test_an_invocation_that_ended_in_an_error_or_did_nothing_leaves_the_switch_alone() -> None:
    asked: list[str] = []
    with pytest.raises(ConfigurationError):
        run(Settings(heartbeat_url=URL), Told(), asked.append, key="another")
    table = MemoryTable()
    table.items["#lease"] = {"pk": "#lease", "owner": "other", "fence": 1, "expires_at": int(NOON) + 60}
    assert run(Settings(heartbeat_url=URL), Told(), asked.append, table)["skipped"] == "lease_held"
    assert asked == []


def test_a_switch_that_fails_harms_nothing_and_is_counted_and_logged_without_its_address() -> None:
    def fail(_: str) -> None:
        raise HeartbeatFailed("HTTP 500")

    told = Told()
    answer = run(Settings(heartbeat_url=URL), told, fail)
    assert (answer["ticks"], answer["errors"], told.errors()) == (2, 1, 1)
    assert [line for line in told.lines if line[0] == "error"] == [("error", "heartbeat_failed", {"why": "HTTP 500"})]
    assert "secret" not in str(told.lines)


def test_the_day_is_told_to_the_alert_topic_by_one_tick_of_all_invocations_and_never_by_a_rehearsal() -> None:
    settings, told, table = Settings(digest=Digest(16 * 60, "UTC")), Told(), MemoryTable()
    run(Settings(digest=settings.digest, dry_run=True), told, lambda _: None, table)
    assert told.notices == []
    for minute in range(1, 4):
        run(settings, told, lambda _: None, table, at=NOON + 60 * minute)
    assert told.notices == ["Vigia: resumen del 2026-11-25"]
