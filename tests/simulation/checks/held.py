"""A call is held after its time is up and after a look, and never when the list showed its message."""

from lib.core.record import OWNER_GONE_SECONDS
from lib.core.table import Item
from tests.simulation.checks.history import Rest, Sent
from tests.simulation.promises import Promise


def check(rest: Rest) -> None:
    for item in rest.calls.values():
        if item["status"] == "held" and item.get("channel") != "email":  # SES has no list to look in
            for problem in _problems(rest, item):
                rest.history.violate(Promise.HELD_WITH_REASON_AND_LOOK, f"{item['pk']} held {problem}")


def _problems(rest: Rest, item: Item) -> list[str]:
    claim_id, history = item["claim_id"], rest.history
    settle_seconds = history.settings.settle_minutes * 60
    held_at = history.held[claim_id]
    looks = [look for look in history.looks.get(claim_id, []) if look.at <= held_at]
    problems = []
    if held_at < item["claimed_at"] + max(settle_seconds, OWNER_GONE_SECONDS) - 1:
        problems.append("before its time")
    if not looks or (item["reason"] == "unclear_unread" and looks[-1].was_read):
        problems.append("without a look, or as unread after a list that was read")
    for sent in history.sent:
        if sent.claim.id != claim_id or sent.message.sid in rest.by_sid:
            continue
        if item["reason"] == "unclear_contested" and _has_failed_one(rest, sent):
            continue  # it may be this call's or another's of the same words, and then ours may still arrive
        listed_at = sent.message.listed_at - history.options.twilio_skew_seconds
        in_time = listed_at <= item["claimed_at"] + settle_seconds and sent.at < held_at
        if in_time and looks and looks[-1].was_read and looks[-1].at > listed_at:
            problems.append(f"though the list showed {sent.message.sid}")
    return problems


def _has_failed_one(rest: Rest, sent: Sent) -> bool:
    """Whether a message with the same words, to the same phone, has failed and is in nobody's record."""
    return any(
        (one.message.to, one.message.body) == (sent.message.to, sent.message.body)
        for one in rest.history.sent
        if one.message.error_code is not None and one.message.sid not in rest.by_sid
    )
