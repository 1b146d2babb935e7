"""Whether a parameter's value has its form, one parameter at a time, by the rules that the function itself has."""

from collections.abc import Mapping

from lib.config.accounts import validate
from lib.config.in_spanish import problem_in
from lib.errors import ConfigurationError

from .words import language

_GOOD: Mapping[str, str] = {
    "ELEVENLABS_API_KEY": "key",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_API_KEY_SID": "SK" + "0" * 32,
    "TWILIO_API_KEY_SECRET": "secret",
    "TWILIO_WHATSAPP_NUMBER": "+14155238886",
    "TWILIO_SMS_NUMBER": "+14155238886",
    "EMAIL_FROM": "shop@example.com",
}


def wrong_form(name: str, value: str) -> str:
    """The rule that a value breaks, "" when it breaks none. Never the value."""
    try:
        validate("", {**_GOOD, name: value})
    except ConfigurationError as error:
        return problem_in(error.problem, language()) if name in error.parameter else ""
    return ""


def wrong_together(prefix: str, values: Mapping[str, str]) -> ConfigurationError | None:
    """What the function would refuse first, of all the values together."""
    try:
        validate(prefix, values)
    except ConfigurationError as error:
        return error
    return None
