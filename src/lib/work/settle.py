"""Settling an unclear claim: ask Twilio's list, with growing gaps, until it shows the message or time is up."""

from dataclasses import replace

from ..core.again import again
from ..core.fallback import EMAIL, after_failure
from ..core.matching import Row, find, is_anybodys
from ..core.outcome import record_status
from ..core.phone import spellings
from ..core.policy import Settings
from ..core.record import Record
from ..core.rewriting import Rewriting
from ..core.settling import Found, Hold, LookLater, Resend, Seen, what_follows
from ..core.status import Status
from ..errors import LookupFailed, TableUnclear
from ..ledger.calls import Ledger
from ..ledger.rewritings import Rewritings
from ..ports import Clock, Twilio
from .report import Report


class Settle:
    """Settles claims one by one. Raises ConfigurationError when Twilio refuses the account."""

    def __init__(
        self,
        ledger: Ledger,
        rewritings: Rewritings,
        twilio: Twilio,
        settings: Settings,
        clock: Clock,
        report: Report,
    ) -> None:
        self._ledger, self._rewritings, self._twilio, self._settings = ledger, rewritings, twilio, settings
        self._clock, self._report = clock, report

    def claim(self, claim: Record) -> None:
        """One look at Twilio's list, and what follows from it."""
        now = self._clock()  # before the look: the last one must come after the time is up
        try:
            seen, is_legible = self._look(claim)
            self._carry_out(claim, what_follows(claim, seen, self._settings, now, is_legible=is_legible), now)
        except TableUnclear as failure:
            self._report.tolerated("look_up_unwritten", claim.call.batch_id, str(failure))

    def look(self, claim: Record) -> Seen:
        """What Twilio's list shows of the claim; SES has none."""
        return self._look(claim)[0]

    def _look(self, claim: Record) -> tuple[Seen, bool]:
        """And whether a message of the claim's would have been recognised.

        The list first, the phone's records after: what the list shows was claimed before, so the records know it.
        """
        if claim.channel == EMAIL:
            return "no_list", True
        rewriting = self._rewritings.known(claim.sender)
        try:
            rows = self._rows(claim, rewriting)
        except LookupFailed as failure:
            self._report.tolerated("look_up_failed", claim.call.batch_id, str(failure))
            return "unread", True
        found = [record for one in spellings(claim.call.phone) for record in self._ledger.of_phone(one)]
        shown, of_phone = rewriting.as_shown(claim), [rewriting.as_shown(record) for record in found]
        seen = find(shown, rows, of_phone, self._clock())
        return seen, seen != "not_listed" or not (rewriting.hides or is_anybodys(shown, rows, of_phone))

    def _rows(self, claim: Record, rewriting: Rewriting) -> list[Row]:
        """What Twilio lists under the claim's address, or under another that it may have made of it."""
        addresses = rewriting.addresses(claim.to)
        listed = [row for to in addresses for row in self._twilio.recent(replace(claim, to=to))]
        return list({row.sid: replace(row, to=claim.to) for row in listed if row.to in addresses}.values())

    def found(self, claim: Record, row: Row, *, ends: bool = False) -> bool:
        """The message is there. False when the record was moved by somebody else meanwhile.

        ends: a person said that nothing more shall leave, even if it failed.
        """
        status, code = record_status(row.status), row.error_code or 0
        if status == Status.FAILED and not ends:
            if then := again(claim, code, self._settings, self._clock()):
                self._report.leaves_again(claim, code, then.reason, row.sid)
                return self._ledger.leaves_again(claim, code, then, row.sid)
            if follows := after_failure(claim, code, self._settings.for_agent(claim.call.agent_id)):
                self._report.next_channel(claim, code, follows.channel, row.sid)
                return self._ledger.next_channel(claim, code, follows, row.sid)
        if not self._ledger.found(claim, status, row.sid, row.error_code, row.created_at):
            return False
        self._report.sent(status, claim.channel)
        self._report.about("message_found", claim.call, message_sid=row.sid, status=status)
        if status == Status.FAILED:
            self._report.undelivered(claim, code, row.sid)
        return True

    def _carry_out(self, claim: Record, what: Found | LookLater | Resend | Hold, now: float) -> None:
        match what:
            case Found(row):
                self.found(claim, row)
            case LookLater(due_at, reason):
                self._ledger.look_again(claim, due_at, reason)
            case Resend(reason):
                self._report.about("message_resend", claim.call, "warning")
                self._ledger.resend(claim, reason)
            case Hold(reason):
                if self._ledger.hold(claim, reason):
                    minutes = round((now - claim.claimed_at) / 60)
                    self._report.count("MessagesHeld")
                    self._report.about("message_held", claim.call, "error", minutes=minutes)
