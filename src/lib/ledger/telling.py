"""How far the telling of something has come, in the item's `state`: an answer's, and a day's digest's (contract §2)."""

from collections.abc import Callable
from contextlib import suppress

from ..errors import ConditionFailed, TableUnclear

NEW, TELLING, TOLD = "new", "telling", "told"
UNCLEAR = "unclear"  # its teller is gone, or SNS gave no answer: it may have been told, and is not told again
TELLER_GONE_SECONDS = 60


def begins(take: Callable[[], object], take_back: Callable[[], object], teller: str) -> bool:
    """Takes the right to tell something. False when it is told, or another run tells it.

    teller: names this telling; a write that the network repeats knows its own first attempt by it. Raises TableUnclear;
    what may have been written is then taken back if the table lets us, for nothing was told.
    """
    try:
        take()
    except ConditionFailed as there:
        return there.item.get("state") == TELLING and there.item.get("teller") == teller
    except TableUnclear:
        with suppress(TableUnclear):
            take_back()
        raise
    return True
