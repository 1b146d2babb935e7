"""The room of SES against its simulator, through boto3: what is sent, and what each refusal is taken for."""

from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectTimeoutError, NoRegionError, ReadTimeoutError

from lib.core.message.compose import Message
from lib.core.outcome import Outcome, Reply, classify
from lib.worlds.ses import SesRoom
from local.services.faults import Fault
from local.services.ses.world import SesWorld, botocore_answer

SENDER, ANA = "hola@example.com", "ana@example.org"
MESSAGE = Message("Hola Ana\n\n-- \nIA Calls", subject="Sobre nuestra conversación – IA Calls")


class Raw:
    """What a botocore response is made of."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: Any, **__: Any) -> Any:
        yield self._content


def room_on(world: SesWorld, instead: Exception | None = None) -> SesRoom:
    client: Any = boto3.client(
        "sesv2",
        region_name="us-east-1",
        aws_access_key_id="0" * 12,
        aws_secret_access_key="local",
        config=Config(retries={"mode": "standard", "total_max_attempts": 1}),
    )

    def answer(request: Any, **_: Any) -> AWSResponse:
        if instead:
            raise instead
        status, headers, body = botocore_answer(world, request)
        return AWSResponse(request.url, status, HTTPHeaders.from_dict(headers), Raw(body))

    client.meta.events.register("before-send.sesv2", answer)
    return SesRoom(lambda: client)


def world(**options: Any) -> SesWorld:
    return SesWorld(lambda: 0.0, ["example.com"], **options)


def sent(ses: SesWorld, instead: Exception | None = None) -> Reply:
    return room_on(ses, instead).send(ANA, SENDER, MESSAGE, "es")


def test_an_e_mail_has_a_plain_part_and_the_same_in_html() -> None:
    ses = world()
    reply = sent(ses)
    (email,) = ses.emails
    assert (classify(reply), reply.sid) == (Outcome.ACCEPTED, email.id)
    assert (email.to, email.sender, email.subject, email.text) == (ANA, SENDER, MESSAGE.subject, MESSAGE.body)
    assert "Hola Ana" in email.html


@pytest.mark.parametrize(
    ("kind", "outcome", "code"),
    [
        ("454", Outcome.NOT_PROCESSED, 454),
        ("429", Outcome.NOT_PROCESSED, 454),
        ("quota", Outcome.NOT_PROCESSED, 452),
        ("paused", Outcome.PARAMETER_REFUSED, 553),
        ("suspended", Outcome.PARAMETER_REFUSED, 553),
        ("mail_from", Outcome.PARAMETER_REFUSED, 552),
        ("reject", Outcome.REFUSED, 554),
        ("500", Outcome.UNCLEAR, None),
        ("accept_then_500", Outcome.UNCLEAR, None),
        ("accept_then_empty_object", Outcome.UNCLEAR, None),
    ],
)
def test_what_ses_answers_is_told_apart(kind: str, outcome: Outcome, code: int | None) -> None:
    ses = world()
    ses.faults.add(Fault(kind))
    reply = sent(ses)
    assert (classify(reply), reply.code) == (outcome, code)


def test_a_sender_a_recipient_and_a_role_that_may_not_are_told_apart() -> None:
    assert sent(SesWorld(lambda: 0.0, [])).code == 550
    assert sent(world(in_sandbox=True)).code == 551
    assert sent(world(may_send_by=["otra.example"])).code == 535
    assert room_on(world()).send("ana@", SENDER, MESSAGE, "es").code == 501


@pytest.mark.parametrize(
    ("status", "name", "code"),
    [
        (403, "ExpiredTokenException", 535),
        (403, "UnrecognizedClientException", 535),
        (403, "SomethingNewException", 535),
        (400, "ValidationException", 554),
        (400, "SomethingNewException", None),
    ],
)
def test_what_aws_refuses_before_ses_looks_at_it_is_nothing_that_may_have_left(
    status: int, name: str, code: int | None
) -> None:
    error = {"Error": {"Code": name, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    assert sent(world(), ClientError(error, "SendEmail")).code == code  # type: ignore[arg-type]


def test_only_what_never_left_may_be_sent_again() -> None:
    never = ConnectTimeoutError(endpoint_url="https://email.us-east-1.amazonaws.com")
    lost = ReadTimeoutError(endpoint_url="https://email.us-east-1.amazonaws.com")
    assert classify(sent(world(), never)) is Outcome.NOT_PROCESSED
    assert classify(sent(world(), lost)) is Outcome.UNCLEAR


def test_without_a_client_nothing_leaves_and_the_next_e_mail_tries_for_one_again() -> None:
    failures, ses = [NoRegionError()], room_on(world())

    def connect() -> Any:
        if failures:
            raise failures.pop()
        return ses._connect()

    room = SesRoom(connect)
    first, second = (room.send(ANA, SENDER, MESSAGE, "es") for _ in range(2))
    assert (classify(first), first.cause) == (Outcome.NOT_PROCESSED, "NoRegionError")
    assert classify(second) is Outcome.ACCEPTED
