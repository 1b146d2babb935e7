"""Whether a request has left is known by the connection, not by the exception (facts/twilio.md §5.2): over real TLS."""

import contextlib
import gc
import gzip
import resource
import socket
import time
from functools import cache

import pytest

from lib.config.accounts import TwilioAccount
from lib.core.message.compose import Message
from lib.core.outcome import Outcome, Reply, classify
from lib.errors import LookupFailed
from lib.worlds.twilio import TwilioRoom
from lib.worlds.twilio_http import IDLE_SECONDS
from local.services.twilio.world import SANDBOX_SENDER
from tests.contract.sockets import (
    CREATED,
    Certificate,
    Handle,
    after_request,
    answering,
    babble,
    close,
    corrupt,
    listening,
    read_request,
    reset,
    stall,
)
from tests.contract.stage import ACCOUNT_SID, ANA, AUTH_TOKEN, Clock
from tests.contract.test_twilio_room import HELLO, claim

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # see `send`
CREATES = answering("201 Created", CREATED)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(autouse=True)
def half_a_second_for_what_stalls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """And only there: on a busy machine a handshake or an answer may take as long."""
    if "broken" in request.fixturenames or "refusing" in request.fixturenames:
        monkeypatch.setattr("lib.worlds.twilio_http.CONNECT_SECONDS", 0.5)
    if "ending" in request.fixturenames:
        monkeypatch.setattr("lib.worlds.twilio_http.READ_SECONDS", 0.5)


def send(url: str) -> Reply:
    room = room_at(url, Clock())
    reply = room.send(ANA, SANDBOX_SENDER, HELLO)
    room.close()
    gc.collect()  # Python's ssl leaves a socket open when the other side resets before the handshake
    return reply


def room_at(url: str, clock: Clock) -> TwilioRoom:
    room = TwilioRoom(TwilioAccount(ACCOUNT_SID, ACCOUNT_SID, AUTH_TOKEN, ""), url, 4, clock)
    room.seconds_left = lambda: 30
    return room


@pytest.mark.parametrize("broken", [close, reset, stall, babble])
def test_a_handshake_that_is_never_finished_sent_nothing(broken: Handle) -> None:
    with listening(broken) as port:
        reply = send(f"https://127.0.0.1:{port}")
    assert classify(reply) is Outcome.NOT_PROCESSED
    assert reply.cause


def test_a_certificate_that_nobody_believes_sent_nothing(certificate: Certificate) -> None:
    seen: list[bytes] = []
    with listening(certificate.over_tls(lambda connection: seen.append(read_request(connection)))) as port:
        reply = send(f"https://127.0.0.1:{port}")
    assert classify(reply) is Outcome.NOT_PROCESSED
    assert reply.cause == "SSLError/SSLCertVerificationError"
    assert not any(seen)


def test_certificates_to_believe_in_that_are_not_there_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/at/all.pem")
    with listening(stall) as port:
        assert classify(send(f"https://127.0.0.1:{port}")) is Outcome.NOT_PROCESSED


@pytest.mark.parametrize(
    "refusing", [answering("403 Forbidden"), answering("407 Proxy Authentication Required"), close, reset, stall]
)
def test_a_proxy_that_opens_no_way_sent_nothing(refusing: Handle, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(refusing) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        assert classify(send("https://twilio.invalid")) is Outcome.NOT_PROCESSED
    assert classify(send("https://twilio.invalid")) is Outcome.NOT_PROCESSED  # and one that is not there at all


def test_a_proxy_of_a_kind_that_does_not_tell_leaves_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:9")
    reply = send("https://twilio.invalid")
    assert classify(reply) in (Outcome.UNCLEAR, Outcome.NOT_PROCESSED)  # without PySocks it is refused at once


@pytest.mark.parametrize(
    "ending", [after_request(close), after_request(reset), after_request(stall), after_request(babble), corrupt]
)
def test_what_breaks_after_the_request_may_have_made_the_message(
    ending: Handle, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.path))
    with listening(certificate.over_tls(ending)) as port:
        reply = send(f"https://127.0.0.1:{port}")
    assert classify(reply) is Outcome.UNCLEAR
    assert reply.cause or reply.http_status


@pytest.mark.parametrize("ending", [after_request(close), after_request(reset), after_request(stall)])
def test_the_same_holds_behind_a_proxy_that_opened_the_way(
    ending: Handle, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tunnel(connection: socket.socket) -> None:
        answering("200 Connection established")(connection)
        certificate.over_tls(ending)(connection)

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.path))
    with listening(tunnel) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        assert classify(send("https://twilio.invalid")) is Outcome.UNCLEAR


def test_a_message_goes_out_over_tls_and_through_a_proxy(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tunnel(connection: socket.socket) -> None:
        answering("200 Connection established")(connection)
        certificate.over_tls(CREATES)(connection)

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.path))
    with listening(certificate.over_tls(CREATES)) as port:
        assert classify(send(f"https://127.0.0.1:{port}")) is Outcome.ACCEPTED
    with listening(tunnel) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        assert classify(send("https://twilio.invalid")) is Outcome.ACCEPTED


def test_a_text_that_cannot_travel_sent_nothing() -> None:
    with listening(CREATES) as port:
        room = room_at(f"http://127.0.0.1:{port}", Clock())
        assert classify(room.send(ANA, SANDBOX_SENDER, Message(body="\ud800"))) is Outcome.NOT_PROCESSED
        room.close()


# ── connections that were idle ───────────────────────────────────────────────────────────────────────────────────────


