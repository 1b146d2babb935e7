"""One GET of a provider, for a look: short waits, no retries, no redirects; whatever goes wrong is an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

CONNECT_SECONDS, READ_SECONDS = 5.0, 20.0


@dataclass(frozen=True, slots=True)
class Seen:
    """status: 0 when no answer came. body: {} when it was no JSON object."""

    status: int
    body: Mapping[str, Any]

    @property
    def is_good(self) -> bool:
        return self.status == 200 and bool(self.body)

    @property
    def is_silent(self) -> bool:
        return self.status == 0 or self.status >= 500


@dataclass(frozen=True)
class Http:
    base_url: str
    headers: Mapping[str, str] | None = None
    auth: tuple[str, str] | None = None

    def get(self, path: str, **params: object) -> Seen:
        try:
            answer = requests.get(
                self.base_url.rstrip("/") + path,
                params={name: str(value) for name, value in params.items()},
                headers=dict(self.headers or {}),
                auth=self.auth,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
            )
        except requests.RequestException:
            return Seen(0, {})
        try:
            body = answer.json()
        except ValueError:
            body = None
        return Seen(answer.status_code, body if isinstance(body, dict) else {})
