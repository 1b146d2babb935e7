"""Settings are validated whole; an error names the key and the rule it broke, never the value (contract §2)."""

import json
import re
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.config.in_spanish import problem_in, told
from lib.config.settings import OF_AN_AGENT, OF_THE_WORKSPACE, parse_settings
from lib.core.policy import DEFAULT_STATUSES, Digest, Policy, QuietHours, Settings
from lib.errors import ConfigurationError

BOGOTA: dict[str, Any] = {"start": "21:00", "end": "08:00", "timezone": "America/Bogota"}
HX = "HX" + "0" * 32


def parsed(**values: Any) -> Settings:
    return parse_settings(json.dumps(values))


def test_an_absent_parameter_means_every_default_of_the_contract() -> None:
    settings = parse_settings(None)
    assert settings == parse_settings("{}") == parse_settings("\ufeff{}")
    assert (settings.paused, settings.dry_run, settings.interval_seconds) == (False, False, None)
    assert (settings.lookback_hours, settings.not_before) == (24, None)
    assert (settings.summary_wait_seconds, settings.missed_wait_minutes) == (120, 10)
    assert (settings.language, settings.brand, settings.channels) == ("es", "IA Calls", ("whatsapp",))
    empty = ("texts", "content_sids", "variables", "only_if", "opt_out_if", "agents")
    assert {name: getattr(settings, name) for name in empty} == {name: {} for name in empty}
    null = ("quiet_hours", "contact_law", "daily_limit", "digest", "heartbeat_url")
    assert {name: getattr(settings, name) for name in null} == dict.fromkeys(null)
    assert (settings.cooldown_hours, settings.opt_out_words, settings.opt_in_words) == (0, (), ())
    assert (settings.unclear, settings.settle_minutes) == ("hold", 15)
    follow_up, missed = ("finished", "completed", "ended"), ("failed", "voicemail")
    assert {name: settings.statuses[name] for name in follow_up} == dict.fromkeys(follow_up, "follow_up")
    assert {name: settings.statuses[name] for name in missed} == dict.fromkeys(missed, "missed")
    assert settings.statuses["cancelled"] == "skip"
    assert {settings.statuses[name] for name in ("pending", "dispatched", "initiated", "in_progress")} == {"wait"}


