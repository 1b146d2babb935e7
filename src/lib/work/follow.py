"""What became of accepted messages: one read of Twilio's list serves many, and only what is new is written.

The queue `track` holds every message that is followed. What stays warm knows when each is looked at next, so that a
look that shows nothing new costs no write and no read of the table; a cold start reads the queue whole and looks again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from ..core.again import again
from ..core.budget import Budget
from ..core.fallback import after_failure
from ..core.following import is_news, next_look_at, why_over
from ..core.matching import Row, earliest_creation
from ..core.outcome import record_status
from ..core.policy import Settings
from ..core.record import Record
from ..core.status import Reason, Status
from ..errors import LookupFailed, TableUnclear
from ..ledger.calls import Ledger
from ..ledger.transitions import FOLLOWED
from ..ports import Clock, Twilio
from .breaker import Breaker
from .report import Report

REQUESTS_PER_TICK, PAGES_PER_TICK = 5, 3
FEW = 2  # so many are asked for singly: that is no more than a list costs, and far less to read
READ_AT_MOST = 2_000  # records that a tick reads from the queue; the rest in the next
READ_WHOLE_SECONDS = 3600  # a stalled run may have put a message where the queue was read already
UNREAD_SECONDS = 60  # after Twilio gave no answer
LEAST_SECONDS = 5  # less than this before the run's end, and the look is left to the next run


@dataclass(slots=True)
class Followed:
    """What a warm function knows of the queue: what came into it before `since` is here, as long as it is there."""

    since: float = 0
    read_whole_at: float = 0
    records: dict[str, Record] = field(default_factory=dict)  # by key
    looks: dict[str, float] = field(default_factory=dict)  # by key: when it is looked at next

    def keep(self, record: Record, look_at: float) -> None:
        self.records[record.pk], self.looks[record.pk] = record, look_at

    def forget(self, record: Record) -> None:
        self.records.pop(record.pk, None)
        self.looks.pop(record.pk, None)


class Follow:
    """A tick's. Raises ConfigurationError when Twilio refuses the account."""

    def __init__(
        self,
        ledger: Ledger,
        twilio: Twilio,
        settings: Settings,
        breaker: Breaker,
        followed: Followed,
        clock: Clock,
        report: Report,
    ) -> None:
        self._ledger, self._twilio, self._followed = ledger, twilio, followed
        self._settings, self._breaker = settings, breaker
        self._clock, self._report = clock, report
        self._began_at = clock()  # what the tick sends itself, however long that takes, is the next one's to follow

    def news(self, budget: Budget) -> list[Callable[[], None]]:
        """Looks at what is due. Returns what is to be written; each may be carried out beside the others."""
        self._load()
        now, followed = self._clock(), self._followed
        due = [followed.records[pk] for pk in sorted(followed.looks, key=followed.looks.__getitem__)]
        due = [record for record in due if followed.looks[record.pk] <= self._began_at]
        if not due or budget.remaining_seconds() < LEAST_SECONDS:
            return []
        seen: dict[str, Row | None] = {}
        try:
            self._look(due, seen)
        except LookupFailed as failure:
            self._report.tolerated("look_up_failed", "", str(failure))
            for record in due:
                followed.looks[record.pk] = now + UNREAD_SECONDS
        writes: list[Callable[[], None]] = []
        for record in list(followed.records.values()):  # the list shows what is not due yet, too
            row = seen.get(record.message_sid)
            status = Status(record_status(row.status)) if row else record.status
            if row and is_news(record, status):
                failed = partial(self._failed, record, row.error_code or 0)
                writes.append(failed if status == Status.FAILED else partial(self._arrived, record, status))
            elif record.message_sid in seen:
                if row and status != Status.FAILED:
                    self._breaker.lives_on(record)
                followed.looks[record.pk] = next_look_at(record, now)
                if why := why_over(record, now):
                    writes.append(partial(self._let_go, record, why))
        return writes

    def _load(self) -> None:
        """What came into the queue since it was read last."""
        followed, now = self._followed, self._clock()
        try:
            if now >= followed.read_whole_at:
                followed.since, followed.read_whole_at = 0, now + READ_WHOLE_SECONDS
            records, followed.since = self._ledger.to_follow(int(followed.since), READ_AT_MOST, followed.records)
        except TableUnclear as failure:
            self._report.tolerated("due_unread", "", str(failure))
            return
        for record in records:
            followed.keep(record, record.due_at)
        for record in [one for one in followed.records.values() if one.expires_at <= now]:
            followed.forget(record)

    def _look(self, due: list[Record], seen: dict[str, Row | None]) -> None:
        """Adds what Twilio shows, by SID; None: it has no such message. What there was no request for is not there.

        The list is "newest first", by no date that is documented, and some of it may never be reached: what it does
        not show is asked for singly, the longest due first.
        """
        requests, pages = REQUESTS_PER_TICK, PAGES_PER_TICK if len(due) > FEW else 0
        for sender in dict.fromkeys(record.sender for record in due):
            mine = {record.message_sid: earliest_creation(record) for record in due if record.sender == sender}
            if not pages:
                break
            for page in self._twilio.outbound(sender):
                requests, pages = requests - 1, pages - 1
                seen.update((row.sid, row) for row in page)
                is_too_old = all(row.created_at < min(mine.values()) for row in page)
                if not pages or is_too_old or mine.keys() <= seen.keys():
                    break
        unseen = [record.message_sid for record in due if record.message_sid not in seen]
        for sid in unseen[:requests]:
            seen[sid] = self._twilio.message(sid)

    def _arrived(self, record: Record, status: Status) -> None:
        self._breaker.arrived(record)
        is_read = status == Status.READ
        if not self._write(record, partial(self._ledger.read if is_read else self._ledger.delivered, record)):
            return
        if not is_read:  # it may still be
            now = self._clock()
            arrived = replace(record, status=status, reason="", delivered_at=int(now))
            self._followed.keep(arrived, next_look_at(arrived, now))
        event = "message_read" if is_read else "message_delivered"
        self._report.about(event, record.call, message_sid=record.message_sid)
        self._report.count("MessagesDelivered", record.status == Status.SENT)

    def _failed(self, record: Record, code: int) -> None:
        """Another message leaves where it surely did not arrive, else another channel follows, else it is final."""
        ledger, report, sid = self._ledger, self._report, record.message_sid
        self._breaker.failed(record, code, is_late=True)
        if then := again(record, code, self._settings, self._clock()):
            if self._write(record, partial(ledger.failed_for_now, record, code, then)):
                report.leaves_again(record, code, then.reason, sid)
        elif follows := after_failure(record, code, self._settings.for_agent(record.call.agent_id)):
            if self._write(record, partial(ledger.next_after_sent, record, code, follows)):
                report.next_channel(record, code, follows.channel, sid)
        elif self._write(record, partial(ledger.undelivered, record, code)):
            report.undelivered(record, code, sid)
            report.count("MessagesFailed")

    def _let_go(self, record: Record, why: Reason) -> None:
        self._write(record, partial(self._ledger.let_go, record, why))

    def _write(self, record: Record, write: Callable[[], bool]) -> bool:
        """Written, or moved by somebody else: the record as we knew it is forgotten. Else it is looked at again."""
        try:
            is_written = write()
            now_there = None if is_written else self._ledger.record(record.pk)
        except TableUnclear as failure:
            self._report.tolerated("outcome_unwritten", record.call.batch_id, str(failure))
            self._followed.looks[record.pk] = self._clock() + UNREAD_SECONDS
            return False
        self._followed.forget(record)
        if now_there and now_there.status in FOLLOWED and now_there.queue:
            self._followed.keep(now_there, next_look_at(now_there, self._clock()))
        return is_written
