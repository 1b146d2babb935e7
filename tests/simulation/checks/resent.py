"""What a person resends may leave: who is on the suppression list, or shut out for good by a rule, is refused."""

from collections.abc import Mapping

from lib.core import keys
from lib.core.policy import Settings
from lib.core.record import is_live, parse_record
from lib.core.table import Item
from tests.simulation import allowed
from tests.simulation.checks.gate import rules
from tests.simulation.checks.history import READING_SECONDS, History
from tests.simulation.faults.plan import LONGEST_STALL_SECONDS
from tests.simulation.promises import Promise


def check(history: History, items: Mapping[str, Item], before: Item, call: Item) -> None:
    """At the write that lets a call go once more, for a person said so."""
    if before["status"] == "failed":
        history.resent_failed |= {before.get("message_sid", "")} - {""}
    settings, began_at = history.settings, history.clock() - READING_SECONDS - _stalled_seconds(history)
    latest = parse_record(call).ended_at + settings.lookback_hours * 3600
    if began_at > latest:
        _violate(history, call, "it is too old")
    if _was_suppressed(history, items, call["phone"], began_at):
        _violate(history, call, "its person is on the suppression list")
    if allowed.was_closed_throughout(rules(settings), began_at, latest):
        _violate(history, call, "nothing may leave as long as it is of interest")
    if settings.cooldown_hours and _is_within_cooldown(history, settings, call, began_at):
        _violate(history, call, "another message went to its person within the cooldown")


def _stalled_seconds(history: History) -> float:
    """How long a person's word may have stood still, once it had read what it goes by."""
    return LONGEST_STALL_SECONDS if history.options.stalls else 0


def _was_suppressed(history: History, items: Mapping[str, Item], phone: str, at: float) -> bool:
    secret = items.get(keys.SUPPRESSION_KEY)
    pk = keys.of_suppressed(str(secret["secret"]), phone) if secret else ""
    return is_live(items.get(pk), history.clock()) and history.suppressed[pk] < at


def _is_within_cooldown(history: History, settings: Settings, call: Item, began_at: float) -> bool:
    """Of two that went out at nearly the same time, either may not have known of the other."""
    since = history.clock() - settings.cooldown_hours * 3600 + READING_SECONDS
    return any(
        sent.claim.call.phone == call["phone"]
        and sent.claim.call.key != call["pk"]
        and since < sent.claim.claimed_at
        and sent.at < began_at
        and sent.message.error_code is None
        for sent in history.sent
    )


def _violate(history: History, call: Item, why: str) -> None:
    history.violate(Promise.A_RESEND_MAY_LEAVE, f"{call['pk']} was let go for a person, and {why}")
