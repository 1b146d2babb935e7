"""Where a phone's owner may be, by its prefix: country, state, zones. Pure.

The data is generated from the library `phonenumbers` (`make data`, local/data/prefixes.py), which is too heavy for the
function, and read when first asked for: only `timezone: recipient` and `contact_law` do (contract §2).
"""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from .frozen import frozen

DATA = Path(__file__).with_name("zones.json")


@frozen
class Place:
    """Empty where nothing is known.

    country: ISO 3166, the main one of the calling code; +1 is told apart by its area code (American territories: US)
    state: of the United States, by the area code that the phone was given, wherever its owner lives now
    zones: IANA names; of several, nobody can tell which is the owner's
    """

    country: str = ""
    state: str = ""
    zones: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def place_of(phone: str) -> Place:
    """The place of a phone in E.164."""
    digits = phone.removeprefix("+")
    if digits.startswith("521") and len(digits) == 13:
        digits = f"52{digits[3:]}"  # a Mexican mobile as it was written until 2019
    data = _data()
    zones = _longest(data["zones"], digits)
    return Place(_longest(data["countries"], digits), _longest(data["states"], digits), tuple(zones.split()))


def _longest(values: Mapping[str, str], digits: str) -> str:
    return next((values[digits[:n]] for n in range(len(digits), 0, -1) if digits[:n] in values), "")


@cache
def _data() -> Mapping[str, Mapping[str, str]]:
    """`zones`, `countries`, `states`: prefix → value; the longest prefix counts."""
    read = json.loads(DATA.read_text(encoding="utf-8"))
    return {
        name: {prefix: value for value, prefixes in table.items() for prefix in prefixes.split()}
        for name, table in read.items()
    }
