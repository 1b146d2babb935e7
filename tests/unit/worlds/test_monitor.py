"""The widget's question to the monitor, where no answer comes."""

import pytest

from lib.errors import DecisionFailed
from lib.worlds.monitor import Monitor


@pytest.mark.parametrize(
    ("language", "words"), [("es", "mire la llamada antes de pulsar otra vez"), ("en", "look at the call before")]
)
def test_an_answer_that_never_came_is_told_in_the_readers_language(
    language: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in environment.items() | {("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")}:
        monkeypatch.setenv(name, value)
    with pytest.raises(DecisionFailed, match=words):
        Monitor("monitor").decide("pk", "release", "", language)
