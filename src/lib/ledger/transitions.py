"""Every way a call's record may move, as data.

`moves` takes its conditions and values from here; the tests hold the ledger, its model and the diagram of
docs/architecture.md against it.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from ..core.frozen import frozen
from ..core.record import FORGOTTEN_ON_ARRIVAL, FORGOTTEN_WHEN_SETTLED, OPEN_STATUSES, PERSONAL
from ..core.status import Status

SETTLE, SEND, WATCH, TRACK, HELD = "settle", "send", "watch", "track", "held"
"""The queues. `settle`: claims to look up. `send`: calls that wait for an instant. `watch`: calls that wait for what
may come before their wait ends. `track`: messages to follow. `held`: a person decides."""


FOLLOWED = (Status.SENT, Status.DELIVERED)
"""Of these, news may still come."""


class Who(Enum):
    """Who may make a move."""

    FIRST = "anybody, while there is no live record"
    CLAIM = "whoever knows its claim, while that stands"  # whatever the fence: what Twilio said stays true
    NEWEST = "a run, while no newer one has moved it"


@frozen
class Transition:
    """From one of `before` (none: there is no live record) to one of `after`; where these are the same, it stays.

    queue: where it stands afterwards, unless its status is final then; "" in none. of_claim: the claim must be the one
    that was seen. of_message: the message and its status must be, and still be followed. forgets: personal data is
    dropped, as much of it as nothing needs any more.
    """

    before: tuple[Status, ...]
    after: tuple[Status, ...]
    who: Who
    queue: str = ""
    of_claim: bool = False
    of_message: bool = False
    forgets: bool = False

    def queue_of(self, after: Status) -> str:
        return "" if after in _FINAL else self.queue

    def forgotten(self, after: Status) -> tuple[str, ...]:
        """The attributes that are dropped.

        A message that failed, or has not arrived yet, may be followed by another: name and e-mail address are kept for
        it. After arrival only the name is kept, for the notice of an answer.
        """
        return _FORGOTTEN[after] if self.forgets else ()


_CLAIMED_ONCE = (*OPEN_STATUSES, Status.WAITING)  # what waits with a claim's id was let go for a resend
_FINAL = (Status.READ, Status.FAILED, Status.SKIPPED)
_FORGOTTEN = {
    Status.SKIPPED: PERSONAL,
    Status.SENT: FORGOTTEN_WHEN_SETTLED,
    Status.FAILED: FORGOTTEN_WHEN_SETTLED,
    Status.DELIVERED: FORGOTTEN_ON_ARRIVAL,
    Status.READ: FORGOTTEN_ON_ARRIVAL,
}
_ACCEPTED = (Status.SENT, Status.DELIVERED, Status.READ, Status.FAILED)

TRANSITIONS: Mapping[str, Transition] = MappingProxyType(
    {
        # what is decided before a send
        "wait": Transition((), (Status.WAITING,), Who.FIRST, WATCH),
        "wait_on": Transition((Status.WAITING,), (Status.WAITING,), Who.NEWEST, WATCH),
        "defer": Transition((), (Status.WAITING,), Who.FIRST, SEND),
        "defer_waiting": Transition((Status.WAITING,), (Status.WAITING,), Who.NEWEST, SEND),
        "skip": Transition((), (Status.SKIPPED,), Who.FIRST, forgets=True),
        "skip_waiting": Transition((Status.WAITING,), (Status.SKIPPED,), Who.NEWEST, forgets=True),
        "next_instead": Transition((Status.WAITING,), (Status.WAITING,), Who.NEWEST, SEND, of_claim=True),
        "give_up": Transition((Status.WAITING,), (Status.FAILED,), Who.NEWEST, forgets=True),
        # the right to send once
        "claim": Transition((), (Status.CLAIMED,), Who.FIRST, SETTLE),
        "claim_waiting": Transition((Status.WAITING,), (Status.CLAIMED,), Who.NEWEST, SETTLE),
        # what was learned of a claim
        "accepted": Transition(_CLAIMED_ONCE, _ACCEPTED, Who.CLAIM, TRACK, of_claim=True, forgets=True),
        "refused": Transition(_CLAIMED_ONCE, (Status.FAILED,), Who.CLAIM, of_claim=True, forgets=True),
        "postponed": Transition(_CLAIMED_ONCE, (Status.WAITING,), Who.CLAIM, SEND, of_claim=True),
        "next_channel": Transition(_CLAIMED_ONCE, (Status.WAITING,), Who.CLAIM, SEND, of_claim=True),
        "found": Transition(_CLAIMED_ONCE, _ACCEPTED, Who.CLAIM, TRACK, of_claim=True, forgets=True),
        # what is decided about a claim whose outcome is unclear
        "look_again": Transition((Status.CLAIMED,), (Status.CLAIMED,), Who.NEWEST, SETTLE, of_claim=True),
        "hold": Transition((Status.CLAIMED,), (Status.HELD,), Who.NEWEST, HELD, of_claim=True),
        "resend": Transition(OPEN_STATUSES, (Status.WAITING,), Who.NEWEST, SEND, of_claim=True),
        "send_anew": Transition((Status.FAILED,), (Status.WAITING,), Who.NEWEST, SEND, of_claim=True),
        "release": Transition((Status.HELD,), (Status.SKIPPED,), Who.NEWEST, of_claim=True, forgets=True),
        # what became of an accepted message: never backwards, and delivered is never failed
        "delivered": Transition((Status.SENT,), (Status.DELIVERED,), Who.NEWEST, TRACK, of_message=True, forgets=True),
        "read": Transition(FOLLOWED, (Status.READ,), Who.NEWEST, of_message=True, forgets=True),
        "undelivered": Transition((Status.SENT,), (Status.FAILED,), Who.NEWEST, of_message=True, forgets=True),
        "failed_for_now": Transition((Status.SENT,), (Status.WAITING,), Who.NEWEST, SEND, of_message=True),
        "next_after_sent": Transition((Status.SENT,), (Status.WAITING,), Who.NEWEST, SEND, of_message=True),
        "let_go": Transition(FOLLOWED, FOLLOWED, Who.NEWEST, of_message=True, forgets=True),
    }
)
