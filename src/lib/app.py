"""The one assembly: an invocation, put together from its worlds. Lambda, the simulation and the tests bring theirs."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from .config.accounts import Accounts
from .config.event import Word, read_event
from .core.budget import Budget
from .core.frozen import frozen
from .core.parameters import to_mend
from .core.policy import Settings
from .errors import CannotDecide, HeartbeatFailed
from .ledger.calls import Ledger
from .ledger.digests import Digests
from .ledger.empty_queues import EmptyQueues
from .ledger.lease import Lease
from .ledger.replies import Replies
from .ledger.rewritings import Rewritings
from .ledger.suspensions import Suspensions
from .ports import Clock, Emails, Get, Log, Metrics, Notices, Sleep, Spread, Table, Twilio
from .reading.reader import Reader
from .work.breaker import Breaker
from .work.digest import tell_the_day
from .work.follow import Follow
from .work.gatekeeper import Gatekeeper
from .work.listen import Listener
from .work.loop import RUN_SECONDS, Loop, Pace, choose_pace
from .work.memory import Memory
from .work.observe import Observer
from .work.permit import SendPermit
from .work.report import Report
from .work.send import Sender
from .work.settle import Settle
from .work.throttle import Throttle
from .work.tick import Tick
from .work.verdict import Verdicts
from .worlds.elevenlabs.client import ElevenLabsClient

BACKSTOP_SECONDS = 5  # kept free before Lambda's own Timeout
DUE_AT_MOST = 500


@frozen
class Worlds:
    """All that is outside of an invocation, as one value.

    parameters: raises ConfigurationError, ParametersUnread. twilio: one account's messages, for as long as the budget
    lasts. notices, alerts: where people's answers are told, and what concerns the whole. heartbeat: asks an address
    once, raises HeartbeatFailed. reading, sending: run thunks side by side, for ElevenLabs, for Twilio. lock: makes a
    new one. new_id: 128 random bits as text, from which the suppression list's key is made too.
    """

    table: Table
    parameters: Callable[[], tuple[Accounts, Settings]]
    elevenlabs: Callable[[Accounts], Get]
    twilio: Callable[[Accounts, Budget], Twilio]
    emails: Emails
    notices: Notices
    alerts: Notices
    heartbeat: Callable[[str], None]
    clock: Clock
    sleep: Sleep
    reading: Spread
    sending: Spread
    lock: Callable[[], AbstractContextManager[Any]]
    dice: random.Random
    new_id: Callable[[], str]
    log: Log
    metrics: Metrics


class Invocation:
    """One invocation, for the accounts and settings in force at its start. `memory` is what a warm function remembers.

    Raises ConfigurationError, ParametersUnread.
    """

    def __init__(
        self,
        worlds: Worlds,
        memory: Memory,
        deployed: Pace,
        owner: str,
        remaining_seconds: float,
        due_at_most: int = DUE_AT_MOST,
    ) -> None:
        self._worlds, self._memory, self._deployed, self._due_at_most = worlds, memory, deployed, due_at_most
        self._start = worlds.clock()
        ends_at = self._start + min(RUN_SECONDS, remaining_seconds - BACKSTOP_SECONDS)
        self._budget = Budget(worlds.clock, ends_at)
        self._accounts, self._settings = worlds.parameters()
        self._table = EmptyQueues(worlds.table, worlds.clock)
        self._lease = Lease(worlds.table, worlds.clock, owner, worlds.lock())
        self._twilio = worlds.twilio(self._accounts, self._budget)
        self._rewritings = Rewritings(worlds.table, worlds.clock)
        self._throttle = Throttle(worlds.clock, worlds.sleep)

    def run(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The ticks' sums (contract §5), or what became of the held call that the event is about.

        Raises ConfigurationError, CannotDecide.
        """
        asked = read_event(event)
        if asked.held is not None:
            try:
                return self._decide_held(asked.held)
            except CannotDecide as refused:
                raise refused.told(asked.held.language) from None
        settings, log = self._settings, self._worlds.log
        pace = choose_pace(settings, self._deployed, asked.ticks)
        self._memory.began_at = self._start
        self._memory.rehearsed.clear()
        self._memory.plans.clear()
        log.info(
            "run",
            ticks=pace.ticks,
            spacing_seconds=pace.spacing_seconds,
            paused=settings.paused,
            dry_run=settings.dry_run,
        )
        loop = Loop(self._tick_and_digest, self._lease, lambda: Report(log), self._worlds.metrics)
        answer = loop(pace, settings, self._start, self._budget, self._worlds.sleep)
        if settings.dry_run:  # the whole of it, in one line
            told = Counter(self._memory.rehearsed.values())
            log.info("rehearsal", **{what: told[what] for what in ("would_send", "would_wait", "would_skip")})
        if settings.heartbeat_url and answer["ticks"]:
            answer["errors"] += self._beat(settings.heartbeat_url)
        return answer

    def _beat(self, url: str) -> int:
        """Tells the switch outside this account that the invocation ended well. Returns the errors, 1 or 0."""
        try:
            self._worlds.heartbeat(url)
        except HeartbeatFailed as failure:
            self._worlds.log.error("heartbeat_failed", why=str(failure))
            self._worlds.metrics.emit({"Errors": [1]})
            return 1
        return 0

    def _tick_and_digest(self, report: Report, budget: Budget) -> None:
        """People's messages come before the owner's digest, which reads the whole table, once a day."""
        try:
            self._tick(report, budget)
        finally:
            if self._settings.digest and not self._settings.dry_run:
                self._tell_the_day(report)

    def _tick(self, report: Report, budget: Budget) -> None:
        worlds, settings, memory = self._worlds, self._settings, self._memory
        permit = SendPermit(self._lease.holds, budget.remaining_seconds, memory.streaks)
        ledger = self._ledger(lambda: self._lease.fence, report)
        accounts = self._accounts
        breaker = Breaker(
            Suspensions(self._table, worlds.clock),
            memory.failures,
            setup=f"{accounts.twilio.sid} {accounts.twilio.messaging_service_sid}".strip(),
            to_mend=lambda parameter, route: to_mend(parameter, route, settings, accounts.senders.whatsapp),
            lock=worlds.lock(),
            clock=worlds.clock,
            report=report,
        )
        elevenlabs = ElevenLabsClient(
            worlds.elevenlabs(accounts), worlds.reading, worlds.sleep, worlds.dice, report, memory.read_before
        )
        Tick(
            listener=Listener(
                ledger=ledger,
                replies=Replies(self._table, worlds.clock, lambda: self._lease.fence, worlds.new_id()),
                twilio=self._twilio,
                summary_of=elevenlabs.summary,
                notices=worlds.notices,
                settings=settings,
                senders=accounts.senders,
                memory=memory,
                clock=worlds.clock,
                report=report,
            ),
            elevenlabs=elevenlabs,
            ledger=ledger,
            observer=Observer(elevenlabs, ledger, settings, memory, worlds.clock, report),
            gatekeeper=Gatekeeper(ledger, settings, memory.places, worlds.clock, report),
            sender=Sender(
                ledger=ledger,
                rewritings=self._rewritings,
                twilio=self._twilio,
                emails=worlds.emails,
                settings=settings,
                senders=accounts.senders,
                key_parameter=accounts.twilio.key_parameter,
                permit=permit,
                breaker=breaker,
                windows=memory.windows,
                throttle=self._throttle,
                clock=worlds.clock,
                dice=worlds.dice,
                report=report,
            ),
            settle=Settle(ledger, self._rewritings, self._twilio, settings, worlds.clock, report),
            follow=Follow(ledger, self._twilio, settings, breaker, memory.followed, worlds.clock, report),
            permit=permit,
            due_at_most=self._due_at_most,
            breaker=breaker,
            settings=settings,
            in_force=(settings, accounts),
            memory=memory,
            spread=worlds.sending,
            clock=worlds.clock,
            report=report,
        ).run(budget)

    def _tell_the_day(self, report: Report) -> None:
        worlds = self._worlds
        digests = Digests(worlds.table, worlds.clock, worlds.new_id())
        reader = Reader(worlds.table, worlds.clock)
        tell_the_day(
            self._settings, digests, reader.calls_since, worlds.alerts, self._memory.told, worlds.clock, report
        )

    def _decide_held(self, word: Word) -> dict[str, Any]:
        clock, report = self._worlds.clock, Report(self._worlds.log)
        # A person's word is newer than every lease before it.
        ledger = self._ledger(lambda: int(clock() * 1000), report)
        settle = Settle(ledger, self._rewritings, self._twilio, self._settings, clock, report)
        gatekeeper = Gatekeeper(ledger, self._settings, self._memory.places, clock, report)
        try:
            verdicts = Verdicts(ledger, settle, gatekeeper, self._settings, clock(), report)
            return verdicts.carry_out(word.pk, word.verdict, word.reason)
        finally:
            report.emit_counts(self._worlds.metrics)

    def _ledger(self, fence: Callable[[], int], report: Report) -> Ledger:
        return Ledger(self._table, self._worlds.clock, fence, self._worlds.new_id, report)
