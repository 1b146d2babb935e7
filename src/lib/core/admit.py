"""Which of a tick's due messages may leave now: the gate is asked last, about each, those who talked first. Pure.

What a case is due was decided before (`decide`, `supersede`). A message that leaves is let through on terms, which its
claim holds it to; one to whom the gate is closed waits, or is skipped with the rule that says so.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .case import Case
from .decide import Decision, Defer, GiveUp, LookAgain, Rehearse, Send, Skip, Wait, due, meant
from .frozen import frozen
from .gate import Candidate, Lately, Never, NotBefore, Rule, Rules, Terms, counts_calls, counts_messages, when_to_write
from .phone import person_of
from .policy import Policy, Settings
from .record import OWNER_GONE_SECONDS, Record
from .results import is_equal
from .status import HAVE_LEFT, Reason

GATE_REASONS = (Reason.QUIET_HOURS, Reason.CONTACT_LAW, Reason.COOLDOWN, Reason.DAILY_LIMIT)
PLACE_SECONDS = 24 * 3600 + OWNER_GONE_SECONDS  # a message may leave so long after its claim
_HURRY_SECONDS = 60  # a place that ends sooner is no longer counted on


@frozen
class Past:
    """What the table knows of a person. notes: key of each of their phone's notes → the claim that it names last."""

    records: Sequence[Record] = ()
    notes: Mapping[str, str] = field(default_factory=dict)


@frozen
class Places:
    """The places under `daily_limit`. free: their numbers. ends: when (epoch seconds) each of the others is free again,
    the soonest first. is_whole: False while some were not looked at. unplaced: people who count without a place."""

    free: Sequence[int] = ()
    ends: Sequence[int] = ()
    is_whole: bool = True
    unplaced: Collection[str] = ()


@frozen
class Talk:
    """A call of this tick in which the person spoke, or may have spoken: then is_sure is False. No record says so yet.

    key: the call's. ended_at: epoch seconds
    """

    key: str
    ended_at: int
    is_sure: bool


@dataclass(slots=True)
class RulesInForce:
    """What stays warm knows by which settings and accounts those were judged who are put off; a cold start does not."""

    rules: object = None
    changed_at: float = -1  # the invocation that found them changed

    def have_changed(self, rules: object, began_at: float) -> bool:
        """Whether this invocation, which began then, judges by other rules than the last one: then it asks again about
        all who were put off (contract §2: a changed parameter is in force at the next invocation)."""
        if self.rules != rules:
            self.rules, self.changed_at = rules, began_at
        return self.changed_at == began_at


def has_rules(settings: Settings) -> bool:
    """Whether the gate has anything to say at all."""
    return any(rules != Rules() for rules in every_rule(settings).values())


def every_rule(settings: Settings) -> dict[str, Rules]:
    """By agent; "": the workspace's."""
    return {agent: rules_of(policy, settings) for agent, policy in {"": settings, **settings.agents}.items()}


def rules_of(policy: Policy, settings: Settings) -> Rules:
    return Rules(policy.quiet_hours, policy.contact_law, policy.cooldown_hours, settings.daily_limit)


def asks_the_past(case: Case, settings: Settings) -> bool:
    """Whether a rule goes by what the person got or said before."""
    phone, rules = case.call.phone, rules_of(settings.for_agent(case.call.agent_id), settings)
    return rules.daily_limit is not None or counts_messages(phone, rules) or counts_calls(phone, rules)


def admit(
    decided: Iterable[tuple[Case, Decision]],
    pasts: Mapping[str, Past],
    places: Places,
    settings: Settings,
    now: float,
) -> list[tuple[Case, Decision]]:
    """The decisions of a tick, those on due messages in the light of the gate's rules. pasts: by person."""
    decided = list(decided)
    talks = _talks(decided, settings)
    tick = _Tick(pasts, settings, now, deque(places.free), deque(places.ends), talks, places)
    return [(case, tick.judged(case, decision)) for case, decision in sorted(decided, key=lambda one: one[0].turn)]


