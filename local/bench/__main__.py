"""`make bench`: a table of figures, and the plot docs/performance.svg. `make bench QUICK=1`: half a minute, for CI.

The quick one judges no time: it fails when a ratio to the port, or a count of requests, is worse than LIMITS.
"""

import argparse
import contextlib
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median
from threading import Barrier
from typing import TypeVar

from local.aws.ministack import ROOT
from local.bench import scenes
from local.bench.plot import plot
from local.bench.scenes import Figures
from local.bench.share import WHOLE_MB
from local.bench.stage import Stage, staged

LATENCY_SECONDS = 0.08
FIGURES, FIGURES_END = "<!-- figures -->", "<!-- /figures -->"  # between them docs/performance.md has the table
MEMORIES = (128, 192, 256, 512, WHOLE_MB)
OURS, PORT = [f"{memory_mb} MB" for memory_mb in MEMORIES], "port"
COLUMN = dict(zip(MEMORIES, OURS, strict=True))
TEMPLATES_MB, BESIDE = 192, (128, 256)  # two of them leave the machine most of its time
QUICK_BURST, PORTS_BURST, BURST, LONG_BURST = 60, 30, 300, 2000
QUIET = ((10, 0), (100, 0), (10, 1), (10, 10), (10, 50))  # batches that are finished, that run
USUAL, LONG_LIST = (60, 0), (1000, 0)
READY_SECONDS = 180
Found = TypeVar("Found")

LIMITS = {
    "CPU of a follow-up, to the port's": 0.6,
    "requests to Twilio for a follow-up": 1.04,
    "requests to ElevenLabs for a follow-up": 0.06,
    "writes of DynamoDB for a follow-up": 1.25,
    "reads of DynamoDB for a follow-up": 0.3,
    "requests of a quiet tick": 7.5,
    "package, MB": 5.2,
}
"""What the quick one must not exceed. A burst of 60 pays the tick's own requests by itself: the long one has less."""


def quick(stage: Stage) -> Figures:
    """Ratios and counts: what does not depend on who else works on the machine."""
    measures = [
        partial(_burst, "vigia", None, QUICK_BURST),
        partial(_burst, "port", None, PORTS_BURST),
        partial(_quiet, "vigia", [None], *USUAL),
    ]
    (ours,), (port,), (quiet,) = side_by_side(stage, measures)
    name, ports_name = f"burst of {QUICK_BURST}", f"burst of {PORTS_BURST}"
    return {
        "CPU of a follow-up, to the port's": ours[f"{name}, CPU ms each"] / port[f"{ports_name}, CPU ms each"],
        "requests to Twilio for a follow-up": ours[f"{name}, Twilio each"],
        "requests to ElevenLabs for a follow-up": ours[f"{name}, ElevenLabs each"],
        "writes of DynamoDB for a follow-up": ours[f"{name}, DynamoDB writes each"],
        "reads of DynamoDB for a follow-up": ours.get(f"{name}, DynamoDB reads each", 0.0),
        "requests of a quiet tick": sum(number for kind, number in quiet.items() if kind.endswith("requests")),
        "package, MB": megabytes(stage.packages.vigia),
    }


