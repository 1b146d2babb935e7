"""What truly happened in a story, seen from outside the product; and the rules that hold at the very instant of a write
or a send (the letters are those of docs/reliability.md: a duplicate … h wrong text)."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from lib.core.call import Call
from lib.core.language import language_of
from lib.core.message.compose import Message, compose
from lib.core.phone import is_e164
from lib.core.policy import Settings
from lib.core.record import parse_record
from lib.core.table import Item, Put, Update
from lib.ledger.lease import LEASE_PK
from lib.worlds.elevenlabs.client import LISTED_SECONDS
from local.services.elevenlabs.calls import SENTINEL_SUMMARY, Conversation
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.twilio.messages import Message as TwilioMessage

READING_SECONDS = 75  # a decision may be as old as its run when the claim is written


@dataclass(slots=True)
class Claim:
    """A claim that stood in the table, whether or not its writer ever heard so."""

    id: str
    call: Call
    kind: str
    to: str
    message: Message
    claimed_at: int
    written_at: float
    is_used: bool = False


@dataclass(slots=True)
class Sent:
    """A message that Twilio accepted from us."""

    message: TwilioMessage
    at: float
    claim: Claim
    attempt: str
    unclear: bool = False


@dataclass(slots=True)
class Chronicle:
    """`violations`: (check, what happened)."""

    clock: Callable[[], float]
    world: ElevenLabsWorld
    settings: Settings
    has_bad_reads: bool
    twilio_skew_seconds: float  # Twilio's clock is ahead of ours by so much
    say: Callable[[str], None] | None
    claims: dict[str, Claim] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    resent: dict[str, tuple[float, str]] = field(default_factory=dict)  # claim id → when, and by whom it was let go
    held: dict[str, float] = field(default_factory=dict)  # claim id → when it was held
    looks: dict[str, list[tuple[float, bool, str]]] = field(default_factory=dict)  # claim id → (at, was read, by whom)
    refused: set[tuple[str, int]] = field(default_factory=set)  # (claim id, Twilio's code)
    violations: list[tuple[str, str]] = field(default_factory=list)
    creates: int = 0
    unclear: int = 0

    def violate(self, check: str, what: str) -> None:
        if self.say:
            self.say(f"VIOLATION {check}: {what}")
        self.violations.append((check, what))

    # ── the table ────────────────────────────────────────────────────────────────────────────────────────────────

    def written(self, change: Put | Update, before: Item | None, after: Item, process: str) -> None:
        """One item was written."""
        if "expires_at" not in after and not change.pk.startswith("#suppress"):
            self.violate("b", f"{change.pk} was written without an end, or after it was gone")
        values = change.set if isinstance(change, Update) else change.item
        if change.pk == LEASE_PK:
            self._lease(before, after)
        elif values.get("status") == "claimed" and "claim_id" in values:
            record = parse_record(after)
            call = record.call
            self.claims[record.claim_id] = Claim(
                record.claim_id, call, record.kind, record.to, record.message, record.claimed_at, self.clock()
            )
        elif values.get("status") == "held" and before:
            self.held[before["claim_id"]] = self.clock()
        elif "resends" in values and before and before.get("claim_id"):
            self.resent[before["claim_id"]] = self.clock(), process
            self._let_go_again(before, after)

    def _let_go_again(self, before: Item, after: Item) -> None:
        if after["reason"] == "resent_by_a_person":
            held_at = self.held.get(before["claim_id"], math.inf)
            looks = self.looks.get(before["claim_id"], [])
            may = before["status"] == "held" and any(is_read and at >= held_at for at, is_read, _ in looks)
        else:
            is_over = self.clock() >= before["claimed_at"] + self.settings.settle_minutes * 60 - 1
            may = self.settings.unclear == "resend" and after["resends"] == 1 and is_over
        if not may:
            self.violate("a", f"{after['pk']} let go again ({after['reason']}), for the {after['resends']}. time")

    def _lease(self, before: Item | None, after: Item) -> None:
        if before and before["owner"] != after["owner"] and before["expires_at"] > self.clock():
            self.violate("e", f"{after['owner']} took the lease of {before['owner']} before its end")

    # ── sends ────────────────────────────────────────────────────────────────────────────────────────────────────

    def about_to_send(self, claim_id: str | None, to: str, message: Message, settings: Settings, item: Item) -> None:
        """A create is about to reach Twilio. item: what the table holds for the call at this instant."""
        self.creates += 1
        claim = self.claims.get(claim_id or "")
        if claim is None or claim.is_used:
            return self.violate("f", f"a message to {to} without a claim of its own")
        claim.is_used = True
        if (claim.to, claim.message) != (to, message):
            self.violate("f", f"a message to {to} that is not the one claimed")
        stalled = self.clock() >= claim.claimed_at + 30
        if not stalled and (item.get("status"), item.get("claim_id")) != ("claimed", claim_id):
            self.violate("f", f"a message to {to}, whose record is {item.get('status')} under {item.get('claim_id')}")
        if settings.paused or settings.dry_run:
            self.violate("c", f"a message to {to} by a run that was paused or rehearsing")
        if not is_e164(claim.call.phone):
            self.violate("c", f"a message to the invalid phone {claim.call.phone!r}")
        self._judge(claim, self.talk_of(claim.call))
        return None

    def accepted(self, claim_id: str | None, message: TwilioMessage) -> None:
        claim = self.claims.get(claim_id or "")
        if claim is None:
            return
        talk = self.talk_of(claim.call)
        self.sent.append(Sent(message, self.clock(), claim, talk.id if talk else claim.call.key))

    def talk_of(self, call: Call) -> Conversation | None:
        """The attempt that a call is: its conversation, whether or not the recipient shows it."""
        if call.conversation_id:
            return self.world.conversations.get(call.conversation_id)
        talks = [
            talk
            for talk in self.world.by_start
            if talk.recipient_id == call.recipient_id and int(talk.started_at) <= call.ended_at
        ]
        return talks[-1] if talks else None

    def _judge(self, claim: Claim, talk: Conversation | None) -> None:
        """Whether this call may be written to, and with these words."""
        if talk is None:
            return
        settings, who = self.settings, f"{claim.call.key} (ended {talk.ended_at:.0f}, claimed {claim.claimed_at})"
        if claim.claimed_at - int(talk.ended_at) > settings.lookback_hours * 3600 + READING_SECONDS:
            self.violate("c", f"too old: {who}")
        if int(talk.ended_at) < (settings.not_before or 0):
            self.violate("c", f"ended before not_before: {who}")
        if claim.written_at < int(talk.ended_at):
            self.violate("c", f"written to before the call ended: {who}")
        problem = self._wrong_words(claim, talk)
        if problem:
            self.violate("h", f"{problem}: {who}")

    def _wrong_words(self, claim: Claim, talk: Conversation) -> str:
        settings, call = self.settings, claim.call
        sure_at = claim.claimed_at - READING_SECONDS  # what was so by then was so when it was decided
        silent = (
            talk.user_message_count == 0 or talk.voicemail_detected or talk.call_result in ("voicemail", "no_answer")
        )
        action = settings.statuses.get(call.status, "wait")
        if action == "wait" and call.status == "in_progress" and claim.claimed_at >= int(talk.ended_at):
            action = "follow_up"  # a recipient that stands still: its conversation is the truth
        if action not in ("follow_up", "missed"):
            return f"a message for the status {call.status}"
        if claim.kind != action and not (claim.kind == "missed" and silent):
            return f"a {claim.kind} message where the status says {action}"
        # A call that was touched long after its end is asked for by itself, two minutes later; then it is known.
        is_asked_for = call.ended_at - talk.ended_at < 3600 or settings.summary_wait_seconds >= LISTED_SECONDS
        known = call.conversation_id and is_asked_for and not self.has_bad_reads and talk.visible_at <= sure_at
        if known and claim.kind == "follow_up" and silent and talk.status(sure_at) == "done":
            return "a follow-up to somebody who never spoke"
        summary = "" if talk.summary in (None, SENTINEL_SUMMARY) else str(talk.summary).strip()
        language = language_of(call, None, settings.language)
        bare = compose(claim.kind, call.name, "", language, settings)
        full = compose(claim.kind, call.name, summary, language, settings)
        if claim.message not in (bare, full):
            return "not the words of the contract"
        if claim.message == full and full != bare and not talk.has_analysis(claim.written_at):
            return "a summary that did not exist yet"
        if claim.message == bare and full != bare and known and talk.has_analysis(sure_at):
            return "no summary, though it was there"
        waited = claim.claimed_at - int(talk.ended_at) >= settings.summary_wait_seconds - 1
        may_come = talk.summary is None or (summary and not talk.has_analysis(claim.written_at))
        if known and claim.kind == "follow_up" and claim.message == bare and may_come and not waited:
            return "sent before the wait for its summary was over"
        return ""
