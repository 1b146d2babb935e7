"""Who would get what, when, and why the others would not: the deployed decision, rehearsed over the real workspace.

It is the function's own run in a dry run, on the real accounts, with a table that takes no writes.
"""

import random
import threading
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import typer

from lib.app import Invocation, Worlds
from lib.config.accounts import Accounts, validate
from lib.config.in_spanish import problem_in, told
from lib.core.case import Case
from lib.core.decide import Decision, Defer, GiveUp, Send, Skip, Wait, decide
from lib.core.fallback import channel_of
from lib.core.language import language_of
from lib.core.message.compose import compose
from lib.core.policy import Settings
from lib.core.status import Reason, explain
from lib.core.table import Change, Item
from lib.errors import ConfigurationError
from lib.ports import Table
from lib.work.loop import Pace
from lib.work.memory import Memory
from lib.worlds.elevenlabs.http import HttpGet

from .. import show
from ..problems import SOMETHING_IS_WRONG, Problem
from ..session import Session, of
from ..words import language, t

_SECONDS = 300
_TICKS = 8  # a tick reads for some seconds only; a large workspace takes a few
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of one call. would: `send`, `wait`, `skip`. at: epoch seconds, 0 where there is no instant."""

    phone: str
    conversation_id: str
    would: str
    kind: str = ""
    channel: str = ""
    at: int = 0
    reason: str = ""
    text: str = ""
    rule: str = ""

    def as_json(self) -> dict[str, Any]:
        row = {name: getattr(self, name) or None for name in ("kind", "channel", "reason", "text", "rule")}
        return {
            "phone": self.phone,
            "conversation_id": self.conversation_id,
            "would": self.would,
            **row,
            "at": show.rfc3339(self.at),
        }


def preview(context: typer.Context) -> None:
    """Who would get what, when, and why the others would not; sends and records nothing."""
    session = of(context)
    planned, errors = plans(session)
    found = sorted(planned, key=lambda plan: (plan.would, plan.at, plan.phone))
    if session.as_json:
        show.as_json([plan.as_json() for plan in found])
    else:
        _show_all(session, found)
    for line in errors:
        show.complain(line, t("so some may be missing here; what it means: docs/operations.md, The log"))
    if errors:
        raise typer.Exit(SOMETHING_IS_WRONG)


def _show_all(session: Session, found: Sequence[Plan]) -> None:
    for plan in found:
        _show(session, plan)
    counts = {would: sum(plan.would == would for plan in found) for would in ("send", "wait", "skip")}
    show.say(
        t("{send} would leave, {wait} would wait, {skip} would get no message. Nothing was sent.", **counts),
        style="bold",
    )


def plans(session: Session) -> tuple[list[Plan], list[str]]:
    """Each call's, and what could not be read, a line each.

    Raises Problem when a parameter is wrong, or when ElevenLabs could not be read.
    """
    try:
        accounts, settings = validate(session.cloud.prefix, session.cloud.values())
        memory, log = Memory(), _Log()
        invocation = Invocation(_worlds(session, accounts, settings, log), memory, Pace(_TICKS, 0), "vigia", _SECONDS)
        invocation.run({})
    except ConfigurationError as error:
        raise Problem(told(error, language()), "vigia doctor") from None
    if log.errors and not memory.plans:
        raise Problem("\n".join(dict.fromkeys(log.errors)), "vigia doctor")
    planned = [_plan(session, case, decision, settings) for case, decision in memory.plans.values()]
    return planned, list(dict.fromkeys(log.errors))


def _plan(session: Session, case: Case, decision: Decision, settings: Settings) -> Plan:
    phone, conversation_id = case.call.phone, case.call.conversation_id
    match decision:
        case Send():
            return _leaving(session, case, decision, settings)
        case Wait(reason, until):
            return Plan(phone, conversation_id, "wait", reason=reason, at=int(until))
        case Defer(reason, until, rule):
            said = rule.en if language() == "en" else rule.es
            plan = Plan(phone, conversation_id, "wait")
            due = decide(case, replace(settings, paused=False, dry_run=False), session.clock())
            if isinstance(due, Send):  # what leaves once the gate opens
                plan = _leaving(session, case, due, settings)
            return (
                replace(plan, would="wait", reason=reason, at=int(until), rule=said) if plan.would != "skip" else plan
            )
        case Skip(reason) | GiveUp(reason):
            return Plan(phone, conversation_id, "skip", reason=reason)
        case _:
            return Plan(phone, conversation_id, "wait")


def _leaving(session: Session, case: Case, send: Send, settings: Settings) -> Plan:
    call, policy = case.call, settings.for_agent(case.call.agent_id)
    if session.reader.suppression(call.phone).suppressed:
        return Plan(call.phone, call.conversation_id, "skip", reason=Reason.OPTED_OUT)
    spoken, channel = language_of(call, case.conversation, policy.language), channel_of(call, case.record, policy)
    message = compose(send.kind, call.name, send.summary, spoken, policy, case.results, channel=channel)
    return Plan(
        call.phone,
        call.conversation_id,
        "send",
        kind=send.kind,
        channel=channel,
        at=int(session.clock()),
        text=message.body or f"{message.content_sid} {message.content_variables}",
    )


def _show(session: Session, plan: Plan) -> None:
    gets = t("would get the message to a missed call") if plan.kind == "missed" else t("would get the follow-up")
    words = {"send": gets, "wait": t("would wait"), "skip": t("would get no message")}[plan.would]
    until = f" ({t('until')} {show.instant(plan.at, session.zone)})" if plan.would == "wait" and plan.at else ""
    show.say(f"{plan.phone}  {show.printable(plan.conversation_id)}  {words}{until}", style="bold")
    if plan.reason:
        why = explain(plan.reason, language())
        show.say(f"    {why.removesuffix('.')} ({plan.rule})." if plan.rule else f"    {why}")
    for line in plan.text.splitlines():
        show.say(f"    │ {show.printable(line)}")


# ── worlds that read ─────────────────────────────────────────────────────────────────────────────────────────────────


class _Untouched:
    """The real table, to read: every write is taken and forgotten."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, pks: Iterable[str]) -> dict[str, Item]:
        return self._table.get(pks)

    def queued(self, queue: str, until: int, limit: int, now: int, since: int = 0) -> list[Item]:
        return self._table.queued(queue, until, limit, now, since)

    def scan(self, now: int, recorded_since: int = 0, attributes: Collection[str] = ()) -> Iterator[Item]:
        return self._table.scan(now, recorded_since, attributes)

    def write(self, *changes: Change) -> None:
        pass


