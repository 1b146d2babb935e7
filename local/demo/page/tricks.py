"""Ways to make it send twice: what each button of the page does to the services, or to the function."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from typing import Any

from local.services.faults import Fault

LAG_SECONDS = 600
LOST_ANSWERS = 3
REFUSED_REQUESTS = 40


@dataclass(frozen=True, slots=True)
class Backend:
    """What the page acts on. faults: scripts faults of ElevenLabs (`elevenlabs`) or Twilio (`twilio`).

    kill: ends every process of the function. say: a person writes to us. lag: seconds by which Twilio lists late.
    """

    ask_widget: Callable[[dict[str, Any]], str]
    invoke: Callable[[], object]
    kill: Callable[[], object]
    faults: Callable[[str, Fault], None]
    lag: Callable[[float], None]
    say: Callable[[str, str], None]


def kill(backend: Backend) -> None:
    """In the middle of whatever it does."""
    backend.kill()


def lost_answers(backend: Backend) -> None:
    """Twilio takes the next messages, and answers 500."""
    backend.faults("twilio", Fault("accept_then_500", route="create", times=LOST_ANSWERS))


def late_list(backend: Backend) -> None:
    """The next answer is lost, and the list that would show its message is ten minutes late."""
    backend.faults("twilio", Fault("accept_then_500", route="create", times=1))
    backend.lag(LAG_SECONDS)


def two_runs(backend: Backend) -> None:
    """Beside the one that the rule has begun."""
    for _ in range(2):
        Thread(target=_quietly, args=(backend.invoke,), daemon=True).start()


def elevenlabs_down(backend: Backend) -> None:
    """Its next requests are refused."""
    backend.faults("elevenlabs", Fault("500", times=REFUSED_REQUESTS))


TRICKS: dict[str, Callable[[Backend], None]] = {
    "kill": kill,
    "lost_answers": lost_answers,
    "late_list": late_list,
    "two_runs": two_runs,
    "elevenlabs_down": elevenlabs_down,
}


def _quietly(invoke: Callable[[], object]) -> None:
    with contextlib.suppress(Exception):  # it may be killed by another button; what it did is in the function's log
        invoke()
