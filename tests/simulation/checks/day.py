"""The day is told once, or says that nobody knows whether it was; and its numbers are those of its calls."""

import re
from collections.abc import Mapping

from lib.core import keys
from lib.core.digest import Told, due
from lib.core.table import Item
from lib.ledger.telling import TOLD, UNCLEAR
from tests.simulation.checks.history import READING_SECONDS, History, Rest
from tests.simulation.promises import Promise
from tests.simulation.situations import Situation

LAST_TICK_SECONDS = 300  # within which the last tick may have been
SURELY_TOLD_SECONDS = 3 * 3600  # a story that waits for a gate may pass over a day
OF_FATE = {
    "kill_before": Situation.KILLED_TELLING_THE_DAY,
    "kill_after": Situation.KILLED_TELLING_THE_DAY,
    "fail_before": Situation.DAY_REFUSED,
    "fail_after": Situation.DAY_UNCLEAR,
}


def check_told(history: History, items: Mapping[str, Item], text: str) -> None:
    """At the telling."""
    told = _due(history, history.clock())
    if told is None:
        history.violate(Promise.DAY_TOLD_ONCE, "a day was told, and none was due")
        return
    history.days_told[told.day] += 1
    if history.days_told[told.day] > 1:
        history.violate(Promise.DAY_TOLD_ONCE, f"{told.day} was told twice")
    head, *others = text.splitlines()
    finished = int(re.findall(r"[0-9]+", head)[-1])
    parts = [int(re.findall(r"[0-9]+", line)[0]) for line in others if line.startswith(_PARTS)]
    if sum(parts) != finished:
        history.violate(Promise.DAY_TOLD_ONCE, f"{told.day}: {parts} do not add up to {finished}")
    mine = [pk for pk, item in items.items() if pk[0] != "#" and told.since <= item["recorded_at"] < told.until]
    calls = [pk for pk in mine if items[pk].get("reason") != "same_attempt"]
    surely = [pk for pk in calls if history.recorded[pk] < history.clock() - READING_SECONDS]
    if not len(surely) <= finished <= len(mine):
        history.violate(Promise.DAY_TOLD_ONCE, f"{told.day}: {finished} calls are told, and {len(calls)} finished")


_PARTS = ("Con mensaje:", "No se pudo entregar:", "Sin mensaje,", "Esperan,", "Retenidas,")


def check(rest: Rest, items: Mapping[str, Item]) -> None:
    """A day that was due a while ago has been told, or says that nobody knows."""
    history = rest.history
    told = _due(history, rest.now)
    if told is None or not LAST_TICK_SECONDS < rest.now - told.until < SURELY_TOLD_SECONDS:
        return
    state = items.get(keys.of_digest(told.day), {}).get("state")
    if state not in (TOLD, UNCLEAR):
        history.violate(Promise.DAY_TOLD_ONCE, f"{told.day} is {state or 'not told'}")
    elif state == TOLD and not history.days_told[told.day]:
        history.violate(Promise.DAY_TOLD_ONCE, f"{told.day} counts as told, and was not")


def _due(history: History, at: float) -> Told | None:
    return due(history.settings.digest, at) if history.settings.digest else None
