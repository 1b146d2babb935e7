"""One seed, one story: an act of trouble, a rest in which all due is done, the checks; sometimes a second act."""

import random
import traceback
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.acts import Acts
from tests.simulation.calm import Calm
from tests.simulation.options import Options
from tests.simulation.promises import Promise
from tests.simulation.situations import Situation
from tests.simulation.stage import Stage


@dataclass(slots=True)
class Result:
    """What one story came to."""

    number: int
    options: Options
    counts: dict[str, int] = field(default_factory=dict)
    violations: list[tuple[Promise, str]] = field(default_factory=list)
    refereed: list[tuple[str, str]] = field(default_factory=list)
    seen: set[Situation] = field(default_factory=set)
    log: list[str] = field(default_factory=list)


class Story:
    """`tell()` lives it through. With `is_verbose`, `result.log` holds every outside call of every run."""

    def __init__(
        self, seed: int, number: int, given: Mapping[str, Any] | None = None, *, is_verbose: bool = False
    ) -> None:
        """given: options that are set, whatever the seed says."""
        dice = random.Random(f"{seed}/{number}")
        options = Options.draw(random.Random(f"{seed}/{number}/options"), given)
        self.result = Result(number, options)
        self._stage = Stage(dice, options, self.result.log if is_verbose else None)
        self._acts, self._calm = Acts(self._stage), Calm(self._stage)
        self._counts: Counter[str] = Counter()

    def tell(self) -> Result:
        """Never raises: a story that ends in an error is a broken one, and is told with its number."""
        try:
            self._live()
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            self._stage.history.violate(Promise.NOTHING_UNFORESEEN, f"{error!r} at {place.name}:{place.lineno}")
        self._finish()
        return self.result

    def _live(self) -> None:
        options = self._stage.options
        self._acts.before()
        self._play(options.batches)
        if self._acts.people_decide():
            self._counts.update(self._calm.come_to_rest())
        if options.later_hours:
            self._acts.time_passes()
            self._play(options.later_batches)
        self._stage.scheduler.run()

    def _play(self, batches: int) -> None:
        self._acts.play(batches)
        self._counts.update(self._calm.come_to_rest())

    def _finish(self) -> None:
        stage, result = self._stage, self.result
        history, sightings, timeouts = stage.history, stage.checks.sightings, stage.scheduler.timeouts
        if timeouts:
            sightings.see(Situation.OUT_OF_TIME)
        result.violations, result.refereed, result.seen = history.violations, self._calm.refereed, sightings.seen
        result.counts = {
            **self._counts,
            "kills": stage.injector.kills + timeouts,
            "sends": len(history.sent),
            "unclear": history.unclear,
            "duplicates": sum(promise is Promise.ONE_MESSAGE for promise, _ in history.violations),
            "losses": sum(promise is Promise.RECORD_FOR_EVERY_CALL for promise, _ in history.violations),
            "stories": 1,
        }
