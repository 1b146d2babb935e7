"""What a send's answer does to its call, to the others of the tick, and to the ticks that follow (contract §3)."""

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from lib.core.breaker import Failures
from lib.core.call import Call
from lib.core.case import Case
from lib.core.decide import Send
from lib.core.message.compose import Message
from lib.core.outcome import Reply
from lib.core.parameters import to_mend
from lib.core.policy import Settings
from lib.core.senders import Senders
from lib.core.streak import no_streaks
from lib.core.window import Windows
from lib.errors import ConfigurationError
from lib.ledger.calls import Ledger
from lib.ledger.rewritings import Rewritings
from lib.ledger.suspensions import Suspensions
from lib.ports import Spread
from lib.sandbox import spread_over
from lib.work.breaker import Breaker
from lib.work.permit import SendPermit
from lib.work.report import Report
from lib.work.send import Sender
from lib.work.settle import Settle
from lib.work.throttle import Throttle
from local.services.faults import Fault
from local.services.twilio.world import SANDBOX_SENDER, TwilioWorld
from tests.contract.stage import ACCOUNT_SID, AUTH_TOKEN, Clock
from tests.twins.lines import Lines
from tests.twins.services import NoEmails, TwinTwilio
from tests.twins.table import MemoryTable

UNKNOWN = 99999
FREE_TEXT = Settings()
TEMPLATES = Settings(content_sids={"follow_up": {"es": "HX" + "9" * 32}})
FOLLOW_UP = Send("follow_up", "su cita")


def one_by_one(thunks: Sequence[Callable[[], Any]]) -> list[Any]:
    return [thunk() for thunk in thunks]


class Spoiling(TwinTwilio):
    """Twilio, which keeps its answers back when told to: the message exists, and nobody hears so."""

    keeps_answers = False

    def send(self, to: str, sender: str, message: Message) -> Reply:
        reply = super().send(to, sender, message)
        return Reply() if self.keeps_answers else reply


class Scene:
    """A warm function's ticks, as far as sending goes, over one table and one account."""

    def __init__(self, settings: Settings = FREE_TEXT, sender: str = SANDBOX_SENDER) -> None:
        self.clock, self.table, self.streaks, self.log = Clock(), MemoryTable(), no_streaks(), Lines()
        self.account = TwilioWorld(self.clock, ACCOUNT_SID, AUTH_TOKEN, walk=((0.0, "queued"), (1.0, "sent")))
        self.twilio = Spoiling(self.account, ACCOUNT_SID, AUTH_TOKEN)
        self.settings, self.senders, self.emails = settings, Senders(sender), NoEmails()
        self.report = Report(self.log)
        ids = iter(range(10_000))
        fence = lambda: int(self.clock.now * 1000)  # noqa: E731
        self.ledger = Ledger(self.table, self.clock, fence, lambda: f"claim {next(ids)}", self.report)
        self.rewritings, self.windows, self.failures = Rewritings(self.table, self.clock), Windows(), Failures()
        self.settle = Settle(self.ledger, self.rewritings, self.twilio, settings, self.clock, self.report)
        self.calls: dict[str, Call] = {}

    def breaker(self) -> Breaker:
        """A tick's."""
        suspensions, setup = Suspensions(self.table, self.clock), self.account.account_sid
        mend = lambda parameter, route: to_mend(parameter, route, self.settings, self.senders.whatsapp)  # noqa: E731
        breaker = Breaker(suspensions, self.failures, setup, mend, threading.Lock(), self.clock, self.report)
        breaker.look(tells=True)
        return breaker

    def call_ended(self, *phones: str) -> list[str]:
        now = int(self.clock.now)
        calls = [Call(p, f"conv_{p}", f"rcp_{p}", "btcal_1", "agent_1", "completed", now, now, "", "") for p in phones]
        self.calls |= {call.key: call for call in calls}
        return [call.key for call in calls]

    def tick(self, side_by_side: Spread = one_by_one) -> SendPermit:
        """Sends what is due, as a tick does: new calls first."""
        permit = SendPermit(lambda: True, lambda: 60, self.streaks)
        sender = Sender(
            ledger=self.ledger,
            rewritings=self.rewritings,
            twilio=self.twilio,
            emails=self.emails,
            settings=self.settings,
            senders=self.senders,
            key_parameter="TWILIO_AUTH_TOKEN",
            permit=permit,
            breaker=self.breaker(),
            windows=self.windows,
            throttle=Throttle(self.clock, lambda _: None),
            clock=self.clock,
            dice=random.Random(1),
            report=self.report,
        )
        records = self.ledger.known(self.calls.values())
        due = {record.pk for record in self.ledger.waiting(500)}
        todo = [Case(call) for pk, call in self.calls.items() if pk not in records]
        todo += [Case(call, records[pk]) for pk, call in self.calls.items() if pk in due]
        list(side_by_side([partial(sender.send, case, FOLLOW_UP) for case in todo]))
        sender.accepted.flush()
        self.clock.now += 15
        return permit

    def tick_for(self, minutes: int) -> list[ConfigurationError]:
        ticks = [self.tick() for _ in range(minutes * 4)]
        return [permit.refused for permit in ticks if permit.refused]

    def settle_for(self, minutes: int) -> None:
        for _ in range(minutes * 4):
            self.clock.now += 15
            for record in self.ledger.to_settle(500):
                self.settle.claim(record)

    def status(self, pk: str) -> tuple[str, str]:
        item = self.table.items[pk]
        return item["status"], item.get("reason", "")

    def statuses(self) -> set[str]:
        return {self.table.items[pk]["status"] for pk in self.calls if pk in self.table.items}


