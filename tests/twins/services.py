"""ElevenLabs and Twilio without HTTP: the simulators' worlds behind the ports of the product's own rooms."""

import itertools
import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from lib.core.codes import About, code_of
from lib.core.inbound import Inbound
from lib.core.matching import Row, earliest_creation
from lib.core.message.compose import Message
from lib.core.message.email import html
from lib.core.outcome import Reply, account_refused
from lib.core.record import Record
from lib.core.ses_codes import code_of_refusal
from lib.errors import LookupFailed
from lib.ports import Answer, Rows
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.ses.world import PATH, SesWorld
from local.services.twilio.world import TwilioWorld

_encode = msgspec.json.Encoder().encode  # the worlds' own bodies hold nothing that JSON has no word for


class TwinElevenLabs:
    """`ports.Get` on a world: what `HttpGet` would make of the same answers.

    rows_per_page: the service may give shorter pages than were asked for.
    """

    def __init__(self, world: ElevenLabsWorld, api_key: str, rows_per_page: int = 100) -> None:
        self.world, self._headers, self._rows_per_page = world, {"xi-api-key": api_key}, rows_per_page

    def __call__(
        self, path: str, params: Mapping[str, Any], timeout_seconds: float, rows: Rows | None = None
    ) -> Answer:
        query = {name: value if isinstance(value, list) else str(value) for name, value in params.items()}
        for size in ("limit", "page_size"):
            if size in query:
                query[size] = str(min(params[size], self._rows_per_page))
        answer = self.world.answer("GET", path, query, self._headers)
        if answer.transport != "answered" or answer.delay_seconds > timeout_seconds:
            return Answer(0, problem=answer.transport)
        if answer.status == 200 and not isinstance(answer.body, Mapping):
            return Answer(200, problem="an answer that is not a JSON object")
        retry_after = answer.headers.get("retry-after")
        seconds = float(retry_after) if retry_after else None
        return Answer(answer.status, self._cut(answer.body, rows, _encode), seconds)

    @classmethod
    def read(cls, answer: Answer, rows: Rows | None) -> Answer:
        """The answer with its rows read one by one, whatever they hold."""
        return replace(answer, body=cls._cut(answer.body, rows, lambda row: json.dumps(row).encode()))

    @staticmethod
    def _cut(body: Any, rows: Rows | None, encode: Callable[[Any], bytes]) -> Any:
        if rows and isinstance(body, dict) and isinstance(body.get(rows.array), list):
            return body | {rows.array: [rows.read(encode(row)) for row in body[rows.array]]}
        return body


