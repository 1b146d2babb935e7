"""The room of SSM: the secrets and the settings, read once per invocation and validated whole (contract §2)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from lib.config.settings import ConfigurationError, Settings, is_sid, parse_settings
from lib.core.call import is_e164

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

REQUIRED = ("ELEVENLABS_API_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_NUMBER")
OPTIONAL = ("TWILIO_SMS_NUMBER", "EMAIL_FROM", "TWILIO_MESSAGING_SERVICE_SID", "SETTINGS")
_KEY = re.compile(r"[\x21-\x7e]+")  # what an HTTP header can carry, and no blank from a careless paste
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class ParametersUnread(Exception):
    """SSM did not answer. Nothing is wrong with any parameter, and the next invocation reads again."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """The accounts to speak for. Kept out of every `repr`."""

    elevenlabs_api_key: str = field(repr=False)
    twilio_account_sid: str = field(repr=False)
    twilio_auth_token: str = field(repr=False)
    whatsapp_sender: str = field(repr=False)  # `whatsapp:+…`
    messaging_service_sid: str = field(repr=False)  # empty: none


def read_parameters(ssm: "SSMClient", prefix: str) -> tuple[Secrets, Settings]:
    """Everything below the prefix, in one request. Raises ConfigurationError naming a parameter, ParametersUnread."""
    names = {f"{prefix.rstrip('/')}/{name}": name for name in (*REQUIRED, *OPTIONAL)}
    try:
        answer = ssm.get_parameters(Names=list(names), WithDecryption=True)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise ParametersUnread(f"SSM refused to read the parameters below {prefix}: {code}") from None
    except BotoCoreError as error:
        raise ParametersUnread(f"SSM could not be asked: {type(error).__name__}") from None
    return validate(prefix, {names[row["Name"]]: row["Value"] for row in answer["Parameters"]})


def validate(prefix: str, values: Mapping[str, str]) -> tuple[Secrets, Settings]:
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
    return Secrets(key, sid, token, f"whatsapp:{number.removeprefix('whatsapp:')}", service), settings


def _is_number(value: str) -> bool:
    return is_e164(value.removeprefix("whatsapp:"))
