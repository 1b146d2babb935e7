"""The Twilio simulator behaves as facts/twilio.md says the real one does, in the shape of the official document."""

import json
import random
import re
from email.utils import parsedate_to_datetime

import pytest

from local.services.faults import Fault
from local.services.twilio.world import SANDBOX_SENDER, TwilioWorld
from tests.contract.official import Official
from tests.contract.stage import (
    ACCOUNT_SID,
    ANA,
    AUTH_TOKEN,
    MESSAGES,
    NOON,
    Clock,
    create,
    listed,
    twilio_headers,
)

LIST_PATH = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
FETCH_PATH = "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json"
TEMPLATE = "HX" + "1" * 32
SERVICE = "MG" + "2" * 32
BOB = "whatsapp:+573004445566"


def test_create_fetch_and_list_give_one_row_in_the_official_shape_at_every_status(
    account: TwilioWorld, clock: Clock, twilio_spec: Official
) -> None:
    account.walk = ((0, "queued"), (1, "sent"), (3, "delivered"), (60, "read"))
    created = create(account, Body="Hola")
    assert created.status == 201
    assert twilio_spec.problems(LIST_PATH, "POST", 201, created.body) == []
    assert created.body.keys() == twilio_spec.schema("api.v2010.account.message")["properties"].keys()
    statuses = []
    for second in (0, 1, 3, 60):
        clock.now = NOON + second
        fetched = account.answer("GET", created.body["uri"], {}, twilio_headers()).body
        page = listed(account)
        assert page["messages"] == [fetched]
        assert twilio_spec.problems(FETCH_PATH, "GET", 200, fetched) == []
        assert twilio_spec.problems(LIST_PATH, "GET", 200, page) == []
        assert parsedate_to_datetime(fetched["date_updated"]).timestamp() == clock.now
        statuses.append((fetched["status"], fetched["date_sent"] is not None))
    assert statuses == [("queued", False), ("sent", True), ("delivered", True), ("read", True)]
    assert fetched["date_created"] == "Wed, 18 Nov 2026 12:00:00 +0000"


def test_the_schema_would_notice_a_wrong_row(account: TwilioWorld, twilio_spec: Official) -> None:
    row = create(account, Body="Hola").body | {"status": "done", "error_code": "none", "num_media": 0}
    assert len(twilio_spec.problems(FETCH_PATH, "GET", 200, row)) == 3


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"To": "", "Body": "x"}, 21604),
        ({"To": "whatsapp:3001112233", "Body": "x"}, 21211),
        ({"To": "whatsapp:+57300", "Body": "x"}, 21211),
        ({"To": SANDBOX_SENDER, "Body": "x"}, 21211),
        ({"From_": "", "Body": "x"}, 21603),
        ({"From_": "whatsapp:shop", "Body": "x"}, 21212),
        ({"To": "+573001112233", "Body": "x"}, 21910),
        ({"From_": "whatsapp:+14155550000", "Body": "x"}, 63007),
        ({"From_": "+14155550000", "To": "+573001112233", "Body": "x"}, 21606),
        ({"From_": "", "MessagingServiceSid": "MG" + "9" * 32, "Body": "x"}, 21701),
        ({"From_": "", "MessagingServiceSid": SERVICE, "To": "+573001112233", "Body": "x"}, 21703),
        ({}, 21619),
        ({"Body": "x" * 1601}, 21617),
        ({"ContentVariables": '{"1": "Ana"}', "Body": "x"}, 21654),
        ({"ContentSid": "HX" + "9" * 32}, 21655),
        ({"ContentSid": TEMPLATE, "ContentVariables": "{1: Ana}"}, 21656),
        ({"ContentSid": TEMPLATE, "ContentVariables": '["Ana"]'}, 21656),
        ({"ContentSid": TEMPLATE, "ContentVariables": '{"1": null}'}, 21656),
        ({"ContentSid": TEMPLATE, "ContentVariables": '{"1": ""}'}, 21656),
        ({"ContentSid": TEMPLATE, "ContentVariables": '{"1": "a\\nb"}'}, 21656),
    ],
)
def test_a_bad_create_is_refused_with_twilios_code_and_makes_nothing(
    account: TwilioWorld, form: dict[str, str], code: int
) -> None:
    account.add_template(TEMPLATE, "Hola {{1}}")
    account.add_messaging_service(SERVICE, [SANDBOX_SENDER])
    answer = create(account, **form)
    assert answer.status == 400
    assert answer.body.keys() == {"code", "message", "more_info", "status"}
    assert (answer.body["code"], answer.body["status"]) == (code, 400)
    assert answer.body["more_info"].endswith(f"/{code}")
    assert account.messages == []


def test_an_empty_body_is_another_refusal_than_a_missing_one(account: TwilioWorld) -> None:
    form = {"To": ANA, "From": SANDBOX_SENDER, "Body": ""}
    assert account.answer("POST", MESSAGES, None, twilio_headers(), form).body["code"] == 21602


