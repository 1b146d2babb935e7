"""`python -m tests.simulation --stories 100000 --seed 1`: stories of everything that can go wrong.

Ends with 1 when a story broke a promise. `--only N` tells story N again, with every outside call of every run.
"""

import argparse
import os
import sys
from collections.abc import Callable

from tests.simulation.runner import Tally, tell
from tests.simulation.story import Result, Story

SHOWN_AT_MOST = 10


def main() -> int:
    arguments = _arguments()
    if arguments.only is not None:
        return _replay(arguments.seed, arguments.only)
    _write(f"{arguments.stories} stories, seed {arguments.seed}, {os.cpu_count()} cores")
    tally = tell(arguments.seed, arguments.stories, arguments.first, _progress(arguments.stories))
    _write("")
    for name, meaning in _MEANINGS.items():
        _write(f"  {name:<12}{tally.counts[name]:>10,}  {meaning}")
    _write(f"  {'per second':<12}{tally.counts['stories'] / tally.seconds:>10,.0f}  stories, in {tally.seconds:,.0f} s")
    for result in tally.broken[:SHOWN_AT_MOST]:
        _tell_of(arguments.seed, result)
    if tally.broken:
        first = tally.broken[0].number
        _write(f"\n{len(tally.broken)} stories broke a promise. One of them, call by call:")
        _write(f"  python -m tests.simulation --seed {arguments.seed} --only {first}")
        return 1
    _write(f"\nEvery promise kept (seed {arguments.seed}).")
    return 0


_MEANINGS = {
    "stories": "each with its own seed",
    "kills": "runs killed in the middle of an outside call, or by Lambda's time-out",
    "sends": "messages that Twilio accepted",
    "unclear": "sends whose answer left open whether there is a message",
    "duplicates": "calls written to twice",
    "losses": "finished calls without a record, or with a wrong one",
    "allowed": "second messages that `unclear: resend` permits: Twilio listed or got the first one too late",
    "held": "calls left to a person, with a reason",
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--stories", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first story")
    parser.add_argument("--only", type=int, help="tell this story alone, call by call")
    return parser.parse_args()


def _progress(stories: int) -> Callable[[Tally], None]:
    shows = sys.stderr.isatty()

    def show(tally: Tally) -> None:
        done = tally.counts["stories"]
        if shows or done == stories or done % 10_000 < 200:
            end = "\r" if shows else "\n"
            sys.stderr.write(
                f"  {done:>9,} told, {len(tally.broken)} broken, {done / tally.seconds:,.0f} per second{end}"
            )
            sys.stderr.flush()

    return show


def _replay(seed: int, number: int) -> int:
    result = Story(seed, number, is_verbose=True).tell()
    _write("\n".join(result.log))
    _tell_of(seed, result)
    return 1 if result.violations else 0


def _tell_of(seed: int, result: Result) -> None:
    for promise, what in result.violations:
        _write(f"seed {seed} story {result.number}: {promise}: {what}")


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
