"""Limit and cooldown rest on the claims alone: they hold though every run works at once, as if there were no lease."""

from typing import Any

import pytest

from tests.simulation.mutants.gate import AT_ONCE, without_lease
from tests.simulation.story import Story

SEED, STORIES = 1, 60
CALM: dict[str, Any] = {**AT_ONCE, "batches": 4, "contact_law": "none", "quiet_minutes": 0}


@pytest.mark.parametrize("rule", [{"daily_limit": 1, "people": 8}, {"cooldown_hours": 24.0, "people": 1}])
def test_no_promise_rests_on_the_lease(rule: dict[str, Any]) -> None:
    with without_lease():
        results = [Story(SEED, number, CALM | rule).tell() for number in range(STORIES)]
    assert [(one.number, *broken) for one in results for broken in one.violations] == []
