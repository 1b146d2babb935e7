"""Rings when most of a batch cannot be written to: a whole upload with the wrong column, say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..core.call import Batch, Call
from ..core.frozen import frozen
from ..core.phone import is_e164
from ..core.record import Record
from ..core.status import PHONE_REASONS
from .report import Report

MOST = 0.5  # more than this share of a batch
RING_SECONDS = 10 * 60  # the errors alarm wants errors in three of five minutes; one message of it is enough


@frozen
class Ringing:
    """A batch that most of cannot be written to. `until` in epoch seconds."""

    unusable: int
    recipients: int
    until: float


@dataclass(slots=True)
class UnusablePhones:
    """What is known of the phones that cannot be written to. Part of what a warm function remembers."""

    unusable: set[str] = field(default_factory=set)  # keys of calls that were skipped for their phone
    told: set[str] = field(default_factory=set)  # batch ids
    ringing: dict[str, Ringing] = field(default_factory=dict)  # batch id → what it is told of once an invocation
    rang_at: float = -1

    def learn(self, records: Iterable[Record]) -> None:
        """A call whose list has no usable phone may have one in its conversation: its record tells."""
        self.unusable |= {record.pk for record in records if record.reason in PHONE_REASONS}

    def look(
        self, batch: Batch, calls: Sequence[Call], finished: Iterable[Call], report: Report, oldest: float, now: float
    ) -> None:
        """Counts the finished calls of a batch that cannot be written to; a warning once a batch."""
        bad = [call for call in finished if call.ended_at > oldest and not is_e164(call.phone)]
        count = sum(1 for call in bad if not call.conversation_id or call.key in self.unusable)
        if not count:
            return
        report.count("unusable_phones", count)
        if batch.id not in self.told:
            self.told.add(batch.id)
            report.log.warning("phones_unusable", batch_id=batch.id, unusable=count, recipients=len(calls))
        if count > MOST * len(calls) and batch.id not in self.ringing:
            self.ringing[batch.id] = Ringing(count, len(calls), now + RING_SECONDS)

    def ring(self, report: Report, began_at: float, now: float) -> None:
        """An error a batch, once an invocation."""
        if self.rang_at == began_at:
            return
        self.rang_at = began_at
        for batch_id, ringing in self.ringing.items():
            if now < ringing.until:
                why = f"{ringing.unusable} of {ringing.recipients} recipients have no phone that can be written to"
                report.tolerated("phones_unusable", batch_id, f"{why}: use +, country code and number in the upload")
