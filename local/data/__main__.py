"""`make data`: writes `core/zones.json` and `core/law/holidays.json` again, from the libraries of .venv/dev."""

import json
from pathlib import Path

from lib.core import zones
from lib.core.law import law

from . import holidays, prefixes


def main() -> None:
    write(zones.DATA, prefixes.generate())
    write(law.HOLIDAYS, holidays.generate(law.countries()))


def write(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, indent=0, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
