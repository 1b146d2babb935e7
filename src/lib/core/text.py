"""Text from outside: made safe to store and send, and folded for comparing. Pure."""

import re
import unicodedata
from collections.abc import Iterator

TEXT_MAX_CHARACTERS = 10_000
_WORD = re.compile(r"[A-Za-z][A-Za-z_-]{0,39}|")


class Count(int):
    """A number that takes its word with it: `{calls:call|calls}` is `1 call`, and `2 calls`; other forms are int's."""

    def __format__(self, form: str) -> str:
        if "|" not in form:
            return int.__format__(self, form)
        one, _, more = form.partition("|")
        return f"{self:d} {one if self == 1 else more}"


def clean(value: object) -> str:
    """A string that can travel on, trimmed and bounded; "" for anything else.

    JSON may carry half of a surrogate pair, which no request and no table can.
    """
    if not isinstance(value, str):
        return ""
    text = value[:TEXT_MAX_CHARACTERS]
    return (text if text.isascii() else text.encode("utf-8", "ignore").decode()).strip()


def word(text: str) -> str:
    """A word of a program's as a log may show it; "?" for what is none, which may be anything, a name or a phone."""
    return text if _WORD.fullmatch(text) else "?"


def one_line(text: str) -> str:
    """Without control characters, invisible marks and marks of direction; each run of white space is one space."""
    if not text.isprintable():
        text = "".join(char for char in text if char.isprintable() or char.isspace())
    return " ".join(text.split())


def fold(text: str) -> str:
    """Lower case, without accents, punctuation, emoji and invisible marks, one space between words:
    ` ¡Buzón, de VOZ! 🙏` is `buzon de voz`. A letter in a fancy alphabet is the plain one."""
    plain = text.casefold() if text.isascii() else "".join(_plain(unicodedata.normalize("NFKD", text).casefold()))
    return " ".join("".join(char if char.isalnum() else " " for char in plain).split())


def _plain(text: str) -> Iterator[str]:
    return (char for char in text if not unicodedata.combining(char) and unicodedata.category(char) != "Cf")
