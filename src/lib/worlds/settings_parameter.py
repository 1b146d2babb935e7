"""The parameter `SETTINGS` by itself, for who may read and write it and no secret (contract §8)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from ..errors import ParametersUnread

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


class SettingsParameter:
    """Methods raise ParametersUnread."""

    def __init__(self, ssm: "SSMClient", prefix: str) -> None:
        self._ssm, self._name = ssm, f"{prefix.rstrip('/')}/SETTINGS"

    def read(self) -> str | None:
        """Its text, None when there is none."""
        answer = self._asked(self._ssm.get_parameters, Names=[self._name])
        return next((row["Value"] for row in answer["Parameters"]), None)

    def write(self, text: str) -> None:
        """Writes it; Parameter Store keeps the versions before."""
        self._asked(self._ssm.put_parameter, Name=self._name, Value=text, Type="String", Overwrite=True)

    def _asked(self, operation: Callable[..., Any], **request: Any) -> Any:
        try:
            return operation(**request)
        except BotoCoreError as error:
            raise ParametersUnread(f"SSM could not be asked: {type(error).__name__}") from None
        except ClientError as error:
            raise ParametersUnread(f"SSM refused {self._name}: {error.response['Error']['Code']}") from None
