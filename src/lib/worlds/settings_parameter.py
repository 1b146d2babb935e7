"""The parameter `SETTINGS` by itself, for who may read and write it and no secret (contract §8)."""

from collections.abc import Mapping
from typing import Any

from ..errors import ParametersUnread
from .aws import AwsRefused, AwsSilent, Operation

API = ("ssm", "AmazonSSM", "1.1")


class SettingsParameter:
    """Methods raise ParametersUnread. ask: SSM's operations (`aws.AwsService(*API)`)."""

    def __init__(self, ask: Operation, prefix: str) -> None:
        self._ask, self._name = ask, f"{prefix.rstrip('/')}/SETTINGS"

    def read(self) -> str | None:
        """Its text, None when there is none."""
        rows = self._answer("GetParameters", {"Names": [self._name]})["Parameters"]
        return next((row["Value"] for row in rows), None)

    def write(self, text: str) -> None:
        """Writes it; Parameter Store keeps the versions before."""
        self._answer("PutParameter", {"Name": self._name, "Value": text, "Type": "String", "Overwrite": True})

    def _answer(self, operation: str, request: Mapping[str, Any]) -> Any:
        try:
            return self._ask(operation, request)
        except AwsSilent as silence:
            raise ParametersUnread(f"SSM could not be asked: {silence}") from None
        except AwsRefused as refused:
            raise ParametersUnread(f"SSM refused {self._name}: {refused.code}") from None
