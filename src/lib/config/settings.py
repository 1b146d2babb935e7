"""The operator's settings: the JSON of the `SETTINGS` parameter, validated whole, frozen (contract §2). Pure.

Which keys there are and what each may be stands in the tables below; `readers` has the kinds of values.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any, TypeVar

from ..core.policy import (
    ACTIONS,
    AUTO,
    CHANNELS,
    KINDS,
    LANGUAGES,
    MAX_LOOKBACK_HOURS,
    PURPOSES,
    RECIPIENT,
    TEXTS,
    Digest,
    Policy,
    QuietHours,
    Settings,
)
from ..errors import ConfigurationError
from . import readers as read
from .texts import check_texts, text

VARIABLE_NAME_MAX_CHARACTERS = 16  # facts/twilio.md §2.3
P = TypeVar("P", bound=Policy)
_LANGUAGES_OF_TEXT = read.entries(text, '{"es": "Hola {name}, …"}', LANGUAGES, "language")
_LANGUAGES_OF_SID = read.entries(read.sid("HX", "a Content SID"), '{"es": "HX…"}', LANGUAGES, "language")
_RESULTS = read.entries(read.result, '{"interested": true}')
_QUIET_HOURS = {
    "start": ("start_minutes", read.hour),
    "end": ("end_minutes", read.hour),
    "timezone": ("timezone", read.zone(RECIPIENT)),
}
_DIGEST = {"at": ("at_minutes", read.hour), "timezone": ("timezone", read.zone())}


def _variables(path: str, value: object) -> Mapping[str, str]:
    variables: Mapping[str, str] = read.entries(read.line(100), '{"3": "appointment_date"}')(path, value)
    for name in variables:
        if not (name.isascii() and name.replace("_", "").isalnum() and len(name) <= VARIABLE_NAME_MAX_CHARACTERS):
            problem = f"is not a template variable, such as 3 ({VARIABLE_NAME_MAX_CHARACTERS} characters at most)"
            raise ConfigurationError(read.below(path, name), problem)
        if name in ("1", "2"):
            raise ConfigurationError(f"{path}.{name}", "is taken: 1 is the name and 2 the summary; start at 3")
    return variables


def _agents(path: str, value: object) -> Mapping[str, Mapping[str, Any]]:
    own = read.entries(lambda place, entry: _object(place, entry, OF_AN_AGENT), '{"agent_…": {"language": "en"}}')
    agents: Mapping[str, Mapping[str, Any]] = own(path, value)
    for agent in agents:
        if agent.split() != [agent]:
            raise ConfigurationError(read.below(path, agent), "is not an agent's id, such as agent_…")
    return agents


# What may be set for the workspace and for an agent.
SHARED: Mapping[str, read.Reader] = {
    "summary_wait_seconds": read.number(0, 86_400, "seconds"),
    "missed_wait_minutes": read.number(0, 1440, "minutes"),
    "language": read.choice(*LANGUAGES, AUTO),
    "brand": read.line(60),
    "texts": read.entries(_LANGUAGES_OF_TEXT, '{"follow_up": {"es": "Hola {name}, …"}}', TEXTS, "kind of text"),
    "content_sids": read.entries(_LANGUAGES_OF_SID, '{"follow_up": {"es": "HX…"}}', KINDS, "kind of message"),
    "variables": _variables,
    "only_if": _RESULTS,
    "opt_out_if": _RESULTS,
    "channels": read.order_of(*CHANNELS),
    "statuses": read.entries(read.choice(*ACTIONS), '{"voicemail": "skip"}'),
    "quiet_hours": read.or_null(
        read.shape(QuietHours, '{"start": "21:00", "end": "08:00", "timezone": "America/Bogota"}', _QUIET_HOURS)
    ),
    "contact_law": read.or_null(read.choice(*PURPOSES)),
    "cooldown_hours": read.number(0, 168, "hours"),
}
OF_AN_AGENT: Mapping[str, read.Reader] = {"sender": read.whatsapp_number, "sms_sender": read.phone, **SHARED}
OF_THE_WORKSPACE: Mapping[str, read.Reader] = {
    "paused": read.boolean,
    "dry_run": read.boolean,
    "interval_seconds": read.or_null(read.whole(5, 60, "seconds")),
    "lookback_hours": read.number(1 / 60, MAX_LOOKBACK_HOURS, "hours"),
    "not_before": read.or_null(read.instant),
    **SHARED,
    "daily_limit": read.or_null(read.whole(1, 1_000_000, "people")),
    "opt_out_words": read.lines(100, '["no me escriban"]'),
    "opt_in_words": read.lines(100, '["sí quiero"]'),
    "unclear": read.choice("hold", "resend"),
    "settle_minutes": read.number(0, 1440, "minutes"),
    "digest": read.or_null(read.shape(Digest, '{"at": "20:00", "timezone": "America/Bogota"}', _DIGEST)),
    "heartbeat_url": read.or_null(read.https),
    "agents": _agents,
}


def stored(text: str | None) -> dict[str, Any]:
    """The object as it stands, its values unread; {} of None. Raises ConfigurationError for what is no object."""
    return {} if text is None else read.an_object("SETTINGS", _loads(text), '{"language": "en"}')


def parse_settings(text: str | None) -> Settings:
    """Reads the parameter's text (None: absent, every default). Raises ConfigurationError naming key and rule."""
    if text is None:
        return Settings()
    given = _object("SETTINGS", _loads(text), OF_THE_WORKSPACE)
    agents = given.pop("agents", {})
    settings = _policy_of(Settings(), given)
    common = Policy(**{field.name: getattr(settings, field.name) for field in fields(Policy)})
    policies = {agent: _policy_of(common, own) for agent, own in agents.items()}
    whole = [("SETTINGS", settings), *((read.below("SETTINGS.agents", agent), policies[agent]) for agent in policies)]
    for path, policy in whole:
        _check_together(path, policy, settings.lookback_hours)
    return replace(settings, agents=MappingProxyType(policies))


