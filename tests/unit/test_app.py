"""An invocation as a whole: what it does beside its ticks (contract §2)."""

import json
from collections.abc import Callable

import pytest

from lib.errors import ConfigurationError, HeartbeatFailed
from tests.twins.shop import Shop

NOON = 1_795_622_400.0  # 2026-11-25 16:00 UTC
URL = "https://switch.example/secret"
WITH_SWITCH = json.dumps({"heartbeat_url": URL})


def shop(heartbeat: Callable[[str], None], settings: str | None = WITH_SWITCH, key: str = "key") -> Shop:
    return Shop(lambda: NOON, settings=settings, heartbeat=heartbeat, key=key)


def test_the_switch_is_asked_once_by_an_invocation_that_ended_well() -> None:
    asked: list[str] = []
    assert shop(asked.append).run(ticks=2)["errors"] == 0
    assert asked == [URL]
    shop(asked.append, settings=None).run()
    assert asked == [URL]


def test_an_invocation_that_ended_in_an_error_or_did_nothing_leaves_the_switch_alone() -> None:
    asked: list[str] = []
    with pytest.raises(ConfigurationError):
        shop(asked.append, key="another").run()
    locked = shop(asked.append)
    locked.table.items["#lease"] = {"pk": "#lease", "owner": "other", "fence": 1, "expires_at": int(NOON) + 60}
    assert locked.run()["skipped"] == "lease_held"
    assert asked == []


def test_a_switch_that_fails_harms_nothing_and_is_counted_and_logged_without_its_address() -> None:
    def fail(_: str) -> None:
        raise HeartbeatFailed("HTTP 500")

    failing = shop(fail)
    answer = failing.run(ticks=2)
    assert (answer["ticks"], answer["errors"], failing.told.errors()) == (2, 1, 1)
    errors = [line for line in failing.told.lines if line[0] == "error"]
    assert errors == [("error", "heartbeat_failed", {"why": "HTTP 500"})]
    assert "secret" not in str(failing.told.lines)


def test_the_day_is_told_to_the_alert_topic_by_one_tick_of_all_invocations_and_never_by_a_rehearsal() -> None:
    now = [NOON]
    daily, digest = Shop(lambda: now[0]), {"at": "16:00", "timezone": "UTC"}
    daily.set(digest=digest, dry_run=True)
    daily.run()
    assert daily.told.notices == []
    daily.set(digest=digest)
    for _ in range(3):
        now[0] += 60
        daily.run(ticks=2)
    assert daily.told.notices == ["Vigia: resumen del 2026-11-25"]
