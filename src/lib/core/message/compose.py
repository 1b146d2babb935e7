"""The words of the follow-up, or the variables of its approved template (contract §4). Pure."""

import json
from dataclasses import dataclass

from ...core.policy import Policy
from .words import WORDS, Words

BODY_MAX_CHARACTERS = 1600  # Twilio refuses more with 21617 and never cuts (facts/twilio.md §1.5)
VARIABLE_MAX_CHARACTERS = 250  # the length every template accepts (facts/twilio.md §1.5)


@dataclass(frozen=True, slots=True)
class Message:
    """What leaves: a body, or a template's SID with its variables as Twilio wants them (a JSON string)."""

    body: str = ""
    content_sid: str = ""
    content_variables: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """The values a rendered template must show."""
        return tuple(json.loads(self.content_variables).values()) if self.content_variables else ()


def compose(kind: str, name: str, summary: str, language: str, policy: Policy) -> Message:
    """The message of a kind (`follow_up`, `missed`) in a language; empty name and summary mean unknown."""
    template = policy.content_sids.get(kind, {}).get(language)
    if template:
        return _template(template, kind, name, summary, WORDS[language])
    return Message(body=_body(kind, name, summary, policy.brand, WORDS[language]))


def _template(sid: str, kind: str, name: str, summary: str, words: Words) -> Message:
    variables = {"1": _one_line(name) or words.someone}
    if kind == "follow_up":
        variables["2"] = _one_line(summary) or words.something
    return Message(content_sid=sid, content_variables=json.dumps(variables, ensure_ascii=False))


def _body(kind: str, name: str, summary: str, brand: str, words: Words) -> str:
    greeting = words.greeting.replace("{name}", f" {name}" if name else "")
    before, after = f"{greeting}\n\n", f"\n\n{words.closing}\n\n---\n*{brand}*"
    if kind == "missed":
        return before + words.missed + after
    if not summary:
        return before + words.talked + after
    about = words.about.removesuffix("{summary}")
    room = BODY_MAX_CHARACTERS - _length(before + about + after)
    return before + about + cut(summary, room) + after


def _one_line(text: str) -> str:
    return cut(" ".join(text.split()), VARIABLE_MAX_CHARACTERS)


def cut(text: str, room_characters: int) -> str:
    """The text, or as many of its first words as fit with `…`; a first word too long is cut inside."""
    if _length(text) <= room_characters:
        return text
    kept = text[: room_characters - 1]
    while _length(kept) > room_characters - 1:
        kept = kept[:-1]
    inside_a_word = not text[len(kept)].isspace() and not kept[-1:].isspace()
    if inside_a_word and len(kept.split()) > 1:
        kept = kept.rsplit(maxsplit=1)[0]
    return kept.rstrip() + "…"


def _length(text: str) -> int:
    """Length in UTF-16 units: never less than any other way in which Twilio may count the 1,600."""
    return len(text.encode("utf-16-le")) // 2
