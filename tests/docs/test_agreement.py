"""The docs say of the code what the code says of itself. Whoever adds an event, a reason, a setting … is told here what
to write, and where."""

import json
import re
from collections.abc import Mapping, Set
from typing import Any

import pytest

from lib.config.settings import OF_AN_AGENT, parse_settings
from lib.core.message.compose import compose
from lib.core.metrics import METRICS, NAMESPACE
from lib.core.names import NAME_KEYS
from lib.core.policy import DEFAULT_STATUSES, Settings
from lib.widget.words import words_of
from local.demo.words import ENGLISH, SPANISH
from tests.docs import code
from tests.docs.citations import CONTRACT
from tests.docs.markdown import anchor, blocks, code_spans, headings, names, prose, section, table
from tests.docs.repository import texts
from tests.template.loading import resources, substitute, template

OPERATIONS, OPERATIONS_ES = "docs/operations.md", "docs/operations.es.md"
READMES = ("README.md", "README.es.md")
REFERENCES = ("docs/reference.md", "docs/reference.es.md")
SETTINGS_TABLE = {"docs/reference.md": "key", "docs/reference.es.md": "clave"}
FIRST_SETTINGS = {"README.md": "setting", "README.es.md": "ajuste"}
COSTS = {"docs/reference.md": "a month", "docs/reference.es.md": "al mes"}
HELD = {OPERATIONS: "Held messages", OPERATIONS_ES: "Mensajes retenidos: `held-messages`"}
EVERY_DAY = {"README.md": "command", "README.es.md": "comando"}


def missing(wanted: Set[str], written: Set[str], where: str) -> list[str]:
    return [f"{name}: not in {where}" for name in sorted(wanted - written)] + [
        f"{name}: in {where}, and not in the code" for name in sorted(written - wanted)
    ]


# ── the log, the metrics, the alarms ─────────────────────────────────────────────────────────────────────────────────


def test_the_log_table_has_every_event_of_the_code_with_its_level_and_no_other() -> None:
    rows = table(texts()[OPERATIONS], "event")
    written = {name: {level.strip() for level in row[1].split(",")} for row in rows for name in code_spans(row[0])}
    assert missing(code.events().keys(), written.keys(), f"{OPERATIONS}, The log") == []
    assert {name: set(levels) for name, levels in code.events().items()} == written


def test_the_metrics_table_has_the_metrics_of_the_code() -> None:
    assert names(table(texts()[OPERATIONS], "metric")) == list(METRICS)
    assert f"Namespace `{NAMESPACE}`" in section(texts()[OPERATIONS], "Metrics")


def alarm_names() -> set[str]:
    """What an e-mail calls each alarm, behind the stack's name: `held-messages`."""
    alarms = resources("AWS::CloudWatch::Alarm").values()
    return {substitute(alarm["AlarmName"]).removeprefix("AWS::StackName-") for alarm in alarms}


def test_every_alarm_has_a_section_in_both_languages_and_no_section_lacks_its_alarm() -> None:
    english = {anchor(words) for level, words in headings(texts()[OPERATIONS]) if level == 2}
    assert alarm_names() <= english
    spanish = [words for level, words in headings(texts()[OPERATIONS_ES]) if level == 2]
    assert missing(alarm_names(), {name for words in spanish for name in code_spans(words)}, OPERATIONS_ES) == []


def test_every_alarms_section_says_what_happened_what_it_means_for_the_owner_and_what_to_do() -> None:
    asked = {
        OPERATIONS: ("**What happened.**", "**For the owner.**", "**Do.**"),
        OPERATIONS_ES: ("**Qué pasó.**", "**Para su negocio.**", "**Qué hacer.**"),
    }
    for page, questions in asked.items():
        for _, words in headings(texts()[page]):
            if {anchor(words), *code_spans(words)} & alarm_names():
                answers = section(texts()[page], words)
                assert [question for question in questions if question not in answers] == [], words


