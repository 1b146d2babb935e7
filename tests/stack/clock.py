"""Another time for the deployed function and for the services: a night, a holiday or a day's wait take no waiting."""

import contextlib
import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.stack.stage import Stage

MOVED = Path(__file__).parent / "moved"


class MovedClock:
    """Epoch seconds, as the function and both services read them: from where it is put it goes on as clocks do."""

    def __init__(self, folder: Path) -> None:
        """folder: where the function's process reads how far its clock is moved."""
        self._seconds = folder / "seconds"
        self._move(0)

    def __call__(self) -> float:
        return time.time() + self._moved_seconds

    def put(self, reading: str, zone: str = "UTC", fold: int = 0) -> None:
        """To what a local clock shows, such as `2026-07-13T15:01`; fold: 1 for the second time that it shows it."""
        at = datetime.fromisoformat(reading).replace(tzinfo=ZoneInfo(zone), fold=fold)
        self._move(at.timestamp() - time.time())

    def forward(self, seconds: float) -> None:
        self._move(self._moved_seconds + seconds)

    def _move(self, seconds: float) -> None:
        """In one step: the function never reads half a number."""
        self._moved_seconds = seconds
        written = self._seconds.with_suffix(".new")
        written.write_text(repr(seconds))
        written.replace(self._seconds)


@contextlib.contextmanager
def moved(stage: Stage) -> Iterator[MovedClock]:
    """The function starts anew with it, and again with its own clock afterwards."""
    folder = stage.stack.aws.folder / "clock"
    shutil.copytree(MOVED, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    clock = MovedClock(folder)
    stage.elevenlabs.clock = stage.twilio.clock = clock
    with stage.environment(PYTHONPATH=str(folder)):
        yield clock
