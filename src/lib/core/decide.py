"""What a finished call is due, from all that is known of it, the settings and the clock. Pure.

Age, not memory, forbids the oldest calls: the table forgets after seven days, and `lookback_hours` is always shorter.
"""

from .call import Call, Conversation
from .case import Case
from .fallback import channel_of, why_none
from .finished import IN_FLIGHT
from .frozen import frozen
from .gate import Rule, Terms
from .phone import is_e164
from .policy import DEFAULT_STATUSES, LAST_CHANCE_SECONDS, Policy, Settings
from .record import TTL_SECONDS
from .results import any_holds, are_open, asked_for, ruling
from .status import Reason

UNDATED_SECONDS = 3600  # so long a conversation without a time of its own is asked for again
CONVERSATION_STATUSES = frozenset({"not_found", "initiated", "in-progress", "processing", "done", "failed"})
BY_THE_CALL = (Reason.OPTED_OUT, Reason.ONLY_IF)  # what the call itself found out forbids a message


@frozen
class Send:
    """A message of this kind is due now. by_status: only its status says `missed`, so another call may replace it.

    terms: those on which the gate let it through (`admit`); None while it was not asked, and where no rule is set.
    """

    kind: str
    summary: str = ""
    by_status: bool = False
    terms: Terms | None = None


@frozen
class Wait:
    """Nothing is due yet; it is recorded, and looked at again each tick, until (epoch seconds) its wait is over."""

    reason: str
    until: float


@frozen
class Defer:
    """The gate is closed to a message of this kind that is due: it waits for an instant (epoch seconds). reason: the
    setting."""

    reason: str
    until: float
    rule: Rule
    kind: str


@frozen
class Skip:
    """No message, recorded with its reason; where the gate said no, with its rule."""

    reason: str
    rule: Rule | None = None


@frozen
class GiveUp:
    """No message for a call whose sends were tried and never processed, or refused with the account: it failed."""

    reason: str


@frozen
class Ignore:
    """No message, and no record either: too old for anyone to ask, or told to look away."""

    reason: str


@frozen
class LookAgain:
    """Nothing is written: what is known does not say yet what the call is due."""

    reason: str


@frozen
class Rehearse:
    """A dry run's answer: what would happen. Nothing is written and nothing leaves."""

    would: Send | Wait | Defer | Skip | GiveUp


Decision = Send | Wait | Defer | Skip | GiveUp | Ignore | LookAgain | Rehearse


def meant(decision: Decision) -> Decision:
    """What would happen, in a rehearsal too."""
    return decision.would if isinstance(decision, Rehearse) else decision


def due(decision: Decision) -> Send | None:
    """The message that would leave now, in a rehearsal too."""
    what = meant(decision)
    return what if isinstance(what, Send) else None


def decide(case: Case, settings: Settings, now: float) -> Decision:
    """What to do about a finished call now."""
    decision = _of_attempt(case, settings, now)
    policy = settings.for_agent(case.call.agent_id)
    if isinstance(decision, Send) and not channel_of(case.call, case.record, policy):
        decision = Skip(why_none(case.call, policy))
    if case.record is not None and isinstance(decision, Skip | Ignore) and decision.reason not in BY_THE_CALL:
        # Tried and never processed, or kept back by a refusal (its code stands there), is not the same as not tried.
        was_refused = case.record.attempts or case.record.error_code
        decision = GiveUp(decision.reason) if was_refused else Skip(decision.reason)
    if settings.dry_run:
        return Rehearse(decision) if isinstance(decision, Send | Wait | Skip | GiveUp) else LookAgain("dry_run")
    return LookAgain("paused") if settings.paused else decision


def asks_for_results(talk: Conversation, call: Call, settings: Settings, now: float) -> bool:
    """Whether the conversation itself has to be asked for what the call found out, which its list row left out.

    Once its analysis is there, or its summary is no longer waited for. Of a call that was missed only whether the
    person asked to be left alone: they may have said so before the line went dead.
    """
    policy, age_seconds = settings.for_agent(call.agent_id), now - (talk.ended_at or call.ended_at)
    status = policy.statuses.get(call.status, "wait")
    is_reached = status in ("follow_up", "wait") and talk.person_spoke is not False
    has_no_say = status == "skip" and not policy.says_reached(call.status)
    wanted = asked_for(policy) if is_reached else () if has_no_say else policy.opt_out_if
    is_analysed = talk.summary is not None or age_seconds >= settings.summary_wait_seconds_of(call.agent_id)
    is_due = is_analysed and age_seconds <= settings.lookback_seconds
    return talk.is_listed and is_due and are_open(talk.results, wanted)


