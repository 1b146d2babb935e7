"""Hours by a local clock, and the next instant at which every clock that counts is inside its hours. Pure.

The predicate is plain: read the local clock, look whether it is inside. So an hour that a clock change leaves out is
never inside, and one that comes twice is inside both times. What opens next is found by asking it again and again.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from .frozen import frozen

HORIZON_MINUTES = 8 * 24 * 60  # no message waits as long: age forbids it after 144 hours
QUARTER = 15  # minutes: the clocks of the world differ by multiples of it, and change at multiples of it


@frozen
class Span:
    """Minutes after midnight, the first inside, the last not: 0 ≤ start < end ≤ 1440."""

    start: int
    end: int


@frozen
class Hours:
    """When messages may leave. holidays: days that count as Sundays."""

    weekdays: tuple[Span, ...]
    saturday: tuple[Span, ...]
    sunday: tuple[Span, ...]
    holidays: frozenset[date] = frozenset()

    def has(self, local: datetime) -> bool:
        """Whether a local clock that shows this is inside."""
        minute = local.hour * 60 + local.minute
        return any(span.start <= minute < span.end for span in self._of(local.date()))

    def boundaries(self) -> Iterator[int]:
        for span in (*self.weekdays, *self.saturday, *self.sunday):
            yield from (span.start, span.end)

    def _of(self, day: date) -> tuple[Span, ...]:
        if day in self.holidays or day.weekday() == 6:
            return self.sunday
        return self.saturday if day.weekday() == 5 else self.weekdays


@frozen
class ZonedHours:
    """Hours by the clocks of these zones, IANA names: inside only when all of them are."""

    hours: Hours
    zones: tuple[str, ...]

    def is_open(self, instant: float) -> bool:
        return all(self.hours.has(datetime.fromtimestamp(instant, _zone(zone))) for zone in self.zones)


def outside(start: int, end: int) -> Hours:
    """Every day's hours outside of quiet ones, in minutes after midnight; those go over midnight when end < start."""
    spans = (Span(end, start),) if start > end else (Span(0, start), Span(end, 1440))
    kept = tuple(span for span in spans if span.start < span.end)
    return Hours(kept, kept, kept)


def next_open(clocks: tuple[ZonedHours, ...], instant: float) -> float | None:
    """The first instant from this one on (epoch seconds) at which all are open; None: none within the horizon."""
    minute = int(instant // 60)
    first = _next_open(clocks, minute)
    return instant if first == minute else first and first * 60.0


# All calls of a minute that wait for the same clocks share one look, and those of a quarter of an hour one search.


@lru_cache(maxsize=1024)
def _next_open(clocks: tuple[ZonedHours, ...], minute: int) -> int | None:
    quarter = minute // QUARTER + 1
    first = _first_open(clocks, range(minute, quarter * QUARTER))
    return _search(clocks, quarter) if first is None else first


@lru_cache(maxsize=1024)
def _search(clocks: tuple[ZonedHours, ...], quarter: int) -> int | None:
    """Only at these minutes of a quarter can anything open: where hours begin or end, and where clocks change."""
    begins = {boundary % QUARTER for clock in clocks for boundary in clock.hours.boundaries()} | {0}
    start = quarter * QUARTER
    return _first_open(clocks, (at for at in range(start, start + HORIZON_MINUTES) if at % QUARTER in begins))


def _first_open(clocks: tuple[ZonedHours, ...], minutes: Iterable[int]) -> int | None:
    return next((minute for minute in minutes if all(clock.is_open(minute * 60) for clock in clocks)), None)


@cache
def _zone(name: str) -> ZoneInfo:
    """Python keeps eight, fewer than the United States have: the others would be read from their files each time."""
    return ZoneInfo(name)
