"""Ways in which a simulated service can be told to fail, one request at a time.

A kind either answers instead of the service (nothing is accepted) or lets the service do its work and then spoils the
answer (`accept_then_…`: for a create the message exists, for a read nothing differs but the answer). Common to both:

| not accepted | accepted, answer spoilt |
| --- | --- |
| `hang`, `drop` | `accept_then_hang`, `accept_then_drop` |
| `500` (the service's JSON), `html_500`, `html_503` | `accept_then_500` |
| `429` (the service's JSON), `html_429` | `accept_then_garbage` (JSON cut in half), `accept_then_empty_object` |
| | `slow` (`seconds` late), `nonsense_list`, `nonsense_strings`, `nonsense_missing` (valid JSON of a wrong shape) |

Each world adds kinds of its own.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from local.services.answers import Answer


@dataclass(slots=True)
class Fault:
    """One scripted failure: what happens, and to which requests.

    route: the world's name of the request (`create`, `batch`, …), None for every one.
    match: facts of the request that must all be equal, e.g. `{"To": "whatsapp:+57…"}` or `{"batch_id": "btcal_…"}`.
    times: how many requests it hits, None for no end; skip: how many matching requests pass before.
    probability: below 1.0 the world's `rng` decides.
    seconds: the delay of `slow`, the `Retry-After` of a 429, the moment of `fail_later`.
    status, code, message: of a `refuse`, or the `error_code` of a message that fails.
    list_lag_seconds: Twilio: the message that this create makes is listed that late.
    """

    kind: str
    route: str | None = None
    match: Mapping[str, str] = field(default_factory=dict)
    times: int | None = None
    skip: int = 0
    probability: float = 1.0
    seconds: float | None = None
    status: int = 400
    code: int = 21211
    message: str = "Refused by the simulator."
    list_lag_seconds: float | None = None


Instead: TypeAlias = Callable[[Fault], Answer]
Spoil: TypeAlias = Callable[[Fault, Answer], Answer]


class Faults:
    """The faults that wait for their request; the first that fits is the one that happens."""

    def __init__(
        self, instead: Mapping[str, Instead], spoil: Mapping[str, Spoil] | None = None, rng: random.Random | None = None
    ) -> None:
        """instead: must hold `500` and `429` in the service's own words."""
        self._instead: dict[str, Instead] = {**COMMON_INSTEAD, **instead}
        self._spoil: dict[str, Spoil] = {
            **COMMON_SPOIL,
            "accept_then_500": lambda fault, _: instead["500"](fault),
            **(spoil or {}),
        }
        self._rng = rng
        self.scripted: list[Fault] = []

    @property
    def kinds(self) -> list[str]:
        """Every kind this service knows."""
        return sorted({*self._instead, *self._spoil})

    def add(self, *faults: Fault) -> None:
        """Script faults. Raises ValueError for a kind that this service does not know."""
        for fault in faults:
            if fault.kind not in self._instead and fault.kind not in self._spoil:
                raise ValueError(f"unknown fault {fault.kind!r}: use one of {', '.join(self.kinds)}")
            if fault.probability < 1.0 and self._rng is None:
                raise ValueError("a fault with a probability needs a world that was given an rng")
            self.scripted.append(fault)

    def clear(self) -> None:
        """Forget every fault."""
        self.scripted.clear()

    def around(self, route: str, facts: Mapping[str, Any], process: Callable[[Fault | None], Answer]) -> Answer:
        """The answer to a request: that of `process`, unless a fault says otherwise."""
        fault = self._take(route, facts)
        if fault is None:
            return process(None)
        instead = self._instead.get(fault.kind)
        return instead(fault) if instead else self._spoil[fault.kind](fault, process(fault))

    def _take(self, route: str, facts: Mapping[str, Any]) -> Fault | None:
        for fault in self.scripted:
            if fault.route is not None and fault.route != route:
                continue
            if any(facts.get(name) != value for name, value in fault.match.items()):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if self._rng is not None and fault.probability < 1.0 and self._rng.random() >= fault.probability:
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.scripted.remove(fault)
            return fault
        return None


def html(status: int, title: str) -> Answer:
    """An answer of some gateway in between: it proves nothing about the request."""
    page = f"<html><head><title>{status} {title}</title></head><body><h1>{title}</h1></body></html>"
    return Answer(status, page, {"content-type": "text/html"})


def retry_after(fault: Fault) -> dict[str, str]:
    """The header that asks for patience, when the fault names the seconds."""
    return {} if fault.seconds is None else {"retry-after": str(int(fault.seconds))}


def _html_429(fault: Fault) -> Answer:
    answer = html(429, "Too Many Requests")
    answer.headers.update(retry_after(fault))
    return answer


def _slow(fault: Fault, answer: Answer) -> Answer:
    answer.delay_seconds += fault.seconds or 0.0
    return answer


def _strings(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _strings(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_strings(item) for item in value]
    return f"about {value}" if isinstance(value, int | float) else value


def _missing(value: Any) -> Any:
    """Without the first key of every object: ids, mostly, and the list itself in a list answer."""
    if isinstance(value, dict):
        return {key: _missing(item) for key, item in list(value.items())[1:]}
    if isinstance(value, list):
        return [_missing(item) for item in value]
    return value


def _reshaped(reshape: Callable[[Any], Any]) -> Spoil:
    return lambda _, answer: Answer(answer.status, reshape(answer.body), answer.headers)


COMMON_INSTEAD: dict[str, Instead] = {
    "hang": lambda _: Answer(0, transport="hang"),
    "drop": lambda _: Answer(0, transport="drop"),
    "html_500": lambda _: html(500, "Internal Server Error"),
    "html_503": lambda _: html(503, "Service Unavailable"),
    "html_429": _html_429,
}
COMMON_SPOIL: dict[str, Spoil] = {
    "accept_then_hang": lambda _, answer: Answer(answer.status, transport="hang"),
    "accept_then_drop": lambda _, answer: Answer(answer.status, transport="drop"),
    "accept_then_garbage": lambda _, answer: Answer(answer.status, answer.text[: len(answer.text) // 2 or 1]),
    "accept_then_empty_object": _reshaped(lambda _: {}),
    "slow": _slow,
    "nonsense_list": _reshaped(lambda body: [body]),
    "nonsense_strings": _reshaped(_strings),
    "nonsense_missing": _reshaped(_missing),
}