def _loads(text: str) -> object:
    try:
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
    except ValueError:
        where = "NaN, Infinity or a number of thousands of digits"
    except RecursionError:
        where = "brackets in brackets without end"
    raise ConfigurationError("SETTINGS", f'is not valid JSON ({where}); write an object such as {{"paused": true}}')


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs. Of a key given twice, only one would be in force, and nobody knows which."""
    values: dict[str, Any] = {}
    for key, value in pairs:
        if key in values:
            raise ConfigurationError(read.below("SETTINGS", key), "is given twice in the same object; give it once")
        values[key] = value
    return values


def _no_constant(name: str) -> float:
    raise ValueError(name)  # NaN and Infinity, which JSON does not have and Python takes


def _object(path: str, value: object, known: Mapping[str, read.Reader]) -> dict[str, Any]:
    given = read.an_object(path, value, '{"language": "en"}')
    for key in given:
        if key not in known:
            raise ConfigurationError(read.below(path, key), _unknown(key, known))
    return {key: known[key](f"{path}.{key}", entry) for key, entry in given.items()}


def _unknown(key: str, known: Mapping[str, read.Reader]) -> str:
    from difflib import get_close_matches  # only here: every cold start would pay for it

    if key in OF_THE_WORKSPACE:
        return f"cannot be set per agent; these can: {', '.join(sorted(known))}"
    if close := get_close_matches(key[:40].lower(), known, 1):
        return f"is not a setting; did you mean {close[0]}?"
    return f"is not a setting; the settings are {', '.join(sorted(known))}"


def _policy_of(base: P, own: Mapping[str, Any]) -> P:
    """A policy with its own settings on those of the workspace. Statuses are added, everything else is replaced."""
    return replace(base, **{**own, "statuses": MappingProxyType({**base.statuses, **own.get("statuses", {})})})


def _check_together(path: str, policy: Policy, lookback_hours: float) -> None:
    """What is right by itself and wrong with the rest."""
    check_texts(path, policy)
    if policy.quiet_hours is None:
        return
    if not policy.quiet_hours.length_hours:
        raise ConfigurationError(f"{path}.quiet_hours", "must end at another hour than they start")
    if lookback_hours < policy.quiet_hours.length_hours:
        raise ConfigurationError(
            "SETTINGS.lookback_hours",
            f"must not be shorter than {path}.quiet_hours, {policy.quiet_hours.length_hours:g} hours: "
            "who is called early in them would never be written to",
        )
