"""When a message may leave: each rule alone, together, and over the changes of the clocks."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lib.core import clock, zones
from lib.core.gate import Answer, Candidate, Lately, Never, NotBefore, Now, Rule, Rules, when_to_write
from lib.core.law.law import law_of
from lib.core.policy import QuietHours

HOUR, DAY = 3600, 24 * 3600
LEY_2300 = Rule("Ley 2300, art. 3", "Ley 2300, art. 3")
COLOMBIAN, PERUVIAN, ECUADORIAN, CHILEAN, SPANISH = (
    "+573001239155",
    "+51912345678",
    "+593991234567",
    "+56912345678",
    "+34612345678",
)
BOGOTA, SANTIAGO = "America/Bogota", "America/Santiago"


NIGHT = QuietHours(21 * 60, 8 * 60, BOGOTA)


def at(text: str, zone: str = BOGOTA) -> float:
    """Epoch seconds of a local clock's reading."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


def ask(
    rules: Rules,
    now: float,
    phone: str = COLOMBIAN,
    *,
    lately: Lately | None = None,
    hours: float = 24,
    answered: bool = False,
    consent: bool = False,
) -> Answer:
    """The gate's answer about a call that ended now, with so many hours of lookback."""
    candidate = Candidate(phone, now + hours * HOUR, answered, consent)
    return when_to_write(candidate, rules, lately or Lately(), now)


def opens(answer: Answer, text: str, reason: str, zone: str = BOGOTA) -> None:
    assert isinstance(answer, NotBefore), answer
    assert datetime.fromtimestamp(answer.at, ZoneInfo(zone)).isoformat()[:16] == text
    assert answer.reason == reason


def test_without_a_rule_everything_leaves_now() -> None:
    assert ask(Rules(), 0, "") == Now()


# --- quiet hours


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2026-03-03T20:59:59.9", None),
        ("2026-03-03T21:00", "2026-03-04T08:00"),
        ("2026-03-03T23:59:59.5", "2026-03-04T08:00"),
        ("2026-03-04T00:00", "2026-03-04T08:00"),
        ("2026-03-04T07:59:59.9", "2026-03-04T08:00"),
        ("2026-03-04T08:00", None),
    ],
)
def test_quiet_hours_over_midnight_in_bogota(now: str, opening: str | None) -> None:
    answer = ask(Rules(quiet_hours=NIGHT), at(now))
    if opening is None:
        assert answer == Now()
        return
    opens(answer, opening, "quiet_hours")
    assert isinstance(answer, NotBefore)
    assert answer.rule == Rule("de 21:00 a 08:00, America/Bogota", "21:00 to 08:00, America/Bogota")


def test_quiet_hours_within_a_day() -> None:
    lunch = Rules(quiet_hours=QuietHours(13 * 60, 14 * 60 + 7, BOGOTA))
    opens(ask(lunch, at("2026-03-03T13:00")), "2026-03-03T14:07", "quiet_hours")
    assert ask(lunch, at("2026-03-03T12:59")) == Now() == ask(lunch, at("2026-03-03T14:07"))


def test_all_zones_of_a_recipient_must_be_awake() -> None:
    rules = Rules(quiet_hours=QuietHours(21 * 60, 8 * 60, "recipient"))
    # A Spanish mobile may be in the Canaries, an hour behind Madrid.
    opens(
        ask(rules, at("2026-03-03T03:00", "Europe/Madrid"), SPANISH), "2026-03-03T09:00", "quiet_hours", "Europe/Madrid"
    )
    opens(
        ask(rules, at("2026-03-03T21:00", "Europe/Madrid"), SPANISH), "2026-03-04T09:00", "quiet_hours", "Europe/Madrid"
    )
    assert ask(rules, at("2026-03-03T20:59", "Europe/Madrid"), SPANISH) == Now()
    opens(ask(rules, at("2026-03-03T03:00")), "2026-03-03T08:00", "quiet_hours")


def test_a_phone_of_no_known_zone_waits_by_utc_and_is_told_so() -> None:
    answer = ask(
        Rules(quiet_hours=QuietHours(21 * 60, 8 * 60, "recipient")), at("2026-03-03T03:00", "UTC"), "+999123456789"
    )
    opens(answer, "2026-03-03T08:00", "quiet_hours", "UTC")
    assert isinstance(answer, NotBefore)
    assert "UTC" in answer.rule.es
    assert "UTC" in answer.rule.en


