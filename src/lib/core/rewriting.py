"""How Twilio shows a sender's messages otherwise than they were sent, as accepted creates have shown. Pure.

A look-up compares what was sent with what the list shows. Known spellings of one number and words put around a text it
can undo by itself; a further prefix of the number it must have been told of; any other change it cannot undo, and then
"not in the list" proves nothing.
"""

from .frozen import frozen
from .matching import folded, is_text_within, spelled, split
from .outcome import Reply
from .record import Record

AROUND, TEXT, NUMBER, SENDER = "text around", "text ?", "to ?", "from ?"
_TO = "to "
PREFIX_MOST_CHARACTERS = 7  # a country and an area; a longer one would be of one person's number


@frozen
class Rewriting:
    """What is known of one sender. `marks`: as they are stored."""

    marks: frozenset[str] = frozenset()

    @property
    def hides(self) -> bool:
        """Whether a message may stand in the list and not be recognised."""
        return not self.marks.isdisjoint({TEXT, NUMBER, SENDER})

    def addresses(self, to: str) -> list[str]:
        """The address itself, and every other under which Twilio may list its messages."""
        channel, phone = split(to)
        swaps = [mark.removeprefix(_TO).partition(">") for mark in sorted(self.marks) if ">" in mark]
        learned = [channel + shown + phone.removeprefix(sent) for sent, _, shown in swaps if phone.startswith(sent)]
        return list(dict.fromkeys((*spelled(to), *learned)))


def marks_of(claim: Record, reply: Reply) -> frozenset[str]:
    """How the created message differs from the one that was sent: empty when it does not."""
    marks: set[str] = set()
    if reply.to is not None and reply.to != claim.to:
        marks.add(_mark_of_number(claim.to, reply.to))
    if reply.sender and reply.sender != claim.sender:
        marks.add(SENDER)  # the list is asked by the sender, too
    if reply.body is None:
        # A whole message that keeps its text back (facts/twilio.md §1.2, ContentRetention).
        hides_text = reply.to is not None and claim.message.body != ""
    else:
        hides_text = not is_text_within(reply.body, claim.message)
        wanted = folded(claim.message.body)
        if not hides_text and wanted and folded(reply.body) != wanted:
            marks.add(AROUND)
    return frozenset(marks | ({TEXT} if hides_text else set()))


def _mark_of_number(sent_to: str, shown_to: str) -> str:
    """The two prefixes before the digits in common: `to +521>+52`."""
    (channel, sent), (other_channel, shown) = split(sent_to), split(shown_to)
    common = 0
    while common < min(len(sent), len(shown)) and sent[-1 - common] == shown[-1 - common]:
        common += 1
    before, after = sent[: len(sent) - common], shown[: len(shown) - common]
    is_long = max(len(before), len(after)) > PREFIX_MOST_CHARACTERS
    if channel != other_channel or is_long or not before or not after:
        return NUMBER
    return f"{_TO}{before}>{after}"
