"""What stays warm between invocations."""

from lib.sandbox import kept
from lib.worlds.elevenlabs.http import HttpGet

CLOSED: list[str] = []


class Client(HttpGet):
    def __init__(self, key: str) -> None:
        super().__init__("http://127.0.0.1", key, 1)
        self.key = key

    def close(self) -> None:
        CLOSED.append(self.key)
        super().close()


def test_a_client_is_kept_while_it_speaks_for_the_same_account_and_closed_then() -> None:
    client_of = kept(Client)
    first = client_of("one")
    assert client_of("one") is first
    assert CLOSED == []
    assert client_of("two") is not first
    assert CLOSED == ["one"]
