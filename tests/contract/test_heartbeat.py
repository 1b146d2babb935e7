"""The switch outside this account: asked once, briefly, and nothing of its address is told (contract §2)."""

import socket
import time
from collections.abc import Callable

import pytest

from lib.errors import HeartbeatFailed
from lib.worlds import heartbeat
from tests.contract.sockets import close, listening, reset, stall


def answering(*pieces: bytes, seconds: float = 0) -> Callable[[socket.socket], None]:
    def handle(connection: socket.socket) -> None:
        connection.recv(65536)
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(seconds)

    return handle


def response(status: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "Content-Length: 0", "", ""]).encode()


@pytest.mark.parametrize("status", ["200 OK", "204 No Content"])
def test_a_good_answer_is_all_that_is_asked_for(status: str) -> None:
    with listening(answering(response(status))) as port:
        heartbeat.ask(f"http://127.0.0.1:{port}/secret")


@pytest.mark.parametrize(
    "handle",
    [
        answering(response("404 Not Found")),
        answering(response("500 Oh")),
        answering(response("302 Found", "Location: http://127.0.0.1:1/elsewhere")),
        answering(b"\x00\xff nonsense\r\n\r\n"),
        close,
        reset,
    ],
    ids=["404", "500", "redirect", "nonsense", "close", "reset"],
)
def test_any_other_answer_is_a_failure_that_names_nothing_of_the_address(
    handle: Callable[[socket.socket], None],
) -> None:
    with listening(handle) as port, pytest.raises(HeartbeatFailed) as failure:
        heartbeat.ask(f"http://127.0.0.1:{port}/secret")
    assert "secret" not in str(failure.value)


@pytest.mark.parametrize(
    "handle", [stall, answering(b"HTTP/1.1 200 OK\r\n", *[b"X"] * 200, seconds=0.05)], ids=["stall", "drip"]
)
def test_a_slow_one_costs_its_patience_and_no_more(
    handle: Callable[[socket.socket], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "_READ_SECONDS", 0.3)
    monkeypatch.setattr(heartbeat, "_ALL_SECONDS", 0.5)
    began = time.monotonic()
    with listening(handle) as port, pytest.raises(HeartbeatFailed):
        heartbeat.ask(f"http://127.0.0.1:{port}/secret")
    assert time.monotonic() - began < 2.5  # and not its usual three or five seconds, on a busy machine either
