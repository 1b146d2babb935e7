"""A short run of the simulation; `make simulate` is the long one."""

import os
import subprocess
import sys
from pathlib import Path

from tests.simulation.runner import tell_some

ROOT = Path(__file__).parents[2]
SEED, STORIES = 7, 1500


def test_no_story_breaks_a_promise() -> None:
    tally = tell_some(SEED, 0, STORIES)
    told = [f"seed {SEED} story {r.number}: {promise}: {what}" for r in tally.broken for promise, what in r.violations]
    assert told == []
    assert tally.counts["duplicates"] == tally.counts["losses"] == 0
    # Not a quiet lot of stories: every trouble that the promise is about has been there.
    assert min(tally.counts[name] for name in ("kills", "sends", "unclear", "held", "allowed")) > 0


def test_a_seed_and_a_number_tell_the_same_story_in_every_process() -> None:
    def tell(hash_seed: str) -> str:
        command = [sys.executable, "-m", "tests.simulation", "--seed", str(SEED), "--only", "11"]
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout

    first, second = tell("1"), tell("2")
    assert first == second
    assert "read settings" in first
