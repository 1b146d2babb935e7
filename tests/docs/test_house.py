"""The pages name the house's rooms as they are, and no room is longer than CONTRIBUTING.md allows."""

import re

from lib.ledger import replies, suspensions, transitions
from tests.docs.markdown import code_spans, names, prose, table
from tests.docs.repository import texts

OURS = ("src/", "cli/", "local/")
LINES_BELOW = 300
ROOM = re.compile(r"(?:core|config|ledger|reading|widget|work|worlds)/[\w/]+(?:\.\w+)?/?")


def test_a_file_of_ours_has_fewer_lines_than_contributing_says() -> None:
    assert f"has fewer than {LINES_BELOW} lines" in texts()["CONTRIBUTING.md"]
    ours = [(name, text) for name, text in texts().items() if name.startswith(OURS) and name.endswith(".py")]
    assert len(ours) > 100
    assert [name for name, text in ours if len(text.splitlines()) >= LINES_BELOW] == []


def test_every_room_that_a_page_names_is_there() -> None:
    named = {
        (page, span)
        for page, text in texts().items()
        if page.endswith(".md") and not page.startswith("docs/facts/")
        for span in code_spans(prose(text))
        if ROOM.fullmatch(span)
    }
    assert len(named) > 20
    assert sorted(f"{page}: {room}" for page, room in named if not is_there(room)) == []


def is_there(room: str) -> bool:
    path = f"src/lib/{room.rstrip('/')}"
    return path in texts() or f"{path}.py" in texts() or any(name.startswith(f"{path}/") for name in texts())


def test_a_room_that_is_gone_is_noticed() -> None:
    assert is_there("core/gate.py")
    assert is_there("work/written_together")
    assert is_there("core/message/")
    assert not is_there("core/wiring")


def test_the_table_of_the_queues_has_those_of_the_code() -> None:
    of_calls = {transition.queue for transition in transitions.TRANSITIONS.values() if transition.queue}
    rows = table(texts()["docs/architecture.md"], "`queue`")
    assert sorted(names(rows)) == sorted({*of_calls, replies.INBOX, replies.TELL, suspensions.QUEUE})
