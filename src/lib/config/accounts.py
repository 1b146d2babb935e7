"""The accounts to speak for, from the values of the parameters (contract §2). Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..core.phone import is_e164
from ..core.policy import Settings
from ..errors import ConfigurationError
from .settings import is_sid, parse_settings

REQUIRED = ("ELEVENLABS_API_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_NUMBER")
OPTIONAL = ("TWILIO_SMS_NUMBER", "EMAIL_FROM", "TWILIO_MESSAGING_SERVICE_SID", "SETTINGS")
_KEY = re.compile(r"[\x21-\x7e]+")  # what an HTTP header can carry, and no blank from a careless paste
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """An account and the key it is spoken for with. Kept out of every `repr`."""

    sid: str = field(repr=False)
    user: str = field(repr=False)  # the account's SID, or an API key's (facts/twilio.md §7.2)
    password: str = field(repr=False)  # the auth token, or the API key's secret
    messaging_service_sid: str = field(repr=False)  # empty: none


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts to speak for, and the sender when no agent has one of its own. Kept out of every `repr`."""

    elevenlabs_api_key: str = field(repr=False)
    twilio: TwilioAccount = field(repr=False)
    whatsapp_sender: str = field(repr=False)  # `whatsapp:+…`

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no line of the log may hold."""
        return self.elevenlabs_api_key, self.twilio.password, self.twilio.user, self.twilio.sid


def validate(prefix: str, values: Mapping[str, str]) -> tuple[Accounts, Settings]:
    """The secrets and settings of these parameter values, by short name. Raises ConfigurationError."""

    def wrong(name: str, problem: str) -> ConfigurationError:
        return ConfigurationError(f"{prefix.rstrip('/')}/{name}", problem)

    def check(name: str, rule: Callable[[str], object], problem: str) -> str:
        value = values.get(name, "")
        if not value and name in REQUIRED:
            raise wrong(name, "is missing; put it with `aws ssm put-parameter` (README, step 2)")
        if value and not rule(value):
            raise wrong(name, problem)
        return value

    key = check("ELEVENLABS_API_KEY", _KEY.fullmatch, "must be the key alone, without blanks or quotes")
    sid = check("TWILIO_ACCOUNT_SID", lambda v: is_sid(v, "AC"), "must be AC and 32 hexadecimal digits")
    token = check("TWILIO_AUTH_TOKEN", _KEY.fullmatch, "must be the token alone, without blanks or quotes")
    number = check("TWILIO_WHATSAPP_NUMBER", _is_number, "must be +<country><number>, with or without whatsapp:")
    service = check("TWILIO_MESSAGING_SERVICE_SID", lambda v: is_sid(v, "MG"), "must be MG and 32 hexadecimal digits")
    check("TWILIO_SMS_NUMBER", is_e164, "must be +<country><number>")
    check("EMAIL_FROM", _EMAIL.fullmatch, "must be an e-mail address")
    settings = parse_settings(values.get("SETTINGS"))
    account = TwilioAccount(sid, sid, token, service)
    return Accounts(key, account, f"whatsapp:{number.removeprefix('whatsapp:')}"), settings


def _is_number(value: str) -> bool:
    return is_e164(value.removeprefix("whatsapp:"))
