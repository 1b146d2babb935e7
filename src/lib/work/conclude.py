"""What a send came to: written down under its claim, with what follows from it for the sender and for the others."""

import random
from collections.abc import Callable

from ..core.again import again
from ..core.case import Case
from ..core.codes import code_of
from ..core.fallback import after_failure
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
from ..core.parameters import SENDER, TEMPLATES
from ..core.policy import Settings
from ..core.record import Record
from ..core.rewriting import marks_of
from ..core.status import Reason, Status
from ..core.streak import Verdict
from ..errors import TableUnclear
from ..ledger.calls import Ledger
from ..ledger.rewritings import Rewritings
from ..ports import Clock
from .breaker import Breaker, route_of
from .permit import EVERYBODY, SendPermit
from .report import Report
from .written_together import WrittenTogether

LONG_SECONDS = 600  # a limit that lasts as long is told as an error


class Conclude:
    """Everything outside is passed in; safe for many threads, one phone in one thread at a time."""

    def __init__(
        self,
        ledger: Ledger,
        rewritings: Rewritings,
        settings: Settings,
        key_parameter: str,
        permit: SendPermit,
        breaker: Breaker,
        clock: Clock,
        dice: random.Random,
        report: Report,
    ) -> None:
        """key_parameter: the one that holds the secret of the account's key."""
        self._ledger, self._rewritings = ledger, rewritings
        self._settings, self._key_parameter = settings, key_parameter
        self._permit, self._breaker = permit, breaker
        self._clock, self._dice, self._report = clock, dice, report
        self.accepted = WrittenTogether(ledger, clock, report)

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
        code, route = reply.code or 0, claim.route
        verdict, is_suspended = self._permit.after_refusal(route, code, claim.pk), self._breaker.is_suspended(claim)
        if verdict is Verdict.FINAL and not is_suspended:
            return self._ends(claim, reply)
        if verdict is Verdict.STOP:
            refused = refused_alike(code, self._breaker.to_mend(TEMPLATES if route[1] else SENDER, route))
            is_news = self._permit.stop(route, None if is_suspended else refused)  # it is told of already
            self._breaker.failed(claim, code, route, is_late=False)
            return self._parameter_waits(claim, reply, is_news)
        seconds = unexplained_delay_seconds(claim.attempts)
        return self._waits(claim, Reason.REFUSED_UNEXPLAINED, reply, seconds, "warning")

    def _parameter_refused(self, claim: Record, reply: Reply) -> None:
        code = reply.code or 0
        route = route_of(claim, code)
        refused = parameter_refused(code, self._breaker.to_mend(code_of(code).parameter, route))
        is_news = self._permit.stop(route, None if self._breaker.is_suspended(claim) else refused)
        self._breaker.failed(claim, code, is_late=False)
        self._parameter_waits(claim, reply, is_news)

    def _parameter_waits(self, claim: Record, reply: Reply, is_news: bool) -> None:
        """The first of a kind in a tick is an error, for somebody must fix something."""
        level = "error" if is_news else "warning"
        self._waits(claim, Reason.PARAMETER_REFUSED, reply, parameter_delay_seconds(claim.attempts), level)

    def _account_refused(self, claim: Record, reply: Reply) -> None:
        code = reply.code or 0
        is_news = self._permit.stop(EVERYBODY, account_refused(code, self._key_parameter))
        self._report.about("account_refused", claim.call, "error" if is_news else "warning", code=code)
        self._postpone(claim, Reason.ACCOUNT_REFUSED, code=reply.code, tried=False)

    def _waits(self, claim: Record, reason: Reason, reply: Reply, seconds: int, level: str) -> None:
        code = reply.code
        self._report.about(reason, claim.call, level, code=code, http_status=reply.http_status, seconds=seconds)
        self._postpone(claim, reason, seconds, code)

    def _not_processed(self, claim: Record, reply: Reply) -> None:
        """Nothing was created. A limit that others meet too, one after the other, ends the sender's tick."""
        if reply.code is not None:
            self._limit_reached(claim, reply.code)
            if self._permit.after_refusal(claim.route, reply.code, claim.pk) is Verdict.STOP:
                self._permit.stop((claim.sender, ""))
                if code_of(reply.code).wait_seconds >= LONG_SECONDS:
                    self._breaker.failed(claim, reply.code, (claim.sender, ""), is_late=False)
        seconds = retry_delay_seconds(claim.attempts, reply, self._dice)
        self._report.about("message_postponed", claim.call, code=reply.code, seconds=round(seconds), cause=reply.cause)
        self._postpone(claim, Reason.NOT_PROCESSED, seconds, reply.code)

    def _limit_reached(self, claim: Record, code: int) -> None:
        """Tells of a limit once a tick: what lasts long is an error, for more people than these are waiting."""
        row = code_of(code)
        if not row.wait_seconds or not self._permit.is_news(code):
            return
        is_long = row.wait_seconds >= LONG_SECONDS
        self._report.count("Errors", is_long)
        level = "error" if is_long else "warning"
        self._report.about("limit_reached", claim.call, level, code=code, why=row.meaning, seconds=row.wait_seconds)

    def _postpone(
        self, claim: Record, reason: Reason, seconds: float = 0, code: int | None = None, *, tried: bool = True
    ) -> None:
        """Back to waiting."""
        due_at = self._clock() + seconds
        self._write(claim, lambda: self._ledger.postponed(claim, due_at, reason, tried, code))

    # ── what is written ──────────────────────────────────────────────────────────────────────────────────────────

    def _accepted(self, claim: Record, case: Case, reply: Reply) -> None:
        self._permit.accepted(claim.route)
        status, code = record_status(reply.message_status), reply.error_code or 0
        if status != Status.FAILED:
            self._breaker.accepted(claim)
        elif self._leaves_again(claim, code, reply.sid) or self._goes_on(claim, code, reply.sid):
            return
        self.accepted.add(claim, status, self._ledger.accepted(claim, status, reply.sid, reply.error_code))
        if not claim.failed_on:
            self._report.delay((self._clock() - case.ended_at) * 1000)
        self._report.about(
            "message_sent", case.call, message_sid=reply.sid, kind=claim.kind, channel=claim.channel, status=status
        )
        if status == Status.FAILED:
            self._report.undelivered(claim, code, reply.sid)
        self._learn(claim, reply)

    def _leaves_again(self, claim: Record, code: int, sid: str = "") -> bool:
        """Refused, or accepted (`sid`) as failed; whether another one leaves, for this one surely did not arrive."""
        if sid:
            self._breaker.failed(claim, code, is_late=True)
        then = again(claim, code, self._settings, self._clock())
        if then is None:
            return False
        self._report.leaves_again(claim, code, then.reason, sid)
        self._write(claim, lambda: self._ledger.leaves_again(claim, code, then, sid))
        return True

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
        self._report.next_channel(claim, code, then.channel, sid)
        self._write(claim, lambda: self._ledger.next_channel(claim, code, then, sid))
        return True
