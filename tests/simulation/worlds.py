"""The outside worlds as one process meets them: every call takes time, and may be cut, stalled or failed."""

import random
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from lib.core import keys
from lib.core.inbound import Inbound
from lib.core.matching import Row
from lib.core.message.compose import Message
from lib.core.outcome import Reply
from lib.core.policy import Settings
from lib.core.record import Record
from lib.core.table import Change, Check, Free, Item, Put, Update
from lib.errors import ConditionFailed, ConfigurationError, LookupFailed, TableUnclear
from lib.ledger.transitions import WATCH
from lib.ports import Answer, Rows
from local.services.faults import Fault
from local.services.twilio.world import TwilioWorld
from tests.simulation.checks import Checks
from tests.simulation.faults.injector import Injector
from tests.simulation.faults.kinds import LATE_CODES
from tests.simulation.scheduler import Scheduler
from tests.simulation.situations import Situation
from tests.twins.services import TwinElevenLabs, TwinTwilio
from tests.twins.table import MemoryTable, holds

T = TypeVar("T")
TWILIO_WAITS_SECONDS, ELEVENLABS_WAITS_SECONDS = 10.0, 20.0  # the read time-outs of the product's own clients
REFUSALS = (21211, 63016, 21610, 63007, 21999)  # the last one is in no table


class WatchedTable(MemoryTable):
    """The story's one table. Its index may show what stood there a moment ago, as DynamoDB's do."""

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__()
        self._scheduler = scheduler
        self.checks: Checks
        self._replaced: list[tuple[float, str, Item | None]] = []

    @property
    def changes(self) -> int:
        """How often a call's item was written."""
        return len(self._replaced)

    def write(self, *changes: Change) -> None:
        before = [self.items.get(change.pk) for change in changes]
        try:
            super().write(*changes)
        except ConditionFailed:
            pairs = zip(changes, before, strict=True)
            failed = next(change for change, item in pairs if not all(holds(one, item) for one in change.when))
            self.checks.not_written(changes, failed, self._scheduler.task.process.name)
            self.checks.sightings.together(changes, is_written=False)
            raise
        self.checks.sightings.together(changes, is_written=True)
        for change, item in zip(changes, before, strict=True):
            if isinstance(change, Check):
                continue
            self.checks.written(change, item, self.items[change.pk], self._scheduler.task.process.name)
            if change.pk[0] != "#":
                self._replaced.append((self._scheduler.now, change.pk, item))

    def queued_late(self, queue: str, until: int, limit: int, at: int, first: int, lag_seconds: float) -> list[Item]:
        """The index as it stood so long ago."""
        fresh, seen_until = self.queued(queue, until, limit, at, first), self._scheduler.now - lag_seconds
        if not self._replaced or self._replaced[-1][0] <= seen_until:
            return fresh
        now, then = self.items, dict(self.items)
        for since, pk, item in reversed(self._replaced):
            if since <= seen_until:
                break
            if item is None:
                then.pop(pk, None)
            else:
                then[pk] = item
        self.items = then
        rows = self.queued(queue, until, limit, at, first)
        self.items = now
        if rows != fresh:
            self.checks.sightings.see(Situation.STALE_INDEX)
        return rows


class StoreAt:
    """`ports.Table` as one process meets it."""

    def __init__(self, table: WatchedTable, injector: Injector) -> None:
        self._table, self._injector = table, injector

    def get(self, pks: Iterable[str]) -> dict[str, Item]:
        wanted = list(pks)
        return self._read("get", lambda: self._table.get(wanted))

    def queued(self, queue: str, until: int, limit: int, now: int, since: int = 0) -> list[Item]:
        lag = 0.0 if self._injector.plan.is_calm else self._injector.dice.choice((0.0, 0.0, 0.3, 3.0))
        waiting = self._table.queued(queue, until, limit, now) if queue == WATCH else ()
        if len(waiting) == limit:
            self._injector.sightings.see(Situation.MANY_WAIT)
        if lag:
            return self._read("queued", lambda: self._table.queued_late(queue, until, limit, now, since, lag))
        return self._read("queued", lambda: self._table.queued(queue, until, limit, now, since))

    def scan(self, now: int, recorded_since: int = 0, attributes: Collection[str] = ()) -> Iterator[Item]:
        return self._read("scan", lambda: iter(list(self._table.scan(now, recorded_since, attributes))))

    def _read(self, what: str, read: Callable[[], T]) -> T:
        def act(fate: str | None) -> T:
            if fate == "fail_before":
                raise TableUnclear("the simulation's table is throttled")
            return read()

        return self._injector.outside("read", what, act)

    def write(self, *changes: Change) -> None:
        kind, what = _kind(changes)

        def act(fate: str | None) -> None:
            if fate == "fail_before":
                raise TableUnclear("the simulation's table is throttled")
            self._table.write(*changes)
            if fate == "twice" and len(changes) == 1:  # the SDK retried a write whose answer was lost
                self._table.write(*changes)
            if fate == "fail_after":
                if kind == "claim":
                    self._injector.sightings.untold(_values(changes[0])["claim_id"])
                raise TableUnclear("the simulation's table did not answer")
            if kind == "claim":
                self._injector.scheduler.task.claim = _values(changes[0])["claim_id"]

        self._injector.outside(kind, what, act)


