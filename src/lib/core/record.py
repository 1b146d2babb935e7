"""A call's record, as the table keeps it (contract §3), and the way to and from its item. Pure."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from .call import Call
from .message.compose import Message
from .table import Item

TTL_SECONDS = 7 * 24 * 3600
OWNER_GONE_SECONDS = 30  # no send lasts as long: after it, a claim's owner is taken for gone
DUE_QUEUE, HELD_QUEUE = "due", "held"
OPEN_STATUSES = ("claimed", "held")
PERSONAL = ("name", "body", "content_variables")  # needed until the send is settled, and no longer

NO_MESSAGE = Message()
_CALL_ATTRIBUTES = tuple(f.name for f in fields(Call) if f.name != "status")


@dataclass(frozen=True, slots=True)
class Record:
    """One call's item. Times in epoch seconds, 0 for never; empty strings for what is not there."""

    call: Call
    status: str
    recorded_at: int
    attempts: int = 0  # sends tried
    resends: int = 0  # of these, after a look-up that did not find the message
    claim_id: str = ""
    claimed_at: int = 0
    kind: str = ""
    to: str = ""
    sender: str = ""
    message: Message = NO_MESSAGE
    message_sid: str = ""
    due_at: int = 0
    reason: str = ""
    expires_at: int = 0

    @property
    def pk(self) -> str:
        return self.call.key

    @property
    def is_open(self) -> bool:
        """Whether a message may have left that has no SID here yet: that of a call let go for a resend, too."""
        return self.status in OPEN_STATUSES or (self.status == "waiting" and self.claim_id != "")

    def is_in_flight(self, now: float) -> bool:
        """Whether the claim's owner may still be sending."""
        return self.status == "claimed" and now < self.claimed_at + OWNER_GONE_SECONDS


def is_call(item: Item) -> bool:
    """Items that are not calls have a key that starts with `#` (contract §3)."""
    return not item["pk"].startswith("#")


def is_live(item: Item | None, now: float) -> bool:
    """Whether an item counts: there, and not past its TTL (one without a TTL never is)."""
    return item is not None and int(item.get("expires_at", now + 1)) > now


def call_item(call: Call, now: int) -> dict[str, Any]:
    """The attributes that every record of a call starts with."""
    values = asdict(call)
    item = {name: values[name] for name in _CALL_ATTRIBUTES} | {"call_status": call.status}
    return item | {"pk": call.key, "recorded_at": now, "expires_at": now + TTL_SECONDS}


def parse_record(item: Item) -> Record:
    """The record of an item. Attributes that are missing are empty: an older or a foreign item must not stop a tick."""

    def text(name: str) -> str:
        return str(item.get(name, ""))

    def number(name: str) -> int:
        return int(item.get(name, 0))

    phone, _, rest = item["pk"].rpartition("_") if "phone" not in item else (text("phone"), "", "")
    call = Call(
        phone=phone,
        conversation_id=text("conversation_id"),
        recipient_id=text("recipient_id") or rest,
        batch_id=text("batch_id"),
        agent_id=text("agent_id"),
        status=text("call_status"),
        created_at=number("created_at"),
        ended_at=number("ended_at"),
        name=text("name"),
        language=text("language"),
    )
    return Record(
        call=call,
        status=text("status"),
        recorded_at=number("recorded_at"),
        attempts=number("attempts"),
        resends=number("resends"),
        claim_id=text("claim_id"),
        claimed_at=number("claimed_at"),
        kind=text("kind"),
        to=text("to"),
        sender=text("sender"),
        message=Message(text("body"), text("content_sid"), text("content_variables")),
        message_sid=text("message_sid"),
        due_at=number("due_at"),
        reason=text("reason"),
        expires_at=number("expires_at"),
    )
