"""A call's record, as the table keeps it (contract §3), and the way to and from its item. Pure."""

from dataclasses import MISSING, fields
from operator import attrgetter
from typing import Any, NamedTuple

from . import keys
from .call import Call
from .frozen import frozen
from .message.compose import Message
from .status import Status
from .streak import Route
from .table import LATEST, Item

TTL_SECONDS = 7 * 24 * 3600
OWNER_GONE_SECONDS = 30  # no send lasts as long: after it, a claim's owner is taken for gone
OPEN_STATUSES = (Status.CLAIMED, Status.HELD)
HISTORY_AT_MOST = 50  # events; the oldest are dropped

NO_MESSAGE = Message()


@frozen
class Event:
    """Something that happened to a call, `at` in epoch seconds. `event`: the reason for it, else its new status."""

    at: int
    event: str
    channel: str = ""
    code: int = 0  # Twilio's or SES's (core/codes)
    sid: str = ""
    by: str = ""  # "person" where one decided
    rule_es: str = ""  # the rule that closed the gate, as people read it
    rule_en: str = ""

    def as_map(self) -> dict[str, Any]:
        values = zip(_EVENT_NAMES, _event_values(self), strict=True)
        return {name: value for name, value in values if value or name == "at"}


_EVENT_NAMES = tuple(Event.__dataclass_fields__)
_event_values = attrgetter(*_EVENT_NAMES)
_EVENT_KINDS: dict[str, type] = {name: int if name in ("at", "code") else str for name in _EVENT_NAMES}


@frozen
class Record:
    """One call's item. Times in epoch seconds, 0 for never; empty strings for what is not there."""

    call: Call
    status: Status
    recorded_at: int
    attempts: int = 0  # sends tried
    resends: int = 0  # of these, after a look-up that did not find the message
    failures: int = 0  # messages that Twilio had accepted, and failed for a cause that passes
    window_closed_at: int = 0  # when Twilio said so of a free text: a template answers it, once
    claim_id: str = ""
    claimed_at: int = 0
    kind: str = ""
    channel: str = ""
    to: str = ""
    sender: str = ""
    message: Message = NO_MESSAGE
    failed_on: str = ""  # the channels on which its message failed before, with a space between them
    message_sid: str = ""
    error_code: int = 0  # Twilio's or SES's (core/codes)
    queue: str = ""
    due_at: int = 0
    reason: str = ""
    sent_at: int = 0
    delivered_at: int = 0
    read_at: int = 0
    replied_at: int = 0
    conversation_ended_at: int = 0  # the call's own end, where it was known when its message was claimed or ruled out
    heard_until: int = 0  # what the person had written by then, by Twilio's clock, was no answer to it
    place: int = 0  # that the person has under `daily_limit`
    history: tuple[Event, ...] = ()  # oldest first
    fence: int = 0  # of the run that moved it last
    expires_at: int = 0
    stored_as: str = ""  # its key, where that is not its call's

    @property
    def pk(self) -> str:
        return self.stored_as or self.call.key

    @property
    def route(self) -> Route:
        """What its message has in common with others that may be refused alike."""
        return self.sender, self.message.content_sid

    @property
    def ended_at(self) -> int:
        """When the call ended, as far as the record knows."""
        return self.conversation_ended_at or self.call.ended_at

    @property
    def turn(self) -> tuple[int, str]:
        """Those who talked first go first."""
        return self.ended_at, self.call.key

    @property
    def failed_channels(self) -> tuple[str, ...]:
        return tuple(self.failed_on.split())

    @property
    def sids(self) -> set[str]:
        """Every message that is known to be this call's, those that failed before another one left too."""
        return {sid for sid in (self.message_sid, *(event.sid for event in self.history)) if sid}

    @property
    def may_have_left(self) -> bool:
        """Whether a message may have left that has no SID here yet: that of a call let go for a resend, too."""
        return self.status in OPEN_STATUSES or (self.status == Status.WAITING and self.claim_id != "")

    def is_in_flight(self, now: float) -> bool:
        """Whether the claim's owner may still be sending."""
        return self.status == Status.CLAIMED and now < self.claimed_at + OWNER_GONE_SECONDS


class Field(NamedTuple):
    """An attribute of the item, and where its value lives: in `Record` itself, in its `call` or in its `message`."""

    attribute: str
    kind: type  # str, int, list
    home: str = "record"
    name: str = ""  # there, where it is not the attribute's
    is_personal: bool = False  # dropped as soon as nothing needs it (`transitions`)
    is_kept_empty: bool = False  # others are left out when they are empty: a condition asks for this one


