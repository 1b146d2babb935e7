"""A message that failed for good is followed by the next channel's, once; nothing else is (contract §3)."""

from dataclasses import replace
from typing import Any

import pytest

from lib.core.policy import Settings
from lib.core.record import FORGOTTEN_ON_ARRIVAL, FORGOTTEN_WHEN_SETTLED, OWNER_GONE_SECONDS, parse_record
from lib.core.senders import Senders
from lib.core.table import Update
from lib.errors import TableUnclear
from local.services.faults import Fault
from local.services.ses.world import SesWorld
from local.services.twilio.world import SANDBOX_SENDER
from tests.twins.services import TwinEmails
from tests.unit.work.test_follow import Story
from tests.unit.work.test_send import PEOPLE

ANA, MAIL = PEOPLE[0], "ana@example.com"
SMS_SENDER, EMAIL_FROM = "+14155550199", "hola@example.com"
ALL = Settings(channels=("whatsapp", "sms", "email"))


class Fallback(Story):
    """A warm function whose account has a number for SMS, and SES a verified domain."""

    def __init__(self, settings: Settings = ALL, *, in_sandbox: bool = False) -> None:
        super().__init__()
        self.settings, self.senders = settings, Senders(SANDBOX_SENDER, SMS_SENDER, EMAIL_FROM)
        self.settle._settings = settings
        self.account.senders.add(SMS_SENDER)
        self.ses = SesWorld(self.clock, ["example.com"], in_sandbox=in_sandbox)
        self.emails = TwinEmails(self.ses)  # type: ignore[assignment]

    def send(self, *phones: str, email: str = MAIL) -> list[str]:
        keys = self.call_ended(*phones)
        self.calls |= {pk: replace(self.calls[pk], email=email, name="Ana") for pk in keys}
        self.tick()
        return keys

    def reached(self) -> list[str]:
        return [message.to for message in self.account.messages] + [email.to for email in self.ses.emails]

    def fails(self, pk: str, code: int) -> None:
        self.becomes(pk, "undelivered", code)
        self.clock.now += 30
        self.look()
        self.tick()


def test_each_channel_follows_the_one_before_and_the_history_tells_it() -> None:
    story = Fallback()
    (ana,) = story.send(ANA)
    story.fails(ana, 63016)
    assert (story.item(ana)["channel"], story.status(ana)[0]) == ("sms", "sent")
    story.fails(ana, 30006)
    item = story.item(ana)
    assert (item["channel"], item["status"], "error_code" in item) == ("email", "sent", False)
    assert story.reached() == [f"whatsapp:{ANA}", ANA, MAIL]
    told = [(event["event"], event.get("channel"), event.get("code", 0)) for event in item["history"]]
    assert told == [
        ("claimed", "whatsapp", 0),
        ("sent", "whatsapp", 0),
        ("failed_after_acceptance", "whatsapp", 63016),
        ("next_channel", "sms", 0),
        ("claimed", "sms", 0),
        ("sent", "sms", 0),
        ("failed_after_acceptance", "sms", 30006),
        ("next_channel", "email", 0),
        ("claimed", "email", 0),
        ("sent", "email", 0),
    ]
    assert item["message_sid"] == story.ses.emails[0].id
    assert not set(FORGOTTEN_ON_ARRIVAL) & item.keys()
    assert "queue" not in item  # nobody tells what becomes of an e-mail
    assert "Ana" in story.ses.emails[0].text
    assert "<p" in story.ses.emails[0].html


@pytest.mark.parametrize("code", [21614, 21635, 30006])
def test_after_an_sms_to_a_landline_an_e_mail_follows(code: int) -> None:
    """At once, or when Twilio says so later. WhatsApp Business may be on a landline: it is tried all the same."""
    story = Fallback()
    story.account.landlines[ANA] = code
    (ana,) = story.send(ANA)
    assert story.status(ana)[0] == "sent"
    story.fails(ana, 63024)
    for _ in range(3):
        story.clock.now += 30
        story.look()
        story.tick()
    item = story.item(ana)
    assert (item["status"], item["channel"], item["failed_on"]) == ("sent", "email", "whatsapp sms")
    failed = "refused" if code == 21614 else "failed_after_acceptance"
    told = [(event["event"], event.get("channel"), event.get("code", 0)) for event in item["history"]]
    assert told[-4:-2] == [(failed, "sms", code), ("next_channel", "email", 0)]
    assert len(story.ses.emails) == 1


