"""Our room of Twilio against the simulator: one POST whatever happens, each end in its class (facts/twilio.md §5.2)."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from twilio.http.response import Response

from lib.config.accounts import TwilioAccount
from lib.core.call import Call
from lib.core.matching import CLOCK_SKEW_SECONDS
from lib.core.message.compose import Message
from lib.core.outcome import Outcome, classify
from lib.core.record import Record
from lib.core.status import Status
from lib.errors import ConfigurationError, LookupFailed
from lib.ports import Twilio
from lib.worlds.twilio import ROWS_PER_LONG_PAGE, ROWS_PER_PAGE, TwilioRoom
from lib.worlds.twilio_http import SdkTransport
from local.services.answers import JsonObject
from local.services.faults import Fault
from local.services.server import Server
from local.services.twilio.messages import Message as TwilioMessage
from local.services.twilio.rewriting import REWRITES
from local.services.twilio.world import SANDBOX_SENDER, TwilioWorld
from tests.contract.stage import ACCOUNT_SID, ANA, AUTH_TOKEN, NOON, Clock
from tests.twins.services import TwinTwilio

BEA = "whatsapp:+573009998877"
HELLO = Message(body="¡Hola! 👋")
ENDS: list[tuple[Fault, Outcome, int]] = [
    (Fault("accept_then_hang"), Outcome.UNCLEAR, 1),
    (Fault("accept_then_drop"), Outcome.UNCLEAR, 1),
    (Fault("accept_then_500"), Outcome.UNCLEAR, 1),
    (Fault("accept_then_garbage"), Outcome.UNCLEAR, 1),
    (Fault("accept_then_empty_object"), Outcome.UNCLEAR, 1),
    (Fault("nonsense_list"), Outcome.UNCLEAR, 1),
    (Fault("hang"), Outcome.UNCLEAR, 0),
    (Fault("drop"), Outcome.UNCLEAR, 0),
    (Fault("500"), Outcome.UNCLEAR, 0),
    (Fault("html_503"), Outcome.UNCLEAR, 0),
    (Fault("html_429"), Outcome.UNCLEAR, 0),
    (Fault("429"), Outcome.NOT_PROCESSED, 0),
    (Fault("63038"), Outcome.NOT_PROCESSED, 0),
    (Fault("refuse", code=63018, status=429), Outcome.NOT_PROCESSED, 0),
    (Fault("refuse", code=63007), Outcome.PARAMETER_REFUSED, 0),
    (Fault("refuse", code=99999), Outcome.UNEXPLAINED, 0),
    (Fault("refuse", code=10001, status=403), Outcome.ACCOUNT_REFUSED, 0),
    (Fault("refuse", code=21211), Outcome.REFUSED, 0),
    (Fault("refuse", code=20003, status=401), Outcome.ACCOUNT_REFUSED, 0),
    (Fault("refuse", code=20404, status=404), Outcome.ACCOUNT_REFUSED, 0),
    (Fault("accept_as_failed", code=63024), Outcome.ACCEPTED, 1),
]


def messenger(url: str, token: str = AUTH_TOKEN, service: str = "") -> TwilioRoom:
    return room_of(TwilioAccount(ACCOUNT_SID, ACCOUNT_SID, token, service), url)


def room_of(account: TwilioAccount, url: str) -> TwilioRoom:
    room = TwilioRoom(account, url, 4, time.time)
    room.seconds_left = lambda: 30  # on a busy machine an answer may take seconds
    return room


def claim(since: float = NOON - CLOCK_SKEW_SECONDS) -> Record:
    """A claim whose message cannot have been created before this instant."""
    call = Call("+573001112233", "conv_1", "rcp_1", "btcal_1", "agent_1", "completed", int(NOON), int(NOON), "", "")
    claimed_at = int(since) + CLOCK_SKEW_SECONDS
    return Record(call, Status.CLAIMED, int(NOON), claimed_at=claimed_at, to=ANA, sender=SANDBOX_SENDER, message=HELLO)


def spoil_the_list(monkeypatch: pytest.MonkeyPatch, spoilt: Callable[[JsonObject], JsonObject]) -> None:
    """Every page of Twilio's list from now on."""
    page = TwilioWorld._envelope
    monkeypatch.setattr(TwilioWorld, "_envelope", lambda self, *asked: spoilt(page(self, *asked)))


