"""What goes wrong in a story, and how often: drawn once per story, then by dice at every outside call.

Few stories have every trouble and none has them all at a modest rate: each trouble is left out or made frequent
(swarm testing), so that rare pairs meet often.
"""

import random
from collections.abc import Iterable

# An outside call's kinds; what a cut or a failure there means differs, so each is chosen apart.
KINDS = ("settings", "lease", "read", "claim", "outcome", "record", "eleven", "create", "list", "sleep")
WRITES = frozenset({"lease", "claim", "outcome", "record"})
STORE = WRITES | {"read"}

CREATE_FAULTS = (
    "accept_then_hang", "accept_then_hang", "accept_then_drop", "accept_then_500", "accept_then_garbage",
    "accept_then_empty_object", "500", "hang", "drop", "html_503", "429", "429_patient", "html_429", "refuse",
    "accept_as_failed", "unconnected", "63038",
)  # fmt: skip
LIST_FAULTS = ("500", "hang", "drop", "429", "html_503", "accept_then_garbage", "nonsense_missing", "nonsense_list")
ELEVEN_FAULTS = (
    "429", "500", "html_503", "hang", "drop", "slow", "accept_then_garbage", "nonsense_list", "nonsense_strings",
    "nonsense_missing",
)  # fmt: skip


TWINS, LATE_IDS = "twins", "late ids"


def draw_theme(dice: random.Random) -> str:
    """Some stories are about one rare meeting, for which everything is made ready.

    Twins: calls of one phone and one text, whose sends go wrong together. Late ids: a claim under the recipient's id
    stalls, until a run that sees the conversation's id has looked for it and is about to claim the same call.
    """
    thrown = dice.random()
    return TWINS if thrown < 0.1 else LATE_IDS if thrown < 0.15 else ""


class FaultPlan:
    """`fate(kind)` is drawn at each outside call: None nearly always, else what goes wrong."""

    def __init__(self, dice: random.Random, theme: str) -> None:
        self._dice = dice
        self.is_calm = False
        cut, stall, store, create, look, eleven = (self._rate() for _ in range(6))
        self._slowness = dice.choice((0.02, 0.1, 0.5, 2.0))
        if theme == TWINS:  # claims that are unclear, beside claims whose owners stall
            cut, stall, create = 0.0, 1.0, 0.5
        elif theme == LATE_IDS:
            cut, stall, self._slowness = 0.0, 2.0, 2.0
        self.has_bad_reads = eleven > 0 or stall > 0 or self._slowness > 1  # a late run may have no time to read
        self._fates: dict[str, list[tuple[float, str]]] = {}
        favoured = dice.choice((*KINDS, "create", "create", "outcome", "claim"))
        favoured = {TWINS: "create", LATE_IDS: "claim"}.get(theme, favoured)
        for kind in KINDS:
            more = 6.0 if kind == favoured else 0.7  # where kills come thickest
            fates = [(0.04 * cut * more, "kill_before"), (0.06 * cut * more, "kill_after")]
            fates += [(0.02 * stall * more, "stall_before"), (0.02 * stall * more, "stall_after")]
            if kind in STORE:
                fates += [(0.08 * store, "fail_before"), (0.08 * store * (kind in WRITES), "fail_after")]
                fates += [(0.03 * store * (kind in WRITES), "twice")]
            elif kind == "settings":
                fates += [(0.1 * store, "fail_before")]
            elif kind == "create":
                fates += _even(0.9 * create, CREATE_FAULTS)
            elif kind == "list":
                fates += _even(0.7 * look, LIST_FAULTS)
            elif kind == "eleven":
                fates += _even(0.3 * eleven, ELEVEN_FAULTS)
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
        return self._dice.choice((8, 20, 40, 90, 300, 600, 900, 1200)) * self._dice.uniform(0.6, 1.0)

    def _rate(self) -> float:
        return self._dice.choice((0.0, 0.0, 0.15, 0.5, 1.0))


def _even(rate: float, kinds: tuple[str, ...]) -> list[tuple[float, str]]:
    return [(rate / len(kinds), kind) for kind in kinds]


def _cumulated(fates: Iterable[tuple[float, str]]) -> list[tuple[float, str]]:
    limits, total = [], 0.0
    for rate, fate in fates:
        if rate:
            total += rate
            limits.append((total, fate))
    return limits
