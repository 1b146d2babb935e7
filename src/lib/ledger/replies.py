"""What was read of the people's own messages: where each sender's inbox was read to, and each answer to a call.

`#inbox:{sender}` is only where to go on from; that no answer is told twice rests on `#reply:{sid}`, one item for each.
An answer is written before it is told, and its telling is claimed before it begins: what a killed run was telling is
never told again, for nobody can ask SNS whether it was, and it stays in the table, where a person sees it.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict

from ..core import keys
from ..core.inbound import HumanReply
from ..core.record import TTL_SECONDS, is_live
from ..core.table import AtMost, Free, Is, Item, Put, Update, held_by
from ..errors import ConditionFailed, TableUnclear
from ..ports import Clock, Table
from .telling import NEW, TELLER_GONE_SECONDS, TELLING, begins
from .written import is_written

INBOX, TELL = "inbox", "tell"  # the queues
TELL_AGAIN_SECONDS = 60
_INBOXES_AT_MOST, _INBOX_KEPT_SECONDS = 100, 30 * 24 * 3600


class Replies:
    """Methods raise TableUnclear when the table does not answer. teller: see `begins`."""

    def __init__(self, table: Table, clock: Clock, fence: Callable[[], int], teller: str) -> None:
        self._table, self._clock, self._fence, self._teller = table, clock, fence, teller

    # ── where each inbox was read to ─────────────────────────────────────────────────────────────────────────────

    def inboxes(self) -> dict[str, int]:
        """Every sender whose inbox is read → until when it was, in epoch seconds."""
        now = self._now()
        items = self._table.queued(INBOX, now, _INBOXES_AT_MOST, now)
        return {item["sender"]: item["due_at"] for item in items if isinstance(item.get("sender"), str)}

    def read_until(self, sender: str, at: int) -> bool:
        """All that came until then is dealt with. False when a newer run says where to go on from."""
        values = {"sender": sender, "queue": INBOX, "due_at": at, "fence": self._fence()}
        values["expires_at"] = self._now() + _INBOX_KEPT_SECONDS
        return is_written(self._table, Update(keys.of_inbox(sender), values, when=(AtMost("fence", self._fence()),)))

    # ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────

    def known(self, sids: Iterable[str]) -> set[str]:
        """Those of these messages that are kept as answers."""
        by_pk = {keys.of_reply(sid): sid for sid in sids}
        found = self._table.get(by_pk) if by_pk else {}
        return {by_pk[pk] for pk, item in found.items() if is_live(item, self._now())}

    def keep(self, reply: HumanReply, *beside: Update) -> bool:
        """Writes an answer, to be told. False when it is kept already."""
        now, pk = self._now(), keys.of_reply(reply.sid)
        item: Item = {"pk": pk, **asdict(reply), "state": NEW, "queue": TELL, "due_at": now, "fence": self._fence()}
        try:
            self._table.write(Put(item | {"expires_at": now + TTL_SECONDS}, when=(Free(now),)), *beside)
        except ConditionFailed as refused:
            if refused.item.get("pk") == pk:
                return False
            raise TableUnclear("a newer run has moved the call that was answered") from None
        return True

    def to_tell(self, limit: int) -> tuple[list[tuple[HumanReply, str]], list[str]]:
        """Answers whose telling is due, and those whose teller is gone, with their state; and why others cannot be
        read."""
        now = self._now()
        found, problems = list[tuple[HumanReply, str]](), list[str]()
        for item in self._table.queued(TELL, now, limit, now):
            try:
                found.append((held_by(HumanReply, item), str(item.get("state"))))
            except ValueError as problem:
                problems.append(f"{item['pk']}: {problem}; it is not told until it is mended")
        return found, problems

    def begin(self, reply: HumanReply) -> bool:
        """Takes the right to tell an answer, as `begins` says."""
        values = {"state": TELLING, "teller": self._teller, "due_at": self._now() + TELLER_GONE_SECONDS}
        mine = Update(keys.of_reply(reply.sid), values, when=(Is("state", (NEW,)),))
        return begins(lambda: self._table.write(mine), lambda: self.later(reply), self._teller)

    def end(self, reply: HumanReply, state: str) -> bool:
        """It was told; or nobody can tell whether it was. False when somebody else said so before."""
        mine = (Is("state", (TELLING,)),)
        return is_written(
            self._table, Update(keys.of_reply(reply.sid), {"state": state}, ("queue", "due_at"), when=mine)
        )

    def later(self, reply: HumanReply) -> bool:
        """It was not told, for sure."""
        values = {"state": NEW, "due_at": self._now() + TELL_AGAIN_SECONDS}
        mine = (Is("state", (TELLING,)), Is("teller", (self._teller,)))
        return is_written(self._table, Update(keys.of_reply(reply.sid), values, when=mine))

    def handle(self, sid: str, by: str) -> bool:
        """A person has dealt with an answer. False when it is not there, or was dealt with before."""
        pk = keys.of_reply(sid)
        values = {"handled_at": self._now(), "handled_by": by}
        return is_written(self._table, Update(pk, values, when=(Is("pk", (pk,)), AtMost("handled_at", 0))))

    def _now(self) -> int:
        return int(self._clock())
