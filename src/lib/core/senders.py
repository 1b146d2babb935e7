"""From which sender a message leaves on each channel: the agent's own, else the parameter's. Pure."""

from dataclasses import field

from .frozen import frozen
from .policy import Policy, Settings


@frozen
class Senders:
    """The parameters' senders, each in the form of its channel: `whatsapp:+…`, `+…`, an e-mail address; "" for none."""

    whatsapp: str = field(repr=False)
    sms: str = field(default="", repr=False)
    email: str = field(default="", repr=False)

    def of(self, channel: str, policy: Policy) -> str:
        """The sender of an agent's messages on a channel."""
        if channel == "sms":
            return policy.sms_sender or self.sms
        return self.email if channel == "email" else policy.sender or self.whatsapp

    def inboxes(self, settings: Settings) -> set[str]:
        """The senders that people may answer to, and whose messages Twilio lists."""
        used = {self.of("sms", policy) for policy in settings.policies if "sms" in policy.channels}
        return {self.of("whatsapp", policy) for policy in settings.policies} | used


def channel_of_address(address: str) -> str:
    """The channel that an address is of."""
    return "whatsapp" if address.startswith("whatsapp:") else "email" if "@" in address else "sms"


def address_of(channel: str, phone: str, email: str) -> str:
    """Where a message goes, in the form of its channel."""
    return email if channel == "email" else f"whatsapp:{phone}" if channel == "whatsapp" else phone
