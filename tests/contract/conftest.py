"""The two worlds, and the two served over loopback HTTP."""

from collections.abc import Iterator

import pytest

from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.server import Server, start
from local.services.twilio.world import TwilioWorld
from tests.contract.official import ELEVENLABS_FILE, TWILIO_FILE, Official
from tests.contract.stage import ACCOUNT_SID, API_KEY, AUTH_TOKEN, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(clock: Clock) -> ElevenLabsWorld:
    return ElevenLabsWorld(clock, API_KEY)


@pytest.fixture
def account(clock: Clock) -> TwilioWorld:
    return TwilioWorld(clock, ACCOUNT_SID, AUTH_TOKEN)


@pytest.fixture
def elevenlabs_server(workspace: ElevenLabsWorld) -> Iterator[Server]:
    with start(workspace) as server:
        yield server


@pytest.fixture
def twilio_server(account: TwilioWorld) -> Iterator[Server]:
    with start(account) as server:
        yield server


@pytest.fixture(scope="session")
def elevenlabs_spec() -> Official:
    return Official(ELEVENLABS_FILE)


@pytest.fixture(scope="session")
def twilio_spec() -> Official:
    return Official(TWILIO_FILE)
