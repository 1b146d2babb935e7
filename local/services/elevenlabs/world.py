"""ElevenLabs' batch calling and conversations, in memory (`facts/elevenlabs.md` §1-§5, §9).

Not simulated: the CSV export (its columns are documented nowhere), analysis runs, webhooks and the newer campaigns API
(404), and the filters of the conversation list that `conversation_query.SIMULATED` does not name (501).
"""

import random
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from typing import Any

from local.services.answers import Answer, Headers, JsonObject, Query, last_value
from local.services.elevenlabs import errors
from local.services.elevenlabs.bodies import batch_body, batch_detail, conversation_detail, conversation_summary
from local.services.elevenlabs.calls import Batch, CallPlan, Recipient
from local.services.elevenlabs.conversation_query import conversation_page
from local.services.elevenlabs.workspace import Workspace, rank_of
from local.services.faults import Fault, Faults

BATCHES = "/v1/convai/batch-calling/"
CONVERSATIONS = "/v1/convai/conversations"
AGENTS, SETTINGS = "/v1/convai/agents/", "/v1/convai/settings"
SCOPES = frozenset({"convai_read", "convai_write"})
MAX_RECIPIENTS = 10_000
MAX_LISTED = 100
RINGING = {"ringing_timeout_secs": 60, "twilio_call_recording_enabled": False}

Process = Callable[[], Answer]


