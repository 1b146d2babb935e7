"""Text made to fit where it goes. Pure."""

from collections.abc import Callable

BODY_MAX_CHARACTERS = 1600  # Twilio refuses more with 21617 and never cuts (facts/twilio.md §1.5)
VARIABLE_MAX_CHARACTERS = 250  # the length every template accepts (facts/twilio.md §1.5)


def length(text: str) -> int:
    """Length in UTF-16 units: never less than any other way in which Twilio may count the 1,600."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, room: int, mark: str = "…", measure: Callable[[str], int] = length) -> str:
    """The text, or as many of its first words as fit with the mark; a first word too long is cut inside."""
    if measure(text) <= room:
        return text
    kept = text[: max(room - measure(mark), 0)]
    while kept and measure(kept + mark) > room:
        kept = kept[:-1]
    inside_a_word = not text[len(kept)].isspace() and not kept[-1:].isspace()
    if inside_a_word and len(kept.split()) > 1:
        kept = kept.rsplit(maxsplit=1)[0]
    return kept.rstrip() + mark