def whole(stage: Stage, repeats: int) -> dict[str, Figures]:
    """Column → figures: Vigía's at each memory, and the port's at a whole processor.

    Side by side runs what mostly waits for answers or for its share. The rest has the machine to itself; and Vigía and
    the port take turns at a whole processor.
    """
    columns: dict[str, Figures] = {name: {} for name in (*OURS, PORT)}

    def add(names: Iterable[str], found: Iterable[Figures]) -> None:
        for name, figures in zip(names, found, strict=True):
            columns[name] |= figures

    def add_side_by_side(measures: Sequence[tuple[Sequence[str], Callable[[Stage], list[Figures]]]]) -> None:
        for (names, _), found in zip(measures, side_by_side(stage, [each for _, each in measures]), strict=True):
            add(names, found)

    add(OURS, _quiet("vigia", MEMORIES, *USUAL, stage))
    quiet_of_ours = [(OURS, partial(_quiet, "vigia", MEMORIES, *batches)) for batches in (*QUIET, LONG_LIST)]
    quiet_of_port = [([PORT], partial(_quiet, "port", [WHOLE_MB], *batches)) for batches in QUIET]
    long = ([COLUMN[TEMPLATES_MB]], partial(_burst, "vigia", TEMPLATES_MB, LONG_BURST))  # what leaves in one run
    small = [([COLUMN[memory_mb]], partial(_burst, "vigia", memory_mb, BURST)) for memory_mb in BESIDE]
    add_side_by_side([*quiet_of_ours, *quiet_of_port, long])
    add_side_by_side(small)
    add(OURS, scenes.many(stage, MEMORIES, 10_000))
    add(OURS[-1:], scenes.many(stage, MEMORIES[-1:], 10_000, "p" * 5000))
    for memory_mb in MEMORIES[:-1]:
        add([COLUMN[memory_mb]], [scenes.start(stage, "vigia", memory_mb)])
    for memory_mb in (TEMPLATES_MB, 512):
        add([COLUMN[memory_mb]], _burst("vigia", memory_mb, BURST, stage))
    turns: dict[str, list[Figures]] = {OURS[-1]: [], PORT: []}
    for _ in range(repeats):
        for column, which, count in ((OURS[-1], "vigia", BURST), (PORT, "port", PORTS_BURST)):
            turns[column].append(scenes.start(stage, which, WHOLE_MB) | scenes.burst(stage, which, WHOLE_MB, count))
    add(turns, map(medians, turns.values()))
    add(OURS[-1:], _burst("vigia", WHOLE_MB, LONG_BURST, stage))
    add(OURS[-1:], [scenes.released(stage)])
    return columns


def _quiet(which: str, memories: Sequence[int | None], finished: int, running: int, stage: Stage) -> list[Figures]:
    return scenes.quiet(stage, which, memories, finished, running)


def _burst(which: str, memory_mb: int | None, count: int, stage: Stage) -> list[Figures]:
    return [scenes.burst(stage, which, memory_mb, count)]


def side_by_side(stage: Stage, measures: Sequence[Callable[[Stage], Found]]) -> list[Found]:
    """What each measures on a stage of its own, from when all of them are ready."""
    ready = Barrier(len(measures), timeout=READY_SECONDS)
    with contextlib.ExitStack() as stages, ThreadPoolExecutor(len(measures)) as pool:
        places = [stages.enter_context(stage.beside(ready.wait)) for _ in measures]
        return list(pool.map(lambda measure, place: measure(place), measures, places))


def medians(repeated: Sequence[Figures]) -> Figures:
    """Of each figure."""
    return {name: median(figures[name] for figures in repeated) for name in repeated[0]}


def table(columns: dict[str, Figures]) -> str:
    """As Markdown."""
    names = list(dict.fromkeys(name for figures in columns.values() for name in figures))
    rows = [["", *columns], ["---", *("---:" for _ in columns)]]
    rows += [[name, *(_number(figures.get(name)) for figures in columns.values())] for name in names]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def megabytes(package: Path) -> float:
    """Zipped, as it is uploaded."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(package.rglob("*")):
                archive.write(path, path.relative_to(package))
        return file.tell() / 1e6


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="half a minute: ratios and counts alone")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="vigia-bench-") as folder, staged(Path(folder), LATENCY_SECONDS) as stage:
        if options.quick:
            figures = quick(stage)
            for name, value in figures.items():
                print(f"{name:45}{value:8.2f}   at most {LIMITS[name]:g}")
            return int(any(value > LIMITS[name] for name, value in figures.items()))
        columns = whole(stage, options.repeats)
        package = f"Package {megabytes(stage.packages.vigia):.1f} MB zipped."
        about = f"{package} {OURS[-1]} and the port: a whole processor, medians of {options.repeats}."
        told = f"{about}\n\n{table(columns)}"
        print(told)
        page = ROOT / "docs" / "performance.md"
        head, _, rest = page.read_text(encoding="utf-8").partition(FIGURES)
        tail = rest.partition(FIGURES_END)[2]
        page.write_text(f"{head}{FIGURES}\n{told}\n{FIGURES_END}{tail}", encoding="utf-8")
        page.with_suffix(".svg").write_text(plot(columns, BURST), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
