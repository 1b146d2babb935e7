"""What a simulated service gives back to one request."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
Query: TypeAlias = Mapping[str, str | list[str]]
Headers: TypeAlias = Mapping[str, str]


@dataclass(slots=True)
class Answer:
    """One answer. The HTTP server and an in-memory twin each act it out in their own way.

    body: JSON-able (treat it as read only: parts of it are the world's own), a `str` sent as it is, or None for none.
    transport: `answered`; `hang` (the caller waits until its own time-out); `drop` (the connection closes, no answer).
    delay_seconds: how long the answer takes to come.
    """

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    transport: Literal["answered", "hang", "drop"] = "answered"
    delay_seconds: float = 0.0

    @property
    def text(self) -> str:
        """The body as it travels."""
        if self.body is None:
            return ""
        return self.body if isinstance(self.body, str) else json.dumps(self.body, ensure_ascii=False)


def last_value(query: Query, name: str) -> str | None:
    """The value of a parameter that counts when it is given more than once: the last one."""
    value = query.get(name)
    if isinstance(value, list):
        return value[-1] if value else None
    return value


def all_values(query: Query, name: str) -> list[str]:
    """Every value of a repeated parameter."""
    value = query.get(name)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
