"""What a call found out (contract §2, `variables`, `only_if`, `opt_out_if`): read, compared, and ruled on. Pure.

Three answers everywhere: true, false, and None for not known yet. A list row knows what it was asked for at most; only
the conversation itself, once its analysis is there, says that a result is missing (facts/elevenlabs.md §3a, §3b).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from .frozen import frozen
from .policy import Policy, Result
from .status import Reason

VALUE_MAX_CHARACTERS = 1000  # a longer text is cut here; what it is compared with has 250 at most
MAX_NUMBER = 10**20  # a larger number is no value
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,19})(?:\.[0-9]{1,20})?")  # a code such as 007 is none
_YES = frozenset({"true", "yes", "sí", "si", "sim", "verdadero", "verdadeiro"})
_NO = frozenset({"false", "no", "não", "nao", "falso"})


@frozen
class Results:
    """Ids of data collection items and evaluation criteria, with their values: those that are not null.

    is_whole: what is not here is missing for good; False: it may still come, or has not been asked for.
    """

    values: tuple[tuple[str, Result], ...] = ()
    is_whole: bool = False

    def get(self, name: str) -> Result | None:
        return dict(self.values).get(name)


NOTHING_KNOWN = Results()


def results_of(row: Mapping[str, Any]) -> Results:
    """The results of a conversation, by itself (`analysis`) or as a row of the list. Raises nothing, whatever it holds.

    A data collection item comes before a criterion of the same id. Lists and objects are no values.
    """
    analysis = row.get("analysis")
    source = analysis if isinstance(analysis, dict) else row
    found: dict[str, Result] = {}
    for name, entry in (
        *_entries(source, "data_collection_results", "data_collection_id"),
        *_entries(source, "evaluation_criteria_results", "criteria_id"),
    ):
        if (value := _value(entry)) is not None:
            found.setdefault(name, value)
    is_itself, status = "metadata" in row or "transcript" in row, row.get("status")
    is_analysed = status == "failed" or (status == "done" and isinstance(analysis, dict))
    return Results(tuple(found.items()), is_whole=is_itself and is_analysed)


def asked_for(policy: Policy) -> list[str]:
    """The ids of all results that these settings ask for."""
    return sorted({*policy.only_if, *policy.opt_out_if, *policy.variables.values()})


def are_open(results: Results, names: Iterable[str]) -> bool:
    """Whether one of these results is not known yet: then the conversation itself is to be asked."""
    return not results.is_whole and any(results.get(name) is None for name in names)


def ruling(results: Results, policy: Policy, *, is_final: bool = False) -> Reason | Literal[""] | None:
    """Why a follow-up must not leave ("": it may); None: not known yet.

    is_final: nothing more will be learned. What is missing or null is then no wish to be left alone, and does not meet
    `only_if`. The wish is judged first, so that a call that `only_if` forbids anyway is heard as well.
    """
    results = Results(results.values, is_whole=True) if is_final else results
    wishes = any_holds(policy.opt_out_if, results)
    if wishes is not False:
        return None if wishes is None else Reason.OPTED_OUT
    is_wanted = holds(policy.only_if, results)
    if is_wanted is None:
        return None
    return "" if is_wanted else Reason.ONLY_IF


def holds(conditions: Mapping[str, Result], results: Results) -> bool | None:
    """Whether every named result equals its value. One that is missing or null equals none."""
    answers = set(_answers(conditions, results))
    return False if False in answers else None if None in answers else True


def any_holds(conditions: Mapping[str, Result], results: Results) -> bool | None:
    """Whether one of the named results equals its value."""
    answers = set(_answers(conditions, results))
    return True if True in answers else None if None in answers else False


def is_equal(value: Result, wanted: Result) -> bool:
    """As a person would say: `sí`, `Yes` and true are one, so are 3, 3.0 and "3"; case and surplus blanks aside."""
    return _meaning(value) == _meaning(wanted)


def _answers(conditions: Mapping[str, Result], results: Results) -> Iterator[bool | None]:
    for name, wanted in conditions.items():
        value = results.get(name)
        if value is None:
            yield False if results.is_whole else None
        else:
            yield is_equal(value, wanted)


def _meaning(value: Result) -> tuple[str, Result]:
    """What is compared, with its kind: in Python alone, true would be 1."""
    if isinstance(value, bool):
        return "truth", value
    if isinstance(value, int | float):
        return "number", value
    text = " ".join(unicodedata.normalize("NFKC", value).casefold().split())
    word = text.strip(" .!¡")
    if word in _YES or word in _NO:
        return "truth", word in _YES
    if _NUMBER.fullmatch(text):
        return "number", float(text) if "." in text else int(text)
    return "text", text


def _entries(source: Mapping[str, Any], field: str, id_field: str) -> Iterable[tuple[str, object]]:
    """Each id with its entry, from the map and from its list; nothing for what is neither."""
    by_id, listed = source.get(field), source.get(f"{field}_list")
    if isinstance(by_id, dict):
        yield from ((name, entry) for name, entry in by_id.items() if isinstance(name, str))
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict) and isinstance(name := entry.get(id_field), str):
            yield name, entry


def _value(entry: object) -> Result | None:
    """The value of an entry (`value`, a criterion's `result`), or of a list row, which has it bare."""
    raw = entry.get("value", entry.get("result")) if isinstance(entry, dict) else entry
    if isinstance(raw, str):
        return raw[:VALUE_MAX_CHARACTERS].encode("utf-8", "ignore").decode().strip() or None
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int | float) and abs(raw) < MAX_NUMBER:  # NaN is not, either
        return raw
    return None
