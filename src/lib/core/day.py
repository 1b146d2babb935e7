"""A day in numbers: what became of the calls that ended on it. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from .record import Record
from .status import Status

_ACCEPTED = (Status.SENT, Status.DELIVERED, Status.READ)
_ARRIVED = (Status.DELIVERED, Status.READ)


@dataclass(frozen=True, slots=True)
class Day:
    """finished = sent + failed + skipped + held + waiting; of those sent, some were delivered, and of these some read.

    sent: Twilio has the message and has not said that it failed. waiting: nothing has left yet, or it is being found
    out whether it did. replied: people's first answers, whatever became of the message. skipped_for, waiting_for:
    reason → calls. failed_for: Twilio's code (0 without one) → calls.
    """

    finished: int = 0
    sent: int = 0
    delivered: int = 0
    read: int = 0
    replied: int = 0
    failed: int = 0
    skipped: int = 0
    held: int = 0
    waiting: int = 0
    skipped_for: Mapping[str, int] = field(default_factory=dict)
    waiting_for: Mapping[str, int] = field(default_factory=dict)
    failed_for: Mapping[int, int] = field(default_factory=dict)


def count(records: Iterable[Record]) -> Day:
    """The numbers of these calls."""
    calls = list(records)
    by_status = Counter(record.status for record in calls)
    waiting = (Status.WAITING, Status.CLAIMED)
    return Day(
        finished=len(calls),
        sent=sum(by_status[status] for status in _ACCEPTED),
        delivered=sum(by_status[status] for status in _ARRIVED),
        read=by_status[Status.READ],
        replied=sum(record.replied_at > 0 for record in calls),
        failed=by_status[Status.FAILED],
        skipped=by_status[Status.SKIPPED],
        held=by_status[Status.HELD],
        waiting=sum(by_status[status] for status in waiting),
        skipped_for=Counter(record.reason for record in calls if record.status == Status.SKIPPED),
        waiting_for=Counter(record.reason for record in calls if record.status in waiting),
        failed_for=Counter(record.error_code for record in calls if record.status == Status.FAILED),
    )


def of_day(records: Iterable[Record], day: date, zone: tzinfo) -> list[Record]:
    """The calls that ended on that day of the zone, the latest first; one whose end is not known by its recording."""
    on_it = [record for record in records if datetime.fromtimestamp(_at(record), zone).date() == day]
    return sorted(on_it, key=_at, reverse=True)


def _at(record: Record) -> int:
    return record.ended_at or record.recorded_at
