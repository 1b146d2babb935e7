"""The promise, held against a story that has come to rest: what the table says against what truly happened."""

import math
from itertools import pairwise

from lib.core.codes import About, code_of
from lib.core.matching import CLOCK_SKEW_SECONDS
from lib.core.phone import is_e164, spellings
from lib.core.record import OWNER_GONE_SECONDS
from lib.core.table import Item
from local.services.elevenlabs.calls import FINISHED, Batch, Recipient
from tests.simulation.chronicle import Chronicle, Sent
from tests.simulation.worlds import WatchedTable

HAS_MESSAGE = frozenset({"sent", "delivered", "read"})
FINAL = HAS_MESSAGE | {"failed", "skipped", "held"}
SLACK_SECONDS = 120.0  # a call at the very edge of an age limit may fall on either side


class Audit:
    """Reports every breach since the audit before (at `since`) to the chronicle.

    `allowed`: messages sent again as `unclear: resend` permits.
    """

    def __init__(self, chronicle: Chronicle, table: WatchedTable, since: float, now: float) -> None:
        self._chronicle, self._since, self._now = chronicle, since, now
        self._violate = chronicle.violate
        self._live = {pk: item for pk, item in table.items.items() if item.get("expires_at", math.inf) > now}
        self._calls = {pk: item for pk, item in self._live.items() if pk[0] != "#"}
        self._by_sid: dict[str, Item] = {}
        self.duplicates = self.losses = self.allowed = self.held = 0

    def run(self) -> None:
        for item in self._calls.values():
            self._record(item)
        for item in self._calls.values():
            if item["status"] == "held":
                self.held += 1
                self._held(item)
        for batch in self._chronicle.world.batches.values():
            for recipient in batch.recipients.values():
                self._finished(batch, recipient)
        self._messages()
        self._twice()

    # ── (b), (g): records ────────────────────────────────────────────────────────────────────────────────────────

    def _record(self, item: Item) -> None:
        pk, status, reason = item["pk"], item["status"], item.get("reason", "")
        if status not in FINAL:
            self._violate("b", f"{pk} is still {status} ({reason})")
            return
        sid = item.get("message_sid")
        if status in HAS_MESSAGE and not sid:
            self._violate("b", f"{pk} is {status} without a SID")
        if status in ("failed", "skipped", "held") and not reason:
            self._violate("b", f"{pk} is {status} without a reason")
        if sid:
            if sid in self._by_sid:
                self._violate("b", f"{pk} and {self._by_sid[sid]['pk']} share {sid}")
            self._by_sid[sid] = item
        if status == "failed":
            self._failed(item)

    def _failed(self, item: Item) -> None:
        code = item.get("error_code")
        is_refused = item["reason"] == "refused"
        if is_refused and code_of(code or 0).about in (About.ACCOUNT, About.PARAMETER):
            self._violate("g", f"{item['pk']} failed by a refusal of the account or a parameter ({code})")
        if is_refused and (item["claim_id"], code) not in self._chronicle.refused:
            self._violate("b", f"{item['pk']} says that Twilio refused it ({code}); it did not")

    # ── (d): held ────────────────────────────────────────────────────────────────────────────────────────────────

    def _held(self, item: Item) -> None:
        claim_id, chronicle = item["claim_id"], self._chronicle
        settle_seconds = chronicle.settings.settle_minutes * 60
        held_at = chronicle.held[claim_id]
        looks = [look for look in chronicle.looks.get(claim_id, []) if look[0] <= held_at]
        if held_at < item["claimed_at"] + max(settle_seconds, OWNER_GONE_SECONDS) - 1:
            self._violate("d", f"{item['pk']} held before its time")
        if not looks or (item["reason"] == "unclear_unread" and looks[-1][1]):
            self._violate("d", f"{item['pk']} held without a look, or as unread after a list that was read")
        for sent in chronicle.sent:
            if sent.claim.id != claim_id or sent.message.sid in self._by_sid:
                continue
            listed_at = sent.message.listed_at - chronicle.twilio_skew_seconds
            in_time = listed_at <= item["claimed_at"] + settle_seconds and sent.at < held_at
            if in_time and looks and looks[-1][1] and looks[-1][0] > listed_at:
                self._violate("d", f"{item['pk']} held, though the list showed {sent.message.sid}")

    # ── (b): calls ───────────────────────────────────────────────────────────────────────────────────────────────

    def _finished(self, batch: Batch, recipient: Recipient) -> None:
        """A recipient's present call has what the settings ask for."""
        chronicle, settings, now = self._chronicle, self._chronicle.settings, self._now
        at, status, conversation_id = recipient.step(now)
        at = int(at)  # times are told in whole seconds
        action = settings.statuses.get(status, "wait")
        if action == "wait" or (action == "skip" and not conversation_id):
            return
        talk = chronicle.world.conversations.get(conversation_id or recipient.conversation_id or "")
        ended_at = int(talk.ended_at if talk else at)
        if min(ended_at, at) < (settings.not_before or 0):  # a cancelled call may go on
            return
        if now - ended_at > settings.lookback_hours * 3600 - SLACK_SECONDS:
            return
        phone = (recipient.phone_number or "").strip()
        pk = f"{phone}_{conversation_id or f'{batch.id}_{recipient.id}'}"
        item = self._calls.get(pk)
        if item is None and conversation_id and self._showed_its_id_late(batch, recipient, ended_at, action):
            return  # the attempt is recorded without its conversation id, and nothing tells that the id has come
        if item and talk and not conversation_id and item["ended_at"] < int(talk.started_at):
            return  # an earlier attempt's: without a conversation id, a recipient has one key (contract §3)
        if item is None:
            self.losses += 1
            self._violate("b", f"{pk} ({status}, ended {ended_at}, batch {batch.id}) has no record")
        elif item["status"] == "skipped" and not self._may_skip(item, recipient, ended_at, at):
            self.losses += 1
            self._violate("b", f"{pk} ({status}) was skipped: {item['reason']}")

    def _showed_its_id_late(self, batch: Batch, recipient: Recipient, ended_at: int, action: str) -> bool:
        key_before = f"{(recipient.phone_number or '').strip()}_{batch.id}_{recipient.id}"
        recorded = action == "skip" or key_before in self._calls
        steps = recipient.steps
        return recorded and any(s.status in FINISHED and s.at >= ended_at and not s.conversation_id for s in steps)

    def _may_skip(self, item: Item, recipient: Recipient, ended_at: int, at: float) -> bool:
        settings, reason = self._chronicle.settings, str(item["reason"])
        if reason.startswith("status_"):
            return any(settings.statuses.get(step.status) == "skip" for step in recipient.steps)
        if reason in ("invalid_phone", "no_phone"):
            return not is_e164((recipient.phone_number or "").strip())
        if reason == "too_old":
            return int(item["recorded_at"]) - ended_at > settings.lookback_hours * 3600 - SLACK_SECONDS
        if reason == "same_attempt":
            talk = self._chronicle.world.conversations[item["conversation_id"]]
            return any(
                step.conversation_id is None
                and step.at >= talk.started_at
                and step.status not in ("initiated", "dispatched")
                for step in recipient.steps
            )
        if reason == "opted_out":
            claims = self._chronicle.claims
            refused = {claims[claim_id].call.phone for claim_id, code in self._chronicle.refused if code == 21610}
            refused |= {sent.claim.call.phone for sent in self._chronicle.sent if sent.message.error_code == 21610}
            return not refused.isdisjoint(spellings(str(item["phone"])))
        return reason == "released_by_a_person" or (reason == "superseded" and self._is_superseded(item))

    def _is_superseded(self, missed: Item) -> bool:
        """Another call to the phone stands for it: a later one, or one that was missed in the same minutes."""
        wait_seconds = self._chronicle.settings.missed_wait_minutes * 60
        for other in self._calls.values():
            if other.get("phone") == missed.get("phone") and other["pk"] != missed["pk"] and other["status"] in FINAL:
                is_later = other["ended_at"] >= missed["ended_at"]
                if is_later or missed["ended_at"] - other["ended_at"] <= wait_seconds:
                    return True
        return False

    # ── (a), (b): messages ───────────────────────────────────────────────────────────────────────────────────────

    def _messages(self) -> None:
        """A record of the message's own address and words has its SID, one to one; or its call is held."""
        sent_by_sid = {sent.message.sid: sent for sent in self._chronicle.sent}
        for sid, item in self._by_sid.items():
            sent = sent_by_sid.get(sid)
            claims = [claim for claim in self._chronicle.claims.values() if claim.call.key == item["pk"]]
            fits = sent and any(
                (claim.to, claim.message) == (sent.claim.to, sent.claim.message)
                and claim.written_at <= sent.at + CLOCK_SKEW_SECONDS
                for claim in claims
            )
            # A template knows its variables only: it may take a message that was one too many after a resend.
            if not fits and not (sent and item.get("content_sid") and self._was_allowed(sent)):
                self._violate("b", f"{item['pk']} has the SID of another message ({sid})")
        for sent in self._chronicle.sent:
            item = self._calls.get(sent.claim.call.key, {})
            if not item or item["recorded_at"] > sent.at:
                continue  # the record it had has expired since
            is_let_be = item["status"] == "held" or item.get("reason") == "released_by_a_person"
            settled = item.get("message_sid") or is_let_be or self._is_anothers(sent)
            if not settled and not self._was_allowed(sent):
                self.losses += 1
                self._violate(
                    "b", f"{item['pk']} is {item['status']} ({item.get('reason')}), yet {sent.message.sid} left"
                )

    def _twice(self) -> None:
        by_attempt: dict[str, list[Sent]] = {}
        for sent in self._chronicle.sent:
            by_attempt.setdefault(sent.attempt, []).append(sent)
        for attempt, several in by_attempt.items():
            for earlier, later in pairwise(several):
                if later.at < self._since or self._is_anothers(earlier) or self._is_anothers(later):
                    continue
                if self._was_allowed(earlier) or self._was_allowed(later):
                    self.allowed += 1
                else:
                    self.duplicates += 1
                    self._violate("a", f"{attempt} got {earlier.message.sid} and {later.message.sid}")

    def _is_anothers(self, sent: Sent) -> bool:
        """Calls of one phone and the same words may have settled on each other's message: still one each."""
        return str(self._by_sid.get(sent.message.sid, {}).get("pk", sent.claim.call.key)) != sent.claim.call.key

    def _was_allowed(self, sent: Sent) -> bool:
        """`unclear: resend`, and a person, may repeat what the list did not show at the look before, and no more.

        That message was listed too late, or its stalled owner sent it only then.
        """
        if sent.claim.id not in self._chronicle.resent:
            return False
        resent_at, resender = self._chronicle.resent[sent.claim.id]
        looks = self._chronicle.looks.get(sent.claim.id, [])
        last_look = max((at for at, read, by in looks if read and by == resender and at <= resent_at), default=math.inf)
        return sent.message.listed_at - self._chronicle.twilio_skew_seconds > last_look
