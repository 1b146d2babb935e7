"""Several senders in whole invocations: one that stands still stops itself alone, and comes back by one probe."""

import itertools
import random
import threading
from dataclasses import replace
from typing import Any

import pytest

from lib.app import Invocation, Worlds
from lib.config.accounts import Accounts, TwilioAccount
from lib.core.breaker import Failures, Suspension
from lib.core.policy import Policy, Settings
from lib.core.senders import Senders
from lib.core.table import Item
from lib.errors import ConfigurationError
from lib.ledger.suspensions import Suspensions
from lib.work.breaker import Breaker
from lib.work.loop import Pace
from lib.work.memory import Memory
from lib.work.report import Report
from local.services.elevenlabs.calls import CallPlan
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.faults import Fault
from local.services.twilio.world import SANDBOX_SENDER, TwilioWorld
from tests.contract.stage import ACCOUNT_SID, API_KEY, AUTH_TOKEN, Clock, person
from tests.twins.lines import Lines
from tests.twins.services import NoEmails, TwinElevenLabs, TwinTwilio
from tests.twins.table import MemoryTable
from tests.unit.work.test_send import one_by_one

SHOP, OTHER = SANDBOX_SENDER, "whatsapp:+14155550100"
WAITS = {"waiting"}


class Silent:
    def tell(self, subject: str, text: str) -> None:
        raise AssertionError("nobody answered")

    def emit(self, values: dict[str, list[float]]) -> None:
        pass


class Shop:
    """A workspace with two agents, the second of which has a number of its own, invoked minute by minute."""

    def __init__(self, **settings: Any) -> None:
        agents = {"agent_2": Policy(sender=OTHER)}
        self.settings, self.clock, self.log = Settings(agents=agents, **settings), Clock(), Lines()
        self.table, self.memory, self.dice = MemoryTable(), Memory(), random.Random(1)
        self.elevenlabs = ElevenLabsWorld(self.clock, API_KEY)
        self.twilio = TwilioWorld(self.clock, ACCOUNT_SID, AUTH_TOKEN, (SHOP, OTHER))
        self.service = ""
        self.refused: list[str] = []  # parameters
        self._ids = itertools.count()

    def call_ended(self, agent_id: str, numbers: range) -> None:
        plan = CallPlan(talk_seconds=1, done_after_seconds=0)
        people = [person(number) for number in numbers]
        self.elevenlabs.add_batch(people, [plan] * len(people), agent_id=agent_id, created_at=self.clock.now - 60)

    def invoke(self) -> dict[str, Any] | None:
        account = TwilioAccount(ACCOUNT_SID, ACCOUNT_SID, AUTH_TOKEN, self.service)
        worlds = Worlds(
            table=self.table,
            parameters=lambda: (Accounts(API_KEY, account, Senders(SHOP)), self.settings),
            elevenlabs=lambda _: TwinElevenLabs(self.elevenlabs, API_KEY),
            twilio=lambda _account, _budget: TwinTwilio(self.twilio, ACCOUNT_SID, AUTH_TOKEN),
            emails=NoEmails(),
            notices=Silent(),
            alerts=Silent(),
            heartbeat=lambda _: None,
            clock=self.clock,
            sleep=self._sleep,
            reading=one_by_one,
            sending=one_by_one,
            lock=threading.Lock,
            dice=self.dice,
            new_id=lambda: f"id-{next(self._ids)}",
            log=self.log,
            metrics=Silent(),
        )
        began = self.clock.now
        try:
            return Invocation(worlds, self.memory, Pace(4, 15), f"run {began}", 70).run({})
        except ConfigurationError as refused:
            self.refused.append(refused.parameter)
            return None
        finally:
            self.clock.now = began + 60

    def invoke_for(self, minutes: int) -> None:
        for _ in range(minutes):
            self.invoke()

    def _sleep(self, seconds: float) -> None:
        self.clock.now += seconds

    def calls(self, agent_id: str) -> list[Item]:
        return [item for item in self.table.items.values() if item.get("agent_id") == agent_id]

    def statuses(self, agent_id: str) -> set[str]:
        return {item["status"] for item in self.calls(agent_id)}

    def from_sender(self, sender: str) -> int:
        return sum(message.from_ == sender for message in self.twilio.messages)

    def errors(self) -> list[str]:
        return [keys["why"] for _, event, keys in self.log.lines if event == "sender_suspended"]


