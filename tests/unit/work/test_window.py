"""Free text in an open window, the template else; and 63016 answered by the template, wherever the run is killed."""

import pytest

from lib.core.policy import Settings
from lib.core.senders import Senders
from lib.core.window import MARGIN_SECONDS, Windows
from lib.work.settle import Settle
from local.services.faults import Fault
from local.services.twilio.world import SANDBOX_SENDER
from tests.unit.work.test_follow import Story
from tests.unit.work.test_listen import ANA, BEA, DAY, HOUR, SECOND_SENDER, Talk
from tests.unit.work.test_send import TEMPLATES

TEMPLATE = "HX" + "9" * 32
SMS_SENDER, BOTH = "+14155550199", ("whatsapp", "sms")


def talk() -> Talk:
    here = Talk(TEMPLATES)
    here.account.add_template(TEMPLATE, "Hola {{1}}, sobre {{2}}")
    here.account.enforce_window = True
    return here


def templates_sent(here: Talk | Story) -> list[bool]:
    return [message.content_sid == TEMPLATE for message in here.account.messages]


@pytest.mark.parametrize(
    ("hours_ago", "is_template"),
    [(1, False), (23, False), (24 - MARGIN_SECONDS / HOUR + 0.01, True), (25, True), (None, True)],
)
def test_the_template_leaves_unless_the_person_wrote_within_the_window(
    hours_ago: float | None, is_template: bool
) -> None:
    here = talk()
    if hours_ago is not None:
        here.writes(ANA, "¿Me llaman?")
        here.clock.now += hours_ago * HOUR
    here.listen()
    here.follow_up(ANA)
    assert templates_sent(here) == [is_template]


def test_the_window_is_that_of_the_person_and_of_the_sender() -> None:
    here = talk()
    here.writes(BEA, "Hola")
    here.writes(ANA, "Hola", to=SECOND_SENDER)
    here.listen()
    here.follow_up(ANA)
    assert templates_sent(here) == [True]


def test_a_restart_long_after_the_person_wrote_knows_the_window() -> None:
    here = talk()
    here.writes(ANA, "Hola")
    for _ in range(20):
        here.listen()
        here.clock.now += HOUR
    here.restart()
    before = here.account.requests["list"]
    here.listen()
    assert here.account.requests["list"] == before + 1
    here.follow_up(ANA)
    assert templates_sent(here) == [False]
    here.clock.now += DAY
    here.listen()
    assert here.windows.wrote_at == {}


def test_a_list_that_cannot_be_read_makes_no_window() -> None:
    here = talk()
    here.writes(ANA, "Hola")
    here.account.faults.add(Fault("500", route="list"))
    here.listen()
    here.follow_up(ANA)
    assert templates_sent(here) == [True]


# ── 63016 ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Windowed(Story):
    """A warm function that follows; the settings have a template, and free text left, for the window seemed open."""

    def __init__(self, settings: Settings = TEMPLATES) -> None:
        super().__init__()
        self.settings = settings
        self.account.add_template(TEMPLATE, "Hola {{1}}, sobre {{2}}")
        self.account.walk = ((0.0, "queued"), (1.0, "sent"), (3.0, "delivered"))

    def free_text(self, *phones: str) -> list[str]:
        self.account.enforce_window = True
        with_templates, self.settings = self.settings, Settings()
        keys = self.send(*phones)
        self.settings = with_templates
        return keys

    def settle_for(self, minutes: int) -> None:
        self.settle = Settle(self.ledger, self.rewritings, self.twilio, self.settings, self.clock, self.report)
        super().settle_for(minutes)

    def go_on(self, minutes: float) -> None:
        end = self.clock.now + minutes * 60
        while self.clock.now < end:
            self.tick()
            self.look()


def test_free_text_that_failed_later_is_answered_by_the_template_once() -> None:
    story = Windowed()
    (ana,) = story.free_text(ANA)
    story.look_for(hours=0.01)
    item = story.item(ana)
    assert (item["status"], item["reason"], item["error_code"]) == ("waiting", "window_closed", 63016)
    assert "message_sid" not in item
    story.go_on(minutes=5)
    assert templates_sent(story) == [False, True]
    item = story.item(ana)
    assert (item["status"], item["message_sid"]) == ("delivered", story.account.messages[1].sid)
    told = [event for event, _ in story.events(ana)]
    assert told == ["claimed", "sent", "window_closed", "claimed", "sent", "delivered"]
    assert "name" not in item
    assert story.report.counts["MessagesFailed"] == 0


@pytest.mark.parametrize("kind", ["refuse", "accept_as_failed"])
def test_free_text_that_failed_at_once_is_answered_by_the_template(kind: str) -> None:
    story = Windowed()
    story.windows.hear(story.senders.whatsapp, [], story.clock.now)
    story.windows.wrote_at[story.senders.whatsapp, ANA] = story.clock.now
    story.account.faults.add(Fault(kind, route="create", code=63016, times=1))
    (ana,) = story.send(ANA)
    assert story.status(ana) == ("waiting", "window_closed")
    story.go_on(minutes=5)
    assert templates_sent(story)[-1:] == [True]
    assert story.account.requests["create"] == 2
    assert story.status(ana)[0] == "delivered"


