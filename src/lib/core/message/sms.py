"""An SMS of our own, in one or two segments of GSM-7 (contract §4, facts/twilio.md §1.5). Pure.

The shop's `texts` are not for SMS: one letter outside GSM-7 more than halves a segment, and each is billed. Most
accents are outside it (í, ó, á, ú, ã; é, ñ, ü, à are in it): such letters lose theirs.
"""

import unicodedata

from ..text import one_line
from .draft import Draft
from .fitting import cut

MAX_SEGMENTS = 2
SEPTETS, SEPTETS_OF_PART = 160, 153  # of a message in one segment; of each segment of a longer one
UNITS, UNITS_OF_PART = 70, 67  # UTF-16, once there is a character outside GSM-7
LONGEST_CHARACTERS = 1000  # more of a text is not looked at: it cannot be shown
NAME_MAX_SEPTETS, BRAND_MAX_SEPTETS = 40, 60

# 3GPP TS 23.038, 6.2.1: the default alphabet, and the extension whose characters take two septets.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("^{}\\[~]|€")
_ALIKE = {
    "'": "‘’‚‛´`ʼ′",
    '"': "“”„‟«»″",
    "-": "‐‑‒–—―−•·",
    "...": "…",
    "/": "⁄",
    "x": "×",
    "i": "ı",
    "th": "þ",
    "Th": "Þ",
}
_ALIKE |= {"l": "ł", "L": "Ł", "d": "đð", "D": "ĐÐ", "h": "ħ", "H": "Ħ", "oe": "œ", "OE": "Œ", "SS": "ẞ", "u": "µ"}
_LOOK_ALIKES = str.maketrans({other: plain for plain, others in _ALIKE.items() for other in others})


def text(draft: Draft) -> str:
    """At most two segments: the summary is cut. What GSM-7 cannot write (a name in another script) is left out."""
    words = draft.words
    known = cut(_legible(draft.name), NAME_MAX_SEPTETS, "...", septets)
    greeting = to_gsm7(words.greeting.replace("{name}", f" {known}" if known else "")).strip()
    brand = cut(to_gsm7(one_line(draft.policy.brand)), BRAND_MAX_SEPTETS, "...", septets)
    if draft.kind == "missed":
        return _joined(greeting, words.sms_missed, brand)
    short = _legible(draft.summary)
    if not short:
        return _joined(greeting, words.sms_talked, brand)
    room = MAX_SEGMENTS * SEPTETS_OF_PART - septets(_joined(greeting, words.sms_about.format(summary=""), brand))
    while True:
        whole = _joined(greeting, words.sms_about.replace("{summary}", cut(short, room, "...", septets)), brand)
        if segments(whole) <= MAX_SEGMENTS:
            return whole
        room -= 1  # a segment does not end inside a character of two septets, and leaves one of its own unused


def segments(body: str) -> int:
    """How many segments are billed."""
    is_gsm7 = all(character in BASIC or character in EXTENSION for character in body)
    sizes = [_septets(character) if is_gsm7 else 1 + (character > "\uffff") for character in body]
    whole, part = (SEPTETS, SEPTETS_OF_PART) if is_gsm7 else (UNITS, UNITS_OF_PART)
    if sum(sizes) <= whole:
        return 1
    count, filled = 1, 0
    for size in sizes:
        if filled + size > part:
            count, filled = count + 1, 0
        filled += size
    return count


def septets(body: str) -> int:
    """The length of a text that is all GSM-7."""
    return sum(map(_septets, body))


def to_gsm7(body: str) -> str:
    """The text in GSM-7: each character as it is, as what it looks like, without its accents, or not at all."""
    return "".join(map(_folded, unicodedata.normalize("NFC", body)))


def _septets(character: str) -> int:
    return 2 if character in EXTENSION else 1


def _folded(character: str) -> str:
    if character in BASIC or character in EXTENSION:
        return character
    plain = unicodedata.normalize("NFKD", character.translate(_LOOK_ALIKES)).translate(_LOOK_ALIKES)
    return "".join(part for part in plain if part in BASIC or part in EXTENSION)


def _legible(value: str) -> str:
    """On one line of GSM-7; "" when a letter or digit of it cannot be written: half a name is none."""
    line = unicodedata.normalize("NFC", one_line(value[:LONGEST_CHARACTERS]))
    if any(character.isalnum() and not _folded(character) for character in line):
        return ""
    return one_line(to_gsm7(line))


def _joined(greeting: str, sentence: str, brand: str) -> str:
    return f"{greeting} {to_gsm7(sentence)}\n{brand}".strip()
