"""ElevenLabs' rows as plain values. Pure.

Parsing is tolerant (facts/elevenlabs.md §0): unknown fields and statuses pass, missing ones become empty values,
and only a record without its identity or its time is refused, with `ValueError`.
"""

from collections.abc import Mapping
from typing import Any

from ...core.call import Batch, Call, Conversation

NAME_VARIABLES = ("name", "nombre", "customer_name", "first_name", "user_name")
NAME_MAX_CHARACTERS = 100
NO_SUMMARY_SENTINEL = "Summary couldn't be generated for this call."


def parse_batch(row: Mapping[str, Any]) -> Batch:
    """A row of `batch_calls`. Raises ValueError when it has no id."""
    batch_id = _text(row.get("id"))
    if not batch_id:
        raise ValueError("a batch without an id")
    moving = ("status", "total_calls_dispatched", "total_calls_finished", "total_calls_scheduled", "retry_count")
    fingerprint = "/".join(str(row.get(field)) for field in (*moving, "last_updated_at_unix"))
    return Batch(
        id=batch_id,
        name=_text(row.get("name")),
        agent_id=_text(row.get("agent_id")),
        status=_text(row.get("status")),
        updated_at=_seconds(row.get("last_updated_at_unix")) or 0,
        fingerprint=fingerprint,
    )


def parse_call(row: Mapping[str, Any], batch: Batch) -> Call:
    """A row of `recipients` (facts/elevenlabs.md §2). Raises ValueError or TypeError when nothing identifies it."""
    if not isinstance(row, Mapping):
        raise TypeError("a recipient that is not an object")
    phone = _text(row.get("phone_number"))
    conversation_id, recipient_id = _text(row.get("conversation_id")), _text(row.get("id"))
    if not recipient_id:
        raise ValueError("a recipient without an id: nothing says whether it was recorded before it had a conversation")
    ended_at = _seconds(row.get("updated_at_unix"))
    if ended_at is None:
        raise ValueError("a recipient without a time: nothing says how old its call is")
    variables = _variables(row.get("conversation_initiation_client_data"))
    return Call(
        phone=phone,
        conversation_id=conversation_id,
        recipient_id=recipient_id,
        batch_id=batch.id,
        agent_id=batch.agent_id,
        status=_text(row.get("status")),
        created_at=_seconds(row.get("created_at_unix")) or 0,
        ended_at=ended_at,
        name=next((name for key in NAME_VARIABLES if (name := _name(variables.get(key)))), ""),
        language=_text(variables.get("language")),
    )


def parse_conversation(row: Mapping[str, Any]) -> Conversation:
    """A conversation, from the list or by itself (facts/elevenlabs.md §3b, §3a). Raises ValueError without an id."""
    conversation_id = _text(row.get("conversation_id"))
    if not conversation_id:
        raise ValueError("a conversation without an id")
    metadata = _mapping(row.get("metadata")) or row
    status = _text(row.get("status"))
    started_at, duration = _seconds(metadata.get("start_time_unix_secs")), metadata.get("call_duration_secs")
    over = status in ("processing", "done", "failed")
    ended = started_at + int(duration) if started_at and over and isinstance(duration, int | float) else None
    return Conversation(
        id=conversation_id,
        status=status,
        started_at=started_at,
        ended_at=ended,
        summary=_summary(row, status),
        person_spoke=_person_spoke(row, metadata, status),
        turns=turns if isinstance(turns := row.get("message_count"), int) else None,
    )


def _summary(row: Mapping[str, Any], status: str) -> str | None:
    analysis = _mapping(row.get("analysis"))
    summary = analysis.get("transcript_summary") if analysis else row.get("transcript_summary")
    if isinstance(summary, str):
        clean = _text(summary)
        return "" if clean == NO_SUMMARY_SENTINEL else clean
    return "" if status == "failed" else None


def _person_spoke(row: Mapping[str, Any], metadata: Mapping[str, Any], status: str) -> bool | None:
    """False only on evidence: "done" and "success" are said of empty calls too (facts/elevenlabs.md §3a, §8)."""
    result = (_mapping(metadata.get("phone_call")) or {}).get("call_result")
    if metadata.get("error") or result in ("voicemail", "busy", "no_answer", "failed"):
        return False
    if _names_voicemail(row):
        return False
    count = row.get("user_message_count")
    if isinstance(count, int):
        return count > 0
    turns = row.get("transcript")
    if status == "done" and isinstance(turns, list):
        return any(isinstance(t, Mapping) and t.get("role") == "user" and _text(t.get("message")) for t in turns)
    return None


def _names_voicemail(row: Mapping[str, Any]) -> bool:
    """The agent's voicemail tool ran: its name in a list row, its result in a transcript (facts/elevenlabs.md §8)."""
    if "voicemail_detection" in _list(row.get("tool_names")):
        return True
    turns = [turn for turn in _list(row.get("transcript")) if isinstance(turn, Mapping)]
    results = [result for turn in turns for result in _list(turn.get("tool_results")) if isinstance(result, Mapping)]
    return any(result.get("result_type") == "voicemail_detection_success" for result in results)


def _variables(client_data: object) -> Mapping[str, Any]:
    return _mapping((_mapping(client_data) or {}).get("dynamic_variables")) or {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, Any] | None:
    return value if isinstance(value, Mapping) else None


def _text(value: object) -> str:
    """A string that can travel on: half a surrogate pair, which JSON may carry, cannot."""
    return value.encode("utf-8", "ignore").decode().strip() if isinstance(value, str) else ""


def _name(value: object) -> str:
    return " ".join(_text(value).split())[:NAME_MAX_CHARACTERS].strip()


def _seconds(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None
