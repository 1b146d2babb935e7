"""The promises, held against what truly happened: the worlds tell `Checks`, and there is a checker a subject.

Some rules hold at the very instant of a write or a send; the others once a story has come to rest.
"""

from collections.abc import Mapping

from lib.core.message.compose import Message
from lib.core.outcome import Outcome, Reply, classify
from lib.core.policy import Settings
from lib.core.record import parse_record
from lib.core.table import Item, Put, Update
from lib.ledger.lease import LEASE_PK
from local.services.twilio.messages import Message as TwilioMessage
from tests.simulation.checks import claims, held, lease, messages, records, words
from tests.simulation.checks.history import Claim, History, Look, Rest, Sent
from tests.simulation.promises import Promise


class Checks:
    """Notes in the history what the worlds saw, and lets each checker judge it."""

    def __init__(self, history: History, items: Mapping[str, Item]) -> None:
        self.history, self._items = history, items
        self._rested_at = history.clock()

    def written(self, change: Put | Update, before: Item | None, after: Item, process: str) -> None:
        """One item was written."""
        history = self.history
        if "expires_at" not in after:
            history.violate(
                Promise.RECORD_FOR_EVERY_CALL, f"{change.pk} was written without an end, or after it was gone"
            )
        values = change.set if isinstance(change, Update) else change.item
        if change.pk == LEASE_PK:
            lease.check(history, before, after)
        elif values.get("status") == "claimed" and "claim_id" in values:
            record = parse_record(after)
            history.claims[record.claim_id] = Claim(
                record.claim_id,
                record.call,
                record.kind,
                record.to,
                record.message,
                record.claimed_at,
                history.clock(),
            )
        elif values.get("status") == "held" and before:
            history.held[before["claim_id"]] = history.clock()
        elif "resends" in values and before and before.get("claim_id"):
            history.resent[before["claim_id"]] = history.clock(), process
            messages.check_let_go(history, before, after)

    def about_to_send(self, claim_id: str | None, to: str, message: Message, settings: Settings) -> None:
        """A create is about to reach Twilio, by a run under these settings."""
        claim = claims.check(self.history, self._items, claim_id, to, message, settings)
        if claim is not None:
            words.check(self.history, claim)

    def answered(self, claim_id: str | None, made: TwilioMessage | None, reply: Reply) -> None:
        """What a create came to: the message that it made, if any, and what the run was told."""
        history, claim, outcome = self.history, self.history.claims.get(claim_id or ""), classify(reply)
        if made is not None and claim is not None:
            talk = history.attempt_of(claim.call)
            history.sent.append(Sent(made, history.clock(), claim, talk.id if talk else claim.call.key))
        history.unclear += outcome is Outcome.UNCLEAR
        if outcome is Outcome.REFUSED:
            history.refused.add((claim_id or "", reply.code or 0))

    def looked(self, claim_id: str, process: str, *, was_read: bool) -> None:
        """Twilio's list was asked for a claim's message."""
        self.history.looks.setdefault(claim_id, []).append(Look(self.history.clock(), was_read, process))

    def at_rest(self) -> dict[str, int]:
        """Everything due has been done. Returns what the rest adds to the story's counts."""
        rest = Rest.of(self.history, dict(self._items), self._rested_at)
        records.check(rest)
        held.check(rest)
        allowed = messages.check(rest)
        self._rested_at = rest.now
        return {"held": sum(item["status"] == "held" for item in rest.calls.values()), "allowed": allowed}
