"""The demo says why somebody has no message yet."""

import pytest

from local.demo.ending import Record, why_not_yet
from local.demo.words import ENGLISH, SPANISH


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (None, "just ended"),
        ({"status": "claimed"}, "being written to"),
        ({"status": "waiting", "reason": "summary"}, "summary, 2 min"),
        ({"status": "waiting", "reason": "missed_wait"}, "called again"),
        ({"status": "waiting", "reason": "not_processed"}, "waits (not_processed)"),
        ({"status": "failed", "reason": "refused"}, "failed (refused)"),
        ({"status": "held", "reason": "unclear_not_listed"}, "held (unclear_not_listed)"),
    ],
)
def test_each_person_without_a_message_is_accounted_for(record: Record | None, says: str) -> None:
    assert says in why_not_yet(record, ENGLISH)
    assert "{" not in why_not_yet(record, SPANISH)
