"""What the alarms and the dashboard watch is what the code emits."""

import json
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lib.core.metrics import METRICS, NAMESPACE
from local.dashboard import with_dashboard
from tests.docs import code
from tests.template.loading import ROOT, TEMPLATE_PATH, functions, resources, substitute, template
from tests.twins.cloudwatch import pattern

SERVICE = "AWS::StackName"  # as `substitute` writes it

FILTERED = {"Fn::Sub": "Vigia/${AWS::StackName}"}  # what the template's filters make of lines of the log

OPERATIONS, OPERATIONS_ES = (ROOT / "docs" / name for name in ("operations.md", "operations.es.md"))


def alarms() -> dict[str, dict[str, Any]]:
    return resources("AWS::CloudWatch::Alarm")


def dashboard() -> list[dict[str, Any]]:
    """The dashboard's widgets. Fails when the substituted body is not JSON, which AWS would say only at deployment."""
    (properties,) = resources("AWS::CloudWatch::Dashboard").values()
    return list(json.loads(substitute(properties["DashboardBody"]))["widgets"])


def dashboard_metrics() -> Iterator[tuple[str, str, dict[str, str]]]:
    """(namespace, metric, dimensions) of every line of every widget."""
    for widget in dashboard():
        lines = [line for line in widget["properties"].get("metrics", []) if isinstance(line[0], str)]
        for namespace, name, *rest in lines:  # the others are expressions of these
            pairs = [value for value in rest if isinstance(value, str)]
            yield namespace, name, dict(zip(pairs[::2], pairs[1::2], strict=True))


def watched() -> Iterator[tuple[str, str, dict[str, str]]]:
    for alarm in alarms().values():
        if alarm["Namespace"] != FILTERED:
            dimensions = {dimension["Name"]: dimension["Value"]["Ref"] for dimension in alarm["Dimensions"]}
            yield alarm["Namespace"], alarm["MetricName"], dimensions
    yield from dashboard_metrics()


def test_every_metric_that_is_watched_is_emitted_under_that_name_namespace_and_dimension() -> None:
    ours = [(name, dimensions) for namespace, name, dimensions in watched() if not namespace.startswith("AWS/")]
    assert ours
    assert {namespace for namespace, _, _ in watched()} <= {NAMESPACE, "AWS/Lambda", "AWS/DynamoDB"}
    for name, dimensions in ours:
        assert name in METRICS
        assert dimensions == {"service": SERVICE}


def test_every_filter_counts_a_line_that_the_code_logs_for_an_alarm_and_costs_nothing_while_there_is_none() -> None:
    filters = resources("AWS::Logs::MetricFilter")
    watched_lines = {alarm["MetricName"] for alarm in alarms().values() if alarm.get("Namespace") == FILTERED}
    made = set()
    for one in filters.values():
        (transformation,) = one["MetricTransformations"]
        assert transformation["MetricNamespace"] == FILTERED
        assert "DefaultValue" not in transformation, "a value in every hour costs as an eleventh metric does"
        assert one["LogGroupName"] == {"Ref": "MonitorLogGroup"}
        levels = {level.lower() for level in re.findall(r'\$\.level = "(\w+)"', one["FilterPattern"])}
        for event in re.findall(r'\$\.message = "(\w+)"', one["FilterPattern"]):
            assert levels <= code.events()[event]
        made.add(transformation["MetricName"])
    assert made == watched_lines
    assert not made & METRICS.keys()


@given(*[st.integers(0, 40)] * 4)
def test_the_failed_balance_is_above_zero_when_more_than_one_message_in_five_failed(
    left: int, found: int, refused: int, failed_at_once: int
) -> None:
    """Whatever became known of it how: a message is counted once, and its failure once."""
    undelivered = left // 3
    lines = [
        *[{"message": "message_sent", "status": "sent"}] * left,
        *[{"message": "message_found", "status": "delivered"}] * found,
        *[{"message": "message_refused"}] * refused,
        *[{"message": "message_sent", "status": "failed"}] * failed_at_once,
        *[{"message": "message_undelivered"}] * undelivered,
        *[{"message": "message_delivered"}] * found,
    ]
    balance = 0.0
    for one in resources("AWS::Logs::MetricFilter").values():
        (transformation,), matches = one["MetricTransformations"], pattern(one["FilterPattern"])
        if transformation["MetricName"] == alarms()["FailedShareAlarm"]["MetricName"]:
            balance += float(transformation["MetricValue"]) * sum(matches(line) for line in lines)
    messages, failures = left + found + refused + failed_at_once, refused + failed_at_once + undelivered
    assert (balance > 0) == (failures > messages / 5)


