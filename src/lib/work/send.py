"""One message: claim, send, and write down how it ended. A claim that stays unclear is left to `look_up`."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from lib.config.settings import Settings
from lib.core.call import Call, Conversation
from lib.core.decide import Send
from lib.core.matching import Row
from lib.core.message import Message, choose_language, compose
from lib.core.outcome import Outcome, Reply, classify, record_status, retry_delay_seconds
from lib.core.record import OWNER_GONE_SECONDS, Record
from lib.core.table import StoreFailed
from lib.ledger.calls import Address, Ledger
from lib.work.report import Report

LEAST_SECONDS_TO_SEND = 3  # less than this before the run's end, and the message is left to the next run


class Twilio(Protocol):
    """The room of Twilio, or its twin."""

    def send(self, to: str, sender: str, message: Message) -> Reply: ...
    def recent(self, to: str, sender: str, since: float) -> list[Row]: ...


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is due: its call, what is known of the conversation, and the waiting record if there is one.

    is_redial: the recipient's record from before a conversation id is there, and is that of an earlier attempt.
    """

    call: Call
    conversation: Conversation | None
    waiting: Record | None
    decision: Send
    is_redial: bool


class Gate:
    """Whether this run may still begin a send. Shut for good by the first refusal of the account."""

    def __init__(self, holds_lease: Callable[[], bool], seconds_left: Callable[[], float]) -> None:
        self._holds_lease, self._seconds_left = holds_lease, seconds_left
        self.refused_code: int | None = None

    def is_open(self) -> bool:
        # Asking for the lease may take long: the time that is left counts afterwards.
        return self.refused_code is None and self._holds_lease() and self._seconds_left() >= LEAST_SECONDS_TO_SEND


class Sender:
    """Sends under claims. Everything outside is passed in; safe for many threads, one phone in one thread at a time."""

    def __init__(
        self,
        ledger: Ledger,
        twilio: Twilio,
        settings: Settings,
        whatsapp_sender: str,
        gate: Gate,
        clock: Callable[[], float],
        dice: random.Random,
        report: Report,
    ) -> None:
        self._ledger, self._twilio, self._settings, self._from = ledger, twilio, settings, whatsapp_sender
        self._gate, self._clock, self._dice, self._report = gate, clock, dice, report

    def send(self, due: Due) -> Record | None:
        """Sends one message if its claim can be had. Returns the claim when its outcome is unclear."""
        if not self._gate.is_open():
            self._report.count("left_for_later")
            return None
        call, settings = due.call, self._settings
        language = choose_language(call.language, settings.language)
        message = compose(due.decision.kind, call.name, due.decision.summary, language, settings)
        address = Address(f"whatsapp:{call.phone}", self._from)
        try:
            claim = self._ledger.claim(call, due.waiting, due.decision.kind, message, address, is_redial=due.is_redial)
        except StoreFailed as failure:
            self._report.swallow("claim_unwritten", call.batch_id, str(failure))
            return None
        if claim is None:
            self._report.call("claim_refused", call)
            return None
        if self._clock() >= claim.claimed_at + OWNER_GONE_SECONDS / 2:  # we stalled: others may think us gone
            self._write(claim, lambda: self._ledger.postponed(claim, self._clock(), "stalled", tried=False))
            return None
        if claim.attempts > 1:
            self._report.count("Retries")
        reply = self._twilio.send(address.to, address.sender, message)
        return self._conclude(claim, due, reply)

    def _conclude(self, claim: Record, due: Due, reply: Reply) -> Record | None:
        outcome = classify(reply)
        if outcome is Outcome.ACCEPTED:
            self._accepted(claim, due, reply)
        elif outcome is Outcome.REFUSED:
            self._report.count("MessagesFailed")
            self._report.call("message_refused", due.call, "warning", code=reply.code, http_status=reply.http_status)
            self._write(claim, lambda: self._ledger.refused(claim, reply.code or 0))
        elif outcome is Outcome.ACCOUNT_REFUSED:
            self._gate.refused_code = reply.code or 20003
            self._report.call("account_refused", due.call, "error", code=reply.code)
            self._write(claim, lambda: self._ledger.postponed(claim, self._clock(), "account_refused", tried=False))
        elif outcome is Outcome.NOT_PROCESSED:
            delay = retry_delay_seconds(claim.attempts, reply.retry_after_seconds, self._dice)
            self._report.call("message_postponed", due.call, code=reply.code, seconds=round(delay))
            due_at = self._clock() + delay
            self._write(claim, lambda: self._ledger.postponed(claim, due_at, "not_processed", error_code=reply.code))
        else:
            self._report.count("Errors")
            self._report.call("message_unclear", due.call, "warning", http_status=reply.http_status)
            return claim
        return None

    def _accepted(self, claim: Record, due: Due, reply: Reply) -> None:
        status = record_status(reply.message_status)
        if self._write(claim, lambda: self._ledger.accepted(claim, status, reply.sid, reply.error_code)):
            self._report.sent(status)  # else the look-up that finds it counts it
        ended_at = (due.conversation and due.conversation.ended_at) or due.call.ended_at
        self._report.delayed((self._clock() - ended_at) * 1000)
        self._report.call("message_sent", due.call, message_sid=reply.sid, kind=due.decision.kind, status=status)

    def _write(self, claim: Record, write: Callable[[], bool]) -> bool:
        """What was learned is written once; if that fails, the claim stands, and the list will tell it again."""
        try:
            if write():
                return True
            self._report.call("record_moved_on", claim.call, "warning")
        except StoreFailed as failure:
            self._report.swallow("outcome_unwritten", claim.call.batch_id, str(failure))
        return False
