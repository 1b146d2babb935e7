"""What a warm function remembers: to save requests and words, never to decide by it alone. A cold one begins anew."""

from dataclasses import dataclass, field

from ..core.admit import RulesInForce
from ..core.breaker import Failures
from ..core.call import Call
from ..core.case import Case
from ..core.decide import Decision
from ..core.read_before import ReadBefore
from ..core.streak import Streaks, no_streaks
from ..core.window import Windows
from ..ledger.places import KnownPlaces
from .agenda import Reading
from .follow import Followed
from .listing import Listed
from .unusable_phones import UnusablePhones


@dataclass(slots=True)
class Memory:
    """What a warm function remembers between ticks and invocations."""

    began_at: float = 0  # this invocation: what was read before is read again, after all that moved
    known: dict[str, int] = field(default_factory=dict)  # call key → when its record expires
    ignored: set[tuple[str, Call]] = field(default_factory=set)  # settings, and a call that they tell to look away from
    read_before: ReadBefore = field(default_factory=ReadBefore)  # the rows of ElevenLabs' last answers
    listed: Listed = field(default_factory=Listed)
    finished: dict[str, str] = field(default_factory=dict)  # batch id → its mark, "" when it has none
    readings: dict[str, Reading] = field(default_factory=dict)  # batch id → its last
    stuck: dict[str, float] = field(default_factory=dict)  # call key → when its conversation is asked for again
    unusable_phones: UnusablePhones = field(default_factory=UnusablePhones)
    told: set[str] = field(default_factory=set)  # what was logged once and need not be again: its kind, and which
    rehearsed: dict[str, str] = field(default_factory=dict)  # call key → what this invocation's rehearsal told of it
    plans: dict[str, tuple[Case, Decision]] = field(default_factory=dict)  # by call key, for `vigia preview`
    heard: dict[str, float] = field(default_factory=dict)  # SID of a person's message that is dealt with → when it came
    answered_at: dict[str, float] = field(default_factory=dict)  # call key → when its first answer came
    unwritten: set[str] = field(default_factory=set)  # people whose wish was read and could not be written yet
    windows: Windows = field(default_factory=Windows)  # who may be written to in free text
    failures: Failures = field(default_factory=Failures)  # in a row, by sender and template
    suspended_told_at: float = -1  # the invocation that told what stands still
    streaks: Streaks = field(default_factory=no_streaks)  # refusals in a row, by sender and template
    followed: Followed = field(default_factory=Followed)
    rules: RulesInForce = field(default_factory=RulesInForce)
    places: KnownPlaces = field(default_factory=KnownPlaces)  # under `daily_limit`

    def is_news(self, what: str) -> bool:
        """Whether it is to be told, for it was not told before; from now on it was."""
        is_news = what not in self.told
        self.told.add(what)
        return is_news
