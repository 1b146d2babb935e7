"""Sees the situations of windows, of failures that pass, and of senders that stand still."""

from collections.abc import Callable, Mapping
from typing import Any

from lib.core.again import GAPS_SECONDS
from lib.core.table import Change, Item
from tests.simulation.checks.again import DAY_SECONDS, LEAST_MARGIN_SECONDS
from tests.simulation.checks.history import Claim, History
from tests.simulation.checks.suspended import PREFIX
from tests.simulation.situations import Situation

S = Situation
OF_CLAIM = {"window_closed": S.TEMPLATE_ANSWERS, "failed_for_now": S.AGAIN_AFTER_FAILURE}


def written(history: History, see: Callable[[S], None], values: Mapping[str, Any], was: Item, after: Item) -> None:
    """One item was written."""
    if after["pk"].startswith(PREFIX):
        _suspension(history, see, values, was, after)
    elif values.get("status") == "claimed" and was.get("reason") in OF_CLAIM:
        see(OF_CLAIM[was["reason"]])
    elif values.get("reason") == "next_channel" and was.get("reason") == "window_closed":
        see(S.NEXT_INSTEAD)
    elif after.get("reason") in ("sender_suspended", "template_suspended") and "due_at" in values:
        see(S.PUT_OFF)
    elif values.get("reason") == "failed_after_acceptance" and after.get("failures", 0) >= len(GAPS_SECONDS):
        see(S.FAILED_TOO_OFTEN)


def _suspension(history: History, see: Callable[[S], None], values: Mapping[str, Any], was: Item, after: Item) -> None:
    if "probed_at" in values and "since" not in values:
        if was["probes"]:
            see(S.PROBE_FAILED)
    elif "since" in values:
        see(S.SUSPENDED_LATE if after["is_late"] else S.SUSPENDED)
        if sum(sent.at > history.clock() - 30 for sent in history.sent) > 1 and after["is_late"]:
            see(S.SUSPENDED_IN_BURST)
    else:
        see(S.RESUMED)


def refused(see: Callable[[S], None], failed: Change) -> None:
    """Nothing was written: a condition of `failed` did not hold."""
    if failed.pk.startswith(PREFIX) and "probed_at" in getattr(failed, "set", {}):
        see(S.PROBE_LOST)


def about_to_send(history: History, see: Callable[[S], None], claim: Claim) -> None:
    if claim.message.content_sid or not history.settings.content_sids.get(claim.kind, {}).get("es"):
        return
    see(S.IN_OPEN_WINDOW)
    skew = history.options.twilio_skew_seconds
    wrote_at = max((at - skew for at in history.twilio.wrote_at(claim.sender, claim.to)), default=0)
    if history.clock() > wrote_at + DAY_SECONDS - LEAST_MARGIN_SECONDS:
        see(S.WINDOW_CLOSED_MEANWHILE)


def killed_after(see: Callable[[S], None], what: str) -> None:
    """A run was killed right after an outside call."""
    if "waiting window_closed" in what:
        see(S.KILLED_BEFORE_TEMPLATE)
