"""What comes to a topic of the stack, as a subscriber hears it."""

import json
from typing import Any

from tests.stack.scene import Scene


class Topic:
    """A queue that is subscribed to a topic, by the stack's output that names it."""

    def __init__(self, scene: Scene, output: str) -> None:
        aws, self._arn = scene.stack.aws, scene.stack.outputs[output]
        self._sqs, self._sns = aws.client("sqs"), aws.client("sns")
        self._url = self._sqs.create_queue(QueueName=output)["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])["Attributes"]
        allowed = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": attributes["QueueArn"]}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": policy})
        subscribed = self._sns.subscribe(
            TopicArn=self._arn, Protocol="sqs", Endpoint=attributes["QueueArn"], ReturnSubscriptionArn=True
        )
        self._subscription = subscribed["SubscriptionArn"]

    def told(self) -> list[dict[str, Any]]:
        received: list[dict[str, Any]] = []
        while messages := self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages"):
            received += [json.loads(message["Body"]) for message in messages]
            for message in messages:
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return received

    def close(self) -> None:
        self._sns.unsubscribe(SubscriptionArn=self._subscription)
        self._sqs.delete_queue(QueueUrl=self._url)
