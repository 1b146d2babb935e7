"""Mutants of the fallback from channel to channel."""

from collections.abc import Iterator
from typing import Any

import lib.core.fallback
import lib.work.follow
import lib.work.settle
from lib.core.fallback import Next
from lib.core.record import Record
from lib.core.status import Reason, Status
from lib.ledger.calls import Ledger
from lib.work.send import Sender
from tests.simulation.mutants.sabotage import patched, sabotage


@sabotage(channels="sms_second", unclear="hold", create_faults=1.0, settle_minutes=2.0)
def _next_channel_after_an_unclear_outcome() -> Iterator[None]:
    """What many do: what is not in the list did not leave, so the next channel tries."""
    hold = Ledger.hold

    def go_on(self: Any, claim: Record, reason: str) -> bool:
        return (
            bool(self.next_channel(claim, 0, Next("sms"))) if claim.channel == "whatsapp" else hold(self, claim, reason)
        )

    with patched((Ledger, "hold", go_on)):
        yield


@sabotage(channels="sms_second", queued_hours=3.0, late_failures=0.0)
def _next_channel_because_a_delivery_is_slow() -> Iterator[None]:
    let_go = Ledger.let_go

    def impatient(record: Record, now: float) -> Reason | None:
        return Reason.UNCONFIRMED if record.status == Status.SENT and now > record.sent_at + 60 else None

    def go_on(self: Any, seen: Record, reason: str) -> bool:
        if seen.channel == "whatsapp":
            return bool(self.next_after_sent(seen, 0, Next("sms")))
        return let_go(self, seen, reason)

    with patched((lib.work.follow, "why_over", impatient), (Ledger, "let_go", go_on)):
        yield


@sabotage(channels="all", seen_by_referee=False)
def _failure_written_and_what_follows_forgotten() -> Iterator[None]:
    with patched((lib.work.follow, "after_failure", lambda *_: None)):
        yield


@sabotage(channels="all", late_failures=0.5)
def _channels_that_failed_are_forgotten() -> Iterator[None]:
    with patched((Record, "failed_channels", ())):
        yield


@sabotage(channels="sms_second", sender_fails="at_once", seen_by_referee=False)
def _refusal_of_a_parameter_begins_the_next_channel() -> Iterator[None]:
    with patched((lib.core.fallback, "_NOT_FOR_GOOD", ()), (Sender, "_parameter_refused", Sender._refused)):
        yield


@sabotage(channels="email_first", unclear="resend", create_faults=1.0, settle_minutes=2.0)
def _unclear_email_looked_up_at_twilio_and_resent() -> Iterator[None]:
    with patched((lib.work.settle, "EMAIL", "none")):
        yield
