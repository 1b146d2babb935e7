"""Recognising a message in Twilio's list (facts/twilio.md §5.3)."""

from dataclasses import replace

import pytest

from lib.core.call import Call
from lib.core.matching import CLOCK_SKEW_SECONDS, FIRST_GAP_SECONDS, Row, could_be, find, is_anybodys, next_look_at
from lib.core.message.compose import Message
from lib.core.record import OWNER_GONE_SECONDS, Record
from lib.core.status import Reason, Status

NOON = 1_795_003_200
ANA, US = "whatsapp:+573001112233", "whatsapp:+14155238886"
CALL = Call(ANA, "conv_1", "rcp_1", "btcal_1", "agent_1", "completed", NOON, NOON, "", "")
CLAIM = Record(CALL, Status.CLAIMED, NOON, claimed_at=NOON, to=ANA, sender=US, message=Message(body="Hola,\n Ana"))
ROW = Row("SM1", ANA, US, "Hola,\n Ana", "outbound-api", "queued", None, NOON + 1)
LATER = NOON + OWNER_GONE_SECONDS


def claim(conversation_id: str, at: int = NOON, status: str = "claimed", sid: str = "", body: str = "") -> Record:
    message = Message(body=body) if body else CLAIM.message
    call = replace(CALL, conversation_id=conversation_id)
    return replace(CLAIM, call=call, claimed_at=at, status=Status(status), message_sid=sid, message=message)


def test_a_message_is_recognised_by_address_text_and_time() -> None:
    assert could_be(ROW, CLAIM)
    assert could_be(replace(ROW, sender=""), CLAIM)  # a Messaging Service may not have chosen it yet
    assert could_be(replace(ROW, created_at=NOON + 1200), CLAIM)  # its owner may have stalled before it sent


@pytest.mark.parametrize(
    "other",
    [
        replace(ROW, to="whatsapp:+573001112234"),
        replace(ROW, sender="whatsapp:+14155238887"),
        replace(ROW, body="Hola, Eva"),
        replace(ROW, direction="inbound"),
        replace(ROW, created_at=NOON - CLOCK_SKEW_SECONDS - 1),
    ],
)
def test_a_message_that_differs_in_any_of_them_is_another(other: Row) -> None:
    assert not could_be(other, CLAIM)


def test_white_space_and_the_form_of_its_accents_do_not_matter() -> None:
    assert could_be(replace(ROW, body=" Hola, Ana "), CLAIM)
    in_two, in_one = "Hola, Jose\u0301", "Hola, Jos\u00e9"
    for shown, sent in ((in_two, in_one), (in_one, in_two)):
        assert could_be(replace(ROW, body=shown), claim("conv", body=sent))


@pytest.mark.parametrize(
    ("body", "is_it"),
    [("Hola Ana, sobre tu cita de hoy", True), ("", True), ("Hola Ana, sobre otra cosa", False), ("tu cita", False)],
)
def test_a_template_is_recognised_by_its_variables_or_by_an_absent_body(body: str, is_it: bool) -> None:
    message = Message(content_sid="HX", content_variables='{"1": "Ana", "2": "tu cita"}')
    assert could_be(replace(ROW, body=body), replace(CLAIM, message=message)) is is_it


def test_the_claims_own_message_is_found() -> None:
    assert find(CLAIM, [ROW], [CLAIM], LATER) == ROW


def test_an_empty_list_finds_nothing() -> None:
    assert find(CLAIM, [], [CLAIM], LATER) == "not_listed"


@pytest.mark.parametrize(
    ("row", "is_it"),
    [
        (replace(ROW, body="Hola, Eva"), True),
        (ROW, False),  # this claim explains it
        (replace(ROW, sid="SM2"), False),  # another call has it
        (replace(ROW, body="Hola, Eva", to="whatsapp:+573001112234"), False),
        (replace(ROW, body="Hola, Eva", sender="whatsapp:+14155238887"), False),
        (replace(ROW, body="Hola, Eva", direction="inbound"), False),
        (replace(ROW, body="Hola, Eva", created_at=NOON - CLOCK_SKEW_SECONDS - 1), False),
    ],
)
def test_what_no_record_explains_may_be_the_claims_own_in_other_words(row: Row, is_it: bool) -> None:
    assert is_anybodys(CLAIM, [row], [CLAIM, claim("conv_2", status="sent", sid="SM2")]) is is_it


def test_a_message_that_another_call_is_known_to_have_sent_is_not_this_ones() -> None:
    assert find(CLAIM, [ROW], [CLAIM, claim("conv_2", status="sent", sid="SM1")], LATER) == "not_listed"


def test_of_two_claims_with_one_text_the_earlier_takes_the_earlier_message() -> None:
    second, row = claim("conv_2", NOON + 5), replace(ROW, sid="SM2", created_at=NOON + 6)
    assert find(CLAIM, [row, ROW], [CLAIM, second], LATER + 9) == ROW
    assert find(second, [row, ROW], [CLAIM, second], LATER + 9) == row


