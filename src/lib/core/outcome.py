"""How a send ended, decided from what was observed: the table of facts/twilio.md §5.2. Pure.

Accepted: Twilio has it. Refused: Twilio said no to this person or message, and it is final. Unexplained: Twilio said
no, and only how other messages fare tells whether it is final (`streak`). Parameter or account refused: somebody fixes
it, and the call waits. Not processed: nothing was created, so it may be sent again. Unclear: it may exist, so it may
only be looked up.
"""

import random
import re
from dataclasses import field
from enum import Enum

from ..errors import ConfigurationError
from .codes import About, code_of
from .frozen import frozen
from .parameters import ACCOUNT_SID, AUTH_TOKEN, SENDER

FAILED_STATUSES = frozenset({"failed", "undelivered", "canceled"})
UNEXPLAINED_SECONDS = (15, 300, 3600)
RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS = 2, 300
_SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")
_EMAIL_ID = re.compile(r"[!-~]{1,200}")  # SES promises no form of it


class Outcome(Enum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNEXPLAINED = "unexplained"
    PARAMETER_REFUSED = "parameter_refused"
    ACCOUNT_REFUSED = "account_refused"
    NOT_PROCESSED = "not_processed"
    UNCLEAR = "unclear"


_OUTCOMES = {
    About.PERSON: Outcome.REFUSED,
    About.CHANNEL: Outcome.REFUSED,
    About.MESSAGE: Outcome.REFUSED,
    About.PARAMETER: Outcome.PARAMETER_REFUSED,
    About.ACCOUNT: Outcome.ACCOUNT_REFUSED,
    About.LATER: Outcome.NOT_PROCESSED,
    About.UNCLEAR: Outcome.UNCLEAR,
    About.UNEXPLAINED: Outcome.UNEXPLAINED,
}


@frozen
class Reply:
    """What was seen of one request. `http_status` None: no complete answer came back."""

    connected: bool = True  # False: no byte of the request left
    http_status: int | None = None
    code: int | None = None  # Twilio's, None when its body was no JSON; or that which stands for SES's error
    sid: str = ""
    message_status: str = ""
    error_code: int | None = None  # of a message that was created and failed at once
    retry_after_seconds: float | None = None
    to: str | None = field(default=None, repr=False)  # as the created message shows them; None when it does not
    body: str | None = field(default=None, repr=False)
    sender: str | None = None  # the same; None also while a Messaging Service has not chosen one yet
    cause: str = ""  # what went wrong when no answer came: the kinds of the errors
    is_email: bool = False  # SES answered; its ids are none of Twilio's


def classify(reply: Reply) -> Outcome:
    """The end of a send. Whatever the table does not name is unclear: a doubt never sends twice."""
    if not reply.connected:
        return Outcome.NOT_PROCESSED
    status = reply.http_status or 0
    if 200 <= status < 300 and (_EMAIL_ID if reply.is_email else _SID).fullmatch(reply.sid):
        return Outcome.ACCEPTED
    if not 400 <= status < 500 or reply.code is None:
        return Outcome.UNCLEAR
    if status in (401, 403):
        return Outcome.ACCOUNT_REFUSED
    outcome = _OUTCOMES[code_of(reply.code).about]
    if outcome is Outcome.UNEXPLAINED and status == 429:
        return Outcome.NOT_PROCESSED  # some limit, whichever: time alone ends it
    return outcome


def retry_delay_seconds(attempts: int, reply: Reply, dice: random.Random) -> float:
    """How long to wait after the n-th attempt was not processed: doubling, with jitter, never less than asked for, and
    as long as the limit that was met lasts."""
    longest: float = min(RETRY_MOST_SECONDS, RETRY_FIRST_SECONDS * 2 ** min(attempts - 1, 16))
    asked = min(reply.retry_after_seconds or 0, RETRY_MOST_SECONDS)
    return max(asked, longest * dice.uniform(0.5, 1), code_of(reply.code).wait_seconds if reply.code else 0)


def parameter_delay_seconds(attempts: int) -> int:
    """After a parameter was refused: the next tick tries again, for it may be fixed; then others go first."""
    return 0 if attempts <= 1 else min(RETRY_MOST_SECONDS, 60 << min(attempts - 2, 16))


def unexplained_delay_seconds(attempts: int) -> int:
    """After the n-th refusal that nothing explains yet."""
    return UNEXPLAINED_SECONDS[min(attempts, len(UNEXPLAINED_SECONDS)) - 1]


def record_status(message_status: str) -> str:
    """The status of contract §3 for a status of Twilio's (facts/twilio.md §1.4)."""
    if message_status in FAILED_STATUSES:
        return "failed"
    return message_status if message_status in ("delivered", "read") else "sent"


def account_refused(code: int | None, key_parameter: str = AUTH_TOKEN) -> ConfigurationError:
    """The error for a refusal of the account itself, which no message can get past (facts/twilio.md §3)."""
    row = code_of(code or 20003)
    return ConfigurationError(
        row.parameter or key_parameter,
        f"Twilio refused the account (code {row.number}, {row.meaning}): check {ACCOUNT_SID} and {key_parameter}, and "
        f"that TwilioBaseUrl is their region's host; nothing was sent, and the calls wait ({row.page})",
    )


def parameter_refused(code: int, parameter: str = "") -> ConfigurationError:
    """The error for a refusal of a sender, service or template, which only its owner can fix.

    parameter: which one, where it is not the one that the code is mostly about.
    """
    row = code_of(code)
    return ConfigurationError(
        parameter or row.parameter or SENDER,
        f"{'SES' if row.is_of_ses else 'Twilio'} refused it (code {code}, {row.meaning}): check that it belongs to the "
        f"account{'' if row.is_of_ses else f' of {ACCOUNT_SID}'} and is in order there; the calls wait, and are "
        f"sent when it is ({row.page})",
    )


def refused_alike(code: int, parameter: str) -> ConfigurationError:
    """The error for several messages in a row that were refused with one code that no person explains."""
    row = code_of(code)
    return ConfigurationError(
        parameter,
        f"Twilio refused several messages in a row with code {code} ({row.meaning}) and accepted none: check the "
        f"sender, the Messaging Service and the templates; the calls wait, and are sent when it is fixed ({row.page})",
    )
