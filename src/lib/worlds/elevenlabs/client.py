"""The room of ElevenLabs: batches, their recipients, their conversations; read only (facts/elevenlabs.md §1–§5)."""

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from math import ceil
from typing import Any
from urllib.parse import quote

from ...core.budget import Budget
from ...core.call import Batch, Call, Conversation, Page, Recipients
from ...core.decide import asks_for_results
from ...core.policy import Policy, Settings
from ...core.read_before import ReadBefore
from ...core.results import asked_for
from ...errors import ConfigurationError, ElevenLabsFailed
from ...ports import Answer, Get, Rows, Sleep, Spread, Troubles
from .parsing import parse_batch, parse_call, parse_conversation, without_late_update
from .readable import TURNS, Unreadable, or_unreadable, rows_of, unless_read_before

PAGE_SIZE = 100  # the most that both lists take
LIST_FROM = 3  # from so many wanted conversations of one agent on, the list is cheaper than one request each
SINGLES_PER_TICK = 40
ALL_SINGLY = 10  # so few are asked for by themselves though their rows look sure: call_result stands nowhere else
LISTED_SECONDS = 120  # a call that ended longer ago and is not in the list is asked for by itself
LISTED_CALL_SECONDS = 2 * 3600  # the list goes by a call's start, we know its end: a longer call is asked for by itself
CURSOR_MAX_CHARACTERS = 2000
_RESULTS = ("data_collection_ids", "evaluation_criteria_ids")  # the list leaves out what it is not asked for
_NO_SUCH_RESULTS = (400, 404, 422, 501)
_BAD_CURSOR = (400, 404, 422)  # the batch that a cursor names may be deleted
_NOT_FOR_US = (401, 403, 422)  # of one conversation: the list's own refusal is the key's (facts/elevenlabs.md §5)
_TRIES = 4
_BATCHES = "/v1/convai/batch-calling"
_CONVERSATIONS = "/v1/convai/conversations"
_WORD = re.compile(r"[a-z_]{1,60}")  # what a log may show of a refusal: its code, and no text of the provider's


