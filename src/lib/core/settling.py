"""What follows for an unclear claim from one look at Twilio's list. Pure."""

from typing import Literal

from .frozen import frozen
from .matching import Row, next_look_at
from .policy import Settings
from .record import OWNER_GONE_SECONDS, Record
from .status import Reason

RESENDS_AT_MOST = 1

Seen = Row | Literal["not_listed", "contested", "unread", "no_list"]
"""What a look showed: the claim's own message; none; one that may be another claim's; nothing could be read; or there
is no list to look in (SES)."""


@frozen
class Found:
    """The message is there: the call is settled by it."""

    row: Row


@frozen
class LookLater:
    """Not settled yet; `due_at` in epoch seconds."""

    due_at: float
    reason: Reason


@frozen
class Resend:
    """`unclear: resend`: the message may go out once more, under a claim of its own."""

    reason: Reason


@frozen
class Hold:
    """Nobody can tell whether the message left: a person decides."""

    reason: Reason


def what_follows(
    claim: Record, seen: Seen, settings: Settings, now: float, *, is_legible: bool = True
) -> Found | LookLater | Resend | Hold:
    """now: the instant before the look, in epoch seconds: the last look must come after the time is up.

    is_legible: False when Twilio shows this sender's messages so that a look may not recognise them.
    """
    if isinstance(seen, Row):
        return Found(seen)
    if seen == "no_list":
        gone_at = claim.claimed_at + OWNER_GONE_SECONDS
        return LookLater(gone_at, Reason.UNCLEAR_NO_LIST) if claim.is_in_flight(now) else Hold(Reason.UNCLEAR_NO_LIST)
    settle_seconds = settings.settle_minutes * 60
    # A list that cannot be read says nothing: as long again is given to it before a person is asked.
    patience_seconds = settle_seconds if seen == "not_listed" else 2 * settle_seconds
    if now < claim.claimed_at + patience_seconds or claim.is_in_flight(now):
        return LookLater(next_look_at(claim, now, settle_seconds), Reason(f"unclear_{seen}"))
    if settings.unclear == "resend" and claim.resends < RESENDS_AT_MOST and seen == "not_listed":
        return Resend(Reason.NOT_FOUND_RESEND) if is_legible else Hold(Reason.UNCLEAR_REWRITTEN)
    return Hold(Reason(f"unclear_{seen}"))
