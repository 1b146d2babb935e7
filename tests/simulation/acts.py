"""What happens in a story: calls end, runs come and overlap, things go wrong, people write and decide, time passes."""

import math
from dataclasses import replace
from functools import partial

from lib.core.message.compose import Message
from lib.core.policy import Settings
from lib.work.loop import Pace
from local.services.faults import Fault
from local.services.twilio.world import SANDBOX_SENDER
from tests.simulation import people
from tests.simulation.stage import ACCOUNT, OTHER_SENDER, Stage
from tests.simulation.workload import HOUR
from tests.twins.services import TwinTwilio

FOR_HOURS_SECONDS = 2 * HOUR  # longer than a message that fails is tried again (`core.again`)


class Acts:
    """Each lasts some minutes of the stage's time."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._dice, self._scheduler = stage, stage.dice, stage.scheduler

    def before(self) -> None:
        """Some of the people wrote to us about a day ago, or lately."""
        for _ in range(self._stage.options.answers):
            self._answer(self._dice.choice((60, 3600, 20 * HOUR, 24 * HOUR - self._dice.uniform(-600, 2400))))

    def play(self, batches: int) -> None:
        """A few minutes in which calls end, runs come and overlap, and things go wrong."""
        stage, dice, options = self._stage, self._dice, self._stage.options
        scheduler, start = self._scheduler, self._scheduler.now
        stage.plan.is_calm = False
        end = start + options.minutes * 60
        for _ in range(batches):
            scheduler.at(start + dice.choice((0.0, 0.0, dice.uniform(0, 60))), stage.workload.add)
        for _ in range(options.happenings):
            scheduler.at(dice.uniform(start, end), stage.workload.happen)
        for minute in range(options.minutes):
            at = start + minute * 60 + dice.uniform(0, 3)
            for _ in range(dice.choice((1, 1, 1, 2, 2, 3))):
                scheduler.at(at, self._invoke)
                at += dice.choice((0.0, 0.5, 5.0, 20.0, 40.0))
        for _ in range(options.strangers):
            scheduler.at(dice.uniform(start, end), self._stranger)
        for _ in range(options.answers):
            scheduler.at(dice.uniform(start, end), self._answer)
        if options.interlude != "none":
            self._interlude(end)
        if options.sender_fails != "none":
            self._sender_fails(end)
        scheduler.run(end)

    def people_decide(self) -> bool:
        """In some stories people say what shall become of the held calls, sometimes twice, while runs come as ever."""
        stage, dice, scheduler, start = self._stage, self._dice, self._scheduler, self._scheduler.now
        held = [pk for pk, item in stage.table.items.items() if item.get("status") in ("held", "failed")]
        if not held or not stage.options.people_decide:
            return False
        stage.plan.is_calm = False
        stage.tell("── people decide")
        for pk in held:
            for _ in range(dice.choice((1, 1, 2))):
                verdict = dice.choice(("resend", "resend", "release"))
                stage.resends[pk] += verdict == "resend"
                scheduler.at(start + dice.uniform(0, 90), partial(stage.function.decide, pk, verdict))
        for minute in (0, 60):
            scheduler.at(start + minute, self._invoke)
        scheduler.run(start + 120)
        return True

    def time_passes(self) -> None:
        """Hours or a week: the table forgets what expired, all at once, some, or nothing yet."""
        stage, dice, scheduler = self._stage, self._dice, self._scheduler
        scheduler.now += stage.options.later_hours * HOUR
        items = stage.table.items
        for pk in [pk for pk, item in items.items() if item.get("expires_at", math.inf) <= scheduler.now]:
            if dice.random() < stage.options.forgotten_share:
                del items[pk]
        stage.tell(f"── later; {len(items)} items are left")
        for batch in stage.world.batches.values():
            stage.workload.stir(batch)
        for _ in range(dice.choice((0, 1, 2))):
            stage.workload.happen()

    def _invoke(self) -> None:
        pace = self._dice.choice((Pace(4, 15), Pace(2, 15), Pace(2, 25), Pace(1, 15), Pace(6, 5)))
        self._stage.function.start(pace, is_cold=self._dice.random() < 0.2)

    # ── what goes wrong for a while ──────────────────────────────────────────────────────────────────────────────

    def _interlude(self, end: float) -> None:
        """For a while the operator pauses or rehearses, or Twilio refuses the account."""
        stage, dice, scheduler = self._stage, self._dice, self._scheduler
        since = dice.uniform(scheduler.now, end)
        until = dice.uniform(since, end)
        what = stage.options.interlude
        if what == "account":
            status, code = dice.choice(((401, 20003), (403, 20005), (404, 20404)))
            fault = Fault("refuse", status=status, code=code)
            scheduler.at(since, lambda: stage.twilio.faults.scripted.append(fault))
            scheduler.at(until, lambda: stage.twilio.faults.scripted.remove(fault))
        else:
            paused, dry_run = replace(stage.settings, paused=True), replace(stage.settings, dry_run=True)
            scheduler.at(since, lambda: self._set(dry_run if what == "dry_run" else paused))
            scheduler.at(until, lambda: self._set(None))

    def _set(self, settings: Settings | None) -> None:
        self._stage.stopped = settings

    def _sender_fails(self, end: float) -> None:
        """For a while Twilio refuses all that our sender sends, or fails it after acceptance."""
        stage, dice, scheduler = self._stage, self._dice, self._scheduler
        if stage.options.sender_fails == "for_hours":
            congested = Fault("fail_later", route="create", code=dice.choice((63016, 63016, 30001, 30036)), seconds=2)
            stage.twilio.faults.scripted.append(congested)
            scheduler.at(end + FOR_HOURS_SECONDS, lambda: stage.twilio.faults.scripted.remove(congested))
            return
        if stage.options.sender_fails == "at_once":
            fault = Fault("refuse", route="create", code=dice.choice((63007, 21701, 21999)))
        else:
            fault = Fault("fail_later", route="create", code=dice.choice((63007, 63018, 63041)), seconds=2)
        since = dice.uniform(scheduler.now, (scheduler.now + end) / 2)
        scheduler.at(since, lambda: stage.twilio.faults.scripted.append(fault))
        scheduler.at(dice.uniform(since, end + 20), lambda: stage.twilio.faults.scripted.remove(fault))

    # ── who else writes ──────────────────────────────────────────────────────────────────────────────────────────

    def _answer(self, seconds_ago: float = 0) -> None:
        """One of the people writes to us."""
        number = len(self._stage.history.written)
        text, wish = people.words(self._dice, self._stage.options.writes, number)
        self._receive(self._stage.workload.somebody(), text, wish, seconds_ago)

    def _receive(self, phone: str, text: str, wish: people.Wish = "", seconds_ago: float = 0) -> None:
        message = self._stage.twilio.receive(f"whatsapp:{phone}", text, seconds_ago=seconds_ago)
        at = self._scheduler.now - seconds_ago
        self._stage.history.written.append(people.Written(message.sid, phone, text, at, wish))

    def _stranger(self) -> None:
        """The account's other software, or the person, writes a message that a look-up must not take for ours."""
        stage = self._stage
        claims = [claim for claim in stage.history.claims.values() if claim.to.startswith("whatsapp:")]
        if not claims:
            return
        claim, kind = self._dice.choice(claims[-3:]), self._dice.choice(("other sender", "other words", "inbound"))
        words = claim.message.body or "Hola"
        if kind == "inbound":
            self._receive(claim.to.removeprefix("whatsapp:"), words)
        else:
            sender, body = (
                (OTHER_SENDER, words) if kind == "other sender" else (SANDBOX_SENDER, "Tu pedido va en camino.")
            )
            reply = TwinTwilio(stage.twilio, ACCOUNT, "token").send(claim.to, sender, Message(body))
            stage.strangers.add(reply.sid)
