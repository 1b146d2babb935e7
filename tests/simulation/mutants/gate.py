"""Mutants of when not to write."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

import lib.core.admit
import lib.core.clock
import lib.core.day
import lib.core.gate
import lib.ledger.notes
import lib.ledger.places
import lib.work.gatekeeper
from lib.core.case import Case
from lib.core.clock import Hours
from lib.core.decide import Decision, Skip, due
from lib.core.record import Record
from lib.core.table import Put
from lib.ledger.lease import LEASE_SECONDS, Lease
from lib.work.send import Sender
from lib.work.tick import Tick
from tests.simulation.mutants.sabotage import patched, sabotage

EVENING: Mapping[str, Any] = {
    "starts": "usual",
    "quiet_minutes": 30,
    "quiet_zone": "recipient",
    "contact_law": "none",
    "lookback_hours": 24,
}
NIGHT: Mapping[str, Any] = {**EVENING, "quiet_minutes": 600, "quiet_from_minutes": -580}
STANDS_STILL: Mapping[str, Any] = {  # at the send, so that a gate may close meanwhile
    "people": 1,
    "batches": 4,
    "minutes": 2,
    "kills": 0.0,
    "stalls": 3.0,
    "has_short_stalls": True,
    "kills_thickest_at": "create",
    "kills_elsewhere": 0.0,
}
AT_ONCE: Mapping[str, Any] = {
    "elevenlabs_faults": 1.0,
    "kills": 0.0,
    "stalls": 0.15,
    "slowness_seconds": 2.0,
    "people_decide": False,
}
# Many calls are due in the first ticks, and the runs are slow enough to overlap, and quick enough to send.
TOGETHER: Mapping[str, Any] = {
    **AT_ONCE,
    "elevenlabs_faults": 0.0,
    "table_faults": 0.0,
    "slowness_seconds": 0.5,
    "cooldown_hours": 0.0,
    "summary_wait_seconds": 0,
    "missed_wait_minutes": 0,
    "not_before_seconds": None,
    "lookback_hours": 24.0,
    "interlude": "none",
    "asks": "nothing",
}
FOR_A_DAY: Mapping[str, Any] = {"cooldown_hours": 24.0, "slowness_seconds": 1.0}


def without_lease() -> AbstractContextManager[None]:
    """Every run works at once: what the lease makes rare happens all the time. No promise rests on it but its own."""

    def renew(self: Any) -> bool:
        self.fence, self.held_until = 1, self._clock() + LEASE_SECONDS
        return True

    return patched((Lease, "renew", renew), (Lease, "holds", lambda self: True))


@contextmanager
def _at_once() -> Iterator[None]:
    """Every run works at once, and takes another call for the first: they meet at the rules, and seldom at a call."""
    admit = lib.core.admit.admit

    def but_the_first(decided: Any, *rest: Any) -> list[tuple[Case, Decision]]:
        *_, now = rest
        first, *others = sorted((one for one in decided if due(one[1])), key=lambda one: one[0].turn) or [None]
        is_left_out = others and crc32(str(now).encode()) % 2
        return admit([one for one in decided if one is not first] if is_left_out else decided, *rest)

    with without_lease(), patched((lib.work.gatekeeper, "admit", but_the_first)):
        yield


def _unasked(which: Callable[[Case], Any]) -> AbstractContextManager[None]:
    """The gate is not asked about these cases."""
    admit = lib.core.admit.admit

    def careless(decided: Any, *rest: Any) -> list[tuple[Case, Decision]]:
        asked = [one for one in decided if not which(one[0])]
        return [*(one for one in decided if which(one[0])), *admit(asked, *rest)]

    return patched((lib.work.gatekeeper, "admit", careless))


@sabotage(seen_by_referee=False, **EVENING, quiet_from_minutes=1, **STANDS_STILL)
def _the_gate_asked_before_instead_of_last() -> Iterator[None]:
    """When the tick decides, and not once more when each message leaves."""
    with patched((Sender, "_is_open", lambda self, call, what: True)):
        yield


@sabotage(cooldown_hours=24.0)
def _cooldown_ignored_for_calls_that_waited() -> Iterator[None]:
    with _unasked(lambda case: case.record is not None):
        yield


@sabotage(seen_by_referee=False, **EVENING, quiet_from_minutes=2, unclear="resend", settle_minutes=2, create_faults=1.0)
def _a_resend_passes_the_gate() -> Iterator[None]:
    with _unasked(lambda case: case.record is not None and case.record.resends):
        yield


@sabotage(**NIGHT)
def _quiet_hours_judged_in_utc() -> Iterator[None]:
    with _fresh_clocks(), patched((lib.core.clock, "_zone", lambda name: ZoneInfo("UTC"))):
        yield


@sabotage(seen_by_referee=False, starts="saturday", contact_law="commercial")
def _every_day_a_weekday() -> Iterator[None]:
    with _fresh_clocks(), patched((Hours, "_of", lambda self, day: self.weekdays)):
        yield


@sabotage(starts="holiday", contact_law="commercial")
def _no_holidays() -> Iterator[None]:
    of = Hours._of
    with _fresh_clocks(), patched((Hours, "_of", lambda self, day: of(replace(self, holidays=frozenset()), day))):
        yield


@sabotage(seen_by_referee=False, starts="usual", contact_law="collection")
def _an_answered_call_is_no_contact() -> Iterator[None]:
    with patched((lib.core.gate, "_is_forbidden", lambda *_: False)):
        yield


@sabotage(
    seen_by_referee=False, contact_law="collection", people=1, batches=4, asks="nothing", stalls=0.0, quiet_minutes=0
)
def _a_talk_counts_only_when_it_is_over() -> Iterator[None]:
    with patched((lib.core.admit, "_talks", lambda decided, settings: {})):
        yield


@sabotage(daily_limit=3, people=8, batches=4, contact_law="none", quiet_minutes=0, **TOGETHER)
def _the_limit_not_in_the_transaction() -> Iterator[None]:
    taking = lib.ledger.places.taking

    def unconditional(*given: Any, **named: Any) -> Put:
        return replace(taking(*given, **named), when=())

    with _at_once(), patched((lib.ledger.places, "taking", unconditional)):
        yield


@sabotage(daily_limit=1, people=8, batches=4)
def _a_place_that_is_free_after_a_minute() -> Iterator[None]:
    with patched((lib.ledger.places, "PLACE_SECONDS", 60)):
        yield


@sabotage(people=4, batches=6, contact_law="none", quiet_minutes=0, **{**TOGETHER, **FOR_A_DAY})
def _the_cooldown_not_in_the_transaction() -> Iterator[None]:
    with _at_once(), patched((lib.ledger.notes, "_unchanged", lambda note, seen: ())):
        yield


@sabotage(cooldown_hours=24.0, people=1, create_faults=1.0)
def _an_unclear_message_is_none_for_the_cooldown() -> Iterator[None]:
    def known(record: Record) -> int:
        return record.sent_at

    with patched((lib.core.admit, "left_at", known)):
        yield


@sabotage(seen_by_referee=False)
def _counters_that_count_a_call_under_both_its_keys() -> Iterator[None]:
    with patched((lib.core.day, "Reason", SimpleNamespace(SAME_ATTEMPT=None))):
        yield


@sabotage(seen_by_referee=False, **NIGHT)
def _what_waits_for_the_gate_is_forgotten() -> Iterator[None]:
    """The call is told to be skipped by the gate though it would open in time."""
    defer = Tick._defer

    def end(self: Any, case: Case, one: Any) -> None:
        if case.record is None:
            self._end(case, Skip(one.reason, one.rule))
        else:
            defer(self, case, one)

    with patched((Tick, "_defer", end)):
        yield


def _fresh_clocks() -> AbstractContextManager[None]:
    """Nothing that was found by the right clocks is remembered, now or afterwards."""
    searches = (lib.core.clock._search, lib.core.clock._next_open, lib.core.gate._closed)
    return patched(
        (lib.core.clock, "_search", searches[0].__wrapped__),
        (lib.core.clock, "_next_open", searches[1].__wrapped__),
        (lib.core.gate, "_closed", searches[2].__wrapped__),
    )
