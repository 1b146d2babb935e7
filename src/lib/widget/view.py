"""What the widget shows, before it has a form: one sentence, what needs a person, the latest calls. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from enum import StrEnum

from ..core.day import Day, bounds, day_of
from ..core.frozen import frozen
from ..core.policy import Settings
from ..core.record import Record
from ..reading.reader import Answer, Picture, Suppression
from ..reading.story import Story, tell
from ..reading.views import asked_for, held, is_about, is_running, latest, open_answers
from .words import counted, words_of

NEEDS_AT_MOST, LATEST_AT_MOST = 15, 20
"""Of each kind: so many fit into 100 KB with the longest texts."""


_NO_WISH = Suppression(suppressed=False)


class State(StrEnum):
    """How things stand: the colour of the sentence."""

    WELL = "well"
    WATCH = "watch"
    BAD = "bad"


@frozen
class View:
    """texts are not escaped. held, answers, calls, written: as many as are shown; the counts are of all.

    written, wish: what the person who is asked for wrote, dealt with or not, and whether they want no messages.
    """

    state: State
    sentence: str
    settings: Settings | None
    held: tuple[Story, ...] = ()
    held_count: int = 0
    answers: tuple[Answer, ...] = ()
    answers_count: int = 0
    unreadable: tuple[tuple[str, str], ...] = ()
    asked: str = ""
    calls: tuple[Story, ...] = ()
    written: tuple[Answer, ...] = ()
    wish: Suppression = _NO_WISH


def shown(picture: Picture, asked: str = "") -> set[str]:
    """The keys of the calls that a view shows: of these alone the history is needed."""
    return {record.pk for record in (*held(picture.records)[:NEEDS_AT_MOST], *_calls(picture, asked))}


def _calls(picture: Picture, asked: str) -> list[Record]:
    calls = asked_for(picture.records, asked) if asked else latest(picture.records)
    return calls[:LATEST_AT_MOST]


def view(
    picture: Picture,
    settings: Settings | str,
    seen_at: int,
    *,
    language: str,
    zone: tzinfo,
    asked: str = "",
    phone: str = "",
    wish: Suppression = _NO_WISH,
) -> View:
    """settings: those in force, or what is wrong with them. seen_at: when a run was last at work, 0 for never.

    asked: a phone or a conversation whose calls are shown in place of the latest ones.
    phone, wish: of the person who is asked for, "" when nobody is known by that.
    """
    held_calls, answers = held(picture.records), open_answers(picture.answers)
    state, sentence = _sentence(picture, settings, seen_at, language, zone)
    return View(
        state,
        sentence,
        settings if isinstance(settings, Settings) else None,
        held=_stories(held_calls[:NEEDS_AT_MOST], language, zone),
        held_count=len(held_calls),
        answers=tuple(answers[:NEEDS_AT_MOST]),
        answers_count=len(answers),
        unreadable=picture.unreadable[:NEEDS_AT_MOST],
        asked=asked,
        calls=_stories(_calls(picture, asked), language, zone),
        written=tuple(answer for answer in picture.answers if phone and is_about(answer, phone))[:NEEDS_AT_MOST],
        wish=wish,
    )


def _stories(records: Iterable[Record], language: str, zone: tzinfo) -> tuple[Story, ...]:
    words = words_of(language)
    how = {name: words["quoted"].format(text=words[f"do_{name}"]) for name in ("release", "resend")}
    return tuple(tell(record, language, zone, how) for record in records)


def _sentence(
    picture: Picture, settings: Settings | str, seen_at: int, language: str, zone: tzinfo
) -> tuple[State, str]:
    words = words_of(language)
    today = _numbers(_today(picture, zone), words)
    parts = {"ago": _ago(picture.now - seen_at, words), "today": today, "Today": today[0].upper() + today[1:]}
    if isinstance(settings, str):
        return State.BAD, words["broken"].format(problem=settings)
    if not seen_at:
        return State.BAD, words["never"]
    if not is_running(picture.now, seen_at):
        return State.BAD, words["silent"].format(**parts)
    if settings.dry_run or settings.paused:
        return State.WATCH, words["rehearsal" if settings.dry_run else "paused"].format(**parts)
    counts = {
        "needs_held": len(held(picture.records)),
        "needs_answers": len(open_answers(picture.answers)),
        "needs_unreadable": len(picture.unreadable),
    }
    needs = ", ".join(counted(words, what, count) for what, count in counts.items() if count)
    return (State.WATCH if needs else State.WELL), words["person" if needs else "well"].format(needs=needs, **parts)


def _today(picture: Picture, zone: tzinfo) -> Day:
    start, end = bounds(datetime.fromtimestamp(picture.now, zone).date(), zone)
    return day_of(picture.records, start, end)


def _numbers(day: Day, words: Mapping[str, str]) -> str:
    counts = {
        "finished": day.finished,
        "sent": day.sent,
        "delivered": day.delivered,
        "read": day.read,
        "replied": day.replied,
        "failed_today": day.failed,
        "skipped_today": day.skipped,
        "held_today": day.held,
        "waiting_today": day.waiting,
    }
    told = {name: count for name, count in counts.items() if count or not name.endswith("_today")}
    return f"{words['today']} {', '.join(counted(words, name, count) for name, count in told.items())}"


def _ago(seconds: int, words: Mapping[str, str]) -> str:
    if seconds < 120:
        return words["seconds"].format(n=max(0, seconds))
    return words["minutes" if seconds < 7200 else "hours"].format(n=seconds // (60 if seconds < 7200 else 3600))
