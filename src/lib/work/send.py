"""One message: claim, send, and write down how it ended. A claim that stays unclear is left to `settle`."""

import random
from collections.abc import Callable

from ..core.again import again
from ..core.call import Call
from ..core.case import Case
from ..core.codes import SENDER, TEMPLATES, code_of
from ..core.decide import Send
from ..core.fallback import EMAIL, after_failure, channel_of
from ..core.gate import is_open
from ..core.language import language_of
from ..core.message.compose import Message, compose
from ..core.naming import named
from ..core.outcome import (
    Outcome,
    Reply,
    account_refused,
    classify,
    parameter_delay_seconds,
    parameter_refused,
    record_status,
    refused_alike,
    retry_delay_seconds,
    unexplained_delay_seconds,
)
from ..core.policy import Settings
from ..core.record import OWNER_GONE_SECONDS, Record
from ..core.results import NOTHING_KNOWN
from ..core.rewriting import marks_of
from ..core.senders import Senders, address_of
from ..core.status import Reason, Status
from ..core.streak import Route, Verdict
from ..core.window import Windows
from ..errors import TableUnclear
from ..ledger.calls import Address, Ledger
from ..ledger.rewritings import Rewritings
from ..ports import Clock, Emails, Twilio
from .breaker import Breaker
from .permit import EVERYBODY, SendPermit
from .report import Report
from .written_together import WrittenTogether

LONG_SECONDS = 600  # a limit that lasts as long is told as an error