def left_at(record: Record) -> int:
    """When the call's message left at the latest; 0 when there is none, or it surely never arrived."""
    if record.status in HAVE_LEFT:
        return max(record.sent_at, record.claimed_at)
    is_open = record.claim_id and not record.message_sid and record.reason != Reason.REFUSED
    return record.claimed_at + OWNER_GONE_SECONDS if is_open else 0


def unplaced(records: Iterable[Record], limit: int, now: float) -> dict[str, int]:
    """The people to whom a message left within the day though they hold no place under this limit, which was set or
    lowered since: person → until when (epoch seconds) they count. One that may have left is not counted: it would be
    in its own way when it is sent again."""
    left = [record for record in records if record.status in HAVE_LEFT and left_at(record) + PLACE_SECONDS > now]
    newest = {person_of(record.call.phone): record for record in sorted(left, key=left_at)}
    return {who: left_at(last) + PLACE_SECONDS for who, last in newest.items() if not 1 <= last.place <= limit}


@dataclass(slots=True)
class _Tick:
    pasts: Mapping[str, Past]
    settings: Settings
    now: float
    free: deque[int]
    ends: deque[int]
    talks: Mapping[str, Sequence[Talk]]
    places: Places
    let_through: set[str] = field(default_factory=set)  # people
    has_lent: bool = False  # places that no claim has taken yet: a sender that stands still takes none

    def judged(self, case: Case, decision: Decision) -> Decision:
        send = due(decision)
        if send is None:
            return _as_the_gate_said(case, decision)
        is_rehearsal = isinstance(decision, Rehearse)
        answer = self._asked(case, send, is_rehearsal=is_rehearsal)
        return Rehearse(answer) if is_rehearsal and not isinstance(answer, LookAgain) else answer

    def _asked(self, case: Case, send: Send, *, is_rehearsal: bool) -> Send | Wait | Defer | Skip | LookAgain:
        phone, person = case.call.phone, person_of(case.call.phone)
        policy, past = self.settings.for_agent(case.call.agent_id), self.pasts.get(person, Past())
        rules = rules_of(policy, self.settings)
        is_next = person in self.let_through and asks_the_past(case, self.settings)
        if is_next and not is_rehearsal:
            return Wait(Reason.ANOTHER_CALL, self.now)  # only a claim counts: the next tick knows of it
        talks = [talk for talk in self.talks.get(person, ()) if talk.key != case.call.key]
        if send.kind == "missed" and counts_calls(phone, rules) and not all(talk.is_sure for talk in talks):
            return Wait(Reason.ANOTHER_CALL, self.now)  # until it is known whether the person spoke in that one
        has_place = _place_of(past, self.now) if rules.daily_limit else 0
        counts_already = bool(has_place) or is_next or person in self.places.unplaced
        needs_place = rules.daily_limit is not None and not counts_already
        if needs_place and not self.free and not self.places.is_whole:
            return LookAgain(Reason.DAILY_LIMIT)
        latest = case.ended_at + self.settings.lookback_seconds
        is_follow_up = send.kind == "follow_up"
        has_consent, is_answered = is_follow_up and _is_consent(policy), was_answered(case, self.settings)
        candidate = Candidate(phone, latest, is_follow_up or is_answered, has_consent)
        lately = _lately(case, past, talks, self._place_at() if needs_place else 0)
        if is_next:  # in a rehearsal nothing is claimed: what the next tick would know is told
            lately = replace(lately, to_phone=[*lately.to_phone, self.now])
        match when_to_write(candidate, rules, lately, self.now):
            case NotBefore(_, Reason.DAILY_LIMIT, rule) | Never(Reason.DAILY_LIMIT, rule) if self.has_lent:
                # The next tick knows which of the places were taken.
                return Defer(Reason.DAILY_LIMIT, self.now, rule, send.kind)
            case NotBefore(at, reason, rule):
                self._waits_for_a_place(reason)
                return Defer(reason, at, rule, send.kind)
            case Never(Reason.DAILY_LIMIT, rule):
                self._waits_for_a_place(Reason.DAILY_LIMIT)
                return Defer(Reason.DAILY_LIMIT, latest + 1, rule, send.kind)  # the limit may be raised meanwhile
            case Never(reason, rule):
                return Skip(reason, rule)
        self.let_through.add(person)
        notes = tuple(past.notes.items()) if counts_messages(phone, rules) else ()
        place = self.free.popleft() if needs_place else has_place
        self.has_lent = self.has_lent or (needs_place and not is_rehearsal)
        return replace(send, terms=Terms(rules, notes, place, has_place=bool(has_place)))

    def _place_at(self) -> float:
        return 0 if self.free else self.ends[0] if self.ends else self.now + PLACE_SECONDS

    def _waits_for_a_place(self, reason: str) -> None:
        """The next one who waits gets the next place; those beyond all of them get one of those once more."""
        if reason == Reason.DAILY_LIMIT and self.ends:
            self.ends.append(self.ends.popleft() + PLACE_SECONDS)


