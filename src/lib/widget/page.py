"""The widget's HTML (contract §8): without script, escaped by markupsafe, which lets no text become anything else.

`cwdb-action` is CloudWatch's own element: it acts on the one before it, and asks first (facts/aws.md §1.9).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

from markupsafe import Markup, escape

from ..config.in_spanish import problem_in
from ..core.frozen import frozen
from ..core.inbound import answers_to, wordless
from ..core.record import Record
from ..core.status import Status
from ..core.text import one_line
from ..reading.reader import Answer, Suppression
from ..reading.story import Story
from ..reading.views import whose_wish
from .view import View
from .words import counted, words_of

BYTES_AT_MOST = 95_000  # of the 100 KB; what is left is CloudWatch's frame
TEXT_MAX_CHARACTERS = 400
INTERVALS_SECONDS = (5, 15, 30, 60)
_COLOURS = {
    "light": "--ink:#16191f;--dim:#545b64;--line:#d5dbdb;--well:#1d6b1f;--watch:#8a5300;--bad:#b01212;--back:#ffffff",
    "dark": "--ink:#e9ebed;--dim:#a7b0ba;--line:#414d5c;--well:#6fce73;--watch:#f2b45a;--bad:#ff8f8f;--back:#0f1b2a",
}
_STYLE = """
.vigia{%s;color:var(--ink);background:var(--back);font:14px/1.45 system-ui,sans-serif;padding:4px 8px}
.vigia h2{font-size:15px;margin:14px 0 4px;color:var(--ink)}
.vigia .top{font-size:16px;font-weight:600;border-left:5px solid;padding:2px 0 2px 10px;margin:4px 0}
.vigia .well{color:var(--well)} .vigia .watch{color:var(--watch)} .vigia .bad{color:var(--bad)}
.vigia .dim{color:var(--dim)} .vigia p{margin:3px 0;overflow-wrap:anywhere}
.vigia ul{list-style:none;margin:0;padding:0} .vigia li{border-top:1px solid var(--line);padding:5px 0}
.vigia ol{margin:2px 0;padding-left:22px} .vigia ol li{border:0;padding:0}
.vigia summary{cursor:pointer;overflow-wrap:anywhere} .vigia a.btn{color:var(--ink);border:1px solid var(--dim);
background:transparent;border-radius:4px;padding:2px 9px;margin:3px 6px 3px 0;display:inline-block;cursor:pointer;
text-decoration:none;font-size:13px} .vigia a.link{color:inherit}
.vigia input{color:var(--ink);background:transparent;border:1px solid var(--dim);border-radius:4px;padding:3px 6px}
"""
_STYLES = {theme: Markup(_STYLE % colours) for theme, colours in _COLOURS.items()}  # noqa: S704 — ours alone


@frozen
class Frame:
    """How it is to be shown. shown_by: the ARN that was asked; a search asks it again, for a viewer may call no other.
    endpoint: the ARN that the buttons call, "" where nobody may steer. notice: what became of a button just pressed.
    deployed_seconds: the pace where the settings name none; 0: unknown. is_read: whether the table told; of what it
    did not tell nothing is said, for "nothing" would be a lie."""

    language: str
    zone: tzinfo
    theme: str = "light"
    shown_by: str = ""
    endpoint: str = ""
    notice: str = ""
    deployed_seconds: float = 0
    is_read: bool = True


def page(view: View, frame: Frame) -> str:
    """One string of HTML, of 95 KB at most: the oldest calls are left out first."""
    html = "".join(_parts(view, frame))
    while len(html.encode()) > BYTES_AT_MOST and (view.calls or view.answers or view.held or view.written):
        view = _shorter(view)
        html = "".join(_parts(view, frame))
    return html


def _shorter(view: View) -> View:
    longest = max(("calls", "answers", "held", "written"), key=lambda name: len(getattr(view, name)))
    shown = getattr(view, longest)
    return replace(view, **{longest: shown[: len(shown) // 2]})


def _parts(view: View, frame: Frame) -> Iterator[Markup]:
    words = words_of(frame.language)
    # Markup's `format` escapes what is put in: no text of anybody's reaches the page in another way.
    yield Markup("<style>{}</style>").format(_STYLES["dark" if frame.theme == "dark" else "light"])
    yield Markup('<div class="vigia cwdb-no-default-styles" lang="{}">').format(frame.language)
    if frame.notice:
        yield Markup('<p role="status"><strong>{}</strong></p>').format(_ours(frame.notice))
    yield Markup('<p class="top {}" role="status">{}</p>').format(str(view.state), _ours(view.sentence))
    if frame.is_read:
        yield Markup("<h2>{}</h2>").format(words["title_needs"])
        yield from _needs(view, frame, words)
        yield Markup("<h2>{}</h2>").format(
            words["title_found"].format(asked=_short(view.asked)) if view.asked else words["title_latest"]
        )
        yield from _person(view, frame, words)
        yield from _calls(view, frame, words)
    yield _search(frame, words)
    yield from _steering(view, frame, words)
    yield Markup("</div>")


# ── what needs a person ──────────────────────────────────────────────────────────────────────────────────────────────


def _needs(view: View, frame: Frame, words: Mapping[str, str]) -> Iterator[Markup]:
    if not (view.held or view.answers or view.unreadable):
        yield Markup('<p class="dim">{}</p>').format(words["nothing_needed"])
        return
    yield Markup("<ul>")
    for story in view.held:
        yield _call(story, frame, words, is_open=True)
    yield _more(view.held_count - len(view.held), "vigia held", words)
    for answer in view.answers:
        yield _answer(answer, frame, words)
    yield _more(view.answers_count - len(view.answers), "vigia replies --open", words)
    for key, problem in view.unreadable:
        yield Markup("<li>{}</li>").format(
            words["unreadable"].format(key=_short(key), problem=_short(problem_in(problem, frame.language)))
        )
    yield Markup("</ul>")


def _answer(answer: Answer, frame: Frame, words: Mapping[str, str]) -> Markup:
    who, text = _who(answer.phone, answer.name), _said(answer, frame, words)
    if answer.ended_at:
        text = f"{text} {answers_to(answer.kind, answer.ended_at, answer.phone, frame.language)}"
    link = Markup('<a class="btn" href="https://wa.me/{}">{}</a>').format(_digits(answer.phone), words["reply"])
    handled = _button("handled", frame, words, {"sid": answer.sid}, who=who)
    return Markup("<li><p>{}</p>{}{}</li>").format(text, link, handled)


def _said(answer: Answer, frame: Frame, words: Mapping[str, str]) -> str:
    who, files = _who(answer.phone, answer.name), counted(words, "files", answer.media_count)
    told = ", ".join(part for part in (_short(answer.text), files if answer.media_count else "") if part)
    return words["answered"].format(who=who, at=_at(answer.at, frame.zone), text=told or wordless(frame.language))


def _more(count: int, command: str, words: Mapping[str, str]) -> Markup:
    if count <= 0:
        return Markup()
    return Markup('<li class="dim">{}</li>').format(words["more"].format(n=count, command=command))


# ── calls ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _person(view: View, frame: Frame, words: Mapping[str, str]) -> Iterator[Markup]:
    """Of whoever is asked for: whether they want no messages, and all that they wrote."""
    if view.wish.suppressed:
        told = words["suppressed"].format(at=_at(view.wish.since, frame.zone), whose=_whose(view.wish, words))
        yield Markup('<p class="watch">{}</p>').format(_ours(told))
    for answer in view.written:
        yield Markup("<p>{}{}</p>").format(_said(answer, frame, words), words["handled"] if answer.handled_at else "")


def _whose(wish: Suppression, words: Mapping[str, str]) -> str:
    return words[f"wish_{whose_wish(wish)}"].format(why=wish.why)


def _calls(view: View, frame: Frame, words: Mapping[str, str]) -> Iterator[Markup]:
    if not view.calls:
        yield Markup('<p class="dim">{}</p>').format(words["not_found" if view.asked else "no_calls"])
        return
    yield Markup("<ul>")
    for story in view.calls:
        yield _call(story, frame, words, is_open=bool(view.asked))
    yield Markup("</ul>")


def _call(story: Story, frame: Frame, words: Mapping[str, str], *, is_open: bool) -> Markup:
    record = story.record
    who = _who(record.call.phone, record.call.name)
    at = _at(record.ended_at or record.recorded_at, frame.zone)
    moments = Markup().join(Markup("<li>{}</li>").format(_ours(moment.text)) for moment in story.moments[-12:])
    return Markup(
        "<li><details{}><summary>{} · {} · <strong>{}</strong></summary><ol>{}</ol><p>{}</p>{}</details></li>"
    ).format(
        Markup(" open") if is_open else Markup(),
        at,
        who,
        _ours(story.head),
        moments,
        _ours(words["next"].format(what=story.next)),
        _decisions(record, who, frame, words),
    )


def _decisions(record: Record, who: str, frame: Frame, words: Mapping[str, str]) -> Markup:
    names = {Status.HELD: ("release", "resend"), Status.FAILED: ("resend",)}.get(record.status, ())
    return Markup().join(_button(name, frame, words, {"pk": record.pk}, who=who) for name in names)


# ── steering ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _search(frame: Frame, words: Mapping[str, str]) -> Markup:
    field = Markup('<input type="text" name="phone" aria-label="{0}" placeholder="{0}">').format(words["ask"])
    return Markup('<form class="inline">{} {}</form>').format(
        field, _action(words["search"], {"lang": frame.language}, frame.shown_by)
    )


def _steering(view: View, frame: Frame, words: Mapping[str, str]) -> Iterator[Markup]:
    settings = view.settings
    yield Markup("<h2>{}</h2>").format(words["title_steer"])
    if settings is None or not frame.endpoint:
        yield Markup('<p class="dim">{}</p>').format(view.sentence if settings is None else words["read_only"])
        return
    seconds = settings.interval_seconds or frame.deployed_seconds
    pace = words["pace"].format(n=f"{seconds:g}") if seconds else words["pace_deployed"]
    yield Markup('<p class="dim">{}</p>').format(
        words["setting"].format(
            pace=pace,
            paused=words["is_paused" if settings.paused else "is_not_paused"],
            rehearsal=words["is_rehearsal" if settings.dry_run else "is_not_rehearsal"],
        )
    )
    yield _button("resume" if settings.paused else "pause", frame, words, {})
    yield _button("dry_run", frame, words, {"on": not settings.dry_run}, "_off" if settings.dry_run else "_on")
    for seconds in INTERVALS_SECONDS:
        if seconds != settings.interval_seconds:
            yield _button("interval", frame, words, {"seconds": seconds}, n=seconds)
    if settings.interval_seconds:
        yield _button("interval", frame, words, {"seconds": None}, "_null")


def _button(
    do: str, frame: Frame, words: Mapping[str, str], parameters: Mapping[str, Any], form: str = "", **values: object
) -> Markup:
    """A button that asks before it acts; nothing where nobody may steer."""
    if not frame.endpoint:
        return Markup()
    label, sure = words[f"do_{do}{form}"].format(**values), words[f"sure_{do}{form}"].format(**values)
    return _action(label, {"do": do, **parameters, "lang": frame.language}, frame.endpoint, sure)


def _action(label: str, parameters: Mapping[str, Any], endpoint: str, sure: str = "") -> Markup:
    asks = Markup(' confirmation="{}"').format(sure) if sure else Markup()
    return Markup(
        '<a class="btn">{}</a><cwdb-action action="call" display="widget" endpoint="{}"{}>{}</cwdb-action>'
    ).format(label, endpoint, asks, json.dumps(parameters, ensure_ascii=False))


# ── texts of others ──────────────────────────────────────────────────────────────────────────────────────────────────


def _who(phone: str, name: str) -> str:
    return f"{one_line(name)[:60]} ({phone})" if name else phone


def _short(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= TEXT_MAX_CHARACTERS else line[:TEXT_MAX_CHARACTERS] + "…"


def _ours(text: str) -> Markup:
    """A sentence of ours: what stands in it between backticks is a setting or a command, and is shown as one."""
    parts = _short(text).split("`")
    if len(parts) % 2 == 0:  # an odd mark, or one that was cut off
        return escape("`".join(parts))
    return Markup().join(Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in enumerate(parts))


def _digits(phone: str) -> str:
    return "".join(char for char in phone if char.isdecimal())


def _at(at: int, zone: tzinfo) -> str:
    return f"{datetime.fromtimestamp(at, zone):%Y-%m-%d %H:%M}"
