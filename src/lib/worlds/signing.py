"""AWS's signature of a JSON request, version 4, for the one shape that Vigía sends: a POST of a body to `/`.

botocore signs everything there is, at three times the cost of the rest of the request; tests hold this against it.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple


class Keys(NamedTuple):
    """A role's or a user's; the token is a role's."""

    access_key: str
    secret_key: str
    token: str | None


def signed(
    headers: Mapping[str, str], body: bytes, keys: Keys, region: str, service: str, now: float
) -> dict[str, str]:
    """The headers with their signature. headers: names in lower case, `host` among them. now: epoch seconds."""
    at = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    headers = {**headers, "x-amz-date": at}
    if keys.token:
        headers["x-amz-security-token"] = keys.token
    names = sorted(headers)
    lines = "".join(f"{name}:{headers[name]}\n" for name in names)
    request = f"POST\n/\n\n{lines}\n{';'.join(names)}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{at[:8]}/{region}/{service}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = _hmac(_key_of(keys.secret_key, scope), text).hex()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={keys.access_key}/{scope}, SignedHeaders={';'.join(names)}, Signature={signature}"
    )
    return headers


@lru_cache(maxsize=8)
def _key_of(secret_key: str, scope: str) -> bytes:
    """One a day for each service."""
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
