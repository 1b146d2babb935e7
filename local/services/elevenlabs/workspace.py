"""An ElevenLabs workspace over time: its batches and conversations, and the ways to make them happen.

Two ways: a `CallPlan` lays an attempt into the future and the clock does the rest; `Workspace.set` says what is so now.
"""

import random
from bisect import insort
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local.services.elevenlabs.calls import CALL_RESULTS, Batch, CallPlan, Conversation, Recipient, Step


class Workspace:
    """Batches and conversations.

    clock: epoch seconds. order: how the list is sorted, since the real one promises nothing (`facts/elevenlabs.md` §1):
    `newest`, `oldest`, or `shuffled` by the rng. first_id: where ids begin to count, for a simulator whose ids must
    differ from those of an earlier run.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        order: str = "newest",
        rng: random.Random | None = None,
        first_id: int = 1,
    ) -> None:
        if order == "shuffled" and rng is None:
            raise ValueError("order='shuffled' needs an rng")
        self.clock = clock
        self.batches: dict[str, Batch] = {}
        self.conversations: dict[str, Conversation] = {}
        self.listed: list[Batch] = []
        self.by_start: list[Conversation] = []
        self._order, self._rng, self._next_id = order, rng, first_id

    def add_batch(
        self,
        recipients: Sequence[Mapping[str, Any]],
        plans: Sequence[CallPlan | None] = (),
        *,
        created_at: float | None = None,
        scheduled_at: float | None = None,
        **fields: Any,
    ) -> Batch:
        """A new batch. recipients: as submitted (`id`, `phone_number`, `conversation_initiation_client_data`, …).

        plans: one for each recipient; one that has none stays `pending` until `dial` or `set`.
        created_at: now unless given; scheduled_at: then, unless given; the calls start there.
        fields: more of `Batch`: `name`, `agent_id`, `forced_status`, …
        """
        created = self.clock() if created_at is None else created_at
        number = self._take_id()
        people = [_recipient(given, f"rcp_{number:x}_{index}", created) for index, given in enumerate(recipients)]
        batch = Batch(
            id=f"btcal_{number:028x}",
            created_at=created,
            scheduled_at=created if scheduled_at is None else scheduled_at,
            recipients={person.id: person for person in people},
            rank=self._rank(number),
            **fields,
        )
        self.batches[batch.id] = batch
        insort(self.listed, batch, key=rank_of)
        for person, plan in zip(people, plans, strict=False):
            if plan is not None:
                self.dial(batch, person, plan, batch.scheduled_at)
        return batch

    def delete_batch(self, batch: Batch) -> None:
        """Forget a batch and its recipients; the conversations stay (facts/elevenlabs.md §4)."""
        del self.batches[batch.id]
        self.listed.remove(batch)

    def dial(self, batch: Batch, recipient: Recipient, plan: CallPlan, at: float | None = None) -> Conversation:
        """Lay out an attempt from an instant (now) on: the recipient's steps and those of the conversation."""
        dispatched = (self.clock() if at is None else at) + plan.dispatch_after_seconds
        started = dispatched + plan.dial_after_seconds
        answered = started + plan.ring_seconds
        reached = plan.outcome != "failed"
        ended = answered + plan.talk_seconds if reached else answered
        talk = self._converse(batch, recipient, started)
        talk.ended_at = ended
        talk.summary_at = ended + plan.summary_after_seconds
        talk.call_result = CALL_RESULTS.get(plan.outcome)
        recipient.attempts += 1
        recipient.steps += [Step(dispatched, "dispatched", None), Step(started, "initiated", None)]
        if reached:
            talk.accepted_at = answered
            recipient.steps.append(Step(answered, "in_progress", talk.id))
            talk.steps += [(answered, "in-progress"), (ended, "processing"), (ended + plan.done_after_seconds, "done")]
        else:
            talk.steps.append((ended, "failed"))
            talk.user_message_count = talk.agent_message_count = 0
        if plan.outcome == "voicemail":
            talk.user_message_count, talk.voicemail_detected = 0, True
            talk.termination_reason = "voicemail_detection tool was called"
        shows_id = reached or plan.keeps_conversation_id
        recipient.steps.append(Step(ended, plan.outcome, talk.id if shows_id else None))
        self._assign(talk, plan.conversation)
        batch.replan()
        return talk

    def set(
        self,
        batch_id: str,
        recipient_id: str,
        status: str,
        conversation: Mapping[str, Any] | None = None,
        *,
        shows_conversation_id: bool = True,
    ) -> Recipient:
        """Put a recipient into a status, any word, from now on; what was planned for it no longer happens.

        conversation: fields of `Conversation` (`status` among them) for that of the present attempt, made when there is
        none yet. `pending` starts a new attempt. shows_conversation_id: whether the recipient names its conversation.
        """
        now, batch = self.clock(), self.batches[batch_id]
        recipient = batch.recipients[recipient_id]
        if status == "pending":
            recipient.conversation_id = None
        self._forget_unstarted(recipient, now)
        talk = self.conversations.get(recipient.conversation_id or "")
        if conversation is not None:
            given = dict(conversation)
            word = given.pop("status", None)
            talk = talk or self._converse(batch, recipient, given.get("started_at", now))
            if word is not None:
                talk.script(now, word)
            self._assign(talk, given)
        recipient.script(now, status, talk.id if talk and shows_conversation_id else None)
        batch.touch(now)
        return recipient

    def cancel(self, batch: Batch) -> None:
        """All recipients become `cancelled`, as documented (facts/elevenlabs.md §4); a call under way goes on."""
        now = self.clock()
        for recipient in batch.recipients.values():
            self._forget_unstarted(recipient, now)
            recipient.script(now, "cancelled", recipient.step(now).conversation_id)
        batch.is_cancelled = True
        batch.touch(now)

    def retry(self, batch: Batch, statuses: frozenset[str]) -> list[Recipient]:
        """Those in one of the statuses are `pending` again, for a new conversation (facts/elevenlabs.md §4)."""
        now = self.clock()
        again = [one for one in batch.recipients.values() if one.step(now).status in statuses]
        for recipient in again:
            recipient.script(now, "pending", None)
            recipient.conversation_id = None
        batch.retry_count += 1
        batch.is_cancelled = False
        batch.touch(now)
        return again

    def reshuffle(self) -> None:
        """Give the list another order, also between two pages of one reader."""
        if self._rng is None:
            raise ValueError("reshuffle needs a world with an rng")
        for batch in self.listed:
            batch.rank = self._rng.random()
        self.listed.sort(key=rank_of)

    def _converse(self, batch: Batch, recipient: Recipient, started_at: float) -> Conversation:
        talk = Conversation(
            id=f"conv_{self._take_id():028x}",
            agent_id=batch.agent_id,
            agent_name=batch.agent_name,
            batch_id=batch.id,
            recipient_id=recipient.id,
            phone_number=recipient.phone_number,
            dynamic_variables=(recipient.client_data or {}).get("dynamic_variables") or {},
            started_at=started_at,
            steps=[(started_at, "initiated")],
        )
        recipient.conversation_id = talk.id
        self.conversations[talk.id] = talk
        insort(self.by_start, talk, key=start_of)
        return talk

    def _assign(self, talk: Conversation, fields: Mapping[str, Any]) -> None:
        """Raises AttributeError for a field that a conversation does not have."""
        for name, value in fields.items():
            setattr(talk, name, value)
        if "started_at" in fields:
            self.by_start.sort(key=start_of)

    def _forget_unstarted(self, recipient: Recipient, now: float) -> None:
        talk = self.conversations.get(recipient.conversation_id or "")
        if talk is not None and talk.started_at > now:
            del self.conversations[talk.id]
            self.by_start.remove(talk)
            recipient.conversation_id = None

    def _take_id(self) -> int:
        number = self._next_id
        self._next_id += 1
        return number

    def _rank(self, number: int) -> float:
        if self._order == "shuffled" and self._rng is not None:
            return self._rng.random()
        return number if self._order == "oldest" else -number


def rank_of(batch: Batch) -> float:
    """The key the batch list is sorted by."""
    return batch.rank


def start_of(conversation: Conversation) -> tuple[float, str]:
    """The key the conversation list is sorted by."""
    return conversation.started_at, conversation.id


def _recipient(given: Mapping[str, Any], default_id: str, created_at: float) -> Recipient:
    recipient = Recipient(
        id=given.get("id") or default_id,
        phone_number=given.get("phone_number"),
        created_at=created_at,
        client_data=given.get("conversation_initiation_client_data"),
        whatsapp_user_id=given.get("whatsapp_user_id"),
    )
    recipient.steps.append(Step(created_at, "pending", None))
    return recipient
