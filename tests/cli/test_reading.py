"""What the reading commands answer: `--json` as contract §7 has it, and words in both languages."""

import json
import re
import socket
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer import rich_utils

from lib.core.record import Event
from lib.core.status import Reason, Status, explain
from tests.cli.conftest import Desk
from tests.cli.small_stack import STACK
from tests.twins.people import PHONE, answer_of, item_of, suppress
from vigia.cloud import Cloud
from vigia.commands.tail import in_words
from vigia.words import choose

NOW = int(time.time())
MIDNIGHT = NOW - (NOW - 5 * 3600) % 86400  # of Bogota, where the desk stands
AGO = max(NOW - 600, MIDNIGHT)
OTHER = "+573009998877"
TODAY = ("finished", "sent", "delivered", "read", "replied", "failed", "skipped", "held", "waiting")


def held_item(**values: Any) -> dict[str, Any]:
    history = (Event(AGO, "claimed", channel="whatsapp"), Event(AGO + 60, "unclear_not_listed", channel="whatsapp"))
    known: dict[str, Any] = {
        "reason": "unclear_not_listed",
        "queue": "held",
        "due_at": AGO + 60,
        "claim_id": "c1",
        "channel": "whatsapp",
    }
    return item_of(Status.HELD, AGO, history=history, **known, **values)


def test_status_tells_the_originals_statistics_and_today(desk: Desk) -> None:
    desk.put(
        held_item(),
        item_of(Status.READ, AGO, phone=OTHER, replied_at=NOW),
        item_of(Status.SKIPPED, AGO, conversation_id="conv_9"),
    )
    answer = desk("status", "--json")
    assert answer.status == 0
    assert {
        "is_running",
        "check_interval",
        "processed_calls_count",
        "last_check",
        "paused",
        "dry_run",
    } <= answer.json.keys()
    assert answer.json["is_running"] is True
    assert answer.json["check_interval"] == 15
    assert answer.json["processed_calls_count"] == 3
    assert answer.json["last_check"].endswith("Z")
    today = answer.json["today"]
    assert tuple(today) == TODAY
    assert today["finished"] == today["sent"] + today["failed"] + today["skipped"] + today["held"] + today["waiting"]
    assert "1 answered" in desk("status").out
    assert "1 respondió" in desk("status", "--lang", "es").out
    assert "https://console.example.com/vigia" in desk("status").out


def test_a_function_that_was_never_invoked_or_stands_still_is_not_running(desk: Desk) -> None:
    desk.put({"pk": "#lease", "owner": "a run", "fence": (NOW - 3600) * 1000, "seen_at": NOW - 3600})
    assert desk("status", "--json").json["is_running"] is False
    assert "vigia doctor" in desk("status").out
    desk.aws.client("dynamodb").delete_item(TableName=desk.table_name, Key={"pk": {"S": "#lease"}})
    assert desk("status", "--json").json["last_check"] is None


STORIES = {
    "delivered": (item_of(Status.DELIVERED, AGO, channel="whatsapp", message_sid="SM1"), "llegó", "arrived"),
    "read": (item_of(Status.READ, AGO, channel="whatsapp"), "leído", "read"),
    "answered": (item_of(Status.READ, AGO, replied_at=NOW), "respondió", "answered"),
    "failed": (
        item_of(Status.FAILED, AGO, reason="failed_after_acceptance", error_code=63016),
        "ventana de 24",
        "24-hour window",
    ),
    "held": (held_item(), "vigia release", "vigia release"),
    "skipped": (item_of(Status.SKIPPED, AGO, reason="too_old"), "lookback_hours", "lookback_hours"),
    "opted out": (item_of(Status.SKIPPED, AGO, reason="opted_out"), "vigia unsuppress", "vigia unsuppress"),
    "waiting": (item_of(Status.WAITING, AGO, reason="summary", due_at=NOW + 60, queue="watch"), "resumen", "summary"),
}


def test_no_line_of_what_a_person_wrote_passes_for_one_of_ours(desk: Desk) -> None:
    now = int(time.time())
    desk.put(item_of(Status.READ, now - 600), answer_of("SM1", now, "Sí\n• 2026-01-01  +573000000000\n"))
    for command in (("replies",), ("why", PHONE)):
        assert "\n• 2026-01-01" not in desk(*command).out
        assert "\n    • 2026-01-01  +573000000000\n" in desk(*command).out


