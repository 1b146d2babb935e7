"""The day in ten lines, and call by call: that of any of the last seven days."""

from datetime import date, timedelta
from typing import Annotated, Any

import typer

from lib.core.day import bounds, calls_of, day_of
from lib.core.digest import Told
from lib.core.digest import digest as words_of
from lib.reading.story import Story, tell
from lib.reading.views import latest, open_answers

from .. import show
from ..problems import WrongUse
from ..session import Session, of
from ..words import language, t
from .status import NUMBERS

REMEMBERED_DAYS = 7


def digest(
    context: typer.Context,
    day: Annotated[
        str | None, typer.Option("--day", metavar="DATE", help="One of the last seven days, such as 2026-01-31.")
    ] = None,
    calls: Annotated[
        bool, typer.Option("--calls", help="Each call of that day too: whose it was, and what became of it.")
    ] = False,
) -> None:
    """The day in ten lines, of today or of one of the last seven days."""
    session = of(context)
    asked = _day(session, day)
    start, end = bounds(asked, session.zone)
    picture = session.reader.picture()
    counts = day_of(picture.records, start, end)
    told = Told(asked.isoformat(), start, min(end, int(session.clock())))
    _, text = words_of(told, session.zone.key, counts, language())
    each = latest(calls_of(picture.records, start, end)) if calls else []
    stories = [tell(record, language(), session.zone) for record in each]
    if not session.as_json:
        show.say(text)
        for story in stories:
            _show(session, story)
        return
    answer: dict[str, Any] = {"day": asked.isoformat(), **{name: getattr(counts, name) for name in NUMBERS}}
    answer["skipped_by_reason"] = dict(counts.skipped_by_reason)
    answer["failed_by_code"] = {str(code): calls for code, calls in counts.failed_by_code.items()}
    answer["open_replies"] = len(open_answers(picture.answers))
    answer["lines"] = text.splitlines()
    if calls:
        answer["calls"] = [_as_json(story) for story in stories]
    show.as_json(answer)


def _show(session: Session, story: Story) -> None:
    call, at = story.record.call, story.record.ended_at or story.record.recorded_at
    who = "  ".join(part for part in (call.phone, show.printable(call.name)) if part)
    show.say(f"{show.instant(at, session.zone)}  {who}  {story.head}")


def _as_json(story: Story) -> dict[str, object]:
    record = story.record
    return {
        "pk": record.pk,
        "phone": record.call.phone,
        "name": record.call.name or None,
        "ended_at": show.rfc3339(record.ended_at),
        "status": str(record.status),
        "reason": record.reason or None,
        "error_code": record.error_code or None,
        "text": story.head,
    }


def _day(session: Session, given: str | None) -> date:
    if given is None:
        return session.today
    try:
        day = date.fromisoformat(given.strip())
    except ValueError:
        raise WrongUse(t("--day must be a date such as {today}.", today=session.today)) from None
    if not timedelta(0) <= session.today - day < timedelta(days=REMEMBERED_DAYS):
        raise WrongUse(
            t(
                "The table remembers seven days: from {first} to {last}.",
                first=session.today - timedelta(days=REMEMBERED_DAYS - 1),
                last=session.today,
            )
        )
    return day
