"""Tells stories with one mutant at work until one of them breaks a promise."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import tests.simulation.mutants.answer
import tests.simulation.mutants.calls
import tests.simulation.mutants.channels
import tests.simulation.mutants.claim
import tests.simulation.mutants.day
import tests.simulation.mutants.failures
import tests.simulation.mutants.gate
import tests.simulation.mutants.look_up
import tests.simulation.mutants.people
import tests.simulation.mutants.record
import tests.simulation.mutants.results
import tests.simulation.mutants.verdicts  # noqa: F401 (they register themselves)
from tests.simulation.mutants.sabotage import MUTANTS
from tests.simulation.promises import Promise
from tests.simulation.story import Story

STORIES_AT_MOST = 5000


@dataclass(frozen=True, slots=True)
class Catch:
    """How a mutant ended: the story in which the checks, and that in which the referee, saw it; None: in none.

    promises: those that it broke in the checks' story; what: what the first of them said.
    """

    name: str
    by_checks: int | None = None
    by_referee: int | None = None
    promises: str = ""
    what: str = ""


def hunt(name: str, seed: int, stories: int, *, told_first: Iterable[int] = (), asks_referee: bool = True) -> Catch:
    """told_first: those that caught it before (`table`).

    A story that crashes catches nothing. The referee is not waited for where it cannot see what is broken.
    """
    catch, mutant = Catch(name), MUTANTS[name]
    asks_referee = asks_referee and mutant.seen_by_referee
    with mutant.work():
        for number in dict.fromkeys((*told_first, *range(stories))):
            result = Story(seed, number, mutant.among).tell()
            if any(promise is Promise.NOTHING_UNFORESEEN for promise, _ in result.violations):
                continue  # a mutant that no longer fits the product would pass for caught
            broken = [one for one in result.violations if one[0] is not Promise.REFEREE_AGREES]
            if broken and catch.by_checks is None:
                promises = ", ".join(sorted({promise for promise, _ in broken}))
                catch = replace(catch, by_checks=number, promises=promises, what=broken[0][1])
            if result.refereed and catch.by_referee is None:
                catch = replace(catch, by_referee=number)
            if catch.by_checks is not None and (catch.by_referee is not None or not asks_referee):
                break
    return catch
