"""One invocation's ticks: at fixed instants until the run's deadline. Time and sleep are passed in."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from math import ceil
from typing import Any

from ..core.budget import Budget
from ..core.frozen import frozen
from ..core.policy import Settings
from ..ledger.lease import Lease
from ..ports import Metrics, Sleep
from .report import SENT, Report

RUN_SECONDS = 55  # the run's own deadline, well inside the minute; Lambda's Timeout above it is only a backstop
LATE_SECONDS = 0.5  # an instant that passed longer ago is missed


@frozen
class Pace:
    """How many ticks, and how far apart their starts are."""

    ticks: int
    spacing_seconds: float


def choose_pace(settings: Settings, deployed: Pace, event_ticks: int | None) -> Pace:
    """The setting's interval fills the minute; else the deployment's pace. An event's own number of ticks wins."""
    spacing = settings.interval_seconds or deployed.spacing_seconds
    fill = ceil(RUN_SECONDS / spacing) if settings.interval_seconds else deployed.ticks
    return Pace(event_ticks or fill, spacing)


def instants(pace: Pace, start: float, budget: Budget, sleep: Sleep) -> Iterator[float]:
    """Waits for each tick's instant and gives it. An instant that has passed meanwhile is missed, not made up for."""
    for number in range(pace.ticks):
        instant = start + number * pace.spacing_seconds
        now = budget.clock()
        if instant >= budget.ends_at or now >= budget.ends_at:
            return
        if number and now - instant > LATE_SECONDS:
            continue
        if instant > now:
            sleep(instant - now)
        yield instant


class Loop:
    """Adds up what its ticks report, and answers as contract §5 says."""

    def __init__(
        self, tick: Callable[[Report, Budget], None], lease: Lease, new_report: Callable[[], Report], metrics: Metrics
    ) -> None:
        self._tick, self._lease, self._new_report, self._metrics = tick, lease, new_report, metrics
        self.answer: dict[str, Any] = {
            "ticks": 0,
            "batches_listed": 0,
            "batches_monitored": 0,
            "calls_finished": 0,
            "messages_sent": 0,
            "errors": 0,
            "retries": 0,
            "last_check": None,
            "skipped": None,
        }

    def __call__(self, pace: Pace, settings: Settings, start: float, budget: Budget, sleep: Sleep) -> dict[str, Any]:
        """Raises what a tick raises, after its metrics are out and the lease is given back."""
        held_by_another = False
        try:
            for instant in instants(pace, start, budget, sleep):
                held_by_another = not self._lease.renew()
                if not held_by_another:
                    self._one(instant, budget)
        finally:
            self._lease.release()
        if self.answer["last_check"] is None:  # no tick of ours: that of the run in our way
            self.answer["last_check"] = _rfc3339(self._lease.other_seen_at or start)
        if held_by_another and not self.answer["ticks"]:
            self.answer["skipped"] = "lease_held"
        elif settings.paused:
            self.answer["skipped"] = "paused"
        return self.answer

    def _one(self, instant: float, budget: Budget) -> None:
        report = self._new_report()
        began = budget.clock()
        try:
            self._tick(report, budget)
        finally:
            ended = budget.clock()
            report.finish(self._metrics, (ended - began) * 1000, late_ms=round((began - instant) * 1000))
            self._add(report, ended)

    def _add(self, report: Report, ended: float) -> None:
        answer, counts = self.answer, report.counts
        answer["ticks"] += 1
        for name, counted in (("batches_listed", "batches_listed"), ("batches_monitored", "BatchesMonitored")):
            answer[name] = max(answer[name], counts[counted])
        answer["calls_finished"] += counts["CallsFinished"]
        answer["messages_sent"] += sum(counts[name] for name in SENT.values())
        answer["errors"] += counts["Errors"]
        answer["retries"] += counts["Retries"]
        answer["last_check"] = _rfc3339(ended)


def _rfc3339(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
