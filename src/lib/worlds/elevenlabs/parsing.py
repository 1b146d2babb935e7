"""ElevenLabs' rows as plain values. Pure.

Parsing is tolerant (facts/elevenlabs.md §0): unknown fields and statuses pass, missing ones become empty values,
and only a record without its identity or its time is refused, with ValueError or TypeError. Nothing else is raised,
whatever the JSON holds. `now`: epoch seconds; a later time is no time, so that no call grows young again.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ...core.call import Batch, Call, Conversation
from ...core.email_address import email_of
from ...core.language import code_of
from ...core.names import name_of
from ...core.phone import is_e164, to_e164, unreadable
from ...core.results import NOTHING_KNOWN, results_of
from ...core.text import TURNING, clean, fold, one_line
from .presence import OVER, listed_person_spoke, mapping, person_spoke

NO_SUMMARY = ("summary couldn t be generated for this call", "summary could not be generated for this call")  # folded
SAYS_NOTHING = frozenset({"", "null", "none", "n a", "nan", "undefined", *NO_SUMMARY})
_SHORT_CHARACTERS = 100
# Control characters, but for a new line and a tab; marks that turn the direction of all that follows.
_UNWRITABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160), *map(ord, TURNING)])
_UNWRITABLE |= dict.fromkeys([11, 12, *range(28, 32), 133], " ")  # blanks: what they part stays apart
STATUS_MAX_CHARACTERS = 60  # the longest has 11, and each that nobody knows is logged
ID_MAX_CHARACTERS = 256  # the longest seen has 34; a table's key takes 2,048 bytes for all of its parts
CLOCK_SKEW_SECONDS = 300  # ElevenLabs' clock against ours: what is told for later than this is no time of a call
AFTER_ITS_BATCH_SECONDS = 24 * 3600  # a batch may be called over while its last calls last (facts/elevenlabs.md §2)
LONGEST_CALL_SECONDS = 24 * 3600
EARLIEST = 1_577_836_800  # 2020-01-01: no call is older than the service
_UNITS = (1, 1_000, 1_000_000, 1_000_000_000)  # in one second: seconds, milliseconds, micro-, nanoseconds
_MOVING = ("status", "total_calls_dispatched", "total_calls_finished", "total_calls_scheduled", "retry_count")


def parse_batch(row: Mapping[str, Any], now: float) -> Batch:
    """A row of `batch_calls`. Raises ValueError or TypeError when nothing identifies it."""
    row = _object(row, "batch")
    batch_id = _id(row.get("id"))
    if not batch_id:
        raise ValueError("a batch without an id")
    return Batch(
        id=batch_id,
        agent_id=_id(row.get("agent_id")),
        status=clean(row.get("status")),
        updated_at=_time(row.get("last_updated_at_unix"), now) or 0,
        fingerprint="/".join(_mark(row.get(field)) for field in (*_MOVING, "last_updated_at_unix")),
        created_at=_time(row.get("created_at_unix"), now) or 0,
        calls_dispatched=_number(row.get("total_calls_dispatched")),
        size=_number(row.get("total_calls_scheduled")) or 0,
    )


def parse_call(row: Mapping[str, Any], batch: Batch, now: float) -> Call:
    """A row of `recipients` (facts/elevenlabs.md §2). Raises ValueError or TypeError when nothing identifies it, or
    nothing tells its time: neither the row, nor a conversation, which can be no older than the batch."""
    row = _object(row, "recipient")
    recipient_id = _id(row.get("id"))
    if not recipient_id:
        raise ValueError("a recipient without an id: nothing says whether it was recorded before it had a conversation")
    conversation_id = _id(row.get("conversation_id"))
    created_at = _time(row.get("created_at_unix"), now) or (batch.created_at if conversation_id else 0)
    last_update = _time(row.get("updated_at_unix"), now)
    ended_at = max(last_update or 0, created_at)
    if not ended_at:
        raise ValueError("a recipient without a time that can be believed: nothing says how old its call is")
    client_data = mapping(row.get("conversation_initiation_client_data"))
    variables = mapping(client_data.get("dynamic_variables"))
    return Call(
        phone=_phone(row),
        conversation_id=conversation_id,
        recipient_id=recipient_id,
        batch_id=batch.id,
        agent_id=batch.agent_id,
        status=one_line(clean(row.get("status")))[:STATUS_MAX_CHARACTERS],
        created_at=created_at,
        ended_at=ended_at,
        name=name_of(variables) if variables else "",
        language=_language(client_data, variables) if client_data else "",
        undated=int(now) if last_update is None else 0,
        email=email_of(variables) if variables else "",
    )


def parse_conversation(row: Mapping[str, Any], now: float) -> Conversation:
    """A conversation, from the list or by itself (facts/elevenlabs.md §3b, §3a). Raises ValueError or TypeError when
    nothing identifies it."""
    row = _object(row, "conversation")
    conversation_id = _id(row.get("conversation_id"))
    if not conversation_id:
        raise ValueError("a conversation without an id")
    is_listed = "metadata" not in row and "transcript" not in row
    metadata = mapping(row.get("metadata")) or row
    status = clean(row.get("status"))
    started_at, duration = _time(metadata.get("start_time_unix_secs"), now), _duration(metadata)
    ended_at = _time(started_at + duration, now) if started_at and status in OVER and duration is not None else None
    start = metadata.get("start_time_unix_secs", "")
    tells_start = start is None or type(start) in (int, float)  # null and 0 say that nobody knows it
    return Conversation(
        id=conversation_id,
        status=status,
        started_at=started_at,
        ended_at=ended_at,
        summary=_summary(row, status),
        person_spoke=listed_person_spoke(row, duration) if is_listed else person_spoke(row, metadata, duration),
        main_language=clean(metadata.get("main_language")),
        phone=to_e164(_phone_text(mapping(metadata.get("phone_call")).get("external_number"))),
        is_listed=is_listed,
        tells_start=tells_start,
        results=results_of(row) if tells_start else NOTHING_KNOWN,  # nonsense forbids nothing and allows nothing
    )


def _object(row: object, what: str) -> Mapping[str, Any]:
    if not isinstance(row, dict):
        raise TypeError(f"a {what} that is not an object")
    return row


def without_late_update(call: Call, batch: Batch) -> Call:
    """The call, aged by its creation where its last update came long after its batch was over: a wrong time may come
    true, and what knows no conversation has no other. batch: as it is now."""
    is_late = batch.is_terminal and call.ended_at > (batch.updated_at or call.ended_at) + AFTER_ITS_BATCH_SECONDS
    return replace(call, ended_at=call.created_at) if is_late and not call.conversation_id else call


def _language(client_data: Mapping[str, Any], variables: Mapping[str, Any]) -> str:
    """The recipient's own (contract §2): the variable, however its heading is written, else what the upload's column
    `language` became."""
    agent = mapping(mapping(client_data.get("conversation_config_override")).get("agent"))
    told = variables.get("language") or next((variables[key] for key in variables if _is_language(key)), None)
    return code_of(clean(told)) or code_of(clean(agent.get("language")))


@lru_cache(1024)  # all of a batch's recipients have the same
def _is_language(heading: str) -> bool:
    return heading[:20].strip().casefold() == "language"


def _phone(row: Mapping[str, Any]) -> str:
    """The list's number; a WhatsApp id of digits only is one too, whole as it is (facts/elevenlabs.md §12)."""
    listed = _phone_text(row.get("phone_number"))
    if phone := to_e164(listed):
        return phone
    by_whatsapp = "+" + _phone_text(row.get("whatsapp_user_id")).removeprefix("+")
    return by_whatsapp if is_e164(by_whatsapp) else unreadable(listed)


