"""Powertools' logger and metrics, so set up that nothing personal or secret leaves by them (contract §5, §6)."""

import json
import logging
import re
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools import Metrics as PowertoolsMetrics

from ..core.metrics import METRICS, NAMESPACE
from ..core.phone import mask

_PHONE = re.compile(r"(?:\+|%2B)[1-9][0-9]{6,14}")
_CHATTY = ("twilio", "urllib3", "botocore", "boto3", "requests")  # below WARNING they write URLs with phone numbers


class Redactor:
    """The last gate of every line: what no room should have let through is masked here."""

    def __init__(self) -> None:
        self.secrets: tuple[str, ...] = ()

    def __call__(self, line: dict[str, Any]) -> str:
        text = json.dumps(line, default=repr, ensure_ascii=False)
        for secret in self.secrets:
            text = text.replace(_as_written(secret), "***")
        if not text.isascii():
            text = text.encode("utf-8", "replace").decode()  # half of a surrogate pair would cost the whole line
        return _PHONE.sub(lambda match: mask(match[0].replace("%2B", "+")), text)


def _as_written(text: str) -> str:
    """As it stands within a line: JSON escapes a quotation mark, a backslash and what is not printed."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def make_logger(redactor: Redactor, service: str) -> Logger:
    """The service's logger; the libraries below it are kept to warnings, whatever level is asked for."""
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    return Logger(service=service, json_serializer=redactor)


class EmfMetrics:
    """`ports.Metrics` as one EMF line a tick: all values of a flush share one timestamp (facts/aws.md §2.4)."""

    def __init__(self, service: str) -> None:
        self._metrics = PowertoolsMetrics(namespace=NAMESPACE, service=service)

    def emit(self, values: dict[str, list[float]]) -> None:
        for name, points in values.items():
            for point in points:
                self._metrics.add_metric(name=name, unit=METRICS[name], value=point)
        if self._metrics.metric_set:  # a hundredth value flushes by itself, and may leave nothing to flush
            self._metrics.flush_metrics()
