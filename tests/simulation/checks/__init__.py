"""The promises, held against what truly happened: the worlds tell `Checks`, and there is a checker a subject.

Some rules hold at the very instant of a write or a send; the others once a story has come to rest.
"""

from collections.abc import Mapping, Sequence

from lib.core import keys
from lib.core.inbound import Inbound
from lib.core.matching import Row
from lib.core.message.compose import Message
from lib.core.outcome import Outcome, Reply, classify
from lib.core.phone import person_of
from lib.core.policy import Settings
from lib.core.record import is_live, parse_record
from lib.core.table import Change, Item, Put, Update
from local.services.twilio.messages import Message as TwilioMessage
from tests.simulation.checks import (
    again,
    channels,
    claims,
    day,
    found,
    gate,
    held,
    lease,
    messages,
    people,
    reached,
    records,
    resent,
    suspended,
    words,
)
from tests.simulation.checks.history import Claim, History, Look, Rest, Sent
from tests.simulation.checks.sightings import Sightings
from tests.simulation.promises import Promise
from tests.simulation.situations import Situation


class Checks:
    """Notes in the history what the worlds saw, and lets each checker judge it."""

    def __init__(self, history: History, items: Mapping[str, Item]) -> None:
        self.history, self._items = history, items
        self.sightings = Sightings(history, items)
        self._rested_at = history.clock()

    def written(self, change: Put | Update, before: Item | None, after: Item, process: str) -> None:
        """One item was written."""
        history = self.history
        history.began.setdefault(process, history.clock())
        if "expires_at" not in after and not change.pk.startswith("#suppress"):
            history.violate(
                Promise.RECORD_FOR_EVERY_CALL, f"{change.pk} was written without an end, or after it was gone"
            )
        if change.pk.startswith("#") and "status" in after:
            history.violate(Promise.RECORD_FOR_EVERY_CALL, f"a call was written under {change.pk}, a key of ours")
        if before is None or not is_live(before, history.clock()):
            history.recorded[change.pk] = history.clock()
        values = change.set if isinstance(change, Update) else change.item
        self.sightings.written(values, before, after, process)
        if change.pk == keys.LEASE:
            lease.check(history, before, after)
        elif values.get("status") == "claimed" and "claim_id" in values:
            record = parse_record(after)
            history.claims[record.claim_id] = Claim(
                record.claim_id,
                record.call,
                record.kind,
                record.to,
                record.message,
                record.sender,
                record.claimed_at,
                history.clock(),
            )
            claims.check_claim(history, self._items, history.claims[record.claim_id])
            suspended.check_claim(history, self._items, record.claim_id, process)
            reached.check_claim(history, self._items, history.claims[record.claim_id])
            found.check_claim(history, history.claims[record.claim_id])
            people.check_claim(history, self._items, history.claims[record.claim_id], process)
        elif values.get("status") == "held" and before:
            history.held[before["claim_id"]] = history.clock()
        elif "resends" in values and before:
            self._let_go(before, after, process)
        elif change.pk.startswith("#suppressed:") and not is_live(before, history.clock()):
            history.suppressed[change.pk] = history.clock()

    def _let_go(self, before: Item, after: Item, process: str) -> None:
        history = self.history
        if before.get("claim_id"):
            history.resent[before["claim_id"]] = history.clock(), process
            messages.check_let_go(history, before, after)
        if after["reason"] == "resent_by_a_person":
            resent.check(history, self._items, before, after)

    def not_written(self, changes: Sequence[Change], failed: Change, process: str) -> None:
        """A condition of `failed` did not hold, and nothing was written."""
        self.sightings.refused(changes, failed, process)

    def begins_to_send(self, claim_id: str | None) -> None:
        """A run begins a create; it may stall before that reaches Twilio."""
        claim = self.history.claims.get(claim_id or "")
        if claim is not None:
            gate.at_send(self.history, claim)

    def about_to_send(self, claim_id: str | None, to: str, message: Message, settings: Settings) -> None:
        """A create is about to reach Twilio, by a run under these settings."""
        claim = claims.check(self.history, self._items, claim_id, to, message, settings)
        if claim is not None:
            words.check(self.history, claim)
            channels.check(self.history, self._items, claim)
            again.check_send(self.history, claim)
            self.sightings.about_to_send(claim)

    def answered(self, claim_id: str | None, made: TwilioMessage | None, reply: Reply, settings: Settings) -> None:
        """What a create came to: the message that it made, if any, and what the run was told."""
        history, claim, outcome = self.history, self.history.claims.get(claim_id or ""), classify(reply)
        if made is not None and claim is not None:
            talk = history.attempt_of(claim.call)
            history.sent.append(Sent(made, history.clock(), claim, talk.id if talk else claim.call.key))
        if made is not None and (settings.paused or settings.dry_run):
            history.stopped.add(made.sid)
        history.unclear += outcome is Outcome.UNCLEAR
        if outcome in (Outcome.REFUSED, Outcome.UNEXPLAINED):
            history.refused.add((claim_id or "", reply.code or 0))
        self.sightings.answered(claim, reply, outcome, was_made=made is not None)

    def looked(self, claim_id: str, process: str, rows: Sequence[Row] | None) -> None:
        """Twilio's list was asked for a claim's message; None: it could not be read."""
        self.history.looks.setdefault(claim_id, []).append(Look(self.history.clock(), rows is not None, process))
        if rows is not None:
            self.sightings.looked(claim_id, rows)

    def heard(self, process: str, rows: Sequence[Inbound]) -> None:
        """A run was shown what people wrote."""
        for row in rows:
            self.history.shown.setdefault((process, person_of(row.phone)), set()).add(row.sid)
            self.history.shown_at.setdefault(row.sid, self.history.clock())

    def told(self, text: str) -> None:
        """The owner was told of an answer."""
        people.check_told(self.history, text)

    def told_the_day(self, text: str) -> None:
        """The owner was told the day."""
        day.check_told(self.history, self._items, text)

    def at_rest(self) -> dict[str, int]:
        """Everything due has been done. Returns what the rest adds to the story's counts."""
        rest = Rest.of(self.history, dict(self._items), self._rested_at)
        records.check(rest)
        found.check(rest, self._items)
        people.check(rest, self._items)
        day.check(rest, self._items)
        channels.check_rest(rest)
        held.check(rest)
        gate.check(rest)
        allowed = messages.check(rest)
        self._rested_at = rest.now
        self.sightings.at_rest(rest)
        if allowed:
            self.sightings.see(Situation.SECOND_MESSAGE_ALLOWED)
        return {"held": sum(item["status"] == "held" for item in rest.calls.values()), "allowed": allowed}
