"""What people write to us: who asks not to be written to is put on the list, any other answer goes to the owner.

Twilio's list is read once a tick for each sender, from a little before where the read before it began: a message may
show in it late. What was dealt with is remembered while the function is warm; a cold one asks the table.
"""

from collections.abc import Callable, Iterable, Sequence

from ..core.budget import Budget
from ..core.inbound import HumanReply, Inbound, answered, notice
from ..core.optout import wish
from ..core.phone import is_e164, mask, person_of, spellings
from ..core.policy import LANGUAGES, Settings
from ..core.record import TTL_SECONDS, Record
from ..core.senders import Senders
from ..core.window import LATE_SECONDS
from ..errors import LookupFailed, NoticeRefused, NoticeUnclear, TableUnclear
from ..ledger.calls import PERSON, Ledger
from ..ledger.replies import Replies
from ..ledger.telling import TELLING, TOLD, UNCLEAR
from ..ports import Clock, Notices, Twilio
from .memory import Memory
from .report import Report

FIRST_LOOK_SECONDS = 7 * 24 * 3600  # back, when nothing says where to go on from: for those who had opted out
ADVANCE_SECONDS = 600  # where to go on from is written so seldom: each write costs, and the overlap covers it
TELL_AT_MOST = 50
SUMMARIES_SECONDS = 5  # in a tick: the owner hears of an answer without them, too


