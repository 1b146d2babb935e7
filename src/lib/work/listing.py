"""Which batches the workspace has: the newest each tick, all of them within some ticks.

One batch per call is common, and the list only grows: 12,000 batches are 120 pages (facts/elevenlabs.md §1, §12). Where
the list is sorted, its first page has the newest; but no order is promised, so a sweep goes through all of it again and
again, some pages a tick. What was listed is remembered only to save requests: a cold start begins anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..core.budget import Budget
from ..core.call import Batch
from ..ports import ElevenLabs

LISTING_SECONDS = 3  # of a tick: what was found must be read and sent in it, too
PAGES_PER_TICK = 10  # once the whole list is known: what moved further back is seen some ticks later
PAGES_AT_MOST = 5_000  # of one sweep: a list that never ends is begun anew


@dataclass(slots=True)
class Listed:
    """What a warm function remembers of the list. `sweeps` counts those that came to its end."""

    batches: dict[str, Batch] = field(default_factory=dict)
    seen_in: dict[str, int] = field(default_factory=dict)  # batch id → the sweep that listed it last
    sweeps: int = 0
    cursor: str = ""  # where the sweep goes on
    passed: set[str] = field(default_factory=set)  # the sweep's cursors so far

    def forget(self, batch_id: str) -> None:
        self.batches.pop(batch_id, None)
        self.seen_in.pop(batch_id, None)


class Listing:
    """Reads a tick's pages into `listed`."""

    def __init__(self, elevenlabs: ElevenLabs, listed: Listed) -> None:
        self._elevenlabs, self._listed = elevenlabs, listed

    def read(self, budget: Budget) -> set[str]:
        """The ids that this tick's pages showed. Raises ConfigurationError when the key is refused."""
        listed, enough_at = self._listed, budget.clock() + LISTING_SECONDS
        shown: set[str] = set()
        cursor, pages = "", 0
        is_sweep = not listed.cursor  # else the first pages are read beside it, as far as they have news
        while True:
            page = self._elevenlabs.batches(cursor, budget)
            has_news = any(batch.id not in listed.batches for batch in page.batches)
            self._remember(page.batches)
            shown |= {batch.id for batch in page.batches}
            pages += 1
            if is_sweep and self._is_swept(page.next_cursor, is_read=page.is_read):
                break
            if not page.is_read or budget.clock() >= enough_at or (listed.sweeps and pages >= PAGES_PER_TICK):
                break
            is_sweep = is_sweep or not has_news or page.next_cursor in ("", listed.cursor)
            cursor = listed.cursor if is_sweep else page.next_cursor
        return shown

    def _is_swept(self, next_cursor: str, *, is_read: bool) -> bool:
        """Moves the sweep on. True when it is over: no more pages, or one that leads in a circle."""
        listed = self._listed
        if is_read and (not next_cursor or next_cursor in listed.passed or len(listed.passed) >= PAGES_AT_MOST):
            self._forget_deleted()
            listed.sweeps += 1
            listed.cursor = ""
        else:
            listed.cursor = next_cursor
        if listed.cursor:
            listed.passed.add(listed.cursor)
        else:
            listed.passed.clear()
        return not listed.cursor

    def _remember(self, batches: Iterable[Batch]) -> None:
        for batch in batches:
            self._listed.batches[batch.id] = batch
            self._listed.seen_in[batch.id] = self._listed.sweeps

    def _forget_deleted(self) -> None:
        """What two whole sweeps did not show; one may miss a batch that moves up in the list meanwhile."""
        listed = self._listed
        for batch_id in [id_ for id_, sweep in listed.seen_in.items() if sweep < listed.sweeps - 1]:
            listed.forget(batch_id)