def was_answered(case: Case, settings: Settings) -> bool:
    """Whether the person spoke in a call that has ended, as far as is known: one that the settings skip counts too."""
    if not settings.for_agent(case.call.agent_id).says_reached(case.call.status):
        return False
    if case.conversation is None:  # not read now: its first message said that it was missed
        return case.record is None or case.record.kind != "missed"
    return case.conversation.person_spoke is not False


def _talks(decided: Iterable[tuple[Case, Decision]], settings: Settings) -> Mapping[str, Sequence[Talk]]:
    """The talks of this tick's calls, by person; nothing where no law counts them."""
    found: dict[str, list[Talk]] = {}
    if any(policy.contact_law for policy in settings.policies):
        for case, decision in decided:
            if talk := _talk(case, meant(decision), settings):
                found.setdefault(person_of(case.call.phone), []).append(talk)
    return found


def _talk(case: Case, decision: Decision, settings: Settings) -> Talk | None:
    is_over = was_answered(case, settings)
    match decision:
        case Send(kind):
            is_talk, is_sure = kind == "follow_up" or is_over, True
        case Wait():
            is_talk, is_sure = is_over, case.conversation is not None and case.conversation.person_spoke is True
        case Skip() | GiveUp():
            is_talk, is_sure = is_over, True
        case _:
            return None
    return Talk(case.call.key, case.ended_by, is_sure) if is_talk else None


def _lately(case: Case, past: Past, talks: Sequence[Talk], place_at: float) -> Lately:
    """Its own messages do not count: whether a call's message goes out once more is decided elsewhere."""
    others = [record for record in past.records if record.pk != (case.record.pk if case.record else case.call.key)]
    return Lately(
        to_phone=sorted(at for record in others if (at := left_at(record))),
        answered=sorted(
            [record.ended_at for record in others if record.kind == "follow_up"]
            + [talk.ended_at for talk in talks if talk.is_sure]
        ),
        place_at=place_at,
    )


def _is_consent(policy: Policy) -> bool:
    """Whether a follow-up leaves only after something that the call found true of the person: what they agreed to."""
    return any(is_equal(value, True) for value in policy.only_if.values())


def _place_of(past: Past, now: float) -> int:
    """The place that the person has from a message within the day; 0: none."""
    newest = max(past.records, key=lambda record: record.claimed_at if record.place else 0, default=None)
    has_one = newest is not None and newest.claimed_at + PLACE_SECONDS - _HURRY_SECONDS > now
    return newest.place if newest is not None and has_one else 0


def _as_the_gate_said(case: Case, decision: Decision) -> Decision:
    """A call that grew too old while the gate was closed ends by the gate's rule."""
    record = case.record
    if not isinstance(decision, Skip | GiveUp) or decision.reason != Reason.TOO_OLD or record is None:
        return decision
    if record.reason not in GATE_REASONS:
        return decision
    told = next((event for event in reversed(record.history) if event.rule_es), None)
    return Skip(record.reason, Rule(told.rule_es, told.rule_en) if told else None)
