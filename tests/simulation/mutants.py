"""`python -m tests.simulation.mutants`: every sabotage must be caught by some story; ends with 1 when one survives."""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import tests.simulation.sabotages_of_sending
import tests.simulation.sabotages_of_settling  # noqa: F401 (they register themselves)
from tests.simulation.sabotage import SABOTAGES
from tests.simulation.story import Story

STORIES_AT_MOST = 5000


@dataclass(frozen=True, slots=True)
class Catch:
    """How a mutant ended: the story that caught it, the checks that it broke there, and what the first one said."""

    name: str
    story: int | None
    checks: str = ""
    what: str = ""


def hunt(name: str, seed: int, stories: int) -> Catch:
    """Tells stories with one sabotage at work until one of them breaks a promise; a mere crash is no catch."""
    with SABOTAGES[name]():
        for number in range(stories):
            broken = [one for one in Story(seed, number).tell().violations if one[0] != "crash"]
            if broken:
                return Catch(name, number, "".join(sorted({check for check, _ in broken})), broken[0][1])
    return Catch(name, None)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stories", type=int, default=STORIES_AT_MOST)
    parser.add_argument("--only", choices=sorted(SABOTAGES), help="this sabotage alone")
    arguments = parser.parse_args()
    names = [arguments.only] if arguments.only else list(SABOTAGES)
    sys.stdout.write(f"{len(names)} mutants, seed {arguments.seed}, at most {arguments.stories} stories each\n\n")
    sys.stdout.write(f"  {'mutant':<52} {'story':>6}  {'check':<6} what it saw\n")
    survivors = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for catch in pool.map(partial(hunt, seed=arguments.seed, stories=arguments.stories), names):
            survivors += catch.story is None
            story = "-" if catch.story is None else str(catch.story)
            sys.stdout.write(f"  {catch.name:<52} {story:>6}  {catch.checks:<6} {catch.what or 'SURVIVED'}\n")
            sys.stdout.flush()
    sys.stdout.write(f"\n{len(names) - survivors} caught, {survivors} survived.\n")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