# key → values that may be given, each with what it becomes.
GOOD: dict[str, list[tuple[Any, Any]]] = {
    "paused": [(True, True), (False, False)],
    "dry_run": [(True, True)],
    "interval_seconds": [(5, 5), (60, 60), (None, None)],
    "lookback_hours": [(144, 144), (0.5, 0.5)],
    "not_before": [
        ("2026-01-31T08:00:00-05:00", 1769864400),
        ("2026-01-31T13:00:00Z", 1769864400),
        ("2026-01-31t13:00:00z", 1769864400),
        (None, None),
    ],
    "summary_wait_seconds": [(0, 0), (86_400, 86_400)],
    "missed_wait_minutes": [(0, 0), (1440, 1440), (2.5, 2.5)],
    "language": [(code, code) for code in ("es", "en", "pt", "auto")],
    "brand": [("  Óptica Sol ", "Óptica Sol"), ("👩\u200d⚕️ Clínica", "👩\u200d⚕️ Clínica"), ("x" * 60, "x" * 60)],
    "texts": [
        ({}, {}),
        *(
            ({kind: {"es": text}}, {kind: {"es": text}})
            for kind, text in (
                ("follow_up", "Hola {name}, hablamos de {summary}. {brand}"),
                ("follow_up", "Una llave: {{}}"),
                ("no_summary", "Hola {name}\n\n{brand}"),
                ("missed", "á" * 1600),
            )
        ),
    ],
    "content_sids": [({"follow_up": {"es": HX}, "missed": {}}, {"follow_up": {"es": HX}, "missed": {}})],
    "variables": [({"3": "appointment_date", "plan": "p"}, {"3": "appointment_date", "plan": "p"})],
    "only_if": [({"interested": True, "n": 2, "x": "success"}, {"interested": True, "n": 2, "x": "success"})],
    "opt_out_if": [({"no_more": "sí"}, {"no_more": "sí"})],
    "channels": [(["whatsapp", "sms", "email"], ("whatsapp", "sms", "email")), (["sms"], ("sms",))],
    "statuses": [({"voicemail": "skip"}, {**DEFAULT_STATUSES} | {"voicemail": "skip"}), ({}, DEFAULT_STATUSES)],
    "quiet_hours": [
        (None, None),
        (BOGOTA, QuietHours(21 * 60, 8 * 60, "America/Bogota")),
        (BOGOTA | {"timezone": "recipient"}, QuietHours(21 * 60, 8 * 60, "recipient")),
        (BOGOTA | {"timezone": "UTC", "start": "00:00", "end": "23:59"}, QuietHours(0, 1439, "UTC")),
    ],
    "contact_law": [(None, None), ("service", "service"), ("commercial", "commercial"), ("collection", "collection")],
    "cooldown_hours": [(0, 0), (168, 168)],
    "daily_limit": [(None, None), (1, 1), (250, 250)],
    "opt_out_words": [([" no molesten "], ("no molesten",)), ([], ())],
    "opt_in_words": [(["dale"], ("dale",))],
    "unclear": [("hold", "hold"), ("resend", "resend")],
    "settle_minutes": [(0, 0), (1440, 1440)],
    "digest": [(None, None), ({"at": "20:00", "timezone": "America/Bogota"}, Digest(1200, "America/Bogota"))],
    "heartbeat_url": [(None, None), ("https://hc-ping.com/a?b=c", "https://hc-ping.com/a?b=c")],
    "agents": [({}, {})],
    "sender": [("+14155238886", "whatsapp:+14155238886"), ("whatsapp:+14155238886", "whatsapp:+14155238886")],
    "sms_sender": [("+14155238886", "+14155238886")],
}

NO_NUMBERS: list[Any] = ["24", True, None, [], {}]
NO_OBJECTS: list[Any] = [[], "x", 3, True, None]
NO_ZONES: list[Any] = ["Bogota", "America", "", "/", "../etc", "/etc/passwd", "a\0b", "\ud800", "x" * 999, [], None]


def in_each(key: str, *values: Any) -> list[dict[str, Any]]:
    return [{key: value} for value in values]


def each(values: Iterable[Any], complaint: str) -> list[tuple[Any, str]]:
    return [(value, complaint) for value in values]


