"""The digest leaves once, whatever is cut off on the way, and what nobody knows is said (contract §2)."""

import contextlib
import itertools
from collections.abc import Collection, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.policy import Digest, Settings
from lib.core.status import Status
from lib.core.table import Change, Item
from lib.errors import NoticeRefused, NoticeUnclear, TableUnclear
from lib.ledger.digests import Digests
from lib.reading.reader import Reader
from lib.work.digest import tell_the_day
from lib.work.report import Report
from tests.twins.people import item_of, put
from tests.twins.table import MemoryTable
from tests.unit.work.test_loop import Silent

HOUR = 1_795_654_800  # 2026-11-25 20:00 in Bogota
SETTINGS = Settings(digest=Digest(20 * 60, "America/Bogota"))


class Killed(BaseException):
    """The run's end, wherever it stands."""


class Topic:
    """`ports.Notices`: each call has its fate, "" for well."""

    def __init__(self, *fates: str) -> None:
        self._fates, self.taken = list(fates), list[str]()

    def tell(self, subject: str, text: str) -> None:
        fate = self._fates.pop(0) if self._fates else ""
        if fate == "refused":
            raise NoticeRefused("SNS refused")
        if fate == "killed before":
            raise Killed
        self.taken.append(text)
        if fate == "unclear":
            raise NoticeUnclear("SNS did not answer")
        if fate == "killed after":
            raise Killed


class Shaky(MemoryTable):
    """A table whose every answer has a fate: fails before the write, or after it."""

    def __init__(self, fates: Iterator[str]) -> None:
        super().__init__()
        self.fates = fates

    def write(self, *changes: Change) -> None:
        fate = next(self.fates, "")
        if fate == "before":
            raise TableUnclear("throttled")
        super().write(*changes)
        if fate == "after":
            raise TableUnclear("no answer")

    def scan(self, now: int, recorded_since: int = 0, attributes: Collection[str] = ()) -> Iterator[Item]:
        if next(self.fates, "") == "before":
            raise TableUnclear("throttled")
        return super().scan(now, recorded_since, attributes)


class Scene:
    """Runs one after the other, a quarter of a minute apart, each with a teller of its own and no memory."""

    def __init__(self, table: MemoryTable, topic: Topic) -> None:
        self.table, self.topic, self.now = table, topic, HOUR
        self.report = Report(Silent())
        self._tellers = itertools.count()

    def run(self) -> None:
        digests = Digests(self.table, lambda: self.now, f"teller {next(self._tellers)}")
        reader = Reader(self.table, lambda: self.now)
        with contextlib.suppress(Killed):
            tell_the_day(SETTINGS, digests, reader.calls_since, self.topic, set(), lambda: self.now, self.report)
        self.now += 15


def test_a_day_is_told_once_with_its_calls() -> None:
    scene = Scene(MemoryTable(), Topic())
    put(scene.table, item_of(Status.SENT, HOUR - 60), item_of(Status.SENT, HOUR - 90_000, conversation_id="before"))
    for _ in range(10):
        scene.run()
    (text,) = scene.topic.taken
    assert text.startswith("Del 2026-11-24 20:00 al 2026-11-25 20:00: 1 llamada terminada.\nCon mensaje: 1.")
    assert scene.report.counts["Errors"] == 0


def test_what_sns_refused_is_told_by_the_next_tick() -> None:
    scene = Scene(MemoryTable(), Topic("refused", "refused"))
    for _ in range(5):
        scene.run()
    assert len(scene.topic.taken) == 1
    assert scene.report.counts["Errors"] == 2


@pytest.mark.parametrize("fate", ["unclear", "killed before", "killed after"])
def test_what_nobody_knows_is_not_told_again_and_is_said_once(fate: str) -> None:
    scene = Scene(MemoryTable(), Topic(fate))
    for _ in range(20):
        scene.run()
    assert len(scene.topic.taken) == (0 if fate == "killed before" else 1)
    assert scene.report.counts["Errors"] == 1


@given(
    st.lists(st.sampled_from(["", "before", "after"]), max_size=8),
    st.lists(st.sampled_from(["", "refused", "unclear", "killed before", "killed after"]), max_size=3),
)
def test_whatever_fails_a_day_is_told_at_most_once_and_never_lost_without_a_word(
    of_the_table: list[str], of_sns: list[str]
) -> None:
    scene = Scene(Shaky(iter(of_the_table)), Topic(*of_sns))
    for _ in range(30):
        scene.run()
    assert len(scene.topic.taken) <= 1
    assert scene.topic.taken or scene.report.counts["Errors"]
