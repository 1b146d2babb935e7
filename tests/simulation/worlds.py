"""The outside worlds as one process meets them: every call takes time, and may be cut, stalled or failed."""

import random
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from lib.core.inbound import Inbound
from lib.core.matching import Row
from lib.core.message.compose import Message
from lib.core.outcome import Outcome, Reply, classify
from lib.core.policy import Settings
from lib.core.record import Record
from lib.core.table import Change, Check, Free, Item, Put, Update
from lib.errors import ConfigurationError, LookupFailed, TableUnclear
from lib.ledger.lease import LEASE_PK
from lib.ports import Answer, Rows
from local.services.faults import Fault
from local.services.twilio.world import TwilioWorld
from tests.simulation.chronicle import Chronicle
from tests.simulation.hub import Hub
from tests.simulation.weather import Weather
from tests.twins.services import TwinElevenLabs, TwinTwilio
from tests.twins.table import MemoryTable

T = TypeVar("T")
TWILIO_WAITS_SECONDS, ELEVENLABS_WAITS_SECONDS = 10.0, 20.0  # the read time-outs of the product's own clients
REFUSALS = (21211, 63016, 21610, 63007, 21999)  # the last one is in no table


class Cuts:
    """Carries out the weather at every outside call of every process; counts what it did."""

    def __init__(self, hub: Hub, weather: Weather, dice: random.Random, say: Callable[[str], None] | None) -> None:
        self.hub, self.weather, self.dice, self._say = hub, weather, dice, say
        self.kills = 0

    def outside(self, kind: str, what: str, act: Callable[[str | None], T]) -> T:
        """One outside call. `act` is given the fate that it must carry out itself, if any."""
        hub, weather = self.hub, self.weather
        if hub.task.process.dead:
            hub.kill()
        fate = weather.fate(kind)
        if fate == "kill_before":
            self._kill(what, "before")
        hub.pause(weather.seconds())
        if fate == "stall_before":
            self._stall(what, "before")
        if self._say:
            self._say(f"{what}{f' [{fate}]' if fate else ''}")
        result = act(fate)
        if fate == "kill_after":
            self._kill(what, "after")
        hub.pause(weather.seconds())
        if fate == "stall_after":
            self._stall(what, "after")
        return result

    def _kill(self, what: str, when: str) -> None:
        if self._say:
            self._say(f"KILLED {when} {what}")
        self.kills += 1
        self.hub.kill()

    def _stall(self, what: str, when: str) -> None:
        seconds = self.weather.stall_seconds()
        if self._say:
            self._say(f"STALLED {when} {what} for {seconds:.0f} s")
        self.hub.freeze(seconds)

    def sleep(self, seconds: float) -> None:
        self.outside("sleep", "sleep", lambda _: self.hub.pause(seconds))


class WatchedTable(MemoryTable):
    """The story's one table. Its index may show what stood there a moment ago, as DynamoDB's do."""

    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self._hub = hub
        self.chronicle: Chronicle
        self._replaced: list[tuple[float, str, Item | None]] = []

    def write(self, *changes: Change) -> None:
        before = [self.items.get(change.pk) for change in changes]
        super().write(*changes)
        for change, item in zip(changes, before, strict=True):
            if isinstance(change, Check):
                continue
            self.chronicle.written(change, item, self.items[change.pk], self._hub.task.process.name)
            if change.pk[0] != "#":
                self._replaced.append((self._hub.now, change.pk, item))

    def queued_late(self, queue: str, until: int, limit: int, at: int, lag_seconds: float) -> list[Item]:
        """The index as it stood so long ago."""
        now = dict(self.items)
        for since, pk, item in reversed(self._replaced):
            if since <= self._hub.now - lag_seconds:
                break
            if item is None:
                self.items.pop(pk, None)
            else:
                self.items[pk] = item
        rows = self.queued(queue, until, limit, at)
        self.items = now
        return rows


class StoreAt:
    """`ports.Table` as one process meets it."""

    def __init__(self, table: WatchedTable, cuts: Cuts) -> None:
        self._table, self._cuts = table, cuts

    def get(self, pks: Iterable[str]) -> dict[str, Item]:
        keys = list(pks)
        return self._read("get", lambda: self._table.get(keys))

    def queued(self, queue: str, until: int, limit: int, now: int) -> list[Item]:
        lag = 0.0 if self._cuts.weather.is_calm else self._cuts.dice.choice((0.0, 0.0, 0.3, 3.0))
        if lag:
            return self._read("queued", lambda: self._table.queued_late(queue, until, limit, now, lag))
        return self._read("queued", lambda: self._table.queued(queue, until, limit, now))

    def _read(self, what: str, read: Callable[[], T]) -> T:
        def act(fate: str | None) -> T:
            if fate == "fail_before":
                raise TableUnclear("the simulation's table is throttled")
            return read()

        return self._cuts.outside("read", what, act)

    def write(self, *changes: Change) -> None:
        kind, what = _kind(changes)

        def act(fate: str | None) -> None:
            if fate == "fail_before":
                raise TableUnclear("the simulation's table is throttled")
            self._table.write(*changes)
            if fate == "twice" and len(changes) == 1:  # the SDK retried a write whose answer was lost
                self._table.write(*changes)
            if fate == "fail_after":
                raise TableUnclear("the simulation's table did not answer")
            if kind == "claim":
                self._cuts.hub.task.claim = _values(changes[0])["claim_id"]

        self._cuts.outside(kind, what, act)