def _of_attempt(case: Case, settings: Settings, now: float) -> Decision:
    """The call's own due, unless an earlier record is of this very attempt: that one has had what it is due."""
    decision = _of_call(case, settings, now)
    is_of_its_status = isinstance(decision, Skip) and decision.reason.startswith(Reason.STATUS)
    if case.earlier is None or not (isinstance(decision, Send | Wait) or is_of_its_status):
        return decision
    started_at = case.conversation.started_at if case.conversation else None
    if started_at is None:
        return decision if is_of_its_status else LookAgain("start_unknown")
    # A redial's conversation starts after the earlier attempt ended, at the latest when that was read.
    first = case.earlier.call
    return Skip(Reason.SAME_ATTEMPT) if started_at <= max(first.ended_at, first.undated) else decision


def _of_call(case: Case, settings: Settings, now: float) -> Decision:
    """A wish to be left alone that the conversation tells is heard, whatever else the call is due; where the person
    spoke, it is waited for: the analysis comes some seconds after the call (facts/elevenlabs.md §6)."""
    decision, policy = _of_status(case, settings, now), settings.for_agent(case.call.agent_id)
    if not policy.opt_out_if or not isinstance(decision, Send | Wait | Skip) or not is_e164(case.call.phone):
        return decision
    wishes = any_holds(policy.opt_out_if, case.results)
    wait_over_at = case.ended_at + settings.summary_wait_seconds_of(case.call.agent_id)
    if wishes is None and now < wait_over_at and not isinstance(decision, Wait) and _may_have_wished(case, policy):
        return Wait(Reason.RESULTS, wait_over_at)
    return Skip(Reason.OPTED_OUT) if wishes else decision


def _may_have_wished(case: Case, policy: Policy) -> bool:
    if not case.call.conversation_id or case.call.status == "voicemail":
        return False
    spoke = case.conversation.person_spoke if case.conversation else None
    return spoke is not False if policy.says_reached(case.call.status) else spoke is True


def _of_status(case: Case, settings: Settings, now: float) -> Decision:
    """What the recipient's status asks for, unless the call's age, phone or missing time decides first."""
    call, policy = case.call, settings.for_agent(case.call.agent_id)
    ended_at = case.ended_at
    over = _too_early_or_late(case, settings, now)
    if over is not None:
        return over
    action = _action(case, policy)
    if action == "wait":
        return _under_way(case, ended_at + settings.lookback_seconds)
    if action == "skip":
        return Skip(f"status_{call.status}") if _was_dialled(call) else Ignore(Reason.NEVER_CALLED)
    if not is_e164(call.phone):
        return _without_a_phone(case, ended_at + settings.summary_wait_seconds_of(call.agent_id), now)
    undated = _undated(case, settings, now)
    if undated is not None:
        return undated
    if action == "missed":
        wait_over_at = ended_at + settings.missed_wait_seconds_of(call.agent_id)
        is_final = case.batch_is_over or now >= wait_over_at
        return Send("missed", by_status=True) if is_final else Wait(Reason.MISSED_WAIT, wait_over_at)
    return _follow_up(case, settings, now)


def _without_a_phone(case: Case, wait_over_at: float, now: float) -> Decision:
    """Where the list's own phone is of no use, the conversation may know the number that was dialled."""
    call, talk = case.call, case.conversation
    is_unread = talk is None or talk.is_listed or talk.status == "not_found"  # just after a call it may not be there
    if call.conversation_id and is_unread and now < wait_over_at:
        return LookAgain("phone_unknown")  # without a record: its key would hold no phone
    return Skip(Reason.INVALID_PHONE if call.phone else Reason.NO_PHONE)