def test_free_text_that_a_look_up_finds_failed_is_answered_by_the_template() -> None:
    story = Windowed()
    story.twilio.keeps_answers = True
    (ana,) = story.free_text(ANA)
    story.twilio.keeps_answers = False
    story.settle_for(minutes=1)
    assert story.status(ana) == ("waiting", "window_closed")
    story.go_on(minutes=5)
    assert templates_sent(story) == [False, True]
    assert story.status(ana)[0] == "delivered"


def test_a_template_that_fails_for_the_window_too_is_the_end() -> None:
    story = Windowed()
    (ana,) = story.free_text(ANA)
    story.account.faults.add(Fault("fail_later", route="create", code=63016, seconds=2))
    story.go_on(minutes=30)
    assert story.status(ana) == ("failed", "failed_after_acceptance")
    assert templates_sent(story) == [False, True]


@pytest.mark.parametrize("settings", [Settings(), Settings(content_sids={"missed": {"es": TEMPLATE}})])
def test_without_a_template_it_is_final(settings: Settings) -> None:
    story = Windowed(settings)
    (ana,) = story.free_text(ANA)
    story.go_on(minutes=30)
    assert story.status(ana) == ("failed", "failed_after_acceptance")
    assert len(story.account.messages) == 1


def test_a_template_that_is_gone_when_it_should_answer_ends_the_call_and_no_free_text_leaves() -> None:
    story = Windowed()
    (ana,) = story.free_text(ANA)
    story.look_for(hours=0.01)
    story.settings = Settings()
    story.go_on(minutes=5)
    assert story.status(ana) == ("failed", "failed_after_acceptance")
    assert story.item(ana)["error_code"] == 63016
    assert len(story.account.messages) == 1


@pytest.mark.parametrize("language", ["es", "auto"])
def test_a_template_that_is_gone_when_it_should_answer_leaves_the_word_to_the_next_channel(language: str) -> None:
    story = Windowed(Settings(content_sids=TEMPLATES.content_sids, channels=BOTH, language=language))
    story.senders = Senders(SANDBOX_SENDER, SMS_SENDER)
    story.account.senders.add(SMS_SENDER)
    (ana,) = story.free_text(ANA)
    story.look_for(hours=0.01)
    assert story.status(ana) == ("waiting", "window_closed")
    story.settings = Settings(channels=BOTH, language=language)
    story.go_on(minutes=5)
    assert [(message.to, message.content_sid) for message in story.account.messages] == [
        (f"whatsapp:{ANA}", None),
        (ANA, None),
    ]
    item = story.item(ana)
    assert (item["status"], item["channel"], item["failed_on"]) == ("delivered", "sms", "whatsapp")
    told = [(event["event"], event["channel"], event.get("code", 0)) for event in item["history"]]
    assert told[2:5] == [
        ("window_closed", "whatsapp", 63016),
        ("failed_after_acceptance", "whatsapp", 63016),
        ("next_channel", "sms", 0),
    ]


def test_the_template_answers_though_its_answer_is_lost_and_the_failed_message_is_not_taken_for_it() -> None:
    """The list shows two messages with the same words: the one that failed has had its turn."""
    story = Windowed()
    (ana,) = story.free_text(ANA)
    story.look_for(hours=0.01)
    story.twilio.keeps_answers = True
    story.tick()
    story.twilio.keeps_answers = False
    story.settle_for(minutes=2)
    assert templates_sent(story) == [False, True]
    assert story.item(ana)["message_sid"] == story.account.messages[1].sid


def test_a_restart_between_the_failure_and_the_template_loses_nothing() -> None:
    story = Windowed()
    (ana,) = story.free_text(ANA)
    story.look_for(hours=0.01)
    story.restart()
    story.windows = Windows()
    story.go_on(minutes=5)
    assert story.status(ana)[0] == "delivered"


# ── what passes ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", [63018, 30001, 30017, 30036])
def test_what_failed_for_a_cause_that_passes_leaves_again_later(code: int) -> None:
    story = Windowed(Settings())
    story.account.faults.add(Fault("fail_later", route="create", code=code, seconds=2, times=1))
    (ana,) = story.send(ANA)
    story.go_on(minutes=1)
    item = story.item(ana)
    assert (item["status"], item["reason"], item["error_code"]) == ("waiting", "failed_for_now", code)
    story.go_on(minutes=20)
    assert story.status(ana)[0] == "delivered"
    assert len(story.account.messages) == 2


def test_what_fails_each_time_ends_failed_with_its_code() -> None:
    story = Windowed(Settings())
    story.account.faults.add(Fault("fail_later", route="create", code=63018, seconds=2))
    (ana,) = story.send(ANA)
    story.go_on(minutes=180)
    item = story.item(ana)
    assert (item["status"], item["reason"], item["error_code"]) == ("failed", "failed_after_acceptance", 63018)
    assert len(story.account.messages) == 4
    assert story.report.counts["MessagesFailed"] == 1


@pytest.mark.parametrize("code", [30008, 63009, 99999, 63024])
def test_what_may_have_arrived_or_never_will_is_not_sent_again(code: int) -> None:
    story = Windowed(Settings())
    story.account.faults.add(Fault("fail_later", route="create", code=code, seconds=2))
    (ana,) = story.send(ANA)
    story.go_on(minutes=60)
    assert story.status(ana) == ("failed", "failed_after_acceptance")
    assert len(story.account.messages) == 1
