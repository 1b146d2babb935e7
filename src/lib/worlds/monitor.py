"""The room of the other function: the widget asks it to decide a held call, for it has no secret itself."""

import json
from typing import Any

from ..errors import DecisionFailed

CONNECT_SECONDS, READ_SECONDS = 2, 60  # the monitor looks at Twilio's list before it answers


class Monitor:
    """name: of its function; "" where the deployment does not say it, and then nothing can be decided here."""

    def __init__(self, name: str) -> None:
        self._name = name

    def decide(self, pk: str, verdict: str, reason: str, language: str) -> str:
        """What became of the call: its status. Raises DecisionFailed, with the monitor's own words where it gave any.

        Asked once: a verdict is not repeated because its answer was lost.
        """
        if not self._name:
            raise DecisionFailed(
                "falta MONITOR_FUNCTION en el entorno de la función; despliegue template.yaml otra vez"
                if language == "es"
                else "MONITOR_FUNCTION is missing from the function's environment; deploy template.yaml again"
            )
        import boto3  # only here: every cold start would pay for it
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        config = Config(connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries={"total_max_attempts": 1})
        request = {"held": {"pk": pk, "do": verdict, "reason": reason, "lang": language}}
        try:
            answer = boto3.client("lambda", config=config).invoke(FunctionName=self._name, Payload=json.dumps(request))
            said: dict[str, Any] = json.loads(answer["Payload"].read())
        except (BotoCoreError, ClientError, ValueError) as error:
            look = (
                "mire la llamada antes de pulsar otra vez"
                if language == "es"
                else "look at the call before you press again"
            )
            raise DecisionFailed(f"{type(error).__name__}; {look}") from None
        if answer.get("FunctionError"):
            raise DecisionFailed(str(said.get("errorMessage", "")))
        return str(said.get("status", ""))
