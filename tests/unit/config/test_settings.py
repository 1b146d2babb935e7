"""Settings are validated whole; an error names the key and the rule it broke, never the value (contract §2)."""

import json
from typing import Any

import pytest

from lib.config.settings import parse_settings
from lib.core.policy import Settings
from lib.errors import ConfigurationError


def sid(prefix: str) -> str:
    return prefix + "0" * 32


def parsed(**values: Any) -> Settings:
    return parse_settings(json.dumps(values))


def test_an_absent_parameter_means_every_default_of_the_contract() -> None:
    settings = parse_settings(None)
    assert settings == parse_settings("{}")
    assert (settings.paused, settings.dry_run, settings.interval_seconds) == (False, False, None)
    assert (settings.lookback_hours, settings.not_before, settings.summary_wait_seconds) == (24, None, 120)
    assert (settings.language, settings.brand, settings.channels) == ("es", "IA Calls", ("whatsapp",))
    assert (settings.quiet_hours, settings.cooldown_hours, settings.agents) == (None, 0, {})
    assert (settings.unclear, settings.settle_minutes, settings.content_sids) == ("hold", 15, {})
    follow_up, missed = ("finished", "completed", "ended"), ("failed", "voicemail")
    assert {name: settings.statuses[name] for name in follow_up} == dict.fromkeys(follow_up, "follow_up")
    assert {name: settings.statuses[name] for name in missed} == dict.fromkeys(missed, "missed")
    assert settings.statuses["cancelled"] == "skip"
    assert {settings.statuses[name] for name in ("pending", "dispatched", "initiated", "in_progress")} == {"wait"}


def test_every_setting_can_be_given() -> None:
    settings = parsed(
        paused=True,
        dry_run=True,
        interval_seconds=30,
        lookback_hours=144,
        not_before="2026-01-31T08:00:00-05:00",
        summary_wait_seconds=0,
        language="pt",
        brand="  Óptica Sol ",
        channels=["whatsapp"],
        statuses={"voicemail": "skip", "no_answer": "missed"},
        content_sids={"follow_up": {"es": sid("HX")}},
        quiet_hours=None,
        cooldown_hours=0,
        unclear="resend",
        settle_minutes=20,
        agents={},
    )
    assert settings.not_before == 1769864400
    assert settings.brand == "Óptica Sol"
    assert (settings.statuses["voicemail"], settings.statuses["no_answer"]) == ("skip", "missed")
    assert settings.statuses["completed"] == "follow_up"
    assert settings.content_sids["follow_up"]["es"] == sid("HX")


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"pausad": True}, "SETTINGS.pausad: is not a setting"),
    ({"paused": "yes"}, "SETTINGS.paused: must be true or false"),
    ({"paused": 1}, "SETTINGS.paused"),
    ({"interval_seconds": 4}, "SETTINGS.interval_seconds: must be null or a whole number of seconds from 5 to 60"),
    ({"interval_seconds": 61}, "SETTINGS.interval_seconds"),
    ({"interval_seconds": 7.5}, "SETTINGS.interval_seconds"),
    ({"interval_seconds": True}, "SETTINGS.interval_seconds"),
    ({"lookback_hours": 145}, "SETTINGS.lookback_hours: must be a number of hours"),
    ({"lookback_hours": 0}, "SETTINGS.lookback_hours"),
    ({"lookback_hours": "24"}, "SETTINGS.lookback_hours"),
    ({"not_before": "yesterday"}, "SETTINGS.not_before: must be null or an RFC 3339 instant"),
    ({"not_before": "2026-01-31T08:00:00"}, "SETTINGS.not_before"),
    ({"not_before": 1769864400}, "SETTINGS.not_before"),
    ({"summary_wait_seconds": -1}, "SETTINGS.summary_wait_seconds"),
    ({"language": "fr"}, "SETTINGS.language: must be one of es, en, pt"),
    ({"language": ["es"]}, "SETTINGS.language"),
    ({"brand": ""}, "SETTINGS.brand"),
    ({"brand": "two\nlines"}, "SETTINGS.brand"),
    ({"channels": []}, "SETTINGS.channels"),
    ({"channels": "whatsapp"}, "SETTINGS.channels"),
    ({"channels": ["fax"]}, "SETTINGS.channels: must be a list of one or more of whatsapp, sms, email"),
    ({"channels": [["whatsapp"]]}, "SETTINGS.channels"),
    ({"statuses": {"failed": "ignore"}}, "SETTINGS.statuses.failed: must be one of follow_up, missed, skip, wait"),
    ({"statuses": ["failed"]}, "SETTINGS.statuses: must be an object"),
    ({"content_sids": {"reminder": {}}}, "SETTINGS.content_sids.reminder: is not a kind of message"),
    ({"content_sids": {"missed": {"fr": "x"}}}, "SETTINGS.content_sids.missed.fr: is not a language"),
    ({"content_sids": {"missed": {"es": "HX12"}}}, "SETTINGS.content_sids.missed.es: must be a Content SID"),
    ({"content_sids": {"missed": "HX"}}, "SETTINGS.content_sids.missed: must be an object"),
    ({"quiet_hours": {"start": "21:00"}}, "SETTINGS.quiet_hours: must be null or an object"),
    ({"quiet_hours": {"start": "9pm", "end": "08:00", "timezone": "UTC"}}, "SETTINGS.quiet_hours.start"),
    ({"quiet_hours": {"start": "21:00", "end": "08:00", "timezone": "Bogota"}}, "SETTINGS.quiet_hours.timezone"),
    ({"quiet_hours": {"start": "21:00", "end": "08:00", "timezone": []}}, "SETTINGS.quiet_hours.timezone"),
    ({"cooldown_hours": -1}, "SETTINGS.cooldown_hours"),
    ({"unclear": "retry"}, "SETTINGS.unclear: must be one of hold, resend"),
    ({"settle_minutes": 1441}, "SETTINGS.settle_minutes"),
    ({"agents": []}, "SETTINGS.agents: must be an object"),
    ({"agents": {"agent_1": {"paused": True}}}, "SETTINGS.agents.agent_1.paused: cannot be set per agent"),
    ({"agents": {"agent_1": {"language": "fr"}}}, "SETTINGS.agents.agent_1.language: must be one of"),
]


@pytest.mark.parametrize(("values", "complaint"), WRONG, ids=[complaint for _, complaint in WRONG])
def test_a_wrong_setting_is_refused_by_its_name_and_its_rule(values: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_settings(json.dumps(values))
    assert str(caught.value).startswith(complaint)


LATER: list[dict[str, Any]] = [
    {"channels": ["whatsapp", "sms"]},
    {"quiet_hours": {"start": "21:00", "end": "08:00", "timezone": "America/Bogota"}},
    {"cooldown_hours": 12},
    {"agents": {"agent_1": {"language": "en"}}},
]


@pytest.mark.parametrize("values", LATER, ids=[next(iter(values)) for values in LATER])
def test_a_setting_of_a_later_version_says_that_it_is_not_available_yet(values: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="is not available yet"):
        parse_settings(json.dumps(values))


@pytest.mark.parametrize("text", ["", "{", "paused", "{'paused': true}", '{"paused": NaN'])
def test_malformed_json_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^SETTINGS: is not valid JSON"):
        parse_settings(text)


@pytest.mark.parametrize("text", ["[]", "null", "3", '"paused"'])
def test_json_that_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^SETTINGS: must be a JSON object"):
        parse_settings(text)


def test_not_a_number_is_not_a_number_of_hours() -> None:
    with pytest.raises(ConfigurationError, match=r"lookback_hours"):
        parse_settings('{"lookback_hours": NaN}')