class ElevenLabsWorld(Workspace):
    """One workspace behind its API; `Workspace` has the ways to make calls happen.

    keys: API key → scopes; take one away or narrow it at any time.
    plan_call: how a call goes that somebody submits or retries over the API, None for one that stays `pending`.
    retried_statuses: whom a retry calls again. agreement_accepted: without it a submit is a 403.
    agents: agent id → what its `platform_settings` hold; workspace_settings: the body of `/v1/convai/settings`.
    requests: how many came in, by route: `batches`, `batch`, `conversations`, `conversation`, `summary`, `submit`,
    `cancel`, `agent`, `settings`, `retry`, `delete`, `unknown`.

    Faults of its own besides those of `faults`: `429_legacy`, `invalid_api_key`, `missing_permissions`,
    `quota_exceeded`, `402`, `403`, `404`, `refuse`. Facts to match: the query's parameters, `batch_id`,
    `conversation_id`, `path`.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        api_key: str,
        *,
        order: str = "newest",
        rng: random.Random | None = None,
        first_id: int = 1,
    ) -> None:
        super().__init__(clock, order=order, rng=rng, first_id=first_id)
        self.keys: dict[str, frozenset[str]] = {api_key: SCOPES}
        self.requests: Counter[str] = Counter()
        self.faults = Faults(errors.INSTEAD, rng=rng)
        self.plan_call: Callable[[Batch, Recipient], CallPlan | None] = lambda _batch, _recipient: CallPlan()
        self.retried_statuses = frozenset({"failed"})
        self.agreement_accepted = True
        self.agents: dict[str, JsonObject] = {}
        self.workspace_settings: JsonObject = {"webhooks": {"post_call_webhook_id": None}}

    def answer(
        self, method: str, path: str, query: Query | None = None, headers: Headers | None = None, body: Any = None
    ) -> Answer:
        """The answer to one request; the state changes as it would there. Never raises for what a caller sends."""
        query, key = query or {}, (headers or {}).get("xi-api-key")
        route, facts, process = self._route(method, path, query, body)
        self.requests[route] += 1

        def checked(_: Fault | None) -> Answer:
            if not key:
                return errors.missing_api_key()
            scopes = self.keys.get(key)
            if scopes is None:
                return errors.invalid_api_key()
            scope = "convai_read" if method == "GET" else "convai_write"
            return process() if scope in scopes else errors.missing_permissions(scope)

        if not self.faults.scripted:
            return checked(None)
        return self.faults.around(route, {**query, **facts, "path": path}, checked)

    def _route(self, method: str, path: str, query: Query, body: Any) -> tuple[str, dict[str, str], Process]:
        if path.startswith(BATCHES):
            batch_id, _, action = path[len(BATCHES) :].partition("/")
            match method, batch_id, action:
                case "GET", "workspace", "":
                    return "batches", {}, lambda: self._list(query)
                case "POST", "submit", "":
                    return "submit", {}, lambda: self._submit(body)
            name = {("GET", ""): "batch", ("DELETE", ""): "delete"}.get((method, action), action)
            acts = {"batch": self._detail, "delete": self._delete, "cancel": self._cancel, "retry": self._retry}
            if name in acts and (method == "POST") == (name == action):
                return name, {"batch_id": batch_id}, lambda: self._with_batch(batch_id, acts[name])
        elif method == "GET" and path == CONVERSATIONS:
            return "conversations", {}, lambda: conversation_page(self.by_start, self.clock(), query)
        elif method == "GET" and path.startswith(CONVERSATIONS + "/"):
            conversation_id, _, action = path[len(CONVERSATIONS) + 1 :].partition("/")
            if action in ("", "summary"):
                facts = {"conversation_id": conversation_id}
                return action or "conversation", facts, lambda: self._conversation(conversation_id, action, query)
        elif method == "GET" and path == SETTINGS:
            return "settings", {}, lambda: Answer(200, self.workspace_settings)
        elif method == "GET" and path.startswith(AGENTS):
            agent_id = path[len(AGENTS) :]
            return "agent", {"agent_id": agent_id}, lambda: self._agent(agent_id)
        return "unknown", {}, lambda: Answer(404, {"detail": "Not Found"})

    def _agent(self, agent_id: str) -> Answer:
        """Of an agent only what is asked of it here: its settings of the platform."""
        if not any(batch.agent_id == agent_id for batch in self.listed):
            return errors.not_found("Agent", "agent_not_found")
        platform = {"summary_language": None, **self.agents.get(agent_id, {})}
        return Answer(200, {"agent_id": agent_id, "name": "", "platform_settings": platform})

    def _list(self, query: Query) -> Answer:
        text, after, agent_id = last_value(query, "limit"), last_value(query, "last_doc"), last_value(query, "agent_id")
        if text and not text.lstrip("-").isdigit():
            return errors.invalid("query", "limit", message="Input should be a valid integer", given=text)
        start = 0
        if after:
            last = self.batches.get(after)
            if last is None:
                return errors.not_found("Document", "document_not_found")
            start = bisect_left(self.listed, last.rank, key=rank_of) + 1
        found = self.listed[start:]
        if agent_id:
            found = [batch for batch in found if batch.agent_id == agent_id]
        now, page = self.clock(), found[: min(max(int(text or MAX_LISTED), 1), MAX_LISTED)]
        more = len(found) > len(page)
        bodies = [batch_body(batch, now) for batch in page]
        return Answer(200, {"batch_calls": bodies, "next_doc": page[-1].id if more else None, "has_more": more})

    def _with_batch(self, batch_id: str, act: Callable[[Batch], Answer]) -> Answer:
        batch = self.batches.get(batch_id)
        return act(batch) if batch else errors.not_found("Batch call", "document_not_found")

    def _detail(self, batch: Batch) -> Answer:
        return Answer(200, batch_detail(batch, self.clock()))

    def _submit(self, body: Any) -> Answer:
        refusal = _submit_refusal(body)
        if refusal:
            return refusal
        if not self.agreement_accepted:
            message = "Accept the batch calling terms in the dashboard first."
            return errors.error(403, "authorization_error", "batch_calling_agreement_required", message)
        given: JsonObject = body
        batch = self.add_batch(
            given["recipients"],
            name=given["call_name"],
            agent_id=given["agent_id"],
            scheduled_at=given.get("scheduled_time_unix"),
            timezone=given.get("timezone"),
            phone_number_id=given.get("agent_phone_number_id"),
            target_concurrency_limit=given.get("target_concurrency_limit"),
            telephony_call_config={**RINGING, **(given.get("telephony_call_config") or {})},
        )
        self._call(batch, list(batch.recipients.values()), max(self.clock(), batch.scheduled_at))
        return Answer(200, batch_body(batch, self.clock()))

    def _delete(self, batch: Batch) -> Answer:
        self.delete_batch(batch)
        return Answer(204)

    def _cancel(self, batch: Batch) -> Answer:
        self.cancel(batch)
        return Answer(200, batch_body(batch, self.clock()))

    def _retry(self, batch: Batch) -> Answer:
        self._call(batch, self.retry(batch, self.retried_statuses), self.clock())
        return Answer(200, batch_body(batch, self.clock()))

    def _call(self, batch: Batch, recipients: list[Recipient], at: float) -> None:
        for recipient in recipients:
            plan = self.plan_call(batch, recipient)
            if plan is not None:
                self.dial(batch, recipient, plan, at)

    def _conversation(self, conversation_id: str, action: str, query: Query) -> Answer:
        now, talk = self.clock(), self.conversations.get(conversation_id)
        if talk is None or now < max(talk.started_at, talk.visible_at):
            return errors.not_found("Conversation", "conversation_not_found")
        if not action:
            return Answer(200, conversation_detail(talk, now))
        text = last_value(query, "max_messages") or "40"
        if not text.isdigit() or not 1 <= int(text) <= 200:
            return errors.invalid("query", "max_messages", message="Input should be 1 to 200", given=text)
        return Answer(200, conversation_summary(talk, now, int(text)))


def _submit_refusal(body: Any) -> Answer | None:
    if not isinstance(body, dict):
        return errors.invalid("body", message="Input should be a valid dictionary", kind="model_attributes_type")
    for name, kind in (("call_name", str), ("agent_id", str), ("recipients", list)):
        if name not in body:
            return errors.invalid("body", name, message="Field required", kind="missing")
        if not isinstance(body[name], kind):
            return errors.invalid("body", name, message=f"Input should be a valid {kind.__name__}", given=body[name])
    if len(body["recipients"]) > MAX_RECIPIENTS:
        message = f"List should have at most {MAX_RECIPIENTS} items after validation"
        return errors.invalid("body", "recipients", message=message, kind="too_long")
    if any(not isinstance(recipient, dict) for recipient in body["recipients"]):
        return errors.invalid("body", "recipients", message="Input should be a list of objects")
    return None
