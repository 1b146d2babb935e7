"""One seed, one story: an act of trouble, a rest in which everything due is done, an audit; sometimes a second act."""

import math
import random
import traceback
from dataclasses import dataclass, field, replace
from functools import partial

from lib.core.message.compose import Message
from lib.core.policy import Settings
from lib.ledger.notes import NOTE_SECONDS
from lib.work.loop import Pace
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.faults import Fault
from local.services.twilio.world import DELIVERED, SANDBOX_SENDER, TwilioWorld
from tests.simulation.audit import Audit
from tests.simulation.chronicle import Chronicle
from tests.simulation.hub import Hub
from tests.simulation.invocation import ONE_TICK, Function
from tests.simulation.plot import HOUR, TEMPLATES, Campaigns, draw_settings
from tests.simulation.weather import TWINS, Weather, draw_theme
from tests.simulation.worlds import Cuts, WatchedTable
from tests.twins.services import TwinElevenLabs, TwinTwilio

START = 1_795_000_000.0
BEFORE_A_NEW_WEEK = START // NOTE_SECONDS * NOTE_SECONDS - 120  # of the phones' notes
ACCOUNT, OTHER_SENDER = "AC" + "0" * 32, "whatsapp:+14155550000"
REST_GAPS_SECONDS = (15, 15, 30, 60, 120, 300, 300, 320, 100, 30, 200, 300)
REST_MOST_TICKS = 60
QUEUED_FOR_HOURS = ((0.0, "queued"), (3 * HOUR, "sent"), (3 * HOUR + 3, "delivered"))


@dataclass(slots=True)
class Result:
    """What one story came to."""

    number: int
    counts: dict[str, int] = field(default_factory=dict)
    violations: list[tuple[str, str]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)


