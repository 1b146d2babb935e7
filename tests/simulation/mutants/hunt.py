"""Tells stories with one mutant at work until one of them breaks a promise."""

from dataclasses import dataclass

import tests.simulation.mutants.answer
import tests.simulation.mutants.calls
import tests.simulation.mutants.claim
import tests.simulation.mutants.look_up
import tests.simulation.mutants.record  # noqa: F401 (they register themselves)
from tests.simulation.mutants.sabotage import SABOTAGES
from tests.simulation.promises import Promise
from tests.simulation.story import Story

STORIES_AT_MOST = 5000


@dataclass(frozen=True, slots=True)
class Catch:
    """How a mutant ended: the story that caught it, the promises that it broke there, and what the first one said."""

    name: str
    story: int | None
    promises: str = ""
    what: str = ""


def hunt(name: str, seed: int, stories: int) -> Catch:
    """A mere crash is no catch."""
    with SABOTAGES[name]():
        for number in range(stories):
            broken = [one for one in Story(seed, number).tell().violations if one[0] is not Promise.NOTHING_UNFORESEEN]
            if broken:
                return Catch(name, number, ", ".join(sorted({promise for promise, _ in broken})), broken[0][1])
    return Catch(name, None)
