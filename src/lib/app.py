"""The one assembly: an invocation, put together from its worlds. Lambda, the simulation and the tests bring theirs."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from .config.accounts import Accounts
from .config.event import read_event
from .core.budget import Budget
from .core.policy import Settings
from .ledger.calls import Ledger
from .ledger.lease import Lease
from .ledger.replies import Replies
from .ledger.rewritings import Rewritings
from .ports import Clock, Emails, Get, Log, Metrics, Notices, Sleep, Spread, Table, Twilio
from .work import verdict
from .work.follow import Follow
from .work.listen import Listener
from .work.loop import RUN_SECONDS, Loop, Pace, choose_pace
from .work.observe import Memory, Observer
from .work.report import Report
from .work.send import Sender, SendPermit
from .work.settle import Settle
from .work.tick import Tick
from .worlds.elevenlabs.client import ElevenLabsClient

BACKSTOP_SECONDS = 5  # kept free before Lambda's own Timeout


@dataclass(frozen=True, slots=True)
class Worlds:
    """All that is outside of an invocation, as one value.

    parameters: raises ConfigurationError, ParametersUnread. twilio: one account's messages, for as long as the budget
    lasts. reading, sending: run thunks side by side, for ElevenLabs and for Twilio. lock: makes a new one. new_id: 128
    random bits as text, from which the suppression list's key is made too.
    """

    table: Table
    parameters: Callable[[], tuple[Accounts, Settings]]
    elevenlabs: Callable[[Accounts], Get]
    twilio: Callable[[Accounts, Budget], Twilio]
    emails: Emails
    notices: Notices
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

    def __init__(self, worlds: Worlds, memory: Memory, deployed: Pace, owner: str, remaining_seconds: float) -> None:
        self._worlds, self._memory, self._deployed = worlds, memory, deployed
        self._start = worlds.clock()
        ends_at = self._start + min(RUN_SECONDS, remaining_seconds - BACKSTOP_SECONDS)
        self._budget = Budget(worlds.clock, ends_at)
        self._accounts, self._settings = worlds.parameters()
        self._lease = Lease(worlds.table, worlds.clock, owner, worlds.lock())
        self._twilio = worlds.twilio(self._accounts, self._budget)
        self._rewritings = Rewritings(worlds.table, worlds.clock)

    def run(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The ticks' sums (contract §5), or what became of the held call that the event is about.

        Raises ConfigurationError, CannotDecide.
        """
        asked = read_event(event)
        if asked.held is not None:
            return self._decide_held(*asked.held)
        settings, log = self._settings, self._worlds.log
        pace = choose_pace(settings, self._deployed, asked.ticks)
        self._memory.began_at = self._start
        self._memory.rehearsed.clear()
        log.info(
            "run",
            ticks=pace.ticks,
            spacing_seconds=pace.spacing_seconds,
            paused=settings.paused,
            dry_run=settings.dry_run,
        )
        loop = Loop(self._tick, self._lease, lambda: Report(log), self._worlds.metrics)
        answer = loop(pace, settings, self._start, self._budget, self._worlds.sleep)
        if settings.dry_run:  # the whole of it, in one line
            told = Counter(self._memory.rehearsed.values())
            log.info("rehearsal", **{event: told[event] for event in ("would_send", "would_wait", "would_skip")})
        return answer

    def _tick(self, report: Report, budget: Budget) -> None:
        worlds, settings, memory = self._worlds, self._settings, self._memory
        permit = SendPermit(self._lease.holds, budget.remaining_seconds, memory.streaks)
        ledger = self._ledger(lambda: self._lease.fence, report)
        elevenlabs = ElevenLabsClient(
            worlds.elevenlabs(self._accounts), worlds.reading, worlds.sleep, worlds.dice, report
        )
        Tick(
            listener=Listener(
                ledger,
                Replies(worlds.table, worlds.clock, lambda: self._lease.fence, worlds.new_id()),
                self._twilio,
                worlds.notices,
                settings,
                self._accounts.senders,
                memory.heard,
                worlds.clock,
                report,
            ),
            elevenlabs=elevenlabs,
            ledger=ledger,
            observer=Observer(elevenlabs, ledger, settings, memory, worlds.clock, report),
            sender=Sender(
                ledger,
                self._rewritings,
                self._twilio,
                worlds.emails,
                settings,
                self._accounts.senders,
                self._accounts.twilio.key_parameter,
                permit,
                worlds.clock,
                worlds.dice,
                report,
            ),
            settle=Settle(ledger, self._rewritings, self._twilio, settings, worlds.clock, report),
            follow=Follow(ledger, self._twilio, settings, memory.followed, worlds.clock, report),
            permit=permit,
            settings=settings,
            memory=memory,
            spread=worlds.sending,
            clock=worlds.clock,
            report=report,
        ).run(budget)

    def _decide_held(self, pk: str, what: str) -> dict[str, Any]:
        clock, report = self._worlds.clock, Report(self._worlds.log)
        # A person's word is newer than every lease before it.
        ledger = self._ledger(lambda: int(clock() * 1000), report)
        settle = Settle(ledger, self._rewritings, self._twilio, self._settings, clock, report)
        return verdict.carry_out(ledger, settle, self._settings, clock(), report, pk, what)

    def _ledger(self, fence: Callable[[], int], report: Report) -> Ledger:
        return Ledger(self._worlds.table, self._worlds.clock, fence, self._worlds.new_id, report)
