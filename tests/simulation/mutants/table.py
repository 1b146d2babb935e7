"""The mutants' table in docs/reliability.md: the stories of seed 1 that caught each. `make mutants` writes it anew."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.simulation.mutants.hunt import Catch

SEED = 1
PAGE = Path(__file__).parents[3] / "docs" / "reliability.md"
_ROW = re.compile(r"^\| (?P<name>[a-z0-9 ]+) \| (?P<checks>[0-9-]+) \| (?P<referee>[0-9-]+) \| .* \|$", re.MULTILINE)


def stories_of(page: str) -> dict[str, list[int]]:
    """By mutant, the stories that caught it. Told first they mostly do so again, and a hunt is over at once."""
    rows = _ROW.finditer(page)
    return {row["name"]: [int(row[by]) for by in ("checks", "referee") if row[by] != "-"] for row in rows}


def written(page: str, catches: Iterable[Catch]) -> str:
    """The page with these catches in the rows of their mutants; a mutant without a row comes after the last."""
    rows = {row["name"]: row[0] for row in _ROW.finditer(page)}
    ours = {catch.name: _row(catch) for catch in catches}
    table = "\n".join(rows.values())
    return page.replace(table, "\n".join(_in_order(rows, ours)))


def _in_order(rows: Mapping[str, str], ours: Mapping[str, str]) -> list[str]:
    return [*(ours.get(name, row) for name, row in rows.items()), *(ours[name] for name in ours if name not in rows)]


def _row(catch: Catch) -> str:
    return f"| {catch.name} | {at(catch.by_checks)} | {at(catch.by_referee)} | {catch.promises.partition(', ')[0]} |"


def at(story: int | None) -> str:
    return "-" if story is None else str(story)
