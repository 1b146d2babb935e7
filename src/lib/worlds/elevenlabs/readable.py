"""How the rows of an answer are read, each by itself: whatever one holds costs that one only."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from ...core.call import Batch, Call
from ...core.frozen import frozen
from ...core.read_before import ReadBefore
from ...ports import Clock, Rows
from .presence import turn_of
from .rows import decode

T = TypeVar("T")


@frozen
class Unreadable:
    """Stands for a row that could not be understood."""

    why: str


def or_unreadable(parse: Callable[[Any], T], row: Any) -> T | Unreadable:
    try:
        return parse(row)
    except Exception as error:  # nobody can list what a hostile row raises; its text may quote the row
        return Unreadable(type(error).__name__)


def rows_of(array: str, parse: Callable[..., Any], clock: Clock) -> Rows:
    """How the array's rows are read.

    `now` is the instant of the reading: an answer may be long in coming, and shows what happened meanwhile.
    """

    def read(row: bytes) -> Any:
        return or_unreadable(lambda text: parse(decode(text), now=clock()), row) if row else Unreadable("too long")

    return Rows(array, read)


# Of a long talk, whose tools' answers may be megabytes, only what is asked for; a turn that cannot be read is none.
TURNS = Rows("transcript", lambda row: or_unreadable(lambda text: turn_of(decode(text)), row))


def unless_read_before(before: ReadBefore, source: Hashable, rows: Rows) -> Rows:
    """The same, but a row that stood in the source's last answer is not parsed again."""
    reader = before.reader(source, rows.read, _is_dated)
    return Rows(rows.array, reader.read, reader.again)


def _is_dated(read: Any) -> bool:
    """Whether it would be read the same at any later instant: a time that is still to come is no time yet."""
    match read:
        case Call():
            return bool(read.created_at) and not read.undated
        case Batch():
            return bool(read.created_at and read.updated_at)
        case _:
            return False
