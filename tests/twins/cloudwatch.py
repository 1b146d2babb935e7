"""What CloudWatch makes of a function's log, for a local AWS that keeps the lines and does nothing with them.

Three pure steps, as AWS documents them (User Guide, "Embedded metric format specification", "Filter pattern syntax for
metric filters", "Configuring how CloudWatch alarms treat missing data"): lines → metrics that they carry, lines →
metrics that a filter makes of them, metrics → an alarm's state at an instant. What this twin does not know, it refuses.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Line: TypeAlias = Mapping[str, Any]
Metric: TypeAlias = tuple[str, str, frozenset[tuple[str, str]]]  # namespace, name, dimensions
Matches: TypeAlias = Callable[[Line], bool]

MAX_VALUES = MAX_METRICS = 100
RANGE_BEYOND = 2  # the evaluation range of the User Guide's tables: two periods more than the alarm evaluates


class Refused(Exception):
    """Something that this twin does not understand, or that CloudWatch would drop without a word."""


# ── lines that carry metrics ─────────────────────────────────────────────────────────────────────────────────────────


def carried(line: Line) -> Iterator[tuple[Metric, list[float], float]]:
    """The metrics of a line in the embedded metric format: each with its values and its instant (epoch seconds)."""
    if "_aws" not in line:
        return
    at = line["_aws"]["Timestamp"] / 1000
    for directive in line["_aws"]["CloudWatchMetrics"]:
        if len(directive["Metrics"]) > MAX_METRICS:
            raise Refused(f"more than {MAX_METRICS} metrics in one directive")
        for names in directive["Dimensions"]:
            dimensions = frozenset((name, _text(line[name])) for name in names)
            for metric in directive["Metrics"]:
                yield (directive["Namespace"], metric["Name"], dimensions), _values(line[metric["Name"]]), at


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise Refused(f"a dimension's value is {value!r}")
    return value


def _values(target: Any) -> list[float]:
    values = target if isinstance(target, list) else [target]
    if not 0 < len(values) <= MAX_VALUES or not all(isinstance(value, int | float) for value in values):
        raise Refused(f"a metric's value is {target!r}")
    return [float(value) for value in values]


# ── filters ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_TOKEN = re.compile(r'\s*(\(|\)|&&|\|\||!=|=|\$\.\w+|"[^"\\*]*"|$)')


def pattern(text: str) -> Matches:
    """Whether a line fits a JSON filter pattern: texts that are equal or not, `&&`, `||` and brackets.

    Which of `&&` and `||` goes first is not asked: both beside each other, without brackets, are refused.
    """
    inside = re.fullmatch(r"\{(.*)\}", text.strip())
    if not inside:
        raise Refused(f"{text}: not a JSON pattern")
    tokens, at = [], 0
    while at < len(inside[1].rstrip()):
        token = _TOKEN.match(inside[1], at)
        if not token:
            raise Refused(f"{text}: {inside[1][at:]!r} is not understood")
        tokens.append(token[1])
        at = token.end()
    matches = _any_or_all(tokens, text)
    if tokens:
        raise Refused(f"{text}: {tokens} is too much")
    return matches


def _any_or_all(tokens: list[str], text: str) -> Matches:
    terms, joints = [_term(tokens, text)], set()
    while tokens and tokens[0] in ("&&", "||"):
        joints.add(tokens.pop(0))
        terms.append(_term(tokens, text))
    if len(joints) > 1:
        raise Refused(f"{text}: which goes first?")
    together = any if "||" in joints else all
    return lambda line: together(term(line) for term in terms)


def _term(tokens: list[str], text: str) -> Matches:
    if tokens[:1] == ["("]:
        del tokens[0]
        inner = _any_or_all(tokens, text)
        if tokens[:1] != [")"]:
            raise Refused(f"{text}: a bracket stays open")
        del tokens[0]
        return inner
    if len(tokens) < 3 or tokens[0][:2] != "$." or tokens[1] not in ("=", "!=") or tokens[2][0] != '"':
        raise Refused(f"{text}: {tokens[:3]} is not understood")
    selector, operator, wanted = tokens[0][2:], tokens[1], tokens[2][1:-1]
    del tokens[:3]
    if operator == "=":
        return lambda line: line.get(selector) == wanted
    return lambda line: _present(line, selector) != wanted


def _present(line: Line, selector: str) -> Any:
    if selector not in line:
        raise Refused(f"is a line without {selector} unlike a text, or nothing? ({line})")
    return line[selector]


# ── alarms ───────────────────────────────────────────────────────────────────────────────────────────────────────────

STATISTICS: Mapping[str, Callable[[list[float]], float]] = {
    "SampleCount": len,
    "Sum": sum,
    "Average": lambda values: sum(values) / len(values),
    "Maximum": max,
    "Minimum": min,
}
BREACHES: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}
MISSING = {"breaching": True, "notBreaching": False}


@dataclass
class Metrics:
    """Every value that was put, with its instant (epoch seconds)."""

    values: dict[Metric, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))

    def put(self, metric: Metric, values: Iterable[float], at: float) -> None:
        self.values[metric] += [(at, value) for value in values]

    def state(self, alarm: Mapping[str, Any], at: float) -> str:
        """`ALARM` or `OK`: of an alarm as DescribeAlarms gives it, by the whole minutes that are over at an instant.

        Real data points come before made ones: missing ones are filled only where too few are in the range.
        """
        if alarm.get("Unit") or alarm.get("ExtendedStatistic") or alarm.get("Metrics"):
            raise Refused(f"{alarm['AlarmName']}: a unit, a percentile or a formula")
        wanted, end, period = alarm["EvaluationPeriods"], at // 60 * 60, alarm["Period"]
        if period % 60:
            raise Refused(f"{alarm['AlarmName']}: a period of {period} s")
        real = [
            BREACHES[alarm["ComparisonOperator"]](STATISTICS[alarm["Statistic"]](values), alarm["Threshold"])
            for back in range(wanted + RANGE_BEYOND)
            if (values := self._between(alarm, end - (back + 1) * period, end - back * period))
        ]
        breaching = (real + [MISSING[alarm["TreatMissingData"]]] * (wanted - len(real)))[:wanted]
        return "ALARM" if sum(breaching) >= alarm.get("DatapointsToAlarm", wanted) else "OK"

    def _between(self, alarm: Mapping[str, Any], begin: float, end: float) -> list[float]:
        dimensions = frozenset((one["Name"], one["Value"]) for one in alarm.get("Dimensions", []))
        known = self.values.get((alarm["Namespace"], alarm["MetricName"], dimensions), [])
        return [value for at, value in known if begin <= at < end]