class TwinTwilio:
    """`ports.Twilio` on a world: what the room of Twilio and its SDK would make of the same answers."""

    def __init__(self, world: TwilioWorld, account_sid: str, password: str, user: str = "") -> None:
        """user: an API key's SID, whose secret is the password; else the account's own, with its token."""
        self.world, self._path = world, f"/2010-04-01/Accounts/{account_sid}/Messages.json"
        self._key_parameter = "TWILIO_API_KEY_SECRET" if user else "TWILIO_AUTH_TOKEN"
        login = f"{user or account_sid}:{password}"
        self._headers = {"authorization": f"Basic {b64encode(login.encode()).decode()}"}

    def send(self, to: str, sender: str, message: Message) -> Reply:
        form = {"To": to, "From": sender}
        if message.content_sid:
            form |= {"ContentSid": message.content_sid, "ContentVariables": message.content_variables}
        else:
            form["Body"] = message.body
        answer = self.world.answer("POST", self._path, {}, self._headers, form)
        if answer.transport != "answered":
            return Reply(connected=answer.status != -1, cause=answer.transport)
        body = answer.body if isinstance(answer.body, Mapping) else {}
        if 200 <= answer.status < 300:
            status, code = str(body.get("status") or ""), body.get("error_code")
            return Reply(
                http_status=201,
                sid=body.get("sid") or "",
                message_status=status,
                error_code=code,
                to=body.get("to"),
                body=body.get("body"),
                sender=body.get("from"),
            )
        retry_after = answer.headers.get("retry-after")
        return Reply(
            http_status=answer.status,
            code=body.get("code"),
            retry_after_seconds=float(retry_after) if retry_after else None,
        )

    def recent(self, claim: Record) -> list[Row]:
        rows: list[Row] = []
        for row, created_at in self._list({"To": claim.to, "From": claim.sender, "PageSize": "50"}):
            if created_at >= earliest_creation(claim):
                rows.append(_row(row, created_at))
        return rows

    def inbound(self, sender: str, since: float) -> list[Inbound]:
        rows: list[Inbound] = []
        for page in itertools.count():
            listed = self._list({"To": sender, "PageSize": "100", "Page": str(page)})
            for row, created_at in listed:
                if created_at < since:
                    return rows
                media = int(row["num_media"])
                rows.append(Inbound(row["sid"], row["from"], row["to"], row["body"] or "", media, created_at))
            if len(listed) < 100:
                return rows
        raise AssertionError

    def _list(self, query: Mapping[str, str]) -> list[tuple[Mapping[str, Any], float]]:
        """One page's rows, each with its creation."""
        body = self._read(self._path, query)
        try:
            return [(r, _instant(r["date_created"])) for r in body["messages"]]
        except (KeyError, TypeError, ValueError):
            raise LookupFailed("Twilio's message list") from None

    def outbound(self, sender: str) -> Iterator[list[Row]]:
        path, query = self._path, {"From": sender, "PageSize": "1000"}
        while path:
            body = self._read(path, query)
            if not isinstance(body.get("messages"), list):
                raise LookupFailed("Twilio's message list")
            path, _, asked = (body.get("next_page_uri") or "").partition("?")
            query = dict(parse_qsl(asked))
            yield [self._dated(row) for row in body["messages"]]

    def message(self, sid: str) -> Row | None:
        found = self._read(f"{self._path.removesuffix('.json')}/{sid}.json", {}, may_be_gone=True)
        return None if found is None else self._dated(found)

    def _read(self, path: str, query: Mapping[str, str], *, may_be_gone: bool = False) -> Any:
        answer = self.world.answer("GET", path, query, self._headers)
        code = answer.body.get("code") if isinstance(answer.body, Mapping) else None
        if answer.status == 404 and may_be_gone:
            return None
        if answer.status in (401, 403) or (code and code_of(code).about is About.ACCOUNT):
            raise account_refused(code, self._key_parameter)
        if answer.transport != "answered" or answer.status != 200 or not isinstance(answer.body, Mapping):
            raise LookupFailed("Twilio's message list")
        return answer.body

    @staticmethod
    def _dated(row: Any) -> Row:
        try:
            return _row(row, _instant(row["date_created"]))
        except (KeyError, TypeError, ValueError):
            raise LookupFailed("Twilio's message list") from None


@lru_cache(4096)
def _instant(date: str) -> float:
    return parsedate_to_datetime(date).timestamp()


def _row(row: Mapping[str, Any], created_at: float) -> Row:
    return Row(
        sid=row["sid"],
        to=row["to"],
        sender=row["from"] or "",
        body=row["body"] or "",
        direction=row["direction"],
        status=row["status"],
        error_code=row["error_code"],
        created_at=created_at,
    )


class TwinEmails:
    """`ports.Emails` on a world: what the room of SES would make of the same answers."""

    def __init__(self, world: SesWorld) -> None:
        self.world = world

    def send(self, to: str, sender: str, message: Message, language: str) -> Reply:
        parts = {"Text": message.body, "Html": html(message.subject, message.body, language)}
        body = {
            "FromEmailAddress": sender,
            "Destination": {"ToAddresses": [to]},
            "Content": {
                "Simple": {
                    "Subject": {"Data": message.subject},
                    "Body": {name: {"Data": text} for name, text in parts.items()},
                }
            },
        }
        answer = self.world.answer("POST", PATH, {}, {}, body)
        said = answer.body if isinstance(answer.body, Mapping) else {}
        if answer.transport != "answered":
            return Reply(cause=answer.transport)
        if answer.status == 200:
            return Reply(http_status=200, sid=said.get("MessageId") or "", message_status="sent", is_email=True)
        name = answer.headers.get("x-amzn-errortype", "")
        code = code_of_refusal(name, said.get("message") or "", sender) if answer.status < 500 else None
        return Reply(http_status=answer.status if code is None else 400, code=code, cause="" if code else name)


class NoEmails:
    """`ports.Emails` where no e-mail is due."""

    def send(self, to: str, sender: str, message: Message, language: str) -> Reply:
        raise AssertionError("no e-mail is due here")