# ── what became of a call ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", REFERENCES)
def test_every_status_of_a_record_is_explained(page: str) -> None:
    law = re.search(r"Its `status` is one of\n(.+?)\. ", texts()[CONTRACT], re.DOTALL)
    assert law
    promised = set(code_spans(re.sub(r"\(.*?\)", "", law[1], flags=re.DOTALL)))
    written = names(table(texts()[page], "`status`"))
    assert set(written) == promised == code.statuses()


@pytest.mark.parametrize("page", REFERENCES)
def test_every_reason_of_a_record_is_explained(page: str) -> None:
    rows = table(texts()[page], "`reason`")
    written = set(names(rows))
    assert missing(code.reasons(), written, f"{page}, reasons") == []
    statuses = set(names(table(texts()[page], "`status`")))
    assert {status.strip() for row in rows for status in row[1].split(",")} <= statuses


@pytest.mark.parametrize(("page", "heading"), HELD.items())
def test_every_reason_for_which_a_call_is_held_is_told_where_it_is_decided(page: str, heading: str) -> None:
    unclear = {reason for reason in code.reasons() if reason.startswith("unclear_")}
    assert unclear <= set(code_spans(prose(section(texts()[page], heading))))


# ── what it costs ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("page", "first_heading"), COSTS.items())
def test_the_cost_adds_up_and_counts_what_the_template_has(page: str, first_heading: str) -> None:
    rows = table(texts()[page], first_heading)
    for column in (2, 3):
        *parts, total = (usd(row[column]) for row in rows)
        assert total == pytest.approx(sum(parts), abs=0.05)
    (cloudwatch,) = [row[1] for row in rows if row[0] == "CloudWatch"]
    of_the_log = {
        each["MetricTransformations"][0]["MetricName"] for each in resources("AWS::Logs::MetricFilter").values()
    }
    counts = (len(METRICS), len(alarm_names()), len(resources("AWS::CloudWatch::Dashboard")), len(of_the_log))
    assert tuple(int(number) for number in re.findall(r"\d+", cloudwatch)) == counts


def usd(cell: str) -> float:
    (amount,) = re.findall(r"\d+(?:[.,]\d+)?", cell)
    return float(amount.replace(",", "."))


# ── settings, parameters, events, make ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", REFERENCES)
def test_every_setting_stands_in_the_reference_with_its_default(page: str) -> None:
    rows = table(texts()[page], SETTINGS_TABLE[page])
    written = {key: row[1].strip("`") for row in rows for key in code_spans(row[0])}
    assert missing(code.settings().keys(), written.keys(), f"{page}, settings") == []
    default = {key: as_written(value) for key, value in code.settings().items() if key != "statuses"}
    assert {key: value for key, value in written.items() if key != "statuses"} == default


@pytest.mark.parametrize("page", REFERENCES)
def test_the_reference_says_which_settings_an_agent_may_have_of_its_own(page: str) -> None:
    rows = table(texts()[page], SETTINGS_TABLE[page])
    (meaning,) = [row[2] for row in rows if code_spans(row[0]) == ["agents"]]
    in_order, (_, first, last, again, end, *others) = names(rows), code_spans(meaning)
    ranges = ((first, last), (again, end))
    told = {key for start, stop in ranges for key in in_order[in_order.index(start) : in_order.index(stop) + 1]}
    assert told | set(others) == OF_AN_AGENT.keys()


def as_written(default: Any) -> str:
    return default if isinstance(default, str) else json.dumps(list(default) if isinstance(default, tuple) else default)


@pytest.mark.parametrize("page", REFERENCES)
def test_every_variable_that_a_name_is_looked_for_in_is_told(page: str) -> None:
    (line,) = [line for line in texts()[page].splitlines() if "`nombre`" in line]
    assert set(NAME_KEYS) <= set(code_spans(line))


@pytest.mark.parametrize("page", REFERENCES)
def test_what_each_status_of_elevenlabs_does_is_told(page: str) -> None:
    (line,) = [line for line in texts()[page].splitlines() if re.match(r"(Statuses|Estados): `", line)]
    told: dict[str, str] = {}
    for part in line.split(";"):
        statuses, _, action = part.partition("→")
        told |= dict.fromkeys(code_spans(statuses), code_spans(action.partition(".")[0])[0])
    assert told == dict(DEFAULT_STATUSES)


