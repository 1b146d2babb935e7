"""What Twilio refuses at once when a message is created, and how it fills a template. Pure; `facts/twilio.md` §1–§3."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

MAX_BODY_CHARACTERS = 1600
NOT_A_MOBILE = 21614  # facts/twilio.md §3

_ADDRESS = re.compile(r"(whatsapp:)?\+[1-9][0-9]{6,14}")
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")

Refusal: TypeAlias = tuple[int, str]
"""A Twilio error code and its message, always with HTTP status 400."""


@dataclass(frozen=True, slots=True)
class Template:
    """An approved template: its text with `{{1}}` placeholders, and the samples it was submitted with."""

    sid: str
    text: str
    samples: Mapping[str, str] = field(default_factory=dict)

    def render(self, variables: Mapping[str, str]) -> str:
        """The text a person reads. A key that was not sent falls back to its sample (facts/twilio.md §2.3)."""
        return _PLACEHOLDER.sub(
            lambda found: variables.get(found[1]) or self.samples.get(found[1], f"Sample_{found[1]}"), self.text
        )


@dataclass(frozen=True, slots=True)
class Accepted:
    """A create that passes: the text to be sent."""

    body: str
    variables: Mapping[str, str] = field(default_factory=dict)
    template: Template | None = None


def judge(
    form: Mapping[str, str],
    senders: Collection[str],
    services: Mapping[str, Collection[str]],
    templates: Mapping[str, Template],
    landlines: Mapping[str, int],
) -> Accepted | Refusal:
    """Accept or refuse the form of a create. services: Messaging Service SID → its senders.

    landlines: phone → the code of an SMS to it; one that is no mobile for sure is refused, others fail later.
    """
    refusal = _address_refusal(form, senders, services)
    if refusal is None and landlines.get(form["To"]) == NOT_A_MOBILE:  # WhatsApp's addresses are spelt otherwise
        refusal = NOT_A_MOBILE, f"'To' number: {form['To']}, is not a mobile number"
    return refusal or _content(form, templates)


def _address_refusal(
    form: Mapping[str, str], senders: Collection[str], services: Mapping[str, Collection[str]]
) -> Refusal | None:
    to, sender, service = form.get("To", ""), form.get("From"), form.get("MessagingServiceSid")
    if not to:
        return 21604, "A 'To' phone number is required."
    if not _ADDRESS.fullmatch(to):
        return 21211, f"The 'To' number {to} is not a valid phone number."
    if not sender and not service:
        return 21603, "A 'From' phone number is required."
    if service and service not in services:
        return 21701, f"The Messaging Service {service} does not exist."
    if sender:
        return _sender_refusal(sender, to, senders)
    if not any(is_whatsapp(one) == is_whatsapp(to) for one in services[service or ""]):
        return 21703, "The Messaging Service contains no phone numbers for this channel."
    return None


def _sender_refusal(sender: str, to: str, senders: Collection[str]) -> Refusal | None:
    if not _ADDRESS.fullmatch(sender):
        return 21212, f"The 'From' number {sender} is not a valid phone number, shortcode, or alphanumeric sender ID."
    if is_whatsapp(sender) != is_whatsapp(to):
        return 21910, "Invalid From and To pair. From and To should be of the same channel"
    if sender == to:
        return 21211, "'To' and 'From' number cannot be the same."
    if sender not in senders:
        if is_whatsapp(sender):
            return 63007, "Twilio could not find a Channel with the specified From address"
        return 21606, f"The 'From' phone number {sender} is not a valid, SMS-capable phone number for your account."
    return None


def _content(form: Mapping[str, str], templates: Mapping[str, Template]) -> Accepted | Refusal:
    content_sid = form.get("ContentSid", "")
    if not content_sid:
        if form.get("ContentVariables"):
            return 21654, "The ContentSid parameter is required when ContentVariables is given."
        body = form.get("Body")
        if body is None and "MediaUrl" not in form:
            return 21619, "A text message body or media urls must be specified."
        if not body and "MediaUrl" not in form:
            return 21602, "Message body is required."
        return _within_limit(Accepted(body or ""))
    template = templates.get(content_sid)
    if template is None:
        return 21655, f"The ContentSid {content_sid} is invalid."
    variables = _variables(form.get("ContentVariables", "{}"))
    if variables is None:
        return 21656, "The Content Variables parameter is invalid."
    return _within_limit(Accepted(template.render(variables), variables, template))


def _variables(text: str) -> dict[str, str] | None:
    """The variables, or None when Twilio refuses them.

    An empty value and a newline or tab in a value are Meta's rules; where they fail on a real account is unverified
    (`facts/twilio.md` §2.3, §11), so the simulator takes the strictest reading.
    """
    try:
        variables = json.loads(text)
    except ValueError:
        return None
    if not isinstance(variables, dict):
        return None
    for value in variables.values():
        if not isinstance(value, str) or not value or any(mark in value for mark in "\n\r\t"):
            return None
    return variables


def _within_limit(accepted: Accepted) -> Accepted | Refusal:
    if len(accepted.body) > MAX_BODY_CHARACTERS:
        return 21617, f"The concatenated message body exceeds the {MAX_BODY_CHARACTERS} character limit"
    return accepted


def is_whatsapp(address: str) -> bool:
    """True for `whatsapp:+…`."""
    return address.startswith("whatsapp:")