def test_an_american_number_of_no_area_has_hours_at_which_the_whole_country_is_awake() -> None:
    answer = ask(
        Rules(quiet_hours=QuietHours(21 * 60, 8 * 60, "recipient")), at("2026-03-03T03:00", "UTC"), "+18005551234"
    )
    opens(answer, "2026-03-03T18:00", "quiet_hours", "UTC")


def test_what_cannot_leave_before_it_is_too_old_never_does() -> None:
    rules, now = Rules(quiet_hours=NIGHT), at("2026-03-03T21:00")
    assert isinstance(ask(rules, now, hours=11), NotBefore)  # at the very last instant
    answer = ask(rules, now, hours=10.99)
    assert isinstance(answer, Never)
    assert (answer.reason, answer.until) == ("quiet_hours", at("2026-03-04T08:00"))
    assert "21:00" in answer.rule.es


@given(
    change=st.sampled_from(
        ["2026-04-05T03:00+00:00", "2026-09-06T04:00+00:00"]
    ),  # midnight comes twice; it does not exist
    start=st.integers(0, 1439),
    length=st.integers(1, 1380),
    before=st.floats(-14 * HOUR, 30 * HOUR),
    zone=st.sampled_from([SANTIAGO, "recipient"]),
)
@example("2026-04-05T03:00+00:00", 23 * 60, 60, 1800.0, SANTIAGO)  # inside the first of two 23:30
@example("2026-04-05T03:00+00:00", 23 * 60, 30, 1.0, SANTIAGO)  # between the two: open, and quiet again
@example("2026-09-06T04:00+00:00", 15, 30, 60.0, SANTIAGO)  # all of it does not exist
@example("2026-09-06T04:00+00:00", 22 * 60 + 7, 120, 600.0, SANTIAGO)  # ends at an hour that does not exist
def test_over_both_clock_changes_in_santiago(change: str, start: int, length: int, before: float, zone: str) -> None:
    """Never open inside, always open right after: the first minute that the local clock shows as outside."""
    end, now = (start + length) % 1440, datetime.fromisoformat(change).timestamp() - before

    def is_quiet(instant: float) -> bool:
        shown = datetime.fromtimestamp(instant, ZoneInfo(SANTIAGO)).strftime("%H:%M")
        first, last = (f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (start, end))
        return first <= shown < last if first < last else not last <= shown < first

    expected = now
    while is_quiet(expected):
        expected = expected // 60 * 60 + 60
    answer = ask(Rules(quiet_hours=QuietHours(start, end, zone)), now, CHILEAN, hours=48)
    assert (answer == Now()) if expected == now else (isinstance(answer, NotBefore) and answer.at == expected)


# --- the law


@pytest.mark.parametrize("now", ["2026-07-11T15:01", "2026-07-13T10:00"])  # a Saturday; a holiday that is a Monday
def test_a_colombian_collection_call(now: str) -> None:
    rules = Rules(contact_law="collection")
    assert ask(rules, at(now), answered=True, hours=72) == Never("contact_law", LEY_2300)
    opens(ask(rules, at(now), hours=72), "2026-07-14T07:00", "contact_law")
    opens(ask(rules, at(now), answered=True, consent=True, hours=72), "2026-07-14T07:00", "contact_law")


def test_a_colombian_call_of_saturday_afternoon_is_too_old_on_tuesday() -> None:
    answer = ask(Rules(contact_law="collection"), at("2026-07-11T15:01"))
    assert answer == Never("contact_law", LEY_2300, at("2026-07-14T07:00"))


