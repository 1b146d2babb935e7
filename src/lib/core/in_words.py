"""Words of the contract that come with a sentence for people, in Spanish and English. Pure."""

from enum import StrEnum
from typing import Self

_NAMES = ("Twilio", "ElevenLabs", "WhatsApp", "Meta", "SMS", "SES")


class InWords(StrEnum):
    """An enumeration of such words: `NAME = "value", "en español", "in English"`."""

    es: str
    en: str

    def __new__(cls, value: str, es: str = "", en: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_, member.es, member.en = value, es, en
        return member

    def sentence(self, language: str) -> str:
        return self.en if language == "en" else self.es


def in_a_row(sentence: str) -> str:
    """A sentence as a part of a line: neither its capital nor its full stop."""
    first = sentence if sentence.startswith(_NAMES) else f"{sentence[:1].lower()}{sentence[1:]}"
    return first.removesuffix(".")