PEOPLE = [f"+57300111223{n}" for n in range(5)]
PARAMETERS = [
    ("whatsapp:+14155550000", FREE_TEXT, "TWILIO_WHATSAPP_NUMBER", 63007),
    (SANDBOX_SENDER, TEMPLATES, "SETTINGS.content_sids", 21655),
]


@pytest.mark.parametrize("side_by_side", [spread_over(16), one_by_one])
@pytest.mark.parametrize(("sender", "settings", "parameter", "code"), PARAMETERS)
def test_a_refused_parameter_stops_its_sender_and_what_waits_is_sent_once_it_is_fixed(
    sender: str, settings: Settings, parameter: str, code: int, side_by_side: Spread
) -> None:
    scene = Scene(settings, sender)
    scene.call_ended(*PEOPLE)
    refused = scene.tick(side_by_side).refused
    assert refused is not None
    assert refused.parameter == parameter
    assert str(code) in str(refused)
    assert scene.statuses() == {"waiting"}
    assert scene.log.levels("parameter_refused")[0] == "error"
    scene.tick_for(minutes=30)
    assert scene.statuses() == {"waiting"}
    assert {item["error_code"] for pk, item in scene.table.items.items() if pk in scene.calls} == {code}
    scene.account.senders.add(sender)
    scene.account.add_template("HX" + "9" * 32, "Hola {{1}}, sobre {{2}}")
    assert scene.tick_for(minutes=6) == []
    assert scene.statuses() == {"sent"}
    assert len(scene.account.messages) == len(PEOPLE)


def test_one_after_the_other_a_refused_parameter_costs_one_request_a_tick() -> None:
    scene = Scene(sender="whatsapp:+14155550000")
    scene.call_ended(*PEOPLE)
    for _ in range(3):
        scene.tick()
    assert scene.account.requests["create"] == 3
    assert scene.report.counts["MessagesFailed"] == 0


@pytest.mark.parametrize("side_by_side", [spread_over(16), one_by_one])
def test_an_unknown_code_that_all_meet_is_nobodys_end(side_by_side: Spread) -> None:
    scene = Scene()
    scene.account.faults.add(Fault("refuse", code=UNKNOWN))
    scene.call_ended(*PEOPLE)
    refused = scene.tick(side_by_side).refused
    assert refused is not None
    assert str(UNKNOWN) in str(refused)
    scene.tick_for(minutes=120)
    assert scene.statuses() == {"waiting"}
    scene.account.faults.clear()
    scene.tick_for(minutes=6)
    assert scene.statuses() == {"sent"}


def test_an_unknown_code_that_comes_one_call_at_a_time_costs_fewer_than_a_row() -> None:
    scene = Scene()
    scene.account.faults.add(Fault("refuse", code=UNKNOWN))
    refused = []
    for phone in PEOPLE:
        scene.call_ended(phone)
        refused += scene.tick_for(minutes=3)
    assert refused
    scene.account.faults.clear()
    scene.tick_for(minutes=10)
    assert [scene.status(pk)[0] for pk in scene.calls].count("sent") >= len(PEOPLE) - 2


@pytest.mark.parametrize("code", [UNKNOWN, 21211])
def test_one_unlucky_person_is_told_from_the_rest_and_stops_nobody(code: int) -> None:
    scene = Scene()
    unlucky, *others = scene.call_ended(*PEOPLE)
    scene.account.faults.add(Fault("refuse", code=code, match={"To": f"whatsapp:{PEOPLE[0]}"}))
    assert scene.tick_for(minutes=1) == []
    assert scene.status(unlucky) == ("failed", "refused")
    assert scene.table.items[unlucky]["error_code"] == code
    assert {scene.status(pk)[0] for pk in others} == {"sent"}


def test_a_person_all_alone_with_an_unknown_code_is_tried_a_few_times_and_no_more() -> None:
    scene = Scene()
    (alone,) = scene.call_ended(PEOPLE[0])
    scene.account.faults.add(Fault("refuse", code=UNKNOWN))
    assert scene.tick_for(minutes=10) == []
    assert scene.status(alone) == ("failed", "refused")
    assert scene.account.requests["create"] == 3


