"""One GET of ElevenLabs over HTTP: connections kept, every wait and every answer bounded."""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from urllib3 import Timeout

from ...core.budget import retry_after_seconds
from ...ports import Answer, Clock, Rows
from ..connections import manager_of, proxy_of
from .rows import RowCutter

_CONNECT_SECONDS, _READ_SECONDS = 3.0, 20.0
_PIECE_BYTES = 64 * 1024
_BODY_MAX_BYTES = 512 * 1024 * 1024  # a row at a time is in memory: time is the nearer bound
_REFUSAL_MAX_BYTES = 64 * 1024  # of an answer that is not 200


class HttpGet:
    """`Get` over HTTP. Whatever an answer holds costs that answer only."""

    def __init__(self, base_url: str, api_key: str, pool_size: int, clock: Clock = time.time) -> None:
        self._base_url, self._clock = base_url.rstrip("/"), clock
        self._connections = manager_of(proxy_of(self._base_url), pool_size)
        host = urlsplit(self._base_url).netloc.rpartition("@")[2]
        self._headers = {"Host": host, "Accept": "*/*", "Accept-Encoding": "gzip, deflate", "xi-api-key": api_key}

    def __call__(
        self, path: str, params: Mapping[str, Any], timeout_seconds: float, rows: Rows | None = None
    ) -> Answer:
        try:
            return self._answer(path, params, timeout_seconds, rows)
        except Exception as error:  # a hostile answer makes urllib3 raise more than its own errors
            return Answer(0, problem=type(error).__name__)  # its text may quote the request

    def close(self) -> None:
        self._connections.clear()

    def _answer(self, path: str, params: Mapping[str, Any], timeout_seconds: float, rows: Rows | None) -> Answer:
        ends_at = self._clock() + min(timeout_seconds, 3 * _READ_SECONDS)
        waits = Timeout(connect=min(_CONNECT_SECONDS, timeout_seconds), read=min(_READ_SECONDS, timeout_seconds))
        url = self._base_url + path + (f"?{urlencode(params, doseq=True)}" if params else "")
        response = self._connections.urlopen(
            "GET", url, headers=self._headers, timeout=waits, retries=False, redirect=False, preload_content=False
        )
        with response:
            status, is_good = response.status, response.status == 200
            retry_after = retry_after_seconds(response.headers.get("Retry-After"), self._clock())
            answer, bytes_left = RowCutter(rows), _BODY_MAX_BYTES if is_good else _REFUSAL_MAX_BYTES
            while piece := response.read1(_PIECE_BYTES, decode_content=True):  # however much its encoding unfolds to
                answer.feed(piece)
                bytes_left -= len(piece)
                if self._clock() > ends_at or bytes_left < 0:
                    return Answer(status if not is_good else 0, None, retry_after, "an answer too long or too slow")
        try:
            body = answer.body()
        except (ValueError, RecursionError):
            body = None
        if is_good and not isinstance(body, Mapping):
            return Answer(status, problem="an answer that is not a JSON object")
        return Answer(status, body, retry_after)