def both(shop: Shop) -> Shop:
    shop.call_ended("agent_1", range(8))
    shop.call_ended("agent_2", range(100, 108))
    return shop


def test_each_agents_calls_leave_from_its_own_number() -> None:
    shop = both(Shop())
    shop.invoke_for(3)
    assert (shop.from_sender(SHOP), shop.from_sender(OTHER)) == (8, 8)
    assert shop.statuses("agent_1") == shop.statuses("agent_2") == {"delivered"}


def test_a_refused_number_of_an_agent_stops_its_calls_alone_and_the_error_names_the_agents_setting() -> None:
    shop = both(Shop())
    shop.twilio.senders.remove(OTHER)
    shop.invoke_for(10)
    assert set(shop.refused) == {"SETTINGS.agents.agent_2.sender"}
    assert (shop.statuses("agent_1"), shop.statuses("agent_2")) == ({"delivered"}, WAITS)
    assert shop.errors()
    assert all(why.startswith("SETTINGS.agents.agent_2.sender: ") and "63007" in why for why in shop.errors())
    requests = shop.twilio.requests["create"]
    shop.call_ended("agent_1", range(10, 14))
    answer = shop.invoke()
    assert answer is not None  # what stands still is told, and ends no invocation
    assert (answer["messages_sent"], answer["ticks"], answer["errors"]) == (4, 4, 1)
    assert shop.twilio.requests["create"] - requests <= 4 + 1
    shop.invoke_for(60)
    assert shop.statuses("agent_2") == WAITS
    assert {item["reason"] for item in shop.calls("agent_2")} <= {"sender_suspended", "parameter_refused"}
    assert shop.twilio.requests["create"] - requests <= 4 + 8
    shop.twilio.senders.add(OTHER)
    shop.invoke_for(32)
    assert shop.statuses("agent_2") == {"delivered"}
    assert shop.from_sender(OTHER) == 8
    assert not [item for item in shop.table.items.values() if item.get("queue") == "suspended"]


def test_what_stands_still_does_so_after_a_cold_start_too() -> None:
    shop = both(Shop())
    shop.twilio.senders.remove(OTHER)
    shop.invoke_for(10)
    requests = shop.twilio.requests["create"]
    for _ in range(10):
        shop.memory = Memory()
        shop.invoke()
    assert shop.twilio.requests["create"] - requests <= 2
    assert shop.errors()


@pytest.mark.parametrize(("code", "parameter"), [(63041, "SETTINGS.content_sids"), (63018, "TWILIO_WHATSAPP_NUMBER")])
def test_a_burst_that_fails_after_acceptance_stops_the_rest_and_loses_nobody(code: int, parameter: str) -> None:
    template = "HX" + "9" * 32
    shop = Shop(content_sids={"follow_up": {"es": template}})
    shop.twilio.add_template(template, "Hola {{1}}: {{2}}")
    shop.twilio.faults.add(Fault("fail_later", route="create", code=code, seconds=2))
    shop.call_ended("agent_1", range(8))
    shop.invoke_for(2)
    shop.call_ended("agent_1", range(20, 28))
    shop.invoke_for(20)
    assert shop.statuses("agent_1") == WAITS
    assert shop.from_sender(SHOP) <= 8 + 6
    assert shop.errors()
    assert all(why.startswith(parameter) for why in shop.errors())
    shop.twilio.faults.clear()
    shop.invoke_for(70)
    assert shop.statuses("agent_1") == {"delivered"}
    received = [message for message in shop.twilio.messages if message.error_code is None]
    assert len({message.to for message in received}) == len(received) == 16


def test_what_waits_for_its_sender_too_long_ends_with_the_code() -> None:
    shop = Shop(lookback_hours=1)
    shop.twilio.senders.clear()
    shop.call_ended("agent_1", range(5))
    shop.invoke_for(70)
    assert shop.statuses("agent_1") <= {"failed", "skipped"}
    assert {(item["reason"], item["error_code"]) for item in shop.calls("agent_1")} == {("too_old", 63007)}


