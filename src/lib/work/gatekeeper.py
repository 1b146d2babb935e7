"""Asks the gate about a tick's due messages, with what the table knows of their people: read only when a rule asks."""

from collections.abc import Sequence

from ..core.admit import PLACE_SECONDS, Past, Places, admit, asks_the_past, has_rules, rules_of, was_answered
from ..core.case import Case
from ..core.decide import Decision, Send, due
from ..core.gate import counts_calls
from ..core.phone import person_of
from ..core.policy import Settings
from ..core.status import Reason
from ..errors import TableUnclear
from ..ledger.calls import Ledger
from ..ledger.places import KnownPlaces
from ..ports import Clock
from .report import Report


class Gatekeeper:
    """places: what is known of them; kept while the function is warm."""

    def __init__(self, ledger: Ledger, settings: Settings, places: KnownPlaces, clock: Clock, report: Report) -> None:
        self._ledger, self._settings, self._known = ledger, settings, places
        self._clock, self._report = clock, report

    def admitted(self, decided: Sequence[tuple[Case, Decision]]) -> list[tuple[Case, Decision]]:
        """The tick's decisions after the gate. What could not be asked about is left to the next tick."""
        if self._settings.daily_limit is None:
            self._known.limit = None
        if not has_rules(self._settings):
            return list(decided)
        cases = [case for case, decision in decided if due(decision)]
        try:
            pasts, free = self._pasts(cases), self._places(len(cases))
        except TableUnclear as failure:
            self._report.tolerated("gate_unread", "", str(failure))
            pasts, free = {}, Places()
            decided = [one for one in decided if not due(one[1])]
        admitted = admit(decided, pasts, free, self._settings, self._clock())
        for case, decision in admitted:
            if isinstance(decision, Send) and (person := person_of(case.call.phone)) in self._known.unplaced:
                self._known.unplaced[person] = int(self._clock()) + PLACE_SECONDS
        return admitted

    def counts_as_answered(self, case: Case, reason: str) -> bool:
        """Whether a call without a message counts as answered for the person's other calls.

        `contact_law` may count it, and a talk that `only_if` forbids answers earlier missed calls.
        """
        if reason == Reason.ONLY_IF:
            return True
        policy, call = self._settings.for_agent(case.call.agent_id), case.call
        is_answered = policy.contact_law is not None and was_answered(case, self._settings)
        return is_answered and counts_calls(call.phone, rules_of(policy, self._settings))

    def _pasts(self, cases: Sequence[Case]) -> dict[str, Past]:
        phones = {case.call.phone for case in cases if asks_the_past(case, self._settings)}
        return self._ledger.pasts(phones) if phones else {}

    def _places(self, wanted: int) -> Places:
        limit = self._settings.daily_limit
        if limit is None or not wanted:
            return Places()
        return self._ledger.places(self._known, limit, wanted)
