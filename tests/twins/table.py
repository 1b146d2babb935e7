"""The calls table in memory: `ports.Table` with DynamoDB's semantics, held against the real one by the same tests."""

from collections.abc import Collection, Iterable, Iterator
from operator import itemgetter
from typing import Any

from lib.core.table import AtMost, Change, Check, Condition, Free, Is, Item, Missing, Put, Update
from lib.errors import ConditionFailed


class MemoryTable:
    """Items by key. Reads hand out copies: what is read cannot be changed in place."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}

    def get(self, pks: Iterable[str]) -> dict[str, Item]:
        return {pk: dict(self.items[pk]) for pk in pks if pk in self.items}

    def queued(self, queue: str, until: int, limit: int, now: int, since: int = 0) -> list[Item]:
        due = [
            item
            for item in self.items.values()
            if item.get("queue") == queue
            and "due_at" in item
            and since <= item["due_at"] <= until
            and not is_past(item, now)
        ]
        due.sort(key=itemgetter("due_at"))
        return [dict(item) for item in due[:limit]]

    def scan(self, now: int, recorded_since: int = 0, attributes: Collection[str] = ()) -> Iterator[Item]:
        live = [item for item in self.items.values() if not is_past(item, now)]
        for item in [item for item in live if not recorded_since or item.get("recorded_at", 0) >= recorded_since]:
            yield {name: value for name, value in item.items() if not attributes or name in attributes}

    def write(self, *changes: Change) -> None:
        if len({change.pk for change in changes}) < len(changes):
            raise ValueError("a transaction may name an item once only")
        for change in changes:
            item = self.items.get(change.pk)
            if not all(holds(condition, item) for condition in change.when):
                raise ConditionFailed(dict(item) if item else None)
        for change in changes:
            if not isinstance(change, Check):
                self.items[change.pk] = changed(change, self.items.get(change.pk))


def holds(condition: Condition, item: Item | None) -> bool:
    """Whether a condition holds for an item, as DynamoDB judges it: what is missing, or of another type, compares to
    nothing."""
    match condition:
        case Free(now):
            return item is None or is_past(item, now)
        case Is(attribute, values):
            return item is not None and item.get(attribute) in values
        case AtMost(attribute, limit):
            value = limit if item is None else item.get(attribute, limit)
            return type(value) is int and value <= limit
        case Missing(attribute):
            return item is None or attribute not in item


def is_past(item: Item, now: int) -> bool:
    """DynamoDB compares values of one type only."""
    return isinstance(item.get("expires_at"), int) and item["expires_at"] <= now


def changed(change: Put | Update, item: Item | None) -> Item:
    """The item after a change."""
    if isinstance(change, Put):
        return dict(change.item)
    after: dict[str, Any] = {"pk": change.pk} | (item or {}) | dict(change.set)
    for name in change.remove:
        after.pop(name, None)
    for name, values in change.add.items():
        after[name] = frozenset(after.get(name, ())) | values
    for name, events in change.append.items():
        after[name] = [*after.get(name, ()), *events]
    return after
