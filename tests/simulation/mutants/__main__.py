"""`python -m tests.simulation.mutants`: every sabotage must be caught by some story; ends with 1 when one survives."""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.simulation.mutants.hunt import STORIES_AT_MOST, hunt
from tests.simulation.mutants.sabotage import SABOTAGES


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stories", type=int, default=STORIES_AT_MOST)
    parser.add_argument("--only", choices=sorted(SABOTAGES), help="this sabotage alone")
    arguments = parser.parse_args()
    names = [arguments.only] if arguments.only else list(SABOTAGES)
    sys.stdout.write(f"{len(names)} mutants, seed {arguments.seed}, at most {arguments.stories} stories each\n\n")
    sys.stdout.write(f"  {'mutant':<52} {'story':>6}  {'promise':<30} what it saw\n")
    survivors = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for catch in pool.map(partial(hunt, seed=arguments.seed, stories=arguments.stories), names):
            survivors += catch.story is None
            story = "-" if catch.story is None else str(catch.story)
            sys.stdout.write(f"  {catch.name:<52} {story:>6}  {catch.promises:<30} {catch.what or 'SURVIVED'}\n")
            sys.stdout.flush()
    sys.stdout.write(f"\n{len(names) - survivors} caught, {survivors} survived.\n")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
