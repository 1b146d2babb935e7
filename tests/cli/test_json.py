"""`--json` of every reading command has the keys of the contract's table (docs/contract.md §7)."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from lib.core.status import Status
from local.aws.ministack import ROOT
from local.services.elevenlabs.calls import CallPlan
from tests.cli.conftest import Desk
from tests.twins.people import PHONE, answer_of, item_of

COMMANDS = {
    "doctor": ["doctor"],
    "status": ["status"],
    "preview": ["preview"],
    "why": ["why", PHONE],
    "held": ["held"],
    "suppress": ["suppressed", PHONE],
    "replies": ["replies"],
}


def promised(command: str) -> set[str]:
    """The keys in the last cell of the command's row."""
    section = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8").partition("\n## 7.")[2]
    (row,) = re.findall(rf"^\| `{command}\b.*$", section.partition("\n## ")[0], re.MULTILINE)
    return set(re.findall(r'"(\w+)"', re.split(r"(?<!\\)\|", row)[3]))


def keys(answer: Any) -> Iterator[str]:
    for one in answer if isinstance(answer, list) else answer.values() if isinstance(answer, dict) else ():
        yield from keys(one)
    yield from answer if isinstance(answer, dict) else ()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_answer_has_every_key_that_the_contract_promises(desk: Desk, command: str) -> None:
    now = int(time.time())
    desk.put(item_of(Status.HELD, now - 600, queue="held", due_at=now), answer_of("SM1", now, "Sí"))
    desk.elevenlabs.add_batch(
        [{"phone_number": "+573009998877"}], [CallPlan()], scheduled_at=now - 120, agent_id="agent_1"
    )
    answer = desk(*COMMANDS[command], "--json").json
    assert promised(command)
    assert promised(command) <= set(keys(answer))
