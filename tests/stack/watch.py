"""The deployed stack's alarms, rung by what its function really logs: the local AWS keeps both and compares nothing.

A run takes a second, and an alarm asks about minutes: each run stands in a minute of its own here, one after the other.
Only that instant is pretended. The lines, the filters and the alarms are those of the local AWS; what the twin of
CloudWatch says of an alarm is set there, so that its topic hears of it as on AWS.
"""

import contextlib
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from tests.stack.scene import Scene
from tests.twins.cloudwatch import Metrics, carried, pattern

ONCE = {"ticks": 1}
MINUTE_SECONDS = 60


class Watch:
    """`ringing`: the alarms that are in ALARM at the end of the last minute, without the stack's name."""

    def __init__(self, scene: Scene) -> None:
        self._scene, aws = scene, scene.stack.aws
        self._cloudwatch = aws.client("cloudwatch")
        self._alarms = self._cloudwatch.describe_alarms()["MetricAlarms"]
        found = aws.client("logs").describe_metric_filters(logGroupName=scene.stack.log_group)["metricFilters"]
        self._filters = [(pattern(one["filterPattern"]), one["metricTransformations"]) for one in found]
        self._states = {alarm["AlarmName"]: alarm["StateValue"] for alarm in self._alarms}
        self._metrics, self._minute = Metrics(), time.time() // 60 * 60
        self.ringing: set[str] = set()

    @property
    def names(self) -> set[str]:
        return {_short(alarm) for alarm in self._alarms}

    def run(self, event: Mapping[str, Any] = ONCE, *, minutes: int = 1) -> set[str]:
        """One run, in a minute of its own; what rings at its end. minutes: in so many it is as in this one."""
        with self.minute(minutes):
            seen = len(self._scene.log_text())
            answer = self._scene.stack.invoke(event).answer
            while answer and not self._has_ticked(seen, answer["ticks"]):
                self._scene.stack.invoke(event)
        return self.ringing

    def _has_ticked(self, seen: int, ticks: int) -> bool:
        """Whether the lines of so many ticks are there: a busy local AWS keeps some back until the next invocation."""
        return sum('"message": "tick"' in line for line in self._scene.log_text()[seen:]) >= ticks

    def rest(self, minutes: int) -> set[str]:
        """Minutes in which nobody invokes the function."""
        for _ in range(minutes):
            self._pass()
        return self.ringing

    @contextlib.contextmanager
    def minute(self, times: int = 1) -> Iterator[None]:
        """All that the function does within it happens in the next minute, and so in all of them if `times` is more."""
        lines, own, began = len(self._scene.log_text()), self._own(), time.time()
        yield
        new = [json.loads(line) for line in self._scene.log_text()[lines:] if line.startswith("{")]
        sums = self._own()
        for _ in range(times):
            for line in new:
                self._read(line, self._minute - began)
            for metric, total in sums.items():
                self._metrics.put(metric, [total - own[metric]], self._minute)
            self._pass()

    def _read(self, line: Mapping[str, Any], moved: float) -> None:
        for metric, values, at in carried(line):
            self._metrics.put(metric, values, at + moved)
        for matches, transformations in self._filters:
            if matches(line):
                for one in transformations:
                    metric = (one["metricNamespace"], one["metricName"], frozenset[tuple[str, str]]())
                    self._metrics.put(metric, [float(one["metricValue"])], self._minute)

    def _own(self) -> dict[Any, float]:
        """The sums until now of the alarms' metrics that AWS itself keeps, as the local AWS does: one value a run."""
        sums = {}
        for alarm in self._alarms:
            if alarm["Namespace"].startswith("AWS/"):
                asked = {name: alarm[name] for name in ("Namespace", "MetricName", "Dimensions")}
                ends = {"StartTime": time.time() - 7200, "EndTime": time.time() + 60, "Period": 86400}
                points = self._cloudwatch.get_metric_statistics(**asked, **ends, Statistics=["Sum"])["Datapoints"]
                dimensions = frozenset((one["Name"], one["Value"]) for one in alarm["Dimensions"])
                sums[alarm["Namespace"], alarm["MetricName"], dimensions] = sum(point["Sum"] for point in points)
        return sums

    def _pass(self) -> None:
        """The minute is over: each alarm is evaluated, and its new state is set on the local AWS."""
        self._minute += MINUTE_SECONDS
        for alarm in self._alarms:
            name, state = alarm["AlarmName"], self._metrics.state(alarm, self._minute)
            if state != self._states[name]:
                self._cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="its metric says so")
                self._states[name] = state
        self.ringing = {_short(alarm) for alarm in self._alarms if self._states[alarm["AlarmName"]] == "ALARM"}


def _short(alarm: Mapping[str, Any]) -> str:
    return str(alarm["AlarmName"]).partition("-")[2]
