"""What goes wrong in a story, and how often: rates from its options, then dice at every outside call."""

import random
from collections.abc import Iterable

from tests.simulation.faults.kinds import (
    CREATE_FAULTS,
    ELEVEN_FAULTS,
    KINDS,
    LIST_FAULTS,
    NOTICE_FAULTS,
    STORE,
    WRITES,
)
from tests.simulation.options import Options

LONGEST_STALL_SECONDS = 1200


class FaultPlan:
    """`fate(kind)` is drawn at each outside call: None nearly always, else what goes wrong."""

    def __init__(self, dice: random.Random, options: Options) -> None:
        self._dice, self._slowness = dice, options.slowness_seconds
        self._has_short_stalls = options.has_short_stalls
        self.is_calm = False
        self._fates: dict[str, list[tuple[float, str]]] = {}
        table = 0.08 * options.table_faults
        for kind in KINDS:
            more = 6.0 if kind == options.kills_thickest_at else options.kills_elsewhere
            fates = [(0.04 * options.kills * more, "kill_before"), (0.06 * options.kills * more, "kill_after")]
            fates += [(0.02 * options.stalls * more, "stall_before"), (0.02 * options.stalls * more, "stall_after")]
            if kind in STORE:
                fates += [(table, "fail_before"), (table * (kind in WRITES), "fail_after")]
                fates += [(0.03 * options.table_faults * (kind in WRITES), "twice")]
            elif kind == "settings":
                fates += [(0.1 * options.table_faults, "fail_before")]
            elif kind == "create":
                fates += _even(0.9 * options.create_faults, CREATE_FAULTS)
                fates += [(options.late_failures, "fail_later")]
            elif kind == "list":
                fates += _even(0.7 * options.list_faults, LIST_FAULTS)
            elif kind == "notice":
                fates += _even(0.5 * options.create_faults, NOTICE_FAULTS)
            elif kind == "eleven":
                fates += _even(0.3 * options.elevenlabs_faults, ELEVEN_FAULTS)
            self._fates[kind] = _cumulated(fates)

    def fate(self, kind: str) -> str | None:
        if self.is_calm:
            return None
        thrown = self._dice.random()
        for limit, fate in self._fates[kind]:
            if thrown < limit:
                return fate
        return None

    def seconds(self) -> float:
        """How long one way of an outside call takes."""
        if self.is_calm:
            return 0.01
        return self._dice.random() * self._slowness

    def stall_seconds(self) -> float:
        if self._has_short_stalls:
            return self._dice.uniform(15, 45)
        return self._dice.choice((8, 20, 40, 90, 300, 600, 900, LONGEST_STALL_SECONDS)) * self._dice.uniform(0.6, 1.0)


def _even(rate: float, kinds: tuple[str, ...]) -> list[tuple[float, str]]:
    return [(rate / len(kinds), kind) for kind in kinds]


def _cumulated(fates: Iterable[tuple[float, str]]) -> list[tuple[float, str]]:
    limits, total = [], 0.0
    for rate, fate in fates:
        if rate:
            total += rate
            limits.append((total, fate))
    return limits
