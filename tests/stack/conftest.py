"""One deployment for all stack tests of a worker, which run there one after the other (tests/conftest.py).

The package is built once for all workers. The walk through the README builds and deploys its own.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.aws.stack import LocalStack
from local.services.server import start
from tests.stack.clock import MovedClock, moved
from tests.stack.stage import EMAIL_IDENTITY, PARAMETERS, Stage, new_account, new_workspace


class BuiltOnce(LocalStack):
    """The first builds, and others take what it built. shared: a folder of all workers."""

    def __init__(self, shared: Path, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._shared = shared

    def build(self) -> None:
        ours, theirs = self.aws.folder / "build", self._shared / "build"
        with (self._shared / "building").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if theirs.exists():
                shutil.copytree(theirs, ours)
            else:
                super().build()
                shutil.copytree(ours, self._shared / "copied")
                (self._shared / "copied").rename(theirs)


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with (
        start(new_workspace()) as elevenlabs,
        start(new_account()) as twilio,
        BuiltOnce(shared, elevenlabs.url, twilio.url, PARAMETERS, email_identity=EMAIL_IDENTITY) as stack,
    ):
        yield Stage(stack, elevenlabs, twilio)


@pytest.fixture
def stage(deployed: Stage) -> Stage:
    deployed.begin()
    return deployed


@pytest.fixture
def clock(stage: Stage) -> Iterator[MovedClock]:
    """The function's and the services' time, to be put where a test needs it."""
    with moved(stage) as clock:
        yield clock
