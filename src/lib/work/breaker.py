"""Which senders and templates stand still: failures in a row begin it, a probe now and then tries, success ends it.

Every run reads it from the table before it sends; what stays warm is only how many failed in a row.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from ..core.breaker import SURVIVES_SECONDS, Failures, Suspension, gap_seconds, is_counted
from ..core.codes import About, code_of
from ..core.parameters import SENDER, TEMPLATES
from ..core.phone import mask
from ..core.record import Record
from ..core.streak import Route
from ..errors import TableUnclear
from ..ledger.suspensions import Suspensions
from ..ports import Clock
from .report import Report


def route_of(record: Record, code: int) -> Route:
    """What a code stops: the message's template, or all of its sender's."""
    row = code_of(code)
    is_templates = row.parameter == TEMPLATES or row.about is About.UNEXPLAINED
    return record.sender, record.message.content_sid if is_templates else ""


class Breaker:
    """One tick's. Safe for many threads.

    setup: what is configured, as a short text: a change of it is tried at once. to_mend: the parameter to fix, for the
    one that Twilio's code is about, and a route.
    """

    def __init__(
        self,
        suspensions: Suspensions,
        failures: Failures,
        setup: str,
        to_mend: Callable[[str, Route], str],
        lock: AbstractContextManager[Any],
        clock: Clock,
        report: Report,
    ) -> None:
        self._suspensions, self._failures, self._setup, self.to_mend = suspensions, failures, setup, to_mend
        self._lock, self._clock, self._report = lock, clock, report
        self._known: dict[tuple[str, Route], list[Suspension]] = {}  # what this tick read, by channel and route
        self._every: dict[tuple[str, Route], Suspension] = {}
        self._probed: list[Suspension] = []  # by this tick

    def look(self, *, tells: bool) -> None:
        """Reads what stands still, at the beginning of a tick. tells: each that is waited for is an error, in words."""
        try:
            every, problems = self._suspensions.every()
        except TableUnclear as failure:
            self._report.tolerated("suspensions_unread", "", str(failure))
            return
        for problem in problems:
            self._report.tolerated("item_unreadable", "", problem)
        self._every = {(one.channel, one.route): one for one in every}
        self._report.count("senders_suspended", len(every))
        for suspension in every if tells else ():
            if suspension.is_waited_for(self._clock()):
                self._report.tolerated("sender_suspended", "", self._why(suspension))

    # ── before a send ────────────────────────────────────────────────────────────────────────────────────────────

    def in_the_way(self, channel: str, route: Route) -> Suspension | None:
        """What forbids a message to leave by a route now; None when nothing does, or when this one is the probe.

        Raises TableUnclear: then nobody knows.
        """
        with self._lock:
            known = self._known.get((channel, route))
            if known is None:
                known = self._known[channel, route] = self._suspensions.of(channel, route)
            closed = [one for one in known if not one.may_probe(self._clock(), self._setup)]
            if closed:  # a probe is taken only where nothing else is in the way of its message
                return closed[0]
            return next((one for one in known if not self._takes_probe(one)), None)

    def _takes_probe(self, suspension: Suspension) -> bool:
        is_ours = self._suspensions.probe(suspension, self._setup)
        self._forget(suspension)  # whoever comes next sees that it was taken
        if is_ours:
            self._probed.append(suspension)
            self._report.count("probes")
            self._report.log.info("sender_probed", **_about(suspension), probe=suspension.probes + 1)
        return is_ours

    # ── what became of a message ─────────────────────────────────────────────────────────────────────────────────

    def failed(self, record: Record, code: int, route: Route | None = None, *, is_late: bool) -> bool:
        """Twilio refused a message, or failed it (`is_late`) after it was accepted. Whether its route stands still now.

        route: what stands still, where the code alone does not say; it is told then that there were enough in a row.
        """
        stops = route or route_of(record, code)
        if not is_counted(code) and route is None:
            return False
        with self._lock:
            is_enough = self._failures.failed(stops, code, record.pk, is_late=is_late) or route is not None
            if not is_enough:
                return False
            now = int(self._clock())
            suspension = Suspension(*stops, record.channel, code, now, now + gap_seconds(0, code), is_late, self._setup)
            try:
                is_new = self._suspensions.open(suspension)
            except TableUnclear as failure:
                self._report.tolerated("suspension_unwritten", "", str(failure))
                return False
            if is_new:
                self._forget(suspension)
                self._every[suspension.channel, suspension.route] = suspension
                self._report.tolerated("sender_suspended", "", self._why(suspension))
            return True

    def accepted(self, record: Record) -> None:
        """Twilio took a message: what it had refused at once works again."""
        with self._lock:
            self._failures.worked(record.route, is_late=False)
            for suspension in self._probed:
                if not suspension.is_late and suspension.is_of(record):
                    self._end(suspension)

    def arrived(self, record: Record) -> None:
        """A message arrived, or lives on where others had failed by now: what had failed late works again."""
        with self._lock:
            self._failures.worked(record.route, is_late=True)
            for suspension in list(self._every.values()):
                if suspension.is_of(record) and 0 < suspension.probed_at <= record.claimed_at:
                    self._end(suspension)

    def is_suspended(self, record: Record) -> bool:
        """Whether the message left as a probe, or by a run that had not heard yet."""
        return any(suspension.is_of(record) for suspension in (*self._probed, *self._every.values()))

    def lives_on(self, record: Record) -> None:
        """Twilio's list shows it, and it has not failed."""
        if self._every and self._clock() >= record.sent_at + SURVIVES_SECONDS:
            self.arrived(record)

    def _end(self, suspension: Suspension) -> None:
        try:
            is_ended = self._suspensions.end(suspension)
        except TableUnclear as failure:
            self._report.tolerated("suspension_unwritten", "", str(failure))
            return
        self._forget(suspension)
        self._every.pop((suspension.channel, suspension.route), None)
        if is_ended:
            self._report.log.warning("sender_resumed", **_about(suspension), since=suspension.since)

    def _forget(self, suspension: Suspension) -> None:
        for channel, route in list(self._known):
            if channel == suspension.channel and route[0] == suspension.sender:
                del self._known[channel, route]

    def _why(self, suspension: Suspension) -> str:
        row = code_of(suspension.code)
        about = row.parameter or (TEMPLATES if suspension.content_sid else SENDER)
        parameter = self.to_mend(about, suspension.route)
        when = "after it had accepted them" if suspension.is_late else "at once"
        return (
            f"{parameter}: Twilio failed several messages in a row {when} (code {row.number}, {row.meaning}): what "
            f"{mask(suspension.sender)} sends waits; a probe leaves now and then, and all of it when one succeeds "
            f"({row.page})"
        )


def _about(suspension: Suspension) -> dict[str, Any]:
    return {"sender": mask(suspension.sender), "channel": suspension.channel, "code": suspension.code}