def _follow_up(case: Case, settings: Settings, now: float) -> Decision:
    """What the call found out is waited for as long as its summary; but while only a list row was read, or nothing,
    the settings' conditions stay open: for as long as a message may leave at all."""
    talk, policy = case.conversation, settings.for_agent(case.call.agent_id)
    was_silent = case.record is not None and case.record.kind == "missed"  # as it was when its message was claimed
    if was_silent if talk is None else talk.person_spoke is False:
        return Send("missed")
    has_talk = bool(case.call.conversation_id)
    wait_over_at = case.ended_at + settings.summary_wait_seconds_of(case.call.agent_id)
    is_waiting = has_talk and now < wait_over_at
    is_unread = has_talk and (talk is None or talk.is_listed or not talk.tells_start)
    is_in_doubt = talk is None or talk.summary is None or talk.is_doubtful
    why = ruling(case.results, policy, is_final=not is_waiting and not is_unread)
    if why and not (is_waiting and is_in_doubt):
        return Skip(why)
    if is_waiting and (is_in_doubt or are_open(case.results, asked_for(policy))):
        return Wait(Reason.SUMMARY if is_in_doubt else Reason.RESULTS, wait_over_at)
    if why is None:
        return Wait(Reason.RESULTS, case.ended_at + settings.lookback_seconds)
    return Send("follow_up", (talk and talk.summary) or "")


def _too_early_or_late(case: Case, settings: Settings, now: float) -> Decision | None:
    """None for a call of the right age."""
    call, ended_at = case.call, case.ended_at
    has_own_end = case.conversation is not None and case.conversation.ended_at is not None
    if call.conversation_id and call.undated and not has_own_end:
        return _without_any_time(case, settings, now)
    if ended_at < (settings.not_before or 0):
        return Ignore(Reason.BEFORE_NOT_BEFORE)
    if now - ended_at > settings.lookback_seconds:
        return Skip(Reason.TOO_OLD) if now - ended_at < TTL_SECONDS else Ignore(Reason.FORGOTTEN)
    return None


def _action(case: Case, policy: Policy) -> str:
    """What the recipient's status asks for; one that hangs behind its own conversation is told by that."""
    action = policy.statuses.get(case.call.status, "wait")
    talk = case.conversation
    if action == "wait" and case.call.status in IN_FLIGHT and talk is not None and talk.ended_at is not None:
        return "missed" if talk.status == "failed" and not talk.person_spoke else "follow_up"
    return action


def _was_dialled(call: Call) -> bool:
    """A status that nobody knows may be the end of a call: whoever tells us to skip it finds it in the records."""
    return bool(call.conversation_id) or DEFAULT_STATUSES.get(call.status) not in ("skip", "wait")


def _under_way(case: Case, until: float) -> Decision:
    """A call that went back while it waited, or one that stands still and whose conversation goes on."""
    return LookAgain(Reason.NOT_FINISHED) if case.record is None else Wait(Reason.NOT_FINISHED, until)


def _without_any_time(case: Case, settings: Settings, now: float) -> Decision:
    """The list's time cannot be believed: the conversation is asked for its own, for an hour once it is there."""
    waited_seconds = now - case.record.recorded_at if case.record else 0
    patience_seconds = UNDATED_SECONDS if case.conversation else settings.lookback_seconds
    if waited_seconds >= patience_seconds:
        return Skip(Reason.END_UNKNOWN)
    return Wait(Reason.CONVERSATION, now + patience_seconds - waited_seconds)


def _undated(case: Case, settings: Settings, now: float) -> Decision | None:
    """An old recipient may be touched at any time: only its call's own time says its age.

    One that ElevenLabs itself cannot date (it is not there, or has no start) leaves the recipient's last update:
    believed as far back as the table would know a message. One that cannot be read, or is answered with nonsense, is
    asked for an hour before that; where the table would no longer know, for as long as a message may leave.
    """
    call, talk = case.call, case.conversation
    oldest = settings.oldest(now)
    own_time = talk and (talk.ended_at or talk.started_at)
    if not call.conversation_id or call.created_at >= oldest or (own_time or 0) >= oldest:
        return None
    is_unread = talk is None or talk.status not in CONVERSATION_STATUSES or not talk.tells_start
    table_still_knows = call.created_at > max(now - TTL_SECONDS, settings.not_before or 0)
    if own_time or (is_unread and not table_still_knows):
        return Wait(Reason.CONVERSATION, call.ended_at + settings.lookback_seconds)
    is_undatable = table_still_knows and not is_unread
    longest_seconds = min(UNDATED_SECONDS, settings.lookback_seconds - LAST_CHANCE_SECONDS)
    patience_seconds = settings.summary_wait_seconds_of(call.agent_id) if is_undatable else longest_seconds
    wait_over_at = call.ended_at + patience_seconds
    if now < wait_over_at or case.record is None:  # one answer may be nonsense: a second one is asked for
        return Wait(Reason.CONVERSATION, max(now, wait_over_at))
    return None if table_still_knows else Skip(Reason.END_UNKNOWN)
