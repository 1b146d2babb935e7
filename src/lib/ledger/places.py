"""The places under `daily_limit`, one item each: as many as there may be people in a moving 24 hours.

A place is taken in the claim's own transaction, under the condition that it is free, and is free again by its own end:
so no two runs, and no kill, let through one person too many. It belongs to a person: whoever is written to again within
the day keeps theirs, until later. A claim whose message never left keeps its place too: for its call's next try, or
until its end. Who was written to before the limit was set, or was lowered, holds none and counts all the same: they are
looked for in the records. What is remembered of the table only saves reading.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from ..core import keys
from ..core.admit import PLACE_SECONDS, Places, unplaced
from ..core.phone import person_of
from ..core.record import Record, is_live, parse_record
from ..core.status import HAVE_LEFT
from ..core.table import Free, Is, Item, Put
from ..ports import Table

_PER_READ, READS_AT_MOST = 100, 20  # in one tick; the others in the next
_ASKED = ("pk", "phone", "status", "claimed_at", "sent_at", "place", "expires_at")  # of each of a week's records


@dataclass(slots=True)
class KnownPlaces:
    """Kept while the function is warm. All instants are epoch seconds.

    taken: number → its end, of the places that are known to be taken. unplaced: person → until when they count, of
    those who hold none under `limit`. limit: the one for which the table was looked through; None: for none yet.
    """

    taken: dict[int, int] = field(default_factory=dict)
    unplaced: dict[str, int] = field(default_factory=dict)
    limit: int | None = None


def taking(number: int, phone: str, now: int, *, has_place: bool) -> Put:
    """What a claim for this phone writes beside it. has_place: the person has that place already."""
    person = person_of(phone)
    item = {"pk": keys.of_place(number), "person": person, "expires_at": now + PLACE_SECONDS}
    return Put(item, when=(Is("person", (person,)) if has_place else Free(now),))


def look(table: Table, now: int, known: KnownPlaces, limit: int, wanted: int) -> Places:
    """So many free places as are wanted, if there are; and when the others are free again. Raises TableUnclear."""
    free: list[int] = []
    if known.limit != limit:
        _look_at_all(table, now, known, limit)
    known.taken = taken = {number: end for number, end in known.taken.items() if end > now}
    known.unplaced = {person: end for person, end in known.unplaced.items() if end > now}
    unknown = (number for number in range(1, limit + 1) if number not in taken)
    for _ in range(READS_AT_MOST):
        numbers = list(islice(unknown, _PER_READ))
        free += _free_among(table, numbers, taken, now) if numbers else []
        if len(free) >= wanted or len(numbers) < _PER_READ:
            break
    ends = sorted([*(end for number, end in taken.items() if number <= limit), *known.unplaced.values()])
    if known.unplaced:  # a place is nobody's as long as too many people count
        free = free[: max(0, limit - len(ends))]
    return Places(free, ends[-limit:], next(unknown, None) is None, set(known.unplaced))


def _look_at_all(table: Table, now: int, known: KnownPlaces, limit: int) -> None:
    """One scan, when the limit is new to this function: who counts without a place, and all places that are taken."""
    taken = dict[int, int]()
    left = _records(table.scan(now, attributes=_ASKED), taken, now)
    known.unplaced, known.taken, known.limit = unplaced(left, limit, now), taken, limit


def _records(items: Iterable[Item], taken: dict[int, int], now: int) -> Iterator[Record]:
    """Of these items the calls, one by one: there may be more of them than memory. Notes the places that are taken."""
    for item in items:
        if number := keys.place_in(str(item["pk"])):
            taken[number] = _end_of(item, now)
        elif item.get("status") in HAVE_LEFT:
            with suppress(ValueError):  # who asks for that item tells of it
                yield parse_record(item)


def _free_among(table: Table, numbers: Sequence[int], taken: dict[int, int], now: int) -> list[int]:
    items = table.get(keys.of_place(number) for number in numbers)
    for number in numbers:
        item = items.get(keys.of_place(number))
        if item is not None and is_live(item, now):
            taken[number] = _end_of(item, now)
    return [number for number in numbers if number not in taken]


def _end_of(item: Item, now: int) -> int:
    end = item.get("expires_at")
    return end if isinstance(end, int) else now + PLACE_SECONDS
