"""One deployment for all stack tests, which therefore run one after the other in one worker (tests/conftest.py).

The walk through the README deploys one of its own, and may run beside them.
"""

from collections.abc import Iterator

import pytest

from local.aws.stack import LocalStack
from local.services.server import start
from tests.stack.clock import MovedClock, moved
from tests.stack.stage import EMAIL_IDENTITY, PARAMETERS, Stage, new_account, new_workspace


@pytest.fixture(scope="session")
def deployed() -> Iterator[Stage]:
    with (
        start(new_workspace()) as elevenlabs,
        start(new_account()) as twilio,
        LocalStack(elevenlabs.url, twilio.url, PARAMETERS, email_identity=EMAIL_IDENTITY) as stack,
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
