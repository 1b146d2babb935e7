"""The Twilio simulator on SMS: segments as carriers count them, and landlines (facts/twilio.md §1.5, §3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.message import sms
from lib.core.message.compose import compose
from lib.core.policy import Settings
from local.services.twilio.segments import segments
from local.services.twilio.world import TwilioWorld
from tests.contract.stage import NOON, Clock, create, listed

SENDER, LANDLINE = "+14155550199", "+576015550100"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        *(("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3)),
        *(("é" * 160, 1), ("í" * 70, 1), ("í" * 71, 2), ("í" * 134, 2), ("í" * 135, 3), ("🙏" * 35, 1), ("🙏" * 36, 2)),
        *(("€" * 80, 1), ("€" * 81, 2), ("", 1)),
    ],
)
def test_segments_are_counted_as_carriers_do(account: TwilioWorld, body: str, count: int) -> None:
    assert segments(body) == count
    account.senders.add(SENDER)
    if body:
        assert create(account, To=LANDLINE, From=SENDER, Body=body).body["num_segments"] == str(count)


@given(st.text(max_size=400) | st.text("aé€í[ 🙏", max_size=400))
def test_the_product_counts_as_the_simulator_does_but_for_a_character_at_a_segments_end(body: str) -> None:
    assert 0 <= sms.segments(body) - segments(body) <= 1


@given(st.text(max_size=60), st.text(max_size=2000), st.sampled_from(("es", "en", "pt")))
def test_an_sms_of_ours_never_has_more_than_two_segments(name: str, summary: str, language: str) -> None:
    for kind in ("follow_up", "missed"):
        message = compose(kind, name, summary, language, Settings(brand="Óptica Ñandú 👓"), channel="sms")
        assert segments(message.body) <= sms.MAX_SEGMENTS


def test_an_sms_to_a_landline_is_refused_or_fails_later(account: TwilioWorld, clock: Clock) -> None:
    account.senders.add(SENDER)
    account.landlines[LANDLINE] = 21614
    refused = create(account, To=LANDLINE, From=SENDER, Body="Hola")
    assert (refused.status, refused.body["code"]) == (400, 21614)
    account.landlines[LANDLINE] = 30006
    assert create(account, To=LANDLINE, From=SENDER, Body="Hola").status == 201
    clock.now = NOON + 30
    (row,) = listed(account)["messages"]
    assert (row["status"], row["error_code"]) == ("undelivered", 30006)


def test_a_landline_may_have_whatsapp(account: TwilioWorld) -> None:
    account.landlines[LANDLINE] = 21614
    assert create(account, To=f"whatsapp:{LANDLINE}", Body="Hola" * 300).body["num_segments"] == "1"
