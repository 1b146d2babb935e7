"""`make bench`: a table of figures, and the plot docs/performance.svg. `make bench QUICK=1`: half a minute, for CI.

The quick one judges no time: it fails when a ratio to the port, or a count of requests, is worse than LIMITS.
"""

import argparse
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from local.aws.ministack import ROOT
from local.bench import scenes
from local.bench.plot import plot
from local.bench.scenes import Figures
from local.bench.share import WHOLE_MB
from local.bench.stage import Stage, staged

LATENCY_SECONDS = 0.08
FIGURES, FIGURES_END = "<!-- figures -->", "<!-- /figures -->"  # between them docs/performance.md has the table
MEMORIES = (128, 192, 256, 512, WHOLE_MB)
QUICK_BURST, BURST, LONG_BURST = 60, 300, 2000

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
    ours = scenes.burst(stage, "vigia", None, QUICK_BURST)
    port = scenes.burst(stage, "port", None, QUICK_BURST)
    quiet = scenes.quiet(stage, "vigia", None, 60, 0)
    name = f"burst of {QUICK_BURST}"
    return {
        "CPU of a follow-up, to the port's": ours[f"{name}, CPU ms each"] / port[f"{name}, CPU ms each"],
        "requests to Twilio for a follow-up": ours[f"{name}, Twilio each"],
        "requests to ElevenLabs for a follow-up": ours[f"{name}, ElevenLabs each"],
        "writes of DynamoDB for a follow-up": ours[f"{name}, DynamoDB writes each"],
        "reads of DynamoDB for a follow-up": ours.get(f"{name}, DynamoDB reads each", 0.0),
        "requests of a quiet tick": sum(number for kind, number in quiet.items() if kind.endswith("requests")),
        "package, MB": megabytes(stage.package),
    }


def whole(stage: Stage, repeats: int) -> dict[str, Figures]:
    """Column → figures. A column is a memory, or whom it is about at a whole processor."""
    columns: dict[str, Figures] = {}
    for memory_mb in MEMORIES:
        columns[f"{memory_mb} MB"] = repeated(
            1 if memory_mb < WHOLE_MB else repeats,
            partial(scenes.start, stage, "vigia", memory_mb),
            partial(scenes.burst, stage, "vigia", memory_mb, BURST),
            partial(scenes.quiet, stage, "vigia", memory_mb, 60, 0),
            partial(scenes.many, stage, "vigia", memory_mb, 10_000),
        )
    for which, column in (("vigia", "Vigía"), ("port", "port")):
        columns[column] = repeated(
            repeats,
            partial(scenes.start, stage, which, None),
            partial(scenes.burst, stage, which, None, QUICK_BURST),
        ) | repeated(
            1,
            *(partial(scenes.quiet, stage, which, None, finished, 0) for finished in (10, 100)),
            *(partial(scenes.quiet, stage, which, None, 10, running) for running in (1, 10, 50)),
        )
    columns["Vigía"] |= repeated(
        1,
        partial(scenes.burst, stage, "vigia", None, LONG_BURST),
        partial(scenes.quiet, stage, "vigia", None, 1000, 0),
        partial(scenes.many, stage, "vigia", None, 10_000, "p" * 5000),
        partial(scenes.followed, stage, None, 1000),
        partial(scenes.released, stage, None, 1000),
    )
    return columns


def repeated(times: int, *measures: Callable[[], Figures]) -> Figures:
    """The median of each figure."""
    found: dict[str, list[float]] = {}
    for _ in range(times):
        for measure in measures:
            for name, value in measure().items():
                found.setdefault(name, []).append(value)
    return {name: median(values) for name, values in found.items()}


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
        about = (
            f"Package {megabytes(stage.package):.1f} MB zipped. Medians; the last two columns have a whole processor."
        )
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
