"""The table of Twilio's codes against the facts."""

import re
from pathlib import Path

import pytest

from lib.core.codes import CODES, About, Code, code_of
from lib.core.parameters import EMAIL_IDENTITY, EMAIL_SENDER, SENDER, SERVICE, SMS_SENDER, TEMPLATES

FACTS = Path(__file__).parents[3] / "docs/facts/twilio.md"


def codes_of_the_facts() -> set[int]:
    """The first column of the table in facts/twilio.md §3; `21602-21604` is a range."""
    section = FACTS.read_text().split("\n## 3. ")[1].split("\n## ")[0]
    found: set[int] = set()
    for row in re.findall(r"^\| ([0-9][^|]*)\|", section, re.MULTILINE):
        for first, last in re.findall(r"(\d{5})(?:-(\d{5}))?", row):
            found |= set(range(int(first), int(last or first) + 1))
    return found


def test_every_code_of_the_facts_is_classified() -> None:
    codes = codes_of_the_facts()
    assert len(codes) > 70
    assert codes - CODES.keys() == set()


def test_a_code_stands_in_one_class_and_says_what_it_means() -> None:
    for number, row in CODES.items():
        assert row.number == number
        assert row.meaning
        assert row.is_of_ses or row.page.endswith(f"/{number}")
        assert (row.about is About.PARAMETER) <= (
            row.parameter in (SENDER, SMS_SENDER, SERVICE, TEMPLATES, EMAIL_SENDER, EMAIL_IDENTITY)
        )
        assert not row.wait_seconds or row.about is About.LATER


def test_an_unknown_code_is_a_class_of_its_own() -> None:
    assert code_of(99999).about is About.UNEXPLAINED


@pytest.mark.parametrize("row", [*CODES.values(), code_of(99999)], ids=lambda row: str(row.number))
def test_each_code_says_in_both_languages_what_happened_and_what_to_do(row: Code) -> None:
    for meaning, sentence in ((row.meaning, row.sentence("en")), (row.meaning_es, row.sentence("es"))):
        happened, to_do = sentence.split(". ", 1)
        assert happened.lower() == meaning.lower()
        assert to_do.endswith(".")
        assert "{" not in sentence
        assert not row.parameter or row.parameter in sentence
    assert row.meaning != row.meaning_es
    assert row.sentence("pt") == row.sentence("es")


def test_codes_of_one_meaning_in_english_have_one_in_spanish() -> None:
    assert len({row.meaning for row in CODES.values()}) == len({row.meaning_es for row in CODES.values()})
