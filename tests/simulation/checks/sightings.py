"""Sees which situations a story comes to, from what the worlds and the table show; the product is not asked."""

from collections.abc import Mapping, Sequence
from typing import Any

from lib.core import keys
from lib.core.matching import Row
from lib.core.outcome import Outcome, Reply
from lib.core.policy import Settings
from lib.core.record import OWNER_GONE_SECONDS, is_live, parse_record
from lib.core.table import Change, Check, Item
from lib.ledger.notes import NOTE_SECONDS
from local.services.elevenlabs.calls import FINISHED, Recipient
from tests.simulation.checks import channels, gate, sightings_of_failures, sightings_of_people, sightings_of_results
from tests.simulation.checks.history import Claim, History, Rest, key_phone
from tests.simulation.situations import Situation

S = Situation  # it stands on nearly every line here
AT_ONCE_SECONDS = 5.0
KNOWN_LATER = frozenset({"paused", "no_credit"})  # statuses that the workload makes up

OF_FATE = {  # (kind of outside call, what the fault plan did to it)
    ("claim", "kill_before"): S.KILLED_BEFORE_CLAIM,
    ("claim", "kill_after"): S.KILLED_BEFORE_SEND,
    ("create", "kill_before"): S.KILLED_BEFORE_SEND,
    ("create", "kill_after"): S.KILLED_BEFORE_RECORD,
    ("outcome", "kill_after"): S.KILLED_AFTER_RECORD,
    ("list", "kill_before"): S.KILLED_IN_LOOK_UP,
    ("list", "kill_after"): S.KILLED_IN_LOOK_UP,
    ("eleven", "kill_before"): S.KILLED_IN_READING,
    ("eleven", "kill_after"): S.KILLED_IN_READING,
    ("lease", "kill_before"): S.KILLED_IN_LEASE,
    ("lease", "kill_after"): S.KILLED_IN_LEASE,
    ("claim", "fail_before"): S.CLAIM_THROTTLED,
    ("outcome", "fail_before"): S.OUTCOME_THROTTLED,
    ("outcome", "fail_after"): S.OUTCOME_UNTOLD,
    ("outcome", "twice"): S.OUTCOME_TWICE,
    ("record", "fail_before"): S.RECORD_THROTTLED,
    ("lease", "fail_before"): S.LEASE_THROTTLED,
    ("read", "fail_before"): S.READ_THROTTLED,
    ("settings", "fail_before"): S.SETTINGS_UNREAD,
    ("eleven", "nonsense_list"): S.NONSENSE,
    ("eleven", "nonsense_strings"): S.NONSENSE,
    ("eleven", "nonsense_missing"): S.NONSENSE,
}
OF_RECORD = {  # (status, reason) that a call has come to
    ("waiting", "claim_unwritten"): S.CLAIM_TAKEN_BACK,
    ("waiting", "stalled"): S.CLAIM_KEPT_UNUSED,
    ("failed", "refused"): S.REFUSED,
    ("failed", "failed_after_acceptance"): S.FAILED_AT_ONCE,
    ("failed", "too_old"): S.GIVEN_UP,
    ("held", "unclear_not_listed"): S.HELD_NOT_LISTED,
    ("held", "unclear_contested"): S.HELD_CONTESTED,
    ("held", "unclear_unread"): S.HELD_UNREAD,
    ("skipped", "released_by_a_person"): S.RELEASED,
    ("skipped", "same_attempt"): S.SAME_ATTEMPT,
    ("skipped", "too_old"): S.TOO_OLD,
    ("skipped", "status_cancelled"): S.CANCELLED,
    ("skipped", "invalid_phone"): S.NO_PHONE,
    ("skipped", "no_phone"): S.NO_PHONE,
}
OF_CLAIM = {  # the reason for which a claimed call had waited
    "summary": S.SUMMARY_AWAITED,
    "account_refused": S.ACCOUNT_MENDED,
    "not_found_resend": S.RESENT_BY_SETTING,
    "resent_by_a_person": S.RESENT_BY_PERSON,
}
OF_FOUND = {  # what a message's claim had been, by status or by reason, when its message was found
    "held": S.FOUND_AFTER_HELD,
    "unclear_contested": S.FOUND_AFTER_CONTESTED,
    "unclear_unread": S.FOUND_AFTER_UNREAD,
}
OF_OWNER = {"held": S.OWNER_BACK_AFTER_HELD, "waiting": S.OWNER_BACK_AFTER_LET_GO}


