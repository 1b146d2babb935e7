"""urllib3's connections, with a request written at once and the head of its answer read as what it is.

http.client reads a head as an e-mail's, and urllib3 copies it: half of the processor time of a request that waits for
a few hundred bytes (docs/performance.md). Connecting, proxies, TLS, waits and what is kept are urllib3's, unchanged.
Made for urllib3 2.8, as src/requirements.txt locks it.
"""

import http.client
import os
from collections.abc import Mapping
from typing import Any

import certifi
from requests.utils import get_environ_proxies, select_proxy
from urllib3 import HTTPConnectionPool, HTTPHeaderDict, HTTPResponse, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection

_LINE_MAX_BYTES, _LINES_AT_MOST = 65_536, 100  # http.client's own bounds of a head
_NO_BODY = frozenset({204, 304})


def proxy_of(url: str) -> str | None:
    """The proxy that the environment names for an address."""
    proxy: str | None = select_proxy(url, get_environ_proxies(url))
    return proxy


def manager_of(proxy: str | None, pool_size: int, pools: Mapping[str, Any] | None = None) -> PoolManager:
    """Connections to anywhere, for many threads. pools: the kinds of their pools by scheme.

    Its requests bring all of their headers, `Host` too. Certificates: those that requests would believe in.
    """
    named = (os.environ.get(name) for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))
    options: dict[str, Any] = {"maxsize": pool_size, "ca_certs": next(filter(None, named), certifi.where())}
    manager = ProxyManager(proxy, **options) if proxy else PoolManager(**options)
    manager.pool_classes_by_scheme = dict(pools or POOLS)
    return manager


class _Answer(http.client.HTTPResponse):
    """Its body is read as ever. Raises http.client's HTTPException for what is no head."""

    fields: HTTPHeaderDict

    def begin(self) -> None:
        status, reason = 100, ""
        while status == 100:
            version, status, reason = self._read_status()  # type: ignore[attr-defined]
            fields = self._fields()
        if not version.startswith("HTTP/1."):
            raise http.client.UnknownProtocol(version)
        self.version, self.code, self.status = 10 if version == "HTTP/1.0" else 11, status, status
        self.reason, self.fields = reason.strip(), fields
        self.headers = fields  # type: ignore[assignment]  # of which http.client asks `get` alone
        self.chunked = fields.get("transfer-encoding", "").lower() == "chunked"
        self.chunk_left = None
        length = fields.get("content-length", "")
        self.length = int(length) if length.isdecimal() and not self.chunked else None
        if status in _NO_BODY or 100 <= status < 200:
            self.length = 0
        self.will_close = self._check_close() or (self.length is None and not self.chunked)  # type: ignore[attr-defined]

    def _fields(self) -> HTTPHeaderDict:
        fields = HTTPHeaderDict()
        for _ in range(_LINES_AT_MOST + 1):
            line = self.fp.readline(_LINE_MAX_BYTES + 1)
            if len(line) > _LINE_MAX_BYTES:
                raise http.client.LineTooLong("header line")
            if line in (b"\r\n", b"\n", b""):
                return fields
            name, colon, value = line.decode("iso-8859-1").partition(":")
            if colon and name == name.strip():  # a folded line goes on with a field that nobody here reads
                fields.add(name, value.strip())
        raise http.client.HTTPException(f"got more than {_LINES_AT_MOST} headers")


class Quick:
    """Beside one of urllib3's connections."""

    sock: Any
    timeout: Any
    _asked: Mapping[str, Any]

    def request(
        self, method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None, **options: Any
    ) -> None:
        """headers: all that are to be sent, but the body's length."""
        if self.sock is not None:
            self.sock.settimeout(self.timeout)
        content = body.encode() if isinstance(body, str) else body or b""
        lines = [f"{method} {url} HTTP/1.1", *(f"{name}: {value}" for name, value in (headers or {}).items())]
        if content or method == "POST":
            lines.append(f"Content-Length: {len(content)}")
        head = "\r\n".join((*lines, "", "")).encode("iso-8859-1")
        if head.count(b"\n") != len(lines) + 1 or head.count(b"\r") != len(lines) + 1:
            raise ValueError("a header with a line break")
        options.pop("chunked", None)
        self._asked = options | {"request_method": method, "request_url": url}
        self.send(head + content)  # type: ignore[attr-defined]

    def getresponse(self) -> HTTPResponse:
        self.sock.settimeout(self.timeout)
        answer = _Answer(self.sock, method=self._asked["request_method"])
        try:
            answer.begin()
        except BaseException:
            answer.close()
            raise
        if answer.will_close:
            self.close()  # type: ignore[attr-defined]  # the answer's own hold on the socket outlasts it
        return HTTPResponse(
            body=answer,
            headers=answer.fields,
            status=answer.status,
            version=answer.version,
            reason=answer.reason,
            original_response=answer,
            **self._asked,
        )


class QuickHttp(Quick, HTTPConnection):  # type: ignore[misc]  # looser than what it stands for
    pass


class QuickHttps(Quick, HTTPSConnection):  # type: ignore[misc]
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = QuickHttp


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = QuickHttps


POOLS: Mapping[str, Any] = {"http": _HttpPool, "https": _HttpsPool}
