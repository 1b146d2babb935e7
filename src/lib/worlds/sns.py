"""The room of SNS: what the owner is told, by the topics that they are subscribed to (contract §1)."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ProxyConnectionError,
)

from ..errors import NoticeRefused, NoticeUnclear
from .aws import CONNECT_SECONDS, READ_SECONDS

_NOTHING_LEFT = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError, ProxyConnectionError)


def connect() -> Any:
    """A client that asks once. Made when there is something to tell: boto3 is a quarter of a cold start."""
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 1},
    )
    return boto3.client("sns", config=config)


class SnsNotices:
    """`ports.Notices` on one topic, whose `topic_arn` each invocation says.

    connect: makes the client when there is something to tell for the first time. It must not retry: a notice whose
    answer was lost would be published twice, and SNS cannot be asked.
    """

    topic_arn = ""

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._client: Any = None

    def tell(self, subject: str, text: str) -> None:
        self._client = self._client or self._connect()
        try:
            self._client.publish(TopicArn=self.topic_arn, Subject=subject, Message=text)
        except ClientError as error:
            code, status = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
            if 400 <= status < 500:
                raise NoticeRefused(f"SNS refused the notice: {code}") from None
            raise NoticeUnclear(f"SNS failed: HTTP {status}") from None
        except _NOTHING_LEFT as error:
            raise NoticeRefused(f"SNS could not be reached: {type(error).__name__}") from None
        except BotoCoreError as error:
            raise NoticeUnclear(f"SNS did not answer: {type(error).__name__}") from None