def _phone_text(value: object) -> str:
    if isinstance(value, str):
        return clean(value)
    number = _number(value)  # a spreadsheet's cell
    return str(number) if number else ""


def _summary(row: Mapping[str, Any], status: str) -> str | None:
    analysis = mapping(row.get("analysis"))
    summary = analysis.get("transcript_summary") if analysis else row.get("transcript_summary")
    if isinstance(summary, str):
        text = clean(clean(summary).translate(_UNWRITABLE))
        return "" if len(text) < _SHORT_CHARACTERS and fold(text) in SAYS_NOTHING else text
    return "" if status == "failed" else None


def _id(value: object) -> str:
    """An id as it stands; "" for what cannot be one, for half an id is another's."""
    text = value.strip() if isinstance(value, str) else ""
    return text if len(text) <= ID_MAX_CHARACTERS and text.isprintable() else ""


def _time(value: object, now: float) -> int | None:
    """Epoch seconds, whatever unit they are told in; None for what cannot be the time of a call until now."""
    if type(value) is int and EARLIEST <= value <= now:
        return value
    number = _number(value) or 0
    for unit in _UNITS:
        seconds = number // unit
        if EARLIEST <= seconds <= now + CLOCK_SKEW_SECONDS:
            return seconds  # as told: a start and an end are compared, and must be of one clock
    return None


def _duration(metadata: Mapping[str, Any]) -> int | None:
    """Seconds; a call that is too long for one is told in milliseconds."""
    number = _number(metadata.get("call_duration_secs"))
    if number is None or number <= LONGEST_CALL_SECONDS:
        return number
    return number // 1000 if number <= LONGEST_CALL_SECONDS * 1000 else None


def _number(value: object) -> int | None:
    """A whole number of no more than 20 digits, zero or more; a text of digits is one, NaN and infinity are not."""
    if type(value) is int or type(value) is float:  # what JSON gives; a bool is none
        return int(value) if 0 <= value < 10**20 else None
    if isinstance(value, str) and len(value) <= 20 and value.isascii() and value.isdecimal():
        return int(value)
    return None


def _mark(value: object) -> str:
    """A scalar as it stands in a fingerprint."""
    number = _number(value)
    return str(number) if number is not None else clean(value)[:64] or type(value).__name__
