"""The accounts to speak for, from the values of the parameters (contract §2). Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import field

from ..core.email_address import is_email
from ..core.frozen import frozen
from ..core.phone import is_e164
from ..core.policy import Settings
from ..core.senders import Senders
from ..errors import ConfigurationError
from .readers import is_sid
from .settings import parse_settings

PARAMETERS = (  # ten, and one GetParameters takes ten
    "ELEVENLABS_API_KEY",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_API_KEY_SID",
    "TWILIO_API_KEY_SECRET",
    "TWILIO_WHATSAPP_NUMBER",
    "TWILIO_SMS_NUMBER",
    "TWILIO_MESSAGING_SERVICE_SID",
    "EMAIL_FROM",
    "SETTINGS",
)
_KEY = re.compile(r"[\x21-\x7e]+")  # what an HTTP header can carry, and no blank from a careless paste
_QUOTES = "\"'`"
_PUT = "is missing; put it with `vigia secrets push` (README, step 2)"


@frozen
class TwilioAccount:
    """An account and the key it is spoken for with. Kept out of every `repr`."""

    sid: str = field(repr=False)
    user: str = field(repr=False)  # the account's SID, or an API key's (facts/twilio.md §7.2)
    password: str = field(repr=False)  # the auth token, or the API key's secret
    messaging_service_sid: str = field(repr=False)  # empty: none

    @property
    def key_parameter(self) -> str:
        """The parameter that holds the password: the one to fix when the login is refused."""
        return "TWILIO_AUTH_TOKEN" if self.user == self.sid else "TWILIO_API_KEY_SECRET"


@frozen
class Accounts:
    """The accounts to speak for, and the senders when no agent has one of its own. Kept out of every `repr`."""

    elevenlabs_api_key: str = field(repr=False)
    twilio: TwilioAccount = field(repr=False)
    senders: Senders = field(repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no line of the log may hold."""
        return self.elevenlabs_api_key, self.twilio.password, self.twilio.user, self.twilio.sid


def validate(prefix: str, values: Mapping[str, str]) -> tuple[Accounts, Settings]:
    """The secrets and settings of these parameter values, by short name. Raises ConfigurationError."""

    def wrong(name: str, problem: str) -> ConfigurationError:
        return ConfigurationError(f"{prefix.rstrip('/')}/{name}", problem)

    def check(name: str, rule: Callable[[str], object], problem: str) -> str:
        """The value, "" when it is absent."""
        value = values.get(name, "")
        if value and not rule(value):
            raise wrong(name, problem)
        return value

    def need(name: str, value: str, problem: str = _PUT) -> str:
        if not value:
            raise wrong(name, problem)
        return value

    key = check("ELEVENLABS_API_KEY", _is_key, "must be the key alone, without blanks or quotes")
    sid = check("TWILIO_ACCOUNT_SID", lambda v: is_sid(v, "AC"), "must be AC and 32 hexadecimal digits")
    token = check("TWILIO_AUTH_TOKEN", _is_key, "must be the token alone, without blanks or quotes")
    user = check("TWILIO_API_KEY_SID", lambda v: is_sid(v, "SK"), "must be SK and 32 hexadecimal digits")
    secret = check("TWILIO_API_KEY_SECRET", _is_key, "must be the secret alone, without blanks or quotes")
    number = check("TWILIO_WHATSAPP_NUMBER", _is_number, "must be +<country><number>, with or without whatsapp:")
    service = check("TWILIO_MESSAGING_SERVICE_SID", lambda v: is_sid(v, "MG"), "must be MG and 32 hexadecimal digits")
    sms = check("TWILIO_SMS_NUMBER", is_e164, "must be +<country><number>")
    email = check("EMAIL_FROM", is_email, "must be an e-mail address alone, such as hola@example.com")
    need("ELEVENLABS_API_KEY", key)
    need("TWILIO_ACCOUNT_SID", sid)
    if user or secret:
        need("TWILIO_API_KEY_SID", user, "is missing beside TWILIO_API_KEY_SECRET: put both of an API key, or none")
        need("TWILIO_API_KEY_SECRET", secret, "is missing beside TWILIO_API_KEY_SID: put both of an API key, or none")
    else:
        need("TWILIO_AUTH_TOKEN", token, f"{_PUT}, or both TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET")
    need("TWILIO_WHATSAPP_NUMBER", number)
    settings = parse_settings(values.get("SETTINGS"))
    if not sms and any("sms" in policy.channels and not policy.sms_sender for policy in settings.policies):
        raise wrong("TWILIO_SMS_NUMBER", "is missing, and `channels` names sms; put it, or take sms out")
    if not email and any("email" in policy.channels for policy in settings.policies):
        raise wrong("EMAIL_FROM", "is missing, and `channels` names email; put it, or take email out")
    account = TwilioAccount(sid, user or sid, secret or token, service)
    senders = Senders(f"whatsapp:{number.removeprefix('whatsapp:')}", sms, email)
    return Accounts(key, account, senders), settings


def _is_key(value: str) -> bool:
    return _KEY.fullmatch(value) is not None and value[0] not in _QUOTES and value[-1] not in _QUOTES


def _is_number(value: str) -> bool:
    return is_e164(value.removeprefix("whatsapp:"))
