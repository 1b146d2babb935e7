"""What leaves, for each channel (contract §4). Pure."""

import json

from ..frozen import frozen
from ..policy import Policy
from ..results import NOTHING_KNOWN, Results
from . import email, sms, whatsapp
from .draft import Draft


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
    """The message for what a `Draft` is made of.

    in_free_text: no template though there is one: WhatsApp's 24-hour window is known to be open (facts/twilio.md §2.1).
    """
    draft = Draft(kind, name, summary, language, policy, results)
    if channel == "sms":
        return Message(sms.text(draft))
    if channel == "email":
        return Message(email.text(draft), subject=email.subject(draft))
    template = policy.content_sids.get(kind, {}).get(language)
    if template and not in_free_text:
        return Message(content_sid=template, content_variables=whatsapp.content_variables(draft))
    return Message(whatsapp.text(draft))
