"""A long array is cut out of an answer row by row, whatever the rows hold and however the answer is cut into pieces."""

import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.ports import Rows
from lib.worlds.elevenlabs import rows as room
from lib.worlds.elevenlabs.rows import RowCutter, TooLong, decode

TEXT = st.text(max_size=12) | st.sampled_from(['"', "\\", '\\"', "]", '}],"recipients":[', "\\\\"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
ROWS = st.lists(st.dictionaries(TEXT, VALUES, max_size=4), max_size=6)


def cut(text: bytes, pieces: Iterator[int] | None = None, scan_bytes: int = 1) -> Any:
    """The body, with `recipients` read row by row."""
    with patch.object(room, "_SCAN_BYTES", scan_bytes):
        cutter = RowCutter(Rows("recipients", lambda row: decode(row) if row else "too long"))
        while text:
            size = next(pieces) if pieces else len(text)
            cutter.feed(text[:size])
            text = text[size:]
        return cutter.body()


@given(st.dictionaries(TEXT.filter(lambda key: key != "recipients"), VALUES, max_size=4), ROWS, st.data())
def test_an_answer_cut_into_rows_is_the_answer(rest: dict[str, Any], rows: list[Any], data: st.DataObject) -> None:
    body = {**rest, "recipients": rows}
    order = data.draw(st.permutations(list(body)))
    given_body = {key: body[key] for key in order}
    spaced = data.draw(st.sampled_from([None, 2]))
    text = json.dumps(given_body, indent=spaced, ensure_ascii=data.draw(st.booleans())).encode()
    sizes = data.draw(st.lists(st.integers(1, 40), min_size=1))
    assert cut(text, iter(sizes * (len(text) + 1)), data.draw(st.integers(1, 50))) == given_body


@given(ROWS.filter(bool), st.data())
def test_an_answer_that_is_cut_short_is_no_answer(rows: list[Any], data: st.DataObject) -> None:
    text = json.dumps({"id": "b", "recipients": rows}).encode()
    with pytest.raises(ValueError):  # noqa: PT011 - of whichever reader
        cut(text[: data.draw(st.integers(0, len(text) - 1))])


@pytest.mark.parametrize("long", ["x" * 5000, "\\" * 5000, '"' * 5000, ["[{" * 2000], {"a": [1] * 2500}])
@pytest.mark.parametrize("size", [7, 100_000])
def test_a_row_that_is_too_long_costs_itself_and_is_not_kept(long: Any, size: int) -> None:
    rows = [{"id": "a"}, {"id": "b", "prompt": long, "more": {"deep": [long]}}, {"id": "c"}]
    with patch.object(room, "ROW_MAX_BYTES", 1000):
        body = cut(json.dumps({"recipients": rows, "id": "x"}).encode(), iter([size] * 100_000), 64)
    assert body == {"recipients": [{"id": "a"}, "too long", {"id": "c"}], "id": "x"}


def test_memory_holds_one_row_however_long_it_is() -> None:
    cutter = RowCutter(Rows("recipients", len))
    cutter.feed(b'{"recipients":[{"prompt":"')
    for _ in range(200):
        cutter.feed(b"a" * 65536)
        assert len(cutter._text) <= room.ROW_MAX_BYTES + 2 * 65536
    cutter.feed(b'"},{}]}')
    assert cutter.body() == {"recipients": [0, 2]}


@pytest.mark.parametrize("body", [b'{"a":"%s"}' % (b"x" * 3 * 2**20), b'{"recipients":[%s{}]}' % (b"{}," * 200_000)])
def test_what_no_real_answer_has_so_much_of_is_not_read_to_its_end(body: bytes) -> None:
    with pytest.raises(TooLong):
        cut(body, iter([65536] * 100), 65536)


@pytest.mark.parametrize("row", [b"null", b"7", b'"a"', b"[" * 5000 + b"]" * 5000])
def test_what_is_no_object_comes_as_a_row_of_its_own(row: bytes) -> None:
    seen: list[bytes] = []
    cutter = RowCutter(Rows("recipients", seen.append))
    cutter.feed(b'{"recipients":[{"id":1}, ' + row + b" ,{}]}")
    cutter.body()
    assert seen == [b'{"id":1}', row, b"{}"]


@pytest.mark.parametrize(
    ("text", "value"), [(b'"\\ud800"', "\ud800"), (b"1" + b"0" * 30, 10**30), (b"-Infinity", float("-inf"))]
)
def test_what_is_odd_in_one_field_does_not_cost_the_row(text: bytes, value: Any) -> None:
    assert decode(b'{"a":%s}' % text) == {"a": value}
