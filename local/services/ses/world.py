"""SES v2's `SendEmail`, in memory: what it accepts, and what it refuses in its own words (`facts/aws.md` §8).

Not simulated: templates, raw messages, configuration sets, suppression lists, bounces (nobody would hear of them).
"""

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from local.services.answers import Answer, JsonObject
from local.services.faults import Fault, Faults

PATH = "/v2/email/outbound-emails"
RECIPIENTS_AT_MOST = 50
_ADDRESS = re.compile(r"[\x21-\x7e]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Email:
    """One accepted e-mail."""

    id: str
    to: str
    sender: str
    subject: str
    text: str
    html: str
    at: float


class SesWorld:
    """One account in one region.

    clock: epoch seconds. identities: verified addresses and domains. in_sandbox: only verified recipients are written
    to. may_send_by: identities that the caller's role may send by, None for all.

    requests: how many came in, by route. Faults of its own, besides those of `faults`: `454` (the rate), `quota` (the
    day's), `paused`, `suspended`, `mail_from`, `reject`.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        identities: Collection[str],
        *,
        in_sandbox: bool = False,
        may_send_by: Collection[str] | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self.clock, self.identities, self.in_sandbox = clock, set(identities), in_sandbox
        self.may_send_by = may_send_by
        self.emails: list[Email] = []
        self.requests: Counter[str] = Counter()
        self.faults = Faults(_INSTEAD, {}, rng)

    def sent_to(self, address: str) -> list[Email]:
        """The e-mails accepted for an address, oldest first."""
        return [email for email in self.emails if email.to == address]

    def answer(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> Answer:
        """The answer to one request. body: the parsed JSON. Never raises for what a caller sends."""
        route = "send" if (method, path) == ("POST", PATH) else "unknown"
        self.requests[route] += 1
        if route == "unknown":
            return _error(404, "UnknownOperationException", "")
        facts = {"to": ",".join(_recipients(body))} if isinstance(body, Mapping) else {}
        return self.faults.around(route, facts, lambda _: self._send(body))

    def _send(self, body: Any) -> Answer:
        try:
            sender, (to, *more) = parseaddr(body["FromEmailAddress"])[1], _recipients(body)
            content = body["Content"]["Simple"]
            subject = content["Subject"]["Data"]
            text = content["Body"].get("Text", {}).get("Data", "")
            html = content["Body"].get("Html", {}).get("Data", "")
        except (KeyError, TypeError, ValueError, AttributeError):
            return _error(400, "BadRequestException", "The request is not well formed")
        if len(more) >= RECIPIENTS_AT_MOST:
            return _error(400, "BadRequestException", "Recipient count exceeds 50.")
        for address in (sender, to, *more):
            if not _ADDRESS.fullmatch(address):
                return _error(400, "BadRequestException", "Missing final '@domain'")
        if self.may_send_by is not None and not _is_among(sender, self.may_send_by):
            text = "User is not authorized to perform `ses:SendEmail' on resource"
            return _error(403, "AccessDeniedException", text)
        failed = [] if _is_among(sender, self.identities) else [sender]
        if self.in_sandbox:
            failed += [one for one in (to, *more) if not _is_among(one, self.identities)]
        if failed:
            words = "Email address is not verified. The following identities failed the check in region US-EAST-1: "
            return _error(400, "MessageRejected", words + ", ".join(failed))
        if not subject or not (text or html):
            return _error(400, "BadRequestException", "Empty subject or body.")
        email = Email(
            f"{len(self.emails):016x}-{'0' * 8}-0000-0000-0000-{'0' * 12}-000000",
            to,
            sender,
            subject,
            text,
            html,
            self.clock(),
        )
        self.emails.append(email)
        return Answer(200, {"MessageId": email.id})


def _recipients(body: Mapping[str, Any]) -> list[str]:
    to = (body.get("Destination") or {}).get("ToAddresses") or []
    return [parseaddr(one)[1] or str(one) for one in to]


def _is_among(address: str, identities: Collection[str]) -> bool:
    """Whether the address, its domain, or a domain above that is one of them."""
    known = {identity.casefold() for identity in identities}
    domain = address.casefold().rpartition("@")[2]
    labels = domain.split(".")
    return address.casefold() in known or any(".".join(labels[place:]) in known for place in range(len(labels)))


def _error(status: int, name: str, message: str) -> Answer:
    body: JsonObject = {"message": message}
    return Answer(status, body, {"x-amzn-errortype": name, "content-type": "application/json"})


def _refusal(status: int, name: str, message: str) -> Callable[[Fault], Answer]:
    return lambda _: _error(status, name, message)


_RATE = "Throttling failure: Maximum sending rate exceeded."
_INSTEAD: dict[str, Callable[[Fault], Answer]] = {
    "500": _refusal(500, "InternalFailure", "An internal error occurred."),
    "429": _refusal(429, "TooManyRequestsException", _RATE),
    "454": _refusal(400, "Throttling", _RATE),
    "quota": _refusal(429, "TooManyRequestsException", "Throttling failure: Daily message quota exceeded."),
    "paused": _refusal(400, "SendingPausedException", "Sending is paused for this account."),
    "suspended": _refusal(400, "AccountSuspendedException", "Your account has been suspended."),
    "mail_from": _refusal(400, "MailFromDomainNotVerifiedException", "The MAIL FROM domain is not verified."),
    "reject": _refusal(400, "MessageRejected", "Message failed content checks."),
}


def botocore_answer(world: SesWorld, request: Any) -> tuple[int, dict[str, str], bytes]:
    """What a botocore client's `before-send` handler makes its response of."""
    path = re.sub(r"^https?://[^/]+", "", request.url).partition("?")[0]
    answer = world.answer(request.method, path, {}, {}, json.loads(request.body or b"null"))
    return answer.status, dict(answer.headers), answer.text.encode()
