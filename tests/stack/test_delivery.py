"""What becomes of a message after Twilio took it, on the deployed function with its clock moved (contract §2, §3).

What fails late is answered by the template, by SMS or by e-mail; what arrived by nothing; who opted out gets nothing on
any channel; a sender that stands still stops itself alone.
"""

from base64 import b64encode
from collections import Counter
from typing import Any

import pytest

from lib.core.breaker import OPENS_AT
from lib.core.status import Status
from lib.sandbox import SENDS_AT_ONCE
from local.services.faults import Fault
from local.services.twilio.world import SANDBOX_SENDER
from tests.stack.clock import MovedClock
from tests.stack.lost_answers import LostAnswers
from tests.stack.scene import Scene
from tests.stack.stage import ACCOUNT_SID, AUTH_TOKEN, EMAIL_IDENTITY, Stage
from tests.twins.people import item_of

ONCE = {"ticks": 1}
ALL = ["whatsapp", "sms", "email"]
SMS_SENDER, SECOND_SENDER = "+14155550123", "whatsapp:+14155550100"
TEMPLATE = "HX" + "9" * 32
MESSAGES_PATH = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
LOOK_SECONDS, HOUR_SECONDS = 11, 3600  # after so many a message is looked at for the first time


@pytest.fixture
def scene(stage: Stage) -> Scene:
    """A shop with all its channels; free text reaches only who wrote to it lately."""
    stage.twilio.senders |= {SMS_SENDER, SECOND_SENDER}
    stage.twilio.enforce_window = True
    stage.stack.put_parameter("TWILIO_SMS_NUMBER", SMS_SENDER)
    stage.stack.put_parameter("EMAIL_FROM", f"hola@{EMAIL_IDENTITY}")
    return Scene(stage)


def email_of(number: int) -> str:
    return f"persona{number}@example.com"


def call_of_one_with_email(scene: Scene, number: int, **more: Any) -> str:
    (phone,) = scene.ended_calls(1, client_data={"dynamic_variables": {"email": email_of(number)}}, **more)
    return phone


def look(scene: Scene, clock: MovedClock, seconds: float = LOOK_SECONDS) -> None:
    """Time passes, and the function goes on for two ticks: what is seen in one may leave in the next."""
    clock.forward(seconds)
    scene.run(ONCE)
    scene.run(ONCE)


def everything_to(scene: Scene, phone: str, email: str = "") -> tuple[int, int, int]:
    """Messages by WhatsApp, by SMS, by e-mail."""
    return scene.sent_to(phone), len(scene.account.sent_to(phone)), len(scene.emails_to(email)) if email else 0


def told(item: dict[str, Any]) -> list[tuple[str, str]]:
    return [(str(event["event"]), str(event.get("channel", ""))) for event in item["history"]]


def test_free_text_that_fails_outside_the_window_is_answered_by_the_template(scene: Scene, clock: MovedClock) -> None:
    """WhatsApp closed the window that the person's message had opened: that is the one way in which both are known."""
    scene.account.add_template(TEMPLATE, "Hola {{1}}, sobre {{2}}")
    scene.set_settings(content_sids={"follow_up": {"es": TEMPLATE}}, channels=ALL)
    phone = call_of_one_with_email(scene, 1)
    scene.account.receive(f"whatsapp:{phone}", "¿Me llaman?", seconds_ago=HOUR_SECONDS)
    scene.account.faults.add(Fault("fail_later", route="create", code=63016, seconds=2, times=1))
    scene.run(ONCE)
    assert [message.content_sid for message in scene.account.sent_to(f"whatsapp:{phone}")] == [None]
    look(scene, clock)
    look(scene, clock)
    look(scene, clock, 25 * HOUR_SECONDS)
    sent = scene.account.sent_to(f"whatsapp:{phone}")
    assert [message.content_sid for message in sent] == [None, TEMPLATE]
    assert everything_to(scene, phone, email_of(1)) == (2, 0, 0)
    (item,) = scene.items_of(phone)
    assert (item["status"], item["message_sid"]) == ("delivered", sent[1].sid)
    events = [event for event, _ in told(item)]
    assert events[:6] == ["claimed", "sent", "window_closed", "claimed", "sent", "delivered"]


def test_without_a_template_the_failure_is_answered_by_sms(scene: Scene, clock: MovedClock) -> None:
    scene.set_settings(channels=ALL)
    phone = call_of_one_with_email(scene, 2)
    scene.run(ONCE)
    assert everything_to(scene, phone, email_of(2)) == (1, 0, 0)
    look(scene, clock)
    look(scene, clock)
    look(scene, clock, 25 * HOUR_SECONDS)
    assert everything_to(scene, phone, email_of(2)) == (1, 1, 0)
    (message,) = scene.account.sent_to(phone)
    assert message.from_ == SMS_SENDER
    assert "me gustaria continuar por aqui" in message.body  # í would make it cost more: it is not in an SMS's alphabet
    (item,) = scene.items_of(phone)
    assert (item["status"], item["channel"], item["message_sid"]) == ("delivered", "sms", message.sid)