class Listener:
    """Raises ConfigurationError when Twilio refuses the account. What else goes wrong stops nobody but itself.

    unwritten: people whose wish to be left alone was read, and could not be written yet.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        replies: Replies,
        twilio: Twilio,
        summary_of: Callable[[str, Budget], str],
        notices: Notices,
        settings: Settings,
        senders: Senders,
        memory: Memory,
        clock: Clock,
        report: Report,
    ) -> None:
        """summary_of: by a conversation's id, "" where there is none."""
        self._ledger, self._replies, self._twilio, self._notices = ledger, replies, twilio, notices
        self._heard, self._answered_at, self._windows = memory.heard, memory.answered_at, memory.windows
        self.unwritten = memory.unwritten
        self._settings, self._clock, self._report, self._summary_of = settings, clock, report, summary_of
        self._inboxes = senders.inboxes(settings)

    def run(self) -> None:
        """Reads every sender's inbox, those that are in no setting any more too; then tells what is to be told."""
        try:
            inboxes = self._replies.inboxes()
        except TableUnclear as failure:
            self._report.tolerated("inbox_unread", "", str(failure))
            return
        fresh: list[HumanReply] = []
        for sender in sorted(self._inboxes | inboxes.keys()):
            fresh += self._read(sender, inboxes.get(sender))
        self._tell(fresh)

    def _read(self, sender: str, read_until: int | None) -> list[HumanReply]:
        """The answers that were not known. Where to go on from moves only when all before it is dealt with."""
        began, fresh = int(self._clock()), list[HumanReply]()
        since = (began - FIRST_LOOK_SECONDS if read_until is None else read_until) - LATE_SECONDS
        try:
            listed = self._twilio.inbound(sender, min(since, self._windows.since(sender, began)))
            self._windows.hear(sender, listed, began)
            oldest_first = [row for row in reversed(listed) if row.created_at >= since]
            rows = [row for row in oldest_first if row.sid not in self._heard]
            wishes = self._wishes(rows)
            told_from = since if read_until is not None else began - LATE_SECONDS  # a first start answers nothing old
            remembered_from = began - TTL_SECONDS + LATE_SECONDS  # the table may have forgotten that it was told
            tellable = [row for row in rows if row.created_at >= max(told_from, remembered_from)]
            for reply, record in self._answers([row for row in tellable if row.sid not in wishes]):
                if self._keep(reply, record):
                    fresh.append(reply)
            self._heard.update((row.sid, row.created_at) for row in rows)
            if read_until is None or began - read_until >= ADVANCE_SECONDS:
                self._replies.read_until(sender, began)
                self._forget(began - FIRST_LOOK_SECONDS - LATE_SECONDS)
        except LookupFailed as failure:
            self._report.tolerated("inbox_unread", "", str(failure))
        except TableUnclear as failure:
            self._report.tolerated("inbox_unwritten", "", str(failure))
        return fresh

    def _forget(self, before: float) -> None:
        for known in (self._heard, self._answered_at):
            for key in [key for key, at in known.items() if at < before]:
                del known[key]

    def _wish(self, row: Inbound) -> str:
        return wish(row.body, self._settings.opt_out_words, self._settings.opt_in_words)

    def _wishes(self, rows: Sequence[Inbound]) -> set[str]:
        """Writes them. Returns the SIDs of those that are nothing else: who is not on the list and writes START, or a
        shop's own word for it, has answered."""
        wishes = [(row, what) for row in rows if is_e164(row.phone) and (what := self._wish(row))]
        to_be_left_alone = {person_of(row.phone) for row, what in wishes if what == "out"}
        self.unwritten |= to_be_left_alone
        suppressed, there = self._ledger.suppressed, set(self._ledger.suppressed.among(row.phone for row, _ in wishes))
        failure: TableUnclear | None = None
        no_answers: set[str] = set()
        for row, what in wishes:
            if row.phone in there or person_of(row.phone) in to_be_left_alone:
                no_answers.add(row.sid)
            change = suppressed.add if what == "out" else suppressed.remove
            try:
                is_newest = change(row.phone, by=PERSON, why=row.sid, at=row.created_at)
            except TableUnclear as unclear:  # the others' wishes are written all the same
                failure = unclear
                continue
            if is_newest and (what == "out") != (row.phone in there):
                event = "opted_out" if what == "out" else "opted_in"
                self._report.count(event)
                self._report.log.info(event, phone=mask(row.phone), message_sid=row.sid)
                there ^= {row.phone}
        if failure is not None:
            raise failure
        self.unwritten -= to_be_left_alone
        return no_answers

    def _answers(self, rows: Sequence[Inbound]) -> list[tuple[HumanReply, Record]]:
        """Messages that answer a call's and are not kept yet."""
        texts = [row for row in rows if is_e164(row.phone)]
        if not texts:
            return []
        records = self._ledger.of_phones({one for row in texts for one in spellings(row.phone)})
        pairs = []
        for row in texts:
            of_person = [record for one in spellings(row.phone) for record in records.get(one, ())]
            record = answered(row, of_person)
            if record is not None:
                pairs.append((_reply(row, record), record))
        known = self._replies.known(reply.sid for reply, _ in pairs)
        return [(reply, record) for reply, record in pairs if reply.sid not in known]

    def _keep(self, reply: HumanReply, record: Record) -> bool:
        """Writes the answer and, of a call's first one, when it came."""
        is_first = not record.replied_at and record.pk not in self._answered_at
        beside = [self._ledger.replying(record, reply.at)] if is_first else []
        if not self._replies.keep(reply, *beside):
            return False
        self._answered_at[record.pk] = reply.at
        self._report.answered(reply.at - (record.sent_at or record.claimed_at), is_first=is_first)
        self._report.about("reply", record.call, reply_sid=reply.sid, first=is_first)
        return True

    # ── telling ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _tell(self, fresh: Iterable[HumanReply]) -> None:
        """Those that were just kept, and those that an earlier run left."""
        try:
            left, problems = self._replies.to_tell(TELL_AT_MOST)
            for problem in problems:
                self._report.tolerated("item_unreadable", "", problem)
            for reply, state in left:
                if state == TELLING:
                    self._give_up(reply)
            waiting = {reply.sid: reply for reply, state in left if state != TELLING}
            asking = Budget(self._clock, self._clock() + SUMMARIES_SECONDS)
            for reply in (waiting | {reply.sid: reply for reply in fresh}).values():
                summary = self._summary(reply, asking)  # before: what is begun is to be ended soon
                if self._replies.begin(reply):
                    self._tell_one(reply, summary)
        except TableUnclear as failure:
            self._report.tolerated("reply_unwritten", "", str(failure))

    def _summary(self, reply: HumanReply, asking: Budget) -> str:
        """What the call was about: the table has forgotten it."""
        is_known = reply.conversation_id and reply.kind == "follow_up" and asking.remaining_seconds() > 0
        return self._summary_of(reply.conversation_id, asking) if is_known else ""

    def _tell_one(self, reply: HumanReply, summary: str) -> None:
        language = self._settings.language
        subject, text = notice(reply, language if language in LANGUAGES else LANGUAGES[0], summary)
        try:
            self._notices.tell(subject, text)
        except NoticeRefused as why:
            self._report.tolerated("reply_not_told", "", f"{why}; it is told again in a minute")
            self._replies.later(reply)
        except NoticeUnclear as why:
            self._report.log.warning("reply_telling_unclear", reply_sid=reply.sid, why=str(why))
        else:
            self._replies.end(reply, TOLD)

    def _give_up(self, reply: HumanReply) -> None:
        """Its teller is gone, and nobody knows whether the owner heard: it is not told twice, and not lost either."""
        if self._replies.end(reply, UNCLEAR):
            phone = mask(reply.phone)
            self._report.tolerated(
                "reply_unclear", "", f"{reply.sid} of {phone}: read it in Twilio's log; it stays open"
            )


def _reply(row: Inbound, record: Record) -> HumanReply:
    at, kind, ended_at, call = int(row.created_at), record.kind, record.ended_at, record.call
    return HumanReply(
        row.sid, record.pk, row.phone, row.body, row.media_count, at, kind, ended_at, call.name, call.conversation_id
    )