class Story:
    """`tell()` lives it through. With `is_verbose`, `result.log` holds every outside call of every run."""

    def __init__(self, seed: int, number: int, *, is_verbose: bool = False) -> None:
        self._dice = dice = random.Random(f"{seed}/{number}")
        self.result = Result(number)
        self._start = dice.choice((START, START, START, START, BEFORE_A_NEW_WEEK))
        self._hub = hub = Hub(self._start + dice.random())
        say = self._say if is_verbose else None
        self._settings = draw_settings(dice, hub.now)
        self._paused: Settings | None = None
        self._audited_at = hub.now
        self._world = ElevenLabsWorld(hub.clock, "key", order="shuffled", rng=dice)
        theme = draw_theme(dice)
        skew_seconds = dice.choice((-4, -120) if theme == TWINS else (0, 0, 0, -4, 5, 120, -120))
        self._twilio = TwilioWorld(
            lambda: hub.now + skew_seconds,
            ACCOUNT,
            "token",
            (SANDBOX_SENDER, OTHER_SENDER),
            list_lag_seconds=dice.choice((0, 0, 2, 30, 300, 600)),
            walk=dice.choice((DELIVERED, DELIVERED, QUEUED_FOR_HOURS)),
            lists_by_sent_date=dice.random() < 0.3,
            rng=dice,
        )
        for kind, text in (("follow_up", "Hola {{1}}: {{2}}"), ("missed", "Hola {{1}}, te llamamos")):
            self._twilio.add_template(TEMPLATES[kind]["es"], text)
        self._weather = Weather(dice, theme)
        self._cuts = Cuts(hub, self._weather, dice, say)
        self._table = WatchedTable(hub)
        self._chronicle = Chronicle(
            hub.clock, self._world, self._settings, self._weather.has_bad_reads, skew_seconds, say
        )
        self._table.chronicle = self._chronicle
        self._campaigns = Campaigns(self._world, dice, self._settings.lookback_hours, theme)
        self._function = Function(
            hub,
            self._cuts,
            self._table,
            self._chronicle,
            TwinElevenLabs(self._world, "key", dice.choice((1, 2, 100))),
            TwinTwilio(self._twilio, ACCOUNT, "token"),
            lambda: self._paused or self._settings,
            dice,
            shuffles=dice.random() < 0.3,
        )

    def tell(self) -> Result:
        """Never raises: a story that ends in an error is a broken one, and is told with its number."""
        try:
            self._live()
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            self._chronicle.violate("crash", f"{error!r} at {place.name}:{place.lineno}")
        self._finish()
        return self.result

    def _live(self) -> None:
        self._act(self._dice.randint(1, 4))
        self._rest()
        self._people_decide()
        if self._dice.random() < 0.25:
            self._time_passes()
            self._act(self._dice.randint(1, 2))
            self._rest()
        self._hub.run()

    # ── an act ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _act(self, batches: int) -> None:
        """A few minutes in which calls end, runs come and overlap, and things go wrong."""
        dice, hub, start = self._dice, self._hub, self._hub.now
        self._weather.is_calm = False
        minutes = dice.choice((2, 3, 4, 6))
        end = start + minutes * 60
        for _ in range(batches):
            hub.at(start + dice.choice((0.0, 0.0, dice.uniform(0, 60))), self._campaigns.add)
        for _ in range(dice.choice((0, 0, 1, 3))):
            hub.at(dice.uniform(start, end), self._campaigns.happen)
        for minute in range(minutes):
            at = start + minute * 60 + dice.uniform(0, 3)
            for _ in range(dice.choice((1, 1, 1, 2, 2, 3))):
                hub.at(at, self._invoke)
                at += dice.choice((0.0, 0.5, 5.0, 20.0, 40.0))
        for _ in range(dice.choice((0, 0, 0, 4))):
            hub.at(dice.uniform(start, end), self._stranger)
        if dice.random() < 0.2:
            self._interlude(end)
        hub.run(end)

    def _invoke(self) -> None:
        pace = self._dice.choice((Pace(4, 15), Pace(2, 15), Pace(2, 25), Pace(1, 15), Pace(6, 5)))
        self._function.start(pace, is_cold=self._dice.random() < 0.2)

    def _interlude(self, end: float) -> None:
        """For a while the operator pauses or rehearses, or Twilio refuses the account."""
        dice, hub = self._dice, self._hub
        since = dice.uniform(hub.now, end)
        until = dice.uniform(since, end)
        what = dice.choice(("paused", "dry_run", "account", "account"))
        if what == "account":
            status, code = dice.choice(((401, 20003), (403, 20005), (404, 20404)))
            fault = Fault("refuse", status=status, code=code)
            hub.at(since, lambda: self._twilio.faults.scripted.append(fault))
            hub.at(until, lambda: self._twilio.faults.scripted.remove(fault))
        else:
            paused, dry_run = replace(self._settings, paused=True), replace(self._settings, dry_run=True)
            hub.at(since, lambda: self._set(dry_run if what == "dry_run" else paused))
            hub.at(until, lambda: self._set(None))

    def _set(self, settings: Settings | None) -> None:
        self._paused = settings

    def _stranger(self) -> None:
        """The account's other software, or the person, writes a message that a look-up must not take for ours."""
        claims = list(self._chronicle.claims.values())
        if not claims:
            return
        claim, kind = self._dice.choice(claims[-3:]), self._dice.choice(("other sender", "other words", "inbound"))
        words = claim.message.body or "Hola"
        if kind == "inbound":
            self._twilio.receive(claim.to, words)
        else:
            sender, body = (
                (OTHER_SENDER, words) if kind == "other sender" else (SANDBOX_SENDER, "Tu pedido va en camino.")
            )
            TwinTwilio(self._twilio, ACCOUNT, "token").send(claim.to, sender, Message(body))

    def _people_decide(self) -> None:
        """In some stories people say what shall become of the held calls, sometimes twice, while runs come as ever."""
        dice, hub, start = self._dice, self._hub, self._hub.now
        held = [pk for pk, item in self._table.items.items() if item.get("status") == "held"]
        if not held or dice.random() < 0.5:
            return
        self._weather.is_calm = False
        self._tell("── people decide")
        for pk in held:
            for _ in range(dice.choice((1, 1, 2))):
                verdict = dice.choice(("resend", "resend", "release"))
                hub.at(start + dice.uniform(0, 90), partial(self._function.decide, pk, verdict))
        for minute in (0, 60):
            hub.at(start + minute, self._invoke)
        hub.run(start + 120)
        self._rest()

    # ── a rest ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _rest(self) -> None:
        """Calm weather, and as many healthy ticks as it takes; then the audit."""
        hub, dice = self._hub, self._dice
        self._weather.is_calm = True
        self._tell("── calm")
        gaps = iter(REST_GAPS_SECONDS)
        for _ in range(REST_MOST_TICKS):
            hub.run(hub.now + next(gaps, 60))
            self._function.start(ONE_TICK)
            hub.run(hub.now + 5)
            if self._is_at_rest():
                break
        for is_cold in (True, False):
            hub.run(hub.now + dice.choice((15, 60, 600)))
            self._function.start(ONE_TICK, is_cold=is_cold)
            hub.run(hub.now + 5)
        self._audit()

    def _is_at_rest(self) -> bool:
        """Nothing is under way anywhere and nothing more will happen by itself."""
        if self._hub.is_busy() or self._campaigns.last_step_at() > self._hub.now - 150:
            return False
        return all(item.get("status") not in ("waiting", "claimed") for item in self._table.items.values())

    def _audit(self) -> None:
        audit = Audit(self._chronicle, self._table, self._audited_at, self._hub.now)
        audit.run()
        self._audited_at = self._hub.now
        counts = self.result.counts
        for name in ("held", "losses", "duplicates", "allowed"):
            counts[name] = counts.get(name, 0) + getattr(audit, name)

    def _time_passes(self) -> None:
        """Hours or a week: the table forgets what expired, all at once, some, or nothing yet."""
        dice, hub = self._dice, self._hub
        hub.now += dice.choice((2 * HOUR, 25 * HOUR, 7 * 24 * HOUR + 600, 7 * 24 * HOUR + 600, 8 * 24 * HOUR))
        share = dice.choice((0.0, 0.5, 1.0, 1.0))
        for pk in [pk for pk, item in self._table.items.items() if item.get("expires_at", math.inf) <= hub.now]:
            if dice.random() < share:
                del self._table.items[pk]
        self._tell(f"── later; {len(self._table.items)} items are left")
        for batch in self._world.batches.values():
            self._campaigns.stir(batch)
        for _ in range(dice.choice((0, 1, 2))):
            self._campaigns.happen()

    # ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _finish(self) -> None:
        chronicle, result = self._chronicle, self.result
        result.violations = chronicle.violations
        result.counts |= {
            "cuts": self._cuts.kills,
            "sends": len(chronicle.sent),
            "unclear": chronicle.unclear,
            "stories": 1,
        }

    def _tell(self, text: str) -> None:
        if self._chronicle.say:
            self._chronicle.say(text)

    def _say(self, text: str) -> None:
        task = self._hub.running
        who = task.process.name if task else "world"
        self.result.log.append(f"{self._hub.now - self._start:>12.2f} s  {who:<8} {text}")
