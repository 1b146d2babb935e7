"""National holidays by country and year, from the package `holidays`."""

from collections.abc import Iterable

from holidays import country_holidays

YEARS = range(2026, 2030)


def generate(countries: Iterable[str]) -> dict[str, dict[str, str]]:
    """Country → year → `MMDD MMDD …`. Only what is one day for the whole country: no region's or town's own."""
    return {country: {str(year): _days(country, year) for year in YEARS} for country in countries}


def _days(country: str, year: int) -> str:
    return " ".join(day.strftime("%m%d") for day in sorted(country_holidays(country, years=year)))
