"""The simulation is no ornament: it catches sabotages of the promise. `make mutants` tries them all, and for longer."""

import pytest

from tests.simulation.campaign import tell_some
from tests.simulation.mutants import hunt
from tests.simulation.sabotage import SABOTAGES

SEED, STORIES_AT_MOST = 11, 400
QUICK = (
    "claim after the send",
    "claim of a gone owner is free",
    "retry on a read timeout",
    "unclear taken for not processed",
    "no look up after a kill",
    "look up without the body",
    "lease without fencing",
    "first page only",
    "age by updated at",
    "late conversation id counted as a new call",
)


@pytest.mark.parametrize("name", QUICK)
def test_the_simulation_catches(name: str) -> None:
    catch = hunt(name, SEED, STORIES_AT_MOST)
    assert catch.story is not None
    assert tell_some(SEED, catch.story, catch.story + 1).broken == []  # the sabotage broke it, and is gone again


def test_there_are_at_least_a_dozen_sabotages() -> None:
    assert len(SABOTAGES) >= 12
