"""The day, told to the alert topic once though runs overlap and are killed (contract §2, `digest`)."""

from collections.abc import Callable, Iterable

from ..core.day import day_of
from ..core.digest import digest, due
from ..core.policy import Settings
from ..core.record import Record
from ..errors import NoticeRefused, NoticeUnclear, TableUnclear, kind_and_line
from ..ledger.digests import Digests
from ..ledger.telling import TELLING, TOLD, UNCLEAR
from ..ports import Clock, Notices
from .report import Report


def tell_the_day(
    settings: Settings,
    digests: Digests,
    calls_since: Callable[[float], Iterable[Record]],
    alerts: Notices,
    told: set[str],
    clock: Clock,
    report: Report,
) -> None:
    """Tells the digest that is due, if one is. Whatever goes wrong is counted and logged, and stops nothing else.

    calls_since: the calls first recorded since an instant. told: what is known to be told, kept while the function is
    warm.
    """
    day = due(settings.digest, clock()) if settings.digest else None
    if settings.digest is None or day is None or (known := f"digest {day.day}") in told:
        return
    try:
        state = digests.state(day.day)
        if state in (TOLD, UNCLEAR):
            told.add(known)
        elif state != TELLING:
            counts = day_of(calls_since(day.since), day.since, day.until)
            notice = digest(day, settings.digest.timezone, counts, settings.language)
            if digests.begin(day.day):
                _tell(day.day, notice, digests, alerts, report)
        elif digests.give_up(day.day):
            report.tolerated("digest_unclear", "", "the run that told the day was killed; it is not told again")
    except TableUnclear as failure:
        report.tolerated("digest_not_told", "", f"{failure}; told at the next tick")
    except Exception as error:
        report.tolerated("digest_failed", "", kind_and_line(error))


def _tell(day: str, notice: tuple[str, str], digests: Digests, alerts: Notices, report: Report) -> None:
    try:
        alerts.tell(*notice)
    except NoticeRefused as why:
        digests.later(day)
        report.tolerated("digest_not_told", "", f"{why}; told at the next tick")
    except NoticeUnclear as why:
        digests.end(day, UNCLEAR)
        report.tolerated("digest_unclear", "", f"{why}; it is not told again")
    else:
        digests.end(day, TOLD)
        report.log.info("digest_told", day=day)
