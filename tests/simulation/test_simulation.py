"""A short run of the simulation; `make simulate` is the long one."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.simulation.options import Options, UnknownOption, parse
from tests.simulation.runner import tell_some
from tests.simulation.situations import RARE

ROOT = Path(__file__).parents[2]
SEED, STORIES = 7, 1500


def test_no_story_breaks_a_promise_and_the_usual_situations_are_met() -> None:
    tally = tell_some(SEED, 0, STORIES)
    told = [f"seed {SEED} story {r.number}: {promise}: {what}" for r in tally.broken for promise, what in r.violations]
    assert told == []
    assert set(tally.never_met) <= RARE


def test_a_seed_and_a_number_tell_the_same_story_in_every_process() -> None:
    def tell(hash_seed: str) -> str:
        command = [sys.executable, "-m", "tests.simulation", "--seed", str(SEED), "--only", "11", "--set", "batches=3"]
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout

    first, second = tell("1"), tell("2")
    assert first == second
    assert "read settings" in first
    assert "batches=3" in first.split()


def test_an_option_that_is_set_leaves_the_others_as_they_were() -> None:
    drawn = Options.draw(random.Random(SEED))
    assert Options.draw(random.Random(SEED), {"list_lag_seconds": 7}) == replace(drawn, list_lag_seconds=7)


def test_options_are_read_as_they_are_printed() -> None:
    for seed in range(20):
        drawn = Options.draw(random.Random(seed))
        assert Options(**parse(str(drawn).split())) == drawn


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("weather=bad", "no option 'weather'"),
        ("theme=rain", "theme is one of mixed, twins, late_ids, failing"),
        ("kills_thickest_at=nowhere", "kills_thickest_at is one of settings, lease"),
        ("has_templates=1", "has_templates is one of yes, no"),
        ("batches=1.5", "batches is a number"),
        ("kills=none", "kills is a number"),
    ],
)
def test_an_option_that_cannot_be_is_refused_with_what_can(given: str, problem: str) -> None:
    with pytest.raises(UnknownOption, match=problem):
        parse([given])