# key → values that may not be given, each with a part of what is said of it (after the key).
BAD: dict[str, list[tuple[Any, str]]] = {
    "paused": each(("yes", 1, 0, None, []), ": must be true or false"),
    "dry_run": [("true", ": must be true or false")],
    "interval_seconds": each((4, 61, 7.5, True, "30", []), ": must be a whole number of seconds from 5 to 60, or null"),
    "lookback_hours": each((145, 0, -1, 10**400, *NO_NUMBERS), ": must be a number of hours"),
    "not_before": each(
        ("yesterday", "2026-01-31T08:00:00", "", 1769864400, "2026-02-30T08:00:00Z", []),
        ": must be an RFC 3339 instant with its zone, such as 2026-01-31T08:00:00-05:00, or null",
    ),
    "summary_wait_seconds": each((-1, 86_401, *NO_NUMBERS), ": must be a number of seconds"),
    "missed_wait_minutes": each((-1, 1441, *NO_NUMBERS), ": must be a number of minutes"),
    "language": each(("fr", "", "ES", ["es"], None, {}), ": must be one of es, en, pt, auto"),
    "brand": each(
        ("", "  ", "two\nlines", "two\u2028lines", "x" * 61, "\ud800", "a\x00b", 3, None),
        ": must be one line of text, 1 to 60 characters",
    ),
    "texts": [
        *each(NO_OBJECTS, ": must be an object such as"),
        ({"follow_up": "Hola"}, ".follow_up: must be an object such as"),
        ({"reminder": {}}, ".reminder: is not a kind of text; there are follow_up, no_summary, missed"),
        ({"missed": {"fr": "x"}}, ".missed.fr: is not a language; there are es, en, pt"),
        ({"missed": {"es": ""}}, ".missed.es: must be a text that says something"),
        ({"missed": {"es": " \n"}}, ".missed.es: must be a text that says something"),
        ({"missed": {"es": 3}}, ".missed.es: must be a text"),
        ({"missed": {"es": "\ud800"}}, ".missed.es: must be text"),
        (
            {"missed": {"es": "Hola {nombre}"}},
            ".missed.es: has a placeholder that is not known here; there are {brand}",
        ),
        ({"missed": {"es": "Hola {summary}"}}, ".missed.es: has a placeholder that is not known here"),
        ({"follow_up": {"es": "Hola {name.upper}"}}, ".follow_up.es: has a placeholder that is not known here"),
        ({"follow_up": {"es": "Hola {name"}}, ".follow_up.es: has a brace without its other half"),
        ({"follow_up": {"es": "Hola }"}}, ".follow_up.es: has a brace without its other half"),
        ({"follow_up": {"es": "Hola {}"}}, ".follow_up.es: must write its placeholders as {name}"),
        ({"follow_up": {"es": "Hola {name:>9}"}}, ".follow_up.es: must write its placeholders as {name}"),
        ({"follow_up": {"es": "Hola {name!r}"}}, ".follow_up.es: must write its placeholders as {name}"),
        ({"follow_up": {"es": "á" * 1601}}, ".follow_up.es: could become 1601 characters long"),
        ({"follow_up": {"es": "x" * 1350 + "{summary}."}}, ".follow_up.es: could become 1601 characters long"),
        ({"missed": {"es": "😊" * 800 + "."}}, ".missed.es: could become 1601 characters long"),
    ],
    "content_sids": [
        *each(NO_OBJECTS, ": must be an object such as"),
        ({"reminder": {}}, ".reminder: is not a kind of message; there are follow_up, missed"),
        ({"missed": "HX"}, ".missed: must be an object such as"),
        ({"missed": {"fr": HX}}, ".missed.fr: is not a language"),
        ({"missed": {"auto": HX}}, ".missed.auto: is not a language"),
        *each(
            [{"missed": es} for es in in_each("es", "HX12", "MG" + "0" * 32, HX + "\n", HX[:-1] + "g", 3, None)],
            ".missed.es: must be a Content SID: HX and 32 hexadecimal digits",
        ),
    ],
    "variables": [
        *each(NO_OBJECTS, ": must be an object such as"),
        ({"3": ""}, ".3: must be one line of text"),
        ({"3": 3}, ".3: must be one line of text"),
        ({"1": "x"}, ".1: is taken: 1 is the name and 2 the summary"),
        ({"a b": "x"}, ".a b: is not a template variable, such as 3"),
        ({"": "x"}, ".: is not a template variable"),
        ({"x" * 17: "x"}, f".{'x' * 17}: is not a template variable"),
    ],
    "only_if": [
        *each(NO_OBJECTS, ": must be an object such as"),
        *each(in_each("a", None, [], {}, "", 10**400), ".a: must be true, false, a number or one line"),
    ],
    "opt_out_if": [
        (["a"], ": must be an object such as"),
        ({"a": "two\nlines"}, ".a: must be true, false, a number or one line of text"),
    ],
    "channels": [
        *each(NO_OBJECTS, ": must be a list of one or more of whatsapp, sms, email"),
        (["fax"], ": must be a list of one or more of"),
        ([["whatsapp"]], ": must be a list of one or more of"),
        (["whatsapp", "whatsapp"], ": must name each only once"),
    ],
    "statuses": [
        *each(NO_OBJECTS, ": must be an object such as"),
        ({"failed": "ignore"}, ".failed: must be one of follow_up, missed, skip, wait"),
        ({"failed": None}, ".failed: must be one of"),
        ({"a\nb\ud800" + "c" * 90: 3}, ".a?b?" + "c" * 56 + "…: must be one of"),
    ],
    "quiet_hours": [
        *each(([], "21:00", 3), ": must be an object such as"),
        ({}, ".start: is missing; "),
        ({"start": "21:00", "timezone": "UTC"}, ".end: is missing; "),
        (BOGOTA | {"days": []}, ".days: is not known; "),
        *each(
            [
                BOGOTA | start
                for start in in_each("start", "9pm", "24:00", "9:00", "21:60", "21:00 ", "٢١:٠٠", 21, None)
            ],
            ".start: must be an hour of the day from 00:00 to 23:59, such as 21:00",
        ),
        *each(
            [BOGOTA | zone for zone in in_each("timezone", *NO_ZONES)],
            ".timezone: must be an IANA time zone such as America/Bogota, or recipient",
        ),
        (BOGOTA | {"end": "21:00"}, ": must end at another hour than they start"),
    ],
    "contact_law": each(("co", True, []), ": must be one of service, commercial, collection, or null"),
    "cooldown_hours": each((-1, 169, *NO_NUMBERS), ": must be a number of hours from 0 to 168"),
    "daily_limit": each((0, -1, 2.5, True, "250", 10**400), ": must be a whole number of people"),
    "opt_out_words": [
        *each(("BAJA", {}, None, ["x"] * 101), ": must be a list of at most 100"),
        (["ok", ""], "[1]: must be one line of text"),
        ([3], "[0]: must be one line of text"),
    ],
    "opt_in_words": [("ALTA", ": must be a list of at most 100")],
    "unclear": each(("retry", None, True), ": must be one of hold, resend"),
    "settle_minutes": each((-1, 1441, *NO_NUMBERS), ": must be a number of minutes from 0 to 1440"),
    "digest": [
        *each((True, "20:00"), ": must be an object such as"),
        ({"at": "20:00"}, ".timezone: is missing; "),
        ({"at": "20:00", "timezone": "UTC", "to": "x"}, ".to: is not known; "),
        ({"at": "8pm", "timezone": "UTC"}, ".at: must be an hour of the day"),
        ({"at": "20:00", "timezone": "recipient"}, ".timezone: must be an IANA time zone such as America/Bogota"),
    ],
    "heartbeat_url": each(
        (
            "http://hc-ping.com/a",
            "hc-ping.com",
            "https://",
            "https:///a",
            "https://[",
            "https://a:b/",
            "https://user:word@a/",
            "https://a/ b",
            "https://a/é",
            "https://a/" + "x" * 500,
            "",
            3,
        ),
        ": must be an https address such as https://hc-ping.com/…, or null",
    ),
    "agents": [
        *each(NO_OBJECTS, ": must be an object such as"),
        ({"agent_1": []}, ".agent_1: must be an object such as"),
        ({" agent_1": {}}, ". agent_1: is not an agent's id"),
        ({"": {}}, ".: is not an agent's id"),
        ({"agent_1": {"paused": True}}, ".agent_1.paused: cannot be set per agent; these can: "),
        ({"agent_1": {"langage": "en"}}, ".agent_1.langage: is not a setting; did you mean language?"),
        ({"agent_1": {"agents": {}}}, ".agent_1.agents: cannot be set per agent"),
    ],
    "sender": each(
        ("14155238886", "", "whatsapp:", "sms:+14155238886", "+1 415 523 8886", 14155238886, None),
        ": must be +<country><number>, with or without whatsapp: before it",
    ),
    "sms_sender": each(("whatsapp:+14155238886", "14155238886", 3, None), ": must be +<country><number>"),
}