def test_the_longest_body_and_a_number_of_the_account_pass(account: TwilioWorld) -> None:
    account.senders.add("+14155550000")
    assert create(account, Body="x" * 1600).status == 201
    assert create(account, Body="x", From_="+14155550000", To="+573001112233").status == 201


def test_wrong_credentials_a_wrong_account_and_an_unknown_sid_are_told_apart(account: TwilioWorld) -> None:
    other = MESSAGES.replace(ACCOUNT_SID, "AC" + "1" * 32)

    def code(path: str, headers: dict[str, str]) -> tuple[int, int]:
        answer = account.answer("GET", path, {}, headers)
        return answer.status, answer.body["code"]

    assert code(MESSAGES, {}) == (401, 20003)
    assert code(MESSAGES, twilio_headers(password=AUTH_TOKEN + "x")) == (401, 20003)
    assert code(other, twilio_headers()) == (404, 20404)
    assert code(MESSAGES.replace(".json", f"/SM{'0' * 32}.json"), twilio_headers()) == (404, 20404)


def test_a_template_is_rendered_and_a_missing_variable_falls_back_to_its_sample(account: TwilioWorld) -> None:
    account.add_template(TEMPLATE, "Hola {{1}}: {{2}}.", {"1": "Customer_Name"})
    whole = create(account, ContentSid=TEMPLATE, ContentVariables=json.dumps({"1": "Ana", "2": "precios"}))
    bare = create(account, ContentSid=TEMPLATE)
    assert whole.body["body"] == "Hola Ana: precios."
    assert bare.body["body"] == "Hola Customer_Name: Sample_2."
    assert not {"content_sid", "content_variables"} & whole.body.keys()


def test_a_messaging_service_alone_names_its_sender_later(account: TwilioWorld, clock: Clock) -> None:
    account.add_messaging_service(SERVICE, ["+14155550000", SANDBOX_SENDER])
    row = create(account, From_="", MessagingServiceSid=SERVICE, Body="x").body
    assert (row["status"], row["from"], row["messaging_service_sid"]) == ("accepted", None, SERVICE)
    clock.now += 1
    assert listed(account)["messages"][0]["from"] == SANDBOX_SENDER


def test_a_new_message_is_fetched_at_once_and_listed_late(account: TwilioWorld, clock: Clock) -> None:
    account.list_lag_seconds = 30
    late = create(account, Body="one").body
    account.faults.add(Fault("list_late", "create", list_lag_seconds=600, times=1))
    later = create(account, Body="two").body
    for row in (late, later):
        assert account.answer("GET", row["uri"], {}, twilio_headers()).status == 200
    seen = []
    for second in (29, 30, 600):
        clock.now = NOON + second
        seen.append([row["body"] for row in listed(account)["messages"]])
    assert seen == [[], ["one"], ["two", "one"]]
    account.messages[0].listed_at = NOON + 3600
    assert len(listed(account)["messages"]) == 1


def test_only_to_from_and_date_sent_filter_a_list(account: TwilioWorld, clock: Clock) -> None:
    account.senders.add("whatsapp:+14155550000")
    create(account, Body="yesterday")
    clock.now += 86_400
    create(account, Body="today", From_="whatsapp:+14155550000")
    create(account, Body="to bob", To=BOB)
    clock.now += 60

    def bodies(**query: str) -> list[str]:
        return [row["body"] for row in listed(account, query)["messages"]]

    everything = ["to bob", "today", "yesterday"]
    assert bodies() == everything
    assert bodies(To=BOB) == ["to bob"]
    assert bodies(To=BOB.removeprefix("whatsapp:")) == []
    assert bodies(To=ANA, From="whatsapp:+14155550000") == ["today"]
    assert bodies(Status="failed", Body="nothing", Direction="inbound") == everything
    assert bodies(DateSent="2026-11-18") == ["yesterday"]
    assert bodies(**{"DateSent>": "2026-11-19"}) == ["to bob", "today"]
    assert bodies(**{"DateSent<": "2026-11-18"}) == ["yesterday"]
    assert bodies(**{"DateSent>": "2026-11-18T12:00:02Z"}) == ["to bob", "today"]


def test_a_message_that_has_not_left_matches_no_date(account: TwilioWorld) -> None:
    create(account, Body="queued")
    assert listed(account, {"DateSent": "2026-11-18"})["messages"] == []
    assert len(listed(account)["messages"]) == 1