SCHEMA = (
    Field("status", str),
    Field("reason", str),
    Field("history", list),
    Field("recorded_at", int),
    Field("expires_at", int),
    # what ElevenLabs told
    Field("phone", str, "call"),
    Field("conversation_id", str, "call"),
    Field("recipient_id", str, "call"),
    Field("batch_id", str, "call"),
    Field("agent_id", str, "call"),
    Field("call_status", str, "call", "status"),
    Field("created_at", int, "call"),
    Field("ended_at", int, "call"),
    Field("undated", int, "call"),
    Field("conversation_ended_at", int),
    Field("name", str, "call", is_personal=True),
    Field("language", str, "call"),
    Field("email", str, "call", is_personal=True),
    # the claim, and what will recognise its message
    Field("attempts", int, is_kept_empty=True),
    Field("resends", int),
    Field("failures", int),
    Field("window_closed_at", int),
    Field("claim_id", str),
    Field("claimed_at", int),
    Field("heard_until", int),
    Field("fence", int),
    Field("place", int),
    Field("kind", str),
    Field("channel", str),
    Field("to", str),
    Field("sender", str),
    Field("failed_on", str),
    Field("subject", str, "message", is_personal=True),
    Field("body", str, "message", is_personal=True),
    Field("content_sid", str, "message"),
    Field("content_variables", str, "message", is_personal=True),
    # what became of it
    Field("message_sid", str),
    Field("error_code", int),
    Field("sent_at", int),
    Field("delivered_at", int),
    Field("read_at", int),
    Field("replied_at", int),
    # when it is looked at again
    Field("queue", str),
    Field("due_at", int),
)
PERSONAL = tuple(field.attribute for field in SCHEMA if field.is_personal)
# Another message may follow one that failed, to the same address; the name goes with the answers.
FORGOTTEN_WHEN_SETTLED = tuple(name for name in PERSONAL if name not in ("name", "email"))
FORGOTTEN_ON_ARRIVAL = (*FORGOTTEN_WHEN_SETTLED, "email")
_PLACES = {field.attribute: (field.kind, field.home, field.name or field.attribute) for field in SCHEMA}
_values = attrgetter(*(name if home == "record" else f"{home}.{name}" for _, home, name in _PLACES.values()))
_STATUSES = {status.value: status for status in Status}
_KEPT = frozenset(field.attribute for field in SCHEMA if field.is_kept_empty)


def _empty(home: str, of: type[Record | Call | Message]) -> dict[str, Any]:
    """The values of what has no default there."""
    required = {field.name for field in fields(of) if field.default is MISSING}
    return {name: kind() for kind, place, name in _PLACES.values() if place == home and name in required}


_EMPTY = {home: _empty(home, of) for home, of in (("record", Record), ("call", Call), ("message", Message))}


def is_live(item: Item | None, now: float) -> bool:
    """Whether an item counts: there, and not past its TTL (one without a TTL never is)."""
    if item is None:
        return False
    expires_at = item.get("expires_at")
    return not isinstance(expires_at, int) or expires_at > now


def record_item(record: Record) -> Item:
    """The whole item of a record."""
    values = dict(zip(_PLACES, _values(record), strict=True))
    values["history"] = [event.as_map() for event in record.history]
    return {"pk": record.pk} | there(values)


def there(values: Item) -> Item:
    """The values that an item holds: what is empty is left out."""
    return {name: value for name, value in values.items() if value or name in _KEPT}


def parse_record(item: Item) -> Record:
    """The record of an item. It may be older or foreign: what is missing is empty, what nobody asks for is ignored.

    Raises ValueError, naming the attribute, for an item that cannot be read.
    """
    pk = str(item["pk"])
    phone, mark, _ = pk.partition("_")
    if not mark or not keys.is_call(pk):
        raise ValueError("its key is not a call's: a phone and an id, with `_` between them")
    homes = {home: values.copy() for home, values in _EMPTY.items()}
    for attribute, value in item.items():
        if attribute in _PLACES:
            kind, home, name = _PLACES[attribute]
            its = type(value)
            if its is not kind or (its is int and not 0 <= value <= LATEST):
                _checked(attribute, value, kind)
            homes[home][name] = _events(value) if kind is list else value
    if "phone" not in item:
        homes["call"]["phone"] = phone
    status, call = homes["record"].pop("status"), Call(**homes["call"])
    if status not in _STATUSES:
        raise ValueError(f"its `status` is none of {', '.join(Status)}")
    stored_as = "" if call.key == pk else pk
    message = Message(**homes["message"])
    return Record(call=call, status=_STATUSES[status], message=message, stored_as=stored_as, **homes["record"])


def _events(value: object) -> tuple[Event, ...]:
    return tuple([_event(_checked("history", each, dict)) for each in _checked("history", value, list)])


def _event(values: dict[str, Any]) -> Event:
    told: dict[str, Any] = {"at": 0, "event": ""}
    for name, value in values.items():
        if kind := _EVENT_KINDS.get(name):
            its = type(value)
            if its is not kind or (its is int and not 0 <= value <= LATEST):
                _checked("history", value, kind)
            told[name] = value
    return Event(**told)


def _checked(attribute: str, value: Any, kind: type) -> Any:
    number: Any = value
    if not isinstance(value, kind) or isinstance(value, bool):
        # An item that cannot be read, whatever is wrong with it.
        raise ValueError(  # noqa: TRY004
            f"its `{attribute}` holds a {type(value).__name__} where a {kind.__name__} belongs"
        )
    if kind is int and not 0 <= number <= LATEST and attribute != "fence":  # which counts milliseconds
        raise ValueError(f"its `{attribute}` is no time, nor any number of ours")
    return value