@pytest.mark.parametrize("readme", READMES)
def test_each_setting_that_a_shop_needs_first_is_one_and_its_example_is_taken(readme: str) -> None:
    rows = table(texts()[readme], FIRST_SETTINGS[readme])
    assert rows
    for key, example in ((code_spans(row[0])[0], code_spans(row[1])[0]) for row in rows):
        value = json.loads(example) if example[0] in "{0123456789" else example
        assert getattr(parse_settings(json.dumps({key: value})), key) != getattr(Settings(), key), key


@pytest.mark.parametrize(("readme", "language"), [("README.md", "en"), ("README.es.md", "es")])
def test_each_button_that_a_question_names_is_in_the_widget(readme: str, language: str) -> None:
    rows = table(texts()[readme], EVERY_DAY[readme])
    named = {button for row in rows for button in re.findall(r"\*(.+?)\*", row[2])}
    words = words_of(language)
    steering = {name for name in words if name.startswith("do_") and "interval" not in name} | {"search"}
    assert named == {words[name] for name in steering}


def test_every_parameter_of_the_template_stands_in_operations_with_its_default() -> None:
    rows = table(texts()[OPERATIONS], "parameter")
    written = {name: row[1].strip("`") for row in rows for name in code_spans(row[0])}
    parameters: Mapping[str, Any] = template()["Parameters"]
    assert missing(parameters.keys(), written.keys(), f"{OPERATIONS}, the stack's parameters") == []
    assert {name: str(parameter["Default"]) or "empty" for name, parameter in parameters.items()} == written


def test_every_key_of_an_event_stands_in_operations() -> None:
    assert set(names(table(texts()[OPERATIONS], "event key"))) == code.event_keys()


def test_make_help_lists_every_target() -> None:
    targets, helped = code.make_targets()
    assert missing(targets, helped, "make help") == []


def test_every_make_target_that_is_named_is_there() -> None:
    targets, _ = code.make_targets()
    pages = {path: text for path, text in texts().items() if path.endswith(".md") and "/facts/" not in path}
    commands = {
        path: [*code_spans(text), *(line for block in blocks(text) for line in block.text.splitlines())]
        for path, text in pages.items()
    }
    named = [
        (path, target)
        for path, lines in commands.items()
        for line in lines
        for target in re.findall("^make ([a-z]+)", line)
    ]
    assert named
    assert [f"{path}: make {target}" for path, target in named if target not in targets] == []


def test_the_table_of_the_rooms_names_every_room() -> None:
    lib = code.SRC / "lib"
    there = {
        f"{path.name}/" if path.is_dir() else path.name for path in lib.iterdir() if not path.name.startswith("__")
    }
    rooms = names(table(texts()["docs/architecture.md"], "room"))
    assert missing({"handler.py", *there}, set(rooms), "docs/architecture.md, the rooms") == []


# ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("readme", READMES)
def test_the_message_that_the_first_screen_shows_is_the_one_that_is_sent(readme: str) -> None:
    (picture,) = [block.text for block in blocks(texts()[readme]) if block.language == "text"]
    shown = "\n".join(line.removeprefix("    ") for line in picture.splitlines()[3:])
    brand, summary = "Panadería Luna", "el curso de cerámica y su precio"
    assert shown == compose("follow_up", "Lucía", summary, "es", Settings(brand=brand)).body
    assert texts()[readme].index(picture) < 2500, "below the first screen"


def test_the_demos_last_words_name_the_sender_and_rehearse_before_anything_can_leave() -> None:
    for words in (ENGLISH, SPANISH):
        steps = words["next"]
        places = [steps.index(name) for name in ("TWILIO_WHATSAPP_NUMBER", "{dry_run}", "sam deploy", "vigia preview")]
        assert places == sorted(places)
        assert "remote invoke" not in steps, "it would send for real"
