"""What is measured, one function a figure. Each begins anew, and tells what it measured by name and unit.

What does not send is measured at one share after the other by the same function, which sees no difference but that.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from statistics import median

from local.bench.share import held
from local.bench.stage import Cost, Function, Stage

TICKS = 4
RELEASED, RELEASED_TICKS_AT_MOST = 1000, 20
LOOKS_LATER_SECONDS = (20, 150, 300, 600, 1200)  # each gap as long as the messages are old; two read the table, too
QUIET_SPACING_SECONDS = 1.25  # longer than a connection to Twilio is kept
Figures = dict[str, float]
"""Name, its unit at its end → value."""


def start(stage: Stage, which: str, memory_mb: int) -> Figures:
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
    """So many calls that end at once, met by a warm function: what one tick of it sends."""
    stage.begin()
    with Warm(stage, which) as function, held(function.pid, memory_mb):
        stage.ready()
        stage.batch(count)
        cost = function.invoke(ticks=1)
    sent = cost.answer["messages_sent"]
    name = f"burst of {count}"
    return {
        f"{name}, messages": sent,
        f"{name}, messages/s": sent / cost.wall,
        f"{name}, messages/s while it sends": _pace(stage),
        f"{name}, CPU ms each": 1000 * cost.cpu / max(sent, 1),
        **{f"{name}, {kind} each": number / max(sent, 1) for kind, number in _by_service(cost).items()},
    }


def quiet(stage: Stage, which: str, memories: Iterable[int | None], finished: int, running: int) -> list[Figures]:
    """A tick in which nothing happened, over so many finished batches and so many that run; by memory.

    A fourth of an invocation, as deployed, but for the ticks' spacing: what is done once an invocation is in it.
    """
    stage.begin()
    for _ in range(finished):
        stage.batch(0)
    for _ in range(running):
        stage.batch(20, running=True)
    ticks = TICKS if which == "vigia" else 1  # the port does nothing once an invocation
    found: list[Figures] = []
    name = f"quiet tick, {finished} finished, {running} running"
    with Warm(stage, which, QUIET_SPACING_SECONDS, finished // 100) as function:
        stage.ready()
        for memory_mb in memories:
            with held(function.pid, memory_mb):
                cost = function.invoke(ticks=ticks)
            made = cost.answer.get("ticks", 1)  # on a busy machine a tick may miss its instant
            figures = {
                f"{name}, s": cost.wall - QUIET_SPACING_SECONDS * (ticks - 1),
                f"{name}, CPU ms": 1000 * cost.cpu / made,
            }
            found.append(
                figures | {f"{name}, {kind} requests": number / made for kind, number in _by_service(cost).items()}
            )
    return found


def many(stage: Stage, memories: Iterable[int], recipients: int, prompt: str = "") -> list[Figures]:
    """One running batch of so many people that nobody has dialled yet; by memory."""
    stage.begin()
    stage.batch(recipients, running=True, prompt=prompt)
    found: list[Figures] = []
    name = f"{recipients} recipients" + (f", prompts of {len(prompt)}" if prompt else "")
    with Warm(stage, "vigia") as function:
        for memory_mb in memories:
            with held(function.pid, memory_mb):
                costs = [function.invoke(ticks=1) for _ in range(3)]
            found.append(
                {
                    f"{name}, s a tick": median(one.wall for one in costs),
                    f"{name}, CPU ms a tick": 1000 * median(one.cpu for one in costs),
                    f"{name}, peak MB": costs[-1].peak_mb,
                }
            )
    return found


def released(stage: Stage) -> Figures:
    """A thousand calls that ended in quiet hours leave when those end, in as many ticks as it takes; and then ticks in
    which all of the thousand messages are looked at, and nothing is new.
    """
    end = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=2)
    hours = {"start": f"{end - timedelta(hours=12):%H:%M}", "end": f"{end:%H:%M}", "timezone": "UTC"}
    stage.begin(quiet_hours=hours)
    stage.messages.walk = ((0.0, "queued"), (1.0, "sent"))
    with Warm(stage, "vigia") as function:
        stage.batch(RELEASED)
        put_off = function.invoke(ticks=1)
        costs = [function.invoke(ticks=1, later_seconds=(end - datetime.now(UTC)).total_seconds() + 1)]
        while _sent(costs) < RELEASED and len(costs) < RELEASED_TICKS_AT_MOST:
            costs.append(function.invoke(ticks=1))
        first, _, *later = [function.invoke(ticks=1, later_seconds=seconds) for seconds in LOOKS_LATER_SECONDS]
    sent, name = _sent(costs), f"{RELEASED} released"
    return {
        f"{name}, CPU ms each to put off": 1000 * put_off.cpu / RELEASED,
        f"{name}, messages": sent,
        f"{name}, ticks": len(costs),
        f"{name}, messages/s": sent / sum(cost.wall for cost in costs),
        f"{name}, CPU ms each": 1000 * sum(cost.cpu for cost in costs) / max(sent, 1),
        f"{RELEASED} open messages, CPU ms of the first look": 1000 * first.cpu,
        f"{RELEASED} open messages, CPU ms of a later look": 1000 * median(one.cpu for one in later),
    }


class Warm:
    """A function that has seen what there was, by so many ticks more. The port does the same anew in each tick."""

    def __init__(self, stage: Stage, which: str, tick_seconds: float = 15, ticks_more: int = 0) -> None:
        self._stage, self._context = stage, stage.function(which, tick_seconds)
        self._ticks = 2 + ticks_more if which == "vigia" else 1

    def __enter__(self) -> Function:
        function = self._context.__enter__()
        with self._stage.without_latency():
            for _ in range(self._ticks):
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


def _pace(stage: Stage) -> float:
    """Messages a second from the first to the last that came in at Twilio."""
    came = [message.created_at for message in stage.messages.messages]
    return (len(came) - 1) / (max(came) - min(came)) if len(came) > 1 else 0.0


def _sent(costs: Iterable[Cost]) -> int:
    return sum(cost.answer["messages_sent"] for cost in costs)
