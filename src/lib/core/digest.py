"""The day in ten lines, for the owner (contract §2, `digest`): when it is due, and its words. Pure."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .codes import code_of
from .day import Day
from .frozen import frozen
from .in_words import in_a_row
from .policy import LANGUAGES, Digest
from .status import explain
from .text import Count

LATE_AT_MOST_SECONDS = 6 * 3600  # who stood still for longer has rung the alarm: that day's digest is not told
_WORDS: Mapping[str, Mapping[str, str]] = {
    "es": {
        "subject": "Vigia: resumen del {day}",
        "head": "Del {since} al {until}: {finished:llamada terminada|llamadas terminadas}.",
        "sent": "Con mensaje: {sent}.",
        "delivered": "De ellos, {delivered:llegó|llegaron},",
        "read": "y {read:se leyó|se leyeron}.",
        "replied": "{replied:persona respondió|personas respondieron}.",
        "failed": "No se pudo entregar: {failed}.",
        "skipped": "Sin mensaje, como está previsto: {skipped}.",
        "waiting": "Esperan, sin que haya que hacer nada: {waiting}.",
        "held": "Retenidas, porque no se sabe si su mensaje salió: {held}.",
        "to_do": "Qué hacer: {what}.",
        "decide": "decida las retenidas (`vigia held`, o el tablero)",
        "answer": "vea si alguien espera respuesta (`vigia replies --open`)",
        "repair": "vea a quiénes no les llegó, y por qué (`vigia digest --calls`)",
        "nothing": "Nada espera a una persona.",
        "among": " (sobre todo: {why})",
    },
    "en": {
        "subject": "Vigia: {day} in ten lines",
        "head": "From {since} to {until}, {finished:call|calls} ended.",
        "sent": "With a message: {sent}.",
        "delivered": "Of these {delivered} arrived,",
        "read": "and {read:was|were} read.",
        "replied": "{replied:person|people} answered.",
        "failed": "Could not be delivered: {failed}.",
        "skipped": "Without a message, as intended: {skipped}.",
        "waiting": "Waiting, with nothing to be done: {waiting}.",
        "held": "Held, for nobody knows whether their message left: {held}.",
        "to_do": "What to do: {what}.",
        "decide": "decide the held ones (`vigia held`, or the dashboard)",
        "answer": "see whether somebody waits for an answer (`vigia replies --open`)",
        "repair": "see whom they did not reach, and why (`vigia digest --calls`)",
        "nothing": "Nothing waits for a person.",
        "among": " (most of all: {why})",
    },
    "pt": {
        "subject": "Vigia: resumo de {day}",
        "head": "De {since} a {until}: {finished:ligação terminada|ligações terminadas}.",
        "sent": "Com mensagem: {sent}.",
        "delivered": "Delas, {delivered:chegou|chegaram},",
        "read": "e {read:foi lida|foram lidas}.",
        "replied": "{replied:pessoa respondeu|pessoas responderam}.",
        "failed": "Não puderam ser entregues: {failed}.",
        "skipped": "Sem mensagem, como previsto: {skipped}.",
        "waiting": "Em espera, sem nada a fazer: {waiting}.",
        "held": "Retidas, porque não se sabe se a mensagem saiu: {held}.",
        "to_do": "O que fazer: {what}.",
        "decide": "decida as retidas (`vigia held`, ou o painel)",
        "answer": "veja se alguém espera resposta (`vigia replies --open`)",
        "repair": "veja a quem não chegaram, e por quê (`vigia digest --calls`)",
        "nothing": "Nada espera por uma pessoa.",
        "among": " (sobretudo: {why})",
    },
}
LINES = ("head", "sent", "delivered", "read", "replied", "failed", "skipped", "waiting", "held")  # and what to do


@frozen
class Told:
    """What a digest tells: the calls first recorded from `since` on and before `until`, epoch seconds, a day in all.

    day: the date on which it ends, `2026-01-31`. Each call is in one digest, whatever the hour of it is.
    """

    day: str
    since: int
    until: int


def due(settings: Digest, now: float) -> Told | None:
    """The digest that is due, None when none is.

    An hour that the clocks leave out is an hour later on that day; of one that comes twice, the first counts.
    """
    today = datetime.fromtimestamp(now, ZoneInfo(settings.timezone)).date()
    for day in (today, today - timedelta(days=1)):
        until = _instant(day, settings)
        if 0 <= now - until <= LATE_AT_MOST_SECONDS:
            return Told(day.isoformat(), _instant(day - timedelta(days=1), settings), until)
    return None


def _instant(day: date, settings: Digest) -> int:
    at = time(settings.at_minutes // 60, settings.at_minutes % 60)
    return int(datetime.combine(day, at, ZoneInfo(settings.timezone)).timestamp())


def digest(told: Told, timezone: str, counts: Day, language: str) -> tuple[str, str]:
    """Subject (ASCII) and text: ten lines whose numbers add up to the finished calls.

    No phone and no name: it goes to whoever hears the alarms.
    """
    words = _WORDS.get(language, _WORDS[LANGUAGES[0]])
    zone = ZoneInfo(timezone)
    instants = {
        name: f"{datetime.fromtimestamp(getattr(told, name), zone):%Y-%m-%d %H:%M}" for name in ("since", "until")
    }
    values = {each.name: getattr(counts, each.name) for each in fields(Day)}
    numbers = {name: Count(value) if isinstance(value, int) else value for name, value in values.items()} | instants
    lines = [_with(words[line].format(**numbers), _among(line, counts, language, words)) for line in LINES]
    return words["subject"].format(day=told.day), "\n".join([*lines, _to_do(counts, words)])


def _to_do(counts: Day, words: Mapping[str, str]) -> str:
    """All that may need a person, in one line: an answer may have been dealt with, and hides no failure."""
    ways = {"decide": counts.held, "answer": counts.replied, "repair": counts.failed}
    what = "; ".join(words[name] for name, count in ways.items() if count)
    return words["to_do"].format(what=what) if what else words["nothing"]


def _with(line: str, among: str) -> str:
    return f"{line.removesuffix('.')}{among}." if among else line


def _among(line: str, counts: Day, language: str, words: Mapping[str, str]) -> str:
    """The most frequent reason, where there is one to tell."""
    if line == "failed" and counts.failed_by_code:
        code = code_of(next(iter(counts.failed_by_code)))
        why = f"{code.meaning_in(language)}, {code.number}" if code.number else ""
    elif line == "skipped" and counts.skipped_by_reason:
        why = in_a_row(explain(next(iter(counts.skipped_by_reason)), "en" if language == "en" else "es"))
    else:
        why = ""
    return words["among"].format(why=why) if why else ""
