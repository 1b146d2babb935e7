"""One GET of ElevenLabs over HTTP: connections kept, every wait and the whole answer bounded."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests

from ...core.budget import retry_after_seconds
from ...ports import Answer

_CONNECT_SECONDS, _READ_SECONDS = 3.0, 20.0
_BODY_MAX_BYTES = 64 * 1024 * 1024  # a batch of 10,000 recipients with their variables is tens of megabytes


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
