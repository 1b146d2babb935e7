"""Text from outside: made safe to store and send, and folded for comparing. Pure."""

import re
import unicodedata

TEXT_MAX_CHARACTERS = 10_000
TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))  # the direction of all that follows
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
    return " ".join(unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS).split())


class _Letters(dict[int, str | None]):
    """For `str.translate`, learned as it meets them: a letter or digit is itself, an accent nothing, all else a space.

    Four times as fast as asking about each character of each text.
    """

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        is_nothing = unicodedata.combining(char) or unicodedata.category(char) == "Cf"
        self[code] = None if is_nothing else char if char.isalnum() else " "
        return self[code]


_LETTERS = _Letters()
