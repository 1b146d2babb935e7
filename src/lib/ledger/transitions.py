"""Every way a call's record may move, as data.

`calls` takes its conditions and values from here; the tests hold the ledger, its model and the diagram of
docs/architecture.md against it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from ..core.status import Status

SETTLE, SEND, WATCH, TRACK, HELD = "settle", "send", "watch", "track", "held"
"""The queues. `settle`: claims to look up. `send`: calls that wait for an instant. `watch`: calls that wait for what
may come before their wait ends. `track`: messages to follow (nothing yet). `held`: a person decides."""


class Who(Enum):
    """Who may make a move."""

    FIRST = "anybody, while there is no live record"
    CLAIM = "whoever knows its claim, while that stands"  # whatever the fence: what Twilio said stays true
    NEWEST = "a run, while no newer one has moved it"


@dataclass(frozen=True, slots=True)
class Transition:
    """From one of `before` (none: there is no live record) to one of `after`.

    queue: where it stands afterwards; "" in none. of_claim: the claim must be the one that was seen. forgets: personal
    data is dropped.
    """

    before: tuple[Status, ...]
    after: tuple[Status, ...]
    who: Who
    queue: str = ""
    of_claim: bool = False
    forgets: bool = False


_OPEN = (Status.CLAIMED, Status.HELD)
_CLAIMED_ONCE = (*_OPEN, Status.WAITING)  # what waits with a claim's id was let go for a resend
_ACCEPTED = (Status.SENT, Status.DELIVERED, Status.READ, Status.FAILED)

TRANSITIONS: Mapping[str, Transition] = MappingProxyType(
    {
        # what is decided before a send
        "wait": Transition((), (Status.WAITING,), Who.FIRST, WATCH),
        "wait_on": Transition((Status.WAITING,), (Status.WAITING,), Who.NEWEST, WATCH),
        "skip": Transition((), (Status.SKIPPED,), Who.FIRST, forgets=True),
        "skip_waiting": Transition((Status.WAITING,), (Status.SKIPPED,), Who.NEWEST, forgets=True),
        "give_up": Transition((Status.WAITING,), (Status.FAILED,), Who.NEWEST, forgets=True),
        # the right to send once
        "claim": Transition((), (Status.CLAIMED,), Who.FIRST, SETTLE),
        "claim_waiting": Transition((Status.WAITING,), (Status.CLAIMED,), Who.NEWEST, SETTLE),
        # what was learned of a claim
        "accepted": Transition(_CLAIMED_ONCE, _ACCEPTED, Who.CLAIM, of_claim=True, forgets=True),
        "refused": Transition(_CLAIMED_ONCE, (Status.FAILED,), Who.CLAIM, of_claim=True, forgets=True),
        "postponed": Transition(_CLAIMED_ONCE, (Status.WAITING,), Who.CLAIM, SEND, of_claim=True),
        "found": Transition(_CLAIMED_ONCE, _ACCEPTED, Who.CLAIM, of_claim=True, forgets=True),
        # what is decided about a claim whose outcome is unclear
        "look_again": Transition((Status.CLAIMED,), (Status.CLAIMED,), Who.NEWEST, SETTLE, of_claim=True),
        "hold": Transition((Status.CLAIMED,), (Status.HELD,), Who.NEWEST, HELD, of_claim=True),
        "resend": Transition(_OPEN, (Status.WAITING,), Who.NEWEST, SEND, of_claim=True),
        "release": Transition((Status.HELD,), (Status.SKIPPED,), Who.NEWEST, of_claim=True, forgets=True),
    }
)
