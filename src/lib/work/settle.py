"""Settling an unclear claim: ask Twilio's list, with growing gaps, until it shows the message or time is up."""

from collections.abc import Callable

from lib.config.settings import Settings
from lib.core.matching import LookupFailed, Row, earliest_creation, find, next_look_at
from lib.core.outcome import record_status
from lib.core.record import Record
from lib.core.table import StoreFailed
from lib.ledger.calls import Ledger
from lib.work.report import Report
from lib.work.send import Twilio

RESENDS_AT_MOST = 1


class LookUp:
    """Settles claims one by one. Raises ConfigurationError when Twilio refuses the account."""

    def __init__(
        self, ledger: Ledger, twilio: Twilio, settings: Settings, clock: Callable[[], float], report: Report
    ) -> None:
        self._ledger, self._twilio, self._settings = ledger, twilio, settings
        self._clock, self._report = clock, report

    def settle(self, claim: Record) -> str:
        """One look. Returns what became of the claim: `found`, `held`, `resend`, `looking`, or `moved` by another."""
        now = self._clock()  # before the look: the last one must come after the time is up
        try:
            return self._settle(claim, self._look(claim), now)
        except StoreFailed as failure:
            self._report.swallow("look_up_unwritten", claim.call.batch_id, str(failure))
            return "looking"

    def last_look(self, held: Record) -> str:
        """Before a person's word lets a held call go out again: `found`, `not_listed`, or why nothing can be said."""
        seen = self._look(held)
        return self._found(held, seen) if isinstance(seen, Row) else seen or "not_listed"

    def _look(self, claim: Record) -> Row | str | None:
        """The list first, the phone's records after: what the list shows was claimed before, so the records know it."""
        try:
            rows = self._twilio.recent(claim.to, claim.sender, earliest_creation(claim))
        except LookupFailed as failure:
            self._report.swallow("look_up_failed", claim.call.batch_id, str(failure))
            return "unread"
        return find(claim, rows, self._ledger.of_phone(claim.call.phone), self._clock())

    def _settle(self, claim: Record, seen: Row | str | None, now: float) -> str:
        if isinstance(seen, Row):
            return self._found(claim, seen)
        settle_seconds = self._settings.settle_minutes * 60
        # A list that cannot be read says nothing: as long again is given to it before a person is asked.
        patience = settle_seconds if seen is None else 2 * settle_seconds
        if now < claim.claimed_at + patience or claim.is_in_flight(now):
            due_at = next_look_at(claim, now, settle_seconds)
            return "looking" if self._ledger.look_again(claim, due_at, f"unclear_{seen or 'not_listed'}") else "moved"
        if self._settings.unclear == "resend" and claim.resends < RESENDS_AT_MOST and seen is None:
            self._report.call("message_resend", claim.call, "warning")
            return "resend" if self._ledger.resend(claim, "not_found_resend") else "moved"
        if not self._ledger.hold(claim, f"unclear_{seen or 'not_listed'}"):
            return "moved"
        self._report.count("MessagesHeld")
        self._report.call("message_held", claim.call, "error", minutes=round((now - claim.claimed_at) / 60))
        return "held"

    def _found(self, claim: Record, row: Row) -> str:
        status = record_status(row.status)
        if not self._ledger.found(claim, status, row.sid, row.error_code):
            return "moved"
        self._report.sent(status)
        self._report.call("message_found", claim.call, message_sid=row.sid, status=status)
        return "found"
