"""Nothing leaves when it must not: quiet hours, the law, one message a person, so many people; and the day adds up."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lib.core.day import day_of
from lib.core.outcome import FAILED_STATUSES
from lib.core.policy import Settings
from lib.core.record import parse_record
from lib.core.table import Item
from tests.simulation import allowed
from tests.simulation.checks.history import Claim, History, Rest, Sent
from tests.simulation.promises import Promise
from tests.simulation.situations import Situation

DAY_SECONDS = 24 * 3600
WEEK_SECONDS = 7 * DAY_SECONDS
HEARD_WITHIN_SECONDS = 2 * 3600  # of a message's failure: an old one is looked at once an hour
OPEN_REASONS = ("quiet_hours", "contact_law", "daily_limit")  # for which a call may wait


def rules(settings: Settings) -> dict[str, Any]:
    """The settings, plain."""
    quiet = settings.quiet_hours
    return {
        "quiet_hours": quiet and (quiet.start_minutes, quiet.end_minutes, quiet.timezone),
        "contact_law": settings.contact_law,
        "cooldown_hours": settings.cooldown_hours,
        "daily_limit": settings.daily_limit,
    }


def at_send(history: History, claim: Claim) -> None:
    """A run begins to send; how long the request is under way is in nobody's hands."""
    now, plain = history.clock(), rules(history.settings)
    if allowed.is_quiet(plain["quiet_hours"], now):
        history.violate(Promise.NOTHING_IN_QUIET_HOURS, f"{claim.call.key} was about to get a message")
    if allowed.is_forbidden(plain["contact_law"], now):
        history.violate(Promise.NOTHING_AGAINST_THE_LAW, f"{claim.call.key} was about to get a message")
    has_consent = any(value is True for value in history.settings.only_if.values())
    if plain["contact_law"] == "collection" and claim.kind == "follow_up" and not has_consent:
        history.violate(Promise.NOTHING_AGAINST_THE_LAW, f"{claim.call.key}: the person had answered that call")


def check(rest: Rest) -> None:
    _check_cooldown(rest)
    _check_limit(rest)
    _check_talks(rest)
    _check_day(rest)


def may_skip(rest: Rest, item: Item, ended_at: int) -> bool:
    """Whether a call that the gate kept from its message had to be kept from it."""
    settings, reason = rest.history.settings, str(item["reason"])
    skipped_at, latest = item["history"][-1]["at"], ended_at + settings.lookback_hours * 3600
    if reason == "cooldown":
        return settings.cooldown_hours > 0 and _was_claimed_near(rest, item, settings.cooldown_hours * 3600)
    if reason == "daily_limit":
        return settings.daily_limit is not None
    is_answered = settings.contact_law == "collection" and _was_answered(rest, item)
    if is_answered and reason == "contact_law":
        return True
    if settings.daily_limit is not None:
        return True  # its place came when nothing may leave
    return reason in OPEN_REASONS and allowed.was_closed_throughout(rules(settings), skipped_at, latest)


def sight(history: History, before: Item | None, after: Item) -> Situation | None:
    """What an item's write shows of the gate."""
    reason, was = str(after.get("reason", "")), str((before or {}).get("reason", ""))
    if after.get("status") == "waiting" and reason in OPEN_REASONS:
        if after.get("claim_id"):
            return Situation.RESEND_WAITED_FOR_THE_GATE
        quiet = history.settings.quiet_hours
        if reason == "quiet_hours" and quiet and _changes_clock(quiet.timezone, history.clock(), after["due_at"]):
            return Situation.CLOCK_CHANGED_IN_QUIET_HOURS
        return _WAITING[reason]
    if after.get("status") == "skipped" and reason in _SKIPPED:
        return _SKIPPED[reason]
    return Situation.LEFT_WHEN_THE_GATE_OPENED if after.get("status") == "claimed" and was in OPEN_REASONS else None


_WAITING = {
    "quiet_hours": Situation.WAITED_FOR_THE_END_OF_QUIET_HOURS,
    "contact_law": Situation.WAITED_FOR_THE_LAW,
    "daily_limit": Situation.WAITED_FOR_A_PLACE,
}
_SKIPPED = {
    "cooldown": Situation.COOLDOWN,
    "contact_law": Situation.FORBIDDEN_BY_LAW,
    "daily_limit": Situation.OVER_THE_LIMIT,
}


def _changes_clock(zone: str, since: float, until: float) -> bool:
    if zone == "recipient":
        return False
    offsets = {datetime.fromtimestamp(at, ZoneInfo(zone)).utcoffset() for at in (since, until)}
    return len(offsets) > 1


