"""Our way to write a request and read an answer's head, held against urllib3's own over the same bytes."""

import socket
from typing import Any

import pytest
from urllib3 import PoolManager

from lib.worlds.connections import manager_of
from tests.contract.sockets import listening, read_request

HEADERS = {"Host": "a.example", "X-One": "1", "Accept-Encoding": "identity", "User-Agent": "test"}


def head(status: bytes, *fields: bytes) -> bytes:
    return b"\r\n".join((b"HTTP/1.1 " + status, *fields, b"", b""))


ANSWERS = [
    head(b"200 OK", b"Content-Length: 2") + b"{}",
    head(b"200 OK", b"content-length:2", b"X-Empty:", b"X-Twice: a", b"x-twice: b") + b"{}",
    head(b"200", b"Content-Length: 2") + b"{}",
    head(b"200 OK", b"Connection: close") + b"until the end",
    head(b"200 OK", b"Connection: close", b"Content-Length: 3") + b"abc and more",
    head(b"200 OK", b"Transfer-Encoding: chunked") + b"2\r\n{}\r\n0\r\nX-Trailer: a\r\n\r\n",
    head(b"200 OK", b"Transfer-Encoding: CHUNKED", b"Content-Length: 1") + b"2\r\n{}\r\n0\r\n\r\n",
    head(b"200 OK", b"Content-Length: 9") + b"cut",
    head(b"200 OK", b"Transfer-Encoding: chunked") + b"9\r\ncut",
    head(b"100 Continue") + head(b"201 Created", b"Content-Length: 2") + b"{}",
    head(b"204 No Content"),
    head(b"304 Not Modified", b"Content-Length: 7"),
    head(b"503 Busy", b"Retry-After: 7", b"Content-Length: 0"),
    b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
    b"HTTP/2 200 OK\r\n\r\n",
    b"HTTP/1.1 OK\r\n\r\n",
    b"nonsense\r\n\r\n",
    b"",
    head(b"200 OK", b"X: " + b"y" * 70_000),
    head(b"200 OK", *[b"X: y"] * 101),
]


def asked(manager: PoolManager, answer: bytes, method: str, body: bytes | None) -> tuple[Any, bytes]:
    """What a manager makes of an answer, and the request that it sent."""
    seen: list[bytes] = []

    def handle(connection: socket.socket) -> None:
        seen.append(read_request(connection))
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_WR)

    with listening(handle) as port:
        try:
            got = manager.urlopen(
                method, f"http://127.0.0.1:{port}/a?b=c", body=body, headers=HEADERS, retries=False, timeout=2
            )
            made: Any = (got.status, got.reason, got.data, sorted(got.headers.items()))
        except Exception as error:
            made = type(error)
        manager.clear()
    return made, seen[0]


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize(("method", "body"), [("GET", None), ("POST", b"a=b"), ("POST", None)])
def test_an_answer_is_read_and_a_request_written_as_urllib3_does(
    answer: bytes, method: str, body: bytes | None
) -> None:
    (ours, our_request), (theirs, their_request) = (
        asked(manager, answer, method, body) for manager in (manager_of(None, 1), PoolManager())
    )
    assert ours == theirs
    (our_head, _, our_body), (their_head, _, their_body) = (
        request.partition(b"\r\n\r\n") for request in (our_request, their_request)
    )
    assert sorted(our_head.lower().split(b"\r\n")) == sorted(their_head.lower().split(b"\r\n"))
    assert our_body == their_body


@pytest.mark.parametrize("value", ["a\r\nX-Two: 2", "a\nb", "a\rb"])
def test_a_header_with_a_line_break_is_refused_before_anything_leaves(value: str) -> None:
    connections: list[int] = []
    with listening(lambda _: connections.append(1)) as port, pytest.raises(ValueError, match="line break"):
        manager_of(None, 1).urlopen("GET", f"http://127.0.0.1:{port}/", headers={"X-One": value}, retries=False)
    assert not connections


def test_an_answer_that_says_so_ends_its_connection_and_any_other_keeps_it() -> None:
    connections: list[int] = []

    def handle(connection: socket.socket) -> None:
        connections.append(1)
        for more in (b"X: y", b"Connection: close"):
            read_request(connection)
            connection.sendall(head(b"200 OK", b"Content-Length: 2", more) + b"{}")

    with listening(handle) as port:
        manager = manager_of(None, 1)
        for _ in range(4):
            assert manager.urlopen("GET", f"http://127.0.0.1:{port}/", headers=HEADERS, retries=False).data == b"{}"
        manager.clear()
    assert len(connections) == 2
