"""What is known of how Twilio rewrites a sender's messages: one item per sender, `#rewritings:{sender}`.

It outlives the function, for a message whose answer was lost is looked up by it; and it ends, for a trial does.
"""

from ..core import keys
from ..core.record import is_live
from ..core.rewriting import TEXT, Rewriting
from ..core.table import Update
from ..ports import Clock, Table

KNOWN_SECONDS = 30 * 24 * 3600


class Rewritings:
    """Methods raise TableUnclear when the table does not answer."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table, self._clock = table, clock

    def known(self, sender: str) -> Rewriting:
        """sender: our own address (`whatsapp:+…`), from a checked parameter."""
        pk = keys.of_rewritings(sender)
        item = self._table.get([pk]).get(pk)
        if item is None or not is_live(item, self._clock()):
            return Rewriting()
        marks = item.get("marks", frozenset())
        if not isinstance(marks, set | frozenset) or not all(isinstance(mark, str) for mark in marks):
            return Rewriting(frozenset({TEXT}))  # nobody can read how messages are shown: "not listed" proves nothing
        return Rewriting(frozenset(marks))

    def learn(self, sender: str, marks: frozenset[str]) -> bool:
        """Remembers what an accepted message showed. False when it was known already."""
        if marks <= self.known(sender).marks:
            return False
        expires_at = int(self._clock()) + KNOWN_SECONDS
        self._table.write(Update(keys.of_rewritings(sender), {"expires_at": expires_at}, add={"marks": marks}))
        return True
