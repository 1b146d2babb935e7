"""What leaves, for each channel (contract §4). Pure."""

import json

from ..frozen import frozen
from ..policy import Policy
from ..results import NOTHING_KNOWN, Results
from . import email, sms, whatsapp


@frozen
class Message:
    """A body, or a template's SID with its variables as Twilio wants them (a JSON string). Only e-mails have a subject;
    their HTML part is `email.html` of it and the body."""

    body: str = ""
    content_sid: str = ""
    content_variables: str = ""
    subject: str = ""

    @property
    def variables(self) -> dict[str, str]:
        """What a template was given, by variable."""
        return dict(json.loads(self.content_variables)) if self.content_variables else {}


def compose(
    kind: str,
    name: str,
    summary: str,
    language: str,
    policy: Policy,
    results: Results = NOTHING_KNOWN,
    *,
    channel: str = "whatsapp",
    in_free_text: bool = False,
) -> Message:
    """The message of a kind (`follow_up`, `missed`) in a language; empty name and summary mean unknown.

    results: what the call found out, for templates and for the shop's own texts.
    in_free_text: no template though there is one: WhatsApp's 24-hour window is known to be open (facts/twilio.md §2.1).
    """
    if channel == "sms":
        return Message(sms.text(kind, name, summary, language, policy))
    if channel == "email":
        body = email.text(kind, name, summary, language, policy, results)
        return Message(body, subject=email.subject(kind, language, policy))
    template = policy.content_sids.get(kind, {}).get(language)
    if template and not in_free_text:
        variables = whatsapp.content_variables(kind, name, summary, language, policy, results)
        return Message(content_sid=template, content_variables=variables)
    return Message(whatsapp.text(kind, name, summary, language, policy, results))