class _Log:
    """Only what went wrong is of interest."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def info(self, msg: object, **keys: Any) -> None: ...

    def warning(self, msg: object, **keys: Any) -> None: ...

    def error(self, msg: object, **keys: Any) -> None:
        self.errors.append(f"{msg}: {problem_in(str(keys.get('why', '')), language())}")


class _NoMetrics:
    def emit(self, values: dict[str, list[float]]) -> None: ...


class _Nobody:
    """In the place of Twilio, SES and SNS: a rehearsal neither sends, nor asks what was sent, nor tells the owner."""

    def __getattr__(self, name: str) -> NoReturn:
        raise AssertionError(f"a preview asks nobody to {name}")


def _worlds(session: Session, accounts: Accounts, settings: Settings, log: _Log) -> Worlds:
    cloud = session.cloud
    url = cloud.environment.get("ELEVENLABS_BASE_URL", "https://api.elevenlabs.io")
    rehearsed = replace(settings, dry_run=True, paused=False, digest=None, heartbeat_url=None)

    from lib.sandbox import spread_over  # with all of Twilio's SDK, which would slow every other command down

    nobody: Any = _Nobody()
    return Worlds(
        table=_Untouched(cloud.table),
        parameters=lambda: (accounts, rehearsed),
        elevenlabs=lambda accounts: HttpGet(url, accounts.elevenlabs_api_key, _AT_ONCE),
        twilio=lambda accounts, budget: nobody,
        emails=nobody,
        notices=nobody,
        alerts=nobody,
        heartbeat=lambda url: None,
        clock=session.clock,
        sleep=lambda seconds: None,
        reading=spread_over(_AT_ONCE),
        sending=spread_over(1),
        lock=threading.Lock,
        dice=random.Random(),
        new_id=lambda: uuid.uuid4().hex,
        log=log,
        metrics=_NoMetrics(),
    )
