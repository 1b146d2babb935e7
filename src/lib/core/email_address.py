"""What is an e-mail address that SES takes (facts/aws.md §8). Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from .text import clean, one_line

MAX_CHARACTERS = 254
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{1,64}}@){_LOCAL}@(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]")
_AROUND = " \t<>\"',;“”‘’"  # as people and spreadsheets wrap it


def is_email(text: str) -> bool:
    """One plain address: seven-bit, with a domain that has a dot."""
    return len(text) <= MAX_CHARACTERS and _ADDRESS.fullmatch(text) is not None


def email_of(variables: Mapping[Any, Any]) -> str:
    """The dynamic variable `email` of an upload, whatever its case; "" when it holds no address that can be used."""
    for key, value in variables.items():
        if isinstance(key, str) and _is_heading(key[:20]):
            text = one_line(clean(value)).strip(_AROUND)
            name, _, text = text.rpartition("<")  # Ana Díaz <ana@example.com>
            text = (text[7:] if text[:7].casefold() == "mailto:" else text).removesuffix(".")
            text = "" if "@" in name else text
            if is_email(text):
                return text
    return ""


@lru_cache(1024)  # all of a batch's recipients have the same
def _is_heading(key: str) -> bool:
    return one_line(key).casefold() == "email"
