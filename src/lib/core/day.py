"""A day's counters, from the records themselves: nothing is counted beside them, so nothing can drift. Pure.

A call belongs to the day in which it was first recorded (`recorded_at`, seconds after its end was seen): that never
changes, so no day gets another call once it is over, and each call is of one day. What became of it since then, its
message's arrival the next morning, say, is told of that day too. The table remembers seven days (contract §3).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from types import MappingProxyType

from .frozen import frozen
from .record import Record
from .status import HAVE_LEFT, Reason, Status

_HAVE_ARRIVED = (Status.DELIVERED, Status.READ)


@frozen
class Day:
    """A day's finished calls, by what became of them: finished = sent + failed + skipped + held + waiting.

    sent: with a message that has left and has not failed; delivered is a part of it, and read a part of that
    replied: of all of them, those whose person has answered
    waiting: nothing is decided yet; those whose send is under way or being looked up are among them
    skipped_by_reason: `core.status.Reason`, or `status_…`, most frequent first
    failed_by_code: the code (Twilio's or SES's), 0 where there was none, most frequent first
    """

    finished: int
    sent: int
    delivered: int
    read: int
    replied: int
    failed: int
    skipped: int
    held: int
    waiting: int
    skipped_by_reason: Mapping[str, int]
    failed_by_code: Mapping[int, int]


def bounds(day: date, zone: tzinfo) -> tuple[int, int]:
    """A local day's first instant and the next day's, in epoch seconds; 23 to 25 hours apart where clocks change."""
    midnights = (datetime(each.year, each.month, each.day, tzinfo=zone) for each in (day, day + timedelta(days=1)))
    start, end = (int(midnight.timestamp()) for midnight in midnights)
    return start, end


def calls_of(records: Iterable[Record], start: int, end: int) -> list[Record]:
    """The calls first recorded from `start` to before `end`, in epoch seconds.

    A record that only says that another one is of the same call (`same_attempt`) is none of its own.
    """
    return [one for one in records if start <= one.recorded_at < end and one.reason != Reason.SAME_ATTEMPT]


def day_of(records: Iterable[Record], start: int, end: int) -> Day:
    """The counters of those calls."""
    calls = calls_of(records, start, end)
    statuses = Counter(record.status for record in calls)
    reasons = Counter(record.reason for record in calls if record.status == Status.SKIPPED)
    codes = Counter(record.error_code for record in calls if record.status == Status.FAILED)
    return Day(
        finished=len(calls),
        sent=sum(statuses[status] for status in HAVE_LEFT),
        delivered=sum(statuses[status] for status in _HAVE_ARRIVED),
        read=statuses[Status.READ],
        replied=sum(1 for record in calls if record.replied_at),
        failed=statuses[Status.FAILED],
        skipped=statuses[Status.SKIPPED],
        held=statuses[Status.HELD],
        waiting=statuses[Status.WAITING] + statuses[Status.CLAIMED],
        skipped_by_reason=MappingProxyType(dict(reasons.most_common())),
        failed_by_code=MappingProxyType(dict(codes.most_common())),
    )
