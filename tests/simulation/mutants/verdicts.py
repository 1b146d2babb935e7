"""Mutants of what a person decides."""

from collections.abc import Iterator
from typing import Any

from lib.core.case import Case
from lib.core.decide import Decision, decide
from lib.core.record import Record
from lib.ledger.suppressed import Suppressed
from lib.work.verdict import Verdicts
from tests.simulation.mutants.sabotage import patched, sabotage


@sabotage(seen_by_referee=False, people_decide=True, cooldown_hours=24.0, people=1, late_failures=0.5, batches=4)
def _a_persons_resend_that_the_rules_forbid() -> Iterator[None]:
    def foreseen(self: Any, record: Record) -> Decision:
        return decide(Case(record.call, record), self._settings, self._now)

    with patched((Verdicts, "_foreseen", foreseen)):
        yield


@sabotage(seen_by_referee=False, people_decide=True, asks="opt_out_if", people=1, create_faults=1.0, batches=4)
def _a_persons_resend_to_who_opted_out() -> Iterator[None]:
    with patched((Suppressed, "find", lambda self, phone: None)):
        yield
