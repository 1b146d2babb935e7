"""Whether a tick may still begin a send: it holds the lease, has the time, and nothing has stopped the route."""

import threading
from collections.abc import Callable

from ..core.streak import Route, Streaks, Verdict
from ..errors import ConfigurationError

EVERYBODY: Route = ("", "")  # every sender: a refusal of the account
LEAST_SECONDS_TO_SEND = 3  # less than this before the run's end, and the message is left to the next run


class SendPermit:
    """Whether this tick may still begin a send by a route. Withdrawn for the rest of the tick by what stops more than
    one message. Safe for many threads."""

    def __init__(self, holds_lease: Callable[[], bool], seconds_left: Callable[[], float], streaks: Streaks) -> None:
        self._holds_lease, self._seconds_left, self._streaks = holds_lease, seconds_left, streaks
        self._lock = threading.Lock()
        self._stopped: set[Route] = set()
        self._limits: set[int] = set()
        self.refused: ConfigurationError | None = None  # the first parameter that somebody must fix

    def may_send(self, route: Route) -> bool:
        # Asking for the lease may take long: the time that is left counts afterwards.
        is_stopped = not self._stopped.isdisjoint({EVERYBODY, (route[0], ""), route})
        return not is_stopped and self._holds_lease() and self._seconds_left() >= LEAST_SECONDS_TO_SEND

    def stop(self, route: Route, refused: ConfigurationError | None = None) -> bool:
        """Ends a route's sends for this tick. False when that was done already."""
        with self._lock:
            is_news = route not in self._stopped
            self._stopped.add(route)
            self.refused = self.refused or refused
            return is_news

    def is_news(self, code: int) -> bool:
        """Whether a limit is met for the first time in this tick."""
        with self._lock:
            is_news = code not in self._limits
            self._limits.add(code)
            return is_news

    def accepted(self, route: Route) -> None:
        with self._lock:
            self._streaks[route].accepted()

    def after_refusal(self, route: Route, code: int, pk: str) -> Verdict:
        with self._lock:
            return self._streaks[route].refused(code, pk)
