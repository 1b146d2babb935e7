"""The loop: ticks at fixed instants, always over before the deadline (contract §1, §5)."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.budget import Budget, retry_after_seconds
from lib.core.policy import Settings
from lib.errors import TableUnclear
from lib.ledger.lease import Lease
from lib.ports import Log
from lib.work.loop import RUN_SECONDS, Loop, Pace, choose_pace, instants
from lib.work.report import Report
from tests.twins.table import MemoryTable

NOON = 1_795_003_200.0


class Clock:
    """Epoch seconds that `sleep` and the ticks move on."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


class Silent(Log):
    """A log nobody reads."""

    def info(self, msg: object, **keys: Any) -> None: ...
    def warning(self, msg: object, **keys: Any) -> None: ...
    def error(self, msg: object, **keys: Any) -> None: ...


class Sink:
    """Where the metrics of each tick go."""

    def __init__(self) -> None:
        self.ticks: list[dict[str, list[float]]] = []

    def emit(self, values: dict[str, list[float]]) -> None:
        self.ticks.append(values)


def starts(pace: Pace, lasting: Callable[[int], float] = lambda _: 0.1) -> list[float]:
    """When the ticks of a run begin, in seconds from its start, and that it ends in time."""
    clock, begun = Clock(), []
    for number, _ in enumerate(instants(pace, NOON, Budget(clock, NOON + RUN_SECONDS), clock.sleep)):
        begun.append(round(clock.now - NOON, 3))
        clock.now += lasting(number)
    return begun


def test_four_ticks_start_at_their_instants_however_long_each_takes() -> None:
    assert starts(Pace(4, 15)) == [0, 15, 30, 45]
    assert starts(Pace(4, 15), lambda _: 14) == [0, 15, 30, 45]


def test_a_tick_that_overruns_costs_the_missed_instants_and_not_the_rest() -> None:
    assert starts(Pace(4, 15), lambda number: 20 if number == 0 else 1) == [0, 30, 45]
    assert starts(Pace(4, 15), lambda number: 50 if number == 0 else 1) == [0]


@given(st.integers(1, 60), st.floats(1, 60), st.lists(st.floats(0, 70), min_size=60, max_size=60))
def test_no_tick_begins_at_or_after_the_deadline_or_off_its_instant(
    ticks: int, spacing: float, lasting: list[float]
) -> None:
    for begun in starts(Pace(ticks, spacing), lambda number: lasting[number]):
        assert begun < RUN_SECONDS
        assert begun % spacing <= 0.51 or spacing - begun % spacing < 0.01


@pytest.mark.parametrize(
    ("interval", "ticks"), [(5, 11), (6, 10), (10, 6), (15, 4), (20, 3), (30, 2), (45, 2), (55, 1), (60, 1)]
)
def test_an_interval_fills_the_minute_as_far_as_the_deadline(interval: int, ticks: int) -> None:
    pace = choose_pace(Settings(interval_seconds=interval), Pace(4, 15), None)
    assert pace == Pace(ticks, interval)
    assert len(starts(pace)) == ticks


def test_without_an_interval_the_deployment_sets_the_pace_and_an_event_its_number() -> None:
    assert choose_pace(Settings(), Pace(4, 15), None) == Pace(4, 15)
    assert choose_pace(Settings(), Pace(4, 15), 1) == Pace(1, 15)
    assert choose_pace(Settings(interval_seconds=5), Pace(4, 15), 1) == Pace(1, 5)


def run_with(
    table: MemoryTable,
    clock: Clock,
    tick: Callable[[Report, Budget], None],
    owner: str = "me",
    settings: Settings | None = None,
) -> tuple[dict[str, Any], Sink]:
    sink = Sink()
    run = Loop(tick, Lease(table, clock, owner, threading.Lock()), lambda: Report(Silent()), sink)
    budget = Budget(clock, clock.now + RUN_SECONDS)
    return run(Pace(4, 15), settings or Settings(), clock.now, budget, clock.sleep), sink


def busy(report: Report, _: Budget) -> None:
    for name in ("CallsFinished", "WhatsAppsSent", "Errors", "Retries"):
        report.count(name)
    report.count("BatchesMonitored", 3)
    report.count("batches_listed", 7)


def test_the_answer_adds_up_the_ticks() -> None:
    answer, sink = run_with(MemoryTable(), Clock(), busy)
    assert answer == {
        "ticks": 4,
        "batches_listed": 7,
        "batches_monitored": 3,
        "calls_finished": 4,
        "messages_sent": 4,
        "errors": 4,
        "retries": 4,
        "last_check": "2026-11-18T12:00:45Z",
        "skipped": None,
    }
    assert len(sink.ticks) == 4
    assert all("TickDuration" in values and "DetectionDelay" not in values for values in sink.ticks)


