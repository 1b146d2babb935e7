"""Which message of Twilio's list, if any, is the one an unclear claim made (facts/twilio.md §5.3). Pure.

Twilio gives no key of ours back, so a message is recognised by its address, its text and its time. Two calls to one
phone may have made the same text at the same time: then each message goes to the likeliest claim, and never to two.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Literal

from .frozen import frozen
from .message.compose import Message
from .outcome import FAILED_STATUSES
from .phone import spellings
from .record import Record
from .status import Reason

CLOCK_SKEW_SECONDS = 300  # Twilio's clock against ours (facts/twilio.md §5.3)
FIRST_GAP_SECONDS = 15
OF_EVERY_TEMPLATE = ("1", "2")  # name and summary (contract §4)


@frozen
class Row:
    """One message of Twilio's list; `created_at` in epoch seconds, of one second's resolution."""

    sid: str
    to: str
    sender: str  # may be empty at first when a Messaging Service chose it
    body: str
    direction: str
    status: str
    error_code: int | None
    created_at: float


def earliest_creation(claim: Record) -> float:
    """Before this instant no message can be the claim's, whatever the clocks say."""
    return claim.claimed_at - CLOCK_SKEW_SECONDS


def could_be(row: Row, claim: Record) -> bool:
    """Whether a message may be the one that this claim made."""
    return _went_the_same_way(row, claim) and _same_text(row.body, claim)


def _went_the_same_way(row: Row, claim: Record) -> bool:
    """From our sender to the person, since the claim. There is no latest instant: an owner may have stalled."""
    return (
        row.direction == "outbound-api"
        and row.to in spelled(claim.to)
        and row.sender in ("", *spelled(claim.sender))
        and earliest_creation(claim) <= row.created_at
    )


def find(
    claim: Record, rows: Sequence[Row], of_phone: Iterable[Record], now: float
) -> Row | Literal["not_listed", "contested"]:
    """The claim's own message; contested: what the list shows may be another claim's.

    `of_phone` are the records of all calls to the phone, read after the list was.
    """
    others = [record for record in of_phone if record.pk != claim.pk]
    taken = {sid for record in (claim, *others) for sid in record.sids}
    free = sorted((row for row in rows if row.sid not in taken), key=lambda row: (row.created_at, row.sid))
    mine = [row for row in free if could_be(row, claim)]
    if not mine:
        return "not_listed"
    rivals = [r for r in others if r.may_have_left and any(could_be(row, r) for row in mine)]
    if any(rival.is_in_flight(now) for rival in rivals):
        return "contested"
    if not rivals:  # the others are nobody's that we know: a released call's, or another software's of the account
        # After a resend two may be the call's own: while one of them may arrive, the other's failure says nothing.
        arriving = [row for row in mine if claim.resends and row.status not in FAILED_STATUSES]
        best = max(arriving or mine, key=partial(_likelihood, claim=claim))
        return "contested" if any(_was_nearer(best, record, claim) for record in others) else best
    contenders = [claim, *rivals]
    for row in free:
        fitting = [record for record in contenders if could_be(row, record)]
        if fitting:
            winner = max(fitting, key=partial(_likelihood, row))
            if winner.pk == claim.pk:
                # What follows a failure is another message: not while this one may be a rival's, and ours on its way.
                return "contested" if row.status in FAILED_STATUSES else row
            contenders.remove(winner)
    # Never "not listed": one look may reach further back than another's, and give it to us next time.
    return "contested"


def _was_nearer(row: Row, other: Record, claim: Record) -> bool:
    """Whether the message is rather that of a call that a person released, whose words are forgotten."""
    is_released = other.reason == Reason.RELEASED_BY_A_PERSON and other.claim_id != "" and not other.message_sid
    own_gap, its_gap = abs(row.created_at - claim.claimed_at), abs(row.created_at - other.claimed_at)
    return is_released and _went_the_same_way(row, other) and its_gap < own_gap


def is_anybodys(claim: Record, rows: Iterable[Row], of_phone: Iterable[Record]) -> bool:
    """Whether the list shows a message of our sender to the person since the claim that none of our records explains.

    It may be the claim's own, with a text that nobody recognises. Asked where `find` says that the claim's is not
    listed.
    """
    records = [claim, *of_phone]
    taken = {sid for record in records for sid in record.sids}
    ours = [record for record in records if record.may_have_left]
    sent = (row for row in rows if _went_the_same_way(row, claim) and row.sid not in taken)
    return any(not any(could_be(row, record) for record in ours) for row in sent)


def _likelihood(row: Row, claim: Record) -> tuple[bool, bool, int, bool, float, str]:
    """The claim that knows most of the text (a template knows its variables only); among equals one that is still
    looked for (a held call is not), and then the nearest in time."""
    text = folded(row.body)
    shown = [value for value in claim.message.variables.values() if folded(value) in text]
    knows_all, knows_some = bool(claim.message.body), sum(map(len, shown))
    is_exact = text == folded(claim.message.body)
    nearness = -abs(row.created_at - claim.claimed_at)
    return knows_all, is_exact, knows_some, claim.status == "claimed", nearness, claim.pk


def spelled(address: str) -> tuple[str, ...]:
    """An address of a channel (`whatsapp:+…`) in every spelling of its number."""
    channel, phone = split(address)
    return tuple(channel + one for one in spellings(phone))


def split(address: str) -> tuple[str, str]:
    """`whatsapp:+57…` → `whatsapp:`, `+57…`."""
    channel, colon, phone = address.rpartition(":")
    return channel + colon, phone


def is_text_within(shown: str, message: Message) -> bool:
    """Whether a text that Twilio shows is the message's: white space may be folded, and words of Twilio's own may stand
    before or after it (a trial account's). A template's text comes rendered, or not at all, and shows name and summary;
    it need not show the shop's own variables, for Twilio drops those that a template has no place for."""
    text = folded(shown)
    if message.content_sid:
        given = message.variables
        return not text or all(folded(given[key]) in text for key in OF_EVERY_TEMPLATE if key in given)
    sent = folded(message.body)
    return text == sent or (sent != "" and (text.startswith(sent) or text.endswith(sent)))


def next_look_at(claim: Record, now: float, settle_seconds: float) -> float:
    """When to look again: each gap as long as all before it together, and once more at the very end."""
    end = claim.claimed_at + settle_seconds
    if now >= end:
        return now + FIRST_GAP_SECONDS
    return min(now + max(FIRST_GAP_SECONDS, now - claim.claimed_at), end)


def _same_text(body: str, claim: Record) -> bool:
    return is_text_within(body, claim.message)


def folded(text: str) -> str:
    """Its words, one blank between them, each accent in its letter: a Mac writes it as a character of its own."""
    return " ".join(unicodedata.normalize("NFC", text).split())
