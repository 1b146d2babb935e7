"""The day in ten lines: that of any of the last seven days."""

from datetime import date, timedelta
from typing import Annotated, Any

import typer

from lib.core.day import bounds, day_of
from lib.core.digest import Told
from lib.core.digest import digest as words_of
from lib.reading.views import open_answers

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
) -> None:
    """The day in ten lines, of today or of one of the last seven days."""
    session = of(context)
    asked = _day(session, day)
    start, end = bounds(asked, session.zone)
    picture = session.reader.picture()
    counts = day_of(picture.records, start, end)
    told = Told(asked.isoformat(), start, min(end, int(session.clock())))
    _, text = words_of(told, session.zone.key, counts, language())
    if not session.as_json:
        show.say(text)
        return
    answer: dict[str, Any] = {"day": asked.isoformat(), **{name: getattr(counts, name) for name in NUMBERS}}
    answer["skipped_by_reason"] = dict(counts.skipped_by_reason)
    answer["failed_by_code"] = {str(code): calls for code, calls in counts.failed_by_code.items()}
    answer["open_replies"] = len(open_answers(picture.answers))
    answer["lines"] = text.splitlines()
    show.as_json(answer)


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
