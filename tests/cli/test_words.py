"""The command line speaks Spanish as it speaks English: every text, with the same places to fill."""

import re
import string

import pytest

from tests.cli.words import said
from vigia import words
from vigia.__main__ import run
from vigia.language import _COMPLAINTS, _ENGLISH, _SHOWN
from vigia.words_es import SPANISH


def places(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_every_text_is_there_in_spanish_and_no_other() -> None:
    english = {*said(), *_ENGLISH.values(), *_SHOWN, *_COMPLAINTS}
    assert {text: said().get(text) for text in english - SPANISH.keys()} == {}
    assert SPANISH.keys() - english - {"The call is now: {status}"} == set()


def test_a_translation_fills_the_same_places() -> None:
    assert [text for text, spanish in SPANISH.items() if places(text) != places(spanish)] == []


@pytest.mark.parametrize(
    ("locale", "language"),
    [("es_CO.UTF-8", "es"), ("pt_BR", "es"), ("en_US.UTF-8", "en"), ("C", "en"), ("de_DE", "en"), ("", "en")],
)
def test_the_locale_chooses_the_language(locale: str, language: str) -> None:
    assert words.of_locale({"LANG": locale}) == language


TYPERS = r"\b(usage|did|mean|options?|commands?|arguments?|missing|such|invalid|try|message|exit|required|input|args)\b"
MISTAKES = (
    "why",
    "settings",
    "why --foo",
    "--stck x",
    "nope",
    "statsu",
    "settings nope",
    "metrics --serve x",
    "metrics --serve",
)


@pytest.mark.parametrize("arguments", [*MISTAKES, "why a b", "resend x", "why --help=1", "--lang fr status"])
def test_a_mistake_is_told_in_spanish_without_a_word_of_typers(
    arguments: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--lang", "es", *arguments.split()]) == 2
    assert re.findall(TYPERS, "".join(capsys.readouterr()).lower()) == []


@pytest.mark.parametrize("arguments", ["", "why", "settings", "settings set", "resend"])
def test_the_help_is_spanish_without_a_word_of_typers(arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "es", *arguments.split(), "--help"]) == 0
    text = capsys.readouterr().out.lower()
    assert "uso: vigia" in text
    assert re.findall(TYPERS, text) == []
