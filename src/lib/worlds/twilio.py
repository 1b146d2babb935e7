"""The room of Twilio and its SDK: one send, and the look-up in the message list (facts/twilio.md §1, §5, §7)."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache
from itertools import chain, islice
from typing import Any, TypeVar

import msgspec
from twilio.base.domain import Domain
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.base.version import Version
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageList
from urllib3.exceptions import HTTPError

from ..config.accounts import TwilioAccount
from ..core.codes import About, code_of
from ..core.inbound import Inbound
from ..core.matching import Row, earliest_creation
from ..core.message.compose import Message
from ..core.outcome import Reply, account_refused
from ..core.record import Record
from ..core.text import clean
from ..errors import LookupFailed
from ..ports import Clock
from .twilio_http import HTTPS_HOST, READ_SECONDS, SdkTransport, expect_request, request_began

ROWS_PER_PAGE, ROWS_AT_MOST = 50, 500
ROWS_PER_LONG_PAGE = 1000  # the most there is (facts/twilio.md §1.1)
INBOUND_PER_PAGE = 100
SHORT_LOOK_SECONDS = 36 * 3600  # back: a longer one, such as the first of all, asks for long pages
_VERSION = "2010-04-01"
_decode = msgspec.json.Decoder().decode
_BROKEN = (HTTPError, OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)
"""What comes of a connection that fails and of an answer that nobody understands, beside the SDK's own."""
Dated = TypeVar("Dated", Row, Inbound)


class TwilioRoom:
    """`ports.Twilio` for one account, safe for many threads (facts/twilio.md §7.6).

    `seconds_left` is set anew for each invocation: no wait outlasts its run.
    """

    def __init__(self, account: TwilioAccount, base_url: str, pool_size: int, clock: Clock) -> None:
        self.seconds_left: Callable[[], float] = lambda: READ_SECONDS
        self._http, self._clock = SdkTransport(base_url, pool_size, self._seconds_left, clock), clock
        # An empty environment is taken for none at all (facts/twilio.md §7.2); region and edge belong in the base URL.
        self._client = Client(
            account.user, account.password, account.sid, http_client=self._http, environment={"TWILIO_REGION": ""}
        )
        # `Client.messages` would load every resource of an account first, which the package leaves out (src/pack.py).
        self._list = MessageList(Version(Domain(self._client, HTTPS_HOST), _VERSION), account.sid)
        self._messages = f"/{_VERSION}/Accounts/{account.sid}/Messages"
        self._service, self._key_parameter = account.messaging_service_sid, account.key_parameter

    def send(self, to: str, sender: str, message: Message) -> Reply:
        """One POST, never repeated here. Never raises: what was seen is in the reply."""
        form: dict[str, Any] = {"to": to, "from_": sender}
        if self._service:
            form["messaging_service_sid"] = self._service
        if message.content_sid:
            form |= {"content_sid": message.content_sid, "content_variables": message.content_variables}
        else:
            form["body"] = message.body
        expect_request()
        try:
            sent = self._list.create(**form)
        except (TwilioRestException, TwilioServiceException) as refusal:
            code = _code(refusal.code, refusal.status)
            return Reply(http_status=refusal.status, code=code, retry_after_seconds=self._http.retry_after_seconds())
        except (*_BROKEN, TwilioException) as error:
            return Reply(connected=request_began(), cause=_cause(error))
        return Reply(
            http_status=201,
            sid=_text(sent.sid) or "",
            message_status=str(sent.status or ""),
            error_code=_number(sent.error_code),
            to=_text(sent.to),
            body=_text(sent.body),
            sender=_text(sent.from_),
        )

    def close(self) -> None:
        self._http.connections.close()

    def _seconds_left(self) -> float:
        return self.seconds_left()

    def outbound(self, sender: str) -> Iterator[list[Row]]:
        """The pages of what was sent from an address, newest first; one request for each page.

        Raises LookupFailed, and ConfigurationError when the account is refused.
        """
        for page in self._pages({"From": sender, "PageSize": ROWS_PER_LONG_PAGE}):
            yield [_row_of(row) for row in page if _is_message(row)]

    def message(self, sid: str) -> Row | None:
        """One message, by one request; None when there is none, or no longer. Raises what `outbound` does."""
        found = self._get(f"{self._messages}/{sid}.json", may_be_gone=True)
        return None if found is None else _row_of(found)

    def _pages(self, query: dict[str, object], *, is_proof: bool = False) -> Iterator[list[Any]]:
        """The pages of the message list, one request each. A page that leads back, or nowhere, is the last.

        They are read here: the SDK takes a second for 1,000 messages, gives up at a field that it does not know, and
        follows a list that leads in a circle for ever.
        is_proof: what is not listed has not left, so that a list without a proper end says nothing.
        """
        path: object = f"{self._messages}.json"
        asked: dict[str, object] | None = query
        read: set[str] = set()
        while isinstance(path, str) and path.startswith("/") and path not in read:
            if read and self._seconds_left() <= 0:
                raise LookupFailed("Twilio's message list: it is longer than the run")
            read.add(path)
            body, asked = self._get(path, asked), None
            path = body.get("next_page_uri")
            yield _rows(body)
        if path and is_proof:
            raise LookupFailed("Twilio's message list: it leads nowhere")

    def _get(self, path: str, asked: dict[str, object] | None = None, *, may_be_gone: bool = False) -> Any:
        try:
            response = self._client.request("GET", f"{HTTPS_HOST}{path}", params=asked)
        except (*_BROKEN, TwilioException) as error:
            raise LookupFailed(f"Twilio's messages: {_cause(error)}") from None
        if response.status_code == 404 and may_be_gone:
            return None
        if response.status_code != 200:
            raise self._unread(response.status_code, response.text)
        return _json(response.text)

    def recent(self, claim: Record) -> list[Row]:
        """The messages of the claim's address that were created since it could have been sent.

        No date is asked for: a queued message has no sent date to filter by (facts/twilio.md §5.3). The list is
        "newest first", by no date that is documented: only a page's worth of older messages ends it.
        One that cannot be read may be the very message that is looked for: then nothing can be said.
        Raises LookupFailed, and ConfigurationError when the account is refused.
        """
        query = {"To": claim.to, "From": claim.sender, "PageSize": ROWS_PER_PAGE}
        rows = map(_dated, chain.from_iterable(self._pages(query, is_proof=True)))
        return list(_created_since(earliest_creation(claim), islice(rows, ROWS_AT_MOST)))

    def inbound(self, sender: str, since: float) -> list[Inbound]:
        """What people wrote to one of our addresses since then, newest first.

        One request, but for a flood or a first look: half a page of older messages ends it. One without its date
        counts as old as the one before it in the list, and one that is no message is left out: nobody's wish is lost
        for it.
        Raises LookupFailed, and ConfigurationError when the account is refused.
        """
        now = self._clock()
        per_page = INBOUND_PER_PAGE if since >= now - SHORT_LOOK_SECONDS else ROWS_PER_LONG_PAGE
        listed = chain.from_iterable(self._pages({"To": sender, "PageSize": per_page}))
        return list(_created_since(since, _inbound_of(listed, sender, now)))

    def _unread(self, status: int | None, text: str) -> Exception:
        code = _number(_json(text).get("code"))
        if status in (401, 403) or (code and code_of(code).about is About.ACCOUNT):
            return account_refused(code, self._key_parameter)
        return LookupFailed(f"Twilio's message list: HTTP {status}")


