"""`python -m tests.simulation.mutants`: every mutant must be caught by some story, and by the referee alone
where it concerns sends; ends with 1 when one is not. The columns give the first story that caught it."""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.simulation.mutants.hunt import STORIES_AT_MOST, hunt
from tests.simulation.mutants.sabotage import MUTANTS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stories", type=int, default=STORIES_AT_MOST)
    parser.add_argument("--only", choices=sorted(MUTANTS), help="this mutant alone")
    arguments = parser.parse_args()
    names = [arguments.only] if arguments.only else list(MUTANTS)
    sys.stdout.write(f"{len(names)} mutants, seed {arguments.seed}, at most {arguments.stories} stories each\n\n")
    sys.stdout.write(f"  {'mutant':<52} {'checks':>7} {'referee':>7}  promise: what the checks saw\n")
    catches = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for catch in pool.map(partial(hunt, seed=arguments.seed, stories=arguments.stories), names):
            catches.append(catch)
            seen = f"{catch.promises}: {catch.what}" if catch.promises else "SURVIVED"
            sys.stdout.write(f"  {catch.name:<52} {_at(catch.by_checks):>7} {_at(catch.by_referee):>7}  {seen}\n")
            sys.stdout.flush()
    survived = [catch for catch in catches if catch.by_checks is None]
    missed = [one for one in catches if one.by_referee is None and MUTANTS[one.name].seen_by_referee]
    by_referee = sum(catch.by_referee is not None for catch in catches)
    sys.stdout.write(f"\nThe checks caught {len(names) - len(survived)} of {len(names)}, the referee {by_referee}.\n")
    for catch in missed:
        sys.stdout.write(f"  the referee should have seen: {catch.name}\n")
    return 1 if survived or missed else 0


def _at(story: int | None) -> str:
    return "-" if story is None else str(story)


if __name__ == "__main__":
    sys.exit(main())