@pytest.fixture(params=["http", "twin"])
def twilio(request: pytest.FixtureRequest, twilio_server: Server, account: TwilioWorld) -> Iterator[Twilio]:
    """The same behaviour over HTTP and on the simulation's twin."""
    over_http = messenger(twilio_server.url)
    if "hang" in request.node.name:
        over_http.seconds_left = lambda: 0.5
    yield over_http if request.param == "http" else TwinTwilio(account, ACCOUNT_SID, AUTH_TOKEN)
    over_http.close()


def test_a_message_is_accepted_and_found_in_the_list(twilio: Twilio) -> None:
    reply = twilio.send(ANA, SANDBOX_SENDER, HELLO)
    twilio.send(BEA, SANDBOX_SENDER, HELLO)
    assert classify(reply) is Outcome.ACCEPTED
    (row,) = twilio.recent(claim())
    assert (row.sid, row.to, row.sender, row.body) == (reply.sid, ANA, SANDBOX_SENDER, HELLO.body)
    assert (row.direction, row.created_at, row.error_code) == ("outbound-api", NOON, None)


def test_only_rows_young_enough_are_read(twilio: Twilio, clock: Clock) -> None:
    twilio.send(ANA, SANDBOX_SENDER, HELLO)
    clock.now += 1000
    assert twilio.recent(claim(NOON + 1)) == []


def test_a_queued_message_is_read_though_the_list_goes_by_the_date_sent(
    twilio: Twilio, account: TwilioWorld, clock: Clock
) -> None:
    account.lists_by_sent_date = True
    for _ in range(3):
        twilio.send(ANA, SANDBOX_SENDER, HELLO)
    clock.now += 1000
    sid = twilio.send(ANA, SANDBOX_SENDER, HELLO).sid
    assert [row.sid for row in twilio.recent(claim(NOON + 1))] == [sid]


def test_a_long_history_of_older_messages_is_not_read_whole(twilio: Twilio, account: TwilioWorld, clock: Clock) -> None:
    for _ in range(3 * ROWS_PER_PAGE):
        twilio.send(ANA, SANDBOX_SENDER, HELLO)
    clock.now += 1000
    twilio.send(ANA, SANDBOX_SENDER, HELLO)
    assert len(twilio.recent(claim(NOON + 1))) == 1
    assert account.requests["list"] <= 2


def test_what_a_sender_sent_is_read_newest_first_a_thousand_to_a_request(
    twilio: Twilio, account: TwilioWorld, clock: Clock
) -> None:
    for _ in range(ROWS_PER_LONG_PAGE + 1):
        clock.now += 1
        newest = twilio.send(ANA, SANDBOX_SENDER, HELLO).sid
        account.receive(ANA, "Hola")
    pages = twilio.outbound(SANDBOX_SENDER)
    assert account.requests["list"] == 0
    page = next(pages)
    assert account.requests["list"] == 1
    first = page[0]
    assert (first.sid, first.to, first.sender, first.body) == (newest, ANA, SANDBOX_SENDER, HELLO.body)
    assert (first.direction, first.created_at, first.error_code) == ("outbound-api", clock.now, None)
    (last,) = next(pages)
    assert (len(page), last.created_at) == (ROWS_PER_LONG_PAGE, NOON + 1)
    assert next(pages, None) is None
    assert account.requests["list"] == 2


def test_one_message_is_read_by_its_sid_and_one_that_is_gone_is_none(
    twilio: Twilio, account: TwilioWorld, clock: Clock
) -> None:
    account.faults.add(Fault("fail_later", code=63024, seconds=5))
    sid = twilio.send(ANA, SANDBOX_SENDER, HELLO).sid
    clock.now += 60
    row = twilio.message(sid)
    assert row is not None
    assert (row.sid, row.status, row.error_code) == (sid, "undelivered", 63024)
    assert twilio.message("SM" + "f" * 32) is None