@pytest.mark.parametrize("story", STORIES)
def test_why_tells_a_calls_story_and_what_to_do_in_both_languages(desk: Desk, story: str) -> None:
    item, es, en = STORIES[story]
    desk.put(item)
    (told,) = desk("why", PHONE, "--json").json
    assert {"pk", "status", "channel", "reason", "timeline"} <= told.keys()
    assert told["pk"] == item["pk"]
    assert told["status"] == item["status"]
    assert all({"at", "event", "text"} <= moment.keys() for moment in told["timeline"])
    assert told["timeline"]
    for language, words in (("es", es), ("en", en)):
        answer = desk("why", "0057 (300) 111-2233", "--lang", language)
        assert answer.status == 0
        assert words in answer.out
        assert "→" in answer.out


def test_why_tells_every_reason_for_which_a_call_was_skipped_in_both_languages(desk: Desk) -> None:
    reasons = [*Reason, "status_cancelled"]
    desk.put(
        *(
            item_of(Status.SKIPPED, AGO, reason=str(reason), conversation_id=f"conv_{number}")
            for number, reason in enumerate(reasons)
        )
    )
    assert {told["reason"] for told in desk("why", PHONE, "--json").json} == set(reasons)
    for language in ("es", "en"):
        shown = " ".join(desk("why", PHONE, "--lang", language).out.split())
        assert [reason for reason in reasons if explain(reason, language) not in shown] == []


def test_why_answers_for_a_phone_and_a_conversation_that_nobody_knows(desk: Desk) -> None:
    for asked in (OTHER, "conv_unknown", "300 111 2233", "hola", "#lease"):
        assert desk("why", asked, "--json").json == []
        answer = desk("why", asked, "--lang", "es")
        assert answer.status == 0
        assert "No se conoce ninguna llamada" in answer.out


@pytest.mark.parametrize(
    ("setting", "es", "en"), [("paused", "En pausa", "Paused"), ("dry_run", "En ensayo", "Rehears")]
)
def test_why_says_that_nothing_leaves_at_all_where_that_is_why(desk: Desk, setting: str, es: str, en: str) -> None:
    desk.put(item_of(Status.WAITING, AGO, reason="summary", due_at=NOW + 60, queue="watch"))
    desk.put(item_of(Status.READ, AGO, phone="+573000000001"))
    for asked in (PHONE, OTHER):
        assert not any(word in desk("why", asked).out for word in ("Paused", "Rehears"))
    desk("settings", "set", setting, "true")
    for asked in (PHONE, OTHER):
        assert es in desk("why", asked, "--lang", "es").out
        assert en in desk("why", asked).out
    assert en not in desk("why", "+573000000001").out


def test_of_a_held_email_nobody_is_sent_to_twilios_log(desk: Desk) -> None:
    desk.put(held_item() | {"channel": "email", "reason": "unclear_no_list"})
    assert "Twilio" not in desk("held").out
    desk.put(held_item(phone=OTHER))
    assert "Twilio's log" in desk("held").out
    assert "e-mail" in desk("held").out


def test_why_tells_of_a_person_what_they_wrote_and_whether_they_asked_for_silence(desk: Desk) -> None:
    desk.put(item_of(Status.READ, AGO), answer_of("SM9", NOW, "¿Cuánto\x1b[31m cuesta?"))
    suppress(desk.table, PHONE, NOW)
    out = desk("why", PHONE).out
    assert "¿Cuánto?[31m cuesta?" in out
    assert "suppression list" in out


def test_held_and_replies_have_the_contracts_keys(desk: Desk) -> None:
    desk.put(held_item(), answer_of("SM1", AGO, "Sí"), answer_of("SM2", NOW, "No", handled_at=NOW))
    assert [tuple(row) for row in desk("held", "--json").json] == [("pk", "since", "reason")]
    rows = desk("replies", "--json").json
    assert all({"at", "phone", "name", "text", "handled"} <= row.keys() for row in rows)
    assert [(row["text"], row["handled"]) for row in rows] == [("No", True), ("Sí", False)]
    assert [row["text"] for row in desk("replies", "--open", "--json").json] == ["Sí"]
    assert desk("replies", "--handled", "SM1").status == 0
    assert desk("replies", "--handled", "SM1").status == 1
    assert desk("replies", "--open", "--json").json == []