class Sightings:
    """`seen`: the situations so far."""

    def __init__(self, history: History, items: Mapping[str, Item]) -> None:
        self._history, self._items = history, items
        self.seen: set[S] = set()
        self._untold: set[str] = set()  # claims whose writer was told nothing
        self._asked_for_patience: set[str] = set()  # calls
        self._had_lease: set[str] = set()  # processes
        self._last_claim = ("", 0.0)

    def see(self, situation: S | None) -> None:
        if situation is not None:
            self.seen.add(situation)

    def fate(self, kind: str, fate: str, what: str) -> None:
        """The fault plan struck an outside call."""
        self.see(OF_FATE.get((kind, fate)))
        self.see(channels.cut(kind, fate, what))
        self.see(sightings_of_people.fate(kind, fate, what))

    # ── the table ────────────────────────────────────────────────────────────────────────────────────────────────

    def written(self, values: Mapping[str, Any], before: Item | None, after: Item, process: str) -> None:
        """One item was written."""
        pk, status = after["pk"], values.get("status")
        was = before if before and is_live(before, self._history.clock()) else {}
        sightings_of_failures.written(self._history, self.see, values, was, after)
        sightings_of_results.written(self._history, self.see, values, was, after)
        if pk == keys.LEASE:
            self._had_lease.add(process)
            if before and before["owner"] != after["owner"] and before["expires_at"]:
                self.see(S.LEASE_TAKEN_OVER)
        elif pk.startswith("#batch:"):
            if was and was["fingerprint"] != after["fingerprint"]:
                self.see(S.BATCH_MOVED_AGAIN)
        elif status == "claimed":
            self._claimed(before, was, after, process)
        elif "message_sid" in values:
            self._settled(was, after)
        if pk[0] != "#":
            sightings_of_people.written(self._history, self.see, values, after)
            self.see(gate.sight(self._history, before, after))
        if status and pk[0] != "#":
            self.seen |= channels.met(was, after)
            self.see(OF_RECORD.get((status, after.get("reason", ""))))
            self._superseded(after)
            if status == "held" and after.get("resends"):
                self.see(S.HELD_AFTER_RESEND)

    def _superseded(self, missed: Item) -> None:
        if missed.get("reason") != "superseded":
            return
        phone, ended_at = missed["phone"], missed["ended_at"]
        others = [item for item in self._items.values() if item.get("phone") == phone and "ended_at" in item]
        if any(item.get("reason") == "only_if" and item["ended_at"] >= ended_at for item in others):
            self.see(S.REACHED_THOUGH_FORBIDDEN)

    def together(self, changes: Sequence[Change], *, is_written: bool) -> None:
        """A transaction ended."""
        if sum("message_sid" in (getattr(change, "set", None) or {}) for change in changes) > 1:
            self.see(S.WRITTEN_TOGETHER if is_written else S.NOT_WRITTEN_TOGETHER)

    def _claimed(self, before: Item | None, was: Item, after: Item, process: str) -> None:
        now, (other, at) = self._history.clock(), self._last_claim
        self._last_claim = process, now
        if other != process and now - at < AT_ONCE_SECONDS:
            self.see(S.TWO_RUNS_CLAIMED_AT_ONCE)
        if int(now) // NOTE_SECONDS != after["claimed_at"] // NOTE_SECONDS:
            self.see(S.WEEK_TURNED_DURING_CLAIM)
        if before and not was:
            self.see(S.CLAIM_OVER_EXPIRED)
        if after.get("undated"):
            self.see(S.UNDATED)
        self.see(OF_CLAIM.get(was.get("reason", "")))
        if was.get("reason") == "not_processed" and after["pk"] in self._asked_for_patience:
            self.see(S.RETRY_AFTER)
        if after["kind"] == "missed" and after["call_status"] != "failed":
            self.see(S.VOICEMAIL if after["call_status"] == "voicemail" else S.NOBODY_SPOKE)
        first = self._items.get(f"{after.get('phone')}_{after.get('batch_id')}_{after.get('recipient_id')}")
        if after.get("conversation_id") and is_live(first, now):
            self.see(S.REDIAL_BESIDE_FIRST_ATTEMPT)

    def _settled(self, was: Item, after: Item) -> None:
        if after.get("reason") != "found_in_list":
            return self.see(OF_OWNER.get(was.get("status", "")))
        looks = self._history.looks.get(after.get("claim_id", ""), [])
        self.see(S.FOUND_AT_FIRST_LOOK if len(looks) == 1 else S.FOUND_LATER)
        self.see(OF_FOUND.get(was.get("status", "")))
        self.see(OF_FOUND.get(was.get("reason", "")))
        if after.get("content_sid"):
            self.see(S.TEMPLATE_FOUND)
        return None

    def untold(self, claim_id: str) -> None:
        """A claim was written, and its run told that the table did not answer."""
        self._untold.add(claim_id)
        self.see(S.CLAIM_UNTOLD)

    def refused(self, changes: Sequence[Change], failed: Change, process: str) -> None:
        """Nothing was written: a condition of `failed` did not hold."""
        stands, values = self._items.get(failed.pk, {}), getattr(changes[0], "set", None) or {}
        sightings_of_failures.refused(self.see, failed)
        if failed.pk == keys.LEASE:
            if process in self._had_lease and stands["owner"] != process:
                self.see(S.LEASE_LOST)
        elif failed.pk.startswith("#sid:"):
            self.see(S.SID_RESERVED)
        elif failed.pk.startswith("#suppressed:"):
            self.see(S.WISH_BEFORE_CLAIM if isinstance(failed, Check) else None)
        elif process.startswith("person"):
            self.see(S.VERDICTS_MET)
        elif isinstance(failed, Check) and failed.pk[0] != "#":
            talk = self._history.attempt_of(parse_record(stands).call)
            self.see(S.CLAIM_MET_RECIPIENTS_RECORD if talk and changes[0].pk.endswith(f"_{talk.id}") else None)
        elif failed.pk.startswith("#phone:"):
            self.see(S.CLAIM_FENCED_OUT)
        elif len(changes) > 1 and "message_sid" not in values and not failed.pk.startswith("#place:"):
            self.see(S.CLAIM_LOST)
        elif "message_sid" in values:
            self.see(S.RECORD_MOVED_ON)

    # ── Twilio ───────────────────────────────────────────────────────────────────────────────────────────────────

    def about_to_send(self, claim: Claim) -> None:
        sightings_of_failures.about_to_send(self._history, self.see, claim)
        sightings_of_results.about_to_send(self._history, self.see, claim)
        if self._history.clock() >= claim.claimed_at + OWNER_GONE_SECONDS:
            self.see(S.SENT_BY_STALLED_OWNER)

    def answered(self, claim: Claim | None, reply: Reply, outcome: Outcome, *, was_made: bool) -> None:
        if outcome is Outcome.UNCLEAR:
            self.see(S.UNCLEAR_AND_MADE if was_made else S.UNCLEAR_AND_NOT_MADE)
            if reply.http_status == 429:
                self.see(S.PROXYS_429)
        elif not reply.connected:
            self.see(S.NEVER_CONNECTED)
        elif outcome is Outcome.NOT_PROCESSED and reply.retry_after_seconds and claim:
            self._asked_for_patience.add(claim.call.key)

    def looked(self, claim_id: str, rows: Sequence[Row]) -> None:
        history, ours = self._history, {sent.message.sid: sent for sent in self._history.sent}
        shown = {row.sid for row in rows}
        if any(sent.claim.id == claim_id and sent.message.sid not in shown for sent in ours.values()):
            self.see(S.NOT_LISTED_YET)
        if shown - ours.keys():
            self.see(S.STRANGERS_MESSAGE)
        claim = history.claims.get(claim_id)
        if claim and sum(row.sid in ours and row.body == claim.message.body for row in rows) > 1:
            self.see(S.SAME_WORDS)
        if claim_id in self._untold:
            self.see(S.CLAIM_LEFT_TO_A_LOOK_UP)

    # ── runs ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def began(self, settings: Settings) -> None:
        """A run has read its settings."""
        if settings.paused or settings.dry_run:
            under_way = any(item.get("status") in ("waiting", "claimed") for item in self._items.values())
            if under_way:
                self.see(S.PAUSED_UNDER_WAY if settings.paused else S.REHEARSED_UNDER_WAY)

    # ── at rest ──────────────────────────────────────────────────────────────────────────────────────────────────

    def at_rest(self, rest: Rest) -> None:
        history = rest.history
        written_to = {sent.attempt for sent in history.sent}
        for batch in history.world.batches.values():
            for recipient in batch.recipients.values():
                self._recipient(rest, recipient, written_to)
        if any(item.get("batch_id") not in history.world.batches for item in rest.calls.values()):
            self.see(S.BATCH_DELETED)
        for sent in history.sent:
            if rest.by_sid.get(sent.message.sid, {}).get("pk", sent.claim.call.key) != sent.claim.call.key:
                self.see(S.MESSAGES_SWAPPED)

    def _recipient(self, rest: Rest, recipient: Recipient, written_to: set[str]) -> None:
        talks = [talk for talk in rest.history.world.by_start if talk.recipient_id == recipient.id]
        if sum(talk.id in written_to for talk in talks) > 1:
            self.see(S.TWO_ATTEMPTS)
        steps = [step for step in recipient.steps if step.at <= rest.now]
        _, status, conversation_id = steps[-1]
        if status not in FINISHED or conversation_id not in written_to:
            return
        if any(step.status in KNOWN_LATER for step in steps):
            self.see(S.UNKNOWN_STATUS)
        ended = [
            n for n, step in enumerate(steps) if step.status in FINISHED and step.conversation_id == conversation_id
        ]
        if any(step.status == "in_progress" for step in steps[ended[0] : ended[-1]]):
            self.see(S.WENT_BACK)
        if f"{key_phone(recipient)}_{conversation_id}" not in rest.calls:
            self.see(S.FORGOTTEN_AND_TOO_OLD)
