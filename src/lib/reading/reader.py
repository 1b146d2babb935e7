"""The table as people ask about it, read once.

A scan: the table's one index knows what is due, not who was called or on which day, and a second index would cost a
write unit for every move of every call. A week's 7,000 items are ten pages (some 1,000 read units, 0.0002 USD).
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ..core import keys
from ..core.frozen import frozen
from ..core.inbound import HumanReply
from ..core.record import SCHEMA, Record, parse_record
from ..core.table import EVER, LATEST, Item
from ..ledger.suppressed import Suppressed
from ..ledger.transitions import HELD
from ..ports import Clock, Table

_HELD_AT_MOST = 1000
_BULKY = ("history", "body", "content_variables", "subject")
_OF_AN_ANSWER = ("sid", "at", "text", "media_count", "call", "state", "handled_at")
_ROUGH = ("pk", *_OF_AN_ANSWER, *(field.attribute for field in SCHEMA if field.attribute not in _BULKY))


@frozen
class Answer(HumanReply):
    """What a person wrote back, as far as it can be read."""

    handled_at: int = 0  # epoch seconds; 0 while nobody dealt with it


@frozen
class Picture:
    """All that the table holds of people at one instant. `now`: epoch seconds. unreadable: masked keys, and why."""

    now: int
    records: tuple[Record, ...]
    answers: tuple[Answer, ...]
    unreadable: tuple[tuple[str, str], ...] = ()


@frozen
class Suppression:
    """Whether a person is on the suppression list; since when (epoch seconds), by whom and why if they are."""

    suppressed: bool
    since: int = 0
    by: str = ""
    why: str = ""


class Reader:
    """Reads; writes nothing. Methods raise TableUnclear when the table does not answer."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table, self._clock = table, clock

    def picture(self, *, is_rough: bool = False) -> Picture:
        """Everything, in one scan; it may lag behind the writes by a moment. Rough: without histories and messages,
        which are most of it; `whole` has them of the calls that are shown."""
        now = int(self._clock())
        records, answers, unreadable = [], [], []
        for item in self._table.scan(now, attributes=_ROUGH if is_rough else ()):
            pk = str(item["pk"])
            if keys.is_reply(pk):
                answers.append(_answer(item))
            elif keys.is_call(pk):
                try:
                    records.append(parse_record(item))
                except ValueError as problem:
                    unreadable.append((keys.masked(pk), str(problem)))
        return Picture(now, tuple(records), tuple(_named(answers, records)), tuple(unreadable))

    def whole(self, picture: Picture, pks: Collection[str]) -> Picture:
        """A rough picture in which these calls are whole, as they are this instant."""
        found = {record.pk: record for record in _readable(self._table.get(pks).values() if pks else ())}
        return replace(picture, records=tuple(found.get(record.pk, record) for record in picture.records))

    def calls_since(self, at: float) -> list[Record]:
        """The calls that were first recorded since then; unreadable items are left out."""
        return list(_readable(self._table.scan(int(self._clock()), int(at))))

    def held(self) -> list[Record]:
        """The calls that a person decides, the longest held first: by the index, without a scan."""
        return list(_readable(self._table.queued(HELD, EVER, _HELD_AT_MOST, int(self._clock()))))

    def record(self, pk: str) -> Record | None:
        """One call as it is this instant. Raises ValueError for an item that cannot be read."""
        item = self._table.get([pk]).get(pk) if keys.is_call(pk) else None
        return None if item is None else parse_record(item)

    def last_seen(self) -> int:
        """When a run was last at work, in epoch seconds: within a tick's distance. 0 when none has been."""
        item = self._table.get([keys.LEASE]).get(keys.LEASE, {})
        return _whole(item.get("seen_at")) or _whole(item.get("fence"), LATEST * 1000) // 1000

    def suppression(self, phone: str) -> Suppression:
        """phone: E.164."""
        item = Suppressed(self._table, self._clock, _no_new_key).find(phone)
        if item is None:
            return Suppression(suppressed=False)
        return Suppression(
            suppressed=True,
            since=_whole(item.get("since")),
            by=str(item.get("by", "")),
            why=str(item.get("why", "")),
        )


def _readable(items: Iterable[Item]) -> Iterator[Record]:
    """Those that can be read; the others are named by `picture`."""
    for item in items:
        with suppress(ValueError):
            yield parse_record(item)


def _answer(item: Item) -> Answer:
    return Answer(
        sid=str(item.get("sid", "")),
        at=_whole(item.get("at")),
        phone=str(item.get("phone", "")),
        text=str(item.get("text", "")),
        media_count=_whole(item.get("media_count")),
        call=str(item.get("call", "")),
        kind=str(item.get("kind", "")),
        ended_at=_whole(item.get("ended_at")),
        handled_at=_whole(item.get("handled_at")),
        name=str(item.get("name", "")),
        conversation_id=str(item.get("conversation_id", "")),
    )


def _named(answers: Iterable[Answer], records: Iterable[Record]) -> Iterator[Answer]:
    names = {record.pk: record.call.name for record in records if record.call.name}
    for answer in sorted(answers, key=lambda answer: answer.at, reverse=True):
        yield replace(answer, name=answer.name or names.get(answer.call, ""))


def _whole(value: Any, most: int = LATEST) -> int:
    return value if isinstance(value, int) and 0 <= value <= most else 0


def _no_new_key() -> str:
    raise AssertionError("reading makes no key")
