"""Servers of a few bytes, for what no HTTP server does: to break off a handshake, a tunnel or an answer."""

import contextlib
import shutil
import socket
import ssl
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

Handle: TypeAlias = Callable[[socket.socket], None]
"""What a server does with one connection; it is closed afterwards."""

CREATED = b'{"sid": "SM' + b"0" * 32 + b'", "status": "queued", "account_sid": "AC", "error_code": null}'


@contextlib.contextmanager
def listening(handle: Handle) -> Iterator[int]:
    """The port of a server on the loopback interface, for as long as the `with` lasts."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threads = [threading.Thread(target=_accept, args=(server, handle), daemon=True)]
        threads[0].start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)  # wakes the one that accepts
            threads[0].join()


def _accept(server: socket.socket, handle: Handle) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = server.accept()
            threading.Thread(target=_serve, args=(connection, handle), daemon=True).start()


def _serve(connection: socket.socket, handle: Handle) -> None:
    with connection, contextlib.suppress(OSError):
        handle(connection)


def close(_: socket.socket) -> None:
    """Closes at once."""


def reset(connection: socket.socket) -> None:
    """Breaks off without a goodbye."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def stall(connection: socket.socket) -> None:
    """Says nothing until the other side gives up."""
    while connection.recv(65536):
        pass


def babble(connection: socket.socket) -> None:
    """Answers a handshake with what is none."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def read_request(connection: socket.socket) -> bytes:
    """One whole request with its body; b"" when the other side has gone."""
    data = b""
    while b"\r\n\r\n" not in data or len(data.split(b"\r\n\r\n", 1)[1]) < _length(data):
        more = connection.recv(65536)
        if not more:
            return b""
        data += more
    return data


def _length(data: bytes) -> int:
    lines = data.lower().split(b"\r\n")
    return next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), 0)


def answering(status: str, body: bytes = b"") -> Handle:
    """Reads one request and answers it."""

    def handle(connection: socket.socket) -> None:
        if read_request(connection):
            head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            connection.sendall(head.encode() + body)

    return handle


def after_request(handle: Handle) -> Handle:
    """Reads one request, and then does that."""

    def read_first(connection: socket.socket) -> None:
        if read_request(connection):
            handle(connection)

    return read_first


def corrupt(connection: socket.socket) -> None:
    """After a request over TLS: bytes below it that are no record of its own."""
    assert isinstance(connection, ssl.SSLSocket)
    read_request(connection)
    with socket.socket(fileno=connection.detach()) as bare:
        bare.sendall(b"\x17\x03\x03\x00\x20" + b"x" * 32)
        stall(bare)


class Certificate:
    """A certificate for 127.0.0.1, which nobody believes in but who is given `path` as their bundle."""

    def __init__(self, folder: Path) -> None:
        self.path, key = folder / "certificate.pem", folder / "key.pem"
        new = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=127.0.0.1"
        names = ("-addext", "subjectAltName=IP:127.0.0.1,DNS:twilio.invalid")
        files = ("-keyout", str(key), "-out", str(self.path))
        openssl = shutil.which("openssl") or "openssl"
        subprocess.run((openssl, *new.split(), *names, *files), check=True, capture_output=True)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.path, key)

    def over_tls(self, handle: Handle) -> Handle:
        """The handshake first, and then that."""

        def shake_hands(connection: socket.socket) -> None:
            with self._context.wrap_socket(connection, server_side=True) as secured:
                handle(secured)

        return shake_hands
