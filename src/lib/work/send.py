"""One message: claim, send, and write down how it ended. A claim that stays unclear is left to `settle`."""

import random
import threading
from collections.abc import Callable

from ..core.case import Case
from ..core.codes import SENDER_OF, TEMPLATES, code_of, parameter_of
from ..core.decide import Send
from ..core.fallback import EMAIL, after_failure, channel_of, may_follow
from ..core.language import language_of
from ..core.message.compose import compose
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
from ..core.policy import Policy, Settings
from ..core.record import OWNER_GONE_SECONDS, Record
from ..core.rewriting import marks_of
from ..core.senders import Senders, address_of
from ..core.status import Status
from ..core.streak import Route, Streaks, Verdict
from ..errors import ConfigurationError, TableUnclear
from ..ledger.calls import Address, Ledger
from ..ledger.rewritings import Rewritings
from ..ports import Clock, Emails, Twilio
from .report import Report

EVERYBODY: Route = ("", "")  # every sender: a refusal of the account
LONG_SECONDS = 600  # a limit that lasts as long is told as an error
LEAST_SECONDS_TO_SEND = 3  # less than this before the run's end, and the message is left to the next run


class SendPermit:
    """Whether this tick may still begin a send by a route. Withdrawn for the rest of the tick by what stops more than
    one message. Safe for many threads."""

    def __init__(self, holds_lease: Callable[[], bool], seconds_left: Callable[[], float], streaks: Streaks) -> None:
        self._holds_lease, self._seconds_left, self._streaks = holds_lease, seconds_left, streaks
        self._lock = threading.Lock()
        self._stopped: set[Route] = set()
        self._limits: set[int] = set()
        self.refused: ConfigurationError | None = None  # the first parameter that somebody must fix

    def may_send(self, route: Route) -> bool:
        # Asking for the lease may take long: the time that is left counts afterwards.
        is_stopped = not self._stopped.isdisjoint({EVERYBODY, (route[0], ""), route})
        return not is_stopped and self._holds_lease() and self._seconds_left() >= LEAST_SECONDS_TO_SEND

    def stop(self, route: Route, refused: ConfigurationError | None = None) -> bool:
        """Ends a route's sends for this tick. False when that was done already."""
        with self._lock:
            is_news = route not in self._stopped
            self._stopped.add(route)
            self.refused = self.refused or refused
            return is_news

    def is_news(self, code: int) -> bool:
        """Whether a limit is met for the first time in this tick."""
        with self._lock:
            is_news = code not in self._limits
            self._limits.add(code)
            return is_news

    def accepted(self, route: Route) -> None:
        with self._lock:
            self._streaks[route].accepted()

    def after_refusal(self, route: Route, code: int, pk: str) -> Verdict:
        with self._lock:
            return self._streaks[route].refused(code, pk)


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
        clock: Clock,
        dice: random.Random,
        report: Report,
    ) -> None:
        """key_parameter: the one that holds the secret of the account's key."""
        self._ledger, self._rewritings, self._twilio, self._emails = ledger, rewritings, twilio, emails
        self._settings, self._senders, self._key_parameter = settings, senders, key_parameter
        self._permit, self._clock, self._dice, self._report = permit, clock, dice, report

    def send(self, case: Case, what: Send) -> Record | None:
        """Sends one message if its claim can be had. Returns the claim when its outcome is unclear."""
        call, policy = case.call, self._settings.for_agent(case.call.agent_id)
        language = language_of(call, case.conversation, policy.language)
        channel = channel_of(call, case.record, policy)
        message = compose(what.kind, call.name, what.summary, language, policy, channel=channel)
        address = Address(address_of(channel, call.phone, call.email), self._senders.of(channel, policy), channel)
        if not self._permit.may_send((address.sender, message.content_sid)):
            self._report.count("left_for_later")
            return None
        try:
            claim = self._ledger.claim(case, what.kind, message, address)
        except TableUnclear as failure:
            self._report.tolerated("claim_unwritten", call.batch_id, str(failure))
            return None
        if claim is None:
            self._not_claimed(case)
            return None
        if self._clock() >= claim.claimed_at + OWNER_GONE_SECONDS / 2:  # we stalled: others may think us gone
            self._write(claim, lambda: self._ledger.postponed(claim, self._clock(), "stalled", tried=False))
            return None
        if claim.attempts > 1:
            self._report.count("Retries")
        if channel == EMAIL:
            reply = self._emails.send(address.to, address.sender, message, language)
        else:
            reply = self._twilio.send(address.to, address.sender, message)
        return self.conclude(claim, case, reply)

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

    # ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _refused(self, claim: Record, reply: Reply) -> None:
        """Final: it is about this person or this message. Another channel may follow."""
        code = reply.code or 0
        if then := after_failure(claim, code, self._policy(claim)):
            self._report.next_channel(claim, code, then.channel)
            self._write(claim, lambda: self._ledger.next_channel(claim, code, then))
            return
        self._report.count("MessagesFailed")
        self._report.about("message_refused", claim.call, "warning", code=reply.code, http_status=reply.http_status)
        self._write(claim, lambda: self._ledger.refused(claim, reply.code or 0))

    def _unexplained(self, claim: Record, reply: Reply) -> None:
        """Final only when other messages show that it is this call's alone; a few alike stop the route instead."""
        code, route = reply.code or 0, _route(claim)
        verdict = self._permit.after_refusal(route, code, claim.pk)
        if verdict is Verdict.FINAL:
            return self._refused(claim, reply)
        if verdict is Verdict.STOP:
            is_news = self._permit.stop(route, refused_alike(code, TEMPLATES if route[1] else SENDER_OF[claim.channel]))
            return self._parameter_waits(claim, reply, is_news)
        return self._waits(claim, "refused_unexplained", reply, unexplained_delay_seconds(claim.attempts), "warning")

    def _parameter_refused(self, claim: Record, reply: Reply) -> None:
        code, (sender, content_sid) = reply.code or 0, _route(claim)
        route = (sender, content_sid if code_of(code).parameter == TEMPLATES else "")
        is_news = self._permit.stop(route, parameter_refused(code, parameter_of(code, claim.channel)))
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
        status, code, policy = record_status(reply.message_status), reply.error_code or 0, self._policy(claim)
        if status == Status.FAILED and (then := after_failure(claim, code, policy)):
            self._report.next_channel(claim, code, then.channel, message_sid=reply.sid)
            self._write(claim, lambda: self._ledger.next_channel(claim, code, then, reply.sid))
            return
        follows = may_follow(claim, policy)
        if self._write(
            claim, lambda: self._ledger.accepted(claim, status, reply.sid, reply.error_code, may_follow=follows)
        ):
            self._report.sent(status, claim.channel)  # else the look-up that finds it counts it
        if not claim.failed_on:
            ended_at = (case.conversation and case.conversation.ended_at) or case.call.ended_at
            self._report.delay((self._clock() - ended_at) * 1000)
        self._report.about(
            "message_sent", case.call, message_sid=reply.sid, kind=claim.kind, channel=claim.channel, status=status
        )
        self._learn(claim, reply)

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

    def _policy(self, claim: Record) -> Policy:
        return self._settings.for_agent(claim.call.agent_id)


def _route(claim: Record) -> Route:
    return claim.sender, claim.message.content_sid
