"""One message: claim, send, and write down how it ended. A claim that stays unclear is left to `settle`."""

import random
from collections.abc import Callable

from ..core.call import Call
from ..core.case import Case
from ..core.decide import Send
from ..core.message.compose import choose_language, compose
from ..core.outcome import Outcome, Reply, classify, record_status, retry_delay_seconds
from ..core.policy import Settings
from ..core.record import OWNER_GONE_SECONDS, Record
from ..errors import TableUnclear
from ..ledger.calls import Address, Ledger
from ..ports import Clock, Twilio
from .report import Report

LEAST_SECONDS_TO_SEND = 3  # less than this before the run's end, and the message is left to the next run


class SendPermit:
    """Whether this run may still begin a send. Withdrawn for good by the first refusal of the account."""

    def __init__(self, holds_lease: Callable[[], bool], seconds_left: Callable[[], float]) -> None:
        self._holds_lease, self._seconds_left = holds_lease, seconds_left
        self.refused_code: int | None = None

    def may_send(self) -> bool:
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
        permit: SendPermit,
        clock: Clock,
        dice: random.Random,
        report: Report,
    ) -> None:
        self._ledger, self._twilio, self._settings, self._from = ledger, twilio, settings, whatsapp_sender
        self._permit, self._clock, self._dice, self._report = permit, clock, dice, report

    def send(self, case: Case, what: Send) -> Record | None:
        """Sends one message if its claim can be had. Returns the claim when its outcome is unclear."""
        if not self._permit.may_send():
            self._report.count("left_for_later")
            return None
        call, policy = case.call, self._settings.for_agent(case.call.agent_id)
        language = choose_language(call.language, policy.language)
        message = compose(what.kind, call.name, what.summary, language, policy)
        address = Address(f"whatsapp:{call.phone}", policy.sender or self._from)
        try:
            claim = self._ledger.claim(case, what.kind, message, address)
        except TableUnclear as failure:
            self._report.tolerated("claim_unwritten", call.batch_id, str(failure))
            return None
        if claim is None:
            self._report.about("claim_refused", call)
            return None
        if self._clock() >= claim.claimed_at + OWNER_GONE_SECONDS / 2:  # we stalled: others may think us gone
            self._write(claim, lambda: self._ledger.postponed(claim, self._clock(), "stalled", tried=False))
            return None
        if claim.attempts > 1:
            self._report.count("Retries")
        reply = self._twilio.send(address.to, address.sender, message)
        return self.conclude(claim, case, reply)

    def conclude(self, claim: Record, case: Case, reply: Reply) -> Record | None:
        """Writes down what a send came to. Returns the claim when that is unclear."""
        call, outcome = case.call, classify(reply)
        match outcome:
            case Outcome.ACCEPTED:
                self._accepted(claim, case, reply)
            case Outcome.REFUSED:
                self._report.count("MessagesFailed")
                self._report.about("message_refused", call, "warning", code=reply.code, http_status=reply.http_status)
                self._write(claim, lambda: self._ledger.refused(claim, reply.code or 0))
            case Outcome.ACCOUNT_REFUSED:
                self._permit.refused_code = reply.code or 20003
                self._report.about("account_refused", call, "error", code=reply.code)
                self._write(claim, lambda: self._ledger.postponed(claim, self._clock(), "account_refused", tried=False))
            case Outcome.NOT_PROCESSED:
                self._postponed(claim, call, reply)
            case Outcome.UNCLEAR:
                self._report.count("Errors")
                self._report.about("message_unclear", call, "warning", http_status=reply.http_status)
                return claim
        return None

    def _postponed(self, claim: Record, call: Call, reply: Reply) -> None:
        delay_seconds = retry_delay_seconds(claim.attempts, reply.retry_after_seconds, self._dice)
        self._report.about("message_postponed", call, code=reply.code, seconds=round(delay_seconds))
        due_at = self._clock() + delay_seconds
        self._write(claim, lambda: self._ledger.postponed(claim, due_at, "not_processed", error_code=reply.code))

    def _accepted(self, claim: Record, case: Case, reply: Reply) -> None:
        status = record_status(reply.message_status)
        if self._write(claim, lambda: self._ledger.accepted(claim, status, reply.sid, reply.error_code)):
            self._report.sent(status)  # else the look-up that finds it counts it
        ended_at = (case.conversation and case.conversation.ended_at) or case.call.ended_at
        self._report.delay((self._clock() - ended_at) * 1000)
        self._report.about("message_sent", case.call, message_sid=reply.sid, kind=claim.kind, status=status)

    def _write(self, claim: Record, write: Callable[[], bool]) -> bool:
        """What was learned is written once; if that fails, the claim stands, and the list will tell it again."""
        try:
            if write():
                return True
            self._report.about("record_moved_on", claim.call, "warning")
        except TableUnclear as failure:
            self._report.tolerated("outcome_unwritten", claim.call.batch_id, str(failure))
        return False
