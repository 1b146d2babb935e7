"""Text from outside: made safe to store and send, and folded for comparing. Pure."""

import unicodedata

TEXT_MAX_CHARACTERS = 10_000


def clean(value: object) -> str:
    """A string that can travel on, trimmed and bounded; "" for anything else.

    JSON may carry half of a surrogate pair, which no request and no table can.
    """
    if not isinstance(value, str):
        return ""
    text = value[:TEXT_MAX_CHARACTERS]
    return (text if text.isascii() else text.encode("utf-8", "ignore").decode()).strip()


def one_line(text: str) -> str:
    """Without control characters, invisible marks and marks of direction; each run of white space is one space."""
    if not text.isprintable():
        text = "".join(char for char in text if char.isprintable() or char.isspace())
    return " ".join(text.split())


def fold(text: str) -> str:
    """Lower case, without accents, punctuation and emoji, one space between words: ` ¡Buzón, de VOZ! 🙏` is
    `buzon de voz`. A letter in a fancy alphabet is the plain one."""
    if text.isascii():
        plain = text.casefold()
    else:
        plain = unicodedata.normalize("NFKD", text).casefold()
        plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() else " " for char in plain).split())
