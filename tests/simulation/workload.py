"""What a story is about, drawn by its dice: settings, batches and how their calls go, and what happens meanwhile."""

import random
from typing import TYPE_CHECKING, Any

from local.services.elevenlabs.calls import FINISHED, SENTINEL_SUMMARY, Batch, CallPlan, Recipient, Step
from local.services.elevenlabs.world import ElevenLabsWorld
from tests.simulation import found
from tests.simulation.options import Options

if TYPE_CHECKING:
    from collections.abc import Callable

HOUR = 3600.0
SUMMARIES = ("The person asked about prices.", "Wants a visit on Monday.\n", "", None, SENTINEL_SUMMARY)
NO_PHONES = (None, "", "12345", "+0999123456", "whatsapp:12345", "#batch:btcal", "#lease")


class Workload:
    """Fills an ElevenLabs world with batches and makes things happen to them later."""

    def __init__(self, world: ElevenLabsWorld, dice: random.Random, options: Options) -> None:
        self._world, self._dice, self._options = world, dice, options
        self.people: dict[str, Recipient] = {}  # every recipient there ever was, by id
        self._phones = [f"+57300123{number:04d}" for number in range(options.people)]
        self._names = [dice.choice(("Ana", "", "Luis")) for _ in self._phones]
        self._ids_come_late = options.theme == "late_ids"
        self._unreachable = self._phones[0] if options.has_unreachable else None

    def add(self) -> Batch:
        """One more batch: mostly of calls about to happen, sometimes an old one."""
        dice, now = self._dice, self._world.clock()
        created = now
        if dice.random() < 0.2:
            lookback = self._options.lookback_hours * HOUR
            created -= dice.choice((90.0, lookback - 200, lookback + 200, lookback + 24 * HOUR, 200 * HOUR))
        size = dice.choice((1, 1, 2, 3, 4, 6))
        people = [self._person() for _ in range(size)]
        batch = self._world.add_batch(
            people,
            [self._plan(person["phone_number"]) for person in people],
            created_at=created,
            agent_id=dice.choice(("agent_1", "agent_1", "agent_2")),
            recipients_touch_it=dice.random() < 0.7,
        )
        self.people |= batch.recipients
        for recipient in batch.recipients.values():
            self._show_id_late(recipient)
            if self._options.has_odd_times and recipient.conversation_id:
                recipient.clock = dice.choice(("right", "milliseconds", "future"))
        if dice.random() < 0.1:
            batch.forced_status = "completed"
        return batch

    def somebody(self) -> str:
        """The phone of one of the people."""
        return self._dice.choice(self._phones)

    def happen(self) -> None:
        """Something happens to one of the batches."""
        dice, world = self._dice, self._world
        batches = list(world.batches.values())
        if not batches:
            return
        batch = dice.choice(batches)
        recipient = dice.choice(list(batch.recipients.values()))
        deeds: dict[str, Callable[[], object]] = {
            "retry": lambda: self._retry(batch),
            "redial": lambda: self._redial(batch, recipient),
            "back": lambda: self._go_back(batch, recipient),
            "bump": lambda: self.bump(batch),
            "odd": lambda: self._be_odd(batch, recipient),
            "force": lambda: setattr(batch, "forced_status", dice.choice((None, "completed"))),
            "cancel": lambda: world.cancel(batch),
            "delete": lambda: world.delete_batch(batch),
        }
        weights = (4, 4, 4, 4, 4, 4, 1, 1)
        deeds[dice.choices(list(deeds), weights)[0]]()

    def stir(self, batch: Batch) -> None:
        """What may happen to an old batch: nothing, a touch, a retry."""
        self._dice.choice((lambda _: None, self.bump, self.bump, self._retry))(batch)

    def bump(self, batch: Batch) -> None:
        """The service touches recipients whose call ended long ago: their `updated_at` says now."""
        now = self._world.clock()
        for recipient in batch.recipients.values():
            _, status, conversation_id = recipient.step(now)
            if status in FINISHED and conversation_id:
                recipient.script(now, status, conversation_id)
        batch.touch(now)

    def last_step_at(self) -> float:
        """When the last of what is laid out so far will have happened."""
        steps = [
            step.at for batch in self._world.batches.values() for one in batch.recipients.values() for step in one.steps
        ]
        talks = [at for talk in self._world.conversations.values() for at, _ in talk.steps]
        return max([*steps, *talks], default=self._world.clock())

    def _retry(self, batch: Batch) -> None:
        some = frozenset({"failed", self._dice.choice(("failed", "voicemail", "completed"))})
        for again in self._world.retry(batch, some):
            self._dial(batch, again)

    def _redial(self, batch: Batch, recipient: Recipient) -> None:
        if recipient.step(self._world.clock()).status in FINISHED:
            self._world.set(batch.id, recipient.id, "pending", shows_conversation_id=False)
            self._dial(batch, recipient)

    def _dial(self, batch: Batch, recipient: Recipient) -> None:
        self._world.dial(batch, recipient, self._plan(recipient.phone_number))
        self._show_id_late(recipient)

    def _go_back(self, batch: Batch, recipient: Recipient) -> None:
        """A finished call is in progress again, and finishes once more."""
        now = self._world.clock()
        _, status, conversation_id = recipient.step(now)
        if status in FINISHED and conversation_id:
            recipient.script(now, "in_progress", conversation_id)
            recipient.steps.append(Step(now + self._dice.uniform(1, 90), status, conversation_id))
            batch.touch(now)

    def _be_odd(self, batch: Batch, recipient: Recipient) -> None:
        """A status that nobody knows, or that the call has left behind; sometimes it ends as it would have."""
        end = recipient.steps[-1]
        self._world.set(batch.id, recipient.id, self._dice.choice(("paused", "no_credit", "in_progress")))
        if end.status in FINISHED and end.conversation_id and recipient.conversation_id and self._dice.random() < 0.5:
            at = max(end.at, self._world.clock() + self._dice.uniform(1, 60))
            recipient.steps.append(Step(at, end.status, end.conversation_id))

    def _show_id_late(self, recipient: Recipient) -> None:
        """A recipient that ended without its conversation's id may show it afterwards (facts/elevenlabs.md §2, F8)."""
        last = recipient.steps[-1]
        shows_none = recipient.phone_number == self._unreachable or self._dice.random() < 0.5
        shows_none = shows_none and not self._ids_come_late
        if last.conversation_id is None and last.status in FINISHED and not shows_none:
            about_a_lease = self._dice.uniform(10, 60)
            seconds = about_a_lease if self._ids_come_late else self._dice.choice((3.0, 20.0, 60.0, 200.0))
            recipient.steps.append(Step(last.at + seconds, last.status, recipient.conversation_id))

    def _person(self) -> dict[str, Any]:
        dice = self._dice
        place = dice.randrange(len(self._phones))
        phone: str | None = self._phones[place]
        if self._options.has_odd_phones and dice.random() < 0.15:
            phone = dice.choice(NO_PHONES)
        variables: dict[str, str] = {"name": self._names[place]} | (
            {"language": dice.choice(("en", "xx"))} if dice.random() < 0.05 else {}
        )
        if place % 2 == 0 and phone == self._phones[place]:  # every other one has an address
            variables["email"] = f"person{place}@example.org"
        return {"phone_number": phone, "conversation_initiation_client_data": {"dynamic_variables": variables}}

    def _plan(self, phone: str | None) -> CallPlan:
        dice = self._dice
        words: dict[str, Any] = {"summary": None if self._options.is_wordless else dice.choice(SUMMARIES)}
        if dice.random() < 0.1:
            words["user_message_count"] = 0
        if self._options.asks != "nothing" or self._options.has_own_words:
            words |= found.drawn(dice)
        if phone and phone == self._unreachable:
            return CallPlan(outcome="failed", dispatch_after_seconds=dice.uniform(0, 60))
        if self._ids_come_late:
            return CallPlan(outcome="failed", dispatch_after_seconds=dice.uniform(0, 60), conversation=words)
        return CallPlan(
            outcome=dice.choice(("completed", "completed", "completed", "failed", "voicemail")),
            dispatch_after_seconds=dice.uniform(0, 60),
            ring_seconds=dice.uniform(1, 10),
            talk_seconds=dice.uniform(3, 60),
            done_after_seconds=dice.choice((0.0, 5.0, 20.0, 100.0)),
            summary_after_seconds=dice.choice((0.0, 0.0, 15.0, 60.0, 300.0)),
            keeps_conversation_id=dice.random() < 0.5,
            conversation=words,
        )
