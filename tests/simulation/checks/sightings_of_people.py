"""Sees the situations of what people write to us."""

from collections.abc import Callable, Mapping
from typing import Any

from lib.core.phone import person_of
from lib.core.table import Item
from tests.simulation.checks import people
from tests.simulation.checks.history import History
from tests.simulation.situations import Situation

S = Situation
OF_FATE = {
    ("notice", "kill_before"): S.KILLED_IN_TELLING,
    ("notice", "kill_after"): S.KILLED_IN_TELLING,
    ("notice", "fail_before"): S.TELLING_REFUSED,
    ("notice", "fail_after"): S.TELLING_UNCLEAR,
}


def fate(kind: str, fate: str, what: str) -> S | None:
    """The fault plan struck an outside call."""
    if kind == "record" and fate == "fail_before" and "#suppressed:" in what:
        return S.WISH_UNWRITTEN
    return OF_FATE.get((kind, fate))


def written(history: History, see: Callable[[S], None], values: Mapping[str, Any], after: Item) -> None:
    """A call's item was written."""
    if values.get("status") == "claimed" and people.asked_for_none(history, after["phone"]):
        newest = people.newest_wish(history, person_of(after["phone"]))
        if newest is not None and newest.wish == "in":
            see(S.WRITTEN_TO_AGAIN)
    is_skipped = values.get("status") == "skipped" and after.get("reason") == "opted_out"
    if is_skipped and people.asked_for_none(history, after["phone"]):
        see(S.SKIPPED_FOR_A_WISH)
