"""A phone's place, held against the library that its data is made of."""

import random
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from phonenumbers import PhoneNumber, PhoneNumberType
from phonenumbers.timezone import time_zones_for_geographical_number, time_zones_for_number
from phonenumbers.tzdata import TIMEZONE_DATA

from lib.core.zones import DATA, Place, place_of

CODES = [code for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items() if regions != ("001",)]
OF_PERSONS = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def states_zones() -> tuple[str, ...]:
    from local.data.prefixes import STATES_ZONES  # with it come the library's names of places, which take seconds

    return tuple(STATES_ZONES.split())


def corrected() -> tuple[str, ...]:
    """The prefixes of which the library knows too little."""
    from local.data.prefixes import ALSO

    return tuple(area for areas in ALSO.values() for area in areas.split())


def e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@cache
def valid_numbers() -> list[PhoneNumber]:
    """Examples of every country and kind, and thousands more from every prefix that the library knows."""
    found = []
    for code in CODES:
        for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]:
            for kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE):
                example = phonenumbers.example_number_for_type(region, kind)
                if example is not None:
                    found.append(example)
    draw = random.Random(8)
    for prefix in TIMEZONE_DATA:
        code = next(code for code in CODES if prefix.startswith(str(code)))
        example = phonenumbers.example_number(phonenumbers.region_code_for_country_code(code))
        assert example is not None
        length = len(str(example.national_number))
        for _ in range(3):
            rest = "".join(draw.choices("0123456789", k=length - len(prefix) + len(str(code))))
            national = (prefix + rest)[len(str(code)) :]
            number = PhoneNumber(country_code=code, national_number=int(national or 0))
            if not national.startswith("0") and phonenumbers.number_type(number) in OF_PERSONS:
                found.append(number)
    return found


def test_the_zones_of_a_number_are_the_library_s() -> None:
    different, seen, prefixes = {}, 0, corrected()
    for number in valid_numbers():
        if number.country_code == 1:  # there mobiles are where their area code is; one of nowhere is the United States'
            said = time_zones_for_geographical_number(number)
            expected = states_zones() if said == TIMEZONE_DATA["1"] else tuple(said)
        else:
            expected = tuple(time_zones_for_number(number))
        seen += 1
        found = place_of(e164(number)).zones
        if e164(number)[1:].startswith(prefixes):
            assert set(found) >= set(expected), e164(number)
        elif found != expected:
            different[e164(number)] = (found, expected)
    assert seen > 5000
    # Where fixed lines and mobiles begin alike, all zones of the country are taken: never fewer than the library's.
    assert all(set(ours) > set(theirs) for ours, theirs in different.values()), different
    assert len(different) < seen / 500, different


def test_the_country_of_an_american_number_is_the_library_s() -> None:
    numbers = [number for number in valid_numbers() if number.country_code == 1]
    territories = dict.fromkeys(("AS", "GU", "MP", "PR", "VI"), "US")
    theirs = {e164(n): phonenumbers.region_code_for_number(n) or "" for n in numbers}
    assert {phone: place_of(phone).country for phone in theirs} == {
        phone: territories.get(region, region) for phone, region in theirs.items()
    }


@pytest.mark.parametrize(
    ("phone", "place"),
    [
        ("+573001234567", Place("CO", "", ("America/Bogota",))),
        ("+5215512345678", Place("MX", "", ("America/Mexico_City",))),  # as it was written until 2019
        ("+525512345678", Place("MX", "", ("America/Mexico_City",))),
        ("+526641234567", Place("MX", "", ("America/Tijuana",))),
        ("+5592987654321", Place("BR", "", ("America/Manaus",))),
        ("+5581987654321", Place("BR", "", ("America/Noronha", "America/Recife"))),
        ("+526251234567", Place("MX", "", ("America/Chihuahua", "America/Mazatlan"))),
        ("+526561234567", Place("MX", "", ("America/Ciudad_Juarez",))),
        ("+18505551234", Place("US", "FL", ("America/Chicago", "America/New_York"))),
        ("+34612345678", Place("ES", "", ("Atlantic/Canary", "Europe/Madrid"))),
        ("+34922123456", Place("ES", "", ("Atlantic/Canary",))),
        ("+593991234567", Place("EC", "", ("America/Guayaquil", "Pacific/Galapagos"))),
        ("+18095551234", Place("DO", "", ("America/Santo_Domingo",))),
        ("+12085551234", Place("US", "ID", ("America/Boise", "America/Los_Angeles"))),
        ("+17135551234", Place("US", "TX", ("America/Chicago",))),
        ("+17875551234", Place("US", "PR", ("America/Puerto_Rico",))),
        ("+14165551234", Place("CA", "", ("America/Toronto",))),
        ("+870123456789", Place()),
        ("+999123456789", Place()),
        ("", Place()),
    ],
)
def test_a_phone_s_place(phone: str, place: Place) -> None:
    assert place_of(phone) == place


def test_an_american_number_of_nowhere_is_the_states_() -> None:
    assert place_of("+18005551234") == Place("US", "", states_zones())


def test_every_zone_has_a_clock_that_differs_by_quarters_of_an_hour() -> None:
    """What `core.clock` counts on."""
    zones = {zone for number in valid_numbers() for zone in place_of(e164(number)).zones}
    for zone in zones:
        for instant in range(1_767_225_600, 1_893_456_000, 86_400 * 7):  # 2026 to 2029
            offset = datetime.fromtimestamp(instant, ZoneInfo(zone)).utcoffset()
            assert offset is not None
            assert offset.total_seconds() % 900 == 0, zone


def test_the_data_is_small() -> None:
    assert DATA.stat().st_size < 60_000
