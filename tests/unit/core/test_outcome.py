"""How a send ended: the table of facts/twilio.md §5.2, row by row."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.codes import CODES, About, code_of
from lib.core.outcome import (
    RETRY_MOST_SECONDS,
    Outcome,
    Reply,
    account_refused,
    classify,
    parameter_delay_seconds,
    parameter_refused,
    record_status,
    refused_alike,
    retry_delay_seconds,
)

SID = "SM" + "0" * 32
TABLE: list[tuple[str, Reply, Outcome]] = [
    ("no byte of the request left", Reply(connected=False), Outcome.NOT_PROCESSED),
    ("remote closed, read time-out, reset, killed", Reply(), Outcome.UNCLEAR),
    ("201 with a SID", Reply(http_status=201, sid=SID), Outcome.ACCEPTED),
    ("201 with an MMS SID", Reply(http_status=201, sid="MM" + "a" * 32), Outcome.ACCEPTED),
    ("201 that failed at once", Reply(http_status=201, sid=SID, message_status="failed"), Outcome.ACCEPTED),
    ("201 without a SID", Reply(http_status=201), Outcome.UNCLEAR),
    ("201 with another SID", Reply(http_status=201, sid="AC" + "0" * 32), Outcome.UNCLEAR),
    ("200 of SES, whose ids have no form", Reply(http_status=200, sid="m-1", is_email=True), Outcome.ACCEPTED),
    ("200 of SES without an id", Reply(http_status=200, is_email=True), Outcome.UNCLEAR),
    ("302", Reply(http_status=302), Outcome.UNCLEAR),
    ("400 with Twilio's code", Reply(http_status=400, code=21211), Outcome.REFUSED),
    ("400 with a code nobody knows", Reply(http_status=400, code=99999), Outcome.UNEXPLAINED),
    ("400 from something else", Reply(http_status=400), Outcome.UNCLEAR),
    ("401", Reply(http_status=401, code=20003), Outcome.ACCOUNT_REFUSED),
    ("401 with another code", Reply(http_status=401, code=70051), Outcome.ACCOUNT_REFUSED),
    ("403 for the account", Reply(http_status=403, code=20006), Outcome.ACCOUNT_REFUSED),
    ("403 with test credentials", Reply(http_status=403, code=20008), Outcome.ACCOUNT_REFUSED),
    ("403 with a code nobody knows", Reply(http_status=403, code=99999), Outcome.ACCOUNT_REFUSED),
    ("403 from something else", Reply(http_status=403), Outcome.UNCLEAR),
    ("400 for an account that is not active", Reply(http_status=400, code=90010), Outcome.ACCOUNT_REFUSED),
    ("404 for the account", Reply(http_status=404, code=20404), Outcome.ACCOUNT_REFUSED),
    ("400 for the sender", Reply(http_status=400, code=63007), Outcome.PARAMETER_REFUSED),
    ("400 for the Messaging Service", Reply(http_status=400, code=21701), Outcome.PARAMETER_REFUSED),
    ("400 for the template", Reply(http_status=400, code=21655), Outcome.PARAMETER_REFUSED),
    ("429 with 20429", Reply(http_status=429, code=20429), Outcome.NOT_PROCESSED),
    ("429 with 63038, the day's limit", Reply(http_status=429, code=63038), Outcome.NOT_PROCESSED),
    ("429 with 63018, the sandbox's limit", Reply(http_status=429, code=63018), Outcome.NOT_PROCESSED),
    ("400 with 63018, the sandbox's limit", Reply(http_status=400, code=63018), Outcome.NOT_PROCESSED),
    ("429 with a code nobody knows", Reply(http_status=429, code=99999), Outcome.NOT_PROCESSED),
    ("429 from something else", Reply(http_status=429), Outcome.UNCLEAR),
    ("500 with Twilio's code", Reply(http_status=500, code=20500), Outcome.UNCLEAR),
    ("503 with Twilio's code", Reply(http_status=503, code=20503), Outcome.UNCLEAR),
    ("502 from something else", Reply(http_status=502), Outcome.UNCLEAR),
]


@pytest.mark.parametrize(("seen", "reply", "outcome"), TABLE, ids=[row[0] for row in TABLE])
def test_every_end_of_a_send_falls_into_its_class(seen: str, reply: Reply, outcome: Outcome) -> None:
    assert classify(reply) is outcome, seen


REPLIES = st.builds(
    Reply,
    connected=st.just(True),
    http_status=st.none() | st.integers(100, 599),
    code=st.none() | st.integers(1, 99999) | st.sampled_from(sorted(CODES)),
    sid=st.sampled_from(["", SID, "x"]),
)


@given(REPLIES)
def test_once_connected_only_twilios_own_no_lets_a_message_be_sent_again(reply: Reply) -> None:
    if classify(reply) not in (Outcome.ACCEPTED, Outcome.UNCLEAR):
        assert reply.code is not None
        assert 400 <= (reply.http_status or 0) < 500


@given(REPLIES)
def test_nothing_is_final_that_somebody_can_fix_or_that_time_mends(reply: Reply) -> None:
    if classify(reply) is Outcome.REFUSED:
        assert code_of(reply.code or 0).about in (About.PERSON, About.CHANNEL, About.MESSAGE)
        assert reply.http_status not in (401, 403)


@given(st.integers(1, 100), st.none() | st.floats(0, 10_000), st.integers())
def test_a_retry_waits_longer_each_time_within_a_limit_and_as_long_as_it_is_asked(
    attempts: int, asked: float | None, seed: int
) -> None:
    delay = retry_delay_seconds(attempts, Reply(retry_after_seconds=asked), random.Random(seed))
    assert 1 <= delay <= RETRY_MOST_SECONDS
    assert delay >= min(asked or 0, RETRY_MOST_SECONDS)
    assert delay >= min(RETRY_MOST_SECONDS, 2 * 2 ** (min(attempts, 17) - 1)) / 2


@pytest.mark.parametrize(("code", "seconds"), [(63038, 3600), (63018, 3)])
def test_a_limit_is_waited_for_as_long_as_it_lasts(code: int, seconds: float) -> None:
    assert retry_delay_seconds(1, Reply(http_status=429, code=code), random.Random(1)) == seconds


def test_a_refused_parameter_is_tried_at_once_and_then_gives_way_to_others() -> None:
    assert [parameter_delay_seconds(n) for n in (1, 2, 3, 4, 5, 100)] == [0, 60, 120, 240, 300, 300]


@pytest.mark.parametrize("code", [number for number, row in CODES.items() if row.about is About.ACCOUNT])
def test_a_refused_account_names_the_parameter_to_fix(code: int) -> None:
    error = account_refused(code, "TWILIO_API_KEY_SECRET")
    assert error.parameter == (CODES[code].parameter or "TWILIO_API_KEY_SECRET")
    assert str(code) in str(error)
    assert "TWILIO_API_KEY_SECRET" in str(error)
    assert "TWILIO_AUTH_TOKEN" in str(account_refused(code))


@pytest.mark.parametrize(
    ("code", "parameter"),
    [
        (63007, "TWILIO_WHATSAPP_NUMBER"),
        (21606, "TWILIO_WHATSAPP_NUMBER"),
        (21212, "TWILIO_WHATSAPP_NUMBER"),
        *((code, "TWILIO_WHATSAPP_NUMBER") for code in (21601, 21659, 21660, 21661)),  # split off the two before
        (21705, "TWILIO_MESSAGING_SERVICE_SID"),
        (21701, "TWILIO_MESSAGING_SERVICE_SID"),
        (21703, "TWILIO_MESSAGING_SERVICE_SID"),
        (21655, "SETTINGS.content_sids"),
        (63041, "SETTINGS.content_sids"),
    ],
)
def test_a_refused_parameter_is_named(code: int, parameter: str) -> None:
    error = parameter_refused(code)
    assert error.parameter == parameter
    assert str(error).startswith(f"{parameter}: ")
    assert str(code) in str(error)


def test_refusals_alike_name_what_they_have_in_common() -> None:
    assert refused_alike(99999, "SETTINGS.content_sids").parameter == "SETTINGS.content_sids"
    assert "99999" in str(refused_alike(99999, "TWILIO_WHATSAPP_NUMBER"))


@pytest.mark.parametrize(
    ("twilios", "ours"),
    [
        ("queued", "sent"),
        ("accepted", "sent"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "read"),
        ("undelivered", "failed"),
        ("failed", "failed"),
        ("canceled", "failed"),
        ("something_new", "sent"),
    ],
)
def test_a_status_of_twilios_has_one_of_ours(twilios: str, ours: str) -> None:
    assert record_status(twilios) == ours
