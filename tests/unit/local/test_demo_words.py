"""The demo speaks both languages about the same things."""

import string

import pytest

from local.demo.words import ENGLISH, SPANISH, readers_words


def test_both_languages_say_the_same_things_with_the_same_values() -> None:
    def values(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text)} - {None}

    assert {key: values(text) for key, text in ENGLISH.items()} == {key: values(text) for key, text in SPANISH.items()}


@pytest.mark.parametrize(
    ("locale", "words"), [("es_CO.UTF-8", SPANISH), ("es", SPANISH), ("C", ENGLISH), ("", ENGLISH)]
)
def test_the_readers_locale_chooses(locale: str, words: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", locale)
    assert readers_words() is words
