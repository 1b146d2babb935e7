"""The words of contract §4, and what a template gets."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.message.compose import BODY_MAX_CHARACTERS, VARIABLE_MAX_CHARACTERS, compose, cut
from lib.core.policy import LANGUAGES, Settings

SID = "HX" + "0" * 32
TEMPLATES = Settings(content_sids={"follow_up": {"es": SID}, "missed": {"es": SID, "en": SID}})
WITH_SUMMARY = """¡Hola Ana! 👋

Hemos completado una conversación y me gustaría seguir hablando contigo sobre: Ana pidió una cita.

Por favor, comparte tus dudas o comentarios para que pueda ayudarte mejor. 😊

---
*IA Calls*"""
WITHOUT_SUMMARY = """¡Hola! 👋

Acabamos de tener una conversación telefónica y me gustaría continuar el diálogo contigo por aquí.

Por favor, comparte tus dudas o comentarios para que pueda ayudarte mejor. 😊

---
*Óptica Sol*"""
MISSED = """¡Hola Ana! 👋

Intentamos comunicarnos contigo por teléfono y no lo logramos; me gustaría continuar el diálogo contigo por aquí.

Por favor, comparte tus dudas o comentarios para que pueda ayudarte mejor. 😊

---
*IA Calls*"""


def test_the_spanish_follow_up_is_the_contracts_to_the_letter() -> None:
    assert compose("follow_up", "Ana", "Ana pidió una cita.", "es", Settings()).body == WITH_SUMMARY


def test_an_unknown_name_drops_out_with_its_space_and_no_summary_has_its_own_words() -> None:
    assert compose("follow_up", "", "", "es", Settings(brand="Óptica Sol")).body == WITHOUT_SUMMARY


def test_a_missed_call_has_its_own_words_and_no_summary() -> None:
    assert compose("missed", "Ana", "a machine answered", "es", Settings()).body == MISSED


@given(st.text(max_size=3000), st.sampled_from(["follow_up", "missed"]), st.sampled_from(LANGUAGES))
def test_a_body_never_exceeds_1600_characters_however_they_are_counted(summary: str, kind: str, language: str) -> None:
    body = compose(kind, "Ana" * 30, summary, language, Settings(brand="x" * 60)).body
    assert len(body.encode("utf-16-le")) // 2 <= BODY_MAX_CHARACTERS


def test_a_long_summary_is_cut_at_a_word() -> None:
    body = compose("follow_up", "Ana", "palabra " * 400, "es", Settings()).body
    assert " palabra…\n\nPor favor" in body
    assert len(body) > BODY_MAX_CHARACTERS - len("palabra") - 5


@given(st.text(min_size=1), st.integers(min_value=2, max_value=40))
def test_what_is_cut_fits_and_begins_as_it_did(text: str, room: int) -> None:
    short = cut(text, room)
    assert len(short.encode("utf-16-le")) // 2 <= room
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


@pytest.mark.parametrize(
    ("text", "room", "short"),
    [("uno dos", 7, "uno dos"), ("uno dos tres", 9, "uno dos…"), ("uno dos", 5, "uno…"), ("interminable", 6, "inter…")],
)
def test_a_cut_keeps_whole_words_when_there_is_one(text: str, room: int, short: str) -> None:
    assert cut(text, room) == short


def test_an_approved_template_is_sent_with_every_variable_on_one_line() -> None:
    message = compose("follow_up", "Ana", "Pidió\n\tuna   cita.", "es", TEMPLATES)
    assert (message.body, message.content_sid) == ("", SID)
    assert json.loads(message.content_variables) == {"1": "Ana", "2": "Pidió una cita."}


def test_a_template_never_gets_an_empty_variable() -> None:
    assert json.loads(compose("follow_up", "", "", "es", TEMPLATES).content_variables) == {
        "1": "cliente",
        "2": "nuestra conversación",
    }


def test_a_missed_template_has_no_summary() -> None:
    assert json.loads(compose("missed", "Ana", "x", "en", TEMPLATES).content_variables) == {"1": "Ana"}


def test_a_language_without_a_template_gets_free_text() -> None:
    assert compose("follow_up", "Ana", "x", "pt", TEMPLATES).content_sid == ""


@given(st.text(), st.text())
def test_a_variable_is_one_line_of_bounded_length(name: str, summary: str) -> None:
    for value in json.loads(compose("follow_up", name, summary * 20, "es", TEMPLATES).content_variables).values():
        assert 0 < len(value) <= VARIABLE_MAX_CHARACTERS
        assert value == " ".join(value.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_own_words_for_everything(language: str) -> None:
    bodies = {compose(kind, "Ana", summary, language, Settings()).body for kind, summary in
              [("follow_up", "x"), ("follow_up", ""), ("missed", "")]}  # fmt: skip
    assert len(bodies) == 3
    assert all("Ana" in body and body.endswith("---\n*IA Calls*") for body in bodies)
