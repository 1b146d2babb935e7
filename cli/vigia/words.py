"""The words in the language of the person at the terminal. English stands in the code; `words_es` has the Spanish."""

import os
from collections.abc import Mapping

from lib.core.text import Count

from .words_es import SPANISH

LANGUAGES = ("es", "en")
_SPEAK_SPANISH = ("es", "ca", "eu", "gl", "pt")
_chosen = "en"


def choose(language: str) -> None:
    global _chosen  # noqa: PLW0603  one terminal, one language
    _chosen = language


def language() -> str:
    return _chosen


def t(english: str, **values: object) -> str:
    """The sentence in the chosen language, its places filled."""
    text = SPANISH.get(english, english) if _chosen == "es" else english
    return text.format(**{name: _counted(value) for name, value in values.items()}) if values else text


def _counted(value: object) -> object:
    """A whole number, so that a text may give its word with it: `{count:call|calls}`."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Count(value)
    return Count(value) if isinstance(value, float) and value.is_integer() else value


def of_locale(environment: Mapping[str, str] = os.environ) -> str:
    """`es` where the locale is one whose people read it, else `en`."""
    names = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"))
    code = next((name for name in names if name), "")
    return "es" if code[:2].lower() in _SPEAK_SPANISH else "en"
