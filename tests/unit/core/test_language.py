"""Which language a person is written to in (contract §2)."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.call import Call, Conversation
from lib.core.language import code_of, language_of
from lib.core.policy import LANGUAGES

CALL = Call("+573001239155", "conv_1", "rcp_1", "btcal_1", "agent_1", "completed", 1, 2, "Ana", "")
HELD = Conversation("conv_1", "done", 1, 2, "", True)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("es", "es ES es-419 es_CO es-MX.UTF-8 spa ESP Spanish español Español espanol castellano espanhol castelhano"),
        ("en", "en EN en-US en_gb eng English inglés Inglés ingles inglês INGLÉS"),
        ("pt", "pt pt-BR pt_BR PT-pt por portuguese Portuguese português Portugués portugues ptbr"),
    ],
)
def test_codes_and_names_of_our_languages_are_understood(code: str, words: str) -> None:
    assert {word: code_of(word) for word in words.split()} == dict.fromkeys(words.split(), code)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Spanish (Mexico)", "es"),
        ("Latin American Spanish", "es"),
        ("en español", "es"),
        ("Brazilian Portuguese", "pt"),
        (" portugue\u0302s ", "pt"),
        ("English, US", "en"),
    ],
)
def test_a_language_is_found_among_other_words(words: str, code: str) -> None:
    assert code_of(words) == code


@pytest.mark.parametrize(
    "word", ["", " ", "fr", "fra", "français", "null", "auto", "419", "{{language}}", "e", "-es", "x" * 999]
)
def test_what_is_none_of_them_is_unknown(word: str) -> None:
    assert code_of(word) == ("es" if word == "-es" else "")


@pytest.mark.parametrize(
    ("own", "held_in", "setting", "language"),
    [
        ("", "pt", "es", "es"),
        ("", "es", "en", "en"),
        ("pt", "en", "es", "pt"),
        ("Portuguese", "en", "auto", "pt"),
        ("fr", "en", "pt", "pt"),
        ("", "en", "auto", "en"),
        ("", "pt-BR", "auto", "pt"),
        ("", "fr", "auto", "es"),
        ("", "", "auto", "es"),
        ("", None, "auto", "es"),
    ],
)
def test_the_recipients_own_comes_first_then_the_setting(
    own: str, held_in: str | None, setting: str, language: str
) -> None:
    conversation = None if held_in is None else replace(HELD, main_language=held_in)
    assert language_of(replace(CALL, language=own), conversation, setting) == language


@given(st.text(), st.text(), st.sampled_from([*LANGUAGES, "auto"]))
def test_a_message_always_has_a_language(own: str, held_in: Any, setting: str) -> None:
    assert language_of(replace(CALL, language=own), replace(HELD, main_language=held_in), setting) in LANGUAGES
