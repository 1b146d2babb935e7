"""Prometheus: what stands in the table now, and the counters that CloudWatch keeps. No phone and no id is a label.

For node_exporter's textfile collector: `vigia metrics > vigia.prom`; or `--serve`. The counters begin anew with each
year (UTC), as a restarted process's do, so that CloudWatch's fifteen months never cut a piece off them.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import typer
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import ThreadingWSGIServer
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from lib.core.metrics import NAMESPACE
from lib.core.status import Status
from lib.errors import kind_and_line
from lib.reading.views import held, held_since, open_answers, waiting

from .. import __version__, show
from ..problems import WrongUse
from ..problems import of as problem_of
from ..session import Session, of
from ..words import t
from .status import interval_seconds

COUNTERS = {  # ours → CloudWatch's
    "vigia_calls_finished": "CallsFinished",
    "vigia_messages_sent": "WhatsAppsSent",
    "vigia_messages_delivered": "MessagesDelivered",
    "vigia_messages_failed": "MessagesFailed",
    "vigia_messages_held": "MessagesHeld",
    "vigia_errors": "Errors",
    "vigia_retries": "Retries",
}
_HELP = {
    "vigia_calls_finished": "Finished calls, when first seen.",
    "vigia_messages_sent": "Messages that Twilio has.",
    "vigia_messages_delivered": "Messages known to have arrived.",
    "vigia_messages_failed": "Messages refused, at once or later.",
    "vigia_messages_held": "Calls that became held.",
    "vigia_errors": "Errors in the log.",
    "vigia_retries": "Requests repeated, messages sent again after they were not processed.",
}
DAY_SECONDS = 86_400


def metrics(
    context: typer.Context,
    serve: Annotated[
        int | None,
        typer.Option(
            "--serve", metavar="PORT", help="Answer Prometheus on this port until Ctrl-C.", show_default=False
        ),
    ] = None,
) -> None:
    """OpenMetrics text for Prometheus: numbers only, no phone and no id."""
    session = of(context)
    registry = CollectorRegistry()
    registry.register(VigiaCollector(session))
    if serve is None:
        text: bytes = generate_latest(registry)  # type: ignore[no-untyped-call]
        sys.stdout.write(text.decode())
        return
    try:
        server = listening(serve, registry)
    except (OSError, OverflowError):
        raise WrongUse(t("Nobody can listen on port {port} here: it is taken, or is none.", port=f"{serve}")) from None
    show.say(t("http://127.0.0.1:{port}/metrics, until Ctrl-C", port=server.server_port))
    with server, suppress(KeyboardInterrupt):
        server.serve_forever()


def listening(port: int, registry: CollectorRegistry) -> WSGIServer:
    """Answers every request in OpenMetrics, whatever it says that it accepts; 503 where AWS does not tell.

    Raises OSError, OverflowError for a port that is taken, or none.
    """

    def answer(_: object, start: Callable[[str, list[tuple[str, str]]], object]) -> list[bytes]:
        try:
            text: bytes = generate_latest(registry)  # type: ignore[no-untyped-call]
        except Exception as error:
            problem = problem_of(error)
            what = problem.what if problem else kind_and_line(error)
            show.complain(what, problem.do if problem else "")
            start("503 Service Unavailable", [("Content-Type", "text/plain; charset=utf-8")])
            return [f"{what}\n".encode()]
        start("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
        return [text]

    return make_server("127.0.0.1", port, answer, ThreadingWSGIServer, _Silent)


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's own name
        """A scrape that went well is no news."""


class VigiaCollector(Collector):
    """What is asked at each scrape, the settings too."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def describe(self) -> list[Metric]:
        return []  # registering asks for nothing

    def collect(self) -> Iterator[Metric]:
        session = replace(self._session, cloud=self._session.cloud.anew())
        picture, settings, now = session.reader.picture(), session.settings, session.clock()
        yield InfoMetricFamily("vigia_build", "The command line's version.", {"version": __version__})
        last = session.reader.last_seen()
        yield _gauge("vigia_last_check_timestamp_seconds", "When a run was last at work.", last)
        yield _gauge("vigia_check_interval_seconds", "Between the starts of two checks.", interval_seconds(session))
        yield _gauge("vigia_paused", "1 while nothing is sent.", settings.paused)
        yield _gauge("vigia_dry_run", "1 while it only rehearses.", settings.dry_run)
        calls = GaugeMetricFamily("vigia_calls", "Calls of the last seven days, by status.", labels=["status"])
        for status in Status:
            calls.add_metric([str(status)], sum(record.status == status for record in picture.records))
        yield calls
        yield _gauge(
            "vigia_replied_calls",
            "Of these, those whose person answered.",
            sum(bool(one.replied_at) for one in picture.records),
        )
        yield _gauge("vigia_open_replies", "Answers that nobody has dealt with.", len(open_answers(picture.answers)))
        oldest = next((now - held_since(record) for record in held(picture.records)), 0)
        yield _gauge("vigia_held_oldest_seconds", "How long the longest held call waits for a person.", oldest)
        due = next((now - record.due_at for record in waiting(picture.records) if record.due_at), 0)
        yield _gauge("vigia_overdue_seconds", "How long the most overdue call should have been looked at.", max(0, due))
        yield _gauge("vigia_unreadable_items", "Items of the table that cannot be read.", len(picture.unreadable))
        for name, source in COUNTERS.items():
            total, since = _since_new_year(session, source)
            family = CounterMetricFamily(name, _HELP[name])
            family.add_metric([], total, created=since)
            yield family


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=float(value))


def _since_new_year(session: Session, metric: str) -> tuple[float, float]:
    now = datetime.fromtimestamp(session.clock(), UTC)
    start = datetime(now.year, 1, 1, tzinfo=UTC)
    answer: dict[str, Any] = session.cloud.client("cloudwatch").get_metric_statistics(
        Namespace=NAMESPACE,
        MetricName=metric,
        Dimensions=[{"Name": "service", "Value": session.cloud.stack}],
        StartTime=start,
        EndTime=now,
        Period=DAY_SECONDS,
        Statistics=["Sum"],
    )
    return sum(point["Sum"] for point in answer["Datapoints"]), start.timestamp()
