"""When a message may leave: now, at such an instant, or never, because. Pure.

The settings `quiet_hours`, `contact_law`, `cooldown_hours` and `daily_limit` (contract §2; docs/facts/contact-law.md).
Age is not decided here, nor what a call is due: the gate is asked last, about a message that would leave now.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from .clock import ZonedHours, next_open, outside
from .frozen import frozen
from .law.law import Law, law_of
from .policy import RECIPIENT, QuietHours
from .status import Reason
from .zones import Place, place_of

NO_ZONE_KNOWN = ("UTC",)
"""The clock for a phone of no known country. It is nobody's own: its owner is written to late rather than never."""
WEEK_SECONDS = 7 * 24 * 3600


@frozen
class Rules:
    """The settings that may say no, as contract §2 names them."""

    quiet_hours: QuietHours | None = None
    contact_law: str | None = None
    cooldown_hours: float = 0
    daily_limit: int | None = None


@frozen
class Candidate:
    """A message that would leave now.

    phone: E.164
    latest: epoch seconds; the last instant at which it still makes sense: the call's end and `lookback_hours`
    was_answered: the person spoke in the call that it follows
    has_consent: the person asked for it in the call: `only_if` named a consent, and it held
    """

    phone: str
    latest: float
    was_answered: bool
    has_consent: bool = False


@frozen
class Lately:
    """What went before, in epoch seconds, oldest first: every message that left or may have left counts.

    to_phone: messages to this phone, on any channel, about other calls
    answered: other calls in which this phone's owner spoke
    place_at: when `daily_limit` has a place for this person; 0: now. Somebody who was written to within the day has one
    """

    to_phone: Sequence[float] = ()
    answered: Sequence[float] = ()
    place_at: float = 0


@frozen
class Rule:
    """A rule as people read it."""

    es: str
    en: str


@frozen
class Now:
    """Nothing is against it."""


@frozen
class NotBefore:
    """Not now; at (epoch seconds) the rules known today allow it. reason: the setting that says so."""

    at: float
    reason: str
    rule: Rule


@frozen
class Never:
    """`skipped`, with this reason. until: epoch seconds, when the rule allows it, too late; 0: it never does."""

    reason: str
    rule: Rule
    until: float = 0


Answer = Now | NotBefore | Never


@frozen
class Terms:
    """On what a message was let through: its claim's own transaction holds it to them.

    rules: asked for the hours once more when it leaves
    notes: the notes of the person's phone, and the claim that each named last ("" for none): no other claim may come
    between. Empty where nothing counts messages to one person.
    place: its number under `daily_limit`, 0 without one. has_place: the person has it from a message before
    """

    rules: Rules
    notes: tuple[tuple[str, str], ...] = ()
    place: int = 0
    has_place: bool = False


@frozen
class _Limit:
    """A rule that counts: nothing more until (epoch seconds) older messages are far enough away."""

    until: float
    reason: str
    rule: Rule


@frozen
class _Times:
    """A rule that goes by the clock."""

    hours: ZonedHours
    reason: str
    rule: Rule


