"""`vigia metrics`: read by Prometheus' own parser, named as its ecosystem names things, and about nobody."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from lib.core.metrics import METRICS
from lib.core.status import Status
from tests.cli.conftest import Desk
from tests.cli.small_stack import STACK
from tests.twins.people import PHONE, answer_of, item_of
from vigia.cloud import Cloud
from vigia.commands.metrics import COUNTERS, VigiaCollector, listening
from vigia.session import Session

NOW = int(time.time())
FOLDER = Path(__file__).parents[2] / "docs" / "prometheus"


def _families(text: str) -> Any:
    return text_string_to_metric_families(text)  # type: ignore[no-untyped-call]


@pytest.fixture
def families(desk: Desk) -> dict[str, Any]:
    desk.put(
        item_of(Status.READ, NOW - 60, replied_at=NOW),
        item_of(Status.HELD, NOW - 600, conversation_id="conv_2", queue="held", due_at=NOW - 600),
        answer_of("SM1", NOW, "Sí"),
    )
    answer = desk("metrics")
    assert answer.status == 0
    return {family.name: family for family in _families(answer.out)}


def test_prometheus_reads_it_and_it_says_what_stands_there(families: dict[str, Any]) -> None:
    values = {
        sample.name: sample.value for family in families.values() for sample in family.samples if not sample.labels
    }
    by_status = {sample.labels["status"]: sample.value for sample in families["vigia_calls"].samples}
    assert by_status["read"] == by_status["held"] == 1
    assert sum(by_status.values()) == 2
    assert values["vigia_open_replies"] == 1
    assert 600 <= values["vigia_held_oldest_seconds"] < 600 + 3600  # however long the tests before this one took
    assert abs(values["vigia_last_check_timestamp_seconds"] - time.time()) < 60
    assert families["vigia_build"].samples[0].labels.keys() == {"version"}


def test_names_keep_the_ecosystems_rules_and_no_label_is_about_a_person(families: dict[str, Any]) -> None:
    for name, family in families.items():
        assert re.fullmatch(r"vigia_[a-z_]+", name)
        assert family.documentation
        for sample in family.samples:
            assert sample.labels.keys() <= {"status", "version"}
            assert PHONE not in str(sample.labels)
    counters = {name for name, family in families.items() if family.type == "counter"}
    assert counters == COUNTERS.keys()
    assert set(COUNTERS.values()) <= METRICS.keys()


def test_a_counter_is_what_cloudwatch_has_of_this_year(desk: Desk) -> None:
    dimension = [{"Name": "service", "Value": STACK}]
    data: Any = [{"MetricName": "WhatsAppsSent", "Dimensions": dimension, "Value": 3.0, "Unit": "Count"}] * 2
    desk.aws.client("cloudwatch").put_metric_data(Namespace="Vigia", MetricData=data)
    families = {one.name: one for one in _families(desk("metrics").out)}
    (sent,) = [one.value for one in families["vigia_messages_sent"].samples if one.name.endswith("_total")]
    assert sent >= 6


def test_it_is_served_as_well(desk: Desk) -> None:
    with served() as scrape:
        kind, text = scrape()
        assert kind.startswith("application/openmetrics-text; version=1.0.0")
        assert text.endswith("# EOF\n")
        assert {"vigia_paused 0.0", "vigia_check_interval_seconds 15.0"} <= set(text.splitlines())
        desk.put_parameter("SETTINGS", '{"paused": true, "dry_run": true, "interval_seconds": 30}')
        _, text = scrape()
        now = {"vigia_paused 1.0", "vigia_dry_run 1.0", "vigia_check_interval_seconds 30.0"}
        assert now <= set(text.splitlines())


def test_a_scrape_that_aws_does_not_answer_is_503_and_a_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with served() as scrape:
        desk.capsys.readouterr()
        monkeypatch.setattr(Cloud, "settings_text", denied)
        with pytest.raises(urllib.error.HTTPError) as refused:
            scrape()
        assert refused.value.code == 503
        refused.value.close()
        said = desk.capsys.readouterr()
    assert "These AWS credentials may not do GetParameters." in said.err
    assert "Traceback" not in said.err


def denied(_: Cloud) -> None:
    raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, "GetParameters")


@contextmanager
def served() -> Iterator[Callable[[], tuple[str, str]]]:
    """What a scrape without a header of its own gets: its type and text."""
    registry = CollectorRegistry()
    registry.register(VigiaCollector(Session(Cloud(STACK))))
    with listening(0, registry) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()

        def scrape() -> tuple[str, str]:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/metrics", timeout=20) as answer:
                return answer.headers["Content-Type"], answer.read().decode()

        try:
            yield scrape
        finally:
            server.shutdown()
            thread.join()


def test_the_rules_and_the_dashboard_ask_for_metrics_that_there_are(families: dict[str, Any]) -> None:
    samples = {sample.name for family in families.values() for sample in family.samples} | families.keys()
    rules = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))
    board = json.loads((FOLDER / "grafana.json").read_text(encoding="utf-8"))
    expressions = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    expressions += [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
    asked = {name for expression in expressions for name in re.findall(r"vigia_[a-z_]+", expression)}
    assert asked <= samples
    assert len(asked) >= 8
    for rule in rules["groups"][0]["rules"]:
        assert {"alert", "expr", "for", "labels", "annotations"} <= rule.keys()
        assert rule["annotations"].keys() == {"summary", "description"}