def test_after_the_last_channel_the_call_is_failed_with_its_code() -> None:
    story = Fallback(Settings(channels=("whatsapp", "sms")))
    (ana,) = story.send(ANA)
    story.fails(ana, 63024)
    story.fails(ana, 30005)
    item = story.item(ana)
    assert (item["status"], item["reason"], item["error_code"]) == ("failed", "failed_after_acceptance", 30005)
    assert not set(FORGOTTEN_WHEN_SETTLED) & item.keys()
    assert "queue" not in item


@pytest.mark.parametrize("status", ["sent", "queued", "delivered", "read"])
def test_what_is_slow_or_has_arrived_is_followed_by_nothing(status: str) -> None:
    story = Fallback()
    (ana,) = story.send(ANA)
    if status in ("delivered", "read"):
        story.becomes(ana, status)
    for _ in range(30 * 4):
        story.clock.now += 900
        story.look()
        story.tick()
    assert story.reached() == [f"whatsapp:{ANA}"]
    assert not set(FORGOTTEN_WHEN_SETTLED) & story.item(ana).keys()


@pytest.mark.parametrize("kind", ["accept_then_hang", "hang", "500"])
def test_an_unclear_outcome_is_held_and_followed_by_nothing(kind: str) -> None:
    story = Fallback()
    story.account.faults.add(Fault(kind, route="create"))
    story.account.list_lag_seconds = 10**6
    (ana,) = story.send(ANA)
    story.settle_for(minutes=20)
    story.tick()
    assert story.status(ana) == ("held", "unclear_not_listed")
    assert len(story.reached()) <= 1


def test_an_unclear_sms_is_settled_by_twilios_list_with_its_own_sender() -> None:
    story = Fallback()
    (ana,) = story.send(ANA)
    story.account.faults.add(Fault("accept_then_hang", route="create", times=1))
    story.fails(ana, 63016)
    story.senders = Senders(SANDBOX_SENDER, "+14155550000", EMAIL_FROM)  # whatever the setting says later
    assert story.status(ana)[0] == "claimed"
    story.settle_for(minutes=1)
    item = story.item(ana)
    assert (item["status"], item["channel"], item["sender"]) == ("sent", "sms", SMS_SENDER)
    assert story.reached() == [f"whatsapp:{ANA}", ANA]


@pytest.mark.parametrize("unclear", ["hold", "resend"])
def test_an_unclear_e_mail_is_held_whatever_the_setting_says(unclear: Any) -> None:
    story = Fallback(Settings(channels=("email", "whatsapp"), unclear=unclear))
    story.ses.faults.add(Fault("accept_then_hang", times=1))
    (ana,) = story.send(ANA)
    assert story.status(ana) == ("claimed", "")
    story.clock.now += OWNER_GONE_SECONDS
    story.settle_for(minutes=1)
    assert story.status(ana) == ("held", "unclear_no_list")
    story.tick()
    assert story.reached() == [MAIL]


def test_who_opted_out_on_one_channel_is_written_to_on_none() -> None:
    story = Fallback()
    story.account.faults.add(Fault("refuse", route="create", times=1, code=21610))
    (ana,) = story.send(ANA)
    story.tick()
    assert story.status(ana) == ("failed", "refused")
    assert story.reached() == []


def test_a_refusal_of_the_sender_lets_the_call_wait_on_its_channel() -> None:
    story = Fallback()
    story.account.senders.discard(SANDBOX_SENDER)
    (ana,) = story.send(ANA)
    story.tick_for(minutes=5)
    assert story.status(ana) == ("waiting", "parameter_refused")
    assert story.reached() == []


