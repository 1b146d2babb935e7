"""What the stories' calls found out, which settings ask for it, and what a person who reads both would say."""

import random
from collections.abc import Mapping
from typing import Any, Literal

from lib.core.policy import Policy
from lib.core.results import Results
from local.services.elevenlabs.calls import Conversation

Asks = Literal["nothing", "only_if", "criterion", "opt_out_if", "both"]
CONDITIONS: dict[str, dict[str, dict[str, Any]]] = {
    "nothing": {},
    "only_if": {"only_if": {"interested": True}},
    "criterion": {"only_if": {"goal": "success"}},
    "opt_out_if": {"opt_out_if": {"stop": True}},
    "both": {"only_if": {"interested": True}, "opt_out_if": {"stop": True}},
}
TEXTS = {
    "follow_up": {"es": "Hola {name}, gracias por hablar. {summary}\n\nQuedamos: {date}. Te escribe {brand}."},
    "no_summary": {"es": "Hola {name}, gracias por hablar. Quedamos: {date}. Te escribe {brand}."},
    "missed": {"es": "Hola {name}, te llamamos. {brand}"},
}
WORDS = {"variables": {"3": "date"}, "texts": TEXTS}
SAID = {"interested": (True, True, "Sí", "yes", False, "no", None), "stop": (False,) * 9 + (True, "sí", None)}
DATES = ("el lunes", "mañana\na las 5", None, 12, "una fecha muy larga " * 20)
AFFIRMED = (True, "Sí", "sí", "yes")


def asked(asks: str, *, has_own_words: bool) -> dict[str, Any]:
    """The settings that ask for results."""
    return {**CONDITIONS[asks], **(WORDS if has_own_words else {})}


def drawn(dice: random.Random) -> dict[str, Any]:
    """What one call found out, as fields of its conversation; some of it was never asked, or not found out."""
    collected = {name: dice.choice(values) for name, values in SAID.items()} | {"date": dice.choice(DATES)}
    left_out = {name for name in collected if dice.random() < 0.1}
    return {
        "data_collection": {name: value for name, value in collected.items() if name not in left_out},
        "criteria": {"goal": dice.choice(("success", "success", "failure", "unknown"))},
        "lists_results": dice.random() < 0.6,
    }


def plain(talk: Conversation) -> dict[str, Any]:
    """What a conversation found out in the end; nothing where it was never analysed."""
    return {**talk.data_collection, **talk.criteria} if talk.summary is not None else {}


def truth(talk: Conversation) -> Results:
    return Results(tuple((name, value) for name, value in plain(talk).items() if value is not None), is_whole=True)


def meets(conditions: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    return all(_is(found.get(name), wanted) for name, wanted in conditions.items())


def wishes(policy: Policy, talk: Conversation) -> bool:
    """Whether the person asked in the call not to be written to."""
    return any(_is(plain(talk).get(name), wanted) for name, wanted in policy.opt_out_if.items())


def _is(value: Any, wanted: Any) -> bool:
    return value in AFFIRMED if wanted is True else bool(value == wanted)
