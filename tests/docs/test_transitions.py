"""The record's transitions in the docs are those of the code."""

from lib.core.status import Status
from lib.ledger.transitions import TRANSITIONS
from tests.docs.repository import ROOT
from tests.docs.transitions import diagram, table

ARCHITECTURE = ROOT / "docs" / "architecture.md"


def test_the_architectures_diagram_and_table_are_the_codes() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    for part in (diagram(), table()):
        assert part in text, f"put this into docs/architecture.md, in the place of what it has:\n\n{part}"


def test_every_status_is_reached_and_what_is_final_is_left_by_nobody() -> None:
    assert {status for rule in TRANSITIONS.values() for status in rule.after} == set(Status)
    left = {status for rule in TRANSITIONS.values() for status in rule.before}
    assert left == set(Status) - {Status.READ, Status.SKIPPED}
