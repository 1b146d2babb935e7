"""One GET of ElevenLabs over HTTP: connections kept, every wait and every answer bounded."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import requests

from ...core.budget import retry_after_seconds
from ...ports import Answer, Rows
from .rows import RowCutter

_CONNECT_SECONDS, _READ_SECONDS = 3.0, 20.0
_PIECE_BYTES = 64 * 1024
_BODY_MAX_BYTES = 512 * 1024 * 1024  # a row at a time is in memory: time is the nearer bound
_REFUSAL_MAX_BYTES = 64 * 1024  # of an answer that is not 200


class HttpGet:
    """`Get` over HTTP. Whatever an answer holds costs that answer only."""

    def __init__(self, base_url: str, api_key: str, pool_size: int, clock: Callable[[], float] = time.time) -> None:
        self._base_url, self._clock = base_url.rstrip("/"), clock
        self._session = _Session()
        self._session.headers["xi-api-key"] = api_key
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, requests.adapters.HTTPAdapter(pool_maxsize=pool_size, max_retries=0))

    def __call__(
        self, path: str, params: Mapping[str, Any], timeout_seconds: float, rows: Rows | None = None
    ) -> Answer:
        try:
            return self._answer(path, params, timeout_seconds, rows)
        except Exception as error:  # a hostile answer makes requests and urllib3 raise more than their own errors
            return Answer(0, problem=type(error).__name__)  # its text may quote the request

    def close(self) -> None:
        self._session.close()

    def _answer(self, path: str, params: Mapping[str, Any], timeout_seconds: float, rows: Rows | None) -> Answer:
        ends_at = self._clock() + min(timeout_seconds, 3 * _READ_SECONDS)
        waits = (min(_CONNECT_SECONDS, timeout_seconds), min(_READ_SECONDS, timeout_seconds))
        with self._session.get(
            self._base_url + path, params=dict(params), timeout=waits, stream=True, allow_redirects=False
        ) as response:
            status, is_good = response.status_code, response.status_code == 200
            retry_after = retry_after_seconds(response.headers.get("Retry-After"), self._clock())
            answer, bytes_left = RowCutter(rows), _BODY_MAX_BYTES if is_good else _REFUSAL_MAX_BYTES
            for piece in _pieces(response):
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


class _Session(requests.Session):
    """Redirects are not followed, and not looked at either: requests would read their whole body first."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


def _pieces(response: requests.Response) -> Iterator[bytes]:
    """The body as it comes in, never more than a piece at once, however much its encoding unfolds to."""
    while piece := response.raw.read1(_PIECE_BYTES, decode_content=True):
        yield piece
