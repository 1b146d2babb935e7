"""Words of the contract that come with a sentence for people, in Spanish and English. Pure."""

from enum import StrEnum
from typing import Self


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