def test_the_tables_of_this_test_know_every_setting() -> None:
    assert set(GOOD) == set(BAD) == {field.name for field in fields(Settings)}
    assert set(OF_THE_WORKSPACE) == {field.name for field in fields(Settings)} - {"sender", "sms_sender"}
    assert set(OF_AN_AGENT) == {field.name for field in fields(Policy)}


@pytest.mark.parametrize("key", GOOD)
def test_every_setting_can_be_given_for_the_workspace_and_for_an_agent_where_it_may(key: str) -> None:
    for value, becomes in GOOD[key]:
        if key in OF_THE_WORKSPACE:
            assert getattr(parsed(**{key: value}), key) == becomes
        if key in OF_AN_AGENT:
            settings = parsed(agents={"agent_1": {key: value}})
            assert getattr(settings.for_agent("agent_1"), key) == becomes
            assert settings.for_agent("agent_2") == settings.for_agent("") == settings


@pytest.mark.parametrize("key", BAD)
def test_a_wrong_setting_is_refused_by_its_name_and_its_rule_and_never_quoted(key: str) -> None:
    for value, complaint in BAD[key]:
        if key in OF_THE_WORKSPACE:
            assert refusal(json.dumps({key: value})).startswith(f"SETTINGS.{key}{complaint}")
        if key in OF_AN_AGENT:
            text = json.dumps({"agents": {"agent_1": {key: value}}})
            assert refusal(text).startswith(f"SETTINGS.agents.agent_1.{key}{complaint}")


