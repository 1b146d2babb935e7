"""When a sender, or one of its templates, stands still, and when a message may try whether it works again. Pure.

A code in a row says that it is not the people: the calls wait then, and one probe goes out now and then. What Twilio
refused at once works again when it accepts a message; what failed after it was accepted, when a message has lived on
for a while, or arrived.
"""

from dataclasses import dataclass, field

from .codes import About, code_of
from .frozen import frozen
from .record import Record
from .streak import Route

OPENS_AT = 3  # failures in a row
FIRST_GAP_SECONDS, MOST_GAP_SECONDS = 60, 1800  # between probes
PROBE_SECONDS = 30  # so long nothing follows from a probe that is being sent
SURVIVES_SECONDS = 60  # a message that fails after acceptance mostly does so sooner (facts/twilio.md §6)
LATE_PROBE_SECONDS = 120  # so long a probe that was accepted is waited for
IDLE_SECONDS = 600  # a probe that has been due for longer: nothing leaves by that route any more
LIMITS = frozenset({21611, 30001, 30023, 63018, 63038})  # of LATER: the sender's or the account's, not the person's


@frozen
class Suspension:
    """What stands still, and why. Times in epoch seconds, 0 for never.

    content_sid: the template; "" when nothing of the sender's leaves. is_late: its messages fail after acceptance.
    setup: what was configured when it was last tried; when that changes, a probe is due at once.
    """

    sender: str
    content_sid: str
    channel: str
    code: int
    since: int
    probe_at: int
    is_late: bool
    setup: str
    probes: int = 0
    probed_at: int = 0

    @property
    def route(self) -> Route:
        return self.sender, self.content_sid

    def may_probe(self, now: float, setup: str) -> bool:
        return now >= self.probe_at or setup != self.setup

    def is_waited_for(self, now: float) -> bool:
        """Whether a message may be waiting for it: one that does takes the next probe when it is due."""
        return now < self.probe_at + IDLE_SECONDS

    def is_probing(self, now: float) -> bool:
        """Whether the last probe may still tell that all is well."""
        return now < self.probed_at + (LATE_PROBE_SECONDS if self.is_late else PROBE_SECONDS)

    def is_of(self, record: Record) -> bool:
        """Whether it stands in the way of the call's message."""
        is_its_sender = (record.channel, record.sender) == (self.channel, self.sender)
        return is_its_sender and self.content_sid in ("", record.message.content_sid)


def gap_seconds(probes: int, code: int) -> int:
    """From one probe to the next: doubling, and as long as the limit that was met lasts, within bounds."""
    return min(MOST_GAP_SECONDS, max(FIRST_GAP_SECONDS << min(probes, 16), code_of(code).wait_seconds))


def is_counted(code: int) -> bool:
    """Whether a code in a row is the sender's, the template's or the account's rather than a person's."""
    about = code_of(code).about
    return about in (About.PARAMETER, About.ACCOUNT, About.UNEXPLAINED) or code in LIMITS


@dataclass(slots=True)
class Failures:
    """What the messages of each route met in a row; the first part of a key tells late failures from refusals.

    What stays warm knows it. When it is lost, the failures are counted anew.
    """

    rows: dict[tuple[bool, Route], tuple[int, list[str]]] = field(default_factory=dict)

    def failed(self, route: Route, code: int, pk: str, *, is_late: bool) -> bool:
        """Whether so many have met this code now that it is not the people.

        One call counts once, but for the code of a parameter, which says itself whose it is.
        """
        last, calls = self.rows.get((is_late, route), (code, []))
        is_told_by_code = code_of(code).about in (About.PARAMETER, About.ACCOUNT)
        if last != code:
            calls = []
        if is_told_by_code or pk not in calls:
            calls = [*calls, pk][-OPENS_AT:]
        self.rows[is_late, route] = code, calls
        return len(calls) >= OPENS_AT

    def worked(self, route: Route, *, is_late: bool) -> None:
        """A message was accepted; is_late: it arrived."""
        for one in (route, (route[0], "")):
            self.rows.pop((False, one), None)
            if is_late:
                self.rows.pop((True, one), None)
