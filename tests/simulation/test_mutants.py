"""The simulation is no ornament: it catches sabotages of the promise. `make mutants` hunts them all, and for longer."""

import pytest

from tests.simulation.mutants.hunt import hunt
from tests.simulation.mutants.sabotage import MUTANTS
from tests.simulation.runner import tell_some

SEED = 1
STORIES_AT_MOST = 1000  # the rarest needs two meetings in one story: one in some two hundred


@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_the_simulation_catches(name: str) -> None:
    catch = hunt(name, SEED, STORIES_AT_MOST, asks_referee=False)
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
    assert hunt(name, SEED, STORIES_AT_MOST).by_referee is not None


def test_there_are_at_least_a_dozen_mutants_and_the_referee_can_see_most() -> None:
    assert len(MUTANTS) >= 12
    assert sum(mutant.seen_by_referee for mutant in MUTANTS.values()) > len(MUTANTS) / 2