def test_a_number_that_the_account_cannot_send_sms_from_is_named() -> None:
    story = Fallback()
    story.account.senders.discard(SMS_SENDER)
    (ana,) = story.send(ANA)
    story.becomes(ana, "failed", 63024)
    story.clock.now += 30
    story.look()
    refused = story.tick().refused
    assert refused is not None
    assert refused.parameter == "TWILIO_SMS_NUMBER"
    assert story.status(ana) == ("waiting", "parameter_refused")


@pytest.mark.parametrize(
    ("in_sandbox", "fault", "status", "code", "parameter"),
    [
        (True, None, "waiting", 551, "EMAIL_FROM"),
        (False, "paused", "waiting", 553, "EMAIL_FROM"),
        (False, "suspended", "waiting", 553, "EMAIL_FROM"),
        (False, "mail_from", "waiting", 552, "EMAIL_FROM"),
        (False, "454", "waiting", 454, ""),
        (False, "quota", "waiting", 452, ""),
        (False, "reject", "failed", 554, ""),
    ],
)
def test_what_ses_refuses_is_final_only_when_it_is_about_this_e_mail(
    in_sandbox: bool, fault: str | None, status: str, code: int, parameter: str
) -> None:
    story = Fallback(Settings(channels=("email",)), in_sandbox=in_sandbox)
    story.ses.identities.add(EMAIL_FROM)
    story.ses.identities.discard("example.com")
    if fault:
        story.ses.faults.add(Fault(fault))
    keys = story.call_ended(ANA)
    story.calls |= {pk: replace(story.calls[pk], email=MAIL) for pk in keys}
    refused = story.tick().refused
    item = story.item(keys[0])
    assert (item["status"], item["error_code"]) == (status, code)
    assert (refused.parameter if refused else "") == parameter


def test_a_sender_that_ses_has_not_verified_is_told_from_a_recipient() -> None:
    story = Fallback(Settings(channels=("email",)), in_sandbox=True)
    story.ses.identities = {MAIL}
    (ana,) = story.send(ANA)
    assert story.item(ana)["error_code"] == 550


def _work(story: Fallback) -> None:
    story.look()
    story.tick()


class Cut(Exception):
    """The function is killed here."""


@pytest.mark.parametrize("step", ["before the failure is written", "after it", "before the claim", "after the claim"])
def test_a_fallback_that_is_cut_at_any_step_is_neither_lost_nor_doubled(step: str) -> None:
    story = Fallback()
    (ana,) = story.send(ANA)
    story.becomes(ana, "undelivered", 63016)
    story.clock.now += 30
    write, is_failure = story.table.write, "failure" in step or step == "after it"

    def cut(*changes: Any) -> None:
        change = changes[0]
        status = change.set.get("status") if isinstance(change, Update) else None
        if change.pk != ana or status != ("waiting" if is_failure else "claimed"):
            return write(*changes)
        if step.startswith("after"):
            write(*changes)
        raise Cut

    story.table.write = cut  # type: ignore[method-assign]
    with pytest.raises(Cut):
        _work(story)
    story.table.write = write  # type: ignore[method-assign]
    story.restart()
    for _ in range(8):
        story.clock.now += 15
        story.look()
        story.tick()
    story.settle_for(minutes=20)
    if step == "after the claim":  # nobody can tell whether it left
        assert story.status(ana) == ("held", "unclear_not_listed")
    else:
        assert (story.status(ana)[0], story.reached()) == ("sent", [f"whatsapp:{ANA}", ANA])


def test_a_failure_that_the_table_did_not_take_is_learned_again() -> None:
    story = Fallback()
    (ana,) = story.send(ANA)
    story.becomes(ana, "undelivered", 63016)
    story.clock.now += 30
    write = story.table.write

    def unclear(*changes: Any) -> None:
        raise TableUnclear

    story.table.write = unclear  # type: ignore[method-assign]
    story.look()
    story.table.write = write  # type: ignore[method-assign]
    assert parse_record(story.item(ana)).status == "sent"
    story.clock.now += 61
    story.look()
    story.tick()
    assert story.reached() == [f"whatsapp:{ANA}", ANA]
