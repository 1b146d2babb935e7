"""Rows that stand in an answer as they stood in the last one are not read again: most of a batch never moves.

What is remembered only saves time: it is found by the row's own bytes, so that whatever moves is read anew.
"""

import threading
from collections.abc import Callable, Hashable
from hashlib import sha256
from typing import Any

ROWS_AT_MOST = 20_000  # of all answers together; 10,000 recipients take some eight megabytes


class ReadBefore:
    """Of each source (a page, a batch) what its last answer held. Safe for many threads, one source in one of them."""

    def __init__(self, rows_at_most: int = ROWS_AT_MOST) -> None:
        self._at_most, self._lock = rows_at_most, threading.Lock()
        self._sources: dict[Hashable, dict[bytes, Any]] = {}  # the one read longest ago comes first

    def reader(
        self, source: Hashable, read: Callable[[bytes], Any], is_settled: Callable[[Any], bool]
    ) -> Callable[[bytes], Any]:
        """Reads the source's rows of one answer.

        source: all that `read` goes by beside the row. is_settled: whether a later `read` would give the same.
        """
        with self._lock:
            before, rows = self._sources.pop(source, {}), dict[bytes, Any]()
            while self._sources and sum(map(len, self._sources.values())) + len(before) >= self._at_most:
                del self._sources[next(iter(self._sources))]
            self._sources[source] = rows

        def read_row(row: bytes) -> Any:
            digest = sha256(row).digest()
            found = before.get(digest)
            if found is None:
                found = read(row)
                if not is_settled(found):
                    return found
            if len(rows) < self._at_most:
                rows[digest] = found
            return found

        return read_row