class ElevenLabsClient:
    """`ports.ElevenLabs` over GETs. `spread` runs thunks side by side and gives their results in order.

    before: what was read before, kept while the function is warm.
    """

    def __init__(
        self, get: Get, spread: Spread, sleep: Sleep, dice: random.Random, report: Troubles, before: ReadBefore
    ) -> None:
        self._before = before
        self._get, self._spread, self._sleep, self._dice, self._report = get, spread, sleep, dice, report
        self._lists_results = True

    def batches(self, cursor: str, budget: Budget) -> Page:
        """A page of the workspace's batches, the first for "". Raises ConfigurationError when the key is refused.

        Any other request's refusal may be about one batch or conversation (facts/elevenlabs.md §5).
        """
        params = {"limit": PAGE_SIZE} | ({"last_doc": cursor} if cursor else {})
        rows = unless_read_before(self._before, cursor, rows_of("batch_calls", parse_batch, budget.clock))
        try:
            page = self._object(f"{_BATCHES}/workspace", params, budget, rows)
            batches: list[Batch] = self._readable(page, "batch_calls", "batch")
        except ElevenLabsFailed as failure:
            if failure.status in (401, 403) and "quota_exceeded" not in str(failure):
                raise ConfigurationError(
                    "ELEVENLABS_API_KEY",
                    f"ElevenLabs answered {failure.status}: put a valid key with the scope convai_read, and check that "
                    "ElevenLabsBaseUrl is the host of the key's workspace",
                ) from None
            self._report.tolerated("batches_unread", "", str(failure))
            return Page([], "" if failure.status in _BAD_CURSOR else cursor, is_read=False)
        return Page(batches, _cursor(page, "next_doc"))

    def calls(self, batches: Sequence[Batch], budget: Budget) -> Iterator[tuple[Batch, Recipients | None]]:
        """Each batch as it is now, with all its recipients, in the order given; None when there was no answer.

        A batch that is refused (401, 403) or gone (404) comes without recipients: the next tick would hear no more.
        """
        yield from self._spread([partial(self._calls, batch, budget) for batch in batches])

    def _calls(self, batch: Batch, budget: Budget) -> tuple[Batch, Recipients | None]:
        parse = partial(parse_call, batch=batch)
        rows = unless_read_before(self._before, (batch.id, batch.agent_id), rows_of("recipients", parse, budget.clock))
        try:
            detail = self._object(f"{_BATCHES}/{_segment(batch.id)}", {}, budget, rows)
            calls: list[Call] = self._readable(detail, "recipients", "recipient", batch.id)
        except ElevenLabsFailed as failure:
            self._report.tolerated("batch_unread", batch.id, str(failure))
            if failure.status in (401, 403, 404):
                return batch, Recipients([], complete=False, is_gone=failure.status == 404)
            return batch, None
        complete, now_it_is = len(calls) == len(detail["recipients"]), _as_it_is_now(batch, detail, budget.clock())
        if now_it_is.is_terminal:
            calls = [without_late_update(call, now_it_is) for call in calls]
        return now_it_is, Recipients(calls, complete)

    def conversations(self, calls: Sequence[Call], settings: Settings, budget: Budget) -> dict[str, Conversation]:
        """What is known of these calls' conversations, by conversation id; those not ready or not there are missing.

        One list with summaries and results serves a hundred calls; single requests the few, the doubtful, and those
        whose results it leaves out (facts/elevenlabs.md §3e).
        """
        found: dict[str, Conversation] = {}
        singles: list[str] = []
        sure: list[str] = []
        by_agent: dict[str, list[Call]] = {}
        for call in calls:
            if call.conversation_id:
                by_agent.setdefault(call.agent_id, []).append(call)
        for agent_id, wanted in by_agent.items():
            ids = {call.conversation_id for call in wanted}
            policy = settings.for_agent(agent_id)
            is_many = len(ids) >= LIST_FROM
            listed, complete = self._listed(agent_id, wanted, ids, policy, budget) if is_many else ({}, False)
            found |= listed
            if complete:  # what is not listed has just ended, or began before all that was asked for
                ids = {call.conversation_id for call in wanted if call.ended_at < budget.clock() - LISTED_SECONDS}
            singles += sorted(ids - set(listed))
            rows = [(call, listed.get(call.conversation_id)) for call in wanted]
            now = budget.clock()
            for call, row in rows:
                if row is not None and (row.leaves_open(call) or asks_for_results(row, call, settings, now)):
                    singles.append(row.id)
                elif row is not None and row.summary is not None:
                    sure.append(row.id)
        if len(singles) + len(sure) <= ALL_SINGLY:
            singles += sure
        if len(singles) > SINGLES_PER_TICK:  # by lot, so that none is always among the last; what is too old, after all
            oldest = budget.clock() - settings.lookback_seconds
            too_old = {call.conversation_id for call in calls if call.ended_at <= oldest}
            singles = sorted(self._dice.sample(singles, len(singles)), key=too_old.__contains__)[:SINGLES_PER_TICK]
        some = self._spread([partial(self._single, id_, budget) for id_ in singles])
        # A row that the list has, and that is not found by itself, is still all that is known.
        return found | {one.id: one for one in some if one and not (one.status == "not_found" and one.id in found)}

    def summary(self, conversation_id: str, budget: Budget) -> str:
        """What a conversation was about; "" where there is no summary, or no answer."""
        conversation = self._single(conversation_id, budget)
        return (conversation and conversation.summary) or ""

    def _listed(
        self, agent_id: str, wanted: Sequence[Call], ids: set[str], policy: Policy, budget: Budget
    ) -> tuple[dict[str, Conversation], bool]:
        """The wanted ones that have ended, and whether all that the list could show was read."""
        params: dict[str, Any] = {
            "page_size": PAGE_SIZE,
            "summary_mode": "include",
            "sort_direction": "desc",
            "exclude_statuses": ["initiated", "in-progress", "processing"],
            "call_start_after_unix": min(call.ended_at for call in wanted) - LISTED_CALL_SECONDS,
        }
        if agent_id:
            params["agent_id"] = agent_id
        results = asked_for(policy)
        if results and self._lists_results:  # nobody says which of them are criteria
            params |= dict.fromkeys(_RESULTS, results)
        found: dict[str, Conversation] = {}
        for _ in range(ceil(len(ids) / PAGE_SIZE) + 3):
            talks = rows_of("conversations", parse_conversation, budget.clock)
            try:
                page = self._object(_CONVERSATIONS, params, budget, talks)
                rows: list[Conversation] = self._readable(page, "conversations", "conversation")
            except ElevenLabsFailed as failure:
                if failure.status in _NO_SUCH_RESULTS and _RESULTS[0] in params:
                    self._lists_results = False  # then each conversation is asked by itself
                    params = {name: value for name, value in params.items() if name not in _RESULTS}
                    continue
                self._report.tolerated("conversations_unread", "", str(failure))
                return found, False
            found |= {conversation.id: conversation for conversation in rows if conversation.id in ids}
            params["cursor"] = _cursor(page, "next_cursor")
            if len(found) == len(ids) or not params["cursor"]:
                return found, True
        return found, False

    def _single(self, conversation_id: str, budget: Budget) -> Conversation | None:
        """None without a usable answer. One that is not there (yet), or is refused, has the status `not_found` and
        nothing else: a later answer would be no better."""
        try:
            row = self._object(f"{_CONVERSATIONS}/{_segment(conversation_id)}", {}, budget, TURNS)
        except ElevenLabsFailed as failure:
            if failure.status == 404:  # nothing is wrong with that just after a call (facts/elevenlabs.md §8)
                self._report.count("conversations_missing")
                return Conversation(conversation_id, "not_found", None, None, None, None)
            self._report.tolerated("conversation_unread", "", str(failure))
            is_final = failure.status in _NOT_FOR_US
            return Conversation(conversation_id, "not_found", None, None, None, None) if is_final else None
        found = or_unreadable(partial(parse_conversation, now=budget.clock()), row)
        if isinstance(found, Unreadable):
            self._report.tolerated("conversation_unreadable", "", found.why)
            return None
        return found

    def _object(
        self, path: str, params: Mapping[str, Any], budget: Budget, rows: Rows | None = None
    ) -> Mapping[str, Any]:
        """A JSON object, after retries within the budget. Raises ElevenLabsFailed."""
        problem, status = "the tick's time was up", 0
        for attempt in range(_TRIES):
            if budget.remaining_seconds() <= 0:
                break
            answer = self._get(path, params, budget.remaining_seconds(), rows)
            if answer.status == 200 and isinstance(answer.body, dict):
                return answer.body
            problem, status = answer.problem or _refusal(answer), answer.status
            if 300 <= status < 500 and status not in (408, 409, 429):
                break
            wait = max(answer.retry_after_seconds or 0, 0.5 * 2**attempt * self._dice.uniform(0.5, 1))
            if attempt == _TRIES - 1 or wait >= budget.remaining_seconds():
                break
            self._report.count("Retries")
            self._sleep(wait)
        raise ElevenLabsFailed(f"GET {path}: {problem}", status)

    def _readable(self, page: Mapping[str, Any], array: str, what: str, batch_id: str = "") -> list[Any]:
        """The rows that could be understood; the others are told in one line. Raises ElevenLabsFailed without array."""
        rows = page.get(array)
        if not isinstance(rows, list):
            raise ElevenLabsFailed(f"an answer without the array `{array}`")
        readable = [row for row in rows if not isinstance(row, Unreadable)]
        if len(readable) < len(rows):
            reasons = Counter(row.why for row in rows if isinstance(row, Unreadable))
            why = ", ".join(f"{reason} ×{count}" for reason, count in reasons.most_common())
            self._report.tolerated(f"{what}_unreadable", batch_id, f"{why} of {len(rows)}")
        return readable


