"""Where a story plays: its worlds on one clock, what goes wrong in them, and what is noted of it."""

import random
from collections import Counter
from dataclasses import replace

from lib.core.policy import Settings
from lib.ledger.notes import NOTE_SECONDS
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.ses.world import SesWorld
from local.services.twilio.world import SANDBOX_SENDER, TwilioWorld
from tests.simulation.checks import Checks
from tests.simulation.checks.history import History
from tests.simulation.emails import SMS_SENDER
from tests.simulation.faults.injector import Injector
from tests.simulation.faults.plan import FaultPlan
from tests.simulation.invocation import Function
from tests.simulation.options import TEMPLATES, Options
from tests.simulation.rules import STARTS
from tests.simulation.scheduler import Scheduler
from tests.simulation.workload import HOUR, Workload
from tests.simulation.worlds import WatchedTable
from tests.twins.services import TwinElevenLabs, TwinEmails, TwinTwilio

START = 1_795_000_000.0
BEFORE_A_NEW_WEEK = START // NOTE_SECONDS * NOTE_SECONDS - 120  # of the phones' notes
ACCOUNT, OTHER_SENDER = "AC" + "0" * 32, "whatsapp:+14155550000"


class Stage:
    """log: of every outside call of every run, where it is wanted."""

    def __init__(self, dice: random.Random, options: Options, log: list[str] | None) -> None:
        self.dice, self.options, self._log = dice, options, log
        self._start = BEFORE_A_NEW_WEEK if options.starts_before_a_new_week else START
        if options.starts in STARTS:
            self._start = STARTS[options.starts].timestamp()
        self.scheduler = scheduler = Scheduler(self._start + dice.random())
        say = None if log is None else self._say
        self.settings = options.settings(scheduler.now)
        self.stopped: Settings | None = None  # those in force while paused or rehearsing
        self.strangers: set[str] = set()  # SIDs of messages that are not ours
        self.resends: Counter[str] = Counter()  # by call key: how often a person asked for one
        self.world = ElevenLabsWorld(scheduler.clock, "key", order="shuffled", rng=dice)
        self.twilio = _twilio(scheduler, options, dice)
        self.ses = SesWorld(scheduler.clock, ["example.com"], rng=dice)
        self.table = WatchedTable(scheduler)
        self.history = History(scheduler.clock, self.world, self.settings, options, say, self.twilio)
        self.table.checks = self.checks = Checks(self.history, self.table.items)
        self.plan = FaultPlan(dice, options)
        self.injector = Injector(scheduler, self.plan, dice, self.checks.sightings, say)
        self.workload = Workload(self.world, dice, options)
        self.function = Function(
            scheduler,
            self.injector,
            self.table,
            self.checks,
            TwinElevenLabs(self.world, "key", options.rows_per_page),
            TwinTwilio(self.twilio, ACCOUNT, "token"),
            TwinEmails(self.ses),
            lambda: self.stopped or self._in_force(),
            dice,
            shuffles=options.shuffles_pages,
            reads_at_most=options.reads_at_most,
        )

    def tell(self, text: str) -> None:
        if self.history.say:
            self.history.say(text)

    def _in_force(self) -> Settings:
        """Without the templates, once somebody has taken them away."""
        history, items = self.history, self.table.items.values()
        if self.options.loses_templates and any(item.get("reason") == "window_closed" for item in items):
            history.templates_lost_at = min(history.templates_lost_at, self.scheduler.now)
        is_lost = history.templates_lost_at <= self.scheduler.now
        return replace(self.settings, content_sids={}) if is_lost else self.settings

    def _say(self, text: str) -> None:
        task = self.scheduler.running
        who = task.process.name if task else "world"
        if self._log is not None:
            self._log.append(f"{self.scheduler.now - self._start:>12.2f} s  {who:<8} {text}")


def _twilio(scheduler: Scheduler, options: Options, dice: random.Random) -> TwilioWorld:
    queued_seconds = options.queued_hours * HOUR
    world = TwilioWorld(
        lambda: scheduler.now + options.twilio_skew_seconds,
        ACCOUNT,
        "token",
        (SANDBOX_SENDER, OTHER_SENDER, SMS_SENDER),
        list_lag_seconds=options.list_lag_seconds,
        walk=((0.0, "queued"), (queued_seconds + 1, "sent"), (queued_seconds + 3, "delivered")),
        lists_by_sent_date=options.lists_by_sent_date,
        enforce_window=options.enforces_window,
        rng=dice,
    )
    world.rewrites = () if options.rewrites == "none" else (options.rewrites,)
    for kind, text in (("follow_up", "Hola {{1}}: {{2}}"), ("missed", "Hola {{1}}, te llamamos")):
        world.add_template(TEMPLATES[kind]["es"], text)
    return world
