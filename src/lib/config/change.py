"""One setting changed: the parameter's new text, checked whole before it is written. Pure."""

import json
from typing import Any

from .settings import parse_settings


def changed(text: str | None, key: str, value: Any) -> str:
    """The text of `SETTINGS` with one key set; text: as it stands, None when there is none.

    Raises ConfigurationError, naming key and rule, for a value that is wrong, and for a text that is so already.
    """
    parse_settings(text)
    whole = {} if text is None else json.loads(text.removeprefix("\ufeff"))
    new = json.dumps(whole | {key: value}, ensure_ascii=False, indent=2)
    parse_settings(new)
    return new
