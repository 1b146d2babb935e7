"""The parameters: one read, validated whole, errors that name the parameter and never its value (contract §2)."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from lib.config.accounts import PARAMETERS, validate
from lib.config.deployment import read_deployment
from lib.errors import ConfigurationError, ParametersUnread
from lib.worlds.aws import AwsRefused, AwsSilent
from lib.worlds.ssm import read_parameters

GOOD = {
    "ELEVENLABS_API_KEY": "key-of-the-test",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token-of-the-test",
    "TWILIO_WHATSAPP_NUMBER": "whatsapp:+14155238886",
}
TOKEN = ("TWILIO_AUTH_TOKEN",)


def denied(code: str, message: str) -> AwsRefused:
    return AwsRefused(400, code, message)


class Ssm:
    """SSM as far as GetParameters goes. One parameter that is refused fails the whole request, as in the real one."""

    def __init__(self, values: dict[str, str], refused: dict[str, Exception] | None = None) -> None:
        self.values, self.refused, self.requests = values, refused or {}, 0

    def __call__(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        names = request["Names"]
        assert operation == "GetParameters"
        assert request["WithDecryption"]
        assert len(names) <= 10
        self.requests += 1
        for name in names:
            if name in self.refused:
                raise self.refused[name]
        found = [{"Name": name, "Value": self.values[name]} for name in names if name in self.values]
        return {"Parameters": found, "InvalidParameters": [name for name in names if name not in self.values]}


def below_vigia(values: dict[str, str]) -> dict[str, str]:
    return {f"/shop/vigia/{name}": value for name, value in values.items()}


def test_everything_comes_with_one_request() -> None:
    ssm = Ssm(below_vigia(GOOD | {"SETTINGS": '{"paused": true}'}))
    accounts, settings = read_parameters(ssm, "/shop/vigia")
    assert ssm.requests == 1
    assert accounts.senders.whatsapp == "whatsapp:+14155238886"
    assert settings.paused


KEY = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000"
FUNCTION = "User: arn:aws:sts::000000000000:assumed-role/vigia/vigia is not authorized to perform: "
MAY_NOT_USE = "is encrypted with a KMS key that the function may not use (kms:Decrypt): deploy with SecretsKeyArn="
CANNOT_BE_USED = f"is encrypted with a KMS key that cannot be used now, being disabled or about to be deleted ({KEY})"
MAY_NOT_READ = "may not be read by the function (ssm:GetParameters): deploy template.yaml again"
# AWS's code and words, the older and the present ones, and what we say of them.
REFUSALS = [
    ("AccessDeniedException", f"{FUNCTION}kms:Decrypt on resource: {KEY} because (Service: AWSKMS)", MAY_NOT_USE + KEY),
    ("AccessDeniedException", "The ciphertext refers to a customer master key that does not exist", MAY_NOT_USE + "<"),
    ("AccessDeniedException", f"{FUNCTION}ssm:GetParameters on resource: arn:aws:ssm:us-east-1:0:p", MAY_NOT_READ),
    ("InvalidKeyId", f"{KEY} is pending deletion. (Error Code: KMSInvalidStateException)", CANNOT_BE_USED),
    ("InvalidKeyId", f"{KEY} is disabled. (Service: AWSKMS; Error Code: DisabledException)", CANNOT_BE_USED),
]


@pytest.mark.parametrize(("code", "message", "said"), REFUSALS)
@pytest.mark.parametrize("name", ["ELEVENLABS_API_KEY", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY_SECRET", "SETTINGS"])
def test_a_parameter_that_may_not_be_read_is_found_and_named_with_the_permission(
    name: str, code: str, message: str, said: str
) -> None:
    ssm = Ssm(below_vigia(GOOD), {f"/shop/vigia/{name}": denied(code, message)})
    with pytest.raises(ConfigurationError) as caught:
        read_parameters(ssm, "/shop/vigia")
    assert str(caught.value).startswith(f"/shop/vigia/{name}: {said}")
    assert "assumed-role" not in str(caught.value)
    assert ssm.requests <= 1 + len(PARAMETERS)


def test_a_refusal_that_is_over_when_asked_again_costs_nothing() -> None:
    class Once(Ssm):
        def __call__(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
            if not self.requests:
                self.requests += 1
                raise denied("AccessDeniedException", REFUSALS[0][1])
            return super().__call__(operation, request)

    ssm = Once(below_vigia(GOOD))
    assert read_parameters(ssm, "/shop/vigia")[0].elevenlabs_api_key == GOOD["ELEVENLABS_API_KEY"]


@pytest.mark.parametrize("number", ["+14155238886", "whatsapp:+14155238886"])
def test_the_whatsapp_number_may_come_with_or_without_its_channel(number: str) -> None:
    assert validate("/vigia", GOOD | {"TWILIO_WHATSAPP_NUMBER": number})[0].senders.whatsapp == "whatsapp:+14155238886"


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_secret_is_named_with_what_to_do(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^/vigia/{name}: is missing; put it"):
        validate("/vigia", {key: value for key, value in GOOD.items() if key != name})


API_KEY = {"TWILIO_API_KEY_SID": "SK" + "0" * 32, "TWILIO_API_KEY_SECRET": "secret-of-the-test"}


@pytest.mark.parametrize("values", [GOOD | API_KEY, {k: v for k, v in (GOOD | API_KEY).items() if k not in TOKEN}])
def test_an_api_key_is_used_instead_of_the_token(values: dict[str, str]) -> None:
    accounts, _ = validate("/vigia", values)
    assert (accounts.twilio.sid, accounts.twilio.user) == (GOOD["TWILIO_ACCOUNT_SID"], API_KEY["TWILIO_API_KEY_SID"])
    assert accounts.twilio.password == API_KEY["TWILIO_API_KEY_SECRET"]
    assert accounts.twilio.key_parameter == "TWILIO_API_KEY_SECRET"
    assert {*API_KEY.values(), GOOD["TWILIO_ACCOUNT_SID"], GOOD["ELEVENLABS_API_KEY"]} <= {*accounts.secrets}


def test_without_an_api_key_the_token_speaks_for_the_account() -> None:
    account = validate("/vigia", GOOD)[0].twilio
    assert account.user == account.sid == GOOD["TWILIO_ACCOUNT_SID"]
    assert (account.password, account.key_parameter) == (GOOD["TWILIO_AUTH_TOKEN"], "TWILIO_AUTH_TOKEN")


@pytest.mark.parametrize("name", API_KEY)
def test_half_an_api_key_is_refused_though_there_is_a_token(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^/vigia/{name}: is missing beside TWILIO_API_KEY_S"):
        validate("/vigia", {key: value for key, value in (GOOD | API_KEY).items() if key != name})


@pytest.mark.parametrize(("channel", "name"), [("sms", "TWILIO_SMS_NUMBER"), ("email", "EMAIL_FROM")])
def test_a_channel_needs_its_sender(channel: str, name: str) -> None:
    values = {"sms": "+14155238886", "email": "hola@example.com"}
    for settings in ({"channels": [channel]}, {"agents": {"agent_1": {"channels": ["whatsapp", channel]}}}):
        wanting = GOOD | {"SETTINGS": json.dumps(settings)}
        with pytest.raises(ConfigurationError, match=f"^/vigia/{name}: is missing, and `channels` names {channel}"):
            validate("/vigia", wanting)
        validate("/vigia", wanting | {name: values[channel]})
    own = {"agents": {"agent_1": {"channels": ["sms"], "sms_sender": "+14155238886"}}}
    validate("/vigia", GOOD | {"SETTINGS": json.dumps(own)})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ELEVENLABS_API_KEY", "two words"),
        ("ELEVENLABS_API_KEY", "with-newline\n"),
        ("ELEVENLABS_API_KEY", "clé"),
        ("TWILIO_ACCOUNT_SID", "SK" + "0" * 32),
        ("TWILIO_ACCOUNT_SID", "AC123"),
        ("TWILIO_AUTH_TOKEN", " copied"),
        ("TWILIO_AUTH_TOKEN", "'copied'"),
        ("TWILIO_AUTH_TOKEN", '"copied'),
        ("TWILIO_AUTH_TOKEN", "copied\u200b"),
        ("TWILIO_API_KEY_SID", "AC" + "0" * 32),
        ("TWILIO_API_KEY_SID", "SK" + "0" * 31),
        ("TWILIO_API_KEY_SECRET", "two words"),
        ("TWILIO_API_KEY_SECRET", "`copied`"),
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
        denied("ThrottlingException", "Rate exceeded"),
        denied("ThrottlingException", "Rate exceeded (Service: AWSKMS; Status Code: 400)"),
        denied("InternalServerError", "An error occurred on the server side."),
        denied("ExpiredTokenException", "The security token included in the request is expired"),
        AwsSilent("ConnectTimeoutError"),
    ],
)
def test_an_ssm_that_does_not_answer_is_no_fault_of_any_parameter(failure: Exception) -> None:
    ssm = Ssm({}, {"/vigia/SETTINGS": failure})
    with pytest.raises(ParametersUnread, match="SSM"):
        read_parameters(ssm, "/vigia")
    assert ssm.requests == 1


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
    assert read_deployment(DEPLOYED | {"TICK_SECONDS": "0.5"}).tick_seconds == 0.5


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
