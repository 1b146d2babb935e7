"""Twilio's side: the account, the sender, each template. Nothing here sends, and nothing costs."""

import re
from typing import Any
from urllib.parse import quote

from lib.core.policy import Policy

from ..words import t
from .check import Check, Finding, Patient, bad, good

SANDBOX = "whatsapp:+14155238886"
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def account(patient: Patient) -> Finding:
    own = patient.accounts.twilio
    seen = patient.twilio().get(f"/2010-04-01/Accounts/{own.sid}.json")
    if seen.is_silent:
        url = patient.twilio().base_url
        return bad(
            t("Twilio does not answer at {url}.", url=url),
            t("see status.twilio.com, and the stack's parameter TwilioBaseUrl"),
        )
    if seen.status == 404 or (seen.status in (401, 403) and own.user != own.sid):
        # A restricted API key may not read the account; whether it may send is shown by the list of messages.
        seen = patient.twilio().get(f"/2010-04-01/Accounts/{own.sid}/Messages.json", PageSize=1)
    if seen.status in (401, 403, 404):
        what = t("Twilio refuses TWILIO_ACCOUNT_SID with {key} ({status}).", key=own.key_parameter, status=seen.status)
        return bad(what, "vigia secrets push")
    if not seen.is_good or not seen.body.keys() & {"status", "messages"}:
        return bad(t("Twilio tells nothing of the account: it answered {status}.", status=seen.status))
    status = seen.body.get("status", "active")
    if status != "active":
        return bad(t("The Twilio account is {status}.", status=status), t("see the account in Twilio's console"))
    if seen.body.get("type") == "Trial":
        return good(t("active, on trial: 50 messages a day, to verified numbers only"))
    return good(t("active"))


def sender(patient: Patient) -> Finding:
    wanted = {patient.accounts.senders.of("whatsapp", policy) for policy in patient.settings.policies}
    real = sorted(wanted - {SANDBOX})
    seen = patient.twilio("messaging").get("/v2/Channels/Senders", Channel="whatsapp", PageSize=100)
    if seen.status in (401, 403, 404):
        return good(t("Twilio does not tell this key about senders ({status})", status=seen.status))
    rows = seen.body.get("senders")
    if not seen.is_good or not isinstance(rows, list):
        return bad(t("Twilio gave no list of senders: it answered {status}.", status=seen.status))
    known = {row.get("sender_id"): row for row in rows if isinstance(row, dict)}
    missing = [one for one in real if one not in known]
    if missing:
        return bad(
            t("No WhatsApp sender of this account: {senders}.", senders=", ".join(missing)),
            t("register the number in Twilio (Messaging › Senders › WhatsApp), or put another TWILIO_WHATSAPP_NUMBER"),
        )
    offline = [
        f"{one} ({known[one].get('status')})" for one in real if not str(known[one].get("status")).startswith("ONLINE")
    ]
    if offline:
        return bad(
            t("Not online: {senders}.", senders=", ".join(offline)),
            t("see Messaging › Senders › WhatsApp in Twilio's console"),
        )
    poor = [one for one in real if str(_property(known[one], "quality_rating")).upper() in ("LOW", "RED")]
    if poor:
        return bad(
            t("Meta rates the quality of {senders} low: it may be paused.", senders=", ".join(poor)),
            t("write only to who expects it; see the sender's page in WhatsApp Manager"),
        )
    limits = [number for one in real if (number := _limit(str(_property(known[one], "messaging_limit") or "")))]
    patient.notes["messaging_limit"] = min(limits, default=0)
    if not real:
        return good(t("the sandbox: only phones that joined it get messages, for three days each"))
    return good(t("{count} online", count=len(real)))


def templates(patient: Patient) -> Finding:
    wanted: dict[str, tuple[Policy, str, str]] = {}
    for policy in patient.settings.policies:
        for kind, by_language in policy.content_sids.items():
            for language, sid in by_language.items():
                wanted.setdefault(sid, (policy, kind, language))
    if not wanted:
        return good(t("none in use: free text, which reaches only who wrote within 24 hours, or who is in the sandbox"))
    wrong = [problem for sid, use in wanted.items() if (problem := _template(patient, sid, *use))]
    if wrong:
        return bad(
            "; ".join(wrong),
            t("see Messaging › Content Template Builder in Twilio's console, then: vigia settings edit"),
        )
    return good(t("{count} approved", count=len(wanted)))


def _template(patient: Patient, sid: str, policy: Policy, kind: str, language: str) -> str:
    """What is wrong with a template, "" when nothing is."""
    content = patient.twilio("content")
    seen = content.get(f"/v1/Content/{quote(sid, safe='')}")
    where = f"content_sids.{kind}.{language} ({sid[:6]}…)"
    if seen.status == 404:
        return t("{where} does not exist in this account", where=where)
    asked_for = content.get(f"/v1/Content/{quote(sid, safe='')}/ApprovalRequests")
    for answer in (seen, asked_for):
        if not answer.is_good:
            return t("{where} could not be read: Twilio answered {status}", where=where, status=answer.status)
    approval = asked_for.body.get("whatsapp")
    status = str(approval.get("status", "")).lower() if isinstance(approval, dict) else "unsubmitted"
    if status != "approved":
        return t("{where} is not approved by WhatsApp: {status}", where=where, status=status)
    if isinstance(approval, dict) and str(approval.get("category", "")).upper() == "MARKETING":
        return t(
            "{where} is of the category MARKETING: numbers of the United States get nothing, others are capped",
            where=where,
        )
    spoken = str(seen.body.get("language") or "")
    if spoken and spoken[:2].lower() != language:
        return t("{where} is in the language {spoken}", where=where, spoken=spoken)
    asked = _placeholders(seen.body)
    sent = {"1", *(("2",) if kind == "follow_up" else ()), *policy.variables}
    if asked - sent:
        return t(
            "{where} asks for {asked}, and we send {sent}: people would read the samples",
            where=where,
            asked=", ".join(sorted(asked)),
            sent=", ".join(sorted(sent)),
        )
    return ""


def _placeholders(body: Any) -> set[str]:
    return set(_PLACEHOLDER.findall(str(body.get("types") or "")))


def _property(row: dict[str, Any], name: str) -> Any:
    properties = row.get("properties")
    return properties.get(name) if isinstance(properties, dict) else None


def _limit(text: str) -> int:
    """`1K Customers/24hr`, `TIER_10K`, `250` → people a day; 0 where there is none, or no end."""
    found = re.search(r"(\d+)\s*([KM]?)", text.upper())
    return int(found[1]) * {"": 1, "K": 1000, "M": 1_000_000}[found[2]] if found else 0


CHECKS = (
    Check("twilio", account, ("parameters",)),
    Check("sender", sender, ("twilio", "settings")),
    Check("templates", templates, ("twilio", "settings")),
)
