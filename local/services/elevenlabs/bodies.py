"""The JSON that ElevenLabs answers for batches, recipients and conversations (`facts/elevenlabs.md` §1, §2, §3)."""

from collections.abc import Collection
from itertools import zip_longest
from typing import Any

from local.services.answers import JsonObject
from local.services.elevenlabs.calls import Batch, Conversation, Recipient

AGENT_NUMBER = "+14155550100"


def batch_body(batch: Batch, now: float) -> JsonObject:
    """An item of the workspace list: every key, even when null, and no recipients."""
    look = batch.look(now)
    return {
        "id": batch.id,
        "phone_number_id": batch.phone_number_id,
        "phone_provider": "twilio" if batch.phone_number_id else None,
        "whatsapp_params": None,
        "name": batch.name,
        "agent_id": batch.agent_id,
        "branch_id": None,
        "environment": None,
        "created_at_unix": int(batch.created_at),
        "scheduled_time_unix": int(batch.scheduled_at),
        "timezone": batch.timezone,
        "total_calls_dispatched": 0 if batch.is_undialled else look.dispatched,
        "total_calls_scheduled": len(batch.recipients),
        "total_calls_finished": look.finished,
        "last_updated_at_unix": int(look.updated_at),
        "status": batch.status(now),
        "retry_count": batch.retry_count,
        "telephony_call_config": dict(batch.telephony_call_config),
        "target_concurrency_limit": batch.target_concurrency_limit,
        "agent_name": batch.agent_name,
        "branch_name": None,
    }


def batch_detail(batch: Batch, now: float) -> JsonObject:
    """A batch with all of its recipients, unpaged."""
    body = batch_body(batch, now)
    body["recipients"] = [recipient_body(recipient, now) for recipient in batch.recipients.values()]
    return body


def recipient_body(recipient: Recipient, now: float) -> JsonObject:
    """One recipient; the conversation id is null until the person has answered."""
    at, status, conversation_id = recipient.step(now)
    told_at = {"right": at, "milliseconds": at * 1000, "future": at + 10**9}[recipient.clock]
    return {
        "id": recipient.id,
        "phone_number": recipient.phone_number,
        "whatsapp_user_id": recipient.whatsapp_user_id,
        "status": status,
        "created_at_unix": int(recipient.created_at),
        "updated_at_unix": int(told_at),
        "conversation_id": conversation_id,
        "conversation_initiation_client_data": recipient.client_data,
    }


def conversation_item(
    conversation: Conversation,
    now: float,
    *,
    with_summary: bool,
    data_collection_ids: Collection[str] = (),
    criteria_ids: Collection[str] = (),
) -> JsonObject:
    """A row of the conversation list: no transcript, variables, phone number or error (facts/elevenlabs.md §3b).

    The results are those of the ids that were asked for: null where none were.
    """
    analysed = conversation.has_analysis(now)
    return {
        "agent_id": conversation.agent_id,
        "agent_name": conversation.agent_name,
        "branch_id": None,
        "version_id": None,
        "conversation_id": conversation.id,
        "start_time_unix_secs": int(conversation.started_at),
        "call_duration_secs": conversation.duration_seconds(now),
        "message_count": _message_count(conversation, now),
        **_counts(conversation, now),
        "status": conversation.status(now),
        "termination_reason": conversation.termination_reason if conversation.ended_at <= now else "",
        "call_successful": conversation.call_successful if analysed else "unknown",
        "transcript_summary": conversation.summary if analysed and with_summary else None,
        "call_summary_title": conversation.title if analysed else None,
        "main_language": conversation.main_language,
        "direction": "outbound",
        "conversation_initiation_source": "twilio",
        "tool_names": [],
        "rating": None,
        **_listed_results(conversation, data_collection_ids, criteria_ids, analysed=analysed),
        "tag_ids": [],
    }


def _listed_results(
    conversation: Conversation, data_collection_ids: Collection[str], criteria_ids: Collection[str], *, analysed: bool
) -> JsonObject:
    collected, judged = _results(conversation)
    is_told = analysed and conversation.lists_results
    some = {name: entry for name, entry in collected.items() if name in data_collection_ids} if is_told else {}
    others = {name: entry for name, entry in judged.items() if name in criteria_ids} if is_told else {}
    return {"data_collection_results": some or None, "evaluation_criteria_results": others or None}


def _results(conversation: Conversation) -> tuple[JsonObject, JsonObject]:
    """What was collected, and what was judged, each entry with its id and a rationale (facts/elevenlabs.md §3a)."""
    collected = {
        name: {"data_collection_id": name, "value": value, "rationale": "As the person said."}
        for name, value in conversation.data_collection.items()
    }
    judged = {
        name: {"criteria_id": name, "result": result, "rationale": "By the transcript."}
        for name, result in conversation.criteria.items()
    }
    return collected, judged


