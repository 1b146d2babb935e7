"""Many stories, on every core: what they add up to, those that broke a promise, and the situations they met."""

import gc
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.situations import Situation
from tests.simulation.story import Result, Story

STORIES_AT_A_TIME = 200  # at most: a core told fewer would wait for its last part alone
PARTS_PER_CORE = 8
NOTHING_GIVEN: Mapping[str, Any] = {}


@dataclass(slots=True)
class Tally:
    """What stories add up to. met: in how many stories each situation was; broken: those that broke a promise."""

    counts: Counter[str] = field(default_factory=Counter)
    met: Counter[Situation] = field(default_factory=Counter)
    broken: list[Result] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def never_met(self) -> list[Situation]:
        return [situation for situation in Situation if not self.met[situation]]

    def add(self, other: "Tally") -> None:
        self.counts.update(other.counts)
        self.met.update(other.met)
        self.broken += other.broken


def tell_some(seed: int, first: int, after: int, given: Mapping[str, Any] = NOTHING_GIVEN) -> Tally:
    """The stories `first` to `after` - 1 of a seed, one after the other. given: options that are set in all of them."""
    tally, was_frozen = Tally(), gc.get_freeze_count() > 0
    gc.disable()  # a story's rubbish is thrown away between stories, not in the middle of them
    gc.collect()
    gc.freeze()  # and what was there before the stories is not looked through each time
    try:
        for number in range(first, after):
            result = Story(seed, number, given).tell()
            tally.counts.update(result.counts)
            tally.met.update(result.seen)
            if result.violations:
                tally.broken.append(result)
            if number % 2 == 0:  # much rubbish at once would not stay in the processor's cache
                gc.collect()
    finally:
        if not was_frozen:
            gc.unfreeze()
        gc.enable()
    return tally


def tell(
    seed: int,
    stories: int,
    first: int = 0,
    given: Mapping[str, Any] = NOTHING_GIVEN,
    progress: Callable[[Tally], None] = lambda _: None,
) -> Tally:
    """All of them, on every core; `progress` hears of each part as it is done."""
    total, began, end = Tally(), time.monotonic(), first + stories
    cores = os.cpu_count() or 1
    size = min(STORIES_AT_A_TIME, max(1, stories // (cores * PARTS_PER_CORE)))
    with ProcessPoolExecutor(cores) as pool:
        starts = range(first, end, size)
        parts = [pool.submit(tell_some, seed, start, min(start + size, end), given) for start in starts]
        for part in as_completed(parts):
            total.add(part.result())
            total.seconds = time.monotonic() - began
            progress(total)
    total.broken.sort(key=lambda result: result.number)
    return total