def test_a_held_calls_key_stays_whole_on_a_narrow_terminal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    item = held_item()
    desk.put(item)
    monkeypatch.setenv("COLUMNS", "24")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True)
    assert item["pk"] in desk("held").out


@pytest.mark.parametrize(
    ("kind", "es", "en"),
    [
        ("follow_up", "al mensaje que siguió a la llamada que terminó el {at}", "followed the call that ended on {at}"),
        ("missed", "al mensaje que siguió a la llamada sin contestar del {at}", "followed the missed call of {at}"),
    ],
)
def test_replies_tell_to_which_message_a_person_answers(desk: Desk, kind: str, es: str, en: str) -> None:
    desk.put(answer_of("SM1", NOW, "Sí", kind=kind, ended_at=1_795_626_000))
    (row,) = desk("replies", "--json").json
    assert (row["kind"], row["ended_at"]) == (kind, "2026-11-25T17:00:00Z")
    for language, words in (("es", es), ("en", en)):
        assert words.format(at="2026-11-25 12:00 (America/Bogota)") in desk("replies", "--lang", language).out


def test_the_suppression_list_is_changed_and_asked_in_any_spelling(desk: Desk) -> None:
    assert desk("suppressed", PHONE, "--json").json["suppressed"] is False
    assert not [pk for pk in desk.items() if pk.startswith("#supp")]
    assert desk("suppress", "57 300 111 22 33").status == 0
    answer = desk("suppressed", "--json", "+57-300-111-22-33").json
    assert {"suppressed", "since", "by"} <= answer.keys()
    assert answer["suppressed"] is True
    assert not any(PHONE in json.dumps(item, default=str) for item in desk.items().values())
    assert desk("unsuppress", PHONE).status == 0
    assert desk("suppressed", PHONE, "--json").json["suppressed"] is False
    assert desk("suppress", "300").status == 2


def test_a_register_of_who_must_not_be_written_to_goes_onto_the_list_by_file(desk: Desk, tmp_path: Path) -> None:
    register = tmp_path / "register.csv"
    listed = (
        "\ufefftelefono;fecha",
        "# of 2026",
        "",
        f"'{PHONE[:3]} {PHONE[3:]}';2026-01-01",
        f"0{OTHER[1:]}",
        "0034 600 11 22 33",
    )
    register.write_text("\n".join(listed), encoding="utf-8")
    said = desk("suppress", "--from", str(register), "--json")
    assert (said.status, said.json) == (1, {"suppressed": 2, "unusable_lines": [5]})
    assert "5" in said.err
    assert desk("suppressed", PHONE, "--json").json["suppressed"] is True
    assert desk("suppressed", "+34600112233", "--json").json["suppressed"] is True
    assert desk("suppressed", OTHER, "--json").json["suppressed"] is False
    register.write_text(OTHER)
    assert desk("suppress", "--from", str(register)).status == 0
    empty = tmp_path / "empty"
    empty.write_text("telefono\n\n")
    for wrong in (("--from", str(tmp_path / "none")), ("--from", str(empty)), ("--from", str(register), PHONE), ()):
        assert desk("suppress", *wrong).status == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_as_windows_writes_it(desk: Desk, encoding: str, tmp_path: Path) -> None:
    register, env = tmp_path / "register.csv", tmp_path / ".env"
    register.write_bytes(f"teléfono;nombre\r\n{PHONE};Peña\r\n\r\n{OTHER}\r\n".encode(encoding))
    assert desk("suppress", "--from", str(register), "--json").json == {"suppressed": 2, "unusable_lines": []}
    env.write_bytes("TWILIO_SMS_NUMBER=+14155550000 # teléfono\r\n".encode(encoding))
    assert desk("secrets", "push", "--from", str(env)).status == 0
    assert desk.parameter("TWILIO_SMS_NUMBER") == "+14155550000"