class ElevenLabsAt:
    """`ports.Get` as one process meets it."""

    def __init__(self, twin: TwinElevenLabs, injector: Injector, *, shuffles: bool) -> None:
        self._twin, self._injector, self._shuffles = twin, injector, shuffles

    def __call__(
        self, path: str, params: Mapping[str, Any], timeout_seconds: float, rows: Rows | None = None
    ) -> Answer:
        world, injector = self._twin.world, self._injector

        def act(fate: str | None) -> Answer:
            if fate and "_before" not in fate and "_after" not in fate:
                seconds = injector.dice.choice((1, 5, 30)) if fate in ("slow", "429") else None
                world.faults.scripted.insert(0, Fault(fate, times=1, seconds=seconds))
            if self._shuffles and not injector.plan.is_calm and injector.dice.random() < 0.3:
                world.reshuffle()
            return self._twin(path, params, timeout_seconds, rows)

        answer = injector.outside("eleven", f"GET {path.removeprefix('/v1/convai/')}", act)
        if answer.status == 0:
            injector.scheduler.pause(min(ELEVENLABS_WAITS_SECONDS, timeout_seconds))
        elif isinstance(answer.body, Mapping) and answer.body.get("has_more"):
            injector.sightings.see(Situation.MANY_PAGES)
        return answer


class TwilioAt:
    """`ports.Twilio` as one process meets it. `settings` are those that the process sends by."""

    def __init__(self, twin: TwinTwilio, injector: Injector, checks: Checks, settings: Settings) -> None:
        self._twin, self._injector, self._checks, self._settings = twin, injector, checks, settings

    def send(self, to: str, sender: str, message: Message) -> Reply:
        world, injector, checks = self._twin.world, self._injector, self._checks
        claim_id = injector.scheduler.task.claim
        checks.begins_to_send(claim_id)

        def act(fate: str | None) -> Reply:
            checks.about_to_send(claim_id, to, message, self._settings)
            before = len(world.messages)
            if fate == "unconnected":
                reply = Reply(connected=False)
            else:
                if fate and "kill" not in fate and "stall" not in fate:
                    _script(world, fate, injector.dice)
                reply = self._twin.send(to, sender, message)
            made = world.messages[-1] if len(world.messages) > before else None
            checks.answered(claim_id, made, reply, self._settings)
            return reply

        reply = injector.outside("create", f"CREATE {to} under {claim_id}", act)
        if reply.http_status is None and reply.connected:
            injector.scheduler.pause(injector.dice.random() * TWILIO_WAITS_SECONDS)
        return reply

    def outbound(self, sender: str) -> Iterator[list[Row]]:
        pages = self._twin.outbound(sender)
        while (
            page := self._injector.outside("list", "LIST all", lambda fate: self._read(fate, lambda: next(pages, None)))
        ) is not None:
            yield page

    def message(self, sid: str) -> Row | None:
        return self._injector.outside(
            "list", f"FETCH {sid}", lambda fate: self._read(fate, lambda: self._twin.message(sid))
        )

    def _read(self, fate: str | None, read: Callable[[], T]) -> T:
        if fate and "kill" not in fate and "stall" not in fate:
            self._twin.world.faults.scripted.insert(0, Fault(fate, times=1))
        return read()

    def recent(self, claim: Record) -> list[Row]:
        process = self._injector.scheduler.task.process.name

        def act(fate: str | None) -> list[Row]:
            if fate and "kill" not in fate and "stall" not in fate:
                self._twin.world.faults.scripted.insert(0, Fault(fate, route="list", times=1))
            try:
                rows = self._twin.recent(claim)
            except (LookupFailed, ConfigurationError):
                self._checks.looked(claim.claim_id, process, None)
                raise
            self._checks.looked(claim.claim_id, process, rows)
            return rows

        return self._injector.outside("list", f"LIST {claim.to}", act)

    def inbound(self, sender: str, since: float) -> list[Inbound]:
        process = self._injector.scheduler.task.process.name

        def act(fate: str | None) -> list[Inbound]:
            if fate and "kill" not in fate and "stall" not in fate:
                self._twin.world.faults.scripted.insert(0, Fault(fate, route="list", times=1))
            rows = self._twin.inbound(sender, since)
            self._checks.heard(process, rows)
            return rows

        return self._injector.outside("list", f"INBOX {sender}", act)


def _script(world: TwilioWorld, fate: str, dice: random.Random) -> None:
    kind = "429" if fate == "429_patient" else fate
    seconds = dice.choice((1, 30, 600)) if fate == "429_patient" else None
    code = dice.choice(LATE_CODES if fate == "fail_later" else REFUSALS)
    seconds = dice.choice((2, 15, 70)) if fate == "fail_later" else seconds
    fault = Fault(kind, route="create", times=1, seconds=seconds, code=code)
    world.faults.scripted.insert(0, fault)


def _values(change: Change) -> Mapping[str, Any]:
    return change.item if isinstance(change, Put) else change.set if isinstance(change, Update) else {}


def _kind(changes: tuple[Change, ...]) -> tuple[str, str]:
    """Which kind of outside call a write is, and how a log names it."""
    first, values = changes[0], _values(changes[0])
    status = values.get("status")
    what = f"write {first.pk} {status or ''} {values.get('reason', '')}"
    if first.pk == keys.LEASE:
        return "lease", f"lease {values['owner']} until {values['expires_at']}"
    if status == "claimed":
        return "claim", f"{what} {values.get('claim_id')} {values.get('channel')}"
    is_new = any(isinstance(condition, Free) for condition in first.when)
    return ("record" if is_new or status is None else "outcome"), what
