"""Mutants of the window, of what leaves again after a failure, and of senders that stand still."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import lib.core.again
import lib.core.breaker
import lib.core.window
import lib.work.conclude
import lib.work.follow
import lib.work.send
import lib.work.settle
from lib.core.again import Again
from lib.core.case import Case
from lib.core.codes import About, code_of
from lib.core.policy import Settings
from lib.core.record import Record
from lib.core.table import Put
from lib.ledger.calls import Ledger
from lib.ledger.suspensions import Suspensions
from tests.simulation.mutants.sabotage import patched, sabotage

ROOMS = (lib.work.follow, lib.work.conclude, lib.work.settle)


@sabotage(has_templates=True, answers=6)
def _a_window_that_never_closes() -> Iterator[None]:
    with patched((lib.core.window, "WINDOW_SECONDS", 10**9)):
        yield


@sabotage(has_templates=True, answers=6, people=4)
def _a_window_that_one_person_opens_for_all() -> Iterator[None]:
    with patched((lib.core.window, "person_of", lambda phone: "")):
        yield


@sabotage(has_templates=True, answers=6, late_failures=1.0, kills=0.0, unclear="hold", people=8)
def _free_text_that_answers_free_text() -> Iterator[None]:
    """What Twilio said of the window is not kept."""
    again = lib.core.again.again

    def forgetful(message: Record, code: int, settings: Settings, now: float) -> Again | None:
        then = again(message, code, settings, now)
        return then and replace(then, marks={name: at for name, at in then.marks.items() if name == "failures"})

    with patched(*((room, "again", forgetful) for room in ROOMS)):
        yield


@sabotage(
    seen_by_referee=False, has_templates=True, loses_templates=True, answers=6, people=2, late_failures=0.5,
    channels="all", enforces_window=True, minutes=6,
)  # fmt: skip
def _a_template_that_is_gone_ends_the_call() -> Iterator[None]:
    with patched((lib.work.send, "after_failure", lambda *given: None)):
        yield


@sabotage(late_failures=0.5)
def _what_may_have_arrived_leaves_again() -> Iterator[None]:
    again = lib.core.again.again

    def hopeful(message: Record, code: int, settings: Settings, now: float) -> Again | None:
        is_unclear = code_of(code).about is About.UNCLEAR
        return again(message, 30001 if is_unclear else code, settings, now)

    with patched(*((room, "again", hopeful) for room in ROOMS)):
        yield


@sabotage(late_failures=1.0, lookback_hours=24, minutes=15, kills=0.0, seen_by_referee=False)
def _what_fails_is_tried_for_ever() -> Iterator[None]:
    """And nothing stands still for it, which would slow it down."""
    with patched((lib.core.again, "GAPS_SECONDS", (1,) * 99), (lib.core.breaker, "OPENS_AT", 10**6)):
        yield


@sabotage(sender_fails="at_once", seen_by_referee=False)
def _probes_that_nobody_claims() -> Iterator[None]:
    with patched((Suspensions, "probe", lambda self, seen, setup: True)):
        yield


@sabotage(sender_fails="at_once", seen_by_referee=False)
def _a_sender_that_stands_still_sends_on() -> Iterator[None]:
    with patched((Suspensions, "of", lambda self, channel, route: [])):
        yield


@sabotage(sender_fails="at_once", seen_by_referee=False)
def _what_a_standing_sender_owes_is_dropped() -> Iterator[None]:
    def drop(self: Any, case: Case, kind: str, reason: str, until: float, **_: Any) -> bool:
        return bool(self.skip_waiting(case.record, reason) if case.record else self.skip(case.call, reason))

    with patched((Ledger, "defer", drop)):
        yield


@sabotage(theme="failing")
def _a_failed_message_settles_the_next_one() -> Iterator[None]:
    """It has the same words, and Twilio's list still shows it."""
    with patched((Record, "sids", property(lambda self: {self.message_sid})), (Ledger, "_reserved", _nothing)):
        yield


def _nothing(self: Any, claim: Record, sid: str) -> Any:
    return Put({"pk": f"#sid:{sid}", "call": claim.pk, "expires_at": 0})
