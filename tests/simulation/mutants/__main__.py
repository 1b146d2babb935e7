"""`python -m tests.simulation.mutants`: every mutant must be caught by some story, and by the referee alone
where it concerns sends; ends with 1 when one is not. The columns give the stories that caught it, those of the last
time told first; docs/reliability.md has them when all were hunted in seed 1."""

import argparse
import os
import sys
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.simulation.mutants.hunt import STORIES_AT_MOST, Catch, hunt
from tests.simulation.mutants.sabotage import MUTANTS
from tests.simulation.mutants.table import PAGE, SEED, at, stories_of, written


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--stories", type=int, default=STORIES_AT_MOST)
    parser.add_argument("--only", choices=sorted(MUTANTS), help="this mutant alone")
    arguments = parser.parse_args()
    names = [arguments.only] if arguments.only else list(MUTANTS)
    sys.stdout.write(f"{len(names)} mutants, seed {arguments.seed}, at most {arguments.stories} stories each\n\n")
    sys.stdout.write(f"  {'mutant':<52} {'checks':>7} {'referee':>7}  promise: what the checks saw\n")
    page = PAGE.read_text()
    last = stories_of(page) if arguments.seed == SEED else {}
    hunt_one = partial(_hunt, seed=arguments.seed, stories=arguments.stories, last=last)
    catches = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for catch in pool.map(hunt_one, names):
            catches.append(catch)
            seen = f"{catch.promises}: {catch.what}" if catch.promises else "SURVIVED"
            sys.stdout.write(f"  {catch.name:<52} {at(catch.by_checks):>7} {at(catch.by_referee):>7}  {seen}\n")
            sys.stdout.flush()
    survived = [catch for catch in catches if catch.by_checks is None]
    missed = [one for one in catches if one.by_referee is None and MUTANTS[one.name].seen_by_referee]
    by_referee = sum(catch.by_referee is not None for catch in catches)
    sys.stdout.write(f"\nThe checks caught {len(names) - len(survived)} of {len(names)}, the referee {by_referee}.\n")
    for catch in missed:
        sys.stdout.write(f"  the referee should have seen: {catch.name}\n")
    if survived or missed:
        return 1
    if arguments.seed == SEED:
        PAGE.write_text(written(page, catches))
    return 0


def _hunt(name: str, seed: int, stories: int, last: Mapping[str, list[int]]) -> Catch:
    return hunt(name, seed, stories, told_first=last.get(name, ()))


if __name__ == "__main__":
    sys.exit(main())
