"""The settings changed: the parameter's new text, checked whole before it is written. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from ..errors import ConfigurationError
from .settings import parse_settings, stored

MAX_CHARACTERS, ADVANCED_MAX_CHARACTERS = 4096, 8192  # of a standard, of an advanced parameter (facts/aws.md §1.6)


def changed(text: str | None, key: str, value: Any) -> str:
    """The text of `SETTINGS` with one key set; text: as it stands, None when there is none.

    Raises ConfigurationError, naming key and rule, for a value that is wrong, and for a text that is so already.
    """
    parse_settings(text)
    return written(stored(text) | {key: value}, text)


def written(whole: Mapping[str, Any], before: str | None) -> str:
    """The text of this object, in lines where they fit. before: as it stands; what is longer than a standard parameter
    stands in an advanced one.

    Raises ConfigurationError for what the function would refuse, and for what Parameter Store would.
    """
    most = MAX_CHARACTERS if len(before or "") <= MAX_CHARACTERS else ADVANCED_MAX_CHARACTERS
    text = _storable(json.dumps(whole, ensure_ascii=False, indent=2))
    if len(text) > most:
        text = _storable(json.dumps(whole, ensure_ascii=False, separators=(",", ":")))
    parse_settings(text)
    if len(text) > most:
        rule = f"is {len(text):,} characters; Parameter Store takes {most:,}: shorten a text, or take one out"
        raise ConfigurationError("SETTINGS", rule)
    return text


def _storable(text: str) -> str:
    """The same JSON without `{{`, which Parameter Store takes for a reference and refuses: it stands in texts alone."""
    return text.replace("{{", "{\\u007b")