class Sender:
    """Sends under claims. Everything outside is passed in; safe for many threads, one phone in one thread at a time."""

    def __init__(
        self,
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
        clock: Clock,
        dice: random.Random,
        report: Report,
    ) -> None:
        """key_parameter: the one that holds the secret of the account's key."""
        self._ledger, self._rewritings, self._twilio, self._emails = ledger, rewritings, twilio, emails
        self._settings, self._senders, self._key_parameter = settings, senders, key_parameter
        self._permit, self._breaker, self._windows = permit, breaker, windows
        self._clock, self._dice, self._report = clock, dice, report
        self.accepted = WrittenTogether(ledger, clock, report)

    def send(self, case: Case, what: Send) -> Record | None:
        """Sends one message if its claim can be had. Returns the claim when its outcome is unclear."""
        call, policy = case.call, self._settings.for_agent(case.call.agent_id)
        language = language_of(call, case.conversation, policy.language)
        channel = channel_of(call, case.record, policy)
        address = Address(address_of(channel, call.phone, call.email), self._senders.of(channel, policy), channel)
        closed_at = case.record.window_closed_at if case.record and channel == "whatsapp" else 0
        is_open = not closed_at and self._windows.is_open(address.sender, call.phone, self._clock())
        found = case.conversation.results if case.conversation else NOTHING_KNOWN
        message = compose(
            what.kind, call.name, what.summary, language, policy, found, channel=channel, in_free_text=is_open
        )
        if not self._permit.may_send((address.sender, message.content_sid)):
            self._report.count("left_for_later")
            return None
        if case.record and closed_at and not message.content_sid:
            self._without_template(case.record)
            return None
        if not self._is_open(call, what):
            self._report.count("left_for_later")
            return None
        if self._is_suspended(case, address, message):
            return None
        try:
            claim = self._ledger.claim(case, what.kind, message, address, what.terms)
        except TableUnclear as failure:
            self._report.tolerated("claim_unwritten", call.batch_id, str(failure))
            return None
        if claim is None:
            self._not_claimed(case)
            return None
        # We stalled: others may think us gone, or the gate has closed meanwhile.
        if self._clock() >= claim.claimed_at + OWNER_GONE_SECONDS / 2 or not self._is_open(call, what):
            self._write(claim, lambda: self._ledger.postponed(claim, self._clock(), "stalled", tried=False))
            return None
        if claim.attempts > 1:
            self._report.count("Retries")
        if channel == EMAIL:
            reply = self._emails.send(address.to, address.sender, message, language)
        else:
            reply = self._twilio.send(address.to, address.sender, message)
        return self.conclude(claim, case, reply)

    def _is_open(self, call: Call, what: Send) -> bool:
        return what.terms is None or is_open(call.phone, what.terms.rules, self._clock())

    def conclude(self, claim: Record, case: Case, reply: Reply) -> Record | None:
        """Writes down what a send came to. Returns the claim when that is unclear."""
        match classify(reply):
            case Outcome.ACCEPTED:
                self._accepted(claim, case, reply)
            case Outcome.REFUSED:
                self._refused(claim, reply)
            case Outcome.UNEXPLAINED:
                self._unexplained(claim, reply)
            case Outcome.PARAMETER_REFUSED:
                self._parameter_refused(claim, reply)
            case Outcome.ACCOUNT_REFUSED:
                self._account_refused(claim, reply)
            case Outcome.NOT_PROCESSED:
                self._not_processed(claim, reply)
            case Outcome.UNCLEAR:
                cause = reply.cause or f"http_{reply.http_status}"
                self._report.count("Errors")
                self._report.about(
                    "message_unclear", case.call, "warning", http_status=reply.http_status, code=reply.code, cause=cause
                )
                return claim
        return None

    def _not_claimed(self, case: Case) -> None:
        """Somebody else has the call; or its person asked not to be written to, and then it ends here."""
        call, record, ledger = case.call, case.record, self._ledger
        try:
            if not ledger.suppressed.among([call.phone]):
                self._report.about("claim_refused", call)
            elif ledger.skip_waiting(record, "opted_out") if record else ledger.skip(call, "opted_out"):
                self._report.about("call_skipped", call, reason="opted_out")
        except TableUnclear as failure:
            self._report.tolerated("record_unwritten", call.batch_id, str(failure))

    def _without_template(self, record: Record) -> None:
        """Free text failed, for the window was closed; and the template that should have answered is gone."""
        if self._write(record, lambda: self._ledger.give_up(record, Reason.FAILED_AFTER_ACCEPTANCE)):
            self._report.count("MessagesFailed")

    def _is_suspended(self, case: Case, address: Address, message: Message) -> bool:
        """Whether the sender or the template stands still; the call is put off then until the next probe."""
        try:
            suspension = self._breaker.in_the_way(address.channel, (address.sender, message.content_sid))
            if suspension is None:
                return False
            if suspension.is_probing(self._clock()):  # it may be over in a moment
                self._report.count("left_for_later")
                return True
            reason = Reason.TEMPLATE_SUSPENDED if suspension.content_sid else Reason.SENDER_SUSPENDED
            is_deferred = self._ledger.defer(case, reason, suspension.probe_at, code=suspension.code)
            self._report.count("put_off", is_deferred)
        except TableUnclear as failure:
            self._report.tolerated("record_unwritten", case.call.batch_id, str(failure))
        return True

    # ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _refused(self, claim: Record, reply: Reply) -> None:
        """Final: it is about this person or this message; but a template answers for free text."""
        if not self._leaves_again(claim, reply.code or 0):
            self._ends(claim, reply)

    def _ends(self, claim: Record, reply: Reply) -> None:
        """Final on this channel. Another one may follow."""
        if self._goes_on(claim, reply.code or 0):
            return
        self._report.count("MessagesFailed")
        self._report.about("message_refused", claim.call, "warning", code=reply.code, http_status=reply.http_status)
        self._write(claim, lambda: self._ledger.refused(claim, reply.code or 0))

    def _unexplained(self, claim: Record, reply: Reply) -> None:
        """Final only when other messages show that it is this call's alone; a few alike stop the route instead."""
        code, route = reply.code or 0, _route(claim)
        verdict, is_suspended = self._permit.after_refusal(route, code, claim.pk), self._breaker.is_suspended(claim)
        if verdict is Verdict.FINAL and not is_suspended:
            return self._ends(claim, reply)
        if verdict is Verdict.STOP:
            refused = refused_alike(code, self._named(route, TEMPLATES if route[1] else SENDER))
            is_news = self._permit.stop(route, None if is_suspended else refused)  # it is told of already
            self._breaker.failed(claim, code, route, is_late=False)
            return self._parameter_waits(claim, reply, is_news)
        return self._waits(claim, "refused_unexplained", reply, unexplained_delay_seconds(claim.attempts), "warning")

    def _parameter_refused(self, claim: Record, reply: Reply) -> None:
        code, (sender, content_sid) = reply.code or 0, _route(claim)
        route = (sender, content_sid if code_of(code).parameter == TEMPLATES else "")
        refused = parameter_refused(code, self._named(route, code_of(code).parameter))
        is_news = self._permit.stop(route, None if self._breaker.is_suspended(claim) else refused)
        self._breaker.failed(claim, code, is_late=False)
        self._parameter_waits(claim, reply, is_news)

    def _parameter_waits(self, claim: Record, reply: Reply, is_news: bool) -> None:
        """The first of a kind in a tick is an error, for somebody must fix something."""
        level = "error" if is_news else "warning"
        self._waits(claim, "parameter_refused", reply, parameter_delay_seconds(claim.attempts), level)

    def _account_refused(self, claim: Record, reply: Reply) -> None:
        code = reply.code or 0
        is_news = self._permit.stop(EVERYBODY, account_refused(code, self._key_parameter))
        self._report.about("account_refused", claim.call, "error" if is_news else "warning", code=code)
        self._write(
            claim,
            lambda: self._ledger.postponed(claim, self._clock(), "account_refused", tried=False, error_code=reply.code),
        )

    def _waits(self, claim: Record, reason: str, reply: Reply, seconds: int, level: str) -> None:
        """Back to waiting."""
        code = reply.code
        self._report.about(reason, claim.call, level, code=code, http_status=reply.http_status, seconds=seconds)
        due_at = self._clock() + seconds
        self._write(claim, lambda: self._ledger.postponed(claim, due_at, reason, error_code=code))

    def _not_processed(self, claim: Record, reply: Reply) -> None:
        """Nothing was created. A limit that others meet too, one after the other, ends the sender's tick."""
        if reply.code is not None:
            self._limit_reached(claim, reply.code)
            if self._permit.after_refusal(_route(claim), reply.code, claim.pk) is Verdict.STOP:
                self._permit.stop((claim.sender, ""))
                if code_of(reply.code).wait_seconds >= LONG_SECONDS:
                    self._breaker.failed(claim, reply.code, (claim.sender, ""), is_late=False)
        seconds = retry_delay_seconds(claim.attempts, reply, self._dice)
        self._report.about("message_postponed", claim.call, code=reply.code, seconds=round(seconds), cause=reply.cause)
        due_at = self._clock() + seconds
        self._write(claim, lambda: self._ledger.postponed(claim, due_at, "not_processed", error_code=reply.code))

    def _limit_reached(self, claim: Record, code: int) -> None:
        """Tells of a limit once a tick: what lasts long is an error, for more people than these are waiting."""
        row = code_of(code)
        if not row.wait_seconds or not self._permit.is_news(code):
            return
        is_long = row.wait_seconds >= LONG_SECONDS
        self._report.count("Errors", is_long)
        level = "error" if is_long else "warning"
        self._report.about("limit_reached", claim.call, level, code=code, why=row.meaning, seconds=row.wait_seconds)

    # ── what is written ──────────────────────────────────────────────────────────────────────────────────────────

    def _accepted(self, claim: Record, case: Case, reply: Reply) -> None:
        self._permit.accepted(_route(claim))
        status, code = record_status(reply.message_status), reply.error_code or 0
        if status != Status.FAILED:
            self._breaker.accepted(claim)
        elif self._leaves_again(claim, code, reply.sid) or self._goes_on(claim, code, reply.sid):
            return
        self.accepted.add(claim, status, self._ledger.accepting(claim, status, reply.sid, reply.error_code))
        if not claim.failed_on:
            ended_at = (case.conversation and case.conversation.ended_at) or case.call.ended_at
            self._report.delay((self._clock() - ended_at) * 1000)
        self._report.about(
            "message_sent", case.call, message_sid=reply.sid, kind=claim.kind, channel=claim.channel, status=status
        )
        self._learn(claim, reply)

    def _leaves_again(self, claim: Record, code: int, sid: str = "") -> bool:
        """Refused, or accepted (`sid`) as failed; whether another one leaves, for this one surely did not arrive."""
        if sid:
            self._breaker.failed(claim, code, is_late=True)
        then = again(claim, code, self._settings, self._clock())
        if then is None:
            return False
        self._report.about("message_leaves_again", claim.call, "warning", code=code, reason=then.reason)
        self._write(claim, lambda: self._ledger.leaves_again(claim, code, then, sid))
        return True

    def _named(self, route: Route, parameter: str) -> str:
        return named(route, parameter, self._settings, self._senders.whatsapp)

    def _learn(self, claim: Record, reply: Reply) -> None:
        """What Twilio shows otherwise than it was sent is remembered, for look-ups go by what it shows."""
        marks = marks_of(claim, reply)
        if not marks:
            return
        try:
            if self._rewritings.learn(claim.sender, marks):
                what = sorted({mark.partition(" ")[0] for mark in marks})  # `text`, `to`, and no digit
                self._report.about("message_rewritten", claim.call, "warning", what=what)
        except TableUnclear as failure:
            self._report.tolerated("rewriting_unwritten", claim.call.batch_id, str(failure))

    def _write(self, claim: Record, write: Callable[[], bool]) -> bool:
        """What was learned is written once; if that fails, the claim stands, and the list will tell it again."""
        try:
            if write():
                return True
            self._report.about("record_moved_on", claim.call, "warning")
        except TableUnclear as failure:
            self._report.tolerated("outcome_unwritten", claim.call.batch_id, str(failure))
        return False

    def _goes_on(self, claim: Record, code: int, sid: str = "") -> bool:
        """Refused for good, or accepted (`sid`) as failed; whether another channel follows."""
        then = after_failure(claim, code, self._settings.for_agent(claim.call.agent_id))
        if then is None:
            return False
        self._report.next_channel(claim, code, then.channel, **({"message_sid": sid} if sid else {}))
        self._write(claim, lambda: self._ledger.next_channel(claim, code, then, sid))
        return True


def _route(claim: Record) -> Route:
    return claim.sender, claim.message.content_sid
