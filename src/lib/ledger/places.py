"""The places under `daily_limit`, one item each: as many as there may be people in a moving 24 hours.

A place is taken in the claim's own transaction, under the condition that it is free, and is free again by its own end:
so no two runs, and no kill, let through one person too many. It belongs to a person: whoever is written to again within
the day keeps theirs, until later. A claim whose message never left keeps its place too: for its call's next try, or
until its end. What is remembered of the table only saves reading.
"""

from collections.abc import Sequence
from itertools import islice

from ..core import keys
from ..core.admit import PLACE_SECONDS, Places
from ..core.phone import person_of
from ..core.record import is_live
from ..core.table import Free, Is, Put
from ..ports import Clock, Table

_PER_READ, READS_AT_MOST = 100, 20  # in one tick; the others in the next


def taking(number: int, phone: str, now: int, *, has_place: bool) -> Put:
    """What a claim for this phone writes beside it. has_place: the person has that place already."""
    person = person_of(phone)
    item = {"pk": keys.of_place(number), "person": person, "expires_at": now + PLACE_SECONDS}
    return Put(item, when=(Is("person", (person,)) if has_place else Free(now),))


def look(table: Table, clock: Clock, taken: dict[int, int], limit: int, wanted: int) -> Places:
    """So many free places as are wanted, if there are; and when the others are free again.

    taken: number → its end, of the places that are known to be taken; kept while the function is warm. Raises
    TableUnclear.
    """
    now, free = int(clock()), list[int]()
    for number in [number for number, end in taken.items() if end <= now]:
        del taken[number]
    unknown = (number for number in range(1, limit + 1) if number not in taken)
    for _ in range(READS_AT_MOST):
        numbers = list(islice(unknown, _PER_READ))
        free += _free_among(table, numbers, taken, now) if numbers else []
        if len(free) >= wanted or len(numbers) < _PER_READ:
            break
    ends = sorted(end for number, end in taken.items() if number <= limit)
    return Places(free, ends, is_whole=next(unknown, None) is None)


def _free_among(table: Table, numbers: Sequence[int], taken: dict[int, int], now: int) -> list[int]:
    items = table.get(keys.of_place(number) for number in numbers)
    for number in numbers:
        item = items.get(keys.of_place(number))
        if item is not None and is_live(item, now):
            end = item.get("expires_at")
            taken[number] = end if isinstance(end, int) else now + PLACE_SECONDS
    return [number for number in numbers if number not in taken]
