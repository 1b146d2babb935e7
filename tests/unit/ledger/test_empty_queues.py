"""A run asks for a queue that it knows to be empty no second time, and still sees all that it puts there itself."""

from hypothesis import given
from hypothesis import strategies as st

from lib.core.table import Check, Free, Put, Update
from lib.ledger.empty_queues import EmptyQueues
from lib.ledger.transitions import SEND
from tests.twins.table import MemoryTable

NOW, EVER = 1_795_000_000, 2**40
KEYS, QUEUES = st.sampled_from(["a", "b", "c"]), st.sampled_from(["x", "y", SEND])
DUE = st.integers(NOW - 30, NOW + 100)
CHANGES = (
    st.builds(lambda pk, queue, due_at: Put({"pk": pk, "queue": queue, "due_at": due_at}), KEYS, QUEUES, DUE)
    | st.builds(lambda pk, queue, due_at: Update(pk, {"queue": queue, "due_at": due_at}), KEYS, QUEUES, DUE)
    | st.builds(lambda pk, due_at: Update(pk, {"due_at": due_at}), KEYS, DUE)
    | st.builds(lambda pk: Update(pk, {"n": 1}, ("queue", "due_at")), KEYS)
    | st.builds(lambda pk: Check(pk, (Free(NOW),)), st.just("nobody"))
)
READS = st.tuples(QUEUES, st.sampled_from([0, 30, EVER - NOW]), st.integers(1, 3), st.sampled_from([0, NOW - 20]))
STEPS = st.lists(CHANGES | READS | st.sampled_from([1, 15]), max_size=12)


class Counted(MemoryTable):
    asked = 0

    def queued(self, queue: str, until: int, limit: int, now: int, since: int = 0) -> list[dict[str, object]]:
        self.asked += 1
        return super().queued(queue, until, limit, now, since)


@given(st.lists(CHANGES, max_size=4), STEPS)
def test_a_run_alone_sees_what_the_table_holds(before: list[Put | Update | Check], steps: list[object]) -> None:
    table, now = MemoryTable(), NOW
    for change in before:
        table.write(change)
    run = EmptyQueues(table, lambda: now)
    for step in steps:
        match step:
            case int():
                now += step
            case (str(queue), int(ahead), int(limit), int(since)):
                asked = (queue, now + ahead, limit, now, since)
                assert run.queued(*asked) == table.queued(*asked)
            case Put() | Update() | Check():
                run.write(step)


def test_what_is_empty_is_asked_for_once_a_run_and_what_others_put_there_seen_by_the_next() -> None:
    table = Counted()
    run = EmptyQueues(table, lambda: NOW)
    for tick in range(4):
        for until in (NOW + 15 * tick, EVER):
            assert run.queued("x", until, 10, NOW) == []
    assert table.asked == 2
    table.write(Put({"pk": "a", "queue": "x", "due_at": NOW}))
    assert run.queued("x", NOW + 45, 10, NOW) == []
    assert len(EmptyQueues(table, lambda: NOW).queued("x", NOW, 10, NOW)) == 1


def test_what_a_person_sends_again_is_seen_by_the_next_tick() -> None:
    table = MemoryTable()
    run = EmptyQueues(table, lambda: NOW)
    assert run.queued(SEND, NOW, 10, NOW) == []
    table.write(Put({"pk": "a", "queue": SEND, "due_at": NOW}))
    assert len(run.queued(SEND, NOW, 10, NOW)) == 1


def test_what_is_due_later_in_the_run_is_seen_when_it_is() -> None:
    table = Counted()
    table.write(Put({"pk": "a", "queue": "x", "due_at": NOW + 20}))
    run = EmptyQueues(table, lambda: NOW)
    assert [len(run.queued("x", NOW + after, 10, NOW)) for after in (0, 15, 30)] == [0, 0, 1]
    assert table.asked == 2
