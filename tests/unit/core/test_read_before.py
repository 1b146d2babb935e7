"""What stands in an answer as it stood before is not read again, and nobody can tell but by the time it takes."""

import json
import random
from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lib.core.budget import Budget
from lib.core.call import Batch
from lib.core.read_before import ReadBefore
from lib.ports import Answer, Rows
from lib.worlds.elevenlabs.client import ElevenLabsClient
from lib.worlds.elevenlabs.rows import RowCutter

NOW = 1_795_000_000
TIMES = st.sampled_from([None, 0, NOW - 50, NOW + 100, NOW + 400, (NOW - 50) * 1000, (NOW + 400) * 1000, "x"])
RECIPIENTS = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b", "", None]),
        "status": st.sampled_from(["completed", "pending"]),
        "phone_number": st.just("+573001112233"),
        "created_at_unix": TIMES,
        "updated_at_unix": TIMES,
    }
)
BATCHES = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["b1", "b2", ""]),
        "status": st.sampled_from(["in_progress", "completed"]),
        "total_calls_finished": st.integers(0, 2),
        "created_at_unix": TIMES,
        "last_updated_at_unix": TIMES,
    }
)


class Silent:
    def count(self, name: str, by: int = 1) -> None: ...
    def tolerated(self, event: str, batch_id: str, why: str) -> None: ...


def read(given_rows: list[dict[str, Any]], array: str, now: float, memory: ReadBefore) -> Any:
    """What the room makes of an answer with these rows."""

    def get(path: str, params: Mapping[str, Any], timeout_seconds: float, rows: Rows | None = None) -> Answer:
        cutter = RowCutter(rows)
        cutter.feed(json.dumps({"id": "b1", "status": "in_progress", array: given_rows}).encode())
        return Answer(200, cutter.body())

    client = ElevenLabsClient(
        get, lambda thunks: [thunk() for thunk in thunks], lambda _: None, random.Random(), Silent(), memory
    )
    budget = Budget(lambda: now, now + 60)
    if array == "batch_calls":
        return client.batches("", budget)
    return list(client.calls([Batch("b1", "agent", "in_progress", NOW, "")], budget))


@given(st.data(), st.sampled_from(["batch_calls", "recipients"]), st.integers(1, 4))
def test_an_answer_is_read_as_by_somebody_who_saw_none_before(data: st.DataObject, array: str, at_most: int) -> None:
    pool: list[Any] = data.draw(st.lists(BATCHES if array == "batch_calls" else RECIPIENTS, min_size=1, max_size=4))
    memory, now = ReadBefore(at_most), float(NOW)
    for _ in range(4):
        rows = data.draw(st.lists(st.sampled_from(pool), max_size=5))
        assert read(rows, array, now, memory) == read(rows, array, now, ReadBefore())
        now += data.draw(st.sampled_from([0, 60, 500]))


def test_a_row_that_stays_is_read_once_and_one_that_moves_again() -> None:
    seen: list[bytes] = []
    memory = ReadBefore(rows_at_most=2)

    def note(row: bytes) -> bytes:
        seen.append(row)
        return row

    def answer(source: str, *rows: bytes) -> None:
        reader = memory.reader(source, note, lambda row: row != b"future")
        assert [reader.read(row) for row in rows] == list(rows)

    answer("x", b"one", b"future")
    answer("x", b"one", b"future", b"two")
    assert seen == [b"one", b"future", b"future", b"two"]
    answer("y", b"three")  # there is no room for both sources
    answer("x", b"one")
    assert seen[4:] == [b"three", b"one"]