def _as_it_is_now(batch: Batch, detail: Mapping[str, Any], now: float) -> Batch:
    """The batch as its own answer shows it, where that can be understood."""
    shown = or_unreadable(partial(parse_batch, now=now), detail)
    return batch if isinstance(shown, Unreadable) or shown.id != batch.id or not shown.status else shown


def _refusal(answer: Answer) -> str:
    """`HTTP 401 missing_permissions unauthorized`: both words are needed, and `detail` may be an object, a list of them
    or a text (facts/elevenlabs.md §5)."""
    detail = answer.body.get("detail") if isinstance(answer.body, dict) else None
    detail = detail[0] if isinstance(detail, list) and detail else detail
    words = [detail.get(name) for name in ("status", "code")] if isinstance(detail, dict) else [detail]
    told = dict.fromkeys(word for word in words if isinstance(word, str) and _WORD.fullmatch(word))
    return " ".join((f"HTTP {answer.status}", *told))


def _segment(id_: str) -> str:
    """An id as one segment of a path, whatever it holds: `..` must not lead elsewhere."""
    return quote(id_, safe="").replace(".", "%2E")


def _cursor(page: Mapping[str, Any], name: str) -> str:
    """The next page's cursor, "" on the last page; a missing `has_more` is false (facts/elevenlabs.md §1)."""
    cursor = page.get(name)
    if page.get("has_more") is not True or not isinstance(cursor, str) or len(cursor) > CURSOR_MAX_CHARACTERS:
        return ""
    return cursor.encode("utf-8", "ignore").decode()  # half a surrogate pair cannot be sent
