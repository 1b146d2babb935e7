"""A story comes to rest: no faults, as many healthy ticks as it takes until nothing is due, and then the judges."""

from lib.core.table import Item
from tests.simulation import evidence
from tests.simulation.invocation import ONE_TICK
from tests.simulation.promises import Promise
from tests.simulation.referee import judge
from tests.simulation.stage import Stage

GAPS_SECONDS = (60, 120, 300, 300, 320, 100, 30, 200, 300)
LATER_GAP_SECONDS = 900  # what still lasts now, lasts for hours: a sender that fails
TICKS_AT_MOST = 60
RESTS_AT_MOST = 4
STEPS_OVER_SECONDS = 150  # after the last thing that ElevenLabs has in store, nothing more happens by itself


class Calm:
    """`refereed`: what the referee saw so far."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._scheduler = stage, stage.scheduler
        self.refereed: list[tuple[str, str]] = []

    def come_to_rest(self) -> dict[str, int]:
        """Returns what it adds to the story's counts."""
        stage, scheduler = self._stage, self._scheduler
        stage.plan.is_calm = True
        stage.tell("── calm")
        for _ in range(RESTS_AT_MOST):
            self._tick_until_quiet()
            scheduler.run(scheduler.now + stage.dice.choice((15, 60, 600)))
            self._tick(is_cold=True)
            if self._is_at_rest():  # else a message has failed meanwhile, and leaves again
                break
        counts = stage.checks.at_rest()
        self._referee()
        return counts

    def _tick(self, *, is_cold: bool = False) -> None:
        self._stage.function.start(ONE_TICK, is_cold=is_cold)
        self._scheduler.run(self._scheduler.now + 5)

    def _tick_until_quiet(self) -> None:
        stage, scheduler = self._stage, self._scheduler
        gaps = iter(GAPS_SECONDS)
        for _ in range(TICKS_AT_MOST):
            scheduler.run(scheduler.now + max(next(gaps, LATER_GAP_SECONDS), self._until_something_is_due()))
            changes, worked, due = stage.table.changes, stage.function.worked, self._due_claims()
            self._tick()
            has_worked = stage.function.worked > worked
            left = due & self._due_claims() if has_worked else set()
            if left and len(due) <= stage.options.reads_at_most:
                stage.history.violate(Promise.DUE_CLAIMS_ARE_LOOKED_UP, f"{min(left)} was not looked up")
            if has_worked and stage.table.changes == changes and self._is_at_rest():
                break

    def _until_something_is_due(self) -> float:
        """Seconds in which nothing will happen but that a call falls due; 0: something else may."""
        open_calls = [item for item in self._stage.table.items.values() if _is_open(item)]
        if not open_calls or self._is_busy():
            return 0
        return max(0, float(min(item["due_at"] for item in open_calls)) - self._scheduler.now + 1)

    def _is_busy(self) -> bool:
        """Whether something is under way, or will happen by itself."""
        last_step_at = self._stage.workload.last_step_at
        return self._scheduler.is_busy() or last_step_at() > self._scheduler.now - STEPS_OVER_SECONDS

    def _is_at_rest(self) -> bool:
        """Nothing is under way anywhere and nothing more will happen by itself."""
        if self._is_busy():
            return False
        items = self._stage.table.items.values()
        failing = {message.sid for message in self._stage.twilio.messages if message.error_code}
        return not any(_is_open(item) or (_is_followed(item) and item["message_sid"] in failing) for item in items)

    def _due_claims(self) -> set[tuple[str, int]]:
        claims = [item for item in self._stage.table.items.values() if item.get("status") == "claimed"]
        return {(item["pk"], item["due_at"]) for item in claims if item["due_at"] < self._scheduler.now - 1}

    def _referee(self) -> None:
        """A judge of its own, on plain data alone. What it sees and the checks do not is a failure of its own."""
        stage, history, now = self._stage, self._stage.history, self._scheduler.now
        ours = [message for message in stage.twilio.messages if message.sid not in stage.strangers]
        self.refereed += judge(
            evidence.messages(ours, stage.twilio, stage.options.twilio_skew_seconds, history.stopped)
            + evidence.emails(stage.ses.emails, history.stopped),
            evidence.attempts(stage.world, stage.workload.people, stage.resends, now),
            evidence.records(stage.table.items, now),
            evidence.settings(stage.settings, history.templates_lost_at),
            evidence.wishes(history),
            now,
        )
        if self.refereed and not history.violations:
            for promise, what in self.refereed:
                history.violate(Promise.REFEREE_AGREES, f"the referee alone sees {promise}: {what}")


def _is_open(item: Item) -> bool:
    return item.get("status") in ("waiting", "claimed")


def _is_followed(item: Item) -> bool:
    """Whether the message may still be learned to have failed."""
    return item.get("status") == "sent" and "queue" in item
