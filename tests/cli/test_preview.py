"""`vigia preview`: who would get what, by the function's own decision, and nothing of it happens."""

import json
import time
from typing import Any, NoReturn

import pytest

from lib.errors import TableUnclear
from lib.worlds.dynamodb import DynamoTable
from local.services.elevenlabs.calls import CallPlan
from tests.cli.conftest import Desk
from tests.twins.people import suppress

ANA, LUIS, EVA = "+573001110001", "+573001110002", "+573001110003"
KEYS = {"phone", "conversation_id", "would", "kind", "channel", "at", "reason", "text"}


def campaign(desk: Desk, plan: CallPlan | None = None) -> None:
    world, now = desk.elevenlabs, time.time()
    people = [
        {"phone_number": phone, "conversation_initiation_client_data": {"dynamic_variables": {"name": name}}}
        for phone, name in ((ANA, "Ana"), (LUIS, "Luis"), (EVA, "Eva"))
    ]
    batch = world.add_batch(people, name="a", agent_id="agent_1")
    for recipient in batch.recipients.values():
        world.dial(batch, recipient, plan or CallPlan(), now - 900)


def test_it_shows_the_texts_writes_nothing_and_sends_nothing(desk: Desk) -> None:
    campaign(desk)
    suppress(desk.table, LUIS, int(time.time()))
    desk.put_parameter("SETTINGS", json.dumps({"paused": True}))
    before = desk.items()
    answer = desk("preview", "--json")
    assert answer.status == 0, answer.err
    rows = {row["phone"]: row for row in answer.json}
    assert all(row.keys() >= KEYS for row in rows.values())
    assert rows.keys() == {ANA, LUIS, EVA}
    assert (rows[ANA]["would"], rows[ANA]["kind"], rows[ANA]["channel"]) == ("send", "follow_up", "whatsapp")
    assert rows[ANA]["text"].startswith("¡Hola Ana! 👋")
    assert (rows[LUIS]["would"], rows[LUIS]["reason"]) == ("skip", "opted_out")
    assert desk.items() == before
    assert not desk.twilio.messages
    told = desk("preview", "--lang", "es").out
    assert "recibiría el mensaje de seguimiento" in told
    assert "¡Hola Eva!" in told


def test_what_cannot_be_asked_is_told_with_what_to_do(desk: Desk) -> None:
    desk.elevenlabs.keys.clear()
    answer = desk("preview")
    assert answer.status == 1
    assert "ELEVENLABS_API_KEY" in answer.err
    assert "vigia doctor" in answer.err


def test_what_could_not_be_read_is_told_beside_what_could_and_is_something_wrong(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign(desk)

    def unread(*_: Any) -> NoReturn:
        raise TableUnclear("DynamoDB Query failed: ThrottlingException")

    monkeypatch.setattr(DynamoTable, "queued", unread)
    for answer in (desk("preview"), desk("preview", "--json")):
        assert answer.status == 1
        assert ANA in answer.out
        assert "due_unread" in answer.err
        assert "docs/operations.md" in answer.err


def test_a_message_that_may_not_leave_now_is_shown_with_the_rule_and_its_instant(desk: Desk) -> None:
    campaign(desk)
    now = time.gmtime()
    quiet = {"start": f"{now.tm_hour:02}:00", "end": f"{(now.tm_hour + 2) % 24:02}:00", "timezone": "UTC"}
    desk.put_parameter("SETTINGS", json.dumps({"quiet_hours": quiet}))
    for row in desk("preview", "--json").json:
        assert (row["would"], row["reason"]) == ("wait", "quiet_hours")
        assert (row["channel"], row["text"][:5]) == ("whatsapp", "¡Hola")  # what it gets then
        assert row["at"] > time.strftime("%Y-%m-%dT%H:%M:%SZ", now)
    told = desk("preview", "--lang", "es").out
    assert f"lo permite todavía (de {quiet['start']} a {quiet['end']}, UTC)." in told
    assert "esperaría (hasta " in told


def test_the_shops_own_words_are_shown_with_what_the_call_found_out(desk: Desk) -> None:
    campaign(desk, CallPlan(conversation={"data_collection": {"visit": "el lunes"}}))
    words = {"es": "Hola {name}, nos vemos {visit}. {brand}"}
    settings = {"variables": {"3": "visit"}, "texts": {"follow_up": words, "no_summary": words}}
    desk.put_parameter("SETTINGS", json.dumps(settings))
    texts = {row["phone"]: row["text"] for row in desk("preview", "--json").json}
    assert texts[ANA] == "Hola Ana, nos vemos el lunes. IA Calls"
