"""Readers of single settings: each takes where a value stands and the value, and gives it back checked and frozen.

All raise ConfigurationError with the place and the rule, never with the value (contract §2). Pure.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ..core.phone import is_e164
from ..errors import ConfigurationError

Reader = Callable[[str, Any], Any]
_HOUR = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_UNSENDABLE = ("Cc", "Cs", "Zl", "Zp")  # control characters, halves of surrogate pairs, line and paragraph breaks


def below(path: str, name: str) -> str:
    """The place of an entry."""
    return f"{path}.{shown(name)}"


def shown(name: str) -> str:
    """A name that may be anything that JSON can hold, as far as a line of an error can show it."""
    printable = "".join(character if character.isprintable() else "?" for character in name[:60])
    return f"{printable}{'…' if len(name) > 60 else ''}"


def boolean(path: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ConfigurationError(path, "must be true or false")
    return value


def number(low: float, high: float, unit: str) -> Reader:
    def read(path: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ConfigurationError(path, f"must be a number of {unit} from {low:g} to {high:g}")
        return value

    return read


def whole(low: int, high: int, unit: str) -> Reader:
    def read(path: str, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ConfigurationError(path, f"must be a whole number of {unit} from {low} to {high}")
        return value

    return read


def choice(*choices: str) -> Reader:
    def read(path: str, value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            raise ConfigurationError(path, f"must be one of {', '.join(choices)}")
        return value

    return read


def or_null(read: Reader) -> Reader:
    """The same reader, and null as well."""

    def read_or_null(path: str, value: object) -> Any:
        try:
            return None if value is None else read(path, value)
        except ConfigurationError as error:
            if error.parameter != path:  # an entry of it is wrong: null is no help there
                raise
            raise ConfigurationError(path, f"{error.problem}, or null") from None

    return read_or_null


def line(most: int) -> Reader:
    """One line of text that can be sent, without the blanks around it."""

    def read(path: str, value: object) -> str:
        if not isinstance(value, str) or not 1 <= len(value.strip()) <= most or not is_sendable(value.strip()):
            raise ConfigurationError(path, f"must be one line of text, 1 to {most} characters")
        return value.strip()

    return read


def is_sendable(text: str) -> bool:
    return not any(unicodedata.category(character) in _UNSENDABLE for character in text)


def entries(read: Reader, example: str, names: Collection[str] = (), noun: str = "") -> Reader:
    """An object whose every entry is read alike; with names: of these only, each of them a `noun`."""

    def read_entries(path: str, value: object) -> Mapping[str, Any]:
        given = an_object(path, value, example)
        for name in given:
            if names and name not in names:
                raise ConfigurationError(below(path, name), f"is not a {noun}; there are {', '.join(names)}")
        return MappingProxyType({name: read(below(path, name), entry) for name, entry in given.items()})

    return read_entries


def shape(make: Callable[..., Any], example: str, parts: Mapping[str, tuple[str, Reader]]) -> Reader:
    """An object of just these keys, each with the argument of `make` that it becomes, and its reader."""

    def read_shape(path: str, value: object) -> Any:
        given = an_object(path, value, example)
        for key in given:
            if key not in parts:
                raise ConfigurationError(below(path, key), f"is not known; {path} must be an object such as {example}")
        for key in parts:
            if key not in given:
                raise ConfigurationError(f"{path}.{key}", f"is missing; {path} must be an object such as {example}")
        return make(**{argument: read(f"{path}.{key}", given[key]) for key, (argument, read) in parts.items()})

    return read_shape


def an_object(path: str, value: object, example: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigurationError(path, f"must be an object such as {example}")
    return value


def lines(most: int, example: str) -> Reader:
    """A list of at most so many words or short lines."""

    def read(path: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or len(value) > most:
            raise ConfigurationError(path, f"must be a list of at most {most}, such as {example}")
        return tuple(line(60)(f"{path}[{index}]", entry) for index, entry in enumerate(value))

    return read


def order_of(*names: str) -> Reader:
    """A list of one or more of these names, each once."""

    def read(path: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not value or any(entry not in names for entry in value):
            raise ConfigurationError(path, f"must be a list of one or more of {', '.join(names)}")
        if len(set(value)) != len(value):
            raise ConfigurationError(path, "must name each only once")
        return tuple(value)

    return read


def result(path: str, value: object) -> bool | int | float | str:
    """What a result of the call is compared with."""
    if isinstance(value, str) and 1 <= len(value) <= 250 and is_sendable(value):
        return value
    if isinstance(value, bool | int | float) and abs(value) < 1e15:  # beyond that, numbers in JSON are no longer exact
        return value
    raise ConfigurationError(path, "must be true, false, a number or one line of text, such as true")


def instant(path: str, value: object) -> float:
    """RFC 3339 → epoch seconds."""
    try:
        moment = datetime.fromisoformat(value.upper()) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ConfigurationError(path, "must be an RFC 3339 instant with its zone, such as 2026-01-31T08:00:00-05:00")
    return moment.timestamp()


def hour(path: str, value: object) -> int:
    """An hour of the day → minutes after midnight."""
    match = _HOUR.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ConfigurationError(path, "must be an hour of the day from 00:00 to 23:59, such as 21:00")
    return int(match[1]) * 60 + int(match[2])


def zone(*also: str) -> Reader:
    """The name of an IANA time zone, or one of these words."""

    def read(path: str, value: object) -> str:
        if not isinstance(value, str) or not (value in also or _is_zone(value)):
            words = "".join(f", or {word}" for word in also)
            raise ConfigurationError(path, f"must be an IANA time zone such as America/Bogota{words}")
        return value

    return read


def _is_zone(name: str) -> bool:
    # The name is a path below the zones' folder: a folder of it, a file that is no zone and `..` fail each in its way.
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return name != "localtime" and not name.startswith(("posix", "right/"))  # not IANA's, and not everywhere


def https(path: str, value: object) -> str:
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
        good = parts and parts.scheme == "https" and parts.hostname and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        good = False
    if not isinstance(value, str) or not good or len(value) > 500 or not re.fullmatch(r"[\x21-\x7e]+", value):
        raise ConfigurationError(path, "must be an https address such as https://hc-ping.com/…")
    return value


def phone(path: str, value: object) -> str:
    if not isinstance(value, str) or not is_e164(value):
        raise ConfigurationError(path, "must be +<country><number>, such as +14155238886")
    return value


def whatsapp_number(path: str, value: object) -> str:
    """With or without its channel's name → with it."""
    bare = value.removeprefix("whatsapp:") if isinstance(value, str) else ""
    if not is_e164(bare):
        raise ConfigurationError(path, "must be +<country><number>, with or without whatsapp: before it")
    return f"whatsapp:{bare}"


def sid(prefix: str, noun: str) -> Reader:
    def read(path: str, value: object) -> str:
        if not isinstance(value, str) or not is_sid(value, prefix):
            raise ConfigurationError(path, f"must be {noun}: {prefix} and 32 hexadecimal digits")
        return value

    return read


def is_sid(value: str, prefix: str) -> bool:
    """Whether a value has the form of a Twilio SID: two letters and 32 hexadecimal digits (facts/twilio.md §1.2)."""
    return re.fullmatch(f"{prefix}[0-9a-fA-F]{{32}}", value) is not None
