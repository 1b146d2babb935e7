"""Text from outside: made safe to store and send, and folded for comparing. Pure."""

import re
import unicodedata

TEXT_MAX_CHARACTERS = 10_000
_WORD = re.compile(r"[A-Za-z][A-Za-z_-]{0,39}|")


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
    """Lower case, without accents; the words with one space between them: ` ¡Buzón, de VOZ! ` is `buzon de voz`."""
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return " ".join("".join(char if char.isalnum() else " " for char in plain).split())
