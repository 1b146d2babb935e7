"""What Twilio shows of an account, its senders and its templates to who only looks (facts/twilio.md §2.2, §12).

The real ones stand on three hosts (api, messaging, content); here one answers for all.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from local.services.answers import JsonObject
from local.services.twilio.rules import Template

SENDERS, CONTENT = "/v2/Channels/Senders", "/v1/Content/"


@dataclass(slots=True)
class Account:
    """status: `active`, `suspended`, `closed`. kind: `Full`, `Trial`.

    sender_status: of all senders. properties: of a sender (`quality_rating`, `messaging_limit`). approvals: Content SID
    → what WhatsApp's approval says otherwise than `approved`, `UTILITY`. languages: Content SID → its language.
    """

    sid: str
    status: str = "active"
    kind: str = "Full"
    sender_status: str = "ONLINE"
    properties: JsonObject = field(
        default_factory=lambda: {"quality_rating": "HIGH", "messaging_limit": "1K Customers/24hr"}
    )
    approvals: dict[str, JsonObject] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)


def resource(
    account: Account, path: str, senders: Collection[str], templates: Mapping[str, Template]
) -> JsonObject | None:
    """The body of a GET, None for a path that is not one of these."""
    if path == f"/2010-04-01/Accounts/{account.sid}.json":
        return {"sid": account.sid, "status": account.status, "type": account.kind, "friendly_name": ""}
    if path == SENDERS:
        rows = [
            {
                "sid": f"XE{number:032x}",
                "sender_id": one,
                "status": account.sender_status,
                "properties": account.properties,
            }
            for number, one in enumerate(sorted(senders))
        ]
        return {"senders": rows, "meta": {"key": "senders", "next_page_url": None}}
    sid, _, rest = path.removeprefix(CONTENT).partition("/")
    template = templates.get(sid) if path.startswith(CONTENT) else None
    if template is None:
        return None
    if rest == "ApprovalRequests":
        approval = {"name": "template", "category": "UTILITY", "status": "approved", "rejection_reason": ""}
        return {"sid": sid, "account_sid": account.sid, "whatsapp": approval | account.approvals.get(sid, {})}
    types = {"twilio/text": {"body": template.text}}
    language = account.languages.get(sid, "es")
    body = {"sid": sid, "language": language, "variables": dict(template.samples), "types": types}
    return None if rest else body