class ElevenLabsAt:
    """`ports.Get` as one process meets it."""

    def __init__(self, twin: TwinElevenLabs, cuts: Cuts, *, shuffles: bool) -> None:
        self._twin, self._cuts, self._shuffles = twin, cuts, shuffles

    def __call__(
        self, path: str, params: Mapping[str, Any], timeout_seconds: float, rows: Rows | None = None
    ) -> Answer:
        world, cuts = self._twin.world, self._cuts

        def act(fate: str | None) -> Answer:
            if fate and "_before" not in fate and "_after" not in fate:
                seconds = cuts.dice.choice((1, 5, 30)) if fate in ("slow", "429") else None
                world.faults.scripted.insert(0, Fault(fate, times=1, seconds=seconds))
            if self._shuffles and not cuts.weather.is_calm and cuts.dice.random() < 0.3:
                world.reshuffle()
            return self._twin(path, params, timeout_seconds, rows)

        answer = cuts.outside("eleven", f"GET {path.removeprefix('/v1/convai/')}", act)
        if answer.status == 0:
            cuts.hub.pause(min(ELEVENLABS_WAITS_SECONDS, timeout_seconds))
        return answer


class TwilioAt:
    """`ports.Twilio` as one process meets it. `read_settings` are those the process sends by."""

    def __init__(
        self, twin: TwinTwilio, table: WatchedTable, cuts: Cuts, chronicle: Chronicle, read_settings: Settings
    ) -> None:
        self._twin, self._table, self._cuts, self._chronicle = twin, table, cuts, chronicle
        self._settings = read_settings

    def send(self, to: str, sender: str, message: Message) -> Reply:
        world, cuts, chronicle = self._twin.world, self._cuts, self._chronicle
        claim_id = cuts.hub.task.claim

        def act(fate: str | None) -> Reply:
            claim = chronicle.claims.get(claim_id or "")
            item = self._table.items.get(claim.call.key, {}) if claim else {}
            chronicle.about_to_send(claim_id, to, message, self._settings, item)
            if fate == "unconnected":
                return Reply(connected=False)
            if fate and "kill" not in fate and "stall" not in fate:
                _script(world, fate, cuts.dice)
            before = len(world.messages)
            reply = self._twin.send(to, sender, message)
            if len(world.messages) > before:
                chronicle.accepted(claim_id, world.messages[-1])
            outcome = classify(reply)
            chronicle.unclear += outcome is Outcome.UNCLEAR
            if outcome in (Outcome.REFUSED, Outcome.UNEXPLAINED):
                chronicle.refused.add((claim_id or "", reply.code or 0))
            return reply

        reply = cuts.outside("create", f"CREATE {to} under {claim_id}", act)
        if reply.http_status is None and reply.connected:
            cuts.hub.pause(cuts.dice.random() * TWILIO_WAITS_SECONDS)
        return reply

    def recent(self, claim: Record) -> list[Row]:
        task = self._cuts.hub.task
        looks = self._chronicle.looks.setdefault(claim.claim_id, [])

        def act(fate: str | None) -> list[Row]:
            if fate and "kill" not in fate and "stall" not in fate:
                self._twin.world.faults.scripted.insert(0, Fault(fate, route="list", times=1))
            try:
                rows = self._twin.recent(claim)
            except (LookupFailed, ConfigurationError):
                looks.append((self._cuts.hub.now, False, task.process.name))
                raise
            looks.append((self._cuts.hub.now, True, task.process.name))
            return rows

        return self._cuts.outside("list", f"LIST {claim.to}", act)

    def inbound(self, sender: str, since: float) -> list[Inbound]:
        def act(fate: str | None) -> list[Inbound]:
            if fate and "kill" not in fate and "stall" not in fate:
                self._twin.world.faults.scripted.insert(0, Fault(fate, route="list", times=1))
            return self._twin.inbound(sender, since)

        return self._cuts.outside("list", f"INBOX {sender}", act)


def _script(world: TwilioWorld, fate: str, dice: random.Random) -> None:
    kind = "429" if fate == "429_patient" else fate
    seconds = dice.choice((1, 30, 600)) if fate == "429_patient" else None
    fault = Fault(kind, route="create", times=1, seconds=seconds, code=dice.choice(REFUSALS))
    world.faults.scripted.insert(0, fault)


def _values(change: Change) -> Mapping[str, Any]:
    return change.item if isinstance(change, Put) else change.set if isinstance(change, Update) else {}


def _kind(changes: tuple[Change, ...]) -> tuple[str, str]:
    """Which kind of outside call a write is, and how a log names it."""
    first, values = changes[0], _values(changes[0])
    status = values.get("status")
    what = f"write {first.pk} {status or ''} {values.get('reason', '')}"
    if first.pk == LEASE_PK:
        return "lease", f"lease {values['owner']} until {values['expires_at']}"
    if status == "claimed":
        return "claim", f"{what} {values.get('claim_id')}"
    is_new = any(isinstance(condition, Free) for condition in first.when)
    return ("record" if is_new or status is None else "outcome"), what
