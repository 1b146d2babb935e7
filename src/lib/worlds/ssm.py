"""The room of SSM: the secrets and the settings, read once per invocation (contract §2)."""

import re
from collections.abc import Sequence

from ..config.accounts import PARAMETERS, Accounts, validate
from ..core.policy import Settings
from ..errors import ConfigurationError, ParametersUnread
from .aws import AwsRefused, AwsSilent, Operation

API = ("ssm", "AmazonSSM", "1.1")
_KEY_ARN = re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+")


def read_parameters(ssm: Operation, prefix: str) -> tuple[Accounts, Settings]:
    """Everything below the prefix, in one request. Raises ConfigurationError naming a parameter, ParametersUnread."""
    names = {f"{prefix.rstrip('/')}/{name}": name for name in PARAMETERS}
    return validate(prefix, {names[name]: value for name, value in _values(ssm, list(names)).items()})


def _values(ssm: Operation, names: Sequence[str]) -> dict[str, str]:
    """The values of these parameters; those that do not exist are left out."""
    try:
        answer = ssm("GetParameters", {"Names": names, "WithDecryption": True})
        return {row["Name"]: row["Value"] for row in answer["Parameters"]}
    except AwsSilent as silence:
        raise ParametersUnread(f"SSM could not be asked: {silence}") from None
    except AwsRefused as refused:
        code, message = refused.code, refused.message
    if code not in ("AccessDeniedException", "InvalidKeyId"):
        raise ParametersUnread(f"SSM refused to read the parameters: {code}")
    if len(names) == 1:
        raise ConfigurationError(names[0], _refusal(code, message))
    # One that may not be read fails the whole request, which does not say which one it is.
    return {name: value for one in names for name, value in _values(ssm, [one]).items()}


def _refusal(code: str, message: str) -> str:
    """What AWS's refusal of one parameter means. Its words tell the service; they are not passed on."""
    arn = _KEY_ARN.search(message)
    key = arn[0] if arn else "<the key's ARN>"
    if code == "InvalidKeyId":
        return (
            f"is encrypted with a KMS key that cannot be used now, being disabled or about to be deleted ({key}): "
            "enable the key, or put the parameter again without it"
        )
    if "ssm:GetParameters" in message:
        return (
            "may not be read by the function (ssm:GetParameters): deploy template.yaml again with the "
            "ParameterPrefix that the parameters are below, and see that no policy of the organization denies it"
        )
    return (
        "is encrypted with a KMS key that the function may not use (kms:Decrypt): deploy with "
        f"SecretsKeyArn={key}, or put the parameter again without --key-id"
    )
