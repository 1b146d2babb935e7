"""Rows that stand in an answer as they stood in the last one are not read again: most of a batch never moves.

What is remembered only saves time: it is found by the row's own bytes, so that whatever moves is read anew.
"""

import threading
from collections.abc import Callable, Hashable
from dataclasses import replace
from hashlib import sha256
from typing import Any

from .frozen import frozen

ROWS_AT_MOST = 20_000  # of all answers together; 10,000 recipients take some eight megabytes


@frozen
class _Known:
    """A row of the last answer: what it reads as, how many bytes it has, and its place among the rows, from 0."""

    found: Any
    length: int
    position: int


class ReadBefore:
    """Of each source (a page, a batch) what its last answer held. Safe for many threads, one source in one of them."""

    def __init__(self, rows_at_most: int = ROWS_AT_MOST) -> None:
        self._at_most, self._lock = rows_at_most, threading.Lock()
        self._sources: dict[Hashable, dict[bytes, _Known]] = {}  # the one read longest ago comes first

    def reader(self, source: Hashable, read: Callable[[bytes], Any], is_settled: Callable[[Any], bool]) -> "RowReader":
        """For the source's rows of one answer.

        source: all that `read` goes by beside the row. is_settled: whether a later `read` would give the same.
        """
        with self._lock:
            before = self._sources.pop(source, {})
            while self._sources and sum(map(len, self._sources.values())) + len(before) >= self._at_most:
                del self._sources[next(iter(self._sources))]
            reader = RowReader(before, read, is_settled, self._at_most)
            self._sources[source] = reader.rows
        return reader


class RowReader:
    """Reads one answer's rows, beside the answer before. `rows`: those that the next one need not read."""

    def __init__(
        self,
        before: dict[bytes, _Known],
        read: Callable[[bytes], Any],
        is_settled: Callable[[Any], bool],
        rows_at_most: int,
    ) -> None:
        self._before, self._order, self._next = before, list(before.items()), 0
        self._read, self._is_settled, self._at_most = read, is_settled, rows_at_most
        self.rows: dict[bytes, _Known] = {}

    def read(self, row: bytes) -> Any:
        digest = sha256(row).digest()
        known = self._before.get(digest)
        if known is None:
            found = self._read(row)
            if self._is_settled(found):
                self._keep(digest, _Known(found, len(row), len(self.rows)))
            return found
        self._next = known.position + 1
        self._keep(digest, known)
        return known.found

    def again(self, text: bytearray, at: int) -> tuple[int, Any] | None:
        """Whether the row that came next the last time stands here: where it ends, and what it reads as.

        The same bytes were cut out as one row before, so that nobody need look for its end.
        """
        if self._next >= len(self._order):
            return None
        digest, known = self._order[self._next]
        end = at + known.length
        if sha256(text[at:end]).digest() != digest:
            return None
        self._next += 1
        self._keep(digest, known)
        return end, known.found

    def _keep(self, digest: bytes, known: _Known) -> None:
        position = len(self.rows)
        if position < self._at_most and digest not in self.rows:
            self.rows[digest] = known if known.position == position else replace(known, position=position)
