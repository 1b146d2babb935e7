"""The simulation is no ornament: it catches sabotages of the promise. `make mutants` hunts them all, and for longer."""

import pytest

from tests.simulation.mutants.hunt import Catch, hunt
from tests.simulation.mutants.sabotage import MUTANTS
from tests.simulation.mutants.table import PAGE, SEED, stories_of, written
from tests.simulation.runner import tell_some

CAUGHT_BY = stories_of(PAGE.read_text())
STORIES_AT_MOST = 1000  # the rarest needs two meetings in one story: one in some two hundred


@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_the_simulation_catches(name: str) -> None:
    catch = hunt(name, SEED, STORIES_AT_MOST, told_first=CAUGHT_BY.get(name, ()), asks_referee=False)
    assert catch.by_checks is not None
    # The sabotage broke it, and is gone again.
    assert tell_some(SEED, catch.by_checks, catch.by_checks + 1, MUTANTS[name].among).broken == []


@pytest.mark.parametrize(
    "name",
    [
        "unclear taken for not processed",
        "claim of a gone owner is free",
        "first page only",
        "age by updated at",
        "late conversation id counted as a new call",
        "sids of other calls not excluded",
    ],
)
def test_the_referee_alone_catches(name: str) -> None:
    assert hunt(name, SEED, STORIES_AT_MOST, told_first=CAUGHT_BY[name]).by_referee is not None


def test_what_was_caught_is_written_into_its_row_and_a_new_mutant_after_the_last() -> None:
    page = "| mutant |\n|---|\n| retry | 3 | - | one-message |\n| first page only | 1 | 1 | one-message |\n\nMore."
    new, again = Catch("a new one", 17, None, "one-message, a-wish-holds"), Catch("retry", 4, 9, "one-message")
    told = written(page, [new, again])
    assert stories_of(told) == {"retry": [4, 9], "first page only": [1, 1], "a new one": [17]}
    assert told.endswith("| a new one | 17 | - | one-message |\n\nMore.")


def test_there_are_at_least_a_dozen_mutants_and_the_referee_can_see_most() -> None:
    assert len(MUTANTS) >= 12
    assert sum(mutant.seen_by_referee for mutant in MUTANTS.values()) > len(MUTANTS) / 2
