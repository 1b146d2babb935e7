"""Which channel follows, and when none does (contract §3)."""

from dataclasses import replace

import pytest

from lib.core.call import Call
from lib.core.case import Case
from lib.core.codes import CODES, About
from lib.core.decide import GiveUp, Send, Skip, decide
from lib.core.email_address import email_of
from lib.core.fallback import Next, after_failure, channel_of
from lib.core.policy import Settings
from lib.core.record import Record
from lib.core.status import Reason, Status

NOON = 1_795_003_200
CALL = Call("+573001112233", "conv_1", "rcp_1", "btcal_1", "a", "completed", NOON - 300, NOON - 200, "Ana", "")
REACHABLE = replace(CALL, email="ana@example.com")
ALL = Settings(channels=("whatsapp", "sms", "email"))
SENT = Record(REACHABLE, Status.SENT, NOON, attempts=1, channel="whatsapp", message_sid="SM1")


@pytest.mark.parametrize("number", sorted(CODES))
def test_only_what_is_final_on_this_channel_is_followed_by_another(number: int) -> None:
    row = CODES[number]
    then = after_failure(SENT, number, ALL)
    if row.is_opt_out or row.about in (About.ACCOUNT, About.PARAMETER, About.UNCLEAR):
        assert then is None
    elif row.about is About.PERSON:  # their number is no use on any channel that goes to it
        assert then == Next("email", (("sms", Reason.INVALID_PHONE),))
    else:
        assert then == Next("sms")


def test_the_channels_follow_in_order_each_once() -> None:
    by_sms = replace(SENT, channel="sms", failed_on="whatsapp")
    by_email = replace(SENT, channel="email", failed_on="whatsapp sms")
    assert [after_failure(one, 30006, ALL) for one in (by_sms, by_email)] == [Next("email"), None]


def test_a_channel_that_has_no_address_is_passed_over() -> None:
    settings = Settings(channels=("whatsapp", "email", "sms"))
    assert after_failure(replace(SENT, call=CALL), 63016, settings) == Next("sms", (("email", Reason.NO_EMAIL),))
    assert channel_of(CALL, None, Settings(channels=("email", "whatsapp"))) == "whatsapp"


def test_nothing_follows_where_an_earlier_send_may_have_arrived() -> None:
    assert after_failure(replace(SENT, resends=1), 63016, ALL) is None


def test_what_is_under_way_stays_on_its_channel_and_what_waits_follows_the_setting() -> None:
    waiting = replace(SENT, status=Status.WAITING, channel="sms", failed_on="whatsapp", message_sid="")
    assert channel_of(REACHABLE, waiting, ALL) == "sms"
    assert channel_of(REACHABLE, waiting, Settings(channels=("whatsapp", "email"))) == "email"
    assert channel_of(REACHABLE, waiting, Settings()) == ""
    assert channel_of(REACHABLE, replace(waiting, claim_id="c1"), Settings()) == "sms"  # let go for a resend


def test_a_call_for_which_no_channel_is_left_ends_and_says_why() -> None:
    waiting = replace(SENT, status=Status.WAITING, channel="sms", failed_on="whatsapp", message_sid="")
    assert decide(Case(CALL), Settings(channels=("email",)), NOON) == Skip("no_email")
    assert decide(Case(REACHABLE, waiting), Settings(), NOON) == GiveUp("no_channel")
    assert decide(Case(REACHABLE, waiting), ALL, NOON) == Send("follow_up")


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("ana@example.com", "ana@example.com"),
        (" <Ana.Diaz+1@Correo.example.co> ", "Ana.Diaz+1@Correo.example.co"),
        ("mailto:ana@example.com", "ana@example.com"),
        ("Ana Díaz <ana@example.com>", "ana@example.com"),
        ('"Díaz, Ana" <ana@example.com>;', "ana@example.com"),
        ("“ana@example.com”", "ana@example.com"),
        ("ana@example.com.", "ana@example.com"),
        ("luis@example.com <ana@example.com>", ""),
        ("ana@example", ""),
        ("ana@@example.com", ""),
        ("ana@example.com, luis@example.com", ""),
        ("ana@example.com\r\nBcc: luis@example.com", ""),
        ("ñandú@example.com", ""),  # SES takes seven-bit addresses only
        ("a" * 65 + "@example.com", ""),
        ("{{email}}", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_an_address_is_taken_whole_or_not_at_all(value: object, address: str) -> None:
    assert email_of({"name": "Ana", "Email": value}) == address
