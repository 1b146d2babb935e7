"""The log as the original showed it: totals, active batches, states by batch, each finished call, each message."""

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any

import typer

from lib.work.report import SENT

from .. import show
from ..session import Session, of
from ..words import t

ONCE_SECONDS, BACK_SECONDS = 600, 60
POLL_SECONDS = 3
LATE_SECONDS = 30  # a line may be listed so long after its time
_STYLES = {"ERROR": "red", "CRITICAL": "red", "WARNING": "yellow"}
_SENTENCES = {
    "call_detected": "call ended ({status}): {ids}",
    "message_sent": "message sent: {ids}",
    "message_delivered": "message delivered: {ids}",
    "message_read": "message read: {ids}",
    "message_refused": "message failed ({code}): {ids}",
    "message_undelivered": "message failed ({code}): {ids}",
    "message_held": "held, a person decides: {ids}",
    "reply": "the person answered: {ids}",
    "call_skipped": "no message ({reason}): {ids}",
    "digest_told": "the digest of {day} was told",
    "run_ended_badly": "Lambda: a run ended badly: {status}. What to do: docs/operations.md, Failed runs",
    "widget_action": "a button of the dashboard was pressed: {do}  {ids}",
    "widget_action_not_done": "a button of the dashboard did nothing: {do}  {ids}",
}


def tail(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="The last ten minutes, then end.")] = False,
) -> None:
    """The log live, in words: checks, batches by status, each finished call, each message with its SID."""
    session = of(context)
    since = session.clock() - (ONCE_SECONDS if once else BACK_SECONDS)
    seen: set[str] = set()
    with suppress(KeyboardInterrupt):  # it is how a live log ends
        while True:
            for line in session.cloud.log(since):
                if line["_id"] not in seen:
                    seen.add(line["_id"])
                    _show(session, line)
                    since = max(since, line["_at"] - LATE_SECONDS)
            if once:
                if not seen:
                    show.complain(t("The log holds nothing of the last ten minutes."), "vigia status")
                return
            time.sleep(POLL_SECONDS)


def _show(session: Session, line: Mapping[str, Any]) -> None:
    if session.as_json:
        told = {name: value for name, value in line.items() if not name.startswith("_")}
        show.as_json(told, indent=None)  # a line each, for whoever follows them
        return
    clock = show.instant(line["_at"], session.zone)[11:]
    show.say(f"{clock}  {show.printable(in_words(line))}", style=_STYLES.get(str(line.get("level")), ""))


def in_words(line: Mapping[str, Any]) -> str:
    """A line of the log as a sentence; of an event that has none here, its name and what it holds."""
    event = str(line["message"])
    ids = "  ".join(str(line[name]) for name in ("phone", "conversation_id", "message_sid", "call") if line.get(name))
    if event == "tick":
        return _tick(line)
    if event == "batch":
        return _batch(line)
    if event == "run":
        numbers = _known(line, "ticks", "spacing_seconds")
        return t("— an invocation begins: {ticks:check|checks}, {spacing_seconds:g} s apart —", **numbers)
    if event == "rehearsal":
        numbers = _known(line, "would_send", "would_wait", "would_skip")
        return t("rehearsal: {would_send} would leave, {would_wait} would wait, {would_skip} get no message", **numbers)
    if line.get("done") is False:
        event = f"{event}_not_done"
    if event in _SENTENCES:
        about = {name: line.get(name, "") for name in ("status", "reason", "code", "day", "do")}
        return t(_SENTENCES[event], ids=ids, **about).rstrip()
    about_it = line.get("why") or line.get("reason") or line.get("what") or ""
    return "  ".join(part for part in (event, str(about_it), ids, str(line.get("batch_id") or "")) if part)


def _batch(line: Mapping[str, Any]) -> str:
    counts = line.get("recipients")
    states = ", ".join(f"{state} {count}" for state, count in counts.items()) if isinstance(counts, dict) else ""
    return t("batch {batch_id} ({batch_status}): {states}", states=states, **_known(line, "batch_id", "batch_status"))


def _tick(line: Mapping[str, Any]) -> str:
    names = ("batches_listed", "BatchesMonitored", "CallsFinished", "Errors", "duration_ms")
    messages = sum(_known(line, *SENT.values()).values())
    words = t(
        "check done: {batches_listed:batch|batches} in the workspace, {BatchesMonitored} active or recent; "
        "{CallsFinished:call|calls} ended, {messages:message|messages} sent, {Errors:error|errors}; "
        "{duration_ms} ms",
        messages=messages,
        **_known(line, *names),
    )
    left = line.get("left_for_later")
    return f"{words}; {t('{count} left for later', count=left)}" if left else words


def _known(line: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: line.get(name) or 0 for name in names}
