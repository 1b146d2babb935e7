"""The twin of CloudWatch says what AWS documents, and refuses what it does not know."""

from typing import Any

import pytest

from tests.twins.cloudwatch import Metrics, Refused, carried, pattern

METRIC = ("Vigia", "Errors", frozenset({("service", "vigia")}))
ALARM: dict[str, Any] = {
    "AlarmName": "vigia-errors",
    "Namespace": "Vigia",
    "MetricName": "Errors",
    "Dimensions": [{"Name": "service", "Value": "vigia"}],
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 3,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "Threshold": 1.0,
}


def line(**values: Any) -> dict[str, Any]:
    directive = {"Namespace": "Vigia", "Dimensions": [["service"]], "Metrics": [{"Name": "Errors", "Unit": "Count"}]}
    return {"_aws": {"Timestamp": 90_000, "CloudWatchMetrics": [directive]}, "service": "vigia", "Errors": 2} | values


def test_a_line_carries_each_of_its_metrics_with_all_values() -> None:
    assert list(carried(line())) == [(METRIC, [2.0], 90.0)]
    assert list(carried(line(Errors=[1.0, 0]))) == [(METRIC, [1.0, 0.0], 90.0)]
    assert list(carried({"message": "tick"})) == []


@pytest.mark.parametrize("wrong", [{"Errors": "2"}, {"Errors": []}, {"Errors": [1] * 101}, {"service": ""}])
def test_a_line_that_cloudwatch_would_drop_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        list(carried(line(**wrong)))


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ('{ $.message = "sent" }', True),
        ('{ $.message = "sen" }', False),
        ('{ $.message = "sent" && $.status = "failed" }', False),
        ('{ $.message = "found" || $.message = "sent" }', True),
        ('{ ($.message = "found" || $.message = "sent") && $.status != "failed" }', True),
        ('{ $.nothing = "sent" }', False),
    ],
)
def test_a_pattern_fits_a_line_as_its_words_say(text: str, fits: bool) -> None:
    assert pattern(text)({"message": "sent", "status": "queued"}) is fits


@pytest.mark.parametrize(
    "text",
    [
        "ERROR",
        "{ $.message = sent }",
        '{ $.message = "sent*" }',
        '{ $.message = "a" || $.message = "b" && $.level = "c" }',
        "{ $.duration_ms > 5 }",
        '{ ($.message = "a" }',
        '{ $.message = "a") }',
        "{ $.message NOT EXISTS }",
        "{}",
    ],
)
def test_a_pattern_that_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        pattern(text)


def test_whether_something_that_is_not_there_is_unlike_a_text_is_not_guessed() -> None:
    with pytest.raises(Refused):
        pattern('{ $.status != "failed" }')({"message": "sent"})


@pytest.mark.parametrize(
    ("five_minutes", "breaching", "not_breaching"),  # oldest first; 0 and X as in the User Guide's table, - is missing
    [
        ("0-X-X", "OK", "OK"),
        ("----0", "OK", "OK"),
        ("-----", "ALARM", "OK"),
        ("0XX-X", "ALARM", "ALARM"),
        ("--X--", "ALARM", "OK"),
    ],
)
def test_missing_minutes_are_treated_as_in_the_user_guides_table(
    five_minutes: str, breaching: str, not_breaching: str
) -> None:
    metrics = Metrics()
    for minute, what in enumerate(five_minutes):
        metrics.put(METRIC, [{"0": 0.0, "X": 1.0}[what]] if what != "-" else [], minute * 60 + 30)
    for treat, state in (("breaching", breaching), ("notBreaching", not_breaching)):
        assert metrics.state(ALARM | {"TreatMissingData": treat}, 300) == state


def test_so_many_minutes_of_the_evaluated_ones_ring_and_another_metrics_do_not() -> None:
    metrics = Metrics()
    some = ALARM | {"TreatMissingData": "notBreaching", "EvaluationPeriods": 5, "DatapointsToAlarm": 3}
    for minute, value in enumerate([1.0, 0, 1.0, 0, 1.0]):
        metrics.put(METRIC, [value], minute * 60)
        metrics.put(("Vigia", "Errors", frozenset()), [1.0], minute * 60)
    assert metrics.state(some, 300) == "ALARM"
    assert metrics.state(some, 299) == "OK"
    assert metrics.state(some | {"Dimensions": [{"Name": "service", "Value": "another"}]}, 300) == "OK"
    with pytest.raises(Refused):
        metrics.state(some | {"ExtendedStatistic": "p95"}, 300)
