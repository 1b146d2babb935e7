"""The widget's question to the monitor, where no answer comes."""

from typing import NoReturn

import pytest
from botocore.exceptions import ReadTimeoutError

from lib.errors import DecisionFailed
from lib.worlds.monitor import Monitor


class Silent:
    def invoke(self, **_: object) -> NoReturn:
        raise ReadTimeoutError(endpoint_url="https://lambda.us-east-1.amazonaws.com")


@pytest.mark.parametrize(
    ("language", "words"), [("es", "mire la llamada antes de pulsar otra vez"), ("en", "look at the call before")]
)
def test_an_answer_that_never_came_is_told_in_the_readers_language(
    language: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("boto3.client", lambda *_, **__: Silent())
    with pytest.raises(DecisionFailed, match=f"^ReadTimeoutError; {words}"):
        Monitor("monitor").decide("pk", "release", "", language)