def _rows(body: Mapping[str, Any]) -> list[Any]:
    rows = body.get("messages")
    if not isinstance(rows, list):
        raise LookupFailed("Twilio's message list: an answer without it")
    return rows


def _created_since(since: float, listed: Iterable[Dated]) -> Iterator[Dated]:
    """Until ROWS_PER_PAGE older ones were seen."""
    older = 0
    for one in listed:
        if one.created_at >= since:
            yield one
            continue
        older += 1
        if older == ROWS_PER_PAGE:
            break


def _dated(message: Any) -> Row:
    """One that nobody can read, or date, may be the very message that is looked for."""
    row = _row_of(message)
    if not row.created_at:
        raise LookupFailed("Twilio's message list: a message without its date")
    return row


def _inbound_of(messages: Iterable[Any], sender: str, now: float) -> Iterator[Inbound]:
    created_at = now
    for message in filter(_is_message, messages):
        row = _row_of(message)
        created_at = row.created_at or created_at
        if row.direction == "inbound" and row.to == sender:
            media_count = _number(message.get("num_media")) or 0
            yield Inbound(row.sid, row.sender, row.to, clean(row.body), media_count, created_at)


def _is_message(message: Any) -> bool:
    return isinstance(message, dict) and isinstance(message.get("sid"), str)


def _row_of(message: Any) -> Row:
    """A message as the API gives it (facts/twilio.md §1.3). One without its date counts as old: nothing is lost."""
    if not _is_message(message):
        raise LookupFailed("Twilio's messages: a row that is none")
    return Row(
        sid=message["sid"],
        to=_text(message.get("to")) or "",
        sender=_text(message.get("from")) or "",
        body=_text(message.get("body")) or "",
        direction=_text(message.get("direction")) or "",
        status=_text(message.get("status")) or "",
        error_code=_number(message.get("error_code")),
        created_at=_instant(_text(message.get("date_created")) or ""),
    )


@lru_cache(maxsize=4096)
def _instant(rfc_2822: str) -> float:
    try:
        instant = parsedate_to_datetime(rfc_2822)
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def _cause(error: BaseException) -> str:
    """The kind of an error, and of the one at its bottom: `ConnectionError/RemoteDisconnected`. No words of theirs."""
    inner = error
    while isinstance(deeper := _wrapped(inner), BaseException):
        inner = deeper
    return type(error).__name__ if inner is error else f"{type(error).__name__}/{type(inner).__name__}"


def _wrapped(error: BaseException) -> object:
    """The error that this one was made of: its reason, or the first of its arguments that is one."""
    told = (getattr(error, "reason", None), *error.args)
    return next((one for one in told if isinstance(one, BaseException)), None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _code(code: object, http_status: object) -> int | None:
    """Twilio's code; the SDK puts the HTTP status in its place when the body was not Twilio's JSON."""
    number = _number(code)
    return None if number is None or number == http_status else number


def _number(value: object) -> int | None:
    try:
        return int(value) if isinstance(value, int | str) and not isinstance(value, bool) else None
    except ValueError:
        return None


def _json(text: str) -> Mapping[str, Any]:
    try:
        try:
            body = _decode(text)
        except ValueError:  # msgspec reads no half of a surrogate pair: one message with such a body is no reason
            body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