def test_what_people_write_to_a_sender_is_read_newest_first(twilio: Twilio, account: TwilioWorld, clock: Clock) -> None:
    account.receive(ANA, "older", SANDBOX_SENDER)
    clock.now += 1000
    account.receive(ANA, "BAJA", "whatsapp:+14155550100")
    sids = [account.receive(ANA, "hola").sid, account.receive(BEA, "", media_count=2).sid]
    twilio.send(ANA, SANDBOX_SENDER, HELLO)
    rows = twilio.inbound(SANDBOX_SENDER, NOON + 1)
    assert [row.sid for row in rows] == sids[::-1]
    assert [(row.phone, row.body, row.media_count) for row in rows] == [(BEA[9:], "", 2), (ANA[9:], "hola", 0)]
    assert {(row.to, row.created_at) for row in rows} == {(SANDBOX_SENDER, NOON + 1000)}


def test_an_inbox_is_one_request_however_long_its_history_is_and_a_flood_is_read_whole(
    twilio: Twilio, account: TwilioWorld, clock: Clock
) -> None:
    for number in range(250):
        account.receive(ANA, f"old {number}")
    clock.now += 1000
    account.receive(ANA, "new")
    assert len(twilio.inbound(SANDBOX_SENDER, NOON + 1)) == 1
    assert account.requests["list"] == 1
    assert len({row.sid for row in twilio.inbound(SANDBOX_SENDER, NOON)}) == 251


