"""docs/reliability.md names the simulation's promises and mutants as they are, and tests that exist."""

import re

from tests.docs.repository import texts
from tests.simulation.mutants import hunt  # noqa: F401 (the mutants register themselves)
from tests.simulation.mutants.sabotage import MUTANTS
from tests.simulation.promises import Promise

TEXT = texts()["docs/reliability.md"]
OF_THE_SIMULATION_ITSELF = {Promise.NOTHING_UNFORESEEN, Promise.REFEREE_AGREES}


def test_every_promise_has_its_row() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \|", TEXT, re.MULTILINE)
    assert rows == [promise for promise in Promise if promise not in OF_THE_SIMULATION_ITSELF]


def test_every_mutant_has_its_row() -> None:
    rows = re.findall(r"^\| ([a-z0-9 ]+) \| +[0-9-]+ \|", TEXT, re.MULTILINE)
    assert sorted(rows) == sorted(MUTANTS)


def test_every_file_that_is_named_is_there() -> None:
    named = set(re.findall(r"`((?:tests|src)/[\w./]+\.py)`", TEXT))
    assert named <= texts().keys()