def test_the_function_emits_under_the_namespace_and_service_that_are_watched() -> None:
    function = functions()["MonitorFunction"]
    variables = function["Environment"]["Variables"]
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == NAMESPACE
    assert variables["POWERTOOLS_SERVICE_NAME"] == {"Ref": SERVICE}, "two stacks would share metrics and alarms"


def test_the_dashboard_shows_all_ten_metrics_in_widgets_that_do_not_overlap() -> None:
    assert {name for namespace, name, _ in dashboard_metrics() if namespace == NAMESPACE} == METRICS.keys()
    taken: set[tuple[int, int]] = set()
    for widget in dashboard():
        cells = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert max(x for x, _ in cells) < 24
        assert not cells & taken
        taken |= cells


def test_the_owner_sees_the_four_answers_first() -> None:
    metrics = [widget for widget in dashboard() if widget["type"] == "metric"]
    shown = [{line[1] for line in widget["properties"]["metrics"] if line[1:]} for widget in metrics]
    assert shown[:4] == [{"WhatsAppsSent"}, {"MessagesFailed"}, {"MessagesHeld"}, {"DetectionDelay"}]


def test_the_dashboard_lists_every_alarm() -> None:
    (widget,) = (widget for widget in dashboard() if widget["type"] == "alarm")
    assert set(widget["properties"]["alarms"]) == {f"{logical_id}.Arn" for logical_id in alarms()}


def test_every_alarm_speaks_to_the_topic_and_there_are_no_more_than_the_free_ten() -> None:
    assert 0 < len(alarms()) <= 10
    assert all(alarm["AlarmActions"] == [{"Ref": "AlertTopic"}] for alarm in alarms().values())


def test_silence_is_missing_data_and_is_not_reported_while_the_schedule_is_off() -> None:
    silence = alarms()["SilenceAlarm"]
    assert (silence["MetricName"], silence["Statistic"], silence["TreatMissingData"]) == (
        "TickDuration",
        "SampleCount",
        "breaching",
    )
    assert (silence["Period"], silence["EvaluationPeriods"], silence["DatapointsToAlarm"]) == (60, 5, 5)
    assert silence["ActionsEnabled"] == {"Fn::If": ["Scheduled", True, False]}
    assert template()["Conditions"]["Scheduled"] == {"Fn::Equals": [{"Ref": "ScheduleState"}, "ENABLED"]}
    assert silence["WarmUpConfiguration"]["WarmUpPeriodDurationInMinutes"] >= 10


def test_ticks_are_slow_when_they_take_as_long_as_the_time_between_them() -> None:
    assert (
        float(substitute(alarms()["SlowTicksAlarm"]["Threshold"]))
        == template()["Parameters"]["TickSeconds"]["Default"] * 1000
    )


def test_an_alarms_mail_says_both_languages_links_the_dashboard_and_names_its_sections() -> None:
    (board,) = resources("AWS::CloudWatch::Dashboard").values()
    operations, operaciones = (page.read_text(encoding="utf-8") for page in (OPERATIONS, OPERATIONS_ES))
    assert alarms()
    for alarm in alarms().values():
        spanish, english, link, page = substitute(alarm["AlarmDescription"]).split(" / ")
        assert spanish
        assert english
        assert link.endswith(f"#dashboards/dashboard/{substitute(board['DashboardName'])}")
        (section,) = re.findall(r'docs/operations\.md, "([^"]+)"\.', page)
        assert f"\n## {section}\n" in operations
        (apartado,) = re.findall(r"docs/operations\.es\.md, «([^»]+)»\.", page)
        name = substitute(alarm["AlarmName"]).removeprefix("AWS::StackName-")
        assert f"\n## {apartado}: `{name}`\n" in operaciones


def test_an_ok_is_mailed_by_the_silence_alarm_alone_whose_text_is_true_of_both_states() -> None:
    assert [logical_id for logical_id, alarm in alarms().items() if "OKActions" in alarm] == ["SilenceAlarm"]
    spanish, english, *_ = substitute(alarms()["SilenceAlarm"]["AlarmDescription"]).split(" / ")
    assert re.fullmatch("Si el asunto dice OK: todo en orden, .+ Si dice ALARM: .+", spanish)
    assert re.fullmatch("If the subject says OK: all is well, .+ If it says ALARM: .+", english)


def test_the_dashboard_in_the_template_is_what_make_dashboard_makes_of_the_widgets() -> None:
    text = TEMPLATE_PATH.read_text(encoding="utf-8")
    assert text == with_dashboard(text), "make dashboard"
