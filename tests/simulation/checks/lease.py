"""The lease: one run works at a time."""

from lib.core.table import Item
from tests.simulation.checks.history import History
from tests.simulation.promises import Promise


def check(history: History, before: Item | None, after: Item) -> None:
    """At a write of the lease."""
    if before and before["owner"] != after["owner"] and before["expires_at"] > history.clock():
        history.violate(Promise.LEASE, f"{after['owner']} took the lease of {before['owner']} before its end")
