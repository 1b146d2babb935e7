"""What Twilio shows otherwise than it was sent, and what a look-up makes of it."""

from dataclasses import replace

import pytest

from lib.core.matching import could_be, find
from lib.core.message.compose import Message
from lib.core.outcome import Reply
from lib.core.phone import spellings
from lib.core.rewriting import AROUND, NUMBER, SENDER, TEXT, Rewriting, marks_of
from tests.unit.core.test_matching import CLAIM, LATER, ROW, claim

MEXICO, OLD_MEXICO = "+525512345678", "+5215512345678"
BRAZIL, OLD_BRAZIL = "+5511987654321", "+551187654321"
ARGENTINA, OLD_ARGENTINA = "+5491123456789", "+541123456789"


@pytest.mark.parametrize(("one", "other"), [(MEXICO, OLD_MEXICO), (BRAZIL, OLD_BRAZIL), (ARGENTINA, OLD_ARGENTINA)])
def test_one_persons_number_is_known_in_both_spellings(one: str, other: str) -> None:
    assert set(spellings(one)) == set(spellings(other)) == {one, other}
    assert spellings(one)[0] == one
    row = replace(ROW, to=f"whatsapp:{other}")
    assert could_be(row, replace(CLAIM, to=f"whatsapp:{one}"))
    assert not could_be(row, replace(CLAIM, to=f"whatsapp:{one[:-1]}0"))


@pytest.mark.parametrize("phone", ["+573001112233", "+14155238886", "+551132109876", "+5255", "whatever", ""])
def test_other_numbers_have_one_spelling(phone: str) -> None:
    assert spellings(phone) == (phone,)


def test_a_sender_that_is_shown_otherwise_hides_the_message_from_a_list_that_is_asked_by_it() -> None:
    for shown in ("whatsapp:+14155550999", "+14155238886"):
        marks = marks_of(CLAIM, Reply(to=CLAIM.to, body=CLAIM.message.body, sender=shown))
        assert marks == {SENDER}
        assert Rewriting(marks).hides
    for same in (None, "", CLAIM.sender):
        assert marks_of(CLAIM, Reply(to=CLAIM.to, body=CLAIM.message.body, sender=same)) == set()
    mine = replace(CLAIM, sender=f"whatsapp:{OLD_MEXICO}")
    assert could_be(replace(ROW, sender=f"whatsapp:{MEXICO}"), mine)


@pytest.mark.parametrize("shown", ["Sent from your Twilio trial account - {}", "{}\n\nReply STOP to unsubscribe"])
def test_words_put_around_the_text_do_not_hide_it(shown: str) -> None:
    row = replace(ROW, body=shown.format(CLAIM.message.body))
    assert could_be(row, CLAIM)
    assert marks_of(CLAIM, Reply(to=CLAIM.to, body=row.body)) == {AROUND}
    assert not Rewriting(frozenset({AROUND})).hides


def test_a_text_inside_another_is_not_the_message() -> None:
    assert not could_be(replace(ROW, body="Antes. Hola, Ana Después."), CLAIM)
    assert not could_be(replace(ROW, body=""), CLAIM)


@pytest.mark.parametrize(
    ("to", "body", "marks"),
    [
        (CLAIM.to, CLAIM.message.body, set()),
        (CLAIM.to, " Hola, Ana ", set()),
        (None, None, set()),  # an answer without them says nothing
        (CLAIM.to, "Hola, An@", {TEXT}),
        (CLAIM.to, "", {TEXT}),
        (CLAIM.to, None, {TEXT}),
        ("whatsapp:+57XXXXXXXXXX", CLAIM.message.body, {NUMBER}),
        ("+573001112233", CLAIM.message.body, {NUMBER}),
        ("whatsapp:+5713001112233", CLAIM.message.body, {"to +57>+571"}),
    ],
)
def test_what_an_accepted_message_shows_is_remembered_as_marks(
    to: str | None, body: str | None, marks: set[str]
) -> None:
    assert marks_of(CLAIM, Reply(to=to, body=body)) == marks


@pytest.mark.parametrize("body", ["Hola Ana, sobre tu cita de hoy", "", None])
def test_a_templates_rendered_text_is_no_rewriting(body: str | None) -> None:
    template = replace(CLAIM, message=Message(content_sid="HX", content_variables='{"1": "Ana", "2": "tu cita"}'))
    assert marks_of(template, Reply(to=CLAIM.to, body=body)) == set()
    assert marks_of(template, Reply(to=CLAIM.to, body="Hola")) == {TEXT}


@pytest.mark.parametrize(("shown", "key"), [("Hola Ana, gracias", "2"), ("Hablamos sobre tu cita de hoy", "1")])
def test_a_template_that_has_no_place_for_the_name_or_the_summary_is_known_by_the_other(shown: str, key: str) -> None:
    sid = "HX" + "1" * 32
    template = replace(
        CLAIM, message=Message(content_sid=sid, content_variables='{"1": "Ana", "2": "tu cita", "3": "x"}')
    )
    marks = marks_of(template, Reply(to=template.to, body=shown))
    rewriting = Rewriting(marks)
    assert marks == {f"template {sid} without {key}"}
    assert not rewriting.hides
    row = replace(ROW, body=shown)
    assert not could_be(row, template)
    assert could_be(row, rewriting.as_shown(template))
    assert not could_be(replace(ROW, body="Hola Eva"), rewriting.as_shown(template))
    other = replace(template, message=replace(template.message, content_sid="HX" + "2" * 32))
    assert rewriting.as_shown(other) == other


def test_a_template_whose_only_variable_is_not_shown_hides_its_message() -> None:
    missed = replace(CLAIM, message=Message(content_sid="HX", content_variables='{"1": "Ana"}'))
    assert marks_of(missed, Reply(to=missed.to, body="Hola")) == {TEXT}


def test_a_prefix_that_was_seen_is_looked_under_for_others_with_the_same() -> None:
    seen = marks_of(CLAIM, Reply(to="whatsapp:+5713001112233", body=CLAIM.message.body))
    rewriting = Rewriting(frozenset(seen))
    assert rewriting.addresses("whatsapp:+573009998877") == ["whatsapp:+573009998877", "whatsapp:+5713009998877"]
    assert rewriting.addresses("whatsapp:+14155550000") == ["whatsapp:+14155550000"]
    assert not rewriting.hides


@pytest.mark.parametrize("mark", [TEXT, NUMBER])
def test_what_cannot_be_undone_hides_messages(mark: str) -> None:
    assert Rewriting(frozenset({mark})).hides


def test_of_two_texts_the_exact_one_has_the_message() -> None:
    short = claim("conv_2", body="Ana")
    assert could_be(ROW, short)
    assert find(CLAIM, [ROW], [CLAIM, short], LATER) == ROW
    assert find(short, [ROW], [CLAIM, short], LATER) == "contested"
