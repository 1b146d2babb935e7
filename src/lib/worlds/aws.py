"""The way to AWS: signed JSON requests on kept connections, with waits and repeats that a tick can afford.

boto3 does the same for every service there is, and takes for it three times the processor time of a request, 15 MB and
a quarter of a cold start; DynamoDB and SSM need one kind of request. Measured in docs/performance.md.
"""

import os
import random
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import certifi
import msgspec
import urllib3
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError

from .connections import POOLS, proxy_of
from .signing import Keys, signed

CONNECT_SECONDS, READ_SECONDS = 2, 3  # boto3's own, a minute each, would outlast the run (facts/aws.md §4)
TRIES = 3
_BASE_SECONDS, _BASE_THROTTLED_SECONDS = 0.025, 0.5  # doubled with each try, and shortened by the dice
_THROTTLED = frozenset(
    {
        *("LimitExceededException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"),
        *("RequestThrottled", "RequestThrottledException", "Throttling", "ThrottlingException"),
        *("TooManyRequestsException", "TransactionInProgressException"),
    }
)
_SUFFIXES = {"cn-": "amazonaws.com.cn", "eusc-": "amazonaws.eu"}  # of the partitions that are not amazonaws.com
_KEEP_ALIVE = [*HTTPConnection.default_socket_options, (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.Decoder().decode

Operation = Callable[[str, Mapping[str, Any]], Any]
"""An operation of a service, and its request → its answer. Raises AwsRefused, AwsSilent."""


class AwsRefused(Exception):
    """AWS answered that it did not do it. `body` is the error as it stands in the answer."""

    def __init__(self, status: int, code: str, message: str = "", body: Mapping[str, Any] | None = None) -> None:
        self.code, self.message, self.body = code, message, body or {}
        self.is_throttled = code in _THROTTLED
        self.may_pass = self.is_throttled or status >= 500
        super().__init__(code)


class AwsSilent(Exception):
    """No answer came, however often it was asked. The text is the kind of the last failure, without its words."""


class AwsService:
    """The operations of one service that speaks JSON: an `Operation`, safe for many threads.

    target, version: as the service's API writes them in the headers of its requests. environment: the variables that
    Lambda and every SDK use. What failed on the way, or for a passing reason, is asked again; whoever writes must be
    able to meet their own first attempt.
    """

    def __init__(
        self,
        name: str,
        target: str,
        version: str,
        environment: Mapping[str, str] = os.environ,
        pool_size: int = 1,
        sleep: Callable[[float], None] = time.sleep,
        dice: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._name, self._target, self._sleep, self._dice = name, target, sleep, dice
        self._clock = clock
        self._region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION", "")
        self._url = _url(name, self._region, environment)
        self._pool, self._path = _pool(self._url, environment, pool_size)
        self._keys = _keys(environment)
        host = urlsplit(self._url).netloc
        self._headers = {"host": host, "content-type": f"application/x-amz-json-{version}"}

    def __call__(self, operation: str, request: Mapping[str, Any]) -> Any:
        body = _encode(request)
        for attempt in range(1, TRIES):
            base_seconds = _BASE_SECONDS
            try:
                return self._once(operation, body)
            except AwsRefused as refused:
                if not refused.may_pass:
                    raise
                if refused.is_throttled:
                    base_seconds = _BASE_THROTTLED_SECONDS
            except AwsSilent:
                pass
            self._sleep(self._dice() * base_seconds * 2**attempt)
        return self._once(operation, body)

    def _once(self, operation: str, body: bytes) -> Any:
        headers = {**self._headers, "x-amz-target": f"{self._target}.{operation}"}
        headers = signed(headers, body, self._keys(), self._region, self._name, self._clock())
        try:
            answer = self._pool.urlopen("POST", self._path, body=body, headers=headers, retries=False)
            if answer.status != 200:
                raise _refusal(answer.status, answer.data)
            return _decode(answer.data)
        except (HTTPError, OSError, ValueError) as error:  # ValueError: an answer that is no JSON
            raise AwsSilent(type(error).__name__) from None


def _url(service: str, region: str, environment: Mapping[str, str]) -> str:
    given = environment.get(f"AWS_ENDPOINT_URL_{service.upper()}") or environment.get("AWS_ENDPOINT_URL")
    if environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        given = None
    suffix = next((suffix for start, suffix in _SUFFIXES.items() if region.startswith(start)), "amazonaws.com")
    return (given or f"https://{service}.{region}.{suffix}").rstrip("/") + "/"


def _pool(url: str, environment: Mapping[str, str], size: int) -> tuple[urllib3.HTTPConnectionPool, str]:
    """The connections to a service, and how a request on them names its target."""
    proxy = proxy_of(url)
    options: dict[str, Any] = {
        "maxsize": size,
        "timeout": urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        "socket_options": _KEEP_ALIVE,
    }
    if url.startswith("https:"):
        options["ca_certs"] = environment.get("AWS_CA_BUNDLE") or certifi.where()
    manager = urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)
    manager.pool_classes_by_scheme = dict(POOLS)
    return manager.connection_from_url(url), url if proxy and url.startswith("http:") else "/"


def _keys(environment: Mapping[str, str]) -> Callable[[], Any]:
    """Lambda gives the role's keys as variables, for the life of the sandbox; a laptop has them where the SDK looks."""
    if environment.get("AWS_ACCESS_KEY_ID"):
        keys = Keys(
            environment["AWS_ACCESS_KEY_ID"],
            environment.get("AWS_SECRET_ACCESS_KEY", ""),
            environment.get("AWS_SESSION_TOKEN"),
        )
        return lambda: keys
    from botocore.session import Session

    credentials = Session().get_credentials()
    if credentials is None:
        return _no_keys
    return credentials.get_frozen_credentials  # renews them when their time comes


def _no_keys() -> Any:
    raise AwsSilent("no credentials")


def _refusal(status: int, body: bytes) -> AwsRefused:
    try:
        error = _decode(body)
        kind, message = str(error.get("__type", "")), error.get("message") or error.get("Message") or ""
    except (ValueError, AttributeError):
        error, kind, message = {}, "", ""
    code = kind.rpartition("#")[2].partition(":")[0] or f"HTTP {status}"
    return AwsRefused(status, code, str(message), error)
