"""WhatsApp's 24-hour window: free text reaches only who wrote to that sender lately (facts/twilio.md §2.1). Pure.

Twilio's list is the memory: a cold function reads a day of it again, so a restart loses nothing and no item is kept.
Where nothing is known the window counts as closed, for an approved template always arrives.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from .inbound import Inbound
from .phone import person_of

WINDOW_SECONDS = 24 * 3600
MARGIN_SECONDS = 15 * 60  # it must not close between our look and the send: two clocks, a slow run, Twilio's queue
LATE_SECONDS = 3600  # so much later a message may show in the list (facts/twilio.md §5.3)


@dataclass(slots=True)
class Windows:
    """When each person last wrote to each sender, in epoch seconds, as far as a warm function knows."""

    wrote_at: dict[tuple[str, str], float] = field(default_factory=dict)  # by sender and person
    heard_until: dict[str, float] = field(default_factory=dict)  # by sender

    def since(self, sender: str, now: float) -> float:
        """From when on the sender's inbox must be read for the windows to be known."""
        heard_until = self.heard_until.get(sender, 0) - LATE_SECONDS
        return max(now - WINDOW_SECONDS, heard_until)

    def hear(self, sender: str, messages: Iterable[Inbound], until: float) -> None:
        """All that the inbox shows since `since`, until now."""
        for message in messages:
            key = sender, person_of(message.phone)
            self.wrote_at[key] = max(message.created_at, self.wrote_at.get(key, 0))
        self.heard_until[sender] = until
        for key in [key for key, at in self.wrote_at.items() if at <= until - WINDOW_SECONDS]:
            del self.wrote_at[key]

    def last_from(self, phone: str) -> float:
        """When the newest known message of the person's came, to any sender; 0: none is known."""
        person = person_of(phone)
        return max((self.wrote_at.get((sender, person), 0) for sender in self.heard_until), default=0)

    def is_open(self, sender: str, phone: str, now: float) -> bool:
        """Whether free text surely reaches this person: the window is open, and stays so for some minutes."""
        wrote_at = self.wrote_at.get((sender, person_of(phone)), 0)
        return now < wrote_at + WINDOW_SECONDS - MARGIN_SECONDS