def test_known_refusals_of_people_are_final_however_many_come_in_a_row() -> None:
    scene = Scene()
    scene.account.faults.add(Fault("refuse", code=21211))
    scene.call_ended(*PEOPLE)
    assert scene.tick().refused is None
    assert scene.statuses() == {"failed"}


@pytest.mark.parametrize(("status", "code"), [(401, 20003), (403, 20008), (403, 10001), (403, UNKNOWN), (404, 20404)])
def test_a_refused_account_stops_everybody(status: int, code: int) -> None:
    scene = Scene()
    scene.account.faults.add(Fault("refuse", code=code, status=status))
    scene.call_ended(*PEOPLE)
    refused = scene.tick().refused
    assert refused is not None
    assert refused.parameter.startswith("TWILIO_A")
    assert scene.account.requests["create"] == 1
    scene.account.faults.clear()
    scene.tick()
    assert scene.statuses() == {"sent"}


@pytest.mark.parametrize(("code", "level", "minutes"), [(63038, "error", 61), (63018, "warning", 1)])
def test_a_limit_is_waited_for_told_once_a_tick_and_not_hammered(code: int, level: str, minutes: int) -> None:
    scene = Scene()
    scene.account.faults.add(Fault("refuse", code=code, status=429))
    scene.call_ended(*PEOPLE)
    permit = scene.tick()
    assert permit.refused is None
    assert scene.log.levels("limit_reached") == [level]
    assert scene.account.requests["create"] == 3
    assert scene.statuses() == {"waiting"}
    scene.account.faults.clear()
    scene.tick_for(minutes)
    assert scene.statuses() == {"sent"}


def test_an_unclear_send_says_why() -> None:
    scene = Scene()
    scene.account.faults.add(Fault("html_503"))
    scene.call_ended(PEOPLE[0])
    scene.tick()
    (keys,) = [keys for _, event, keys in scene.log.lines if event == "message_unclear"]
    assert keys["cause"] == "http_503"


# ── messages that Twilio shows otherwise ─────────────────────────────────────────────────────────────────────────────

REWRITTEN = [
    ("trial", "+573001112233", "sent"),
    ("footer", "+573001112233", "sent"),
    ("old_mexico", "+5215512345678", "sent"),
    ("old_brazil", "+5511987654321", "sent"),
    ("other_prefix", "+573001112233", "sent"),
    ("no_accents", "+573001112233", "held"),
    ("hidden_number", "+573001112233", "held"),
]


@pytest.mark.parametrize(("rewrite", "phone", "status"), REWRITTEN, ids=[row[0] for row in REWRITTEN])
def test_a_rewritten_message_is_found_or_held_and_never_sent_twice(rewrite: str, phone: str, status: str) -> None:
    scene = Scene(Settings(unclear="resend", settle_minutes=5))
    scene.account.rewrites = (rewrite,)
    (first,) = scene.call_ended(phone)
    scene.tick()
    assert scene.status(first)[0] == "sent"
    assert scene.log.levels("message_rewritten") == ["warning"]
    scene.twilio.keeps_answers = True
    (unclear,) = scene.call_ended(f"{phone[:-1]}0")
    scene.tick()
    scene.settle_for(minutes=6)
    scene.tick()
    assert scene.status(unclear)[0] == status
    assert len(scene.account.messages) == 2


def test_a_message_by_a_template_without_a_place_for_the_summary_is_found_once_one_was_seen() -> None:
    template = "HX" + "9" * 32
    scene = Scene(Settings(unclear="resend", settle_minutes=5, content_sids={"follow_up": {"es": template}}))
    scene.account.add_template(template, "Hola {{1}}, gracias por atender nuestra llamada.")
    (first,) = scene.call_ended(PEOPLE[0])
    scene.tick()
    scene.twilio.keeps_answers = True
    (unclear,) = scene.call_ended(PEOPLE[1])
    scene.tick()
    scene.settle_for(minutes=6)
    assert [scene.status(key) for key in (first, unclear)] == [("sent", ""), ("sent", "found_in_list")]
    assert len(scene.account.messages) == 2


@pytest.mark.parametrize(("rewrite", "phone"), [row[:2] for row in REWRITTEN[:4]])
def test_what_is_commonly_rewritten_is_found_though_nothing_was_accepted_before(rewrite: str, phone: str) -> None:
    scene = Scene(Settings(unclear="resend", settle_minutes=5))
    scene.account.rewrites, scene.twilio.keeps_answers = (rewrite,), True
    (unclear,) = scene.call_ended(phone)
    scene.tick()
    scene.settle_for(minutes=6)
    assert scene.status(unclear) == ("sent", "found_in_list")
    assert len(scene.account.messages) == 1


