"""Zones, countries and states by a phone's prefix, from the package `phonenumbers` (Google's data).

Four choices where the library's own answer does not serve:
* A mobile number outside the countries whose mobiles have area codes may be anywhere in its country: all zones of it.
* In +1 the area code decides for mobiles, too. One that nobody knows counts as the United States', the states' zones
  alone (the library says all forty-two of +1, from Guam to Bermuda: at no hour of the day are all of them awake).
* Numbers of no country (+800, +870 …) have no zone.
* Where the library has a zone in which few or none of an area's people live, theirs counts beside it (`ALSO`).
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumber, number_type, region_code_for_number
from phonenumbers.geodata import GEOCODE_DATA
from phonenumbers.phonenumberutil import PhoneNumberType, is_number_type_geographical
from phonenumbers.tzdata import TIMEZONE_DATA

AMERICA = 1
NO_COUNTRY = "001"  # the library's word
STATES_ZONES = (
    "America/Adak America/Anchorage America/Boise America/Chicago America/Denver America/Juneau America/Los_Angeles "
    "America/New_York America/North_Dakota/Center America/Phoenix Pacific/Honolulu"
)
ALSO = {
    "America/Recife": "5581",  # of which the library knows one island, an hour ahead of the city
    "America/Chihuahua": "52614 52621 52625 52627 52628 52629 52635 52636 52639 52648 52649 52652 52657 52659",  # 2022
    # Areas that lie in two zones, or in the other one: Gary, Bowling Green, Pensacola, Evansville, Upper Michigan;
    # Chattanooga, Orlando; western Nebraska; the north of Canada.
    "America/Chicago": "1219 1270 1364 1448 1812 1850 1906 1930",
    "America/New_York": "1423 1689",
    "America/Denver": "1308",
    "America/Edmonton": "1867",
    "America/Winnipeg": "1867",
    "America/Toronto": "1867",
}
TERRITORIES = ("AS", "GU", "MP", "PR", "VI")  # the same federal law
STATES = """
AL Alabama; AK Alaska; AZ Arizona; AR Arkansas; CA California; CO Colorado; CT Connecticut; DE Delaware;
FL Florida; GA Georgia; HI Hawaii; ID Idaho; IL Illinois; IN Indiana; IA Iowa; KS Kansas; KY Kentucky;
LA Louisiana; ME Maine; MD Maryland; MA Massachusetts; MI Michigan; MN Minnesota; MS Mississippi;
MO Missouri; MT Montana; NE Nebraska; NV Nevada; NH New Hampshire; NJ New Jersey; NM New Mexico;
NY New York; NC North Carolina; ND North Dakota; OH Ohio; OK Oklahoma; OR Oregon; PA Pennsylvania;
RI Rhode Island; SC South Carolina; SD South Dakota; TN Tennessee; TX Texas; UT Utah; VT Vermont;
VA Virginia; WA Washington State; WV West Virginia; WI Wisconsin; WY Wyoming; DC Washington D.C.
"""
STATE_OF_NAME = {name.strip()[3:]: name.strip()[:2] for name in STATES.split(";")}  # as the library's places spell them


def generate() -> dict[str, dict[str, str]]:
    """`zones`: zones → prefixes, `countries`: country → prefixes, `states`: state → area codes; joined by spaces."""
    main_regions = {str(code): regions[0] for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()}
    countries = {code: region for code, region in main_regions.items() if region != NO_COUNTRY}
    states = {}
    for area in range(200, 1000):
        country, state = _american(str(area))
        if country not in ("", "US"):
            countries[f"1{area}"] = country
        if state:
            states[f"1{area}"] = state
    return {"zones": _by_value(_zones()), "countries": _by_value(countries), "states": _by_value(states)}


def _by_value(prefixes: Mapping[str, str]) -> dict[str, str]:
    """Value → prefixes, without those that say what a shorter one says."""
    found: dict[str, list[str]] = defaultdict(list)
    for prefix, value in sorted(prefixes.items()):
        shorter = (prefixes[prefix[:n]] for n in range(len(prefix) - 1, 0, -1) if prefix[:n] in prefixes)
        if next(shorter, None) != value:
            found[value].append(prefix)
    return {value: " ".join(known) for value, known in found.items()}


def _zones() -> dict[str, str]:
    zones = {prefix: " ".join(names) for prefix, names in TIMEZONE_DATA.items()}
    zones["1"] = STATES_ZONES
    for code in COUNTRY_CODE_TO_REGION_CODE:
        known = {prefix: value for prefix, value in zones.items() if prefix.startswith(str(code))}
        is_settled = code == AMERICA or is_number_type_geographical(PhoneNumberType.MOBILE, code)
        if not is_settled and len(set(known.values())) > 1:
            zones = {prefix: value for prefix, value in zones.items() if prefix not in known}
            zones |= {str(code): known[str(code)]} | _of_places(code, known)
    for zone, areas in ALSO.items():
        for area in areas.split():
            zones |= _with_also(zone, area, zones)
    return zones


def _with_also(zone: str, area: str, zones: Mapping[str, str]) -> dict[str, str]:
    """The prefixes of an area, each with this zone too."""
    whole = next(zones[area[:n]] for n in range(len(area), 0, -1) if area[:n] in zones)
    known = {area: whole} | {prefix: value for prefix, value in zones.items() if prefix.startswith(area)}
    return {prefix: " ".join(sorted({*value.split(), zone})) for prefix, value in known.items()}


def _of_places(code: int, known: Mapping[str, str]) -> dict[str, str]:
    """Of what is known of a country, the prefixes, three national digits or more, that have fixed lines alone."""
    found = {}
    for national in range(100, 1000):
        prefix = f"{code}{national}"
        kinds = {number_type(number) for number in _samples(code, str(national))} - {PhoneNumberType.UNKNOWN}
        if kinds and all(is_number_type_geographical(kind, code) for kind in kinds):
            found[prefix] = next(known[prefix[:n]] for n in range(len(prefix), 0, -1) if prefix[:n] in known)
            found |= {longer: value for longer, value in known.items() if longer.startswith(prefix)}
    return found


def _samples(code: int, national: str) -> Iterator[PhoneNumber]:
    """Numbers of every possible length that start so; the same ones each time."""
    draw = random.Random(f"{code}{national}")
    for length in _lengths(code):
        for _ in range(20):
            rest = "".join(draw.choices("0123456789", k=length - len(national)))
            yield PhoneNumber(country_code=code, national_number=int(national + rest))


@cache
def _lengths(code: int) -> list[int]:
    lengths: set[int] = set()
    for region in COUNTRY_CODE_TO_REGION_CODE[code]:
        metadata: Any = PhoneMetadata.metadata_for_region(region)
        lengths |= set(metadata.general_desc.possible_length)
    return sorted(length for length in lengths if length > 3)


def _american(area: str) -> tuple[str, str]:
    """An area code's country ('' when it is nobody's) and, in the United States, its state ('' when it has none)."""
    samples = (
        PhoneNumber(country_code=1, national_number=int(f"{area}{office}1234")) for office in range(200, 1000, 7)
    )
    countries = {country for country in map(region_code_for_number, samples) if country}
    if len(countries) != 1:
        return "", ""
    (country,) = countries
    if country in TERRITORIES:
        return "US", country
    return country, _state(f"1{area}") if country == "US" else ""


def _state(prefix: str) -> str:
    """By the place's name: `Texas`, or `San Antonio, TX`; '' when the area's places are of several states, or none."""
    names = [GEOCODE_DATA[prefix].get("en", "")] if prefix in GEOCODE_DATA else _places()[prefix]
    states = {STATE_OF_NAME.get(name, name.rpartition(", ")[2]) for name in names}
    return states.pop() if len(states) == 1 and states <= set(STATE_OF_NAME.values()) else ""


@cache
def _places() -> Mapping[str, list[str]]:
    """Area code → the names of all places in it."""
    found: dict[str, list[str]] = defaultdict(list)
    for prefix, names in GEOCODE_DATA.items():
        if prefix.startswith("1") and "en" in names:
            found[prefix[:4]].append(names["en"])
    return found
