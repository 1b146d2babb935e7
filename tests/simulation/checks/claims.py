"""Each message has its own claim, and goes to somebody who may be written to."""

from collections.abc import Mapping

from lib.core.message.compose import Message
from lib.core.phone import is_e164
from lib.core.policy import Settings
from lib.core.record import OWNER_GONE_SECONDS, is_live
from lib.core.table import Item
from tests.simulation.checks.history import READING_SECONDS, Claim, History
from tests.simulation.promises import Promise


def check(
    history: History, items: Mapping[str, Item], claim_id: str | None, to: str, message: Message, settings: Settings
) -> Claim | None:
    """At the instant of a send, by a run under these settings. Returns the claim that it goes out under."""
    claim = history.claims.get(claim_id or "")
    if claim is None or claim.is_used:
        history.violate(Promise.CLAIM_BEFORE_SEND, f"a message to {to} without a claim of its own")
        return None
    claim.is_used = True
    if (claim.to, claim.message) != (to, message):
        history.violate(Promise.CLAIM_BEFORE_SEND, f"a message to {to} that is not the one claimed")
    item = items.get(claim.call.key, {})
    stands = item.get("status"), item.get("claim_id")
    if stands != ("claimed", claim_id) and history.clock() < claim.claimed_at + OWNER_GONE_SECONDS:
        history.violate(Promise.CLAIM_BEFORE_SEND, f"a message to {to}, whose record is {stands[0]} under {stands[1]}")
    _check_whom(history, claim, settings)
    return claim


def check_claim(history: History, items: Mapping[str, Item], claim: Claim) -> None:
    """At the write of a claim: no attempt is claimed under two keys, with its conversation's id and without."""
    talk = history.attempt_of(claim.call)
    for other in history.claims.values():
        is_same_recipient = other.call.recipient_id == claim.call.recipient_id and other.call.key != claim.call.key
        if is_same_recipient and talk is history.attempt_of(other.call) and _stands(history, items, other):
            what = f"{claim.call.key} was claimed, though the same attempt was claimed as {other.call.key}"
            history.violate(Promise.ONE_MESSAGE, what)


def _stands(history: History, items: Mapping[str, Item], claim: Claim) -> bool:
    item = items.get(claim.call.key)
    return is_live(item, history.clock()) and (item or {}).get("claim_id") == claim.id


def _check_whom(history: History, claim: Claim, settings: Settings) -> None:
    problems = []
    if settings.paused or settings.dry_run:
        problems.append("a message by a run that was paused or rehearsing")
    if not is_e164(claim.call.phone):
        problems.append("a message to an invalid phone")
    talk = history.attempt_of(claim.call)
    if talk is not None:
        ended_at = int(talk.ended_at)
        if claim.claimed_at - ended_at > history.settings.lookback_hours * 3600 + READING_SECONDS:
            problems.append("too old")
        if ended_at < (history.settings.not_before or 0):
            problems.append("ended before not_before")
        if claim.written_at < ended_at:
            problems.append("written to before the call ended")
    for problem in problems:
        end = f"ended {talk.ended_at:.0f}, " if talk else ""
        who = f"{claim.call.key} ({end}claimed {claim.claimed_at})"
        history.violate(Promise.ONLY_WHOM_THE_SETTINGS_ALLOW, f"{problem}: {who}")
