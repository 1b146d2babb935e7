"""What every kind of test shares: each kind touches only what CONTRIBUTING.md allows it."""

import gc
import socket
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

KINDS_WITHOUT_NETWORK = {"unit", "simulation", "template"}

IN_ONE_WORKER = ("tests/stack/test_readme.py", "tests/stack/", "tests/cli/", "tests/package/", "tests/browser/")
"""What is expensive to begin: a deployment, a build, a browser. The walk through the README has its own deployment."""


class Scheduling(LoadScopeScheduling):  # type: ignore[misc] # xdist has no type hints
    """Groups go by path: xdist 3.8's own `loadgroup` finds no group with pytest 9.2, and deploys in every worker."""

    def _split_scope(self, nodeid: str) -> str:
        return next((begin for begin in IN_ONE_WORKER if nodeid.startswith(begin)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)


def pytest_collection_finish() -> None:
    """What was imported and collected lives to the end: the garbage collector need not go through it each time."""
    gc.collect()
    gc.freeze()


settings.register_profile("vigia", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("vigia")


@pytest.fixture(autouse=True)
def _only_what_the_kind_may_touch(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pure test that reaches for the network fails at once, instead of passing where something happens to answer."""

    def refuse(_socket: socket.socket, address: object) -> NoReturn:
        raise AssertionError(f"a {kind} test reached for the network: {address}")

    kind = request.path.relative_to(Path(__file__).parent).parts[0]
    if kind in KINDS_WITHOUT_NETWORK:
        monkeypatch.setattr(socket.socket, "connect", refuse)
