"""Whether a person took part in a conversation, from a list row or from the conversation itself. Pure.

Their turns decide. "done", "success" and `metadata.error` are said of long talks and of calls that never began alike
(facts/elevenlabs.md §3a, §8, §12), so an error decides only where the turns are unknown. A list row does not have the
words, `call_result` or the error: it is believed only where they would change nothing.
"""

from collections.abc import Mapping
from typing import Any

from ...core.text import clean
from ...core.voicemail import is_hinted, speaks

OVER = frozenset({"processing", "done", "failed"})
EMPTY_SECONDS = 10  # a call as short as this may well have no turn at all; a longer one had, or is a machine's
# So many turns of the person, in a call that took so many seconds, are a talk: a greeting or a silence has fewer.
TALKS = ((4, 15), (2, 30))
_UNREACHED = frozenset({"busy", "no_answer", "failed"})
_VOICEMAIL_TOOL = "voicemail_detection"
_TOOLS, _OF_A_TOOL = ("tool_calls", "tool_results"), ("tool_name", "result_type")


def listed_person_spoke(row: Mapping[str, Any], duration_seconds: int | None) -> bool | None:
    """What a list row tells; None where it takes the conversation itself to know."""
    if _VOICEMAIL_TOOL in _list(row.get("tool_names")) or _ended_by_voicemail(row):
        return False
    status = clean(row.get("status"))
    if status not in OVER:
        return None
    turns, agents = count(row.get("user_message_count")), count(row.get("agent_message_count"))
    if turns is None:
        return None
    if agents is None:
        agents = (count(row.get("message_count")) or turns) - turns
    if turns == 0:  # both counts are zero of a transcript that was deleted, too
        is_silent = agents > 0 or status == "failed" or _is_short(duration_seconds)
        return False if is_silent else None
    is_talk = any(turns >= least and (duration_seconds or 0) >= seconds for least, seconds in TALKS)
    if not is_talk or agents < 2:
        return None
    if turns < TALKS[0][0] and row.get("call_successful") not in (None, "success"):
        return None
    about = (clean(row.get(name)) for name in ("transcript_summary", "call_summary_title", "termination_reason"))
    return None if is_hinted(*about) else True


def person_spoke(row: Mapping[str, Any], metadata: Mapping[str, Any], duration_seconds: int | None) -> bool | None:
    """What the conversation itself tells; None where nothing does (its transcript was deleted, or is not there yet)."""
    result = clean(mapping(metadata.get("phone_call")).get("call_result")).casefold().replace("-", "_")
    transcript = [turn for turn in _list(row.get("transcript")) if isinstance(turn, dict)]
    is_machine = result == "voicemail" or "machine" in result or _ended_by_voicemail(metadata)
    if is_machine or any(map(_detects_voicemail, transcript)):
        return False
    status = clean(row.get("status"))
    if status not in OVER:
        return None
    words = [turn.get("message") for turn in transcript if turn.get("role") == "user"]
    said = [clean(text) for text in words if isinstance(text, str)]
    if said and status != "processing":
        return speaks(said)
    turns = count(row.get("user_message_count"))
    if turns:
        return True
    if mapping(metadata.get("deletion_settings")).get("deleted_transcript_at_time_unix_secs"):
        return False if _is_short(duration_seconds) else None
    if turns == 0 or (transcript and status != "processing"):
        return False
    if is_error(metadata.get("error")) or result in _UNREACHED:
        return False
    return False if "transcript" in row and status != "processing" and _is_short(duration_seconds) else None


def turn_of(turn: Any) -> Mapping[str, Any]:
    """What is asked for of a transcript's turn: who said what, which tools ran. Raises TypeError for what is none."""
    if not isinstance(turn, dict):
        raise TypeError("a turn that is not an object")
    tools = {
        name: [{key: tool.get(key) for key in _OF_A_TOOL} for tool in _list(turn.get(name)) if isinstance(tool, dict)]
        for name in _TOOLS
    }
    return {"role": turn.get("role"), "message": turn.get("message"), **tools}


def is_error(error: object) -> bool:
    """Whether `metadata.error` names one: `{}`, a code of 0 and no code are none."""
    return error.get("code") not in (None, 0, "", "0") if isinstance(error, dict) else bool(error)


def count(value: object) -> int | None:
    """A number of things; None for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000_000 else None


def mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}  # what JSON gives; five times as fast as asking for a Mapping


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_short(duration_seconds: int | None) -> bool:
    return duration_seconds is not None and duration_seconds < EMPTY_SECONDS


def _ended_by_voicemail(metadata: Mapping[str, Any]) -> bool:
    """`voicemail_detection tool was called`, and what it may be called next (facts/elevenlabs.md §3a)."""
    return "voicemail" in clean(metadata.get("termination_reason")).casefold()


def _detects_voicemail(turn: Mapping[str, Any]) -> bool:
    """The agent's voicemail tool ran: it ends the call (facts/elevenlabs.md §8)."""
    tools = [tool for name in _TOOLS for tool in _list(turn.get(name))]
    return any(
        tool.get("tool_name") == _VOICEMAIL_TOOL or tool.get("result_type") == "voicemail_detection_success"
        for tool in tools
        if isinstance(tool, dict)
    )
