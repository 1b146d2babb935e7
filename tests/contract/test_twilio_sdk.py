"""The official `twilio` SDK against the simulator: it meets what facts/twilio.md §5.2 and §7 say it meets there."""

import json
from collections.abc import Iterator

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from local.services.faults import Fault
from local.services.server import SeenRequest, Server
from local.services.twilio.world import SANDBOX_SENDER, TwilioWorld
from tests.contract.official import Official
from tests.contract.stage import ACCOUNT_SID, ANA, AUTH_TOKEN, MESSAGES, NOON, Clock


@pytest.fixture
def sdk(request: pytest.FixtureRequest, twilio_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    for name in ("TWILIO_EDGE", "TWILIO_REGION"):
        monkeypatch.delenv(name, raising=False)
    http_client = TwilioHttpClient(timeout=0.5 if "hang" in request.node.name else 30)
    client = Client(ACCOUNT_SID, AUTH_TOKEN, http_client=http_client)
    client.api.base_url = twilio_server.url
    yield client
    assert http_client.session is not None
    http_client.session.close()


def test_a_message_is_created_listed_and_fetched(sdk: Client, clock: Clock) -> None:
    created = sdk.messages.create(to=ANA, from_=SANDBOX_SENDER, body="¡Hola! 👋")
    clock.now = NOON + 5
    (listed,) = sdk.messages.list(to=ANA, from_=SANDBOX_SENDER, limit=20)
    fetched = sdk.messages(created.sid or "").fetch()
    assert (created.status, listed.status, fetched.status) == ("queued", "delivered", "delivered")
    assert created.sid == listed.sid == fetched.sid
    assert listed.body == "¡Hola! 👋"
    assert listed.date_created is not None
    assert listed.date_created.timestamp() == NOON


def test_a_template_goes_out_rendered(sdk: Client, account: TwilioWorld) -> None:
    template = account.add_template("HX" + "1" * 32, "Hola {{1}}")
    variables = json.dumps({"1": "Ana"})
    created = sdk.messages.create(to=ANA, from_=SANDBOX_SENDER, content_sid=template.sid, content_variables=variables)
    assert created.body == "Hola Ana"


def test_the_sdk_reads_every_page(sdk: Client, account: TwilioWorld) -> None:
    for number in range(7):
        sdk.messages.create(to=ANA, from_=SANDBOX_SENDER, body=str(number))
    assert [message.body for message in sdk.messages.list(page_size=3)] == list("6543210")
    assert account.requests["list"] == 3


def test_the_sdk_asks_at_the_path_and_with_the_names_of_the_official_document(
    sdk: Client, twilio_server: Server, twilio_spec: Official
) -> None:
    sdk.messages.list(to=ANA, from_=SANDBOX_SENDER, limit=20)
    sdk.messages.create(to=ANA, from_=SANDBOX_SENDER, body="x")
    listing, creation = twilio_server.requests_seen
    assert listing == SeenRequest("GET", MESSAGES, (("To", ANA), ("From", SANDBOX_SENDER), ("PageSize", "20")))
    assert creation == SeenRequest("POST", MESSAGES, ())
    official_path = MESSAGES.replace(ACCOUNT_SID, "{AccountSid}")
    assert {name for name, _ in listing.query} <= twilio_spec.query_names(official_path)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault("429", seconds=1), 429, 20429),
        (Fault("63038"), 429, 63038),
        (Fault("refuse", code=21610, message="Unsubscribed"), 400, 21610),
        (Fault("500"), 500, 20500),
        (Fault("html_503"), 503, 503),
        (Fault("accept_then_500"), 500, 20500),
    ],
)
def test_a_refusal_becomes_the_sdks_exception(
    sdk: Client, account: TwilioWorld, fault: Fault, status: int, code: int
) -> None:
    account.faults.add(fault)
    with pytest.raises(TwilioRestException) as raised:
        sdk.messages.create(to=ANA, from_=SANDBOX_SENDER, body="x")
    assert (raised.value.status, raised.value.code) == (status, code)


@pytest.mark.parametrize(
    ("kind", "error", "made"),
    [
        ("hang", requests.exceptions.ReadTimeout, 0),
        ("accept_then_hang", requests.exceptions.ReadTimeout, 1),
        ("drop", requests.exceptions.ConnectionError, 0),
        ("accept_then_drop", requests.exceptions.ConnectionError, 1),
        ("accept_then_garbage", json.JSONDecodeError, 1),
    ],
)
def test_the_sdk_cannot_tell_whether_a_lost_answer_was_an_acceptance(
    sdk: Client, account: TwilioWorld, kind: str, error: type[Exception], made: int
) -> None:
    account.faults.add(Fault(kind, "create"))
    with pytest.raises(error):
        sdk.messages.create(to=ANA, from_=SANDBOX_SENDER, body="x")
    assert len(account.messages) == made
    assert account.requests["create"] == 1


def test_an_empty_answer_is_a_message_without_a_sid(sdk: Client, account: TwilioWorld) -> None:
    account.faults.add(Fault("accept_then_empty_object"))
    assert sdk.messages.create(to=ANA, from_=SANDBOX_SENDER, body="x").sid is None


def test_a_list_that_fails_and_wrong_credentials_raise_what_the_facts_say(
    sdk: Client, account: TwilioWorld, twilio_server: Server
) -> None:
    account.faults.add(Fault("500", "list"))
    with pytest.raises(TwilioException, match="Unable to fetch page") as raised:
        sdk.messages.list(to=ANA, limit=1)
    assert raised.value.args[1].status_code == 500
    stranger = Client(ACCOUNT_SID, AUTH_TOKEN + "x", http_client=sdk.http_client)
    stranger.api.base_url = twilio_server.url
    with pytest.raises(TwilioRestException) as refused:
        stranger.messages.create(to=ANA, from_=SANDBOX_SENDER, body="x")
    assert (refused.value.status, refused.value.code) == (401, 20003)
