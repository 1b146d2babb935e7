"""Which parameter to mend when Twilio refuses a sender or a template: the agent's own, if it has one. Pure."""

from .parameters import SENDER, SENDER_OF, SMS_SENDER, TEMPLATES
from .policy import Policy, Settings
from .senders import channel_of_address
from .streak import Route


def named(route: Route, parameter: str, settings: Settings, whatsapp_sender: str) -> str:
    """parameter: as Twilio's code has it. whatsapp_sender: that of all agents without one of their own."""
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