@pytest.mark.parametrize(
    ("by", "why", "es", "en"),
    [
        ("person", "vigia", "a mano, con vigia suppress", "by hand"),
        ("person", "SM1", "lo escribió, mensaje SM1", "they wrote so, message SM1"),
        ("call", "conv_1", "lo dijo en la llamada conv_1", "in the call conv_1"),
        ("twilio", "63014", "código 63014", "code 63014"),
    ],
)
def test_whose_wish_it_was_is_told_in_words(desk: Desk, by: str, why: str, es: str, en: str) -> None:
    suppress(desk.table, PHONE, NOW, by, why)
    for language, words in (("es", es), ("en", en)):
        for command in ("suppressed", "why"):
            assert words in desk(command, PHONE, "--lang", language).out


def test_of_one_call_is_spoken_as_of_one(desk: Desk) -> None:
    desk.put(item_of(Status.READ, AGO, replied_at=NOW))
    spanish = "Hoy: 1 llamada terminada; 1 con mensaje, 1 entregado, 1 leído, 1 respondió; 0 fallidas"
    assert spanish in desk("status", "--lang", "es").out
    assert "Today: 1 call ended; 1 written to" in desk("status").out


def test_why_tells_of_an_item_that_cannot_be_read_and_needs_no_settings(desk: Desk) -> None:
    desk.put({"pk": f"{PHONE}_conv_7", "status": "weird", "expires_at": NOW + 9999})
    desk.put_parameter("SETTINGS", "{bad")
    for asked in (PHONE, f"{PHONE}_conv_7"):
        answer = desk("why", asked)
        assert answer.status == 0
        assert "+57******2233_conv_7: its `status`" in answer.out
    assert "cannot be read" not in desk("why", OTHER).out


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_REGION"])
def test_an_address_or_a_region_that_is_none_is_named(desk: Desk, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "not one")
    answer = desk("status", "--lang", "es")
    assert answer.status == 1
    assert "AWS_REGION y AWS_ENDPOINT_URL" in answer.err


def test_a_tick_counts_the_messages_of_every_channel_and_each_event_of_a_day_is_told_in_words() -> None:
    choose("en")
    assert "3 messages sent" in in_words({"message": "tick", "WhatsAppsSent": 0, "sms_sent": 2, "emails_sent": 1})
    pressed = {"message": "widget_action", "do": "release", "done": True, "call": "+57******2233_conv_1"}
    assert in_words(pressed) == "a button of the dashboard was pressed: release  +57******2233_conv_1"
    assert in_words(pressed | {"done": False}).startswith("a button of the dashboard did nothing: release")
    assert in_words({"message": "digest_told", "day": "2026-11-25"}) == "the digest of 2026-11-25 was told"
    rehearsed = in_words({"message": "rehearsal", "would_send": 1, "would_wait": 2, "would_skip": 3})
    assert rehearsed == "rehearsal: 1 would leave, 2 would wait, 3 get no message"


