"""What leaves by log and metrics (contract §5, §6)."""

import io
import json
import logging

import pytest
from aws_lambda_powertools import Logger

from lib.core.metrics import METRICS
from lib.work.report import Report
from lib.worlds.powertools import EmfMetrics, Redactor, make_logger


def test_the_last_gate_masks_what_no_room_should_have_let_through() -> None:
    redactor = Redactor()
    redactor.secrets = ("token-of-the-test",)
    line = redactor(
        {"url": "/Messages.json?To=whatsapp%3A%2B573001239155", "to": "+573001239155", "why": "token-of-the-test"}
    )
    assert json.loads(line) == {
        "url": "/Messages.json?To=whatsapp%3A+57******9155",
        "to": "+57******9155",
        "why": "***",
    }


def test_half_a_character_costs_itself_and_not_its_line() -> None:
    line = Redactor()({"why": "¿\ud83d?", "to": "+573001239155"})
    assert json.loads(line.encode()) == {"why": "¿??", "to": "+57******9155"}


@pytest.mark.parametrize("secret", ['quo"ted', "back\\slash", "tab\tñ\x7f", "http://key:pa/ss@host"])
def test_a_secret_is_masked_though_json_writes_it_otherwise(secret: str) -> None:
    redactor = Redactor()
    redactor.secrets = (secret,)
    assert json.loads(redactor({"why": f"before {secret} after"})) == {"why": "before *** after"}


@pytest.mark.parametrize("name", ["twilio.http_client", "urllib3.connectionpool", "botocore.endpoint"])
def test_libraries_that_write_urls_are_kept_to_warnings_at_every_level(name: str) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    make_logger(Redactor(), "vigia")
    assert logging.getLogger(name).getEffectiveLevel() == logging.WARNING


def test_a_tick_is_one_emf_line_with_the_dimension_service(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(Logger(service="vigia", stream=io.StringIO()))
    report.delay(1500)
    report.delay(2500)
    report.sent("delivered")
    report.finish(EmfMetrics("vigia"), 12.5)
    (line,) = capsys.readouterr().out.splitlines()
    emf = json.loads(line)
    (directive,) = emf["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Vigia"
    assert directive["Dimensions"] == [["service"]]
    assert emf["service"] == "vigia"
    assert {metric["Name"]: metric["Unit"] for metric in directive["Metrics"]} == METRICS
    assert emf["DetectionDelay"] == [1500, 2500]
    assert (emf["TickDuration"], emf["WhatsAppsSent"], emf["MessagesDelivered"]) == ([12.5], [1], [1])


def test_a_burst_of_messages_loses_no_delay(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(Logger(service="vigia", stream=io.StringIO()))
    for number in range(300):
        report.delay(number)
    report.finish(EmfMetrics("vigia"), 1)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sum(len(line.get("DetectionDelay", ())) for line in lines) == 300
    assert sum(len(line.get("TickDuration", ())) for line in lines) == 1


def test_a_tick_without_messages_has_no_delay_to_tell(capsys: pytest.CaptureFixture[str]) -> None:
    Report(Logger(service="vigia", stream=io.StringIO())).finish(EmfMetrics("vigia"), 1)
    assert "DetectionDelay" not in capsys.readouterr().out


def test_there_are_ten_metrics_and_no_more() -> None:
    assert len(METRICS) == 10