def when_to_write(candidate: Candidate, rules: Rules, lately: Lately, now: float) -> Answer:
    """The gate. Whoever waits is asked again when the time has come: more messages may have left by then."""
    place = place_of(candidate.phone) if _asks_where(rules) else Place()
    law = _law(candidate.phone, rules)
    if law is not None and _is_forbidden(law, candidate, lately, now):
        return Never(Reason.CONTACT_LAW, Rule(**law.name))
    limits = [*_law_counts(law, lately, now), *_daily_limit(rules.daily_limit, lately, now)]
    times = _times(rules.quiet_hours, rules.contact_law, place)
    free_at = max([now, *(limit.until for limit in limits)])
    at = next_open(tuple(each.hours for each in times), free_at)
    if at == now:
        return _cooldown(rules.cooldown_hours, lately, at) or Now()
    if at is not None and at <= candidate.latest:
        no = _longest(limits) if at == free_at else _closed(times, int(at // 60) - 1)
        return _cooldown(rules.cooldown_hours, lately, at) or NotBefore(at, no.reason, no.rule)
    last_chance = max(candidate.latest, now)
    no = _longest(limits) if free_at > last_chance else _closed(times, int(last_chance // 60))
    return Never(no.reason, no.rule, at or 0)


def is_open(phone: str, rules: Rules, now: float) -> bool:
    """Whether nothing that goes by the clock is against it, right now."""
    place = place_of(phone) if _asks_where(rules) else Place()
    return all(each.hours.is_open(now) for each in _times(rules.quiet_hours, rules.contact_law, place))


def counts_messages(phone: str, rules: Rules) -> bool:
    """Whether another message to the person may forbid this one."""
    law = _law(phone, rules)
    return rules.cooldown_hours > 0 or (law is not None and bool(law.counts))


def counts_calls(phone: str, rules: Rules) -> bool:
    """Whether a call that the person answered forbids messages."""
    law = _law(phone, rules)
    return law is not None and law.an_answered_call_counts


def _law(phone: str, rules: Rules) -> Law | None:
    if rules.contact_law is None:
        return None
    place = place_of(phone)
    return law_of(place.country, place.state, rules.contact_law)


def _asks_where(rules: Rules) -> bool:
    quiet = rules.quiet_hours
    return rules.contact_law is not None or (quiet is not None and quiet.timezone == RECIPIENT)


def _is_forbidden(law: Law, candidate: Candidate, lately: Lately, now: float) -> bool:
    """What the person asked for is exempt. After a talk, no other channel in the same week: ours is another."""
    if candidate.has_consent:
        return False
    has_talked = candidate.was_answered or _free_at(lately.answered, 1, WEEK_SECONDS, now) > now
    return law.needs_consent or (law.an_answered_call_counts and has_talked)


def _law_counts(law: Law | None, lately: Lately, now: float) -> Iterator[_Limit]:
    for count in law.counts if law else ():
        until = _free_at(lately.to_phone, count.most, count.hours * 3600, now)
        if law and until > now:
            yield _Limit(until, Reason.CONTACT_LAW, Rule(**law.name))


def _daily_limit(limit: int | None, lately: Lately, now: float) -> Iterator[_Limit]:
    if limit is not None and lately.place_at > now:
        rule = Rule(f"{limit} personas en 24 horas", f"{limit} people in 24 hours")
        yield _Limit(lately.place_at, Reason.DAILY_LIMIT, rule)


def _free_at(sent: Sequence[float], most: int, seconds: float, now: float) -> float:
    """When fewer than `most` of the messages are younger than so many seconds; now, or later."""
    return max(now, sent[-most] + seconds) if len(sent) >= most else now


def _cooldown(hours: float, lately: Lately, at: float) -> Never | None:
    """It counts when the message would leave, not when the gate is asked."""
    until = _free_at(lately.to_phone, 1, hours * 3600, at)
    if not hours or until <= at:  # a message that may still be leaving counts as one of a moment to come
        return None
    rule = Rule(f"un mensaje por persona en {hours:g} horas", f"one message a person in {hours:g} hours")
    return Never(Reason.COOLDOWN, rule, until)


@lru_cache(maxsize=1024)
def _times(quiet: QuietHours | None, purpose: str | None, place: Place) -> tuple[_Times, ...]:
    """The law first: where both say no, it is the one that people are told of."""
    law = law_of(place.country, place.state, purpose)
    found = []
    if law is not None and law.hours is not None:
        found.append(_Times(ZonedHours(law.hours, place.zones), Reason.CONTACT_LAW, Rule(**law.name)))
    if quiet is not None:
        zones = (place.zones or NO_ZONE_KNOWN) if quiet.timezone == RECIPIENT else (quiet.timezone,)
        hours = outside(quiet.start_minutes, quiet.end_minutes)
        found.append(_Times(ZonedHours(hours, zones), Reason.QUIET_HOURS, _quiet_rule(quiet, zones)))
    return tuple(found)


def _quiet_rule(quiet: QuietHours, zones: Sequence[str]) -> Rule:
    start, end = (f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (quiet.start_minutes, quiet.end_minutes))
    if quiet.timezone == RECIPIENT and zones == NO_ZONE_KNOWN:
        where = "UTC (el prefijo no tiene zona conocida)", "UTC (no zone is known for the prefix)"
    elif len(zones) > 2:
        where = f"en cada una de {len(zones)} zonas de su prefijo", f"in each of {len(zones)} zones of its prefix"
    else:
        where = " y ".join(zones), " and ".join(zones)
    return Rule(f"de {start} a {end}, {where[0]}", f"{start} to {end}, {where[1]}")


def _longest(limits: Iterable[_Limit]) -> _Limit:
    return max(limits, key=lambda limit: limit.until)


@lru_cache(maxsize=1024)
def _closed(times: tuple[_Times, ...], minute: int) -> _Times:
    return next(each for each in times if not each.hours.is_open(minute * 60))
