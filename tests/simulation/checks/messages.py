"""At most one message for each call, and each message in the record of its own call."""

import json
import math
from itertools import combinations, pairwise

from lib.core.matching import CLOCK_SKEW_SECONDS
from lib.core.message.compose import Message
from lib.core.table import Item
from tests.simulation.checks.history import History, Rest, Sent, channel_of, sids_of, was_allowed
from tests.simulation.promises import Promise


def check_let_go(history: History, before: Item, after: Item) -> None:
    """At the write that lets a call be sent once more."""
    if after["reason"] == "resent_by_a_person":
        held_at = history.held.get(before["claim_id"], math.inf)
        looks = history.looks.get(before["claim_id"], [])
        is_looked = before.get("channel") == "email" or any(look.was_read and look.at >= held_at for look in looks)
        surely_failed = before["status"] == "failed" and (
            before.get("message_sid") or before.get("reason") == "refused"
        )
        may = bool(surely_failed) or (before["status"] == "held" and is_looked)  # SES has no list to look in
    else:
        is_over = history.clock() >= before["claimed_at"] + history.settings.settle_minutes * 60 - 1
        may = (
            before.get("channel") != "email"
            and history.settings.unclear == "resend"
            and after["resends"] == 1
            and is_over
        )
    if not may:
        what = f"{after['pk']} let go again ({after['reason']}), for the {after['resends']}. time"
        history.violate(Promise.ONE_MESSAGE, what)


def check(rest: Rest) -> int:
    """Returns how many messages were sent again as `unclear: resend`, or a person, permits."""
    _check_settled(rest)
    _check_missed(rest)
    by_attempt: dict[tuple[str, str], list[Sent]] = {}
    for sent in rest.history.sent:
        by_attempt.setdefault((sent.attempt, channel_of(sent.claim.to)), []).append(sent)
    allowed = 0
    for (attempt, _), several in by_attempt.items():
        for earlier, later in pairwise(several):
            if later.at < rest.since or _is_anothers(rest, earlier) or _is_anothers(rest, later):
                continue
            if _had_surely_failed(rest, earlier, later):
                continue
            if was_allowed(rest.history, earlier) or was_allowed(rest.history, later):
                allowed += 1
            else:
                what = f"{attempt} got {earlier.message.sid} and {later.message.sid}"
                rest.history.violate(Promise.ONE_MESSAGE, what)
    return allowed


def _check_settled(rest: Rest) -> None:
    """A record of the message's own address and words has its SID, one to one; or its call is held."""
    history = rest.history
    sent_by_sid = {sent.message.sid: sent for sent in history.sent}
    for sid, item in rest.by_sid.items():
        sent = sent_by_sid.get(sid)
        claims = [claim for claim in history.claims.values() if claim.call.key == item["pk"]]
        fits = sent and any(
            (claim.to, *_shown(claim.message)) == (sent.claim.to, *_shown(sent.claim.message))
            and claim.written_at <= sent.at + CLOCK_SKEW_SECONDS
            for claim in claims
        )
        # A template knows its variables only: it may take what a resend left over, and another call that one's.
        if not fits and not (sent and item.get("content_sid") and _is_one_too_many(rest, sent.claim.to)):
            history.violate(Promise.RECORD_FOR_EVERY_CALL, f"{item['pk']} has the SID of another message ({sid})")
    for sent in history.sent:
        item = rest.calls.get(sent.claim.call.key, {})
        if not item or item["recorded_at"] > sent.at:
            continue  # the record it had has expired since
        is_let_be = item["status"] == "held" or item.get("reason") == "released_by_a_person"
        settled = channel_of(sent.claim.to) in sids_of(item).values() or is_let_be or _is_anothers(rest, sent)
        if not settled and sent.surely_failed_at() is None and not was_allowed(rest.history, sent):
            what = f"{item['pk']} is {item['status']} ({item.get('reason')}), yet {sent.message.sid} left"
            history.violate(Promise.RECORD_FOR_EVERY_CALL, what)


def _shown(message: Message) -> tuple[str, ...]:
    """What Twilio's list can tell it by: these templates have no place for the shop's own variables."""
    variables = json.loads(message.content_variables or "{}")
    return message.body, message.content_sid, variables.get("1", ""), variables.get("2", "")


def _check_missed(rest: Rest) -> None:
    """A message that failed later, that nobody could know of, or whose call a person let rest, stands for no other."""
    settings = rest.history.settings
    window_seconds = settings.missed_wait_minutes * 60
    missed = [
        sent
        for sent in rest.history.sent
        if sent.at >= rest.since
        and settings.statuses.get(sent.claim.call.status) == "missed"
        and sent.message.error_code is None
        and not was_allowed(rest.history, sent)
        and rest.calls.get(sent.claim.call.key, {}).get("reason") != "released_by_a_person"
    ]
    for earlier, later in combinations(missed if window_seconds else (), 2):
        one, other = earlier.claim.call, later.claim.call
        are_two = one.phone == other.phone and one.key != other.key and earlier.attempt != later.attempt
        talks = rest.history.world.conversations
        apart_as_told = abs(one.ended_at - other.ended_at)
        apart_in_truth = abs(talks[earlier.attempt].ended_at - talks[later.attempt].ended_at)
        is_dated = not (one.undated or other.undated)
        if are_two and is_dated and max(apart_as_told, apart_in_truth) <= window_seconds:
            what = f"{one.key} got {earlier.message.sid}, and {other.key} {later.message.sid}"
            rest.history.violate(Promise.ONE_MISSED_MESSAGE, what)


def _is_anothers(rest: Rest, sent: Sent) -> bool:
    """Calls of one phone and the same words may have settled on each other's message: still one each."""
    return str(rest.by_sid.get(sent.message.sid, {}).get("pk", sent.claim.call.key)) != sent.claim.call.key


def _had_surely_failed(rest: Rest, earlier: Sent, later: Sent) -> bool:
    """Whether Twilio had failed the first one, so that nobody got it, before the second was claimed."""
    failed_at = earlier.surely_failed_at()
    skew_seconds = rest.history.options.twilio_skew_seconds
    return failed_at is not None and failed_at - skew_seconds <= later.claim.written_at + 1


def _is_one_too_many(rest: Rest, to: str) -> bool:
    """Whether a resend permits one message more to this address: each call may then have been given the next one's."""
    return any(was_allowed(rest.history, sent) for sent in rest.history.sent if sent.claim.to == to)
