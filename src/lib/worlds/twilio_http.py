"""The connections under Twilio's SDK: they know whether a request has left, and none that was idle carries one.

The exceptions do not tell: a failed TLS handshake and a fault after the request look the same (facts/twilio.md §5.2). A
connection does: bytes of the request leave only by `send`, once it is connected, its proxy has opened the way and its
handshake is over. Made for urllib3 2.8 and requests 2.34, as src/requirements.txt locks them.
"""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection

IDLE_SECONDS = 1.0
"""A connection unused for longer is not used again: Twilio's front may be closing it just as the request crosses, and
then nobody knows whether the message exists. Within a burst none waits as long; between ticks all do."""

_now = threading.local()  # of this thread's request


def expect_request() -> None:
    """A request of this thread is about to be made, through an `Adapter`: nothing of it has left yet."""
    _now.began = False


def request_began() -> bool:
    """Whether a byte of this thread's last request may have left."""
    return bool(getattr(_now, "began", True))


class Adapter(HTTPAdapter):
    """requests' adapter on these connections.

    clock: epoch seconds, for a monotonic clock may stand still while Lambda's sandbox does.
    """

    def __init__(self, pool_size: int, clock: Callable[[], float]) -> None:
        self._pools = {"http": partial(_HttpPool, clock=clock), "https": partial(_HttpsPool, clock=clock)}
        super().__init__(pool_maxsize=pool_size, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self._use_our_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if isinstance(manager, ProxyManager):
            self._use_our_pools(manager)
        else:  # a SOCKS proxy has connections of its own, which do not tell
            _now.began = True
        return manager

    def _use_our_pools(self, manager: Any) -> None:
        manager.pool_classes_by_scheme = self._pools


class _Watched:
    """Beside an HTTPConnection: notes the first byte of a request. What a proxy and a handshake need is none of it."""

    _is_connecting = False
    used_at: float | None = None
    sock: Any

    def connect(self) -> None:
        self._is_connecting = True
        try:
            super().connect()  # type: ignore[misc]
        finally:
            self._is_connecting = False

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        if not self._is_connecting:
            _now.began = True
        super().send(data)  # type: ignore[misc]


class _HttpConnection(_Watched, HTTPConnection):
    pass


class _HttpsConnection(_Watched, HTTPSConnection):
    pass


class _FreshPool:
    """Beside a connection pool: closes a kept connection that was idle for too long. It connects anew when used."""

    def __init__(self, *args: Any, clock: Callable[[], float], **kwargs: Any) -> None:
        self._clock = clock
        super().__init__(*args, **kwargs)

    def _get_conn(self, timeout: float | None = None) -> Any:
        connection = super()._get_conn(timeout)  # type: ignore[misc]
        used_at = connection.used_at
        if used_at is not None and not 0 <= self._clock() - used_at <= IDLE_SECONDS:
            connection.close()
        return connection

    def _put_conn(self, connection: Any) -> None:
        if connection is not None:
            connection.used_at = self._clock()
        super()._put_conn(connection)  # type: ignore[misc]


class _HttpPool(_FreshPool, HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(_FreshPool, HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection
