"""Nobody is told that they could not be reached after a later call had reached them."""

from collections.abc import Mapping

from lib.core.record import parse_record
from lib.core.table import Item
from tests.simulation.checks.history import READING_SECONDS, Claim, History
from tests.simulation.promises import Promise

HAS_MESSAGE = ("sent", "delivered", "read")


def check_claim(history: History, items: Mapping[str, Item], claim: Claim) -> None:
    """At the write of a claim."""
    if history.settings.statuses.get(claim.call.status) != "missed" or claim.kind != "missed" or claim.call.undated:
        return
    known_at = claim.claimed_at - READING_SECONDS
    for pk, item in items.items():
        if pk[0] == "#" or pk == claim.call.key or item.get("phone") != claim.call.phone or item.get("undated"):
            continue
        if _had_reached(item) <= known_at and _ended_later(history, item, claim):
            what = f"{claim.call.key} was claimed as missed, and {pk} had reached the person"
            history.violate(Promise.REACHED_IS_NOT_MISSED, what)


def _had_reached(item: Item) -> float:
    """When it was written that the call had reached the person; never, if it was not."""
    is_follow_up = item.get("kind") == "follow_up" and item["status"] in HAS_MESSAGE
    if is_follow_up or (item["status"] == "skipped" and item.get("reason") == "only_if"):
        return float(item.get("sent_at") or item["history"][-1]["at"])
    return float("inf")


def _ended_later(history: History, item: Item, claim: Claim) -> bool:
    """As both lists tell it, and in truth."""
    other = parse_record(item)
    talks = history.attempt_of(other.call), history.attempt_of(claim.call)
    is_later = other.ended_at >= claim.call.ended_at and other.call.ended_at >= claim.call.ended_at
    return is_later and all(talks) and talks[0].ended_at >= talks[1].ended_at  # type: ignore[union-attr]