def test_a_log_as_json_is_one_object_a_line_and_a_quiet_one_is_said_to_be(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [{"message": f"event_{n}", "_at": NOW, "_id": str(n)} for n in (1, 2)]
    monkeypatch.setattr(Cloud, "log", lambda _self, _since: iter(lines))
    told = desk("tail", "--once", "--json").out.splitlines()
    assert [json.loads(line) for line in told] == [{"message": "event_1"}, {"message": "event_2"}]
    lines.clear()
    answer = desk("tail", "--once")
    assert (answer.status, answer.out, "nothing of the last ten minutes" in answer.err) == (0, "", True)


def test_peoples_words_are_shown_as_they_wrote_them(desk: Desk) -> None:
    desk.put(answer_of("SM1", NOW, "Sí :heart: [bold]"))
    for command in (("replies",), ("why", PHONE)):
        assert "Sí :heart: [bold]" in desk(*command).out


@pytest.mark.parametrize("name", ["FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS"])
def test_a_pipe_has_no_colour_whatever_a_variable_says(desk: Desk, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    monkeypatch.setattr(rich_utils, "FORCE_TERMINAL", True)  # as it is when typer is imported with such a variable
    for command in (("suppressed", PHONE), ("nonsense",), ("--help",), ("held", "--nonsense")):
        answer = desk(*command)
        assert "\x1b" not in answer.out + answer.err


def test_what_runs_until_ctrl_c_ends_well_with_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vigia.commands.tail.time.sleep", interrupted)
    assert desk("tail").status == 0
    monkeypatch.setattr("vigia.commands.metrics.ThreadingWSGIServer.serve_forever", interrupted)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert desk("metrics", "--serve", str(port)).status == 0
    any_port = desk("metrics", "--serve", "0")
    assert any_port.status == 0
    assert re.search(r"127\.0\.0\.1:[1-9]\d*/metrics", any_port.out)


def test_a_port_that_cannot_be_had_is_wrong_use(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for port in (taken.getsockname()[1], 99_999):
            answer = desk("metrics", "--serve", str(port), "--lang", "es")
            assert answer.status == 2
            assert f"En el puerto {port} no se puede escuchar" in answer.err


def test_nobody_and_a_setting_that_is_none_are_wrong_use(desk: Desk) -> None:
    assert desk("settings", "unset", "brnd").status == 2
    desk.put_parameter("SETTINGS", '{"brnd": "Sol"}')
    assert desk("settings", "unset", "brnd").status == 0
    assert desk("why", "  ").status == 2
    assert desk("settings", "get", "brnd").status == 2
    assert desk("settings", "get", "brand").json == "IA Calls"


def test_the_digest_of_any_of_seven_days_adds_up(desk: Desk) -> None:
    desk.put(held_item(), item_of(Status.FAILED, AGO, phone=OTHER, error_code=63016))
    answer = desk("digest", "--json").json
    assert answer["finished"] == sum(answer[name] for name in ("sent", "failed", "skipped", "held", "waiting"))
    assert len(desk("digest").out.strip().splitlines()) == 10
    assert "calls" not in answer
    each = desk("digest", "--calls", "--json").json["calls"]
    assert {(one["phone"], one["status"], one["error_code"]) for one in each} == {
        (PHONE, "held", None),
        (OTHER, "failed", 63016),
    }
    lines = desk("digest", "--calls", "--lang", "es").out.strip().splitlines()[10:]
    assert len(lines) == 2
    assert any(OTHER in line and "ventana de 24 horas" in line for line in lines)
    assert desk("digest", "--day", "1999-01-01").status == 2
    assert desk("digest", "--day", "yesterday").status == 2
    assert desk("digest", "--day", "").status == 2  # a script's variable that is not set is not today


def test_tail_shows_the_log_in_words_and_ends(desk: Desk) -> None:
    logs, lines = (
        desk.aws.client("logs"),
        [
            {
                "level": "INFO",
                "message": "batch",
                "batch_id": "btcal_1",
                "batch_status": "in_progress",
                "recipients": {"completed": 2},
            },
            {"level": "INFO", "message": "message_sent", "phone": "+57******2233", "message_sid": "SM1"},
            {"level": "ERROR", "message": "batch_unread", "why": "503"},
            {"type": "platform.report", "record": {"status": "success"}},
            {"type": "platform.report", "record": {"status": "timeout"}},
            {"type": "platform.report", "record": {"status": "error", "errorType": "Runtime.ImportModuleError"}},
            {"type": "platform.start", "record": None},
        ],
    )
    group = desk.aws.client("cloudformation").describe_stack_resource(
        StackName=STACK, LogicalResourceId="MonitorLogGroup"
    )
    name = group["StackResourceDetail"]["PhysicalResourceId"]
    logs.create_log_stream(logGroupName=name, logStreamName="s")
    events = [
        {"timestamp": int(time.time() * 1000), "message": text} for text in (*map(json.dumps, lines), "START RequestId")
    ]
    logs.put_log_events(logGroupName=name, logStreamName="s", logEvents=events)
    answer = desk("tail", "--once")
    assert answer.status == 0
    first, second, third, *killed = answer.out.splitlines()
    assert [line.partition("  ")[2] for line in killed] == [
        "Lambda: a run ended badly: timeout. What to do: docs/operations.md, Failed runs",
        "Lambda: a run ended badly: error Runtime.ImportModuleError. What to do: docs/operations.md, Failed runs",
    ]
    assert "btcal_1 (in_progress): completed 2" in first
    assert "message sent: +57******2233  SM1" in second
    assert "batch_unread  503" in third