def test_a_message_without_its_date_is_as_old_as_the_one_before_it_and_costs_no_other(
    twilio_server: Server, account: TwilioWorld, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    oldest = account.receive(ANA, "BAJA").sid
    clock.now += 1000
    undated = account.receive(BEA, "BAJA").sid
    newest = account.receive(ANA, "hola").sid
    row, ours = TwilioMessage.row, ""

    def spoilt(self: TwilioMessage, now: float) -> JsonObject:
        return row(self, now) | ({"date_created": None} if self.sid in (undated, ours) else {})

    monkeypatch.setattr(TwilioMessage, "row", spoilt)
    room = messenger(twilio_server.url)
    rows = room.inbound(SANDBOX_SENDER, NOON)
    assert [(one.sid, one.created_at) for one in rows] == [
        (newest, NOON + 1000),
        (undated, NOON + 1000),
        (oldest, NOON),
    ]
    ours = room.send(ANA, SANDBOX_SENDER, HELLO).sid
    with pytest.raises(LookupFailed):  # it may be the very message that is looked for
        room.recent(claim())
    room.close()


@pytest.mark.parametrize("row", [None, 7, {}, {"sid": None}], ids=str)
def test_a_row_that_is_no_message_costs_no_other_and_proves_nothing(
    twilio_server: Server, account: TwilioWorld, monkeypatch: pytest.MonkeyPatch, row: Any
) -> None:
    spoil_the_list(monkeypatch, lambda listed: listed | {"messages": [row, *listed["messages"]]})
    wish = account.receive(ANA, "BAJA").sid
    room = messenger(twilio_server.url)
    sent = room.send(ANA, SANDBOX_SENDER, HELLO).sid
    assert [one.sid for one in room.inbound(SANDBOX_SENDER, NOON)] == [wish]
    assert [[one.sid for one in page] for page in room.outbound(SANDBOX_SENDER)] == [[sent]]
    with pytest.raises(LookupFailed):  # it may be the very message that is looked for
        room.recent(claim())
    room.close()


def test_half_a_character_in_one_message_and_a_field_that_is_new_cost_nothing(
    twilio_server: Server, account: TwilioWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def halved(*asked: Any, **options: Any) -> Response:
        answer = request(*asked, **options)
        return Response(answer.status_code, answer.text.replace("half of it", "\\ud83d"))

    request = SdkTransport.request
    spoil_the_list(monkeypatch, lambda listed: listed | {"links": {"media": "half of it"}})
    monkeypatch.setattr(SdkTransport, "request", halved)
    wish = account.receive(ANA, "BAJA").sid
    room = messenger(twilio_server.url)
    sent = room.send(ANA, SANDBOX_SENDER, HELLO).sid
    assert [one.sid for one in room.inbound(SANDBOX_SENDER, NOON)] == [wish]
    assert [one.sid for one in room.recent(claim())] == [sent]
    room.close()


@pytest.mark.parametrize("rows", [[], None], ids=["empty", "full"])
def test_a_list_that_leads_in_a_circle_ends_and_proves_nothing(
    twilio_server: Server, account: TwilioWorld, monkeypatch: pytest.MonkeyPatch, rows: list[Any] | None
) -> None:
    def circle(listed: JsonObject) -> JsonObject:
        return listed | {"next_page_uri": listed["uri"]} | ({} if rows is None else {"messages": rows})

    spoil_the_list(monkeypatch, circle)
    account.receive(ANA, "BAJA")
    room = messenger(twilio_server.url)
    room.send(ANA, SANDBOX_SENDER, HELLO)
    assert len({one.sid for one in room.inbound(SANDBOX_SENDER, NOON)}) == (1 if rows is None else 0)
    with pytest.raises(LookupFailed):
        room.recent(claim())
    assert account.requests["list"] == 4
    room.close()


def test_a_look_far_back_asks_for_long_pages(twilio_server: Server, account: TwilioWorld, clock: Clock) -> None:
    for number in range(450):
        account.receive(ANA, f"old {number}")
    room = TwilioRoom(TwilioAccount(ACCOUNT_SID, ACCOUNT_SID, AUTH_TOKEN, ""), twilio_server.url, 4, clock)
    room.seconds_left = lambda: 5
    clock.now += 3600
    assert (len(room.inbound(SANDBOX_SENDER, NOON)), account.requests["list"]) == (450, 5)
    assert (len(room.inbound(SANDBOX_SENDER, NOON - 7 * 24 * 3600)), account.requests["list"]) == (450, 6)
    room.close()


@pytest.mark.parametrize("kind", ["500", "hang", "drop", "429", "html_503", "nonsense_missing", "nonsense_list"])
def test_an_inbox_that_cannot_be_read_says_so(twilio: Twilio, account: TwilioWorld, kind: str) -> None:
    account.receive(ANA, "BAJA")
    account.faults.add(Fault(kind, route="list"))
    with pytest.raises(LookupFailed):
        twilio.inbound(SANDBOX_SENDER, NOON)


def test_a_template_goes_out_with_its_variables(twilio: Twilio, account: TwilioWorld) -> None:
    template = account.add_template("HX" + "1" * 32, "Hola {{1}}, sobre {{2}}")
    variables = json.dumps({"1": "Ana", "2": "su cita"})
    assert twilio.send(ANA, SANDBOX_SENDER, Message(content_sid=template.sid, content_variables=variables)).sid
    assert account.messages[0].body == "Hola Ana, sobre su cita"


@pytest.mark.parametrize(("fault", "outcome", "accepted"), ENDS, ids=[f"{f.kind} {f.code}" for f, _, _ in ENDS])
def test_every_failure_falls_into_its_class_after_one_post(
    twilio: Twilio, account: TwilioWorld, fault: Fault, outcome: Outcome, accepted: int
) -> None:
    account.faults.add(fault)
    reply = twilio.send(ANA, SANDBOX_SENDER, HELLO)
    account.faults.clear()
    assert classify(reply) is outcome
    assert account.requests["create"] == 1
    assert len(account.messages) == accepted


def test_a_throttled_send_says_how_long_to_wait(twilio: Twilio, account: TwilioWorld) -> None:
    account.faults.add(Fault("429", seconds=7))
    assert twilio.send(ANA, SANDBOX_SENDER, HELLO).retry_after_seconds == 7


@pytest.mark.parametrize("kind", ["500", "html_503", "drop", "hang", "accept_then_garbage", "429", "nonsense_list"])
def test_a_list_that_cannot_be_read_is_not_an_empty_list(twilio: Twilio, account: TwilioWorld, kind: str) -> None:
    account.faults.add(Fault(kind, route="list"))
    with pytest.raises(LookupFailed):
        twilio.recent(claim())
    with pytest.raises(LookupFailed):
        next(twilio.outbound(SANDBOX_SENDER))


def test_a_message_that_cannot_be_read_is_not_taken_for_one_that_is_gone(twilio: Twilio, account: TwilioWorld) -> None:
    sid = twilio.send(ANA, SANDBOX_SENDER, HELLO).sid
    for kind in ("500", "html_503", "drop", "429", "accept_then_garbage", "accept_then_empty_object"):
        account.faults.add(Fault(kind, route="fetch"))
        with pytest.raises(LookupFailed):
            twilio.message(sid)
        account.faults.clear()


def test_a_connection_that_was_never_made_sent_nothing() -> None:
    nobody = messenger("http://127.0.0.1:9")  # the discard port: nothing listens there
    assert classify(nobody.send(ANA, SANDBOX_SENDER, HELLO)) is Outcome.NOT_PROCESSED
    nowhere = messenger("http://nowhere.invalid")
    assert classify(nowhere.send(ANA, SANDBOX_SENDER, HELLO)) is Outcome.NOT_PROCESSED


def test_a_wrong_token_is_the_accounts_to_mend_for_sends_and_look_ups(twilio_server: Server) -> None:
    wrong = messenger(twilio_server.url, token="another-token")
    assert classify(wrong.send(ANA, SANDBOX_SENDER, HELLO)) is Outcome.ACCOUNT_REFUSED
    for look in (
        lambda: wrong.recent(claim()),
        lambda: next(wrong.outbound(SANDBOX_SENDER)),
        lambda: wrong.message(""),
    ):
        with pytest.raises(ConfigurationError, match=r"^TWILIO_AUTH_TOKEN"):
            look()
    wrong.close()


def test_an_api_key_logs_in_for_the_account_and_its_refusal_names_its_secret(
    twilio_server: Server, account: TwilioWorld
) -> None:
    key, secret = "SK" + "3" * 32, "secret-of-the-test"
    account.add_api_key(key, secret)
    room = room_of(TwilioAccount(ACCOUNT_SID, key, secret, ""), twilio_server.url)
    assert room.send(ANA, SANDBOX_SENDER, HELLO).sid
    assert len(room.recent(claim())) == 1
    room.close()
    refused = room_of(TwilioAccount(ACCOUNT_SID, key, "another-secret", ""), twilio_server.url)
    assert classify(refused.send(ANA, SANDBOX_SENDER, HELLO)) is Outcome.ACCOUNT_REFUSED
    with pytest.raises(ConfigurationError, match=r"^TWILIO_API_KEY_SECRET"):
        refused.recent(claim())
    refused.close()
    astray = room_of(
        TwilioAccount(key, key, secret, ""), twilio_server.url
    )  # as the SDK does without the account's SID
    assert classify(astray.send(ANA, SANDBOX_SENDER, HELLO)) is Outcome.ACCOUNT_REFUSED
    astray.close()
    twin = TwinTwilio(account, ACCOUNT_SID, secret, key)
    assert twin.send(ANA, SANDBOX_SENDER, HELLO).sid


@pytest.mark.parametrize("rewrite", REWRITES)
def test_an_accepted_message_is_told_as_the_account_shows_it(
    twilio: Twilio, account: TwilioWorld, rewrite: str
) -> None:
    to = {"old_mexico": "whatsapp:+5215512345678", "old_brazil": "whatsapp:+5511987654321"}.get(rewrite, ANA)
    account.rewrites = (rewrite,)
    reply = twilio.send(to, SANDBOX_SENDER, HELLO)
    assert (reply.to, reply.body) == REWRITES[rewrite](to, HELLO.body)
    assert (reply.to, reply.body) != (to, HELLO.body)
    assert [row.sid for row in twilio.recent(replace(claim(), to=reply.to or ""))] == [reply.sid]
    if reply.to != to:
        assert twilio.recent(replace(claim(), to=to)) == []


def test_a_messaging_service_is_sent_beside_the_sender(twilio_server: Server, account: TwilioWorld) -> None:
    service = "MG" + "2" * 32
    account.add_messaging_service(service, [SANDBOX_SENDER])
    with_service = messenger(twilio_server.url, service=service)
    assert with_service.send(ANA, SANDBOX_SENDER, HELLO).sid
    with_service.close()
    assert account.messages[0].row(NOON)["messaging_service_sid"] == service
    assert account.messages[0].row(NOON)["from"] == SANDBOX_SENDER


def test_no_line_is_logged_about_a_request(twilio_server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    room = messenger(twilio_server.url)
    room.send(ANA, SANDBOX_SENDER, HELLO)
    room.recent(claim())
    list(room.outbound(SANDBOX_SENDER))
    room.message("SM" + "f" * 32)
    room.close()
    assert caplog.records == []
