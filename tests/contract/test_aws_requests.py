"""Requests to AWS over real connections: signed as boto3 signs them, repeated only where that can help, errors told."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from lib.core.table import Check, Free, Put, Update
from lib.errors import ConditionFailed, TableUnclear
from lib.worlds import dynamodb
from lib.worlds.aws import AwsRefused, AwsService, AwsSilent
from lib.worlds.dynamodb import DynamoTable
from lib.worlds.signing import Keys, signed
from tests.contract.sockets import Handle, close, listening, read_request, reset

KEYS = {"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "A" * 20, "AWS_SECRET_ACCESS_KEY": "s" * 40}
PREFIX = "com.amazonaws.dynamodb.v20120810#"


def answering(status: str, body: bytes) -> Handle:
    """The answer, after which the connection is closed, and says so."""
    head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    return lambda connection: connection.sendall(head.encode() + body)


OK = answering("200 OK", b'{"Responses": {}}')


def refusal(code: str, status: str = "400 Bad Request", **more: Any) -> Handle:
    return answering(status, json.dumps({"__type": PREFIX + code, "message": "…", **more}).encode())


@contextmanager
def answers(*handles: Handle) -> Iterator[tuple[AwsService, list[bytes], list[float]]]:
    """A service that deals with one connection after the other; the requests it got; the waits between them."""
    left, seen, waits = list(handles), list[bytes](), list[float]()

    def handle(connection: socket.socket) -> None:
        seen.append(read_request(connection))
        left.pop(0)(connection)

    with listening(handle) as port:
        environment = KEYS | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
        yield AwsService(*dynamodb.API, environment, 1, waits.append, lambda: 1.0), seen, waits


@given(
    st.binary(max_size=300),
    st.text("abcXYZ019/+=", min_size=1, max_size=40),
    st.none() | st.text("abcXYZ019/+=", min_size=1, max_size=300),
    st.sampled_from(["us-east-1", "cn-north-1"]),
    st.sampled_from(["dynamodb", "ssm"]),
    st.integers(1_795_000_000, 1_800_000_000),
)
def test_a_request_is_signed_as_botocore_signs_it(
    body: bytes, secret: str, token: str | None, region: str, service: str, now: int
) -> None:
    headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": "Service_20120810.Do"}
    request = AWSRequest("POST", f"http://{service}.example:4566/", headers, body)
    at = datetime.fromtimestamp(now, UTC).replace(tzinfo=None)
    with patch("botocore.auth.get_current_datetime", lambda: at):
        SigV4Auth(Credentials("A" * 20, secret, token), service, region).add_auth(request)
    ours = signed(
        {**headers, "host": f"{service}.example:4566"}, body, Keys("A" * 20, secret, token), region, service, now
    )
    assert ours.pop("host")
    assert ours == {name.lower(): value for name, value in request.headers.items()}


def test_a_request_asks_what_boto3_asks() -> None:
    seen: list[dict[bytes, bytes]] = []

    def handle(connection: socket.socket) -> None:
        head, _, body = read_request(connection).partition(b"\r\n\r\n")
        lines = [line.partition(b": ") for line in head.split(b"\r\n")[1:]]
        seen.append({name.lower(): value for name, _, value in lines} | {b"body": body})
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")

    with listening(handle) as port:
        url = f"http://127.0.0.1:{port}"
        environment = KEYS | {"AWS_ENDPOINT_URL": url, "AWS_SESSION_TOKEN": "t" * 100}
        AwsService(*dynamodb.API, environment)("DescribeTable", {"TableName": "calls"})
        boto3.client(
            "dynamodb",
            endpoint_url=url,
            region_name=KEYS["AWS_REGION"],
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
            aws_session_token="t" * 100,
            config=Config(retries={"total_max_attempts": 1}),
        ).describe_table(TableName="calls")
    ours, theirs = seen
    for name in (b"host", b"x-amz-target", b"content-type", b"x-amz-security-token"):
        assert ours[name] == theirs[name], name
    assert json.loads(ours[b"body"]) == json.loads(theirs[b"body"])


PASSING = [
    (refusal("InternalServerError", "500 Internal Server Error"), 0.05),
    (answering("503 Service Unavailable", b"<html>"), 0.05),
    (refusal("ProvisionedThroughputExceededException"), 1.0),
    (refusal("ThrottlingException"), 1.0),
    (refusal("TransactionInProgressException"), 1.0),
    (close, 0.05),
    (reset, 0.05),
    (answering("200 OK", b"<html>"), 0.05),
]


@pytest.mark.parametrize(("failure", "first_wait"), PASSING)
def test_what_may_pass_is_asked_again_twice_with_longer_waits(failure: Handle, first_wait: float) -> None:
    with answers(failure, failure, OK) as (ask, seen, waits):
        assert ask("BatchGetItem", {}) == {"Responses": {}}
        assert len(seen) == 3
        assert waits == [first_wait, 2 * first_wait]
    with answers(failure, failure, failure, OK) as (ask, seen, waits):
        with pytest.raises((AwsRefused, AwsSilent)):
            ask("BatchGetItem", {})
        assert len(seen) == 3


def test_a_refusal_that_stays_is_told_at_once_with_its_code_and_words() -> None:
    with answers(refusal("ValidationException"), OK) as (ask, seen, waits):
        with pytest.raises(AwsRefused) as refused:
            ask("Query", {})
        assert (refused.value.code, refused.value.message) == ("ValidationException", "…")
        assert (len(seen), waits) == (1, [])


def test_where_nobody_listens_it_is_silent() -> None:
    waits: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    ask = AwsService(*dynamodb.API, KEYS | {"AWS_ENDPOINT_URL": url}, 1, waits.append, lambda: 1.0)
    with pytest.raises(AwsSilent, match="NewConnectionError"):
        ask("Query", {})
    assert len(waits) == 2


def test_a_repeated_transaction_is_the_same_one_to_dynamodb() -> None:
    with answers(reset, OK) as (ask, seen, _):
        DynamoTable(ask, "calls").write(Update("a", {"n": 1}), Put({"pk": "b"}, when=(Free(1),)))
    first, second = (json.loads(request.partition(b"\r\n\r\n")[2]) for request in seen)
    assert first["ClientRequestToken"] == second["ClientRequestToken"]
    assert first == second


ITEM = {"pk": {"S": "a"}, "claim_id": {"S": "c1"}, "n": {"N": "7"}}
CANCELLED: list[tuple[list[dict[str, Any]], type[Exception]]] = [
    ([{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Item": ITEM}], ConditionFailed),
    ([{"Code": "TransactionConflict"}, {"Code": "ConditionalCheckFailed"}], ConditionFailed),
    ([{"Code": "TransactionConflict"}, {"Code": "None"}], TableUnclear),
    ([{"Code": "ThrottlingError"}, {"Code": "None"}], TableUnclear),
]


@pytest.mark.parametrize(("reasons", "raised"), CANCELLED)
def test_a_cancelled_transaction_says_whether_a_condition_failed(
    reasons: list[dict[str, Any]], raised: type[Exception]
) -> None:
    refused = refusal("TransactionCanceledException", CancellationReasons=reasons)
    with answers(refused) as (ask, _, _w), pytest.raises(raised) as caught:
        DynamoTable(ask, "calls").write(Update("a", {"n": 1}), Check("b", (Free(1),)))
    if isinstance(caught.value, ConditionFailed) and "Item" in reasons[1]:
        assert caught.value.item == {"pk": "a", "claim_id": "c1", "n": 7}


PUT = Put({"pk": "a"})
WRITES: list[tuple[Handle, Callable[[DynamoTable], Any], type[Exception], str]] = [
    (refusal("ConditionalCheckFailedException", Item=ITEM), lambda t: t.write(PUT), ConditionFailed, "condition"),
    (refusal("AccessDeniedException"), lambda t: t.get(["a"]), TableUnclear, "BatchGetItem failed: AccessDenied"),
    (refusal("ResourceNotFoundException"), lambda t: t.queued("q", 1, 1, 1), TableUnclear, "Query failed: Resource"),
]


@pytest.mark.parametrize(("answer", "act", "raised", "words"), WRITES)
def test_the_table_tells_what_it_was_refused(
    answer: Handle, act: Callable[[DynamoTable], Any], raised: type[Exception], words: str
) -> None:
    with answers(answer) as (ask, _, _w), pytest.raises(raised, match=words):
        act(DynamoTable(ask, "calls"))


HOSTS = [
    ({"AWS_REGION": "eu-west-1"}, "https://dynamodb.eu-west-1.amazonaws.com/"),
    ({"AWS_DEFAULT_REGION": "cn-north-1"}, "https://dynamodb.cn-north-1.amazonaws.com.cn/"),
    ({"AWS_REGION": "eusc-de-east-1"}, "https://dynamodb.eusc-de-east-1.amazonaws.eu/"),
    ({"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}, "http://127.0.0.1:4566/"),
    ({"AWS_ENDPOINT_URL_DYNAMODB": "http://a", "AWS_ENDPOINT_URL": "http://b"}, "http://a/"),
    (
        {"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://b", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True"},
        "https://dynamodb.eu-west-1.amazonaws.com/",
    ),
]


@pytest.mark.parametrize(("environment", "url"), HOSTS)
def test_the_endpoint_is_that_of_the_region_or_the_one_given(environment: dict[str, str], url: str) -> None:
    assert AwsService(*dynamodb.API, {"AWS_ACCESS_KEY_ID": "A" * 20} | environment)._url == url
