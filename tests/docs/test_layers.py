"""The gate of the house: a folder is a right to import (`pyproject.toml`, `make lint`)."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UPWARD = [
    ("core/decide.py", "from ..ledger.calls import Ledger"),
    ("ledger/calls.py", "from ..work.report import Report"),
    ("work/send.py", "from ..worlds.twilio import TwilioRoom"),
    ("work/report.py", "from .tick import Tick"),
    ("core/outcome.py", "import requests"),
    ("worlds/ssm.py", "from twilio.rest import Client"),
]


def gate(folder: Path) -> subprocess.CompletedProcess[str]:
    code = "from importlinter.cli import lint_imports_command as main; main()"
    command = [sys.executable, "-c", code, "--no-cache"]
    environment = {"PYTHONPATH": str(folder / "src"), "PATH": "", "HOME": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_no_layer_reaches_up(house: Path) -> None:
    answer = gate(house)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(("room", "line"), UPWARD)
def test_the_gate_stops_an_import_that_reaches_up_or_out(house: Path, room: str, line: str) -> None:
    path = house / "src" / "lib" / room
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    answer = gate(house)
    assert answer.returncode == 1
    assert "BROKEN" in answer.stdout
