"""Carries out the fault plan: every outside call of every process takes time, and may be killed, stalled or failed."""

import random
from collections.abc import Callable
from typing import TypeVar

from tests.simulation.checks import sightings_of_failures, sightings_of_results
from tests.simulation.checks.sightings import Sightings
from tests.simulation.faults.plan import FaultPlan
from tests.simulation.scheduler import Scheduler

T = TypeVar("T")


class Injector:
    """Carries out the plan at every outside call of every process; counts what it did."""

    def __init__(
        self,
        scheduler: Scheduler,
        plan: FaultPlan,
        dice: random.Random,
        sightings: Sightings,
        say: Callable[[str], None] | None,
    ) -> None:
        self.scheduler, self.plan, self.dice, self.sightings, self._say = scheduler, plan, dice, sightings, say
        self.kills = 0

    def outside(self, kind: str, what: str, act: Callable[[str | None], T]) -> T:
        """One outside call. `act` is given the fate that it must carry out itself, if any."""
        scheduler, plan = self.scheduler, self.plan
        if scheduler.task.process.dead:
            scheduler.kill()
        fate = plan.fate(kind)
        if fate:
            return self._befallen(kind, what, act, fate)
        scheduler.pause(plan.seconds())
        if self._say:
            self._say(what)
        result = act(None)
        scheduler.pause(plan.seconds())
        return result

    def _befallen(self, kind: str, what: str, act: Callable[[str | None], T], fate: str) -> T:
        scheduler, plan = self.scheduler, self.plan
        self.sightings.fate(kind, fate, what)
        if fate == "kill_before":
            self._kill(what, "before")
        scheduler.pause(plan.seconds())
        if fate == "stall_before":
            self._stall(what, "before")
        if self._say:
            self._say(f"{what} [{fate}]")
        result = act(fate)
        if fate == "kill_after":
            sightings_of_failures.killed_after(self.sightings.see, what)
            sightings_of_results.killed_after(self.sightings.see, what)
            self._kill(what, "after")
        scheduler.pause(plan.seconds())
        if fate == "stall_after":
            self._stall(what, "after")
        return result

    def _kill(self, what: str, when: str) -> None:
        if self._say:
            self._say(f"KILLED {when} {what}")
        self.kills += 1
        self.scheduler.kill()

    def _stall(self, what: str, when: str) -> None:
        seconds = self.plan.stall_seconds()
        if self._say:
            self._say(f"STALLED {when} {what} for {seconds:.0f} s")
        self.scheduler.freeze(seconds)

    def sleep(self, seconds: float) -> None:
        self.outside("sleep", "sleep", lambda _: self.scheduler.pause(seconds))
