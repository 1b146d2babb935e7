"""A long array cut out of a JSON object as it comes in, row by row: memory for one row, however many there are.

A batch's detail is one unpaged answer of up to 10,000 recipients, each with its variables and prompts: 56 MB and more
(facts/elevenlabs.md §2). Cutting also keeps a row that cannot be read from costing the rows beside it.
"""

import json
import re
from typing import Any

import msgspec

from ...ports import Rows

ROW_MAX_BYTES = 256 * 1024
REST_MAX_BYTES = 1024 * 1024
ROWS_AT_MOST = 100_000
_SCAN_BYTES = 64 * 1024
# Up to the next bracket that is not in a string. Possessive (`*+`): each byte is looked at once.
_OUTSIDE, _STRING = rb'[^"{}\[\]]', rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_STRINGS = re.compile(rb"%s*+(?:%s%s*+)*+" % (_OUTSIDE, _STRING, _OUTSIDE), re.DOTALL)
_TO_BRACKET = re.compile(_STRINGS.pattern + rb"[{}\[\]]", re.DOTALL)
_BETWEEN_ROWS = b" \t\r\n,"
_GAP = re.compile(rb"[ \t\r\n,]*+")
# A whole row at once, as deep as real ones are: saves half of the time. What it does not match goes bracket by bracket.
_ROW_DEPTH = 8
_inner = b""
for _ in range(_ROW_DEPTH):
    _inner = rb"|[{\[](?:%s++|%s%s)*+[}\]]" % (_OUTSIDE, _STRING, _inner)
_ROW = re.compile(rb"[ \t\r\n,]*+(%s)" % _inner[1:], re.DOTALL)


class TooLong(ValueError):
    """An answer with more rows, or more beside its rows, than any real one."""


class RowCutter:
    """Give it the answer's pieces with `feed`, then take `body`. Without `rows` nothing is cut out."""

    def __init__(self, rows: Rows | None) -> None:
        self._rows = rows
        self._opening = re.compile(rb'(?<!\\)"%s"\s*+:\s*+\[\Z' % re.escape(rows.array.encode())) if rows else None
        self._read: list[Any] = []
        self._rest = bytearray()  # the answer without its rows
        self._text = bytearray()  # what belongs to the row, or to the rest, that is being read
        self._at = 0  # so much of the text has been scanned
        self._depth = 0  # open brackets
        self._is_inside = False  # the array
        self._is_too_long = False  # the row
        self._scan_when = _SCAN_BYTES

    def feed(self, piece: bytes) -> None:
        """Raises TooLong, and what the rows' reader raises."""
        self._text += piece
        if len(self._text) >= self._scan_when:
            self._scan()

    def body(self) -> Any:
        """The answer, with what was read of each row. Raises ValueError or RecursionError when it is not JSON."""
        self._scan()
        body = decode(bytes(self._rest + self._text))  # still open, and so refused, when the answer was cut short
        if self._rows and isinstance(body, dict) and isinstance(body.get(self._rows.array), list):
            body[self._rows.array] = self._read
        return body

    def _scan(self) -> None:
        text, at, begin = self._text, self._at, 0
        while True:
            if self._rows and self._is_inside and self._depth == 2:
                begin = at = self._take_whole(self._rows, at)
            found = _TO_BRACKET.match(text, at)
            if not found:
                break
            end = found.end()
            if text[end - 1] in b"{[":
                if self._is_inside and self._depth == 2:
                    self._take_loose(text[at : end - 1])
                    begin = end - 1
                elif self._depth == 1 and self._opening and self._opening.search(text, at, end):
                    self._is_inside = True
                    self._rest += text[begin:end]
                    begin = end
                self._depth += 1
            else:
                self._depth -= 1
                if self._is_inside and self._depth == 2:
                    self._take(text[begin:end])
                    begin = end
                elif self._is_inside and self._depth == 1:
                    self._take_loose(text[at : end - 1])
                    self._is_inside = False
                    begin = end - 1
            at = end
        self._keep(begin, at)

    def _keep(self, begin: int, at: int) -> None:
        """Drops from the text what has been dealt with; what is too long is not kept while the rest of it comes in."""
        text = self._text
        if not self._is_inside:
            self._rest += text[begin:at]
            begin = at
        elif self._depth == 2:
            begin = at
        elif self._is_too_long or len(text) - begin > ROW_MAX_BYTES:
            self._is_too_long, begin = True, at
        del text[:begin]
        self._at = at - begin
        if self._is_too_long or (self._is_inside and len(text) - self._at > ROW_MAX_BYTES):
            self._forget_strings()
        if len(self._rest) + (0 if self._is_inside else len(text)) > REST_MAX_BYTES or len(self._read) > ROWS_AT_MOST:
            raise TooLong("an answer too long")
        self._scan_when = len(text) + _SCAN_BYTES

    def _forget_strings(self) -> None:
        """Of what has no bracket yet, keeps an open string's quote, and a backslash that waits for its character."""
        text = self._text
        strings = _STRINGS.match(text, self._at)
        opened = text[strings.end() if strings else self._at :]
        waiting = (len(opened) - len(opened.rstrip(b"\\"))) % 2
        del text[self._at :]
        text += opened[:1] + b"\\" * waiting

    def _take_whole(self, rows: Rows, at: int) -> int:
        """Takes the rows that are there in full. Returns where they end."""
        text = self._text
        while gap := _GAP.match(text, at):
            if known := rows.again(text, gap.end()):
                at = known[0]
                self._read.append(known[1])
            elif row := _ROW.match(text, at):
                at = row.end()
                self._take(row[1])
            else:
                break
        return at

    def _take(self, row: bytes | bytearray) -> None:
        if self._rows:
            is_too_long = self._is_too_long or len(row) > ROW_MAX_BYTES
            self._read.append(self._rows.read(b"" if is_too_long else bytes(row)))
        self._is_too_long = False

    def _take_loose(self, between: bytes | bytearray) -> None:
        """Rows without a bracket (numbers, strings, null) count as one that cannot be read."""
        if between.strip(_BETWEEN_ROWS):
            self._take(between.strip(_BETWEEN_ROWS))


def decode(text: bytes) -> Any:
    """JSON by msgspec, which is fast and strict, else by the standard library, which takes half a surrogate pair, NaN
    and numbers of any size. Raises ValueError, RecursionError."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return json.loads(text)
