"""Twilio's Messages resource, in memory: create, list and fetch (`facts/twilio.md` §1–§5).

Not simulated: update, delete, feedback, scheduling, media, and the Content API. Only `To`, `From` and `DateSent` filter
a list, as in the real one; every other parameter is ignored, as there.
"""

import random
from base64 import b64encode
from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from local.services.answers import Answer, Headers, JsonObject, Query, all_values, last_value
from local.services.faults import Fault, Faults, retry_after
from local.services.twilio.account import Account, resource
from local.services.twilio.messages import API_VERSION, DATE_FILTERS, Message, date_filter
from local.services.twilio.rewriting import REWRITES
from local.services.twilio.rules import Template, is_whatsapp, judge

WINDOW_SECONDS = 24 * 3600
SANDBOX_SENDER = "whatsapp:+14155238886"
DELIVERED: tuple[tuple[float, str], ...] = ((0.0, "queued"), (1.0, "sent"), (3.0, "delivered"))


def _error(status: int, code: int, message: str, headers: dict[str, str] | None = None) -> Answer:
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    return Answer(status, {"code": code, "message": message, "more_info": more_info, "status": status}, headers or {})


def _basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def _keep(_: Fault, answer: Answer) -> Answer:
    return answer


class TwilioWorld:
    """One Twilio account.

    clock: epoch seconds. senders: the addresses messages may come from (`whatsapp:+…` or `+…`).
    list_lag_seconds: how long a new message is missing from lists; settable at any time, and per message (`listed_at`).
    walk: (seconds after the create, status) of a message that goes well; settable.
    lists_by_sent_date: a list's "newest first" goes by the date sent, and what has none comes last: no document says
    which date it goes by (facts/twilio.md §5.3).
    enforce_window: free text to a person who has not written within 24 h fails with 63016; off, as in the sandbox.
    rewrites: names of `rewriting.REWRITES`, in order: how messages are shown otherwise than they were sent; settable.
    first_id: where SIDs begin to count, for a simulator whose SIDs must differ from those of an earlier run.

    requests: how many came in, by route: `create`, `list`, `fetch`, `resource`, `unknown`.
    account: what else the account shows of itself, its senders and its templates; settable.

    Faults of its own, besides those of `faults`: in place of an answer `refuse` (`status`, `code`, `message`) and
    `63038` (the daily limit of the account, a 429); on a create `accept_as_failed` (201 with `failed` and `code`),
    `fail_later` (`undelivered` with `code` after `seconds`) and `list_late` (`list_lag_seconds`).
    Facts to match: the query's and the form's parameters, `path`.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        account_sid: str,
        auth_token: str,
        senders: Collection[str] = (SANDBOX_SENDER,),
        *,
        list_lag_seconds: float = 0.0,
        walk: Iterable[tuple[float, str]] = DELIVERED,
        lists_by_sent_date: bool = False,
        enforce_window: bool = False,
        rng: random.Random | None = None,
        first_id: int = 1,
    ) -> None:
        self.clock = clock
        self.account_sid = account_sid
        self.senders = set(senders)
        self.messaging_services: dict[str, list[str]] = {}
        self.templates: dict[str, Template] = {}
        self.list_lag_seconds = list_lag_seconds
        self.walk = tuple(walk)
        self.lists_by_sent_date = lists_by_sent_date
        self.enforce_window = enforce_window
        self.rewrites: tuple[str, ...] = ()
        self.landlines: dict[str, int] = {}  # phone → what an SMS to it comes to: 21614, or later 30006
        self.account = Account(account_sid)
        self.messages: list[Message] = []
        self.requests: Counter[str] = Counter()
        self.faults = Faults(_INSTEAD, dict.fromkeys(("accept_as_failed", "fail_later", "list_late"), _keep), rng)
        self._next_id = first_id
        self._rows: list[Message] = []
        self._rows_to: defaultdict[str, list[Message]] = defaultdict(list)
        self._by_sid: dict[str, Message] = {}
        self._wrote_at: defaultdict[tuple[str, str], list[float]] = defaultdict(list)  # by sender and person
        self._authorizations = {_basic(account_sid, auth_token)}
        self._path = f"/{API_VERSION}/Accounts/{account_sid}/Messages"

    def add_api_key(self, sid: str, secret: str) -> None:
        """Register an API key (`SK…`): it logs in instead of the account; the path still names the account."""
        self._authorizations.add(_basic(sid, secret))

    def add_template(self, sid: str, text: str, samples: Mapping[str, str] | None = None) -> Template:
        """Register an approved template. samples: what a missing variable falls back to, by key."""
        self.templates[sid] = template = Template(sid, text, samples or {})
        return template

    def add_messaging_service(self, sid: str, senders: Iterable[str]) -> None:
        """Register a Messaging Service and its senders."""
        self.messaging_services[sid] = list(senders)

    def receive(
        self, from_: str, body: str, to: str = SANDBOX_SENDER, media_count: int = 0, seconds_ago: float = 0
    ) -> Message:
        """A person writes to us: it opens the 24-hour window to that sender and shows in lists."""
        now = self.clock() - seconds_ago
        message = self._new(to, from_, body, [(now, "received")], now)
        message.direction, message.media_count = "inbound", media_count
        self._wrote_at[to, from_].append(now)
        return message

    def wrote_at(self, sender: str, person: str) -> list[float]:
        """When a person wrote to one of our addresses."""
        return self._wrote_at[sender, person]

    @property
    def both_ways(self) -> list[Message]:
        """What was accepted from us, and what people wrote, oldest first."""
        return list(self._rows)

    def sent_to(self, to: str) -> list[Message]:
        """The messages accepted for an address, oldest first."""
        return [message for message in self._rows_to[to] if message.direction != "inbound"]

    def answer(
        self,
        method: str,
        path: str,
        query: Query | None = None,
        headers: Headers | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer to one request; the state changes as it would there. Never raises for what a caller sends."""
        query, form = query or {}, form or {}
        route, process = self._route(method, path, query, form)
        self.requests[route] += 1

        def checked(fault: Fault | None) -> Answer:
            sent = headers or {}
            if (sent.get("Authorization") or sent.get("authorization")) not in self._authorizations:
                return _error(401, 20003, "Authenticate")
            answer = process(fault)
            answer.headers["twilio-request-id"] = f"RQ{self.requests.total():032x}"
            return answer

        if not self.faults.scripted:
            return checked(None)
        return self.faults.around(route, {**query, **form, "path": path}, checked)

    def _route(
        self, method: str, path: str, query: Query, form: Mapping[str, str]
    ) -> tuple[str, Callable[[Fault | None], Answer]]:
        if path == self._path + ".json":
            if method == "POST":
                return "create", lambda fault: self._create(form, fault)
            if method == "GET":
                return "list", lambda _: self._list(query)
        elif path.startswith(self._path + "/") and method == "GET":
            return "fetch", lambda _: self._fetch(path)
        elif method == "GET" and (body := resource(self.account, path, self.senders, self.templates)) is not None:
            return "resource", lambda _: Answer(200, body)
        return "unknown", lambda _: _error(404, 20404, f"The requested resource {path} was not found")

    def _create(self, form: Mapping[str, str], fault: Fault | None) -> Answer:
        verdict = judge(form, self.senders, self.messaging_services, self.templates, self.landlines)
        if isinstance(verdict, tuple):
            return _error(400, *verdict)
        now, to, service = self.clock(), form["To"], form.get("MessagingServiceSid") or None
        sender = form.get("From") or self._sender_of(service or "", to)
        shown_to, body = to, verdict.body
        for name in self.rewrites:
            shown_to, body = REWRITES[name](shown_to, body)
        message = self._new(shown_to, sender, body, [(now + after, status) for after, status in self.walk], now)
        self.messages.append(message)
        message.messaging_service_sid = service
        message.content_sid = verdict.template.sid if verdict.template else None
        if not form.get("From"):
            message.steps[0] = (now, "accepted")
        if any("     " in value for value in verdict.variables.values()):
            _fail(message, now + 1, "failed", 63013, "Channel policy violation")
        elif not verdict.template and self._outside_window(sender, to, now):
            _fail(message, now + 1, "undelivered", 63016, "Free-form message outside of the allowed window")
        if code := self.landlines.get(to):
            _fail(message, now + 1, "undelivered", code, "Landline or unreachable carrier")
        if fault is not None:
            self._bend(message, fault, now)
        return Answer(201, message.row(now))

    def _bend(self, message: Message, fault: Fault, now: float) -> None:
        if fault.list_lag_seconds is not None:
            message.listed_at = now + fault.list_lag_seconds
        if fault.kind == "accept_as_failed":
            message.steps.clear()
            _fail(message, now, "failed", fault.code, fault.message)
        elif fault.kind == "fail_later" and message.error_code is None:  # nothing fails twice
            _fail(message, now + (fault.seconds or 1.0), "undelivered", fault.code, fault.message)

    def _outside_window(self, sender: str, person: str, now: float) -> bool:
        if not self.enforce_window or not is_whatsapp(person):
            return False
        return now - max(self._wrote_at[sender, person], default=-WINDOW_SECONDS) > WINDOW_SECONDS

    def _sender_of(self, service: str, to: str) -> str:
        return next(one for one in self.messaging_services[service] if is_whatsapp(one) == is_whatsapp(to))

    def _new(self, to: str, from_: str, body: str, steps: list[tuple[float, str]], now: float) -> Message:
        sid = f"SM{self._next_id:032x}"
        self._next_id += 1
        message = Message(sid, self.account_sid, to, from_, body, now, now + self.list_lag_seconds, steps)
        self._by_sid[sid] = message
        for rows in (self._rows, self._rows_to[to]):
            insort(rows, message, key=lambda one: one.created_at)  # one of a while ago has its place among the older
        return message

    def _fetch(self, path: str) -> Answer:
        message = self._by_sid.get(path[len(self._path) + 1 : -len(".json")])
        if message is None or not path.endswith(".json"):
            return _error(404, 20404, f"The requested resource {path} was not found")
        return Answer(200, message.row(self.clock()))

    def _list(self, query: Query) -> Answer:
        try:
            page_size = min(max(int(last_value(query, "PageSize") or 50), 1), 1000)
            page = max(int(last_value(query, "Page") or 0), 0)
            in_period = date_filter(query)
        except ValueError:
            return _error(400, 20422, "Invalid parameter: PageSize, Page or DateSent")
        now, to, from_ = self.clock(), last_value(query, "To"), last_value(query, "From")
        matching = [
            message
            for message in reversed(self._rows_to.get(to, []) if to else self._rows)
            if message.listed_at <= now
            and (not from_ or message.from_ == from_)
            and (in_period is None or in_period(message.sent_at(now)))
        ]
        if self.lists_by_sent_date:
            matching.sort(key=lambda message: message.sent_at(now) or 0.0, reverse=True)
        skipped = page * page_size
        if token := last_value(query, "PageToken"):
            # The token names the last row of the page before, so that rows that come in meanwhile shift nothing.
            before = [index for index, message in enumerate(matching) if "PA" + message.sid == token]
            if not before:
                return _error(400, 20422, "Invalid parameter: PageToken")
            skipped = before[0] + 1
        rows = matching[skipped : skipped + page_size]
        return Answer(200, self._envelope(query, rows, page, page_size, skipped + page_size < len(matching), now))

    def _envelope(
        self, query: Query, rows: list[Message], page: int, page_size: int, more: bool, now: float
    ) -> JsonObject:
        kept = [(name, all_values(query, name)) for name in ("To", "From", *DATE_FILTERS) if name in query]
        filters = tuple((name, value) for name, values in kept for value in values)

        def uri(number: int, token: str = "") -> str:
            return f"{self._path}.json?{_query(filters, page_size, number, token)}"

        return {
            "messages": [message.row(now) for message in rows],
            "page": page,
            "page_size": page_size,
            "start": page * page_size,
            "end": page * page_size + max(len(rows) - 1, 0),
            "uri": uri(page),
            "first_page_uri": uri(0),
            "next_page_uri": uri(page + 1, "PA" + rows[-1].sid) if more else None,
            "previous_page_uri": uri(page - 1) if page else None,
        }


@lru_cache(1024)  # a list that is read again and again names the same pages
def _query(filters: tuple[tuple[str, str], ...], page_size: int, page: int, token: str) -> str:
    rest = {"PageSize": page_size, "Page": page} | ({"PageToken": token} if token else {})
    return urlencode((*filters, *rest.items()))


def _fail(message: Message, at: float, status: str, code: int, text: str) -> None:
    has_arrived = ("delivered", "read")  # a message that fails never does
    before = [step for step in message.steps if step[0] < at and step[1] not in has_arrived]
    message.steps = [*before, (at, status)]
    message.error_code, message.error_message = code, text


_INSTEAD: dict[str, Any] = {
    "500": lambda _: _error(500, 20500, "Internal Server Error"),
    "429": lambda fault: _error(429, 20429, "Too Many Requests", retry_after(fault)),
    "63038": lambda _: _error(429, 63038, "Account exceeded the daily messages limit"),
    "refuse": lambda fault: _error(fault.status, fault.code, fault.message),
}
