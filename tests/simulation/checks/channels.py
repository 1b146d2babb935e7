"""A further channel begins only after the one before has failed for good; and then it does begin."""

from collections.abc import Mapping
from typing import Any

from lib.core.codes import About, code_of
from lib.core.outcome import FAILED_STATUSES
from lib.core.record import parse_record
from lib.core.table import Item
from tests.simulation.checks.history import Claim, History, Rest, Sent, channel_of
from tests.simulation.promises import Promise
from tests.simulation.situations import Situation

FAILURES = ("refused", "failed_after_acceptance")
NOT_FOR_GOOD = (About.ACCOUNT, About.PARAMETER, About.UNCLEAR)


def check(history: History, items: Mapping[str, Item], claim: Claim) -> None:
    """At the instant of a send: what this call sent on other channels has failed, all of it, and for good."""
    key, channel = claim.call.key, channel_of(claim.to)
    if items[key].get("claim_id") != claim.id:
        return  # its owner stalled, and another call's message of the same words settled its claim meanwhile: they swap
    since = items[key]["recorded_at"]  # what was before has expired
    claims = [one for one in history.claims.values() if one.call.key == key and one.written_at >= since]
    earlier = [one for one in claims if channel_of(one.to) != channel]
    for other in {channel_of(one.to) for one in earlier}:
        sent = [one for one in history.sent if one.claim in earlier and channel_of(one.claim.to) == other]
        for one in sent:
            if not _has_failed(history, one) and not _is_named_by_another(items, key, one.message.sid):
                _violate(history, f"{key} is written to by {channel}, and {one.message.sid} by {other} has not failed")
        ids = {one.id for one in earlier if channel_of(one.to) == other}
        codes = [code for claim_id, code in history.refused if claim_id in ids]
        codes += [event.get("code", 0) for event in items[key].get("history", ()) if _is_failure(event, other)]
        if not any(code_of(code).about not in NOT_FOR_GOOD for code in codes):
            _violate(history, f"{key} is written to by {channel}, and {other} did not fail for good")


def check_rest(rest: Rest) -> None:
    """A call that failed has no channel left."""
    for item in rest.calls.values():
        if item["status"] != "failed" or item.get("reason") not in FAILURES or item.get("resends"):
            continue
        record, row = parse_record(item), code_of(item.get("error_code", 0))
        if row.about in NOT_FOR_GOOD or row.is_opt_out:
            continue
        talk = rest.history.attempt_of(record.call)
        reachable = {"email"} if talk and talk.dynamic_variables.get("email") else set()
        reachable |= set() if row.about is About.PERSON else {"whatsapp", "sms"}
        left = [
            one
            for one in rest.history.settings.channels
            if one in reachable - {record.channel, *record.failed_channels}
        ]
        if left:
            _violate(rest.history, f"{item['pk']} failed by {record.channel}, and {left[0]} was not tried")


def met(was: Item, after: Item) -> set[Situation]:
    """What a write shows."""
    told, before = after.get("history", ()), str(after.get("failed_on", "")).split()
    if after.get("reason") == "next_channel":
        if was.get("reason") == "next_channel":
            return set()
        seen = {Situation.NEXT_AFTER_SENT if was.get("status") == "sent" else Situation.NEXT_AFTER_REFUSED}
        return seen | (
            {Situation.CHANNEL_PASSED_OVER} if any(one["event"] == "no_email" for one in told[-3:]) else set()
        )
    if after.get("status") == "held" and after.get("channel") == "email":
        return {Situation.EMAIL_HELD}
    if not before or was.get("status") == after.get("status"):
        return set()
    if after.get("status") == "failed":
        return {Situation.NO_CHANNEL_LEFT}
    if after.get("status") != "sent":
        return set()
    if after["channel"] == "email":
        return {Situation.EMAIL_AFTER_FAILURE}
    return {Situation.SMS_AFTER_WHATSAPP} if after["channel"] == "sms" and "whatsapp" in before else set()


def cut(kind: str, fate: str, what: str) -> Situation | None:
    """Which step of a fallback a kill struck. what: as the log names the outside call."""
    if not fate.startswith("kill"):
        return None
    if kind == "outcome" and "next_channel" in what:
        return Situation.FALLBACK_CUT_BEFORE if fate == "kill_before" else Situation.FALLBACK_CUT_AFTER
    return Situation.FALLBACK_CUT_AT_CLAIM if kind == "claim" and what.endswith((" sms", " email")) else None


def _violate(history: History, what: str) -> None:
    history.violate(Promise.NEXT_CHANNEL_AFTER_FAILURE, what)


def _has_failed(history: History, sent: Sent) -> bool:
    return sent.message.status(history.clock() + history.options.twilio_skew_seconds) in FAILED_STATUSES


def _is_failure(event: Mapping[str, Any], channel: str) -> bool:
    return bool(event["event"] in FAILURES and event.get("channel") == channel)


def _is_named_by_another(items: Mapping[str, Item], key: str, sid: str) -> bool:
    """Calls of one phone and the same words may have settled on each other's message."""
    return bool(items.get(f"#sid:{sid}", {}).get("call", key) != key)