def test_when_the_sms_fails_too_it_is_an_email_and_without_an_address_the_end(scene: Scene, clock: MovedClock) -> None:
    scene.set_settings(channels=ALL, agents={"agent_2": {"channels": ["whatsapp", "email"]}})
    scene.account.faults.add(Fault("fail_later", route="create", match={"From": SMS_SENDER}, code=30006, seconds=2))
    phone, (nobody,) = call_of_one_with_email(scene, 3), scene.ended_calls(1)
    without_sms = call_of_one_with_email(scene, 4, agent_id="agent_2")
    scene.run(ONCE)
    for _ in range(3):
        look(scene, clock)
    look(scene, clock, 25 * HOUR_SECONDS)
    assert everything_to(scene, phone, email_of(3)) == (1, 1, 1)
    assert everything_to(scene, without_sms, email_of(4)) == (1, 0, 1)
    assert everything_to(scene, nobody) == (1, 1, 0)
    (email,) = scene.emails_to(email_of(3))
    assert email["Source"] == f"hola@{EMAIL_IDENTITY}"
    assert "<html" in email["BodyHtml"]
    assert "IA Calls" in email["BodyText"]
    (item,), (failed,) = scene.items_of(phone), scene.items_of(nobody)
    assert (item["status"], item["channel"]) == ("sent", "email")
    assert (failed["status"], failed["channel"], failed["error_code"]) == ("failed", "sms", 30006)
    assert [channel for event, channel in told(item) if event == "claimed"] == ALL


def test_an_email_whose_answer_is_lost_is_held_and_never_repeated(
    scene: Scene, stage: Stage, clock: MovedClock
) -> None:
    """SES has no list to look in (docs/facts/aws.md §8): a person decides."""
    scene.set_settings(channels=["email"])
    phone = call_of_one_with_email(scene, 5)
    with LostAnswers(scene.stack.aws.endpoint_url) as ses, stage.environment(AWS_ENDPOINT_URL_SESV2=ses.url):
        scene.run(ONCE)
        for seconds in (60, HOUR_SECONDS, 12 * HOUR_SECONDS):
            look(scene, clock, seconds)
    assert everything_to(scene, phone, email_of(5)) == (0, 0, 1)
    assert [item["status"] for item in scene.items_of(phone)] == ["held"]


def test_what_arrived_or_is_slow_is_never_followed_by_another_channel(scene: Scene, clock: MovedClock) -> None:
    """Nor when Twilio says later of a delivered message that it failed: what arrived has arrived."""
    scene.set_settings(channels=ALL)
    scene.account.enforce_window = False
    scene.account.walk = ((0.0, "queued"), (1.0, "sent"))
    slow = call_of_one_with_email(scene, 5)
    scene.run(ONCE)
    scene.account.walk = ((0.0, "queued"), (1.0, "sent"), (3.0, "delivered"), (600.0, "undelivered"))
    arrived = call_of_one_with_email(scene, 6)
    scene.run(ONCE)
    (message,) = scene.account.sent_to(f"whatsapp:{arrived}")
    message.error_code = 63016
    look(scene, clock)
    (item,) = scene.items_of(arrived)
    assert item["status"] == "delivered"
    for hours in (1, 6, 24):
        look(scene, clock, hours * HOUR_SECONDS)
    assert everything_to(scene, slow, email_of(5)) == (1, 0, 0)
    assert everything_to(scene, arrived, email_of(6)) == (1, 0, 0)
    assert [item["status"] for item in scene.items_of(slow, arrived)].count("delivered") == 1
    assert {item["status"] for item in scene.items_of(slow)} == {"sent"}


def test_baja_on_any_channel_ends_all_of_them(scene: Scene, clock: MovedClock) -> None:
    scene.set_settings(channels=ALL)
    people = {number: call_of_one_with_email(scene, number) for number in (8, 9)}
    scene.run(ONCE)
    scene.account.receive(f"whatsapp:{people[8]}", "  Bája 🙏")
    scene.account.receive(people[9], "STOP", to=SMS_SENDER)
    for number, phone in people.items():
        call_of_one_with_email(scene, number, phone=phone)
    for seconds in (LOOK_SECONDS, HOUR_SECONDS, 20 * HOUR_SECONDS):
        look(scene, clock, seconds)
    for number, phone in people.items():
        assert everything_to(scene, phone, email_of(number)) == (1, 0, 0)
        outcomes = {(item["status"], item.get("reason")) for item in scene.items_of(phone)}
        assert ("skipped", "opted_out") in outcomes
        assert "waiting" not in {status for status, _ in outcomes}


