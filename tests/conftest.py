"""What every kind of test shares: each kind touches only what CONTRIBUTING.md allows it."""

import gc
import os
import socket
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

KINDS_WITHOUT_NETWORK = {"unit", "simulation", "template"}

TOGETHER = {
    "deployed, one half": tuple(f"tests/stack/test_{name}" for name in ("a", "deliv", "deploy_guided", "w")),
    "deployed, the walk": ("tests/stack/test_readme.py",),
    "deployed, the other": ("tests/stack/",),
    "command line": ("tests/cli/",),
    "browser": ("tests/browser/",),
    "package": ("tests/package/",),
    "template": ("tests/template/", "tests/docs/test_agreement"),
}
"""Group → how its files begin: what is expensive to begin is begun once in it: a deployment, a build, a browser, SAM's
transform."""

EARLY = (
    *("tests/stack/", "tests/cli/", "tests/simulation/", "tests/browser/", "tests/package/"),
    *("tests/unit/ledger/test_machine", "tests/unit/work/test_observe"),
)
"""What takes longest begins first: at the end nobody waits for one worker."""

NICENESS = 5  # of all others: the deployed function's tests look at its clock, and are the longest row


class Scheduling(LoadScopeScheduling):  # type: ignore[misc] # xdist has no type hints
    """Groups go by path: xdist 3.8's own `loadgroup` finds no group with pytest 9.2, and deploys in every worker.

    Else a file is a group, for what its tests have in common is made once; but a telling of stories has nothing.
    """

    def _split_scope(self, nodeid: str) -> str:
        named = (name for name, beginnings in TOGETHER.items() if nodeid.startswith(beginnings))
        alone = nodeid if nodeid.startswith("tests/simulation/") else nodeid.partition("::")[0]
        return next(named, alone)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((n for n, beginning in enumerate(EARLY) if item.nodeid.startswith(beginning)), len(EARLY))

    items.sort(key=place)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ and not item.nodeid.startswith("tests/stack/") and not os.nice(0):
        os.nice(NICENESS)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    config.option.loadscopereorder = False  # by number of tests: see EARLY
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
