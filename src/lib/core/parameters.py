"""What people put right when a message is refused, by the name they know it by (contract §2). Pure."""

from .policy import Policy, Settings
from .senders import channel_of_address
from .streak import Route

SENDER, SMS_SENDER, EMAIL_SENDER = "TWILIO_WHATSAPP_NUMBER", "TWILIO_SMS_NUMBER", "EMAIL_FROM"
SENDER_OF = {"whatsapp": SENDER, "sms": SMS_SENDER, "email": EMAIL_SENDER}
SERVICE, TEMPLATES, ACCOUNT_SID = "TWILIO_MESSAGING_SERVICE_SID", "SETTINGS.content_sids", "TWILIO_ACCOUNT_SID"
EMAIL_IDENTITY = "EmailIdentity"  # of template.yaml
AUTH_TOKEN = "TWILIO_AUTH_TOKEN"  # noqa: S105  # a parameter's name
KEYS = f"{AUTH_TOKEN} / TWILIO_API_KEY_SECRET"


def to_mend(parameter: str, route: Route, settings: Settings, whatsapp_sender: str) -> str:
    """The agent's own in place of a parameter that Twilio's code is about, if it has one.

    whatsapp_sender: that of all agents without one of their own.
    """
    sender, content_sid = route
    if parameter == SENDER:
        parameter = SENDER_OF[channel_of_address(sender)]
    for agent_id, policy in settings.agents.items():
        if parameter == SENDER and policy.sender == sender != whatsapp_sender:
            return f"SETTINGS.agents.{agent_id}.sender"
        if parameter == SMS_SENDER and policy.sms_sender == sender:
            return f"SETTINGS.agents.{agent_id}.sms_sender"
        is_own = content_sid in _sids(policy) and content_sid not in _sids(settings)
        if parameter == TEMPLATES and is_own:
            return f"SETTINGS.agents.{agent_id}.content_sids"
    return parameter


def _sids(policy: Policy) -> set[str]:
    return {sid for of_kind in policy.content_sids.values() for sid in of_kind.values()}