class Front:
    """Keeps a connection, and closes it just as a second request crosses: the worst moment of an idle limit."""

    def __init__(self) -> None:
        self.connections = 0

    def __call__(self, connection: socket.socket) -> None:
        self.connections += 1
        CREATES(connection)
        read_request(connection)
        reset(connection)


def ends(clock: Clock, sends: int, spacing_seconds: float, front: Front, over: Certificate | None) -> list[Outcome]:
    with listening(over.over_tls(front) if over else front) as port:
        room = room_at(f"{'https' if over else 'http'}://127.0.0.1:{port}", clock)
        seen = []
        for _ in range(sends):
            seen.append(classify(room.send(ANA, SANDBOX_SENDER, HELLO)))
            clock.now += spacing_seconds
        room.close()
    return seen


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_message_goes_over_a_connection_that_was_idle(
    scheme: str, certificate: Certificate, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.path))
    front, over = Front(), certificate if scheme == "https" else None
    assert ends(clock, 60, 15, front, over) == [Outcome.ACCEPTED] * 60
    assert front.connections == 60
    assert ends(clock, 2, IDLE_SECONDS / 2, Front(), over)[1] is Outcome.UNCLEAR  # the front does what it says
    assert ends(clock, 2, -3600, Front(), over) == [Outcome.ACCEPTED] * 2  # a clock that was set back proves nothing


def test_a_burst_shares_its_connection(clock: Clock) -> None:
    connections: list[int] = []

    def keep(connection: socket.socket) -> None:
        connections.append(1)
        while True:
            CREATES(connection)

    with listening(keep) as port:
        room = room_at(f"http://127.0.0.1:{port}", clock)
        for _ in range(5):
            assert classify(room.send(ANA, SANDBOX_SENDER, HELLO)) is Outcome.ACCEPTED
        room.close()
    assert len(connections) == 1


@cache
def bomb() -> bytes:
    return gzip.compress(b'{"messages": [], "x": "%s"}' % (b"0" * 64 * 2**20))


def packed(status: bytes) -> Handle:
    """An answer of a few kilobytes that unfolds to many megabytes."""
    head = b"HTTP/1.1 %s X\r\nLocation: /x\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    return after_request(lambda connection: connection.sendall(head % (status, len(bomb())) + bomb()))


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"0" * 65536)


def trickle(connection: socket.socket) -> None:
    """Always a byte more, before any read's own time is up."""
    connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 9999\r\n\r\n")
    while True:
        connection.sendall(b" ")
        time.sleep(0.02)


@pytest.mark.parametrize(
    "answer", [packed(b"201"), packed(b"302"), packed(b"400"), after_request(endless), after_request(trickle)]
)
def test_an_answer_without_end_is_left_unclear_in_bounded_memory_and_time(answer: Handle) -> None:
    bomb()  # made now, and not while its memory and time are measured
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with listening(answer) as port:
        room = TwilioRoom(
            TwilioAccount(ACCOUNT_SID, ACCOUNT_SID, AUTH_TOKEN, ""), f"http://127.0.0.1:{port}", 4, time.time
        )
        room.seconds_left = lambda: 0.5
        assert classify(room.send(ANA, SANDBOX_SENDER, HELLO)) is Outcome.UNCLEAR
        with pytest.raises(LookupFailed):
            room.message("SM" + "0" * 32)
        with pytest.raises(LookupFailed):
            list(room.outbound(SANDBOX_SENDER))
        room.close()
    assert time.monotonic() - began < 15  # a trickle alone would have ANSWER_SECONDS, or READ_SECONDS for ever
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40 * 1024  # KiB


NESTED = b"[" * 5000 + b"]" * 5000
MESSAGE = b'{"sid": "SM%s", "date_created": "Wed, 18 Nov 2026 12:00:00 +0000", "direction": "inbound", %%s}' % (
    b"0" * 32
)
HOSTILE = [
    *(b"", b"null", b"[]", b"{}", b"\xff\xfe", b"1" * 5000, NESTED, b'{"sid": %s}' % NESTED),
    *(b'{"messages": %s}' % rows for rows in (NESTED, b"null", b"{}", b"[null]", b"[{}]", b'["x"]', b"[[]]")),
    *(b'{"sid": %s}' % sid for sid in (b"5", b"Infinity", b"[]", b'"\\ud800"')),
    *(b'{"code": %s}' % code for code in (b"1e400", b"[1]", b"true", b"9" * 4000, b'"x"')),
    *(
        b'{"messages": [%s]}' % (MESSAGE % field)
        for field in (b'"num_media": "x"', b'"error_code": 1e400', b'"to": [1]')
    ),
    *(b'{"messages": [%s]}' % (MESSAGE % (b'"date_created": %s' % date)) for date in (b"null", b"5", b'"x"', b"[1]")),
]


@pytest.mark.parametrize("status", ["200 OK", "400 Bad Request", "500 X"])
@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_an_answer_holds_a_send_ends_and_a_look_up_says_that_it_failed(body: bytes, status: str) -> None:
    with listening(answering(status, body)) as port:
        room = room_at(f"http://127.0.0.1:{port}", Clock())
        assert classify(room.send(ANA, SANDBOX_SENDER, HELLO)) not in (Outcome.ACCEPTED, Outcome.REFUSED)
        for look in (
            lambda: room.recent(claim()),
            lambda: room.inbound(SANDBOX_SENDER, 0),
            lambda: list(room.outbound(SANDBOX_SENDER)),
            lambda: room.message("SM" + "0" * 32),
        ):
            with contextlib.suppress(LookupFailed):
                look()
        room.close()
