"""How a send ended, decided from what was observed: the table of facts/twilio.md §5.2. Pure.

There are four ends. Accepted: Twilio has it. Refused: Twilio said no, and it is final. Not processed: nothing was
created, so it may be sent again. Unclear: it may exist, so it may only be looked up.
"""

import random
import re
from dataclasses import dataclass
from enum import Enum

from ..errors import ConfigurationError

ACCOUNT_CODES = {  # refusals of the account, not of the message (facts/twilio.md §3), and the parameter to mend
    20003: "TWILIO_AUTH_TOKEN",
    20005: "TWILIO_ACCOUNT_SID",
    20006: "TWILIO_ACCOUNT_SID",
    20404: "TWILIO_ACCOUNT_SID",
}
TOO_MANY_REQUESTS = 20429  # documented as never processed
FAILED_STATUSES = frozenset({"failed", "undelivered", "canceled"})
RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS = 2, 300
_SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")


class Outcome(Enum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    ACCOUNT_REFUSED = "account_refused"
    NOT_PROCESSED = "not_processed"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Reply:
    """What was seen of one request. `http_status` None: no complete answer came back."""

    connected: bool = True
    http_status: int | None = None
    code: int | None = None  # Twilio's, from a JSON body; None when the body was something else
    sid: str = ""
    message_status: str = ""
    error_code: int | None = None  # of a message that was created and failed at once
    retry_after_seconds: float | None = None


def classify(reply: Reply) -> Outcome:
    """The end of a send. Whatever the table does not name is unclear: a doubt never sends twice."""
    if not reply.connected:
        return Outcome.NOT_PROCESSED
    status = reply.http_status or 0
    if 200 <= status < 300 and _SID.fullmatch(reply.sid):
        return Outcome.ACCEPTED
    if 400 <= status < 500 and reply.code is not None:
        if status == 401 or reply.code in ACCOUNT_CODES:
            return Outcome.ACCOUNT_REFUSED
        return Outcome.NOT_PROCESSED if reply.code == TOO_MANY_REQUESTS else Outcome.REFUSED
    return Outcome.UNCLEAR


def retry_delay_seconds(attempts: int, retry_after_seconds: float | None, dice: random.Random) -> float:
    """How long to wait after the n-th attempt was not processed: doubling, with jitter, never less than asked for."""
    longest: float = min(RETRY_MOST_SECONDS, RETRY_FIRST_SECONDS * 2 ** min(attempts - 1, 16))
    asked = min(retry_after_seconds or 0, RETRY_MOST_SECONDS)
    return max(asked, longest * dice.uniform(0.5, 1))


def record_status(message_status: str) -> str:
    """The status of contract §3 for a status of Twilio's (facts/twilio.md §1.4)."""
    if message_status in FAILED_STATUSES:
        return "failed"
    return message_status if message_status in ("delivered", "read") else "sent"


def account_refused(code: int | None) -> ConfigurationError:
    """The error for a refusal of the account itself, which no message can get past (facts/twilio.md §3)."""
    parameter = ACCOUNT_CODES.get(code or 0, "TWILIO_AUTH_TOKEN")
    return ConfigurationError(
        parameter,
        f"Twilio refused the account (code {code}): check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, and that "
        "TwilioBaseUrl is their region's host; nothing was sent, and the calls wait",
    )
