"""A Twilio message as its account sees it: the row of create, fetch and list, and the filters of a list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import formatdate
from functools import lru_cache

from local.services.answers import JsonObject, Query, last_value
from local.services.twilio.segments import segments

API_VERSION = "2010-04-01"


@dataclass(slots=True)
class Message:
    """One message. Instants are epoch seconds.

    steps: (instant, status), in order; the last one reached is the status.
    listed_at: until then the list does not show it, a fetch by SID does (`facts/twilio.md` §5.3).
    """

    sid: str
    account_sid: str
    to: str
    from_: str
    body: str
    created_at: float
    listed_at: float
    steps: list[tuple[float, str]]
    messaging_service_sid: str | None = None
    content_sid: str | None = None
    direction: str = "outbound-api"
    error_code: int | None = None
    error_message: str | None = None
    media_count: int = 0

    def step(self, now: float) -> tuple[float, str]:
        """The step it is in: since when, and which status."""
        for step in reversed(self.steps):
            if step[0] <= now:
                return step
        return self.steps[0]

    def status(self, now: float) -> str:
        """One of `facts/twilio.md` §1.4."""
        return self.step(now)[1]

    def sent_at(self, now: float) -> float | None:
        """When it left Twilio, None while it has not."""
        for at, status in self.steps:
            if at <= now and status in LEFT_TWILIO:
                return at
        return None

    def row(self, now: float) -> JsonObject:
        """The resource as the API gives it (facts/twilio.md §1.3). WhatsApp's messages have one segment."""
        since, status = self.step(now)
        sent_at = self.sent_at(now)
        path = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}"
        failed = status in ("failed", "undelivered")
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": rfc_2822(int(self.created_at)),
            "date_sent": None if sent_at is None else rfc_2822(int(sent_at)),
            "date_updated": rfc_2822(int(since)),
            "direction": self.direction,
            "error_code": self.error_code if failed else None,
            "error_message": self.error_message if failed else None,
            "from": None if status == "accepted" else self.from_,
            "messaging_service_sid": self.messaging_service_sid,
            "num_media": str(self.media_count),
            "num_segments": "1" if ":" in self.to + self.from_ else str(segments(self.body)),
            "price": None if sent_at is None else "-0.00500",
            "price_unit": None if sent_at is None else "USD",
            "sid": self.sid,
            "status": status,
            "subresource_uris": {"media": f"{path}/Media.json"},
            "to": self.to,
            "uri": f"{path}.json",
        }


LEFT_TWILIO = frozenset({"sent", "delivered", "read", "undelivered", "received"})


@lru_cache(maxsize=4096)
def rfc_2822(at_seconds: int) -> str:
    """`Thu, 24 Aug 2023 05:01:45 +0000`: the only form, and the only resolution, of Twilio's dates."""
    return formatdate(at_seconds)[:-5] + "+0000"


def date_filter(query: Query) -> Callable[[float | None], bool] | None:
    """The test that `DateSent`, `DateSent<` and `DateSent>` (all inclusive) make of a sent instant, None without them.

    A day or an ISO 8601 instant; raises ValueError for anything else. Whether a message that has not left yet
    matches is unverified (facts/twilio.md §5.3); here it does not.
    """
    bounds = [(name[8:], _period(value)) for name in DATE_FILTERS if (value := last_value(query, name))]
    if not bounds:
        return None

    def passes(sent_at: float | None) -> bool:
        if sent_at is None:
            return False
        return all(
            (sign == "<" or sent_at >= first) and (sign == ">" or sent_at < end) for sign, (first, end) in bounds
        )

    return passes


DATE_FILTERS = ("DateSent", "DateSent<", "DateSent>")


def _period(text: str) -> tuple[float, float]:
    """First instant and end of the day or the second that a filter names."""
    if len(text) == len("2026-11-22"):
        start = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC).timestamp()
        return start, start + 86_400
    instant = datetime.fromisoformat(text)
    start = (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()
    return start, start + 1
