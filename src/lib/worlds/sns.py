"""The room of SNS: what the owner is told, by the topics that they are subscribed to (contract §1)."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..errors import NoticeRefused, NoticeUnclear
from .boto import NOTHING_LEFT


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
        try:
            self._client = self._client or self._connect()
        except BotoCoreError as error:
            raise NoticeRefused(f"SNS has no client: {type(error).__name__}") from None
        try:
            self._client.publish(TopicArn=self.topic_arn, Subject=subject, Message=text)
        except ClientError as error:
            code, status = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
            if 400 <= status < 500:
                raise NoticeRefused(f"SNS refused the notice: {code}") from None
            raise NoticeUnclear(f"SNS failed: HTTP {status}") from None
        except NOTHING_LEFT as error:
            raise NoticeRefused(f"SNS could not be reached: {type(error).__name__}") from None
        except BotoCoreError as error:
            raise NoticeUnclear(f"SNS did not answer: {type(error).__name__}") from None