def test_a_paused_run_says_so() -> None:
    answer, _ = run_with(MemoryTable(), Clock(), busy, settings=Settings(paused=True))
    assert (answer["skipped"], answer["ticks"]) == ("paused", 4)


def test_a_run_that_never_has_the_lease_does_nothing_and_says_so() -> None:
    table, clock = MemoryTable(), Clock()
    other = Lease(table, clock, "another", threading.Lock())

    def never(report: Report, budget: Budget) -> None:
        raise AssertionError("a tick without the lease")

    class Renewing(Clock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            clock.now = self.now
            assert other.renew()

    assert other.renew()
    answer, sink = run_with(table, Renewing(), never)
    assert (answer["skipped"], answer["ticks"], sink.ticks) == ("lease_held", 0, [])
    assert answer["last_check"] == "2026-11-18T12:00:45Z", "when the other run was at work"


def test_an_answer_has_a_last_check_when_nobody_knows_of_one() -> None:
    class Mute(MemoryTable):
        def write(self, *changes: Any) -> None:
            raise TableUnclear("no answer")

    answer, _ = run_with(Mute(), Clock(), busy)
    assert (answer["skipped"], answer["ticks"], answer["last_check"]) == ("lease_held", 0, "2026-11-18T12:00:00Z")


def test_a_run_follows_a_killed_one_as_soon_as_its_lease_has_run_out() -> None:
    table, clock = MemoryTable(), Clock()
    assert Lease(table, clock, "killed", threading.Lock()).renew()
    clock.now += 15
    begun: list[float] = []
    answer, _ = run_with(table, clock, lambda _report, _budget: begun.append(clock.now - NOON))
    assert begun == [30, 45, 60]
    assert answer["skipped"] is None


def test_the_next_run_begins_at_once_after_an_orderly_end() -> None:
    table, clock = MemoryTable(), Clock()
    run_with(table, clock, busy, owner="first")
    clock.now += 0.001
    assert run_with(table, clock, busy, owner="second")[0]["ticks"] == 4


def test_a_tick_that_raises_has_its_metrics_out_and_its_lease_given_back() -> None:
    table, clock, sink = MemoryTable(), Clock(), Sink()

    def broken(report: Report, _: Budget) -> None:
        report.count("Errors")
        raise RuntimeError

    run = Loop(broken, Lease(table, clock, "me", threading.Lock()), lambda: Report(Silent()), sink)
    with pytest.raises(RuntimeError):
        run(Pace(4, 15), Settings(), clock.now, Budget(clock, clock.now + RUN_SECONDS), clock.sleep)
    assert sink.ticks[0]["Errors"] == [1]
    clock.now += 0.001
    assert Lease(table, clock, "another", threading.Lock()).renew()


def test_a_fence_grows_with_every_change_of_hands_and_shuts_out_the_stalled_holder() -> None:
    table, clock = MemoryTable(), Clock()
    stalled, newer = Lease(table, clock, "stalled", threading.Lock()), Lease(table, clock, "newer", threading.Lock())
    assert stalled.renew()
    assert not newer.renew()
    clock.now += 31
    assert newer.renew()
    assert newer.fence > stalled.fence
    assert not stalled.holds()
    stalled.release()
    assert newer.holds()


@pytest.mark.parametrize("attribute", ["expires_at", "fence"])
@pytest.mark.parametrize("wrong", [None, [], {"a": 1}, "1795003230", True, "missing", int(NOON) * 10_000])
def test_a_lease_that_a_person_spoilt_in_the_console_stops_nobody(attribute: str, wrong: Any) -> None:
    table, clock = MemoryTable(), Clock()
    holder, other = (Lease(table, clock, owner, threading.Lock()) for owner in ("holder", "other"))
    assert holder.renew()
    table.items["#lease"][attribute] = wrong
    if wrong == "missing":
        del table.items["#lease"][attribute]
    assert other.renew()
    assert (other.holds(), holder.renew()) == (True, False)
    other.release()
    clock.now += 0.001
    assert holder.renew()


@pytest.mark.parametrize("seen_at", [int(NOON) * 1000, -1, None, "noon"])
def test_a_run_in_whose_way_another_is_says_when_by_what_can_be_believed(seen_at: Any) -> None:
    table, clock = MemoryTable(), Clock()
    assert Lease(table, clock, "another", threading.Lock()).renew()
    table.items["#lease"] |= {"seen_at": seen_at, "expires_at": int(NOON) + 100}
    answer, _ = run_with(table, clock, busy)
    assert (answer["skipped"], answer["last_check"][:4]) == ("lease_held", "2026")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("", None), ("7", 7), ("-3", 0), ("Wed, 18 Nov 2026 12:00:30 GMT", 30), ("soon", None)],
)
def test_a_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, NOON) == seconds
