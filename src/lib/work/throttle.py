"""No sender sends faster than Twilio hands on: what is above waits in Twilio's queue, where no gate is asked again."""

import threading

from ..core.senders import channel_of_address
from ..ports import Clock, Sleep

WHATSAPP_PER_SECOND = 80  # one sender's, unless Twilio raised it (facts/twilio.md §4)


def next_slot(last: float, now: float, per_second: float) -> float:
    """When the next message may leave after one whose slot was `last`, both in epoch seconds. What was not used before
    is not made up for: no second has more than `per_second`. Pure."""
    return max(now, last + 1 / per_second)


class Throttle:
    """The next instant for a sender's message; none waits for another sender's. Safe for many threads.

    SMS are not held: what a number may send, 1 to 100 a second, depends on its kind, which nothing here knows, and
    Twilio queues them for ten hours (facts/twilio.md §4). E-mails are no sender's of Twilio.
    """

    def __init__(self, clock: Clock, sleep: Sleep) -> None:
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._last: dict[str, float] = {}  # by sender: the last slot that was given

    def wait(self, sender: str) -> None:
        """Until the sender's next slot: so many slots at most as there are threads that send."""
        if channel_of_address(sender) != "whatsapp":
            return
        with self._lock:
            now = self._clock()
            slot = self._last[sender] = next_slot(self._last.get(sender, 0.0), now, WHATSAPP_PER_SECOND)
        if slot > now:
            self._sleep(slot - now)
