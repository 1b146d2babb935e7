"""One message: claim, send, and write down how it ended. A claim that stays unclear is left to `settle`."""

import random

from ..core.call import Call
from ..core.case import Case
from ..core.decide import Send
from ..core.fallback import EMAIL, after_failure, channel_of
from ..core.gate import is_open
from ..core.language import language_of
from ..core.message.compose import Message, compose
from ..core.policy import Policy, Settings
from ..core.record import OWNER_GONE_SECONDS, Record
from ..core.senders import Senders, address_of
from ..core.status import Reason
from ..core.streak import Route
from ..core.window import Windows
from ..errors import TableUnclear
from ..ledger.calls import Address, Ledger
from ..ledger.rewritings import Rewritings
from ..ports import Clock, Emails, Twilio
from .breaker import Breaker
from .conclude import Conclude
from .permit import SendPermit
from .report import Report
from .throttle import Throttle


class Sender(Conclude):
    """Sends under claims. Everything outside is passed in; safe for many threads, one phone in one thread at a time."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        rewritings: Rewritings,
        twilio: Twilio,
        emails: Emails,
        settings: Settings,
        senders: Senders,
        key_parameter: str,
        permit: SendPermit,
        breaker: Breaker,
        windows: Windows,
        throttle: Throttle,
        clock: Clock,
        dice: random.Random,
        report: Report,
    ) -> None:
        super().__init__(ledger, rewritings, settings, key_parameter, permit, breaker, clock, dice, report)
        self._twilio, self._emails, self._senders = twilio, emails, senders
        self._windows, self._throttle = windows, throttle

    def send(self, case: Case, what: Send) -> Record | None:
        """Sends one message if its claim can be had. Returns the claim when its outcome is unclear."""
        call, policy = case.call, self._settings.for_agent(case.call.agent_id)
        language = language_of(call, case.conversation, policy.language)
        channel = channel_of(call, case.record, policy)
        address = Address(address_of(channel, call.phone, call.email), self._senders.of(channel, policy), channel)
        closed_at = case.record.window_closed_at if case.record and channel == "whatsapp" else 0
        is_open = not closed_at and self._windows.is_open(address.sender, call.phone, self._clock())
        message = compose(
            what.kind, call.name, what.summary, language, policy, case.results, channel=channel, in_free_text=is_open
        )
        route = address.sender, message.content_sid
        if not self._may_leave(call, what, route):
            return None
        if case.record and closed_at and not message.content_sid:
            self._without_template(case.record, policy)
            return None
        if self._is_suspended(case, what.kind, address, message):
            return None
        self._throttle.wait(address.sender)
        if not self._may_leave(call, what, route):  # to look and to wait may take long
            return None
        heard_until = self._windows.last_from(call.phone)
        try:
            claim = self._ledger.claim(case, what.kind, message, address, what.terms, heard_until)
        except TableUnclear as failure:
            self._report.tolerated("claim_unwritten", call.batch_id, str(failure))
            return None
        if claim is None:
            self._not_claimed(case)
            return None
        # We stalled: others may think us gone, or the gate has closed meanwhile.
        if self._clock() >= claim.claimed_at + OWNER_GONE_SECONDS / 2 or not self._is_open(call, what):
            self._postpone(claim, Reason.STALLED, tried=False)
            return None
        if claim.attempts > 1:
            self._report.count("Retries")
        if channel == EMAIL:
            reply = self._emails.send(address.to, address.sender, message, language)
        else:
            reply = self._twilio.send(address.to, address.sender, message)
        return self.conclude(claim, case, reply)

    def _may_leave(self, call: Call, what: Send, route: Route) -> bool:
        """Whether the run may still send by this route, and the gate is still open."""
        may_leave = self._permit.may_send(route) and self._is_open(call, what)
        self._report.count("left_for_later", not may_leave)
        return may_leave

    def _is_open(self, call: Call, what: Send) -> bool:
        return what.terms is None or is_open(call.phone, what.terms.rules, self._clock())

    def _not_claimed(self, case: Case) -> None:
        """Somebody else has the call; or its person asked not to be written to, and then it ends here."""
        call, ledger = case.call, self._ledger
        try:
            if not ledger.suppressed.among([call.phone]):
                self._report.about("claim_refused", call)
            elif ledger.skip(case, Reason.OPTED_OUT):
                self._report.about("call_skipped", call, reason=Reason.OPTED_OUT)
        except TableUnclear as failure:
            self._report.tolerated("record_unwritten", call.batch_id, str(failure))

    def _without_template(self, record: Record, policy: Policy) -> None:
        """Free text failed, for the window was closed; and the template that should have answered is gone."""
        code = record.error_code
        if then := after_failure(record, code, policy):
            self._report.next_channel(record, code, then.channel, sid="")
            self._write(record, lambda: self._ledger.next_instead(record, then))
        elif self._write(record, lambda: self._ledger.give_up(record, Reason.FAILED_AFTER_ACCEPTANCE)):
            why, sid = "its template is gone from content_sids", record.message_sid
            self._report.about("message_undelivered", record.call, "warning", message_sid=sid, code=code, why=why)
            self._report.count("MessagesFailed")

    def _is_suspended(self, case: Case, kind: str, address: Address, message: Message) -> bool:
        """Whether the sender or the template stands still; the call is put off then until the next probe."""
        try:
            suspension = self._breaker.in_the_way(address.channel, (address.sender, message.content_sid))
            if suspension is None:
                return False
            if suspension.is_probing(self._clock()):  # it may be over in a moment
                self._report.count("left_for_later")
                return True
            reason = Reason.TEMPLATE_SUSPENDED if suspension.content_sid else Reason.SENDER_SUSPENDED
            if case.record and (case.record.reason, case.record.due_at) == (reason, suspension.probe_at):
                return True  # asked anew, and nothing has changed
            is_deferred = self._ledger.defer(case, kind, reason, suspension.probe_at, code=suspension.code)
            self._report.count("put_off", is_deferred)
        except TableUnclear as failure:
            self._report.tolerated("record_unwritten", case.call.batch_id, str(failure))
        return True
