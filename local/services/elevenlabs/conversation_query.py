"""`GET /v1/convai/conversations`: its parameters and its pages (`facts/elevenlabs.md` §3b). Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from local.services.answers import Answer, Query, all_values, last_value
from local.services.elevenlabs import errors
from local.services.elevenlabs.bodies import conversation_item
from local.services.elevenlabs.calls import Conversation
from local.services.elevenlabs.workspace import start_of

STATUSES = frozenset({"initiated", "in-progress", "processing", "done", "failed"})
PAGE_SIZE, MAX_PAGE_SIZE = 30, 100
SIMULATED = frozenset(
    {
        "cursor",
        "page_size",
        "agent_id",
        "call_start_after_unix",
        "call_start_before_unix",
        "summary_mode",
        "exclude_statuses",
        "sort_direction",
        "data_collection_ids",
        "evaluation_criteria_ids",
    }
)
_CURSOR = "cur_"
_CHOICES = {"summary_mode": ("exclude", "include"), "sort_direction": ("asc", "desc")}


def conversation_page(by_start: Sequence[Conversation], now: float, query: Query) -> Answer:
    """One page. by_start: every conversation, sorted by `start_of`, those that have not started yet included.

    The time bounds are taken as exclusive: the real ones' edges are documented nowhere, so no reader may rely on them.
    """
    refusal = _refusal(query)
    if refusal:
        return refusal
    size = int(last_value(query, "page_size") or PAGE_SIZE)
    after, before = last_value(query, "call_start_after_unix"), last_value(query, "call_start_before_unix")
    first = bisect_left(by_start, int(after) + 1, key=_started_second) if after else 0
    end = bisect_right(by_start, now, key=_started)
    if before:
        end = min(end, bisect_left(by_start, int(before), key=_started_second))
    ascending = last_value(query, "sort_direction") == "asc"
    if cursor := last_value(query, "cursor"):
        place = _place(by_start, cursor)
        if place is None:
            return errors.error(400, "invalid_request", "invalid_cursor", "The cursor is invalid or has expired.")
        first, end = (max(first, place + 1), end) if ascending else (first, min(end, place))
    window = by_start[first:end] if ascending else by_start[first:end][::-1]
    found = _matching(window, now, query, size + 1)
    page, more = found[:size], len(found) > size
    collected, judged = (all_values(query, name) for name in ("data_collection_ids", "evaluation_criteria_ids"))
    with_summary = last_value(query, "summary_mode") == "include"
    return Answer(
        200,
        {
            "conversations": [
                conversation_item(
                    talk, now, with_summary=with_summary, data_collection_ids=collected, criteria_ids=judged
                )
                for talk in page
            ],
            "next_cursor": _cursor(page[-1]) if more else None,
            "has_more": more,
        },
    )


def _matching(window: Iterable[Conversation], now: float, query: Query, enough: int) -> list[Conversation]:
    excluded, agent_id = frozenset(all_values(query, "exclude_statuses")), last_value(query, "agent_id")
    found = []
    for talk in window:
        if talk.visible_at > now or (agent_id and talk.agent_id != agent_id) or talk.status(now) in excluded:
            continue
        found.append(talk)
        if len(found) == enough:
            break
    return found


def _refusal(query: Query) -> Answer | None:
    for name in query:
        if name not in SIMULATED:
            return Answer(501, {"detail": f"The simulator has no filter {name}: ignoring it would be a lie."})
    for name in ("page_size", "call_start_after_unix", "call_start_before_unix"):
        text = last_value(query, name)
        if text is not None and not text.lstrip("-").isdigit():
            return errors.invalid("query", name, message="Input should be a valid integer", given=text)
    size = last_value(query, "page_size")
    if size is not None and not 1 <= int(size) <= MAX_PAGE_SIZE:
        message = f"Input should be 1 to {MAX_PAGE_SIZE}"
        return errors.invalid("query", "page_size", message=message, kind="less_than_equal", given=size)
    for name, choices in _CHOICES.items():
        choice = last_value(query, name)
        if choice is not None and choice not in choices:
            return errors.invalid("query", name, message=f"Input should be one of {choices}", kind="enum", given=choice)
    for index, status in enumerate(all_values(query, "exclude_statuses")):
        if status not in STATUSES:
            place = ("query", "exclude_statuses", str(index))
            return errors.invalid(*place, message="Input should be a known status", kind="enum", given=status)
    return None


def _cursor(talk: Conversation) -> str:
    return f"{_CURSOR}{talk.started_at!r}_{talk.id}"


def _place(by_start: Sequence[Conversation], cursor: str) -> int | None:
    """Where the page before ended; None for a cursor that this simulator never gave."""
    started_at, _, conversation_id = cursor.removeprefix(_CURSOR).partition("_")
    try:
        place = bisect_left(by_start, (float(started_at), conversation_id), key=start_of)
    except ValueError:
        return None
    known = place < len(by_start) and by_start[place].id == conversation_id
    return place if known else None


def _started(talk: Conversation) -> float:
    return talk.started_at


def _started_second(talk: Conversation) -> int:
    return int(talk.started_at)
