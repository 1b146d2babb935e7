"""What the page shows at an instant, as JSON: out of what the two services know. Pure."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from local.services.elevenlabs.calls import FINISHED, Recipient
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.twilio.messages import Message
from local.services.twilio.world import TwilioWorld


def snapshot(elevenlabs: ElevenLabsWorld, twilio: TwilioWorld, tried: Sequence[str], now: float) -> dict[str, Any]:
    """people: the newest campaign's, in order. second: messages beyond the first to anybody, which must stay 0.

    Each person has a number of their own, so one message a number is one a call.
    """
    messages = twilio.both_ways
    outbound = [message for message in messages if message.direction != "inbound"]
    batches = list(elevenlabs.listed)
    people = [person for batch in batches for person in batch.recipients.values()]
    counts = Counter(message.to for message in outbound)
    newest = max(batches, key=lambda batch: batch.created_at, default=None)
    return {
        "campaign": newest.name if newest else "",
        "people": [_person(one, messages, now) for one in newest.recipients.values()] if newest else [],
        "ended": sum(person.step(now).status in FINISHED for person in people),
        "sent": len(outbound),
        "second": counts.total() - len(counts),
        "tried": list(tried),
    }


def _person(person: Recipient, messages: Sequence[Message], now: float) -> dict[str, Any]:
    phone = person.phone_number or ""
    talk = [message for message in messages if phone and f"whatsapp:{phone}" in (message.to, message.from_)]
    variables = (person.client_data or {}).get("dynamic_variables", {})
    return {
        "phone": phone,
        "name": str(variables.get("name", "")),
        "state": _state(person, talk, now),
        "messages": [
            {"mine": message.direction == "inbound", "text": message.body, "at": message.created_at}
            | ({} if message.direction == "inbound" else {"status": message.status(now)})
            for message in talk
        ],
    }


def _state(person: Recipient, talk: Sequence[Message], now: float) -> str:
    """Where a person stands: `answered`, the status of their message, or that of their call."""
    if any(message.direction == "inbound" for message in talk):
        return "answered"
    statuses = [message.status(now) for message in talk]
    return statuses[-1] if statuses else person.step(now).status
