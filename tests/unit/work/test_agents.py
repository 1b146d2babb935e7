"""A call is decided, written and sent by the settings of its own agent (contract §2, `agents`)."""

import json
import random
from collections.abc import Iterator
from threading import Lock
from typing import Any

import pytest

from lib.config.settings import parse_settings
from lib.core.breaker import Failures
from lib.core.call import Call, Conversation
from lib.core.case import Case
from lib.core.decide import Send, Skip, Wait, decide
from lib.core.finished import is_finished
from lib.core.message.compose import Message
from lib.core.outcome import Reply
from lib.core.record import Record
from lib.core.senders import Senders
from lib.core.streak import no_streaks
from lib.core.window import Windows
from lib.ledger.calls import Ledger
from lib.ledger.rewritings import Rewritings
from lib.ledger.suspensions import Suspensions
from lib.work.breaker import Breaker
from lib.work.permit import SendPermit
from lib.work.report import Report
from lib.work.send import Sender
from lib.work.throttle import Throttle
from tests.twins.services import NoEmails
from tests.twins.table import MemoryTable
from tests.unit.work.test_loop import NOON, Clock, Silent

HX = "HX" + "0" * 32
SETTINGS = parse_settings(
    json.dumps(
        {
            "brand": "Óptica Sol",
            "agents": {
                "agent_en": {"language": "en", "brand": "Sun Optics", "sender": "+14155550100"},
                "agent_template": {"content_sids": {"follow_up": {"es": HX}}, "language": "auto"},
                "agent_fast": {"summary_wait_seconds": 0, "missed_wait_minutes": 0},
                "agent_own": {"statuses": {"no_answer": "missed", "voicemail": "skip"}},
            },
        }
    )
)
DONE = Conversation("conv_1", "done", int(NOON) - 40, int(NOON) - 5, None, True)


def call(agent_id: str, status: str = "completed") -> Call:
    now = int(NOON)
    return Call("+573001112233", "conv_1", "rcp_1", "btcal_1", agent_id, status, now - 60, now - 5, "Ana", "")


class Accepting:
    """A Twilio that accepts everything and remembers from whom it came."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Message]] = []

    def send(self, to: str, sender: str, message: Message) -> Reply:
        self.sent.append((sender, message))
        return Reply(http_status=201, sid="SM" + "0" * 32, message_status="queued")

    def outbound(self, sender: str) -> Iterator[list[Any]]:
        raise AssertionError("nothing is followed here")

    def message(self, sid: str) -> Any:
        raise AssertionError("nothing is followed here")

    def recent(self, claim: Record) -> list[Any]:
        raise AssertionError("nothing is unclear")

    def inbound(self, sender: str, since: float) -> list[Any]:
        raise AssertionError("a send reads no inbox")


def sent(agent_id: str) -> tuple[str, Message, dict[str, Any]]:
    """The sender and the message that left for a call of this agent, and the call's item."""
    clock, table, twilio, report = Clock(), MemoryTable(), Accepting(), Report(Silent())
    ledger = Ledger(table, clock, lambda: 1, lambda: "claim", report)
    permit = SendPermit(lambda: True, lambda: 60, no_streaks())
    sender = Sender(
        ledger=ledger,
        rewritings=Rewritings(table, clock),
        twilio=twilio,
        emails=NoEmails(),
        settings=SETTINGS,
        senders=Senders("whatsapp:+14155238886"),
        key_parameter="TWILIO_AUTH_TOKEN",
        permit=permit,
        breaker=Breaker(
            Suspensions(table, clock), Failures(), "", lambda parameter, route: parameter, Lock(), clock, report
        ),
        windows=Windows(),
        throttle=Throttle(clock, lambda _: None),
        clock=clock,
        dice=random.Random(1),
        report=report,
    )
    assert sender.send(Case(call(agent_id)), Send("follow_up", "a visit")) is None
    ((number, message),) = twilio.sent
    return number, message, table.items[call(agent_id).key]


def test_an_agent_writes_from_its_own_number_in_its_own_words() -> None:
    number, message, item = sent("agent_en")
    assert number == item["sender"] == "whatsapp:+14155550100"
    assert message.body.startswith("Hello Ana!")
    assert message.body.endswith("*Sun Optics*")


@pytest.mark.parametrize("agent_id", ["agent_fast", "agent_nobody_named", ""])
def test_an_agent_without_its_own_writes_as_the_workspace_does(agent_id: str) -> None:
    number, message, item = sent(agent_id)
    assert number == item["sender"] == "whatsapp:+14155238886"
    assert message.body.startswith("¡Hola Ana!")
    assert message.body.endswith("*Óptica Sol*")


def test_an_agent_has_its_own_templates() -> None:
    assert sent("agent_template")[1].content_sid == HX


def test_an_agent_waits_as_long_as_it_says() -> None:
    def due(agent_id: str, status: str) -> Any:
        talk = DONE if status == "completed" else None
        return decide(Case(call(agent_id, status), conversation=talk, batch_is_over=False), SETTINGS, NOON)

    assert due("agent_1", "completed") == Wait("summary", NOON - 5 + 120)
    assert due("agent_fast", "completed") == Send("follow_up")
    assert due("agent_1", "failed") == Wait("missed_wait", NOON - 5 + 600)
    assert due("agent_fast", "failed") == Send("missed", by_status=True)


def test_an_agents_statuses_are_added_to_the_workspaces() -> None:
    assert is_finished(call("agent_own", "no_answer"), SETTINGS)
    assert not is_finished(call("agent_1", "no_answer"), SETTINGS)
    assert decide(Case(call("agent_own", "voicemail")), SETTINGS, NOON) == Skip("status_voicemail")
    assert is_finished(call("agent_own", "completed"), SETTINGS)