def _check_cooldown(rest: Rest) -> None:
    """A message that failed reached nobody."""
    history, seconds = rest.history, rest.history.settings.cooldown_hours * 3600
    earlier: dict[str, list[Sent]] = {}
    for later in sorted(history.sent, key=lambda sent: sent.claim.written_at) if seconds else ():
        before = earlier.setdefault(later.claim.call.phone, [])
        for one in before:
            is_near = later.claim.written_at - one.claim.written_at < seconds
            if is_near and one.attempt != later.attempt and one.message.error_code is None and later.at >= rest.since:
                what = f"{one.message.sid} and {later.message.sid} to one person"
                history.violate(Promise.COOLDOWN_HOLDS, what)
        before.append(later)


def _check_limit(rest: Rest) -> None:
    history, limit = rest.history, rest.history.settings.daily_limit
    if limit is None:
        return
    claims = [sent.claim for sent in history.sent]
    for last in claims:
        end = last.written_at
        people = {claim.call.phone for claim in claims if end - DAY_SECONDS < claim.written_at <= end}
        if len(people) > limit and end >= rest.since:
            history.violate(Promise.NOT_OVER_THE_LIMIT, f"{len(people)} people within a day, the limit is {limit}")


def _check_talks(rest: Rest) -> None:
    """After a talk about a debt no other channel in the same week: not for the person's missed calls either.

    Of a run that stalls it may be news; and a consent is looked for at each send.
    """
    history, settings = rest.history, rest.history.settings
    if settings.contact_law != "collection" or settings.only_if or history.options.stalls:
        return
    for sent in history.sent:
        claim = sent.claim
        for item in rest.calls.values() if sent.at >= rest.since else ():
            talk = history.world.conversations.get(str(item.get("conversation_id")))
            is_known = item.get("phone") == claim.call.phone and item["recorded_at"] < claim.written_at
            if talk is None or not is_known or talk.id == sent.attempt or not talk.user_message_count:
                continue
            if item["call_status"] == "completed" and talk.ended_at > claim.written_at - WEEK_SECONDS:
                what = f"{claim.call.key} got {sent.message.sid}, though {talk.id} was a talk"
                history.violate(Promise.NOTHING_AGAINST_THE_LAW, what)


def _check_day(rest: Rest) -> None:
    """The counters, against what truly became of each call: that every call has one record is checked elsewhere."""
    history, records = rest.history, [parse_record(item) for item in rest.calls.values()]
    noon = int(rest.now) - 60
    parts = [day_of(records, start, end) for start, end in ((0, noon), (noon, 2**40))]
    counted = {name: sum(getattr(day, name) for day in parts) for name in ("finished", "sent", "failed", "skipped")}
    twilios_now = rest.now + history.options.twilio_skew_seconds
    maybe_failed, surely_failed = (
        {sent.message.sid for sent in history.sent if sent.message.status(at) in FAILED_STATUSES}
        for at in (twilios_now, twilios_now - HEARD_WITHIN_SECONDS)
    )
    if any(rules(history.settings).values()):
        surely_failed = set()  # nobody looked while the story waited for a gate, and a day later nobody looks any more
    fewest, most = (len(rest.by_sid.keys() - failed) for failed in (maybe_failed, surely_failed))
    statuses = [str(item["status"]) for item in rest.calls.values() if item.get("reason") != "same_attempt"]
    true = {
        "finished": len(statuses),
        "sent": min(max(counted["sent"], fewest), most),
        "failed": statuses.count("failed"),
        "skipped": statuses.count("skipped"),
    }
    if counted != true:
        history.violate(Promise.COUNTERS_EQUAL_HISTORY, f"counted {counted}, truly {true}")


def _was_claimed_near(rest: Rest, item: Item, seconds: float) -> bool:
    """Or its message left near, or was heard of near: an owner may stall after its claim, and after its send."""
    since = item["history"][-1]["at"] - seconds - 60
    near = [claim.call for claim in rest.history.claims.values() if claim.claimed_at > since]
    near += [sent.claim.call for sent in rest.history.sent if sent.at > since]
    heard_of = any(
        other.get("phone") == item["phone"] and other["pk"] != item["pk"] and other.get("sent_at", 0) > since
        for other in rest.calls.values()
    )
    return heard_of or any(call.phone == item["phone"] and call.key != item["pk"] for call in near)


def _was_answered(rest: Rest, item: Item) -> bool:
    """That call, or another one to the phone within the week before."""
    statuses = rest.history.settings.statuses
    return any(
        statuses.get(str(other["call_status"])) == "follow_up"
        for other in rest.calls.values()
        if other.get("phone") == item["phone"]
    )
