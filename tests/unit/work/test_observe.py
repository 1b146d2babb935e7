"""What a tick reads of a workspace: the newest first, all of it in time, and nothing of it stops the rest."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.core.budget import Budget
from lib.core.call import Batch as Listed
from lib.core.finished import STUCK_SECONDS
from lib.core.policy import Settings
from lib.errors import ConfigurationError
from lib.ledger.calls import Ledger
from lib.ports import Answer, Rows
from lib.work.agenda import RECIPIENTS_AT_ONCE, in_groups
from lib.work.listing import LISTING_SECONDS, PAGES_PER_TICK
from lib.work.memory import Memory
from lib.work.observe import READING_SECONDS, Observer
from lib.work.report import Report
from lib.worlds.elevenlabs.client import ElevenLabsClient
from local.services.elevenlabs.calls import Batch, CallPlan
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.faults import Fault
from tests.twins.lines import Lines
from tests.twins.services import TwinElevenLabs
from tests.twins.table import MemoryTable
from tests.unit.work.test_loop import NOON, Clock

KEY = "key-of-the-test"
AN_HOUR = 3600


class Workspace:
    """A workspace of the simulator, seen by one warm function; each request takes its time on the clock."""

    def __init__(self, order: str = "newest", seconds_a_request: float = 0.0, get: Any = None) -> None:
        self.clock, self.table, self.memory, self.lines = Clock(), MemoryTable(), Memory(), Lines()
        self.world = ElevenLabsWorld(self.clock, KEY, order=order, rng=random.Random(7))
        self.settings, self.counts = Settings(), dict[str, int]()
        self._twin, self._seconds = get or TwinElevenLabs(self.world, KEY), seconds_a_request

    def __call__(
        self, path: str, params: Mapping[str, Any], timeout_seconds: float, rows: Rows | None = None
    ) -> Answer:
        self.clock.now += self._seconds
        answer: Answer = self._twin(path, params, timeout_seconds, rows)
        return answer

    def ended(self, seconds_ago: float, count: int = 1, **fields: Any) -> Batch:
        """A batch whose calls ended so long ago."""
        people = [{"phone_number": f"+57300{number:07d}"} for number in range(count)]
        began, plans = self.clock.now - seconds_ago - 60, [CallPlan(talk_seconds=53)] * count
        return self.world.add_batch(people, plans, created_at=began, **fields)

    def tick(self, *, is_first: bool = False) -> list[str]:
        """The batches of the calls that a tick found new, sorted; all of them are recorded as if they were served."""
        if is_first:
            self.memory.began_at = self.clock.now
        report = Report(self.lines)
        ledger = Ledger(self.table, self.clock, lambda: int(self.clock.now * 1000), lambda: "id", report)
        room = ElevenLabsClient(self, in_turn, self.clock.sleep, random.Random(1), report, self.memory.read_before)
        began = self.clock.now
        observer = Observer(room, ledger, self.settings, self.memory, self.clock, report)
        new = observer.new_calls(Budget(self.clock, began + 33))
        for case in new:
            ledger.skip(case, "served")
        self.seconds, self.counts = self.clock.now - began, dict(report.counts)
        self.clock.now = max(self.clock.now, began + 15)
        return sorted(case.call.batch_id for case in new)

    def told(self, event: str) -> list[tuple[str, str]]:
        """Level and batch of the lines about something."""
        return [(level, keys["batch_id"]) for level, name, keys in self.lines.lines if name == event]


def in_turn(thunks: Sequence[Callable[[], Any]]) -> list[Any]:
    return [thunk() for thunk in thunks]


# ── many batches ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_among_12_000_batches_the_call_that_just_ended_is_found_in_the_first_tick() -> None:
    shop = Workspace(seconds_a_request=0.3)
    for number in range(12_000):
        shop.ended((12_000 - number) * 600)
    just_ended = shop.ended(5)
    assert just_ended.id in shop.tick(is_first=True)
    assert shop.seconds < LISTING_SECONDS + READING_SECONDS + 3
    ticks = 1
    while not shop.memory.listed.sweeps:
        shop.tick()
        ticks += 1
    assert ticks <= 15
    assert shop.counts["batches_listed"] == 12_001


@pytest.mark.parametrize("order", ["newest", "oldest", "shuffled"])
def test_whatever_the_lists_order_every_call_is_found_within_some_ticks(order: str) -> None:
    shop = Workspace(order, seconds_a_request=0.3)
    shop.settings = Settings(lookback_hours=1)
    batches = [shop.ended(number * 60) for number in range(1200)]
    expected = {batch.id for batch in batches}
    found: set[str] = set()
    for number in range(200):
        found |= set(shop.tick(is_first=number % 4 == 0))
        if found == expected:
            break
    assert found == expected
    late = shop.ended(-30)  # where the list is not sorted, nobody knows on which page
    pages = 1200 // 100
    for _ in range(2 * pages // PAGES_PER_TICK + 4):
        if late.id in shop.tick():
            return
    raise AssertionError("not found in two sweeps")


def test_an_active_batch_is_followed_by_its_own_id_while_its_page_is_not_read() -> None:
    shop = Workspace()
    running = shop.world.add_batch([{"phone_number": "+573001112233"}], created_at=NOON - 60)
    for number in range(3000):
        shop.ended(10 * 24 * AN_HOUR + number)
    while not shop.memory.listed.sweeps:
        shop.tick(is_first=True)
    shop.tick()  # the next sweep begins at the top: the batch stands on its last page
    shop.world.set(running.id, next(iter(running.recipients)), "completed", {"status": "done"})
    assert shop.tick() == [running.id]


def test_a_quiet_tick_reads_some_pages_and_no_batch() -> None:
    shop = Workspace()
    for number in range(3000):
        shop.ended(10 * 24 * AN_HOUR + number)
    while not shop.memory.listed.sweeps or shop.counts.get("batches_left_for_later"):
        shop.tick(is_first=True)
    for is_first in (True, False):
        shop.tick(is_first=True)
        shop.world.requests.clear()
        shop.tick(is_first=is_first)
        assert set(shop.world.requests) == {"batches"}
        assert shop.world.requests["batches"] <= PAGES_PER_TICK


def test_more_new_batches_than_a_page_holds_are_found_at_once() -> None:
    shop = Workspace()
    for number in range(1500):
        shop.ended(10 * 24 * AN_HOUR + number)
    while not shop.memory.listed.sweeps:
        shop.tick(is_first=True)
    shop.tick()
    new = {shop.ended(5).id for _ in range(250)}
    assert set(shop.tick()) == new


def test_a_sweep_whose_place_in_the_list_was_deleted_begins_anew() -> None:
    shop = Workspace()
    for number in range(3000):
        shop.ended(10 * 24 * AN_HOUR + number)
    while not shop.memory.listed.sweeps:
        shop.tick(is_first=True)
    shop.tick()
    shop.world.delete_batch(shop.world.batches[shop.memory.listed.cursor])
    shop.tick()
    sweeps = shop.memory.listed.sweeps
    for _ in range(10):
        shop.tick()
    assert shop.memory.listed.sweeps > sweeps
    assert shop.counts["batches_listed"] in (2999, 3000)


def test_a_deleted_batch_is_forgotten_in_time() -> None:
    shop = Workspace()
    gone, stays = shop.ended(60), shop.ended(90)
    shop.tick(is_first=True)
    shop.world.delete_batch(gone)
    for _ in range(3):
        shop.tick()
    assert list(shop.memory.listed.batches) == [stays.id]


def test_the_known_active_batches_are_served_while_the_list_is_down() -> None:
    shop = Workspace()
    running = shop.world.add_batch([{"phone_number": "+573001112233"}])
    shop.tick(is_first=True)
    shop.world.faults.add(Fault("500", route="batches"))
    shop.world.set(running.id, next(iter(running.recipients)), "completed", {"status": "done"})
    assert shop.tick() == [running.id]


def test_batches_read_side_by_side_fit_into_memory_together() -> None:
    batches = [Listed(str(n), "", "", 0, "", size=size) for n, size in enumerate((10_000, 10_000, 1, 30_000, 5, 5))]
    groups = list(in_groups(batches))
    assert [batch for group in groups for batch in group] == batches
    assert all(len(group) == 1 or sum(b.size for b in group) <= RECIPIENTS_AT_ONCE for group in groups)
    assert [len(group) for group in in_groups(Listed(str(n), "", "", 0, "") for n in range(20))] == [8, 8, 4]


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["403", "invalid_api_key", "missing_permissions", "quota_exceeded", "404", "402"])
def test_a_batch_that_is_refused_is_left_out_and_named(kind: str) -> None:
    shop = Workspace()
    good, bad = shop.ended(60), shop.ended(60)
    shop.world.faults.add(Fault(kind, route="batch", match={"batch_id": bad.id}))
    assert shop.tick(is_first=True) == [good.id]
    assert shop.told("batch_unread") == [("error", bad.id)]
    assert shop.counts["Errors"] == 1
    ((_, _, keys),) = [line for line in shop.lines.lines if line[1] == "batch_unread"]
    assert "HTTP 40" in keys["why"]
    shop.world.faults.clear()
    shop.clock.now += 60
    assert shop.tick(is_first=True) == [bad.id]


@pytest.mark.parametrize(("kind", "is_the_keys"), [("403", True), ("invalid_api_key", True), ("quota_exceeded", False)])
def test_only_the_lists_own_refusal_is_the_keys_and_no_quota_is(kind: str, is_the_keys: bool) -> None:
    shop = Workspace()
    shop.world.faults.add(Fault(kind, route="batches"))
    if is_the_keys:
        with pytest.raises(ConfigurationError, match="ELEVENLABS_API_KEY"):
            shop.tick()
        return
    assert shop.tick() == []
    ((level, event, keys),) = shop.lines.wrong
    assert (level, event) == ("error", "batches_unread")
    assert keys["why"].endswith("HTTP 401 quota_exceeded")


# ── what a batch's own words mean ────────────────────────────────────────────────────────────────────────────────────


def test_nobody_hears_of_a_batch_that_failed_before_it_dialled() -> None:
    shop = Workspace()
    people = [{"phone_number": f"+57300{number:07d}"} for number in range(3)]
    batch = shop.world.add_batch(people, is_undialled=True)
    for recipient, conversation_id in zip(
        batch.recipients.values(), (None, None, "conv_of_a_dial_that_failed"), strict=True
    ):
        recipient.script(shop.clock.now, "failed", conversation_id)
    assert shop.tick(is_first=True) == []
    assert shop.told("batch_never_dialled") == [("error", batch.id)]
    for _ in range(4):
        assert shop.tick(is_first=True) == []
    cold = Workspace(get=shop._twin)
    cold.table, cold.clock = shop.table, shop.clock
    assert cold.tick(is_first=True) == []
    assert len(shop.told("batch_never_dialled") + cold.told("batch_never_dialled")) == 1


def test_nobody_hears_of_a_batch_that_was_cancelled_before_it_dialled_and_that_is_no_error() -> None:
    shop = Workspace()
    people = [{"phone_number": f"+57300{number:07d}"} for number in range(3)]
    batch = shop.world.add_batch(people, is_undialled=True)
    batch.forced_status = "cancelled"
    for recipient in batch.recipients.values():
        recipient.script(shop.clock.now, "failed", None)
    assert shop.tick(is_first=True) == []
    assert shop.told("batch_never_dialled") == []


def test_a_failed_batch_that_dialled_is_served() -> None:
    shop = Workspace()
    batch = shop.ended(60, count=2, forced_status="failed")
    assert shop.tick(is_first=True) == [batch.id] * 2


def test_a_call_that_stands_still_is_asked_about_now_and_then_and_warned_of_once() -> None:
    shop = Workspace()
    batch = shop.world.add_batch([{"phone_number": "+573001112233"}], forced_status="completed")
    shop.world.set(batch.id, next(iter(batch.recipients)), "in_progress", {"status": "in-progress"})
    asked = []
    for _ in range(4 * 120):
        ledger_before = dict(shop.table.items)
        if shop.tick(is_first=True):
            asked.append(shop.clock.now - NOON)
            shop.table.items.clear()  # its conversation goes on, so nothing is recorded
            shop.table.items.update(ledger_before)
    assert asked[0] >= STUCK_SECONDS
    assert 3 <= len(asked) <= 12
    assert shop.told("recipient_stuck") == [("warning", batch.id)]
    assert not any(pk.startswith("#batch") for pk in shop.table.items)
    shop.clock.now += 30 * AN_HOUR
    assert shop.tick(is_first=True) == []


def test_a_stuck_call_that_was_served_is_over() -> None:
    shop = Workspace()
    batch = shop.world.add_batch([{"phone_number": "+573001112233"}], forced_status="completed")
    shop.world.set(batch.id, next(iter(batch.recipients)), "in_progress", {"status": "done"})
    shop.clock.now += STUCK_SECONDS + 60
    assert shop.tick(is_first=True) == [batch.id]
    for _ in range(30):
        assert shop.tick(is_first=True) == []
    assert any(pk.startswith("#batch") for pk in shop.table.items)


@pytest.mark.parametrize(
    ("phones", "rings"),
    [
        (["x206"] * 3, True),
        (["x206"], True),
        (["x206"] * 6 + ["+573001112233"] * 5, True),
        (["x206"] * 5 + ["+573001112233"] * 6, False),
        (["x206"] * 4 + ["+573001112233"] * 3, True),
        (["x206"] * 2 + ["+573001112233"], True),
        (["x206", "+573001112233"], False),
    ],
)
def test_it_rings_for_some_minutes_when_most_of_a_batch_cannot_be_written_to(phones: list[str], rings: bool) -> None:
    shop = Workspace()
    people = [{"phone_number": phone[:-1] + str(number % 10)} for number, phone in enumerate(phones)]
    batch = shop.world.add_batch(people, [CallPlan("failed") for _ in people], created_at=NOON - 600)
    errors = []
    for number in range(4 * 15):
        shop.tick(is_first=number % 4 == 0)
        errors.append(shop.counts.get("Errors", 0))
        if number == 0:
            assert shop.counts["unusable_phones"] == sum(phone == "x206" for phone in phones)
    assert shop.told("phones_unusable").count(("warning", batch.id)) == 1
    minutes = [sum(errors[at : at + 4]) for at in range(0, len(errors), 4)]
    assert minutes == ([1] * 10 + [0] * 5 if rings else [0] * 15)


def test_the_batches_that_are_monitored_are_the_active_and_the_recent_ones_from_the_first_tick_on() -> None:
    shop = Workspace()
    shop.ended(60)
    shop.ended(30 * 24 * 3600)
    shop.world.add_batch([{"phone_number": "+573001112233"}], created_at=NOON - 48 * 3600, scheduled_at=NOON + 3600)
    for number in range(2):
        shop.tick(is_first=number == 0)
        assert (shop.counts["batches_listed"], shop.counts["BatchesMonitored"]) == (3, 2)


def test_a_phone_that_the_conversation_may_know_is_unusable_only_when_the_record_says_so() -> None:
    shop = Workspace()
    shop.world.add_batch([{"phone_number": "206"}], [CallPlan()], created_at=NOON - 600)
    shop.tick(is_first=True)
    assert "unusable_phones" not in shop.counts


# ── hostile answers ──────────────────────────────────────────────────────────────────────────────────────────────────

WORDS = (
    "id status recipients batch_calls has_more next_doc conversation_id phone_number name detail updated_at_unix "
    "last_updated_at_unix conversation_initiation_client_data dynamic_variables total_calls_dispatched"
)
KEYS = st.text(max_size=5) | st.sampled_from(WORDS.split())
SCALARS = st.sampled_from(
    [float("inf"), float("nan"), 1e300, 10**400, -1, "\ud800", "..", "a/../b", "#batch:x", "\x00", "completed"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


@given(st.dictionaries(KEYS, JSON), st.lists(JSON, max_size=4), st.sampled_from(["rows", "batch", "page"]))
@settings(deadline=None, max_examples=60)
def test_whatever_json_stands_beside_it_the_good_batch_is_served(body: Any, rows: list[Any], where: str) -> None:
    shop = Workspace()
    good, bad = shop.ended(60), shop.ended(90)
    twin = shop._twin

    def hostile(path: str, params: Mapping[str, Any], timeout_seconds: float, given: Rows | None = None) -> Answer:
        def spoilt(answer: dict[str, Any], array: str) -> dict[str, Any]:
            return answer | {array: [*rows, *answer[array], *rows]}

        raw = twin(path, params, timeout_seconds)
        if path.endswith(bad.id) and where == "batch":
            return twin_read(body, given)
        if path.endswith("workspace") and where == "page":
            return (
                twin_read(body, given)
                if params.get("last_doc")
                else twin_read(spoilt(raw.body, "batch_calls") | {"has_more": True, "next_doc": "more"}, given)
            )
        if where == "rows" and given:
            return twin_read(spoilt(raw.body, given.array), given)
        return twin_read(raw.body, given)

    shop._twin = hostile
    found = set(shop.tick(is_first=True)) | set(shop.tick())
    assert good.id in found


def twin_read(body: Any, rows: Rows | None) -> Answer:
    return TwinElevenLabs.read(Answer(200, body), rows)


def test_a_status_that_is_no_word_is_counted_and_not_shown() -> None:
    """It may be anything, a name or a phone (contract §6)."""
    shop = Workspace()
    batch = shop.ended(5, count=2)
    for recipient, status in zip(batch.recipients.values(), ("Ana Paz +573001239155", "wrapping_up"), strict=True):
        recipient.script(shop.clock.now, status, None)
    shop.tick(is_first=True)
    assert [keys["status"] for _, event, keys in shop.lines.lines if event == "unknown_status"] == ["?", "wrapping_up"]
    assert shop.counts["unknown_statuses"] == 2


@pytest.mark.parametrize(("status", "times"), [("initiated", 1), ("in_progress", 1), ("dispatched", 0), ("pending", 0)])
def test_a_call_that_rings_for_an_hour_without_a_conversation_is_told_once(status: str, times: int) -> None:
    shop = Workspace()
    batch = shop.ended(AN_HOUR)
    for recipient in batch.recipients.values():
        recipient.script(shop.clock.now - AN_HOUR, status, None)
    for _ in range(3):
        assert shop.tick(is_first=True) == []
    assert shop.told("recipient_stuck") == [("warning", batch.id)] * times