def written_to_and_called_again(scene: Scene) -> str:
    """The key of the person's second call."""
    (first,) = scene.call_ended(PEOPLE[0])
    scene.tick()
    second = replace(scene.calls[first], conversation_id="conv_2")
    scene.calls[second.key] = second
    return second.key


def test_a_message_that_no_record_explains_may_be_the_unclear_one_which_is_held() -> None:
    scene = Scene(Settings(unclear="resend", settle_minutes=5))
    unclear = written_to_and_called_again(scene)
    scene.account.rewrites, scene.twilio.keeps_answers = ("no_accents",), True
    scene.tick()
    scene.settle_for(minutes=6)
    scene.tick()
    assert scene.status(unclear) == ("held", "unclear_rewritten")
    assert len(scene.account.messages) == 2


def test_another_calls_message_is_explained_and_keeps_no_resend_back() -> None:
    scene = Scene(Settings(unclear="resend", settle_minutes=5))
    unclear = written_to_and_called_again(scene)
    scene.account.faults.add(Fault("500", route="create", times=1))
    scene.tick()
    scene.settle_for(minutes=6)
    scene.tick()
    assert scene.status(unclear)[0] == "sent"
    assert len(scene.account.messages) == 2


def test_a_message_that_is_found_minutes_later_left_when_twilio_made_it() -> None:
    scene = Scene()
    scene.account.list_lag_seconds, scene.twilio.keeps_answers = 300, True
    (unclear,) = scene.call_ended(PEOPLE[0])
    left_at = int(scene.clock.now)
    scene.tick()
    scene.settle_for(minutes=10)
    assert scene.status(unclear) == ("sent", "found_in_list")
    assert scene.table.items[unclear]["sent_at"] == left_at


def test_what_is_not_rewritten_is_sent_again_when_the_list_does_not_have_it() -> None:
    scene = Scene(Settings(unclear="resend", settle_minutes=5))
    scene.account.faults.add(Fault("500", route="create", times=1))
    (unclear,) = scene.call_ended(PEOPLE[0])
    scene.tick()
    scene.settle_for(minutes=6)
    scene.tick()
    assert scene.status(unclear)[0] == "sent"


def test_two_calls_to_one_person_in_two_spellings_do_not_take_each_others_message() -> None:
    scene = Scene(Settings(unclear="hold", settle_minutes=5))
    scene.account.rewrites = ("old_mexico",)
    (sent,) = scene.call_ended("+525512345678")
    scene.tick()
    scene.account.faults.add(Fault("500", route="create", times=1))  # nothing is made for the second
    (unclear,) = scene.call_ended("+5215512345678")
    scene.tick()
    scene.settle_for(minutes=6)
    assert scene.status(sent)[0] == "sent"
    assert scene.status(unclear) == ("held", "unclear_not_listed")


def test_a_rewriting_is_told_once_and_outlives_the_function() -> None:
    scene = Scene()
    scene.account.rewrites = ("no_accents",)
    scene.call_ended(*PEOPLE)
    scene.tick()
    assert len(scene.log.levels("message_rewritten")) == 1
    assert Rewritings(scene.table, scene.clock).known(SANDBOX_SENDER).hides
    assert not Rewritings(scene.table, scene.clock).known("whatsapp:+14155550000").hides
    scene.clock.now += 31 * 24 * 3600
    assert not Rewritings(scene.table, scene.clock).known(SANDBOX_SENDER).hides


def test_no_line_about_a_rewriting_shows_a_number() -> None:
    scene = Scene()
    scene.account.rewrites = ("other_prefix",)
    scene.call_ended(PEOPLE[0])
    scene.tick()
    (keys,) = [keys for _, event, keys in scene.log.lines if event == "message_rewritten"]
    assert keys["what"] == ["to"]
    assert "+571" not in str(keys)


def test_an_unclear_send_of_a_sender_that_is_shown_otherwise_is_held_and_never_sent_twice() -> None:
    scene = Scene(Settings(unclear="resend", settle_minutes=5))
    create, recent = scene.twilio.send, scene.twilio.recent
    other = "whatsapp:+14155550999"
    scene.twilio.send = lambda *form: replace(create(*form), sender=other)  # type: ignore[method-assign]
    scene.twilio.recent = lambda claim: [replace(row, sender=other) for row in recent(claim)]  # type: ignore[method-assign]
    scene.call_ended(PEOPLE[0])
    scene.tick()
    assert scene.log.levels("message_rewritten") == ["warning"]
    scene.twilio.keeps_answers = True
    (unclear,) = scene.call_ended(PEOPLE[1])
    scene.tick()
    scene.settle_for(minutes=6)
    scene.tick()
    assert scene.status(unclear) == ("held", "unclear_rewritten")
    assert len(scene.account.messages) == 2