def test_a_list_is_newest_first_and_its_pages_do_not_shift(account: TwilioWorld) -> None:
    for number in range(7):
        create(account, Body=str(number))
    bodies: list[str] = []
    uri = MESSAGES + "?PageSize=3"
    while uri:
        path, _, query = uri.partition("?")
        page = listed(account, dict(part.split("=") for part in query.split("&")))
        assert path == MESSAGES
        assert (page["start"], page["page_size"]) == (page["page"] * 3, 3)
        bodies += [row["body"] for row in page["messages"]]
        create(account, Body="meanwhile")
        uri = page["next_page_uri"]
    assert bodies == ["6", "5", "4", "3", "2", "1", "0"]
    assert page["end"] == 6
    assert len(listed(account, {"PageSize": "5000"})["messages"]) == 10


def test_free_text_outside_the_window_fails_later_when_the_window_is_enforced(
    account: TwilioWorld, clock: Clock
) -> None:
    account.enforce_window = True
    account.add_template(TEMPLATE, "Hola {{1}}", {"1": "x"})
    account.receive(BOB, "hi")
    clock.now += 24 * 3600
    rows = [create(account, Body="x"), create(account, ContentSid=TEMPLATE), create(account, Body="x", To=BOB)]
    clock.now += 1
    rows.append(create(account, Body="x", To=BOB))
    assert {answer.body["status"] for answer in rows} == {"queued"}
    clock.now += 10
    outcomes = [(message.status(clock.now), message.row(clock.now)["error_code"]) for message in account.messages]
    assert outcomes == [("undelivered", 63016), ("delivered", None), ("delivered", None), ("undelivered", 63016)]


def test_what_a_person_wrote_is_listed_as_inbound(account: TwilioWorld, twilio_spec: Official) -> None:
    account.receive(ANA, "Gracias")
    (row,) = listed(account, {"From": ANA})["messages"]
    assert twilio_spec.problems(FETCH_PATH, "GET", 200, row) == []
    assert (row["direction"], row["status"], row["to"]) == ("inbound", "received", SANDBOX_SENDER)
    assert (account.messages, account.sent_to(ANA)) == ([], [])


ACCEPTING = ["accept_then_hang", "accept_then_drop", "accept_then_500", "accept_then_garbage"]
ACCEPTING += ["accept_then_empty_object", "slow", "accept_as_failed", "fail_later", "list_late"]
REFUSING = ["hang", "drop", "500", "html_500", "html_503", "429", "html_429", "63038", "refuse"]


@pytest.mark.parametrize("kind", ACCEPTING + REFUSING)
def test_a_fault_has_made_the_message_only_where_its_name_says_so(
    account: TwilioWorld, twilio_spec: Official, kind: str
) -> None:
    account.faults.add(Fault(kind, "create", {"To": ANA}, times=1, seconds=2, code=63024))
    other, hit, after = create(account, Body="x", To=BOB), create(account, Body="x"), create(account, Body="x")
    assert (other.status, after.status) == (201, 201)
    assert len(account.sent_to(ANA)) == (2 if kind in ACCEPTING else 1)
    assert account.requests["create"] == 3
    proves_acceptance = hit.transport == "answered" and twilio_spec.problems(LIST_PATH, "POST", 201, hit.body) == []
    accepted_in_words = {"slow", "accept_as_failed", "fail_later", "list_late", "accept_then_empty_object"}
    assert proves_acceptance == (kind in accepted_in_words)
    assert (hit.transport != "answered") == bool(re.search("hang|drop", kind))


def test_each_fault_answers_what_its_name_says(account: TwilioWorld, clock: Clock) -> None:
    def with_fault(kind: str, **fields: object) -> object:
        account.faults.clear()
        account.faults.add(Fault(kind, times=1, **fields))  # type: ignore[arg-type]
        answer = create(account, Body="x")
        code = answer.body.get("code") if isinstance(answer.body, dict) else answer.text[:6]
        return answer.status, code, answer.headers.get("retry-after")

    assert with_fault("429") == (429, 20429, None)
    assert with_fault("429", seconds=5) == (429, 20429, "5")
    assert with_fault("html_429") == (429, "<html>", None)
    assert with_fault("63038") == (429, 63038, None)
    assert with_fault("500") == (500, 20500, None)
    assert with_fault("accept_then_500") == (500, 20500, None)
    assert with_fault("html_503") == (503, "<html>", None)
    assert with_fault("accept_then_garbage") == (201, '{"acco', None)
    assert with_fault("accept_then_empty_object") == (201, None, None)
    assert with_fault("refuse", code=21610, status=400) == (400, 21610, None)
    assert with_fault("accept_as_failed", code=63024)[0] == 201  # type: ignore[index]
    assert (account.messages[-1].status(clock.now), account.messages[-1].error_code) == ("failed", 63024)


def test_chance_decides_by_the_rng_that_was_given(clock: Clock) -> None:
    def run(seed: int) -> list[int]:
        world = TwilioWorld(clock, ACCOUNT_SID, AUTH_TOKEN, rng=random.Random(seed))
        world.faults.add(Fault("500", probability=0.5))
        return [create(world, Body="x").status for _ in range(40)]

    assert run(1) == run(1) != run(2)
    assert set(run(1)) == {201, 500}
