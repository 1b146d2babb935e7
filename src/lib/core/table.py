"""What the table can be told: items put, updated or looked at, under conditions that all must hold, all or none of it.

The ledger speaks only in these; `worlds.dynamodb` turns them into DynamoDB's requests, and the tests' twin carries them
out in memory, so that one set of transitions runs on both.
"""

from collections.abc import Mapping
from dataclasses import field, fields
from typing import Any, TypeVar

from .frozen import frozen

EVER = 2**40  # epoch seconds: no `due_at` is later
LATEST = 253_402_300_799  # epoch seconds: the last that a calendar shows; milliseconds are far beyond it
Item = dict[str, Any]
"""Attribute → str, int, a set of str, or a list of maps: what we write. A person may have added anything else."""
T = TypeVar("T")


@frozen
class Free:
    """No item, or one that expired: what DynamoDB has not yet deleted counts as absent (contract §3)."""

    now: int


@frozen
class Is:
    """The attribute has one of these values."""

    attribute: str
    values: tuple[str | int, ...]


@frozen
class AtMost:
    """The attribute is missing or not above the limit: how a newer fence shuts out an older one."""

    attribute: str
    limit: int


@frozen
class Missing:
    """No item, or one without the attribute."""

    attribute: str


Condition = Free | Is | AtMost | Missing


@frozen
class Put:
    """Writes the whole item; whatever stood there is gone."""

    item: Mapping[str, Any]
    when: tuple[Condition, ...] = ()

    @property
    def pk(self) -> str:
        return str(self.item["pk"])


@frozen
class Update:
    """Changes attributes of one item, making it if it is not there. `add` is for sets of str, `append` for lists."""

    pk: str
    set: Mapping[str, Any]
    remove: tuple[str, ...] = ()
    add: Mapping[str, frozenset[str]] = field(default_factory=dict)
    append: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    when: tuple[Condition, ...] = ()


@frozen
class Check:
    """Changes nothing: its conditions must hold for the changes beside it."""

    pk: str
    when: tuple[Condition, ...]


Change = Put | Update | Check


def held_by(of: type[T], item: Item) -> T:
    """A dataclass of texts, whole numbers and flags (as 0 or 1) whose fields are the item's attributes; what is missing
    is empty. Raises ValueError, naming the attribute, for an item that cannot be read."""
    values: dict[str, Any] = {}
    for each in fields(of):  # type: ignore[arg-type]
        kind: Any = each.type
        value = item.get(each.name, kind())
        if type(value) is not (int if kind is bool else kind):
            raise ValueError(f"its `{each.name}` holds a {type(value).__name__} where a {kind.__name__} belongs")
        if kind is int and not 0 <= value <= LATEST:
            raise ValueError(f"its `{each.name}` is no time, nor any number of ours")
        values[each.name] = kind(value)
    return of(**values)
