"""The room of ElevenLabs: batches, their recipients, their conversations; read only (facts/elevenlabs.md §1–§5)."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from math import ceil
from typing import Any, TypeVar

from ...core.budget import Budget
from ...core.call import Batch, Call, Conversation, Recipients
from ...errors import ConfigurationError, ElevenLabsFailed
from ...ports import Get, Sleep, Spread, Troubles
from .parsing import parse_batch, parse_call, parse_conversation

PAGE_SIZE = 100  # the most that both lists take
LIST_FROM = 3  # from so many wanted conversations of one agent on, the list is cheaper than one request each
SINGLES_PER_TICK = 40
LISTED_SECONDS = 120  # a call that ended longer ago and is not in the list is asked for by itself
LONGEST_CALL_SECONDS = 2 * 3600  # the list filters on a call's start, and we know its end
_TRIES = 4
_BATCHES = "/v1/convai/batch-calling"
_CONVERSATIONS = "/v1/convai/conversations"
T = TypeVar("T")


class ElevenLabsClient:
    """`ports.ElevenLabs` over GETs. `spread` runs thunks side by side and gives their results in order."""

    def __init__(self, get: Get, spread: Spread, sleep: Sleep, dice: random.Random, report: Troubles) -> None:
        self._get, self._spread, self._sleep, self._dice, self._report = get, spread, sleep, dice, report

    def batches(self, budget: Budget) -> list[Batch]:
        """Every batch of the workspace, each once, in no order; as far as the pages could be read.

        Raises ConfigurationError when the key is refused."""
        found: dict[str, Batch] = {}
        cursors = {""}
        cursor = ""
        while True:
            params = {"limit": PAGE_SIZE} | ({"last_doc": cursor} if cursor else {})
            try:
                page = self._object(f"{_BATCHES}/workspace", params, budget)
                rows = _rows(page, "batch_calls")
            except ElevenLabsFailed as failure:
                self._report.tolerated("batches_unread", "", str(failure))
                return list(found.values())
            found |= {
                batch.id: batch for batch in self._parsed(partial(parse_batch, now=budget.clock()), rows, "batch")
            }
            cursor = _cursor(page, "next_doc")
            if cursor in cursors:  # no more pages, or one that leads in a circle
                return list(found.values())
            cursors.add(cursor)

    def calls(self, batches: Sequence[Batch], budget: Budget) -> Iterator[tuple[Batch, Recipients | None]]:
        """Each batch with all its recipients, or None for a batch that could not be read."""
        yield from zip(batches, self._spread([partial(self._calls, batch, budget) for batch in batches]), strict=True)

    def _calls(self, batch: Batch, budget: Budget) -> Recipients | None:
        try:
            rows = _rows(self._object(f"{_BATCHES}/{batch.id}", {}, budget), "recipients")
        except ElevenLabsFailed as failure:
            self._report.tolerated("batch_unread", batch.id, str(failure))
            return None
        parse = partial(parse_call, batch=batch, now=budget.clock())
        calls = self._parsed(parse, rows, "recipient", batch.id)
        return Recipients(calls, complete=len(calls) == len(rows))

    def conversations(self, calls: Sequence[Call], budget: Budget) -> dict[str, Conversation]:
        """What is known of these calls' conversations, by conversation id; those not ready or not there are missing.

        One list with summaries serves a hundred calls; single requests the few, the doubtful (facts/elevenlabs.md §3e).
        """
        found: dict[str, Conversation] = {}
        singles: list[str] = []
        by_agent: dict[str, list[Call]] = {}
        for call in calls:
            if call.conversation_id:
                by_agent.setdefault(call.agent_id, []).append(call)
        for agent_id, wanted in by_agent.items():
            ids = {call.conversation_id for call in wanted}
            listed, complete = self._listed(agent_id, wanted, ids, budget) if len(ids) >= LIST_FROM else ({}, False)
            found |= listed
            if complete:  # what is not listed has just ended, or began before all that was asked for
                ids = {call.conversation_id for call in wanted if call.ended_at < budget.clock() - LISTED_SECONDS}
            singles += sorted(ids - set(listed))
            singles += [conversation.id for conversation in listed.values() if conversation.is_doubtful]
        some = self._spread([partial(self._single, id_, budget) for id_ in singles[:SINGLES_PER_TICK]])
        return found | {conversation.id: conversation for conversation in some if conversation is not None}

    def _listed(
        self, agent_id: str, wanted: Sequence[Call], ids: set[str], budget: Budget
    ) -> tuple[dict[str, Conversation], bool]:
        """The wanted ones that have ended, and whether all that the list could show was read."""
        params: dict[str, Any] = {
            "page_size": PAGE_SIZE,
            "summary_mode": "include",
            "sort_direction": "desc",
            "exclude_statuses": ["initiated", "in-progress", "processing"],
            "call_start_after_unix": min(call.ended_at for call in wanted) - LONGEST_CALL_SECONDS,
        }
        if agent_id:
            params["agent_id"] = agent_id
        found: dict[str, Conversation] = {}
        for _ in range(ceil(len(ids) / PAGE_SIZE) + 3):
            try:
                page = self._object(_CONVERSATIONS, params, budget)
                rows = _rows(page, "conversations")
            except ElevenLabsFailed as failure:
                self._report.tolerated("conversations_unread", "", str(failure))
                return found, False
            parse = partial(parse_conversation, now=budget.clock())
            found |= {c.id: c for c in self._parsed(parse, rows, "conversation") if c.id in ids}
            params["cursor"] = _cursor(page, "next_cursor")
            if len(found) == len(ids) or not params["cursor"]:
                return found, True
        return found, False

    def _single(self, conversation_id: str, budget: Budget) -> Conversation | None:
        try:
            row = self._object(f"{_CONVERSATIONS}/{conversation_id}", {}, budget)
        except ElevenLabsFailed as failure:
            self._report.tolerated("conversation_unread", "", str(failure))
            return None
        return next(iter(self._parsed(partial(parse_conversation, now=budget.clock()), [row], "conversation")), None)

    def _object(self, path: str, params: Mapping[str, Any], budget: Budget) -> Mapping[str, Any]:
        """A JSON object, after retries within the budget. A refused key is the operator's (facts/elevenlabs.md §5)."""
        problem = "the tick's time was up"
        for attempt in range(_TRIES):
            if budget.remaining_seconds() <= 0:
                break
            answer = self._get(path, params, budget.remaining_seconds())
            if answer.status in (401, 403):
                raise ConfigurationError(
                    "ELEVENLABS_API_KEY",
                    f"ElevenLabs answered {answer.status}: put a valid key with the scope convai_read, and check that "
                    "ElevenLabsBaseUrl is the host of the key's workspace",
                )
            if answer.status == 200 and isinstance(answer.body, Mapping):
                return answer.body
            problem = answer.problem or f"HTTP {answer.status}"
            if 400 <= answer.status < 500 and answer.status not in (408, 409, 429):
                break
            wait = max(answer.retry_after_seconds or 0, 0.5 * 2**attempt * self._dice.uniform(0.5, 1))
            if attempt == _TRIES - 1 or wait >= budget.remaining_seconds():
                break
            self._report.count("Retries")
            self._sleep(wait)
        raise ElevenLabsFailed(f"GET {path}: {problem}")

    def _parsed(self, parse: Callable[[Any], T], rows: list[Any], what: str, batch_id: str = "") -> list[T]:
        parsed: list[T] = []
        for row in rows:
            try:
                parsed.append(parse(row))
            except (ValueError, TypeError, AttributeError) as error:
                self._report.tolerated(f"{what}_unreadable", batch_id, type(error).__name__)
        return parsed


def _cursor(page: Mapping[str, Any], name: str) -> str:
    """The next page's cursor; a missing `has_more` is false (facts/elevenlabs.md §1)."""
    cursor = page.get(name)
    return cursor if page.get("has_more") is True and isinstance(cursor, str) else ""


def _rows(page: Mapping[str, Any], name: str) -> list[Any]:
    rows = page.get(name)
    if not isinstance(rows, list):
        raise ElevenLabsFailed(f"an answer without the array `{name}`")
    return rows
