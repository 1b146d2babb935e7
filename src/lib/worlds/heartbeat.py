"""The room of the switch outside this account (contract §2, `heartbeat_url`): one short GET, and its status."""

import threading

import requests

from ..errors import HeartbeatFailed

_CONNECT_SECONDS, _READ_SECONDS, _ALL_SECONDS = 2.0, 3.0, 5.0


def ask(url: str) -> None:
    """Asks the address once. Raises HeartbeatFailed, whose text holds nothing of the address: it is a secret."""
    asked: list[str] = []
    thread = threading.Thread(target=lambda: asked.append(_problem(url)), daemon=True)
    thread.start()
    thread.join(_ALL_SECONDS)  # a header that comes letter by letter passes every read's own time-out
    problem = asked[0] if asked else "no answer in time"
    if problem:
        raise HeartbeatFailed(problem)


def _problem(url: str) -> str:
    """What went wrong, "" when nothing did."""
    try:
        with (
            _Session() as session,
            session.get(url, timeout=(_CONNECT_SECONDS, _READ_SECONDS), stream=True, allow_redirects=False) as answer,
        ):
            return "" if 200 <= answer.status_code < 300 else f"HTTP {answer.status_code}"
    except Exception as error:  # a hostile answer raises more than the library's own errors
        return type(error).__name__


class _Session(requests.Session):
    """Redirects are not followed, for they may lead out of https; nor looked at, which would read their body."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None
