"""The room of SES (API v2): one e-mail, with a plain and an HTML part. SES has no list to look in (facts/aws.md §8)."""

import threading
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..core.message.compose import Message
from ..core.message.email import html
from ..core.outcome import Reply
from ..core.ses_codes import ACCESS_DENIED, code_of_refusal
from .boto import NOTHING_LEFT


class SesRoom:
    """`ports.Emails`. Safe for many threads.

    connect: makes the client when there is something to send for the first time. It must not retry: an e-mail whose
    answer was lost would leave twice, and SES cannot be asked.
    """

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._client: Any = None

    def send(self, to: str, sender: str, message: Message, language: str) -> Reply:
        """One request, never repeated here. Never raises: what was seen is in the reply."""
        parts = {"Text": message.body, "Html": html(message.subject, message.body, language)}
        try:
            with self._lock:  # boto3's default session is not for many threads
                self._client = self._client or self._connect()
        except (BotoCoreError, OSError, ValueError) as error:
            return Reply(connected=False, cause=type(error).__name__)
        try:
            answer = self._client.send_email(
                FromEmailAddress=sender,
                Destination={"ToAddresses": [to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": message.subject, "Charset": "UTF-8"},
                        "Body": {name: {"Data": text, "Charset": "UTF-8"} for name, text in parts.items()},
                    }
                },
            )
        except ClientError as error:
            return _refusal(error, sender)
        except NOTHING_LEFT as error:
            return Reply(connected=False, cause=type(error).__name__)
        except (BotoCoreError, OSError, ValueError) as error:  # a time-out after the request, or nobody understands
            return Reply(cause=type(error).__name__)
        sid = answer.get("MessageId")
        return Reply(http_status=200, sid=sid if isinstance(sid, str) else "", message_status="sent", is_email=True)


def _refusal(error: ClientError, sender: str) -> Reply:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    name, text = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
    code = code_of_refusal(name, text, sender)
    if code is None and status in (401, 403):  # whatever it is called: an expired token, an unknown key
        code = ACCESS_DENIED
    if code is None or not isinstance(status, int) or not 400 <= status < 500:
        return Reply(http_status=status, cause=name[:60])
    return Reply(http_status=400, code=code)  # never 401 or 403: they stand for Twilio's account