def test_of_two_claims_with_one_text_and_one_message_only_one_has_it() -> None:
    second = claim("conv_2", NOON + 5)
    assert find(CLAIM, [ROW], [CLAIM, second], LATER + 9) == ROW
    assert find(second, [ROW], [CLAIM, second], LATER + 9) == "contested"
    settled = claim("conv_1", status="sent", sid=ROW.sid)
    assert find(second, [ROW], [settled, second], LATER + 9) == "not_listed"


def test_a_message_goes_to_the_nearest_claim_and_not_to_an_old_one() -> None:
    old = claim("conv_0", NOON - 60)
    assert find(CLAIM, [ROW], [old, CLAIM], LATER) == ROW
    assert find(old, [ROW], [old, CLAIM], LATER) == "contested"


def test_of_two_messages_that_could_be_its_own_a_claim_takes_the_nearest() -> None:
    """The other may be of a call that was released meanwhile, of which nothing is known any more (story 1/55028)."""
    before = replace(ROW, sid="SM0", created_at=NOON - 178)
    assert find(CLAIM, [ROW, before], [CLAIM], LATER) == ROW


def test_a_resent_call_is_not_settled_by_its_failed_message_while_the_other_may_arrive() -> None:
    """Else a third would follow. By a clock of Twilio's that runs ahead, the first seems the nearer one (6/4591)."""
    failed = replace(ROW, sid="SM0", created_at=NOON + 1, status="failed", error_code=63016)
    other = replace(ROW, sid="SM2", created_at=NOON + 120)
    assert find(replace(CLAIM, resends=1), [failed, other], [], LATER) == other
    assert find(replace(CLAIM, resends=1), [failed], [], LATER) == failed
    assert find(CLAIM, [failed, other], [], LATER) == failed  # its only message: the other is not the call's


def test_a_message_that_is_nearer_to_a_released_call_is_left_to_it() -> None:
    """What it said is forgotten: only the time tells."""
    word = Reason.RELEASED_BY_A_PERSON
    released = replace(claim("conv_2", NOON + 150, status="skipped"), claim_id="claim-2", reason=word)
    its = replace(ROW, sid="SM2", created_at=NOON + 151)
    assert find(CLAIM, [its], [CLAIM, released], LATER + 999) == "contested"
    assert find(CLAIM, [its, ROW], [CLAIM, released], LATER + 999) == ROW
    assert find(CLAIM, [its], [CLAIM, replace(released, message_sid="SM9")], LATER + 999) == its


def test_a_call_let_go_for_a_resend_still_owns_its_message() -> None:
    short = replace(CLAIM, message=Message(content_sid="HX", content_variables='{"1": "Ana"}'))
    let_go = replace(claim("conv_2", status="waiting"), claim_id="c2")
    assert find(short, [ROW], [short, let_go], LATER) == "contested"
    assert find(short, [ROW], [short, replace(let_go, claim_id="")], LATER) == ROW  # nothing was created for that one


def test_a_held_call_leaves_a_message_to_one_that_is_still_looked_up() -> None:
    late = replace(ROW, created_at=NOON - 59)  # Twilio's clock is behind ours
    assert find(CLAIM, [late], [claim("conv_0", NOON - 60, status="held"), CLAIM], LATER) == late


def test_a_message_that_failed_begins_no_other_while_it_may_be_another_claims() -> None:
    """Ours may be on its way, and only not listed yet."""
    rivals = [claim("conv_0", NOON - 60, status="held"), CLAIM]
    for status in ("failed", "undelivered"):
        failed = replace(ROW, status=status, error_code=30036)
        assert find(CLAIM, [failed], rivals, LATER) == "contested"
        assert find(CLAIM, [failed], [CLAIM], LATER) == failed


def test_a_templates_message_goes_to_the_claim_that_says_most_of_it() -> None:
    full = replace(CLAIM, message=Message(content_sid="HX1", content_variables='{"1": "Ana", "2": "tu cita"}'))
    bare = replace(claim("conv_2", NOON + 1), message=Message(content_sid="HX2", content_variables='{"1": "Ana"}'))
    held = claim("conv_3", NOON, status="held", body="Hola Ana, sobre tu cita")
    row = replace(ROW, body="Hola Ana, sobre tu cita")
    assert find(full, [row], [full, held], LATER + 9) == "contested"
    assert find(full, [row], [full, bare], LATER + 9) == row
    assert find(bare, [row], [full, bare], LATER + 9) == "contested"


def test_a_message_that_a_live_send_could_have_made_is_left_alone_for_now() -> None:
    live = claim("conv_2", NOON + 5)
    assert find(CLAIM, [ROW], [CLAIM, live], NOON + 20) == "contested"
    assert find(CLAIM, [ROW], [CLAIM, claim("conv_2", NOON + 5, body="Otra cosa")], NOON + 20) == ROW


def test_looks_come_at_growing_gaps_and_once_more_at_the_end() -> None:
    now, looks = float(NOON), []
    while now < NOON + 900:
        now = next_look_at(CLAIM, now, 900)
        looks.append(now - NOON)
    assert looks == [15, 30, 60, 120, 240, 480, 900]
    assert next_look_at(CLAIM, NOON + 1000, 900) == NOON + 1000 + FIRST_GAP_SECONDS
