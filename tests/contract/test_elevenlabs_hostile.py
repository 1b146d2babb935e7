"""Whatever bytes a server sends, they cost that answer only: no exception, bounded memory, the next answer is read."""

import contextlib
import gzip
import resource
import socketserver
import threading
import time
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.ports import Answer, Rows
from lib.worlds.elevenlabs.http import HttpGet

GOOD = b'HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n{"a": 1}'
GZIP = b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n"


class RawServer(socketserver.ThreadingTCPServer):
    """Answers each connection's first request with `answer`, byte by byte, and closes it."""

    allow_reuse_address = daemon_threads = True
    answer = GOOD

    def finish_request(self, request: Any, client_address: Any) -> None:
        with contextlib.suppress(OSError):
            request.recv(65536)
            request.sendall(self.answer)


@pytest.fixture(scope="module")
def server() -> Iterator[RawServer]:
    with RawServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def ask(server: RawServer, answer: bytes, within_seconds: float = 3) -> Answer:
    """What we make of an answer, having made sure that the next one is read."""
    get = HttpGet(f"http://127.0.0.1:{server.server_address[1]}", "key", 4)
    try:
        server.answer = answer
        spoilt = get("/v1/convai/batch-calling/workspace", {"last_doc": "x"}, within_seconds, Rows("batch_calls", len))
        server.answer = GOOD
        # A kept connection may be closed as the next request leaves: the room asks again, as for every such answer.
        assert any(get("/", {}, 3).body == {"a": 1} for _ in range(3))
    finally:
        get.close()
    return spoilt


def head(status: int, *headers: bytes) -> bytes:
    return b"\r\n".join((b"HTTP/1.1 %d X" % status, *headers, b"\r\n"))


@pytest.mark.parametrize(
    "answer",
    [
        head(302, b"location: http://[::1", b"content-length: 0"),
        head(302, b"location: \xff\xfe\x00", b"content-length: 0"),
        head(301, b"location: //", b"content-length: 3") + b"abc",
        head(200, b"content-length: abc") + b"{}",
        head(200, b"content-length: -5") + b"{}",
        head(200, b"content-length: 1, 2") + b"{}",
        head(200, b"content-length: 99") + b"{}",
        head(200, b"transfer-encoding: chunked") + b"-5\r\n{}\r\n0\r\n\r\n",
        head(200, b"transfer-encoding: chunked") + b"zz\r\n{}\r\n0\r\n\r\n",
        head(200, b"transfer-encoding: chunked") + b"ffffffffffffffff\r\n{}",
        head(200, b"content-encoding: gzip", b"content-length: 4") + b"nope",
        head(200, b"content-encoding: " + b"gzip, " * 50 + b"gzip", b"content-length: 4") + b"nope",
        head(200, *(b"x-%d: y" % number for number in range(200))) + b"{}",
        head(200, b"x: " + b"y" * 100_000) + b"{}",
        head(200, b"set-cookie: \xff=;;;expires=nonsense", b"content-length: 3") + b"[1]",
        head(429, b"retry-after: 1e400", b"content-length: 0"),
        head(429, b"retry-after: Thu, 99 Foo 99999 99:99:99 +9999", b"content-length: 0"),
        b"\x00\xff\x00",
        b"HTTP/9.9 999999999999 \r\n\r\n",
        b"",
        GOOD.replace(b'{"a": 1}', b"Infinity"),
        head(200) + b"[" * 5000 + b"]" * 5000,
        head(200) + b'{"a":' * 5000 + b"1" + b"}" * 5000,
        head(200) + b"1" * 5000,
    ],
)
def test_an_answer_that_is_no_answer_says_so_and_costs_itself_only(server: RawServer, answer: bytes) -> None:
    made_of_it = ask(server, answer)
    assert not (made_of_it.status == 200 and made_of_it.body)


@given(st.sampled_from([b"", GOOD[:15], GOOD, head(200), head(302)]), st.binary(max_size=200))
@settings(deadline=None, max_examples=40)
def test_arbitrary_bytes_cost_themselves_only(server: RawServer, start: bytes, rest: bytes) -> None:
    ask(server, start + rest)


@cache
def bomb_of(shape: bytes) -> bytes:
    return gzip.compress(shape % (b"0" * 64 * 2**20))


@pytest.mark.parametrize("status", [200, 302])
@pytest.mark.parametrize("shape", [b"%s", b'{"batch_calls":["%s"]}', b'{"a":"%s"}'])
def test_an_answer_that_unfolds_to_a_thousand_times_its_size_is_bounded(
    server: RawServer, status: int, shape: bytes
) -> None:
    bomb = bomb_of(shape)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = head(status, b"location: /x", GZIP.rstrip() % len(bomb)) + bomb
    ask(server, answer)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 * 1024  # KiB


def test_a_row_that_is_a_bomb_costs_itself_only(server: RawServer) -> None:
    body = b'{"batch_calls":[{"id":"%s"},{"b":2}],"has_more":false}' % (b"0" * 32 * 2**20)
    packed = gzip.compress(body)
    answer = ask(server, head(200, GZIP.rstrip() % len(packed)) + packed, within_seconds=60)  # on a busy machine
    assert answer.body == {"batch_calls": [0, 7], "has_more": False}


def test_a_body_that_trickles_ends_with_the_time_given() -> None:
    class Trickle(RawServer):
        def finish_request(self, request: Any, client_address: Any) -> None:
            request.recv(65536)
            request.sendall(head(200, b"content-length: 1000"))
            with contextlib.suppress(OSError):
                for _ in range(1000):
                    request.sendall(b" ")
                    time.sleep(0.02)

    with Trickle(("127.0.0.1", 0), socketserver.BaseRequestHandler) as slow:
        threading.Thread(target=slow.serve_forever, daemon=True).start()
        get = HttpGet(f"http://127.0.0.1:{slow.server_address[1]}", "key", 4)
        began = time.monotonic()
        assert get("/", {}, 0.3).problem == "an answer too long or too slow"
        assert time.monotonic() - began < 10  # of the twenty that it has to say
        get.close()
        slow.shutdown()
