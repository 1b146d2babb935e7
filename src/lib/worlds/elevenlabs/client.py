"""The room of ElevenLabs: batches, their recipients, their conversations; read only (facts/elevenlabs.md §1–§5)."""

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any, Protocol, TypeVar

import requests

from lib.config.settings import ConfigurationError
from lib.core.budget import Budget, retry_after_seconds
from lib.core.call import Batch, Call, Conversation, parse_batch, parse_call, parse_conversation

PAGE_SIZE = 100  # the most that both lists take
LIST_FROM = 3  # from so many wanted conversations of one agent on, the list is cheaper than one request each
SINGLES_PER_TICK = 40
LISTED_SECONDS = 120  # a call that ended longer ago and is not in the list is asked for by itself
LONGEST_CALL_SECONDS = 2 * 3600  # the list filters on a call's start, and we know its end
_TRIES = 4
_CONNECT_SECONDS, _READ_SECONDS = 3.0, 20.0
_BODY_MAX_BYTES = 64 * 1024 * 1024  # a batch of 10,000 recipients with their variables is tens of megabytes
_BATCHES = "/v1/convai/batch-calling"
_CONVERSATIONS = "/v1/convai/conversations"
T = TypeVar("T")


class ElevenLabsFailed(Exception):
    """A request did not give a usable answer, retries included. The text never holds ElevenLabs' own words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. `body` is the parsed JSON, or None when it was not JSON; `status` 0 means no answer came."""

    status: int
    body: Any = None
    retry_after_seconds: float | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Recipients:
    """A batch's recipients as calls; `complete` tells that none was unreadable."""

    calls: list[Call]
    complete: bool


class Get(Protocol):
    """One GET with the key in its header. Never raises: what went wrong is in the answer."""

    def __call__(self, path: str, params: Mapping[str, Any], timeout_seconds: float) -> Answer: ...


class ElevenLabs:
    """`spread` runs thunks side by side and gives their results in order; `count_retry` is told of every retry, and
    `swallow(event, batch_id, why)` of everything that could not be read: it never stops the rest."""

    def __init__(
        self,
        get: Get,
        spread: Callable[[Sequence[Callable[[], Any]]], Iterable[Any]],
        sleep: Callable[[float], None],
        dice: random.Random,
        count_retry: Callable[[], None],
        swallow: Callable[[str, str, str], None],
    ) -> None:
        self._get, self._spread, self._sleep, self._dice = get, spread, sleep, dice
        self._count_retry, self._swallow = count_retry, swallow

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
                self._swallow("batches_unread", "", str(failure))
                return list(found.values())
            found |= {batch.id: batch for batch in self._parsed(parse_batch, rows, "batch")}
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
            self._swallow("batch_unread", batch.id, str(failure))
            return None
        calls = self._parsed(partial(parse_call, batch=batch), rows, "recipient", batch.id)
        return Recipients(calls, complete=len(calls) == len(rows))

    def conversations(self, calls: Sequence[Call], budget: Budget) -> dict[str, Conversation]:
        """What is known of these calls' conversations, by conversation id; those not ready or not there are missing.

        One list with summaries serves a hundred calls; single requests serve the few and the doubtful (facts §3e).
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
                self._swallow("conversations_unread", "", str(failure))
                return found, False
            found |= {c.id: c for c in self._parsed(parse_conversation, rows, "conversation") if c.id in ids}
            params["cursor"] = _cursor(page, "next_cursor")
            if len(found) == len(ids) or not params["cursor"]:
                return found, True
        return found, False

    def _single(self, conversation_id: str, budget: Budget) -> Conversation | None:
        try:
            row = self._object(f"{_CONVERSATIONS}/{conversation_id}", {}, budget)
        except ElevenLabsFailed as failure:
            self._swallow("conversation_unread", "", str(failure))
            return None
        return next(iter(self._parsed(parse_conversation, [row], "conversation")), None)

    def _object(self, path: str, params: Mapping[str, Any], budget: Budget) -> Mapping[str, Any]:
        """A JSON object, after retries within the budget. A refused key is the operator's to mend (facts §5)."""
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
            self._count_retry()
            self._sleep(wait)
        raise ElevenLabsFailed(f"GET {path}: {problem}")

    def _parsed(self, parse: Callable[[Any], T], rows: list[Any], what: str, batch_id: str = "") -> list[T]:
        parsed: list[T] = []
        for row in rows:
            try:
                parsed.append(parse(row))
            except (ValueError, TypeError, AttributeError) as error:
                self._swallow(f"{what}_unreadable", batch_id, type(error).__name__)
        return parsed


class HttpGet:
    """`Get` over HTTP: connections kept, time-outs on every wait, the whole answer bounded in time and size."""

    def __init__(self, base_url: str, api_key: str, pool_size: int, clock: Callable[[], float] = time.time) -> None:
        self._base_url, self._clock = base_url.rstrip("/"), clock
        self._session = requests.Session()
        self._session.headers["xi-api-key"] = api_key
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, requests.adapters.HTTPAdapter(pool_maxsize=pool_size, max_retries=0))

    def __call__(self, path: str, params: Mapping[str, Any], timeout_seconds: float) -> Answer:
        ends_at = self._clock() + min(timeout_seconds, 3 * _READ_SECONDS)
        waits = (min(_CONNECT_SECONDS, timeout_seconds), min(_READ_SECONDS, timeout_seconds))
        try:
            with self._session.get(
                self._base_url + path, params=dict(params), timeout=waits, stream=True, allow_redirects=False
            ) as response:
                content = bytearray()
                for chunk in response.iter_content(65536):
                    content += chunk
                    if self._clock() > ends_at or len(content) > _BODY_MAX_BYTES:
                        return Answer(0, problem="an answer too long or too slow")
                retry_after = retry_after_seconds(response.headers.get("Retry-After"), self._clock())
                return _answer(response.status_code, bytes(content), retry_after)
        except requests.RequestException as error:
            return Answer(0, problem=type(error).__name__)  # its text may quote the request

    def close(self) -> None:
        self._session.close()


def _answer(status: int, content: bytes, retry_after_seconds: float | None) -> Answer:
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    if status == 200 and not isinstance(body, Mapping):
        return Answer(status, problem="an answer that is not a JSON object")
    return Answer(status, body, retry_after_seconds)


def _cursor(page: Mapping[str, Any], name: str) -> str:
    """The next page's cursor; a missing `has_more` is false (facts §1)."""
    cursor = page.get(name)
    return cursor if page.get("has_more") is True and isinstance(cursor, str) else ""


def _rows(page: Mapping[str, Any], name: str) -> list[Any]:
    rows = page.get(name)
    if not isinstance(rows, list):
        raise ElevenLabsFailed(f"an answer without the array `{name}`")
    return rows
