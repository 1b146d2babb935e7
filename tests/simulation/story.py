"""One seed, one story: an act of trouble, a rest in which all due is done, the checks; sometimes a second act."""

import math
import random
import traceback
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from lib.core.message.compose import Message
from lib.core.policy import Settings
from lib.core.table import Item
from lib.ledger.notes import NOTE_SECONDS
from lib.work.loop import Pace
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.faults import Fault
from local.services.ses.world import SesWorld
from local.services.twilio.world import SANDBOX_SENDER, TwilioWorld
from tests.simulation import evidence, people
from tests.simulation.checks import Checks
from tests.simulation.checks.history import History
from tests.simulation.emails import SMS_SENDER
from tests.simulation.faults.injector import Injector
from tests.simulation.faults.plan import FaultPlan
from tests.simulation.invocation import ONE_TICK, Function
from tests.simulation.options import TEMPLATES, Options
from tests.simulation.promises import Promise
from tests.simulation.referee import judge
from tests.simulation.rules import STARTS
from tests.simulation.scheduler import Scheduler
from tests.simulation.situations import Situation
from tests.simulation.workload import HOUR, Workload
from tests.simulation.worlds import WatchedTable
from tests.twins.services import TwinElevenLabs, TwinEmails, TwinTwilio

START = 1_795_000_000.0
BEFORE_A_NEW_WEEK = START // NOTE_SECONDS * NOTE_SECONDS - 120  # of the phones' notes
ACCOUNT, OTHER_SENDER = "AC" + "0" * 32, "whatsapp:+14155550000"
REST_GAPS_SECONDS = (60, 120, 300, 300, 320, 100, 30, 200, 300)
REST_MOST_TICKS = 60
RESTS_AT_MOST = 4


@dataclass(slots=True)
class Result:
    """What one story came to."""

    number: int
    options: Options
    counts: dict[str, int] = field(default_factory=dict)
    violations: list[tuple[Promise, str]] = field(default_factory=list)
    refereed: list[tuple[str, str]] = field(default_factory=list)
    seen: set[Situation] = field(default_factory=set)
    log: list[str] = field(default_factory=list)


