"""What every kind of test shares: each kind touches only what CONTRIBUTING.md allows it."""

import socket
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

KINDS_WITHOUT_NETWORK = {"unit", "simulation", "template"}

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
