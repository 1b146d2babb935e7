"""The room of SSM: the secrets and the settings, read once per invocation (contract §2)."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from ..config.accounts import OPTIONAL, REQUIRED, Accounts, validate
from ..core.policy import Settings
from ..errors import ParametersUnread

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


def read_parameters(ssm: "SSMClient", prefix: str) -> tuple[Accounts, Settings]:
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
