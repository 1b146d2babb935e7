"""Which batches a tick reads, and in what order. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from ..core.call import Batch
from ..core.frozen import frozen

BATCHES_AT_ONCE, RECIPIENTS_AT_ONCE = 8, 20_000  # held in memory together: 10,000 calls are some six megabytes
UNLISTED_PER_TICK = 40  # active batches on pages that this tick did not read
OLD_AGAIN_SECONDS = 15 * 60  # an old batch with something left is read again so often, a recent one each invocation


@frozen
class Reading:
    """When a batch was read, and as what it was listed then."""

    fingerprint: str
    at: float


class Agenda:
    """`readings`: batch id → its last. `began_at`: this invocation."""

    def __init__(self, readings: Mapping[str, Reading], began_at: float, now: float, lookback_seconds: float) -> None:
        self._readings, self._now, self._recent_after = readings, now, now - lookback_seconds
        self._recent_again_before, self._old_again_before = began_at, min(began_at, now - OLD_AGAIN_SECONDS)

    def unread(self, unfinished: Iterable[Batch], shown: set[str]) -> list[Batch]:
        """What moved, running and newest batches first; then what was not read for long, oldest reading first.

        An active batch that this tick's pages did not show may have moved as well: it is read by its own id.
        """
        moved, unlisted, again = [], [], []
        for batch in unfinished:
            reading = self._readings.get(batch.id)
            if reading is None or reading.fingerprint != batch.fingerprint:
                moved.append(batch)
            elif batch.id not in shown and not batch.is_terminal:
                unlisted.append(batch)
            elif reading.at < self._again_before(batch):
                again.append(batch)
        for batches in (unlisted, again):
            batches.sort(key=lambda batch: self._readings[batch.id].at)
        moved += unlisted[:UNLISTED_PER_TICK]
        moved.sort(key=lambda batch: -(self._now if batch.status == "in_progress" else batch.updated_at))
        return moved + again

    def _again_before(self, batch: Batch) -> float:
        """A reading from before this instant is too old."""
        return self._recent_again_before if batch.updated_at > self._recent_after else self._old_again_before


def in_groups(batches: Iterable[Batch]) -> Iterator[list[Batch]]:
    """Batches to be read side by side: so many that their recipients fit into memory together, and at least one."""
    group: list[Batch] = []
    size = 0
    for batch in batches:
        if group and (len(group) == BATCHES_AT_ONCE or size + batch.size > RECIPIENTS_AT_ONCE):
            yield group
            group, size = [], 0
        group.append(batch)
        size += batch.size
    if group:
        yield group
