"""While a sender stands still nothing leaves from it but probes, each claimed before it."""

from collections.abc import Mapping

from lib.core.record import is_live
from lib.core.table import Item
from tests.simulation.checks.history import History
from tests.simulation.promises import Promise

PREFIX = "#suspended:"


def check_claim(history: History, items: Mapping[str, Item], claim_id: str, process: str) -> None:
    """At the write of a claim: a run that began after its sender was suspended must have taken a probe for it."""
    claim = history.claims[claim_id]
    for pk, item in in_force(items, history.clock()).items():
        is_its = item["sender"] == claim.sender and item["content_sid"] in ("", claim.message.content_sid)
        if not is_its or history.began[process] <= item["since"] + 1:
            continue
        probes = history.probing.setdefault((pk, item["since"]), [])
        probes.append(claim_id)
        if len(probes) > item["probes"]:
            what = (
                f"{claim.call.key} was claimed while {pk} stood still, {len(probes)} claims on {item['probes']} probes"
            )
            history.violate(Promise.ONLY_PROBES, what)


def in_force(items: Mapping[str, Item], now: float) -> dict[str, Item]:
    return {pk: item for pk, item in items.items() if pk.startswith(PREFIX) and is_live(item, now)}
