"""Sees the situations of what the calls found out."""

from collections.abc import Callable, Mapping
from typing import Any

from lib.core.table import Item
from tests.simulation.checks.history import Claim, History
from tests.simulation.found import wishes
from tests.simulation.situations import Situation

S = Situation


def written(history: History, see: Callable[[S], None], values: Mapping[str, Any], was: Item, after: Item) -> None:
    """One item was written."""
    if after["pk"].startswith("#suppressed:") and after.get("by") == "call":
        see(S.WISH_HEARD)
    elif values.get("status") == "claimed" and was.get("reason") == "results":
        see(S.RESULTS_AWAITED)
    elif values.get("status") == "skipped" and after.get("reason") == "only_if":
        see(S.ONLY_IF_FORBADE)
    elif values.get("status") == "skipped" and after.get("reason") == "opted_out" and history.settings.opt_out_if:
        talk = history.world.conversations.get(after.get("conversation_id", ""))
        if talk is not None and not wishes(history.settings, talk):
            see(S.WISH_OF_ANOTHER_CALL)


def about_to_send(history: History, see: Callable[[S], None], claim: Claim) -> None:
    if history.settings.texts and claim.message.body:
        see(S.OWN_WORDS)


def killed_after(see: Callable[[S], None], what: str) -> None:
    """A run was killed right after an outside call."""
    if "#suppressed:" in what:
        see(S.KILLED_AFTER_WISH)
