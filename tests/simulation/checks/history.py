"""What truly happened in a story, seen from outside the product: claims, messages, looks, and what was made of them."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from lib.core.call import Call
from lib.core.message.compose import Message
from lib.core.phone import to_e164, unreadable
from lib.core.policy import Settings
from lib.core.table import Item
from local.services.elevenlabs.calls import Conversation, Recipient
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.twilio.messages import Message as TwilioMessage
from local.services.twilio.world import TwilioWorld
from tests.simulation.options import Options
from tests.simulation.people import Written
from tests.simulation.promises import Promise

SURELY_FAILED = frozenset({63016, 63018, 30001, 30036, 63007, 63041, 63015})  # facts/twilio.md §3: T, C, and 63016
READING_SECONDS = 75  # a decision may be as old as its run when the claim is written


@dataclass(slots=True)
class Claim:
    """A claim that stood in the table, whether or not its writer ever heard so."""

    id: str
    call: Call
    kind: str
    to: str
    message: Message
    sender: str
    claimed_at: int
    written_at: float
    is_used: bool = False


@dataclass(slots=True)
class Sent:
    """A message that Twilio accepted from us. attempt: the conversation that it is about."""

    message: TwilioMessage
    at: float
    claim: Claim
    attempt: str

    def surely_failed_at(self) -> float | None:
        """When Twilio failed it with a code that says that it did not arrive; None when that was not so."""
        since, status = self.message.step(math.inf)
        return since if status in ("failed", "undelivered") and self.message.error_code in SURELY_FAILED else None


@dataclass(frozen=True, slots=True)
class Look:
    """One reading of Twilio's list for a claim. by: the process that read it."""

    at: float
    was_read: bool
    by: str


@dataclass(slots=True)
class History:
    """`settings` are those of the whole story; a run that is paused or rehearses knows others."""

    clock: Callable[[], float]
    world: ElevenLabsWorld
    settings: Settings
    options: Options
    say: Callable[[str], None] | None
    twilio: TwilioWorld
    claims: dict[str, Claim] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    resent: dict[str, tuple[float, str]] = field(default_factory=dict)  # claim id → when, and by whom it was let go
    resent_failed: set[str] = field(default_factory=set)  # SIDs of failed messages that a person had sent again
    held: dict[str, float] = field(default_factory=dict)  # claim id → when it was held
    suppressed: dict[str, float] = field(default_factory=dict)  # key of the list's item → when the person came onto it
    looks: dict[str, list[Look]] = field(default_factory=dict)  # by claim id
    recorded: dict[str, float] = field(default_factory=dict)  # call key → when its live record was first written
    began: dict[str, float] = field(default_factory=dict)  # process → when it first wrote, which is the lease
    probing: dict[tuple[str, int], list[str]] = field(default_factory=dict)  # suspension (key, since) → claims
    refused: set[tuple[str, int]] = field(default_factory=set)  # (claim id, Twilio's code)
    violations: list[tuple[Promise, str]] = field(default_factory=list)
    templates_lost_at: float = math.inf  # when somebody took them out of the settings
    written: list[Written] = field(default_factory=list)  # what people wrote to us
    shown: dict[tuple[str, str], set[str]] = field(default_factory=dict)  # (process, person) → SIDs that it was shown
    shown_at: dict[str, float] = field(default_factory=dict)  # SID of what a person wrote → when a run first saw it
    told: Counter[tuple[str, str]] = field(default_factory=Counter)  # (phone, words) → how often the owner was told
    days_told: Counter[str] = field(default_factory=Counter)  # date → how often the owner was told of it
    stopped: set[str] = field(default_factory=set)  # SIDs of messages by runs that were paused or rehearsing
    unclear: int = 0

    def violate(self, promise: Promise, what: str) -> None:
        if self.say:
            self.say(f"VIOLATION {promise}: {what}")
        self.violations.append((promise, what))

    def attempt_of(self, call: Call) -> Conversation | None:
        """The conversation of a call's attempt, whether or not the recipient shows it."""
        if call.conversation_id:
            return self.world.conversations.get(call.conversation_id)
        talks = [talk for talk in self.world.by_start if talk.recipient_id == call.recipient_id]
        seen_at = call.undated or call.ended_at
        begun = [talk for talk in talks if int(talk.started_at) <= seen_at]
        return begun[-1] if begun else talks[0] if talks else None


def channel_of(address: str) -> str:
    """The channel that an address is of."""
    return "whatsapp" if address.startswith("whatsapp:") else "email" if "@" in address else "sms"


def sids_of(item: Item) -> dict[str, str]:
    """Every message that a call's item names, those that failed before it too → their channel."""
    told = {event["sid"]: str(event.get("channel", "")) for event in item.get("history", ()) if event.get("sid")}
    return told | ({item["message_sid"]: str(item.get("channel", ""))} if item.get("message_sid") else {})


def was_allowed(history: History, sent: Sent) -> bool:
    """`unclear: resend`, and a person, may repeat what the list did not show at the look before, and no more.

    That message was listed too late, or its stalled owner sent it only then. A person may repeat what failed, too.
    """
    if sent.message.sid in history.resent_failed:
        return True
    if sent.claim.id not in history.resent:
        return False
    if channel_of(sent.claim.to) == "email":
        return True
    resent_at, resender = history.resent[sent.claim.id]
    looks = history.looks.get(sent.claim.id, [])
    before = (look.at for look in looks if look.was_read and look.by == resender and look.at <= resent_at)
    return sent.message.listed_at - history.options.twilio_skew_seconds > max(before, default=math.inf)


def key_phone(recipient: Recipient) -> str:
    """The phone as a record's key has it: no text of an upload makes a key of ours (contract §3)."""
    listed = (recipient.phone_number or "").strip()
    return to_e164(listed) or unreadable(listed)


@dataclass(frozen=True, slots=True)
class Rest:
    """A story that has come to rest: what the table holds `now`.

    calls: the live items of calls, by key. by_sid: the call that each message is recorded under, one that failed before
    another left too. since: the last rest.
    """

    history: History
    calls: dict[str, Item]
    by_sid: dict[str, Item]
    since: float
    now: float

    @classmethod
    def of(cls, history: History, items: dict[str, Item], since: float) -> "Rest":
        now = history.clock()
        calls = {pk: item for pk, item in items.items() if pk[0] != "#" and item["expires_at"] > now}
        by_sid = {sid: item for item in calls.values() for sid in sids_of(item)}
        return cls(history, calls, by_sid, since, now)
