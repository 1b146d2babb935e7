"""Mutants of what the call found out, and of the wishes spoken in it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import lib.core.decide
import lib.core.message.compose
import lib.core.results
import lib.work.send
import lib.worlds.elevenlabs.parsing
from lib.core.case import Case
from lib.core.policy import Policy, Result
from lib.core.results import NOTHING_KNOWN, Results
from lib.work.gatekeeper import Gatekeeper
from lib.work.tick import Tick
from tests.simulation.mutants.sabotage import patched, sabotage


@sabotage(asks="only_if")
def _what_is_not_known_meets_only_if() -> Iterator[None]:
    ruling = lib.core.results.ruling

    def hopeful(results: Results, policy: Policy, *, is_final: bool = False) -> Any:
        why = ruling(results, policy, is_final=is_final)
        return "" if why == "only_if" and not any(results.get(name) is not None for name in policy.only_if) else why

    with patched((lib.core.decide, "ruling", hopeful)):
        yield


@sabotage(asks="opt_out_if", later_hours=2.0, people=2, kills=0.0, seen_by_referee=False)
def _a_wish_that_its_own_call_alone_hears() -> Iterator[None]:
    def deaf(self: Tick, case: Case) -> bool:
        return True

    with patched((Tick, "_hear", deaf)):
        yield


@sabotage(asks="opt_out_if", seen_by_referee=False)
def _a_wish_that_nobody_hears() -> Iterator[None]:
    def deaf(conditions: Mapping[str, Result], results: Results) -> bool:
        return False

    with patched((lib.core.decide, "any_holds", deaf), (lib.core.results, "any_holds", deaf)):
        yield


@sabotage(asks="only_if", seen_by_referee=False)
def _a_list_row_that_is_believed_to_be_whole() -> Iterator[None]:
    results_of = lib.core.results.results_of

    def hasty(row: Mapping[str, Any]) -> Results:
        return replace(results_of(row), is_whole=True)

    with patched((lib.worlds.elevenlabs.parsing, "results_of", hasty)):
        yield


@sabotage(
    seen_by_referee=False, asks="only_if", people=1, batches=4, missed_wait_minutes=10, statuses="as_default", kills=0.0
)  # fmt: skip
def _what_only_if_forbids_reached_nobody() -> Iterator[None]:
    with patched((Gatekeeper, "counts_as_answered", lambda self, case, reason: False)):
        yield


@sabotage(has_own_words=True, seen_by_referee=False)
def _a_text_that_forgets_what_the_call_found_out() -> Iterator[None]:
    compose: Any = lib.core.message.compose.compose

    def forgetful(*given: Any, **options: Any) -> Any:
        return compose(*[NOTHING_KNOWN if isinstance(one, Results) else one for one in given], **options)

    with patched((lib.work.send, "compose", forgetful)):
        yield