def test_a_changed_configuration_is_tried_at_once() -> None:
    shop = Shop()
    shop.twilio.faults.add(Fault("refuse", route="create", code=21701))
    shop.call_ended("agent_1", range(5))
    shop.invoke_for(30)
    assert shop.statuses("agent_1") == WAITS
    shop.twilio.faults.clear()
    shop.service = "MG" + "0" * 32
    shop.call_ended("agent_1", range(20, 21))
    shop.invoke()
    assert shop.from_sender(SHOP) >= 1
    assert not [item for item in shop.table.items.values() if item.get("queue") == "suspended"]


@pytest.mark.parametrize(
    ("code", "mended"),
    [(63007, {"agents": {"agent_1": Policy(sender=OTHER)}}), (63041, {"content_sids": {}})],
    ids=("its number", "its template"),
)
@pytest.mark.parametrize("is_cold", [True, False])
def test_those_who_wait_leave_at_the_next_invocation_by_what_was_changed(
    code: int, mended: dict[str, Any], is_cold: bool
) -> None:
    template = "HX" + "9" * 32
    shop = Shop(content_sids={"follow_up": {"es": template}})
    shop.twilio.add_template(template, "Hola {{1}}: {{2}}")
    broken = {"From": SHOP} if code == 63007 else {"ContentSid": template}
    shop.twilio.faults.add(Fault("refuse", route="create", code=code, match=broken))
    shop.call_ended("agent_1", range(5))
    shop.invoke_for(40)
    assert shop.statuses("agent_1") == WAITS
    shop.settings = replace(shop.settings, **mended)
    if is_cold:
        shop.memory = Memory()
    shop.invoke()
    assert shop.statuses("agent_1") <= {"sent", "delivered"}


def test_what_was_claimed_with_one_sender_is_settled_and_followed_with_it_whatever_the_setting_says_later() -> None:
    shop = both(Shop())
    shop.twilio.faults.add(Fault("accept_then_drop", route="create", match={"From": OTHER}))
    shop.invoke()
    shop.twilio.faults.clear()
    shop.settings = Settings()
    shop.invoke_for(20)
    assert (shop.from_sender(SHOP), shop.from_sender(OTHER)) == (8, 8)
    assert shop.statuses("agent_2") == {"delivered"}
    assert {item["sender"] for item in shop.calls("agent_2")} == {OTHER}


def test_two_runs_at_once_send_one_probe_between_them() -> None:
    shop = Shop()
    shop.twilio.senders.clear()
    shop.call_ended("agent_1", range(5))
    shop.invoke_for(5)
    (suspended,) = (item for item in shop.table.items.values() if item.get("queue") == "suspended")
    shop.clock.now = max(shop.clock.now, suspended["probe_at"] + 1)
    one, other = (Suspensions(shop.table, shop.clock) for _ in range(2))
    (seen,), (seen_too,) = one.of("whatsapp", (SHOP, "")), other.of("whatsapp", (SHOP, ""))
    assert (one.probe(seen, "here"), other.probe(seen_too, "here")) == (True, False)
    assert one.end(seen)
    assert not other.probe(seen_too, "here")


def test_a_probe_is_not_spent_on_a_message_that_something_else_keeps_from_leaving() -> None:
    clock, table, template = Clock(), MemoryTable(), "HX" + "0" * 32
    suspensions, now = Suspensions(table, clock), int(clock())
    for content_sid, probe_at in (("", now - 1), (template, now + 60)):
        suspensions.open(Suspension(SHOP, content_sid, "whatsapp", 63007, now - 60, probe_at, is_late=False, setup="s"))
    breaker = Breaker(suspensions, Failures(), "s", lambda *_: "", threading.Lock(), clock, Report(Lines()))
    in_the_way = breaker.in_the_way("whatsapp", (SHOP, template))
    assert in_the_way is not None
    assert in_the_way.content_sid == template
    assert [one.probes for one in suspensions.of("whatsapp", (SHOP, template))] == [0, 0]
    assert breaker.in_the_way("whatsapp", (SHOP, "")) is None  # free text may be the probe