def refusal(text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        parse_settings(text)
    return str(caught.value)


@pytest.mark.parametrize("key", BAD)
def test_every_rule_is_told_in_spanish_too(key: str) -> None:
    """The sentences are in `in_spanish`; only names and examples are the same in both languages."""
    for value, _ in BAD[key]:
        given = {"agents": {"agent_1": {key: value}}} if key in OF_AN_AGENT else {key: value}
        with pytest.raises(ConfigurationError) as caught:
            parse_settings(json.dumps(given))
        error = caught.value
        assert told(error, "en") == str(error)
        assert told(error, "es").startswith(f"{error.parameter}: ")
        assert problem_in(error.problem, "es") != error.problem
        assert re.findall(ENGLISH, problem_in(error.problem, "es")) == []


ENGLISH = r"\b(must|is|are|can|there|with|or|of|such|list|number|one|from|seconds|minutes|hours|people|did|the)\b"


def test_what_the_workspace_alone_may_have_is_no_misspelling_of_another_key() -> None:
    for key in set(OF_THE_WORKSPACE) - set(OF_AN_AGENT):
        assert "cannot be set per agent" in refusal(json.dumps({"agents": {"agent_1": {key: None}}}))


def test_an_unknown_key_is_named_with_the_one_that_was_meant() -> None:
    assert refusal('{"pausad": true}') == "SETTINGS.pausad: is not a setting; did you mean paused?"
    assert refusal('{"sender": "+14155238886"}').startswith("SETTINGS.sender: is not a setting; ")
    assert refusal('{"qqq": 1}').startswith("SETTINGS.qqq: is not a setting; the settings are agents, brand, ")


def test_an_agents_own_settings_stand_on_those_of_the_workspace() -> None:
    settings = parsed(
        brand="Óptica Sol",
        statuses={"voicemail": "skip", "busy": "missed"},
        content_sids={"follow_up": {"es": HX}, "missed": {"es": HX}},
        agents={
            "agent_en": {"language": "en", "content_sids": {"follow_up": {"en": HX}}, "statuses": {"busy": "wait"}},
            "agent_fast": {"summary_wait_seconds": 0, "missed_wait_minutes": 0, "sender": "+14155238886"},
        },
    )
    english, fast = settings.for_agent("agent_en"), settings.for_agent("agent_fast")
    assert (english.language, english.brand, english.sender) == ("en", "Óptica Sol", "")
    assert english.content_sids == {"follow_up": {"en": HX}}
    assert english.statuses == {**DEFAULT_STATUSES} | {"voicemail": "skip", "busy": "wait"}
    assert fast.statuses == settings.statuses == {**DEFAULT_STATUSES} | {"voicemail": "skip", "busy": "missed"}
    assert (fast.summary_wait_seconds, fast.missed_wait_minutes, fast.sender) == (0, 0, "whatsapp:+14155238886")
    assert (fast.language, fast.brand, fast.content_sids) == ("es", "Óptica Sol", settings.content_sids)


def test_an_agent_can_take_back_what_the_workspace_has() -> None:
    settings = parsed(quiet_hours=BOGOTA, agents={"agent_1": {"quiet_hours": None}})
    assert settings.quiet_hours is not None
    assert settings.for_agent("agent_1").quiet_hours is None


def test_what_is_right_by_itself_and_wrong_together_is_refused() -> None:
    text = {"follow_up": {"es": "Su cita: {appointment_date}"}}
    variables = {"3": "appointment_date"}
    unknown = ".texts.follow_up.es: has a placeholder that is not known here; there are {brand}, {name}, {summary}"
    assert parsed(texts=text, variables=variables).texts == text
    assert refusal(json.dumps({"texts": text})) == f"SETTINGS{unknown}"
    agent = {"texts": text, "variables": variables, "agents": {"agent_1": {"variables": {}}}}
    assert refusal(json.dumps(agent)) == f"SETTINGS.agents.agent_1{unknown}"

    assert parsed(quiet_hours=BOGOTA, lookback_hours=11).lookback_hours == 11
    short = "SETTINGS.lookback_hours: must not be shorter than SETTINGS"
    assert refusal(json.dumps({"quiet_hours": BOGOTA, "lookback_hours": 10.9})).startswith(
        f"{short}.quiet_hours, 11 hours"
    )
    of_an_agent = {"lookback_hours": 10, "agents": {"agent_1": {"quiet_hours": BOGOTA}}}
    assert refusal(json.dumps(of_an_agent)).startswith(f"{short}.agents.agent_1.quiet_hours, 11 hours")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "line 1, column 1"),
        ("{", "line 1, column 2"),
        ("paused", "line 1, column 1"),
        ('{\n "brand": “Sol”}', "line 2, column 11"),
        ('{"paused": true,}', "column"),
        ('{"paused": NaN}', "NaN, Infinity"),
        ('{"lookback_hours": -Infinity}', "NaN, Infinity"),
        ('{"lookback_hours": ' + "9" * 5000 + "}", "thousands of digits"),
        ('{"texts": ' + "[" * 100_000, "brackets"),
    ],
)
def test_malformed_json_is_refused_by_its_place_and_not_quoted(text: str, why: str) -> None:
    said = refusal(text)
    assert said.startswith("SETTINGS: is not valid JSON (")
    assert re.findall(ENGLISH, problem_in(said.partition(": ")[2], "es")) == []
    assert why in said
    assert "Sol" not in said


