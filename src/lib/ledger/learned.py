"""What was learned of a claim, of its message and of the person: written wherever it is still true (`transitions`)."""

import math
from collections.abc import Callable, Sequence

from ..core import following, keys
from ..core.again import Again
from ..core.codes import code_of
from ..core.fallback import EMAIL, Next
from ..core.record import FORGOTTEN_ON_ARRIVAL, TTL_SECONDS, Event, Record
from ..core.status import Reason, Status
from ..core.table import AtMost, Change, Free, Is, Item, Put, Update
from ..ports import Clock, Table, Troubles
from .moves import Moves, update_of
from .suppressed import Suppressed
from .transitions import TRANSITIONS
from .written import is_written


class Learned(Moves):
    """The participles of the ledger's verbs."""

    def __init__(
        self,
        table: Table,
        clock: Clock,
        fence: Callable[[], int],
        new_id: Callable[[], str],
        troubles: Troubles,
    ) -> None:
        """new_id: makes 128 random bits as text, for the claims and for the suppression list's key."""
        super().__init__(table, clock, fence, troubles)
        self._new_id = new_id
        self.suppressed = Suppressed(table, clock, new_id)

    # ── what the claim's owner learned ───────────────────────────────────────────────────────────────────────────

    def accepted(self, claim: Record, status: str, sid: str, error_code: int | None = None) -> tuple[Change, ...]:
        """Twilio has the message: `sent`, or already `delivered`, `read` or `failed`. For `write_together`.

        It is not written when a look-up took the message for that of another call with the same words, this owner
        having stalled: then the claim stays open, and is settled like any other.
        """
        reason = Reason.FAILED_AFTER_ACCEPTANCE
        return self._having_message("accepted", claim, status, sid, error_code, reason, self._now())

    def write_together(self, moves: Sequence[tuple[Change, ...]]) -> list[bool]:
        """Several moves in one transaction, each on its own where they cannot all be made: which of them were.

        At most 33 of three changes each, and no two on one item (facts/aws.md §4).
        """
        if len(moves) > 1 and is_written(self._table, *(change for move in moves for change in move)):
            return [True] * len(moves)
        return [is_written(self._table, *move) for move in moves]

    def refused(self, claim: Record, code: int) -> bool:
        """Twilio said no: final."""
        return self._move("refused", claim, *self._opted_out(claim, code), reason=Reason.REFUSED, error_code=code)

    def postponed(
        self, claim: Record, due_at: float, reason: str, tried: bool = True, error_code: int | None = None
    ) -> bool:
        """Nothing was created, and the claim is over: back to waiting. `tried` False takes the attempt back as well.

        error_code: Twilio's, which says why, should the call become too old before it can be sent.
        """
        values: Item = {"attempts": claim.attempts if tried else claim.attempts - 1, "claim_id": ""}
        if error_code is not None:
            values["error_code"] = error_code
        return self._move("postponed", claim, reason=reason, due_at=int(due_at), **values)

    def leaves_again(self, claim: Record, code: int, then: Again, sid: str = "") -> bool:
        """Twilio refused the message, or accepted it (`sid`) and failed it at once; another one leaves, later."""
        also = (self._reserved(claim, sid),) if sid else ()
        values: Item = {"error_code": code, "claim_id": "", "due_at": then.due_at} | then.marks
        return self._move("postponed", claim, *also, of_sid=sid, reason=then.reason, **values)

    def next_channel(self, claim: Record, code: int, then: Next, sid: str = "") -> bool:
        """The message was refused, or accepted (`sid`) as failed, for good: the call waits for the next channel."""
        also = (self._reserved(claim, sid),) if sid else ()
        reason = Reason.FAILED_AFTER_ACCEPTANCE if sid else Reason.REFUSED
        return self._goes_on("next_channel", claim, code, then, reason, sid, *also)

    def next_after_sent(self, seen: Record, code: int, then: Next) -> bool:
        """Twilio could not deliver what it had accepted, for good: the call waits for the next channel."""
        reason = Reason.FAILED_AFTER_ACCEPTANCE
        return self._goes_on("next_after_sent", seen, code, then, reason, seen.message_sid)

    def next_instead(self, waiting: Record, then: Next) -> bool:
        """Free text failed, and the template that should have answered is gone: the call waits for the next channel."""
        return self._goes_on(
            "next_instead", waiting, waiting.error_code, then, Reason.FAILED_AFTER_ACCEPTANCE, waiting.message_sid
        )

    def _goes_on(self, verb: str, seen: Record, code: int, then: Next, reason: Reason, sid: str, *also: Put) -> bool:
        """The failure and what follows it are one write: no kill comes between them."""
        now = self._now()
        failed = Event(now, reason, channel=seen.channel, code=code, sid=sid)
        passed = (Event(now, why, channel=channel) for channel, why in then.passed_over)
        values: Item = {"channel": then.channel, "failed_on": f"{seen.failed_on} {seen.channel}".strip(), "due_at": now}
        values |= {"error_code": code} | dict.fromkeys(("claim_id", "message_sid"), "")
        values |= dict.fromkeys(("sent_at", "failures", "window_closed_at"), 0)  # they are of the channel before
        return self._move(verb, seen, *also, before=(failed, *passed), reason=Reason.NEXT_CHANNEL, **values)

    def found(
        self, claim: Record, status: str, sid: str, error_code: int | None = None, created_at: float = math.inf
    ) -> bool:
        """Twilio's list has the message. created_at: by Twilio's clock; it left then, as far as ours allows that."""
        left_at = int(max(claim.claimed_at, min(created_at, self._now())))
        changes = self._having_message("found", claim, status, sid, error_code, Reason.FOUND_IN_LIST, left_at)
        return is_written(self._table, *changes)

    def _having_message(
        self, verb: str, claim: Record, status: str, sid: str, error_code: int | None, reason: str, left_at: int
    ) -> tuple[Change, ...]:
        now = self._now()
        values: Item = {"status": Status(status), "message_sid": sid, "sent_at": left_at}
        if claim.channel == EMAIL:
            values |= {"queue": ""} | dict.fromkeys(FORGOTTEN_ON_ARRIVAL, "")  # nobody tells what became of it
        elif TRANSITIONS[verb].queue_of(Status(status)):
            values["due_at"] = now + following.FIRST_SECONDS
        if status in (Status.DELIVERED, Status.READ):
            values["delivered_at"] = now
        if status == Status.READ:
            values["read_at"] = now
        if error_code is not None:
            values["error_code"] = error_code
        if verb == "accepted" and status != Status.FAILED:
            reason = ""  # an accepted message needs none; this also clears the reason of a hold
        move = self._moving(verb, claim, reason=reason, **values)
        return move, self._reserved(claim, sid), *self._opted_out(claim, error_code)

    # ── what the person did ──────────────────────────────────────────────────────────────────────────────────────

    def replying(self, seen: Record, at: int) -> Update:
        """The change that says when the person first answered, whatever the call's status: written beside the reply.

        It moves nothing else, so it is no transition: where the message stands and who answered are two axes.
        """
        event = Event(self._now(), "replied", channel=seen.channel)
        return update_of(seen, {"replied_at": at}, (event,), (Is("pk", (seen.pk,)), AtMost("fence", self._fence())))

    def _opted_out(self, claim: Record, code: int | None) -> tuple[Put, ...]:
        """What Twilio's code says of the person is written with what it says of the message."""
        is_opt_out = code is not None and code_of(code).is_opt_out
        return (self.suppressed.adding(claim.call.phone, by="twilio", why=str(code)),) if is_opt_out else ()

    # ── what became of the message ───────────────────────────────────────────────────────────────────────────────

    def delivered(self, seen: Record) -> bool:
        """Twilio says that it arrived; it may still be read."""
        return self._move("delivered", seen, delivered_at=self._now())

    def read(self, seen: Record) -> bool:
        """The person has read it: nothing comes after."""
        now = self._now()
        return self._move("read", seen, delivered_at=seen.delivered_at or now, read_at=now)

    def undelivered(self, seen: Record, code: int) -> bool:
        """Twilio could not deliver what it had accepted: final."""
        also = self._opted_out(seen, code)
        return self._move("undelivered", seen, *also, reason=Reason.FAILED_AFTER_ACCEPTANCE, error_code=code)

    def failed_for_now(self, seen: Record, code: int, then: Again) -> bool:
        """Twilio could not deliver what it had accepted, for sure: it leaves once more, under a claim of its own."""
        cleared: Item = {"claim_id": "", "message_sid": "", "sent_at": 0}
        values = cleared | {"error_code": code, "due_at": then.due_at} | then.marks
        return self._move("failed_for_now", seen, reason=then.reason, **values)

    def let_go(self, seen: Record, reason: str) -> bool:
        """Too old to matter: it is followed no more, and what was last known of it stands."""
        return self._move("let_go", seen, reason=reason)

    def _reserved(self, claim: Record, sid: str) -> Put:
        """Written with the call's own item, so that a message settles one call only."""
        now = self._now()
        item = {"pk": keys.of_message(sid), "call": claim.pk, "expires_at": now + TTL_SECONDS}
        return Put(item, when=(Free(now),))
