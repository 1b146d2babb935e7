"""Mutants of which calls are seen, and how old they may be."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import lib.core.decide
import lib.core.keys
import lib.work.tick
import lib.worlds.elevenlabs.client
import lib.worlds.elevenlabs.parsing
from lib.core.call import Recipients
from lib.core.case import Case
from tests.simulation.mutants.sabotage import patched, sabotage


@sabotage()
def _first_page_only() -> Iterator[None]:
    with patched((lib.worlds.elevenlabs.client, "_cursor", lambda page, name: "")):
        yield


@sabotage()
def _age_by_the_table_alone() -> Iterator[None]:
    decide = lib.core.decide.decide
    with patched((lib.work.tick, "decide", lambda case, settings, now: decide(
        case, replace(settings, lookback_hours=10**6), now
    )), (lib.core.decide, "TTL_SECONDS", 10**9)):  # fmt: skip
        yield


@sabotage()
def _age_by_updated_at() -> Iterator[None]:
    decide = lib.core.decide.decide

    def without_its_own_end(case: Case) -> Case:
        talk = case.conversation and replace(case.conversation, ended_at=None)
        return replace(case, call=replace(case.call, created_at=case.call.ended_at), conversation=talk)

    with patched((lib.work.tick, "decide", lambda case, settings, now: decide(
        without_its_own_end(case), settings, now
    ))):  # fmt: skip
        yield


@sabotage()
def _late_conversation_id_counted_as_a_new_call() -> Iterator[None]:
    decide = lib.core.decide.decide

    def forgetful(case: Case, settings: Any, now: float) -> Any:
        """Every earlier record is taken for that of an earlier attempt."""
        earlier = case.earlier and replace(case.earlier, call=replace(case.earlier.call, ended_at=0))
        return decide(replace(case, earlier=earlier), settings, now)

    with patched((lib.work.tick, "decide", forgetful)):
        yield


@sabotage()
def _batch_finished_while_a_recipient_could_not_be_read() -> Iterator[None]:
    with patched(
        (lib.worlds.elevenlabs.client, "Recipients", lambda calls, complete: Recipients(calls, complete=True))
    ):
        yield


@sabotage()
def _a_dry_run_that_sends() -> Iterator[None]:
    decide = lib.core.decide.decide
    careless = lambda case, settings, now: decide(case, replace(settings, dry_run=False, paused=False), now)  # noqa: E731
    with patched((lib.work.tick, "decide", careless)):
        yield


@sabotage(seen_by_referee=False)
def _each_missed_call_has_its_own_message() -> Iterator[None]:
    with patched((lib.work.tick, "supersede", lambda decided, *_: list(decided))):
        yield


@sabotage(has_odd_times=True, later_hours=169, forgotten_share=1.0)
def _a_time_to_come_is_believed() -> Iterator[None]:
    """So is one in milliseconds: it lies far ahead."""
    rooms = (lib.worlds.elevenlabs.parsing, "_time", lambda value, now: value if type(value) is int else None)
    with patched(rooms):
        yield


@sabotage(seen_by_referee=False, has_odd_phones=True)
def _a_phone_makes_a_key_of_ours() -> Iterator[None]:
    as_it_is = lambda text: text  # noqa: E731
    with patched((lib.worlds.elevenlabs.parsing, "unreadable", as_it_is), (lib.core.keys, "_phone", as_it_is)):
        yield