class Story:
    """`tell()` lives it through. With `is_verbose`, `result.log` holds every outside call of every run."""

    def __init__(
        self, seed: int, number: int, given: Mapping[str, Any] | None = None, *, is_verbose: bool = False
    ) -> None:
        """given: options that are set, whatever the seed says."""
        self._dice = dice = random.Random(f"{seed}/{number}")
        self._options = options = Options.draw(random.Random(f"{seed}/{number}/options"), given)
        self.result = Result(number, options)
        self._start = BEFORE_A_NEW_WEEK if options.starts_before_a_new_week else START
        if options.starts in STARTS:
            self._start = STARTS[options.starts].timestamp()
        self._scheduler = scheduler = Scheduler(self._start + dice.random())
        say = self._say if is_verbose else None
        self._settings = options.settings(scheduler.now)
        self._stopped: Settings | None = None  # those in force while paused or rehearsing
        self._strangers: set[str] = set()  # SIDs of messages that are not ours
        self._resends: Counter[str] = Counter()  # by call key: how often a person asked for one
        self._world = ElevenLabsWorld(scheduler.clock, "key", order="shuffled", rng=dice)
        self._twilio = _twilio(scheduler, options, dice)
        self._ses = SesWorld(scheduler.clock, ["example.com"], rng=dice)
        self._table = WatchedTable(scheduler)
        self._history = History(scheduler.clock, self._world, self._settings, options, say, self._twilio)
        self._table.checks = self._checks = Checks(self._history, self._table.items)
        self._plan = FaultPlan(dice, options)
        self._injector = Injector(scheduler, self._plan, dice, self._checks.sightings, say)
        self._workload = Workload(self._world, dice, options)
        self._function = Function(
            scheduler,
            self._injector,
            self._table,
            self._checks,
            TwinElevenLabs(self._world, "key", options.rows_per_page),
            TwinTwilio(self._twilio, ACCOUNT, "token"),
            TwinEmails(self._ses),
            lambda: self._stopped or self._settings,
            dice,
            shuffles=options.shuffles_pages,
            reads_at_most=options.reads_at_most,
        )

    def tell(self) -> Result:
        """Never raises: a story that ends in an error is a broken one, and is told with its number."""
        try:
            self._live()
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            self._history.violate(Promise.NOTHING_UNFORESEEN, f"{error!r} at {place.name}:{place.lineno}")
        self._finish()
        return self.result

    def _live(self) -> None:
        for _ in range(self._options.answers):
            self._answer(self._dice.choice((60, 3600, 20 * HOUR, 24 * HOUR - self._dice.uniform(-600, 2400))))
        self._act(self._options.batches)
        self._rest()
        self._people_decide()
        if self._options.later_hours:
            self._time_passes()
            self._act(self._options.later_batches)
            self._rest()
        self._scheduler.run()

    # ── an act ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _act(self, batches: int) -> None:
        """A few minutes in which calls end, runs come and overlap, and things go wrong."""
        dice, options, scheduler, start = self._dice, self._options, self._scheduler, self._scheduler.now
        self._plan.is_calm = False
        end = start + options.minutes * 60
        for _ in range(batches):
            scheduler.at(start + dice.choice((0.0, 0.0, dice.uniform(0, 60))), self._workload.add)
        for _ in range(options.happenings):
            scheduler.at(dice.uniform(start, end), self._workload.happen)
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

    def _invoke(self) -> None:
        pace = self._dice.choice((Pace(4, 15), Pace(2, 15), Pace(2, 25), Pace(1, 15), Pace(6, 5)))
        self._function.start(pace, is_cold=self._dice.random() < 0.2)

    def _interlude(self, end: float) -> None:
        """For a while the operator pauses or rehearses, or Twilio refuses the account."""
        dice, scheduler = self._dice, self._scheduler
        since = dice.uniform(scheduler.now, end)
        until = dice.uniform(since, end)
        what = self._options.interlude
        if what == "account":
            status, code = dice.choice(((401, 20003), (403, 20005), (404, 20404)))
            fault = Fault("refuse", status=status, code=code)
            scheduler.at(since, lambda: self._twilio.faults.scripted.append(fault))
            scheduler.at(until, lambda: self._twilio.faults.scripted.remove(fault))
        else:
            paused, dry_run = replace(self._settings, paused=True), replace(self._settings, dry_run=True)
            scheduler.at(since, lambda: self._set(dry_run if what == "dry_run" else paused))
            scheduler.at(until, lambda: self._set(None))

    def _sender_fails(self, end: float) -> None:
        """For a while Twilio refuses all that our sender sends, or fails it after acceptance."""
        dice, scheduler = self._dice, self._scheduler
        if self._options.sender_fails == "at_once":
            fault = Fault("refuse", route="create", code=dice.choice((63007, 21701, 21999)))
        else:
            fault = Fault("fail_later", route="create", code=dice.choice((63007, 63018, 63041)), seconds=2)
        since = dice.uniform(scheduler.now, (scheduler.now + end) / 2)
        scheduler.at(since, lambda: self._twilio.faults.scripted.append(fault))
        scheduler.at(dice.uniform(since, end + 20), lambda: self._twilio.faults.scripted.remove(fault))

    def _answer(self, seconds_ago: float = 0) -> None:
        """One of the people writes to us."""
        number = len(self._history.written)
        text, wish = people.words(self._dice, self._options.writes, number)
        self._receive(self._workload.somebody(), text, wish, seconds_ago)

    def _receive(self, phone: str, text: str, wish: people.Wish = "", seconds_ago: float = 0) -> None:
        message = self._twilio.receive(f"whatsapp:{phone}", text, seconds_ago=seconds_ago)
        self._history.written.append(people.Written(message.sid, phone, text, self._scheduler.now - seconds_ago, wish))

    def _set(self, settings: Settings | None) -> None:
        self._stopped = settings

    def _stranger(self) -> None:
        """The account's other software, or the person, writes a message that a look-up must not take for ours."""
        claims = [claim for claim in self._history.claims.values() if claim.to.startswith("whatsapp:")]
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
            reply = TwinTwilio(self._twilio, ACCOUNT, "token").send(claim.to, sender, Message(body))
            self._strangers.add(reply.sid)

    def _people_decide(self) -> None:
        """In some stories people say what shall become of the held calls, sometimes twice, while runs come as ever."""
        dice, scheduler, start = self._dice, self._scheduler, self._scheduler.now
        held = [pk for pk, item in self._table.items.items() if item.get("status") == "held"]
        if not held or not self._options.people_decide:
            return
        self._plan.is_calm = False
        self._tell("── people decide")
        for pk in held:
            for _ in range(dice.choice((1, 1, 2))):
                verdict = dice.choice(("resend", "resend", "release"))
                self._resends[pk] += verdict == "resend"
                scheduler.at(start + dice.uniform(0, 90), partial(self._function.decide, pk, verdict))
        for minute in (0, 60):
            scheduler.at(start + minute, self._invoke)
        scheduler.run(start + 120)
        self._rest()

    # ── a rest ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _rest(self) -> None:
        """No faults, and as many healthy ticks as it takes; then the checks."""
        scheduler, dice = self._scheduler, self._dice
        self._plan.is_calm = True
        self._tell("── calm")
        for _ in range(RESTS_AT_MOST):
            self._come_to_rest()
            for is_cold in (True, False):
                scheduler.run(scheduler.now + dice.choice((15, 60, 600)))
                self._function.start(ONE_TICK, is_cold=is_cold)
                scheduler.run(scheduler.now + 5)
            if self._is_at_rest():  # else a message has failed meanwhile, and leaves again
                break
        for name, count in self._checks.at_rest().items():
            self.result.counts[name] = self.result.counts.get(name, 0) + count
        self._referee()

    def _come_to_rest(self) -> None:
        scheduler = self._scheduler
        gaps = iter(REST_GAPS_SECONDS)
        for _ in range(REST_MOST_TICKS):
            scheduler.run(scheduler.now + max(next(gaps, 60), self._until_something_is_due()))
            changes, worked, due = self._table.changes, self._function.worked, self._due_claims()
            self._function.start(ONE_TICK)
            scheduler.run(scheduler.now + 5)
            left = due & self._due_claims() if self._function.worked > worked else set()
            if left and len(due) <= self._options.reads_at_most:
                self._history.violate(Promise.DUE_CLAIMS_ARE_LOOKED_UP, f"{min(left)} was not looked up")
            is_quiet = self._function.worked > worked and self._table.changes == changes
            if is_quiet and self._is_at_rest():
                break

    def _until_something_is_due(self) -> float:
        """Seconds in which nothing will happen but that a call falls due; 0: something else may."""
        now, open_calls = self._scheduler.now, [item for item in self._table.items.values() if _is_open(item)]
        if not open_calls or self._scheduler.is_busy() or self._workload.last_step_at() > now - 150:
            return 0
        return max(0, float(min(item["due_at"] for item in open_calls)) - now + 1)

    def _is_at_rest(self) -> bool:
        """Nothing is under way anywhere and nothing more will happen by itself."""
        if self._scheduler.is_busy() or self._workload.last_step_at() > self._scheduler.now - 150:
            return False
        items = self._table.items.values()
        failing = {message.sid for message in self._twilio.messages if message.error_code}
        return not any(_is_open(item) or (_is_followed(item) and item["message_sid"] in failing) for item in items)

    def _due_claims(self) -> set[tuple[str, int]]:
        claims = [item for item in self._table.items.values() if item.get("status") == "claimed"]
        return {(item["pk"], item["due_at"]) for item in claims if item["due_at"] < self._scheduler.now - 1}

    def _referee(self) -> None:
        """A judge of its own, on plain data alone. What it sees and the checks do not is a failure of its own."""
        history, now = self._history, self._scheduler.now
        ours = [message for message in self._twilio.messages if message.sid not in self._strangers]
        self.result.refereed += judge(
            evidence.messages(ours, self._twilio, self._options.twilio_skew_seconds, history.stopped)
            + evidence.emails(self._ses.emails, history.stopped),
            evidence.attempts(self._world, self._workload.people, self._resends, now),
            evidence.records(self._table.items, now),
            evidence.settings(self._settings),
            evidence.wishes(history),
            now,
        )
        if self.result.refereed and not history.violations:
            for promise, what in self.result.refereed:
                history.violate(Promise.REFEREE_AGREES, f"the referee alone sees {promise}: {what}")

    def _time_passes(self) -> None:
        """Hours or a week: the table forgets what expired, all at once, some, or nothing yet."""
        dice, scheduler = self._dice, self._scheduler
        scheduler.now += self._options.later_hours * HOUR
        for pk in [pk for pk, item in self._table.items.items() if item.get("expires_at", math.inf) <= scheduler.now]:
            if dice.random() < self._options.forgotten_share:
                del self._table.items[pk]
        self._tell(f"── later; {len(self._table.items)} items are left")
        for batch in self._world.batches.values():
            self._workload.stir(batch)
        for _ in range(dice.choice((0, 1, 2))):
            self._workload.happen()

    # ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _finish(self) -> None:
        history, result = self._history, self.result
        result.violations = history.violations
        if self._scheduler.timeouts:
            self._checks.sightings.see(Situation.OUT_OF_TIME)
        result.seen = self._checks.sightings.seen
        result.counts |= {
            "kills": self._injector.kills + self._scheduler.timeouts,
            "sends": len(history.sent),
            "unclear": history.unclear,
            "duplicates": sum(promise is Promise.ONE_MESSAGE for promise, _ in history.violations),
            "losses": sum(promise is Promise.RECORD_FOR_EVERY_CALL for promise, _ in history.violations),
            "stories": 1,
        }

    def _tell(self, text: str) -> None:
        if self._history.say:
            self._history.say(text)

    def _say(self, text: str) -> None:
        task = self._scheduler.running
        who = task.process.name if task else "world"
        self.result.log.append(f"{self._scheduler.now - self._start:>12.2f} s  {who:<8} {text}")


def _is_open(item: Item) -> bool:
    return item.get("status") in ("waiting", "claimed")


def _is_followed(item: Item) -> bool:
    """Whether the message may still be learned to have failed."""
    return item.get("status") == "sent" and "queue" in item


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
