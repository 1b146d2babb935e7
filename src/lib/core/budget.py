"""Time that may be spent, and time that a service asks for. Clocks are passed in. Pure."""

from collections.abc import Callable
from email.utils import parsedate_to_datetime

from .frozen import frozen


@frozen
class Budget:
    """`ends_at` is an instant of `clock`, both in epoch seconds."""

    clock: Callable[[], float]
    ends_at: float

    def remaining_seconds(self) -> float:
        return max(0.0, self.ends_at - self.clock())

    def part(self, share: float) -> "Budget":
        """A budget that ends when this share of what remains is spent."""
        return Budget(self.clock, self.clock() + self.remaining_seconds() * share)


def retry_after_seconds(header: str | None, now: float) -> float | None:
    """A `Retry-After` header, seconds or an HTTP date, as seconds from now; None when there is none to honour."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None
