"""How a send ended: the table of facts/twilio.md §5.2, row by row."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.outcome import (
    ACCOUNT_CODES,
    RETRY_MOST_SECONDS,
    Outcome,
    Reply,
    account_refused,
    classify,
    record_status,
    retry_delay_seconds,
)

SID = "SM" + "0" * 32
TABLE: list[tuple[str, Reply, Outcome]] = [
    ("connection refused, DNS failure, connect time-out", Reply(connected=False), Outcome.NOT_PROCESSED),
    ("remote closed, read time-out, reset, TLS error, killed", Reply(), Outcome.UNCLEAR),
    ("201 with a SID", Reply(http_status=201, sid=SID), Outcome.ACCEPTED),
    ("201 with an MMS SID", Reply(http_status=201, sid="MM" + "a" * 32), Outcome.ACCEPTED),
    ("201 that failed at once", Reply(http_status=201, sid=SID, message_status="failed"), Outcome.ACCEPTED),
    ("201 without a SID", Reply(http_status=201), Outcome.UNCLEAR),
    ("201 with another SID", Reply(http_status=201, sid="AC" + "0" * 32), Outcome.UNCLEAR),
    ("302", Reply(http_status=302), Outcome.UNCLEAR),
    ("400 with Twilio's code", Reply(http_status=400, code=21211), Outcome.REFUSED),
    ("400 with a code nobody knows", Reply(http_status=400, code=99999), Outcome.REFUSED),
    ("400 from something else", Reply(http_status=400), Outcome.UNCLEAR),
    ("401", Reply(http_status=401, code=20003), Outcome.ACCOUNT_REFUSED),
    ("401 with another code", Reply(http_status=401, code=70051), Outcome.ACCOUNT_REFUSED),
    ("403 for the account", Reply(http_status=403, code=20006), Outcome.ACCOUNT_REFUSED),
    ("404 for the account", Reply(http_status=404, code=20404), Outcome.ACCOUNT_REFUSED),
    ("429 with 20429", Reply(http_status=429, code=20429), Outcome.NOT_PROCESSED),
    ("429 with 63038, the day's limit", Reply(http_status=429, code=63038), Outcome.REFUSED),
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
    code=st.none() | st.integers(1, 99999),
    sid=st.sampled_from(["", SID, "x"]),
)


@given(REPLIES)
def test_once_connected_only_20429_may_be_sent_again(reply: Reply) -> None:
    if classify(reply) is Outcome.NOT_PROCESSED:
        assert reply.code == 20429
        assert 400 <= (reply.http_status or 0) < 500


@given(st.integers(1, 100), st.none() | st.floats(0, 10_000), st.integers())
def test_a_retry_waits_longer_each_time_within_a_limit_and_as_long_as_it_is_asked(
    attempts: int, asked: float | None, seed: int
) -> None:
    delay = retry_delay_seconds(attempts, asked, random.Random(seed))
    assert 1 <= delay <= RETRY_MOST_SECONDS
    assert delay >= min(asked or 0, RETRY_MOST_SECONDS)
    assert delay >= min(RETRY_MOST_SECONDS, 2 * 2 ** (min(attempts, 17) - 1)) / 2


@pytest.mark.parametrize("code", ACCOUNT_CODES)
def test_a_refused_account_names_the_parameter_to_mend(code: int) -> None:
    error = account_refused(code)
    assert error.parameter == ACCOUNT_CODES[code]
    assert str(code) in str(error)
    assert "TWILIO_AUTH_TOKEN" in str(error)


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
