"""The parameters: one read, validated whole, errors that name the parameter and never its value (contract §2)."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from lib.config.accounts import validate
from lib.config.deployment import read_deployment
from lib.errors import ConfigurationError, ParametersUnread
from lib.worlds.ssm import read_parameters

GOOD = {
    "ELEVENLABS_API_KEY": "key-of-the-test",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token-of-the-test",
    "TWILIO_WHATSAPP_NUMBER": "whatsapp:+14155238886",
}


class Ssm:
    """SSM as far as one GetParameters goes."""

    def __init__(self, values: dict[str, str] | Exception) -> None:
        self.values, self.requests = values, 0

    def get_parameters(self, Names: list[str], WithDecryption: bool) -> dict[str, Any]:  # noqa: N803
        assert WithDecryption
        assert len(Names) <= 10
        self.requests += 1
        if isinstance(self.values, Exception):
            raise self.values
        found = [{"Name": name, "Value": self.values[name]} for name in Names if name in self.values]
        return {"Parameters": found, "InvalidParameters": [name for name in Names if name not in self.values]}


def test_everything_comes_with_one_request() -> None:
    ssm: Any = Ssm({f"/shop/vigia/{name}": value for name, value in (GOOD | {"SETTINGS": '{"paused": true}'}).items()})
    secrets, settings = read_parameters(ssm, "/shop/vigia")
    assert ssm.requests == 1
    assert secrets.whatsapp_sender == "whatsapp:+14155238886"
    assert settings.paused


@pytest.mark.parametrize("number", ["+14155238886", "whatsapp:+14155238886"])
def test_the_whatsapp_number_may_come_with_or_without_its_channel(number: str) -> None:
    assert validate("/vigia", GOOD | {"TWILIO_WHATSAPP_NUMBER": number})[0].whatsapp_sender == "whatsapp:+14155238886"


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_secret_is_named_with_what_to_do(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^/vigia/{name}: is missing; put it"):
        validate("/vigia", {key: value for key, value in GOOD.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ELEVENLABS_API_KEY", "two words"),
        ("ELEVENLABS_API_KEY", "with-newline\n"),
        ("ELEVENLABS_API_KEY", "clé"),
        ("TWILIO_ACCOUNT_SID", "SK" + "0" * 32),
        ("TWILIO_ACCOUNT_SID", "AC123"),
        ("TWILIO_AUTH_TOKEN", " copied"),
        ("TWILIO_WHATSAPP_NUMBER", "4155238886"),
        ("TWILIO_WHATSAPP_NUMBER", "sms:+14155238886"),
        ("TWILIO_MESSAGING_SERVICE_SID", "AC" + "0" * 32),
        ("TWILIO_SMS_NUMBER", "whatsapp:+14155238886"),
        ("EMAIL_FROM", "nobody"),
    ],
)
def test_a_malformed_parameter_is_named_and_its_value_is_not(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        validate("/vigia", GOOD | {name: value})
    assert str(caught.value).startswith(f"/vigia/{name}: must be ")
    assert value.strip() not in str(caught.value)


def test_no_secret_shows_in_a_representation() -> None:
    text = repr(validate("/vigia", GOOD)[0])
    assert not any(value in text for value in GOOD.values())


@pytest.mark.parametrize(
    "failure",
    [
        ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, "GetParameters"),
        ConnectTimeoutError(endpoint_url="somewhere"),
    ],
)
def test_an_ssm_that_does_not_answer_is_no_fault_of_any_parameter(failure: Exception) -> None:
    ssm: Any = Ssm(failure)
    with pytest.raises(ParametersUnread, match="SSM"):
        read_parameters(ssm, "/vigia")


DEPLOYED = {
    "TABLE_NAME": "calls",
    "PARAMETER_PREFIX": "/vigia",
    "ELEVENLABS_BASE_URL": "https://api.elevenlabs.io",
    "TWILIO_BASE_URL": "https://api.twilio.com",
    "TICK_SECONDS": "15",
    "TICKS_PER_INVOCATION": "4",
}


def test_the_deployment_is_read_from_the_environment() -> None:
    assert read_deployment(DEPLOYED).ticks_per_invocation == 4


@pytest.mark.parametrize("name", DEPLOYED)
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name}: is missing"):
        read_deployment({key: value for key, value in DEPLOYED.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"), [("TICK_SECONDS", "soon"), ("TICK_SECONDS", "0"), ("TICKS_PER_INVOCATION", "61")]
)
def test_a_pace_out_of_range_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name}: must be a number"):
        read_deployment(DEPLOYED | {name: value})