def test_a_colombian_call_within_its_hours() -> None:
    rules, now = Rules(contact_law="collection"), at("2026-07-14T10:00")
    assert ask(rules, now) == Now()
    assert ask(rules, now, answered=True, consent=True) == Now()
    assert ask(rules, now, answered=True) == Never("contact_law", LEY_2300)
    assert ask(rules, now, lately=Lately(answered=[now - 6 * DAY])) == Never("contact_law", LEY_2300)
    assert ask(rules, now, lately=Lately(answered=[now - 7 * DAY])) == Now()
    assert ask(Rules(contact_law="commercial"), now, answered=True) == Now()


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2026-12-07T18:59", None),
        ("2026-12-07T19:00", "2026-12-09T07:00"),  # the 8th is a holiday
        ("2026-12-19T07:59", "2026-12-19T08:00"),  # a Saturday
        ("2026-12-19T14:59", None),
        ("2026-12-19T15:00", "2026-12-21T07:00"),
        ("2026-12-25T10:00", "2026-12-26T08:00"),
    ],
)
def test_saturdays_sundays_and_holidays_in_colombia(now: str, opening: str | None) -> None:
    answer = ask(Rules(contact_law="commercial"), at(now), hours=72)
    if opening is None:
        assert answer == Now()
    else:
        opens(answer, opening, "contact_law")


def test_advertising_in_peru_wants_consent() -> None:
    rules, night = Rules(contact_law="commercial"), at("2026-07-14T03:00")
    answer = ask(rules, night, PERUVIAN)
    assert isinstance(answer, Never)
    assert (answer.reason, answer.until) == ("contact_law", 0)
    assert "32323" in answer.rule.es
    assert ask(rules, night, PERUVIAN, consent=True) == Now()
    opens(ask(replace(rules, quiet_hours=NIGHT), night, PERUVIAN, consent=True), "2026-07-14T08:00", "quiet_hours")


@pytest.mark.parametrize("phone", [COLOMBIAN, PERUVIAN, "+4915112345678", "+999123456789", ""])
def test_service_has_no_law(phone: str) -> None:
    assert ask(Rules(contact_law="service"), at("2026-07-12T03:00"), phone, answered=True) == Now()


def test_a_country_without_a_rule_answers_to_quiet_hours_alone() -> None:
    rules = Rules(contact_law="collection", quiet_hours=NIGHT)
    assert ask(rules, at("2026-07-12T20:00"), "+5491112345678", answered=True) == Now()
    opens(ask(rules, at("2026-07-12T03:00"), "+5491112345678"), "2026-07-12T08:00", "quiet_hours")


def test_the_counts_of_messages_that_a_law_allows() -> None:
    rules, now = Rules(contact_law="collection"), at("2026-07-14T10:00", SANTIAGO)  # a Tuesday
    opens(
        ask(rules, at("2026-07-14T10:00"), ECUADORIAN, lately=Lately([at("2026-07-13T15:00")])),
        "2026-07-14T15:00",
        "contact_law",
    )
    two_days = ask(rules, now, CHILEAN, lately=Lately([now - DAY]), hours=144)
    opens(two_days, "2026-07-15T10:00", "contact_law", SANTIAGO)
    week = ask(rules, now, CHILEAN, lately=Lately([now - 6 * DAY, now - 3 * DAY]), hours=144)
    opens(week, "2026-07-15T10:00", "contact_law", SANTIAGO)
    assert ask(rules, now, CHILEAN, lately=Lately([now - 7 * DAY, now - 3 * DAY])) == Now()


def test_the_rule_that_opens_last_is_the_one_that_is_told() -> None:
    both = Rules(contact_law="collection", quiet_hours=NIGHT)
    opens(ask(both, at("2026-07-14T20:00")), "2026-07-15T08:00", "quiet_hours")  # the law's hours begin at seven
    opens(ask(both, at("2026-07-12T22:00"), hours=72), "2026-07-14T08:00", "quiet_hours")
    never = ask(both, at("2026-07-11T22:00"))
    assert isinstance(never, Never)
    assert never.reason == "contact_law"


# --- what went before


def test_cooldown_counts_from_the_instant_at_which_the_message_would_leave() -> None:
    rules, night = Rules(cooldown_hours=12, quiet_hours=NIGHT), at("2026-03-03T23:00")
    assert ask(rules, at("2026-03-03T12:00"), lately=Lately([at("2026-03-03T00:00")])) == Now()
    answer = ask(rules, at("2026-03-03T12:00"), lately=Lately([at("2026-03-03T00:01")]))
    assert isinstance(answer, Never)
    assert (answer.reason, answer.until) == ("cooldown", at("2026-03-03T12:01"))
    assert "12 horas" in answer.rule.es
    opens(ask(rules, night, lately=Lately([at("2026-03-03T20:00")])), "2026-03-04T08:00", "quiet_hours")
    assert isinstance(ask(rules, night, lately=Lately([at("2026-03-03T20:01")])), Never)


