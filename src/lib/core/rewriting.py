"""How Twilio shows a sender's messages otherwise than they were sent, as accepted creates have shown. Pure.

A look-up compares what was sent with what the list shows. Known spellings of one number and words put around a text it
can undo by itself; a further prefix of the number, or that a template has no place for the name or for the summary, it
must have been told of; any other change it cannot undo, and then "not in the list" proves nothing.
"""

import json
from dataclasses import replace

from .frozen import frozen
from .matching import OF_EVERY_TEMPLATE, folded, is_text_within, spelled, split
from .message.compose import Message
from .outcome import Reply
from .record import Record

AROUND, TEXT, NUMBER, SENDER = "text around", "text ?", "to ?", "from ?"
_TO = "to "
_UNPLACED = "template {sid} without {key}"
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

    def as_shown(self, record: Record) -> Record:
        """With those of its template's variables alone that the template has a place for."""
        sid, variables = record.message.content_sid, record.message.variables
        placed = {
            key: value for key, value in variables.items() if _UNPLACED.format(sid=sid, key=key) not in self.marks
        }
        if placed == variables:
            return record
        return replace(record, message=replace(record.message, content_variables=json.dumps(placed)))


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
        if unplaced := _unplaced(reply.body, claim.message):
            marks, hides_text = marks | unplaced, False
        if not hides_text and wanted and folded(reply.body) != wanted:
            marks.add(AROUND)
    return frozenset(marks | ({TEXT} if hides_text else set()))


def _unplaced(shown: str, message: Message) -> set[str]:
    """The mark of the name or of the summary, where a template's text shows the other alone."""
    text, given = folded(shown), message.variables
    missing = [key for key in OF_EVERY_TEMPLATE if key in given and folded(given[key]) not in text]
    is_other_shown = len(missing) == 1 and len(given) > 1 and text != ""
    return {_UNPLACED.format(sid=message.content_sid, key=missing[0])} if is_other_shown else set()


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
