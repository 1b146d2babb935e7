"""The simulation is no ornament: it catches sabotages of the promise. `make mutants` hunts them all, and for longer."""

import pytest

from tests.simulation.mutants.hunt import hunt
from tests.simulation.mutants.sabotage import SABOTAGES, UNSEEN_BY_REFEREE
from tests.simulation.runner import tell_some

SEED, STORIES_AT_MOST = 11, 400
RARE = {"claim beside a record of the same recipient"}  # one story in thousands meets it


@pytest.mark.parametrize("name", sorted(SABOTAGES.keys() - RARE))
def test_the_simulation_catches(name: str) -> None:
    catch = hunt(name, SEED, STORIES_AT_MOST)
    assert catch.by_checks is not None
    assert catch.by_referee is not None or name in UNSEEN_BY_REFEREE
    # The sabotage broke it, and is gone again.
    assert tell_some(SEED, catch.by_checks, catch.by_checks + 1).broken == []


def test_there_are_at_least_a_dozen_sabotages() -> None:
    assert len(SABOTAGES) >= 12
