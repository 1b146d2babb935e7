"""When an accepted message is looked at again, and until when it matters (facts/twilio.md §6). Pure.

First soon, then with gaps that grow with the message's age. Most of what fails does so within a minute; a phone that is
off may take it a day later.
"""

from .record import Record
from .status import Reason, Status

FIRST_SECONDS = 10
GAP_MOST_SECONDS = 3600
UNREAD_GAP_SECONDS = 600  # what has arrived may be read at any time: nothing depends on the minute
UNCONFIRMED_SECONDS = 24 * 3600  # of a message that Twilio has, and says nothing more about
READ_WITHIN_SECONDS = 6 * 3600  # of one that arrived

_RANKS = {Status.SENT: 0, Status.DELIVERED: 1, Status.READ: 2}


def next_look_at(record: Record, now: float) -> float:
    """Each gap is as long as all before it together, within bounds."""
    least = UNREAD_GAP_SECONDS if record.status == Status.DELIVERED else FIRST_SECONDS
    return now + min(max(least, now - record.sent_at), GAP_MOST_SECONDS)


def is_news(record: Record, status: Status) -> bool:
    """Whether a status of Twilio's moves the record on: never backwards, and what has arrived has not failed."""
    if status == Status.FAILED:
        return record.status == Status.SENT
    return _RANKS[status] > _RANKS[record.status]


def why_over(record: Record, now: float) -> Reason | None:
    """Why a message that is looked at now is followed no more, if nothing is new about it."""
    if record.status == Status.DELIVERED:
        return Reason.READ_UNKNOWN if now >= record.delivered_at + READ_WITHIN_SECONDS else None
    return Reason.UNCONFIRMED if now >= record.sent_at + UNCONFIRMED_SECONDS else None