def test_without_a_cooldown_a_message_that_may_be_leaving_now_keeps_no_other_one_back() -> None:
    noon = at("2026-03-03T12:00")
    assert ask(Rules(daily_limit=3), noon, lately=Lately([noon + 20])) == Now()


def test_the_daily_limit_waits_for_a_place() -> None:
    rules, now = Rules(daily_limit=3), at("2026-03-03T12:00")
    answer = ask(rules, now, lately=Lately(place_at=now + 4 * HOUR))
    opens(answer, "2026-03-03T16:00", "daily_limit")
    assert isinstance(answer, NotBefore)
    assert answer.rule == Rule("3 personas en 24 horas", "3 people in 24 hours")
    assert ask(rules, now + 4 * HOUR, lately=Lately(place_at=now + 4 * HOUR)) == Now()
    assert ask(rules, now) == Now()


def test_a_place_that_is_free_by_night_is_taken_in_the_morning() -> None:
    rules, now, night = Rules(daily_limit=1, quiet_hours=NIGHT), at("2026-03-03T12:00"), at("2026-03-03T23:00")
    opens(ask(rules, now, lately=Lately(place_at=night)), "2026-03-04T08:00", "quiet_hours")
    never = ask(rules, now, lately=Lately(place_at=night), hours=10)
    assert isinstance(never, Never)
    assert never.reason == "daily_limit"
    assert isinstance(never := ask(rules, now, lately=Lately(place_at=night), hours=12), Never)
    assert never.reason == "quiet_hours"


# --- everything together

PHONES = [
    COLOMBIAN,
    PERUVIAN,
    ECUADORIAN,
    CHILEAN,
    SPANISH,
    "+525512345678",
    "+13055551234",
    "+18005551234",
    "+33612345678",
    "+919812345678",  # an offset of half an hour
    "+9779812345678",  # of three quarters
]


@given(
    phone=st.sampled_from(PHONES),
    purpose=st.sampled_from([None, "service", "commercial", "collection"]),
    quiet=st.none()
    | st.builds(
        QuietHours, st.integers(0, 1439), st.integers(0, 1439), st.sampled_from([BOGOTA, SANTIAGO, "recipient"])
    ),
    now=st.floats(at("2026-01-01T00:00"), at("2029-12-01T00:00")),
    limit=st.none() | st.integers(1, 3),
    place_in=st.floats(-HOUR, 30 * HOUR),
    sent=st.lists(st.floats(0, 200 * HOUR), max_size=3),
    hours=st.floats(0, 144),
)
def test_the_instant_that_the_gate_names_is_open_and_no_earlier_minute_is(
    phone: str,
    purpose: str | None,
    quiet: QuietHours | None,
    now: float,
    limit: int | None,
    place_in: float,
    sent: list[float],
    hours: float,
) -> None:
    rules = Rules(quiet, purpose, 0, limit)
    candidate = Candidate(phone, now + hours * HOUR, was_answered=False, has_consent=False)
    lately = Lately(to_phone=sorted(now - ago for ago in sent), place_at=now + place_in)
    answer = when_to_write(candidate, rules, lately, now)
    if isinstance(answer, Now) or (isinstance(answer, Never) and not answer.until):
        return
    until = answer.at if isinstance(answer, NotBefore) else answer.until
    assert now < until
    assert (until <= candidate.latest) is isinstance(answer, NotBefore)
    assert when_to_write(candidate, rules, lately, until) == Now()
    for earlier in (until - 0.1, *(until - 60 * n for n in range(1, 200))):
        if earlier > now:
            assert when_to_write(candidate, rules, lately, earlier) != Now()


def test_a_thousand_waiting_calls_cost_a_search_for_each_place_and_none_at_the_next_tick() -> None:
    rules = Rules(QuietHours(21 * 60, 8 * 60, "recipient"), "collection", 24, 250)
    now = at("2026-07-11T23:00")
    for cache in (clock._search, clock._next_open, zones.place_of, law_of):
        cache.cache_clear()
    for tick in range(4):
        for n in range(1000):
            ask(rules, now + 15 * tick, f"{PHONES[n % len(PHONES)][:-3]}{n:03}", lately=Lately(place_at=now + HOUR))
        assert clock._search.cache_info().misses <= len(PHONES)
