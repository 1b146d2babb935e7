"""What the owner is told leaves once, and what went wrong says whether it left."""

from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, NoRegionError, ReadTimeoutError
from botocore.stub import Stubber

from lib.errors import NoticeRefused, NoticeUnclear
from lib.worlds.sns import SnsNotices

TOPIC = "arn:aws:sns:us-east-1:123456789012:vigia-replies"


def client() -> Any:
    config = Config(region_name="us-east-1")
    return boto3.client("sns", config=config, aws_access_key_id="key", aws_secret_access_key="secret")


def notices(sns: Any) -> SnsNotices:
    made = SnsNotices(lambda: sns)
    made.topic_arn = TOPIC
    return made


def test_a_notice_goes_to_the_topic_with_its_subject() -> None:
    sns = client()
    with Stubber(sns) as stub:
        stub.add_response("publish", {"MessageId": "1"}, {"TopicArn": TOPIC, "Subject": "S", "Message": "¡Hola! 👋"})
        notices(sns).tell("S", "¡Hola! 👋")
        stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("status", "raised"), [(404, NoticeRefused), (403, NoticeRefused), (429, NoticeRefused), (500, NoticeUnclear)]
)
def test_a_refusal_says_that_nothing_left_and_a_failure_that_nobody_knows(status: int, raised: type[Exception]) -> None:
    sns = client()
    with Stubber(sns) as stub:
        stub.add_client_error("publish", "Code", "quotes +573001112233", status)
        with pytest.raises(raised) as problem:
            notices(sns).tell("S", "words")
    assert "+57" not in str(problem.value)


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (EndpointConnectionError(endpoint_url="https://sns"), NoticeRefused),
        (ConnectTimeoutError(endpoint_url="https://sns"), NoticeRefused),
        (ReadTimeoutError(endpoint_url="https://sns"), NoticeUnclear),
    ],
)
def test_a_connection_that_was_never_made_carried_nothing(error: Exception, raised: type[Exception]) -> None:
    class Failing:
        def publish(self, **_: str) -> None:
            raise error

    with pytest.raises(raised):
        notices(Failing()).tell("S", "words")


def test_the_client_is_made_when_there_is_something_to_tell() -> None:
    made: list[int] = []

    def connect() -> Any:
        made.append(1)
        return client()

    SnsNotices(connect)
    assert made == []


def test_without_a_client_nothing_was_told() -> None:
    def connect() -> Any:
        raise NoRegionError

    with pytest.raises(NoticeRefused):
        SnsNotices(connect).tell("S", "words")
