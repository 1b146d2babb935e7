"""The connections under Twilio's SDK: they know whether a request has left, and none that was idle carries one.

The exceptions do not tell: a failed TLS handshake and a fault after the request look the same (facts/twilio.md §5.2). A
connection does: bytes of the request leave only by `send`, once it is connected, its proxy has opened the way and its
handshake is over. Made for urllib3 2.8, as src/requirements.txt locks it.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from twilio.http import HttpClient
from twilio.http.response import Response
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, Timeout, make_headers
from urllib3.exceptions import HTTPError, LocationValueError

from ..core.budget import retry_after_seconds
from ..ports import Clock
from .connections import QuickHttp, QuickHttps, manager_of, proxy_of

HTTPS_HOST = "https://api.twilio.com"
CONNECT_SECONDS, READ_SECONDS = 3.0, 10.0
ANSWER_SECONDS = 20.0  # all of it: one that comes byte by byte passes every read's own time-out
ANSWER_MAX_BYTES = 8 * 1024 * 1024  # unpacked: a page of 1,000 messages has two or three
_PIECE_BYTES = 64 * 1024
IDLE_SECONDS = 1.0
"""A connection unused for longer is not used again: Twilio's front may be closing it just as the request crosses, and
then nobody knows whether the message exists. Within a burst none waits as long; between ticks all do."""

# At INFO it writes URLs with phone numbers (facts/twilio.md §9).
logging.getLogger("twilio.http_client").setLevel(logging.WARNING)

_now = threading.local()  # of this thread's request


def expect_request() -> None:
    """A request of this thread is about to be made, through `Connections`: nothing of it has left yet."""
    _now.began = False


def request_began() -> bool:
    """Whether a byte of this thread's last request may have left."""
    return bool(getattr(_now, "began", True))


class AnswerTooLong(HTTPError):
    """An answer with more bytes than any real one, or that takes too long to come in."""


class Connections:
    """A pool of these connections to a base URL, for many threads; by the environment's proxy, if it names one.

    clock: epoch seconds, for a monotonic clock may stand still while Lambda's sandbox does.
    """

    def __init__(self, base_url: str, pool_size: int, clock: Clock) -> None:
        proxy = proxy_of(base_url)
        # The connections of a SOCKS proxy are not ours, and would not tell: no request leaves by one.
        self._is_closed = bool(proxy and proxy.startswith("socks"))
        pools = {"http": partial(_HttpPool, clock=clock), "https": partial(_HttpsPool, clock=clock)}
        self._manager = manager_of(proxy if not self._is_closed else None, pool_size, pools)

    def request(
        self,
        method: str,
        url: str,
        body: str | None,
        headers: Mapping[str, str],
        connect_seconds: float,
        read_seconds: float,
    ) -> BaseHTTPResponse:
        """One request, never repeated and never redirected; the answer's body is still to be read (`body_of`).

        Raises urllib3's HTTPError, OSError, ValueError.
        """
        if self._is_closed:
            raise LocationValueError("a SOCKS proxy cannot be used")
        return self._manager.urlopen(
            method,
            url,
            body=body,
            headers=headers,
            timeout=Timeout(connect=connect_seconds, read=read_seconds),
            retries=False,
            redirect=False,
            preload_content=False,
        )

    def close(self) -> None:
        self._manager.clear()


def body_of(answer: BaseHTTPResponse, ends_at: float, clock: Clock) -> bytes:
    """The whole body, if it is here by an instant of the clock and is not too long; else raises AnswerTooLong, and what
    `Connections.request` raises."""
    body = bytearray()
    with answer:
        while piece := answer.read1(_PIECE_BYTES, decode_content=True):
            body += piece
            if len(body) > ANSWER_MAX_BYTES or clock() > ends_at:
                raise AnswerTooLong("an answer too long or too slow")
    return bytes(body)


class SdkTransport(HttpClient):  # type: ignore[misc]  # the SDK ships no types
    """The SDK's transport, as one may give it one's own (facts/twilio.md §7.1): on connections that tell whether a
    request has left, with two time-outs within what is left of the run, and the last headers.

    Its own goes through requests, which takes a third of a follow-up's processor time.
    """

    def __init__(self, base_url: str, pool_size: int, seconds_left: Callable[[], float], clock: Clock) -> None:
        super().__init__(logging.getLogger("twilio.http_client"), is_async=False)
        self._base_url, self._seconds_left, self._clock = base_url.rstrip("/"), seconds_left, clock
        self._seen = threading.local()
        self._host = {"Host": urlsplit(self._base_url).netloc.rpartition("@")[2]}
        self.connections = Connections(self._base_url, pool_size, clock)

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        self._seen.retry_after = None
        url = url.replace(HTTPS_HOST, self._base_url, 1)
        if params:
            url += f"?{urlencode(params, doseq=True)}"
        body = urlencode(data, doseq=True) if data else None
        basic = make_headers(basic_auth=":".join(auth)) if auth else {}
        sent = {**self._host, **(headers or {}), **basic}
        left = max(0.5, self._seconds_left())
        ends_at = self._clock() + min(ANSWER_SECONDS, left)
        answer = self.connections.request(method, url, body, sent, min(CONNECT_SECONDS, left), min(READ_SECONDS, left))
        self._seen.retry_after = answer.headers.get("Retry-After")
        text = body_of(answer, ends_at, self._clock).decode(errors="replace")
        return Response(answer.status, text, answer.headers)

    def retry_after_seconds(self) -> float | None:
        """What this thread's last answer asked for: the SDK's exceptions drop the headers (facts/twilio.md §7.4)."""
        return retry_after_seconds(getattr(self._seen, "retry_after", None), self._clock())


class _Watched:
    """Beside an HTTPConnection: notes the first byte of a request. What a proxy and a handshake need is none of it."""

    _is_connecting = False
    used_at: float | None = None
    sock: Any

    def connect(self) -> None:
        self._is_connecting = True
        try:
            super().connect()  # type: ignore[misc]
        finally:
            self._is_connecting = False

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        if not self._is_connecting:
            _now.began = True
        super().send(data)  # type: ignore[misc]


class _HttpConnection(_Watched, QuickHttp):  # type: ignore[misc]
    pass


class _HttpsConnection(_Watched, QuickHttps):  # type: ignore[misc]
    pass


class _FreshPool:
    """Beside a connection pool: closes a kept connection that was idle for too long. It connects anew when used."""

    def __init__(self, *args: Any, clock: Clock, **kwargs: Any) -> None:
        self._clock = clock
        super().__init__(*args, **kwargs)

    def _get_conn(self, timeout: float | None = None) -> Any:
        connection = super()._get_conn(timeout)  # type: ignore[misc]
        used_at = connection.used_at
        if used_at is not None and not 0 <= self._clock() - used_at <= IDLE_SECONDS:
            connection.close()
        return connection

    def _put_conn(self, connection: Any) -> None:
        if connection is not None:
            connection.used_at = self._clock()
        super()._put_conn(connection)  # type: ignore[misc]


class _HttpPool(_FreshPool, HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(_FreshPool, HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection
