"""What is measured, one function a figure. Each begins anew, and tells what it measured by name and unit."""

import time
from datetime import UTC, datetime, timedelta
from statistics import median

from local.bench.share import held
from local.bench.stage import Cost, Function, Stage

TICKS, RELEASED_TICKS_AT_MOST = 4, 20
QUIET_SPACING_SECONDS = 1.5  # longer than a connection to Twilio is kept
Figures = dict[str, float]
"""Name, its unit at its end → value."""


def start(stage: Stage, which: str, memory_mb: int | None) -> Figures:
    """A cold start, at a whole processor as Lambda gives it, and a first tick in which one message leaves."""
    stage.begin()
    stage.batch(1)
    with stage.function(which) as function, held(function.pid, memory_mb):
        first = function.invoke(ticks=1)
    return {
        "cold start, s": function.start_wall,
        "cold start, CPU ms": 1000 * function.start.cpu,
        "first tick, s": first.wall,
        "first tick, CPU ms": 1000 * first.cpu,
    }


def burst(stage: Stage, which: str, memory_mb: int | None, count: int) -> Figures:
    """So many calls that end at once, met by a warm function."""
    stage.begin()
    with Warm(stage, which) as function, held(function.pid, memory_mb):
        stage.batch(count)
        cost = function.invoke(ticks=1)
    sent = cost.answer["messages_sent"]
    name = f"burst of {count}"
    return {
        f"{name}, messages": sent,
        f"{name}, messages/s": sent / cost.wall,
        f"{name}, CPU ms each": 1000 * cost.cpu / max(sent, 1),
        **{f"{name}, {kind} each": number / max(sent, 1) for kind, number in _by_service(cost).items()},
    }


def quiet(stage: Stage, which: str, memory_mb: int | None, finished: int, running: int) -> Figures:
    """A tick in which nothing happened, over so many finished batches and so many that run.

    A fourth of an invocation, as deployed, but for the ticks' spacing: what is done once an invocation is in it.
    """
    stage.begin()
    for _ in range(finished):
        stage.batch(0)
    for _ in range(running):
        stage.batch(20, running=True)
    ticks = TICKS if which == "vigia" else 1  # the port does nothing once an invocation
    with Warm(stage, which, QUIET_SPACING_SECONDS) as function:
        for _ in range(finished // 100 if which == "vigia" else 0):  # until it has read every batch
            function.invoke(ticks=1)
        with held(function.pid, memory_mb):
            costs = [function.invoke(ticks=ticks) for _ in range(2)]
    name = f"quiet tick, {finished} finished, {running} running"
    return {
        f"{name}, s": median(one.wall for one in costs) - QUIET_SPACING_SECONDS * (ticks - 1),
        f"{name}, CPU ms": 1000 * median(one.cpu for one in costs) / ticks,
    } | {f"{name}, {kind} requests": number / ticks for kind, number in _by_service(costs[-1]).items()}


def many(stage: Stage, which: str, memory_mb: int | None, recipients: int, prompt: str = "") -> Figures:
    """One running batch of so many people that nobody has dialled yet."""
    stage.begin()
    stage.batch(recipients, running=True, prompt=prompt)
    with Warm(stage, which) as function, held(function.pid, memory_mb):
        costs = [function.invoke(ticks=1) for _ in range(3)]
    name = f"{recipients} recipients" + (f", prompts of {len(prompt)}" if prompt else "")
    return {
        f"{name}, s a tick": median(one.wall for one in costs),
        f"{name}, CPU ms a tick": 1000 * median(one.cpu for one in costs),
        f"{name}, peak MB": costs[-1].peak_mb,
    }


def followed(stage: Stage, memory_mb: int | None, count: int) -> Figures:
    """Ticks in which so many accepted messages are looked at, and nothing is new."""
    stage.begin()
    stage.messages.walk = ((0.0, "queued"), (1.0, "sent"))
    with Warm(stage, "vigia") as function, held(function.pid, memory_mb):
        stage.batch(count)
        sent = function.invoke(ticks=1).answer["messages_sent"]
        quiet_before = function.invoke(ticks=1)
        costs = [function.invoke(ticks=1) for _ in range(3)]
    return {
        "open messages": sent,
        f"{count} open messages, CPU ms a tick": 1000 * median([quiet_before.cpu, *(one.cpu for one in costs)]),
    }


def released(stage: Stage, memory_mb: int | None, count: int) -> Figures:
    """So many calls that ended in quiet hours, and leave when those end: in as many ticks as it takes."""
    end = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=2)
    hours = {"start": f"{end - timedelta(hours=12):%H:%M}", "end": f"{end:%H:%M}", "timezone": "UTC"}
    stage.begin(quiet_hours=hours)
    with Warm(stage, "vigia") as function:
        stage.batch(count)
        put_off = function.invoke(ticks=1)
        time.sleep(max(0.0, end.timestamp() + 1 - time.time()))
        with held(function.pid, memory_mb):
            costs: list[Cost] = []
            while sum(cost.answer["messages_sent"] for cost in costs) < count and len(costs) < RELEASED_TICKS_AT_MOST:
                costs.append(function.invoke(ticks=1))
    sent = sum(cost.answer["messages_sent"] for cost in costs)
    name = f"{count} released"
    return {
        f"{name}, CPU ms each to put off": 1000 * put_off.cpu / count,
        f"{name}, messages": sent,
        f"{name}, ticks": len(costs),
        f"{name}, messages/s": sent / sum(cost.wall for cost in costs),
        f"{name}, CPU ms each": 1000 * sum(cost.cpu for cost in costs) / max(sent, 1),
    }


class Warm:
    """A function that has run twice: it has seen what there was."""

    def __init__(self, stage: Stage, which: str, tick_seconds: float = 15) -> None:
        self._context = stage.function(which, tick_seconds)

    def __enter__(self) -> Function:
        function = self._context.__enter__()
        function.invoke(ticks=1)
        function.invoke(ticks=1)
        return function

    def __exit__(self, *_error: object) -> None:
        self._context.__exit__(None, None, None)


_SERVICES = {"twilio send": "Twilio", "twilio read": "Twilio", "elevenlabs": "ElevenLabs", "GetParameters": "SSM"}
_READS = ("GetItem", "BatchGetItem", "Query")


def _by_service(cost: Cost) -> dict[str, int]:
    counts: dict[str, int] = {}
    for kind, number in cost.requests.items():
        service = _SERVICES.get(kind) or ("DynamoDB reads" if kind in _READS else "DynamoDB writes")
        counts[service] = counts.get(service, 0) + number
    return counts