def conversation_detail(conversation: Conversation, now: float) -> JsonObject:
    """One conversation in full (facts/elevenlabs.md §3a)."""
    ended = conversation.ended_at <= now
    failed = conversation.error_code is not None and ended
    accepted_at = conversation.accepted_at
    return {
        "agent_id": conversation.agent_id,
        "agent_name": conversation.agent_name,
        "status": conversation.status(now),
        "user_id": None,
        "branch_id": None,
        "conversation_id": conversation.id,
        "has_audio": ended,
        "has_user_audio": ended,
        "has_response_audio": ended,
        "has_auxiliary_audio": False,
        **_counts(conversation, now),
        "transcript": _transcript(conversation, now),
        "metadata": {
            "start_time_unix_secs": int(conversation.started_at),
            "accepted_time_unix_secs": None if accepted_at is None or accepted_at > now else int(accepted_at),
            "call_duration_secs": conversation.duration_seconds(now),
            "cost": conversation.cost if ended else None,
            "cost_fiat": None,
            "phone_call": _phone_call(conversation, ended=ended),
            "batch_call": {
                "batch_call_id": conversation.batch_id,
                "batch_call_recipient_id": conversation.recipient_id,
            },
            "termination_reason": conversation.termination_reason if ended else "",
            "error": {"code": conversation.error_code, "reason": conversation.error_reason} if failed else None,
            "warnings": [],
            "main_language": conversation.main_language,
            "conversation_initiation_source": "twilio",
            "deletion_settings": _deletion_settings(conversation, now),
        },
        "analysis": _analysis(conversation) if conversation.has_analysis(now) else None,
        "conversation_initiation_client_data": {
            "conversation_config_override": {},
            "custom_llm_extra_body": {},
            "dynamic_variables": {
                **conversation.dynamic_variables,
                "system__conversation_id": conversation.id,
                "system__called_number": conversation.phone_number,
                "system__call_duration_secs": conversation.duration_seconds(now),
            },
        },
        "tag_ids": [],
    }


def conversation_summary(conversation: Conversation, now: float, max_messages: int) -> JsonObject:
    """The light detail (facts/elevenlabs.md §3c)."""
    analysed = conversation.has_analysis(now)
    turns = _transcript(conversation, now)
    messages = [{"role": turn["role"], "message": turn["message"]} for turn in turns if turn["message"] is not None]
    return {
        "conversation_id": conversation.id,
        "agent_id": conversation.agent_id,
        "status": conversation.status(now),
        "call_summary_title": conversation.title if analysed else None,
        "transcript_summary": conversation.summary if analysed else None,
        "call_successful": conversation.call_successful if analysed else None,
        "message_count": _message_count(conversation, now),
        "messages": messages[:max_messages],
        "messages_omitted": len(messages) > max_messages,
        "note": "Fetch the conversation for the full transcript.",
    }


def _analysis(conversation: Conversation) -> JsonObject:
    collected, judged = _results(conversation)
    return {
        "call_successful": conversation.call_successful,
        "call_summary_title": conversation.title,
        "transcript_summary": conversation.summary,
        "evaluation_criteria_results": judged,
        "data_collection_results": collected,
    }


def _counts(conversation: Conversation, now: float) -> dict[str, int | None]:
    if conversation.without_counts:
        return {}
    if conversation.transcript_deleted_at <= now:
        return {"user_message_count": None, "agent_message_count": None}
    over = conversation.ended_at <= now
    return {
        "user_message_count": _user_messages(conversation) if over else 0,
        "agent_message_count": conversation.agent_message_count if over else 0,
    }


def _message_count(conversation: Conversation, now: float) -> int:
    if not conversation.ended_at <= now < conversation.transcript_deleted_at:
        return 0
    return (_user_messages(conversation) or 0) + (conversation.agent_message_count or 0)


def _user_messages(conversation: Conversation) -> int | None:
    """Turns with text: an empty one is none, three dots are one."""
    said = conversation.user_turns
    return conversation.user_message_count if said is None else sum(bool(text) for text in said)


def _deletion_settings(conversation: Conversation, now: float) -> JsonObject:
    deleted_at = conversation.transcript_deleted_at
    return {"deleted_transcript_at_time_unix_secs": int(deleted_at) if deleted_at <= now else None}


def _phone_call(conversation: Conversation, *, ended: bool) -> dict[str, Any] | None:
    if (conversation.external_number or conversation.phone_number) is None:
        return None
    call: dict[str, Any] = {
        "type": "twilio",
        "direction": "outbound",
        "phone_number_id": "phnum_1",
        "agent_number": AGENT_NUMBER,
        "external_number": conversation.external_number or conversation.phone_number,
        "stream_sid": f"MZ{conversation.id}",
        "call_sid": f"CA{conversation.id}",
    }
    if conversation.call_result is not None:
        call["call_result"] = conversation.call_result if ended else None
    return call


def _transcript(conversation: Conversation, now: float) -> list[JsonObject]:
    """Alternating turns, agent first, with one turn without text (a tool's) when the machine was recognised."""
    if conversation.status(now) != "done" or conversation.transcript_deleted_at <= now:
        return []
    made_up = ["Words of the person."] * (conversation.user_message_count or 0)
    users = made_up if conversation.user_turns is None else conversation.user_turns
    agents = ["Words of the agent."] * (conversation.agent_message_count or 0)
    pairs = zip_longest((("agent", text) for text in agents), (("user", text) for text in users))
    said = [turn for pair in pairs for turn in pair if turn is not None]
    turns = [_turn(role, text, index * 4) for index, (role, text) in enumerate(said)]
    if conversation.voicemail_detected:
        turn = _turn("agent", None, len(turns) * 4)
        turn["tool_results"] = [
            {
                "type": "system",
                "request_id": f"voicemail_{conversation.id}",
                "tool_name": "voicemail_detection",
                "result_value": "Voicemail detected",
                "is_error": False,
                "tool_has_been_called": True,
                "result": {
                    "result_type": "voicemail_detection_success",
                    "status": "success",
                    "voicemail_message": None,
                    "reason": "Recorded greeting",
                },
            }
        ]
        turns.append(turn)
    return turns


def _turn(role: str, message: str | None, at_seconds: int) -> JsonObject:
    return {"role": role, "message": message, "time_in_call_secs": at_seconds, "tool_calls": [], "tool_results": []}
