"""The digest of each day, told once (contract §2): claimed before it is told, as `replies` claims an answer.

What a killed run was telling is never told again, for nobody can ask SNS whether it left: the next run says so.
"""

from collections.abc import Mapping
from typing import Any

from ..core import keys
from ..core.record import TTL_SECONDS
from ..core.table import AtMost, Free, Is, Put, Update
from ..errors import ConditionFailed
from ..ports import Clock, Table
from .telling import NEW, TELLER_GONE_SECONDS, TELLING, UNCLEAR, begins
from .written import is_written


class Digests:
    """Methods raise TableUnclear when the table does not answer. `day`: a date, `2026-01-31`. teller: see `begins`."""

    def __init__(self, table: Table, clock: Clock, teller: str) -> None:
        self._table, self._clock, self._teller = table, clock, teller

    def state(self, day: str) -> str:
        """How far its telling has come; "" when nobody has begun."""
        pk = keys.of_digest(day)
        return str(self._table.get([pk]).get(pk, {}).get("state", ""))

    def begin(self, day: str) -> bool:
        """Takes the right to tell the day, as `begins` says."""
        now = int(self._clock())
        mine = {"state": TELLING, "teller": self._teller, "begun_at": now, "expires_at": now + TTL_SECONDS}
        return begins(lambda: self._take(keys.of_digest(day), mine, now), lambda: self.later(day), self._teller)

    def _take(self, pk: str, mine: Mapping[str, Any], now: int) -> None:
        try:
            self._table.write(Put({"pk": pk, **mine}, when=(Free(now),)))
        except ConditionFailed as there:
            if there.item.get("state") != NEW:
                raise
            self._table.write(Update(pk, mine, when=(Is("state", (NEW,)),)))

    def end(self, day: str, state: str) -> bool:
        """It was told; or nobody can tell whether it was."""
        return self._move(day, state)

    def later(self, day: str) -> bool:
        """It was not told, for sure."""
        return self._move(day, NEW)

    def give_up(self, day: str) -> bool:
        """True for the one run that finds its teller gone: nobody knows whether it was told."""
        gone = AtMost("begun_at", int(self._clock()) - TELLER_GONE_SECONDS)
        return is_written(
            self._table, Update(keys.of_digest(day), {"state": UNCLEAR}, when=(Is("state", (TELLING,)), gone))
        )

    def _move(self, day: str, state: str) -> bool:
        mine = (Is("state", (TELLING,)), Is("teller", (self._teller,)))
        return is_written(self._table, Update(keys.of_digest(day), {"state": state}, when=mine))
