"""How is it going: running or not, the interval, the calls so far, the last check, and today."""

from collections.abc import Mapping
from typing import Any

import typer

from lib.config.in_spanish import problem_in
from lib.core.day import bounds, day_of
from lib.core.policy import Settings
from lib.reading.views import held, is_running, open_answers

from .. import show
from ..problems import Problem
from ..session import Session, of
from ..words import language, t

NUMBERS = ("finished", "sent", "delivered", "read", "replied", "failed", "skipped", "held", "waiting")


def status(context: typer.Context) -> None:
    """Running or not, the last check, and today in numbers."""
    session = of(context)
    picture, now = session.reader.picture(), session.clock()
    last_seen = session.reader.last_seen()
    day = day_of(picture.records, *bounds(session.today, session.zone))
    answer: dict[str, Any] = {
        "is_running": is_running(now, last_seen),
        "check_interval": interval_seconds(session),
        "processed_calls_count": len(picture.records),
        "last_check": show.rfc3339(last_seen),
        "paused": session.settings.paused,
        "dry_run": session.settings.dry_run,
        "today": {name: getattr(day, name) for name in NUMBERS},
    }
    if session.as_json:
        show.as_json(answer)
        return
    show.say(_sentence(session.settings, last_seen, now), style="bold")
    show.say(_today(answer["today"]))
    show.say(
        t(
            "Interval: {seconds:g} s. Calls of the last seven days: {count}.",
            seconds=answer["check_interval"],
            count=len(picture.records),
        )
    )
    if count := len(held(picture.records)):
        show.say(t("Held, a person decides: {count}. See them: vigia held", count=count), style="yellow")
    if count := len(open_answers(picture.answers)):
        show.say(t("Answers that nobody has dealt with: {count}. See them: vigia replies --open", count=count))
    for pk, problem in picture.unreadable:
        show.say(
            t("An item cannot be read: {pk}: {problem}", pk=pk, problem=problem_in(problem, language())), style="yellow"
        )
    if not answer["is_running"]:
        show.say(t("Why? vigia doctor"))
    if dashboard := session.cloud.outputs.get("DashboardUrl"):
        show.say(t("The dashboard, with the same and its buttons: {address}", address=dashboard))


def interval_seconds(session: Session) -> float:
    return session.settings.interval_seconds or float(session.cloud.environment.get("TICK_SECONDS") or 15)


def _sentence(settings: Settings, last_seen: int, now: float) -> str:
    ago = show.ago(now - last_seen)
    if not last_seen:
        return t("It has not checked anything yet.")
    if not is_running(now, last_seen):
        return t("Standing still: the last check was {ago} ago.", ago=ago)
    if settings.dry_run:
        return t("Rehearsing (dry_run): nothing leaves. Last check {ago} ago.", ago=ago)
    if settings.paused:
        return t("Paused: nothing leaves. Last check {ago} ago. To go on: vigia resume", ago=ago)
    return t("Running: last check {ago} ago.", ago=ago)


def why_nothing_leaves(session: Session) -> str:
    """What holds every message back, in a sentence; "" where nothing does, or where the settings do not tell."""
    try:
        settings = session.settings
    except Problem:  # `vigia doctor` tells of it
        return ""
    last_seen, now = session.reader.last_seen(), session.clock()
    is_well = is_running(now, last_seen) and not (settings.dry_run or settings.paused)
    return "" if is_well else _sentence(settings, last_seen, now)


def _today(today: Mapping[str, int]) -> str:
    return t(
        "Today: {finished:call|calls} ended; {sent} written to, {delivered} delivered, {read} read, "
        "{replied} answered; {failed} failed, {skipped} without a message, {held} held, {waiting} waiting.",
        **today,
    )
