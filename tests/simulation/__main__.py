"""`python -m tests.simulation --stories 100000 --seed 1`: stories of everything that can go wrong.

Ends with 1 when a story broke a promise, or when a situation that the proof must have met did not occur.
`--only N` tells story N again, with every outside call of every run. `--set NAME=VALUE` sets an option in every story:
`--set theme=twins --set list_lag_seconds=600`.
"""

import argparse
import os
import sys
import textwrap
from collections.abc import Callable

from tests.simulation.options import UnknownOption, parse
from tests.simulation.runner import Tally, tell
from tests.simulation.situations import Situation
from tests.simulation.story import Result, Story

SHOWN_AT_MOST = 10
ENOUGH_STORIES = 100_000  # the rarest situation occurs four times in them


def main() -> int:
    parser, arguments = _arguments()
    try:
        given = parse(arguments.set)
    except UnknownOption as problem:
        parser.error(str(problem))
    if arguments.only is not None:
        return _replay(Story(arguments.seed, arguments.only, given, is_verbose=True).tell(), arguments.seed)
    _write(f"{arguments.stories} stories, seed {arguments.seed}, {os.cpu_count()} cores")
    tally = tell(arguments.seed, arguments.stories, arguments.first, given, _progress(arguments.stories))
    _write("")
    for name, meaning in _MEANINGS.items():
        _write(f"  {name:<12}{tally.counts[name]:>10,}  {meaning}")
    _write(f"  {'per second':<12}{tally.counts['stories'] / tally.seconds:>10,.0f}  stories, in {tally.seconds:,.0f} s")
    if arguments.situations:
        _write("")
        for situation in sorted(Situation, key=lambda one: -tally.met[one]):
            _write(f"  {tally.met[situation]:>10,}  {situation}")
    is_complete = _tell_of_situations(tally, arguments.seed, arguments.stories, is_drawn=not given)
    for result in tally.broken[:SHOWN_AT_MOST]:
        _tell_of(arguments.seed, result)
    if tally.broken:
        chosen = "".join(f" --set {one}" for one in arguments.set)
        _write(f"\n{len(tally.broken)} stories broke a promise. One of them, call by call:")
        _write(f"  python -m tests.simulation --seed {arguments.seed} --only {tally.broken[0].number}{chosen}")
        return 1
    _write(f"\nEvery promise kept (seed {arguments.seed}).")
    return 0 if is_complete else 1


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


def _arguments() -> tuple[argparse.ArgumentParser, argparse.Namespace]:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--stories", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first story")
    parser.add_argument("--only", type=int, help="tell this story alone, call by call")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="an option, in every story")
    parser.add_argument("--situations", action="store_true", help="in how many stories each situation occurred")
    return parser, parser.parse_args()


def _progress(stories: int) -> Callable[[Tally], None]:
    shows, told = sys.stderr.isatty(), 0

    def show(tally: Tally) -> None:
        nonlocal told
        done, before = tally.counts["stories"], told
        told = done
        if shows or done == stories or done // 10_000 > before // 10_000:
            end = "\r" if shows else "\n"
            sys.stderr.write(
                f"  {done:>9,} told, {len(tally.broken)} broken, {done / tally.seconds:,.0f} per second{end}"
            )
            sys.stderr.flush()

    return show


def _tell_of_situations(tally: Tally, seed: int, stories: int, *, is_drawn: bool) -> bool:
    """False when a situation is missing that so many stories, with options as they are drawn, should have met."""
    missing, met = tally.never_met, len(Situation) - len(tally.never_met)
    _write(f"\n{met} of {len(Situation)} situations occurred.")
    for situation in missing:
        _write(f"  seed {seed}: never occurred: {situation}")
    if missing and (stories < ENOUGH_STORIES or not is_drawn):
        _write(f"  (no failure: every situation is asked for in {ENOUGH_STORIES:,} stories and more, without --set)")
        return True
    return not missing


def _replay(result: Result, seed: int) -> int:
    _write("\n".join(result.log))
    _tell_of(seed, result)
    if not result.violations:
        _tell_options(seed, result)
    return 1 if result.violations else 0


def _tell_of(seed: int, result: Result) -> None:
    for promise, what in result.violations:
        _write(f"seed {seed} story {result.number}: {promise}: {what}")
    for name, what in result.refereed:
        _write(f"seed {seed} story {result.number}: the referee: {name}: {what}")
    if result.violations:
        _tell_options(seed, result)


def _tell_options(seed: int, result: Result) -> None:
    """As `--set` takes them."""
    lines = textwrap.wrap(str(result.options), 110, break_on_hyphens=False)
    _write("\n    ".join([f"seed {seed} story {result.number}: options:", *lines]))


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