@pytest.mark.parametrize("text", ["[]", "null", "3", '"paused"'])
def test_json_that_is_no_object_is_refused(text: str) -> None:
    assert refusal(text).startswith("SETTINGS: must be an object such as")


def test_a_key_given_twice_is_refused_wherever_it_stands() -> None:
    assert refusal('{"paused": true, "paused": false}').startswith("SETTINGS.paused: is given twice")
    assert refusal('{"statuses": {"failed": "skip", "failed": "wait"}}').startswith("SETTINGS.failed: is given twice")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
ANYTHING_KNOWN = st.dictionaries(
    st.sampled_from([*OF_THE_WORKSPACE, "sender"]),
    JSON
    | st.sampled_from([value for table in (GOOD, BAD) for values in table.values() for value, _ in values])
    | st.dictionaries(st.sampled_from(["agent_1", "follow_up", "start", "es"]), JSON, max_size=2),
    max_size=4,
)


@given(st.text() | JSON.map(json.dumps) | ANYTHING_KNOWN.map(json.dumps))
def test_whatever_is_put_there_is_settings_or_an_error_that_a_line_can_show(text: str) -> None:
    try:
        parse_settings(text).for_agent("agent_1")
        said = "SETTINGS"
    except ConfigurationError as error:
        said = str(error)
    assert said.startswith("SETTINGS")
    assert said.isprintable()


@pytest.mark.parametrize("key", GOOD)
def test_no_value_is_quoted_by_its_error(key: str) -> None:
    value = "\n a value that nobody should read"
    for wrong in (value, [value, None], {"follow_up": value}, {"missed": {"es": value + "{"}}, BOGOTA | {"end": value}):
        for given_as in ({key: wrong}, {"agents": {"agent_1": {key: wrong}}}):
            try:
                parse_settings(json.dumps(given_as))
            except ConfigurationError as error:
                said = str(error)
            else:
                said = ""
            assert value.strip() not in said