def test_a_thousand_open_messages_cost_at_most_five_requests_a_tick(scene: Scene, clock: MovedClock) -> None:
    """People's own messages included, which are read once a tick for each sender."""
    scene.account.enforce_window, scene.account.walk = False, ((0.0, "queued"), (1.0, "sent"))
    phones = [f"+57301{number:07d}" for number in range(1000)]
    put_open_messages(scene, phones)
    costs: list[int] = []

    def go_on(seconds: float) -> None:
        clock.forward(seconds)
        before = scene.account.requests.total()
        scene.run(ONCE)
        costs.append(scene.account.requests.total() - before)

    go_on(LOOK_SECONDS)
    for message in scene.account.messages[::10]:
        message.steps.append((clock(), "delivered"))
    go_on(60)
    for message in scene.account.messages[1::10]:
        message.steps.append((clock(), "undelivered"))
        message.error_code = 30005
    go_on(600)
    statuses = Counter(item["status"] for item in scene.items_of(*phones))
    assert statuses == {"sent": 800, "delivered": 100, "failed": 100}
    assert max(costs) <= 5
    assert len(scene.account.messages) == 1000


def put_open_messages(scene: Scene, phones: list[str]) -> None:
    """As a run leaves them that has sent one to each."""
    now = int(scene.account.clock())
    login = {"authorization": "Basic " + b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()}
    items = []
    for phone in phones:
        form = {"From": SANDBOX_SENDER, "To": f"whatsapp:{phone}", "Body": "Hola"}
        answer = scene.account.answer("POST", MESSAGES_PATH, {}, login, form)
        assert answer.status == 201
        sent: dict[str, Any] = {
            "message_sid": scene.account.messages[-1].sid,
            "sent_at": now,
            "claimed_at": now,
            "claim_id": "c",
        }
        known: dict[str, Any] = {"channel": "whatsapp", "sender": form["From"], "to": form["To"], "kind": "follow_up"}
        due: dict[str, Any] = {"queue": "track", "due_at": now + 10, "attempts": 1}
        items.append(item_of(Status.SENT, now - 60, phone=phone, **sent, **known, **due))
    scene.put_items(items)


def test_of_two_senders_one_is_suspended_and_the_other_goes_on(scene: Scene, stage: Stage, clock: MovedClock) -> None:
    """And one probe, once the sender is linked again, lets all that waited leave."""
    stage.twilio_server.latency_seconds = 0.2  # as the real one's: some have left before the first is refused
    scene.account.enforce_window = False
    scene.account.senders.remove(SECOND_SENDER)
    scene.set_settings(agents={"agent_2": {"sender": SECOND_SENDER}})
    ours, theirs = scene.ended_calls(5), scene.ended_calls(30, agent_id="agent_2")
    assert "SETTINGS.agents.agent_2.sender: Twilio refused it (code 63007" in scene.error(ONCE)
    refused = scene.account.requests["create"] - 5
    assert OPENS_AT <= refused <= SENDS_AT_ONCE + OPENS_AT
    (why,) = [line["why"] for line in scene.log_lines() if line.get("message") == "sender_suspended"]
    assert why.startswith("SETTINGS.agents.agent_2.sender: ")
    for _ in range(2):
        clock.forward(15)
        ours += scene.ended_calls(1)
        scene.run(ONCE)
    assert [scene.sent_to(phone) for phone in ours] == [1] * 7
    assert {item["status"] for item in scene.items_of(*theirs)} == {"waiting"}
    assert scene.account.requests["create"] == 7 + refused
    clock.forward(61)
    scene.stack.invoke(ONCE)
    assert scene.account.requests["create"] == 7 + refused + 1  # the probe
    scene.account.senders.add(SECOND_SENDER)
    clock.forward(121)
    for _ in range(3):
        scene.stack.invoke(ONCE)
        clock.forward(61)
    assert [scene.sent_to(phone) for phone in theirs] == [1] * 30
    senders = {message.from_ for phone in theirs for message in scene.account.sent_to(f"whatsapp:{phone}")}
    assert senders == {SECOND_SENDER}
    assert scene.has_logged("sender_suspended", "sender_probed", "sender_resumed")


NIGHT = {"start": "21:00", "end": "08:00", "timezone": "America/Bogota"}
WRONG: list[tuple[dict[str, Any], str]] = [  # tests/unit/config has every setting; here, that the function says it
    (
        {"quiet_hours": NIGHT, "lookback_hours": 8},
        "SETTINGS.lookback_hours: must not be shorter than SETTINGS.quiet_hours",
    ),
    ({"agents": {"agent_2": {"sender": "me"}}}, "SETTINGS.agents.agent_2.sender: must be +<country><number>"),
    ({"channels": ALL}, "/vigia/EMAIL_FROM: is missing, and `channels` names email"),
]


def test_a_new_setting_given_wrongly_is_named_with_its_rule_and_nothing_leaves(scene: Scene) -> None:
    (phone,) = scene.ended_calls(1)
    scene.stack.delete_parameter("EMAIL_FROM")
    for settings, complaint in WRONG:
        scene.set_settings(**settings)
        assert complaint in scene.error(ONCE)
    assert (scene.sent_to(phone), scene.items_of(phone)) == (0, [])
