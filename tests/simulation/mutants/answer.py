"""Mutants of what is made of Twilio's answer."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import lib.core.outcome
import lib.work.conclude
from lib.core.message.compose import Message
from lib.core.outcome import Outcome, Reply
from lib.core.record import Record
from lib.work.conclude import Conclude
from tests.simulation.mutants.sabotage import patched, sabotage
from tests.simulation.worlds import TwilioAt
from tests.twins.services import TwinTwilio


def _send_again_when(again: Callable[[Reply], bool]) -> AbstractContextManager[None]:
    send = TwilioAt.send

    def twice(self: Any, to: str, sender: str, message: Message) -> Reply:
        reply = send(self, to, sender, message)
        return send(self, to, sender, message) if again(reply) else reply

    return patched((TwilioAt, "send", twice))


@sabotage()
def _retry_on_5xx() -> Iterator[None]:
    with _send_again_when(lambda reply: (reply.http_status or 0) >= 500):
        yield


@sabotage()
def _retry_on_a_read_timeout() -> Iterator[None]:
    with _send_again_when(lambda reply: reply.connected and reply.http_status is None):
        yield


def _classified(instead: Callable[[Reply, Outcome], Outcome]) -> AbstractContextManager[None]:
    classify = lib.core.outcome.classify
    return patched((lib.work.conclude, "classify", lambda reply: instead(reply, classify(reply))))


@sabotage()
def _unclear_taken_for_refused() -> Iterator[None]:
    with _classified(lambda _, outcome: Outcome.REFUSED if outcome is Outcome.UNCLEAR else outcome):
        yield


@sabotage()
def _unclear_taken_for_not_processed() -> Iterator[None]:
    with _classified(lambda _, outcome: Outcome.NOT_PROCESSED if outcome is Outcome.UNCLEAR else outcome):
        yield


@sabotage()
def _a_connection_that_broke_taken_for_one_never_made() -> Iterator[None]:
    send = TwilioAt.send

    def unconnected(self: Any, to: str, sender: str, message: Message) -> Reply:
        reply = send(self, to, sender, message)
        return Reply(connected=False) if reply.http_status is None else reply

    with patched((TwilioAt, "send", unconnected)):
        yield


@sabotage()
def _every_429_taken_for_not_processed_even_a_proxys() -> Iterator[None]:
    """Wrong only where a gateway answers for a message that exists: its half of the fault comes with it."""
    send = TwinTwilio.send

    def through_a_gateway(self: Any, to: str, sender: str, message: Message) -> Reply:
        reply = send(self, to, sender, message)
        return Reply(http_status=429) if reply.http_status == 500 else reply

    as_many_do = lambda reply, outcome: Outcome.NOT_PROCESSED if reply.http_status == 429 else outcome  # noqa: E731
    with patched((TwinTwilio, "send", through_a_gateway)), _classified(as_many_do):
        yield


@sabotage(seen_by_referee=False)
def _account_refusal_marks_the_call_failed() -> Iterator[None]:
    def refused(self: Any, claim: Record, reply: Reply) -> None:
        self._write(claim, lambda: self._ledger.refused(claim, reply.code or 0))

    with patched((Conclude, "_account_refused", refused)):
        yield
