"""The operator's settings: the JSON of the `SETTINGS` parameter, validated whole, frozen (contract §2). Pure."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import available_timezones

from ..core.policy import ACTIONS, CHANNELS, DEFAULT_STATUSES, KINDS, LANGUAGES, MAX_LOOKBACK_HOURS, Settings
from ..errors import ConfigurationError


def parse_settings(text: str | None) -> Settings:
    """Reads the parameter's text (None: absent, every default). Raises ConfigurationError naming key and rule."""
    if text is None:
        return Settings()
    try:
        values = json.loads(text)
    except ValueError:
        raise ConfigurationError("SETTINGS", 'is not valid JSON; write an object such as {"paused": true}') from None
    if not isinstance(values, dict):
        raise _wrong("", 'must be a JSON object such as {"paused": true}')
    known = {f.name for f in fields(Settings)}
    for key in values:
        if key not in known:
            raise _wrong(key, f"is not a setting; the settings are {', '.join(sorted(known))}")
    return Settings(**{key: _READERS[key](key, value) for key, value in values.items()})


def _wrong(key: str, rule: str) -> ConfigurationError:
    return ConfigurationError(f"SETTINGS.{key}" if key else "SETTINGS", rule)


def _boolean(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(key, "must be true or false")
    return value


def _number(low: float, high: float, unit: str) -> Callable[[str, object], float]:
    def read(key: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise _wrong(key, f"must be a number of {unit} from {low:g} to {high:g}")
        return value

    return read


def _interval(key: str, value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 5 <= value <= 60:
        raise _wrong(key, "must be null or a whole number of seconds from 5 to 60")
    return value


def _instant(key: str, value: object) -> float | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _wrong(key, "must be null or an RFC 3339 instant with its zone, such as 2026-01-31T08:00:00-05:00")
    return moment.timestamp()


def _text(key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 60 or "\n" in value:
        raise _wrong(key, "must be one line of text, 1 to 60 characters")
    return value.strip()


def _choice(*choices: str) -> Callable[[str, object], str]:
    def read(key: str, value: object) -> str:
        if value not in choices or not isinstance(value, str):
            raise _wrong(key, f"must be one of {', '.join(choices)}")
        return value

    return read


def _object(key: str, value: object, example: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(key, f"must be an object such as {example}")
    return value


def _statuses(key: str, value: object) -> Mapping[str, str]:
    given = _object(key, value, '{"voicemail": "skip"}')
    action = _choice(*ACTIONS)
    return MappingProxyType({**DEFAULT_STATUSES, **{name: action(f"{key}.{name}", given[name]) for name in given}})


def _content_sids(key: str, value: object) -> Mapping[str, Mapping[str, str]]:
    kinds = _object(key, value, '{"follow_up": {"es": "HX…"}}')
    return MappingProxyType({kind: _templates(f"{key}.{kind}", kind, sids) for kind, sids in kinds.items()})


def _templates(key: str, kind: str, value: object) -> Mapping[str, str]:
    if kind not in KINDS:
        raise _wrong(key, f"is not a kind of message; the kinds are {', '.join(KINDS)}")
    sids = _object(key, value, '{"es": "HX…"}')
    for language, sid in sids.items():
        if language not in LANGUAGES:
            raise _wrong(f"{key}.{language}", f"is not a language; the languages are {', '.join(LANGUAGES)}")
        if not is_sid(sid, "HX"):
            raise _wrong(f"{key}.{language}", "must be a Content SID: HX and 32 hexadecimal digits")
    return MappingProxyType(sids)


def is_sid(value: object, prefix: str) -> bool:
    """Whether a value has the form of a Twilio SID: two letters and 32 hexadecimal digits (facts/twilio.md §1.2)."""
    if not isinstance(value, str) or len(value) != 34 or not value.startswith(prefix):
        return False
    return all(character in "0123456789abcdefABCDEF" for character in value[2:])


def _channels(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or any(name not in CHANNELS for name in value):
        raise _wrong(key, f"must be a list of one or more of {', '.join(CHANNELS)}")
    if len(set(value)) != len(value):
        raise _wrong(key, "must name each channel once")
    if value != ["whatsapp"]:
        raise _not_yet(key, 'only ["whatsapp"] is')
    return tuple(value)


def _quiet_hours(key: str, value: object) -> None:
    if value is None:
        return
    example = '{"start": "21:00", "end": "08:00", "timezone": "America/Bogota"}'
    hours = _object(key, value, example)
    if set(hours) != {"start", "end", "timezone"}:
        raise _wrong(key, f"must be null or an object such as {example}")
    for name in ("start", "end"):
        _hour(f"{key}.{name}", hours[name])
    if not isinstance(hours["timezone"], str) or hours["timezone"] not in available_timezones():
        raise _wrong(f"{key}.timezone", "must be an IANA time zone such as America/Bogota")
    raise _not_yet(key, "leave it out or null")


def _hour(key: str, value: object) -> None:
    try:
        if isinstance(value, str) and len(value) == 5:
            datetime.strptime(value, "%H:%M")  # noqa: DTZ007 (an hour of the day has no zone)
            return
    except ValueError:
        pass
    raise _wrong(key, "must be an hour of the day such as 21:00")


def _cooldown(key: str, value: object) -> float:
    hours = _number(0, 168, "hours")(key, value)
    if hours:
        raise _not_yet(key, "leave it out or 0")
    return hours


_PER_AGENT = ("language", "brand", "channels", "statuses", "content_sids", "quiet_hours")


def _agents(key: str, value: object) -> Mapping[str, Any]:
    agents = _object(key, value, '{"agent_…": {"language": "en"}}')
    for agent, overrides in agents.items():
        for name, setting in _object(f"{key}.{agent}", overrides, '{"language": "en"}').items():
            if name not in _PER_AGENT:
                raise _wrong(f"{key}.{agent}.{name}", f"cannot be set per agent; these can: {', '.join(_PER_AGENT)}")
            _READERS[name](f"{key}.{agent}.{name}", setting)
    if agents:
        raise _not_yet(key, "leave it out or {}")
    return MappingProxyType(agents)


def _not_yet(key: str, instead: str) -> ConfigurationError:
    return _wrong(key, f"is not available yet ({instead})")


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "paused": _boolean,
    "dry_run": _boolean,
    "interval_seconds": _interval,
    "lookback_hours": _number(1 / 60, MAX_LOOKBACK_HOURS, "hours"),
    "not_before": _instant,
    "summary_wait_seconds": _number(0, 86_400, "seconds"),
    "language": _choice(*LANGUAGES),
    "brand": _text,
    "channels": _channels,
    "statuses": _statuses,
    "content_sids": _content_sids,
    "quiet_hours": _quiet_hours,
    "cooldown_hours": _cooldown,
    "unclear": _choice("hold", "resend"),
    "settle_minutes": _number(0, 1440, "minutes"),
    "agents": _agents,
}
