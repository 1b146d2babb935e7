"""What a message is to say, before it has the form of a channel. Pure."""

from ..frozen import frozen
from ..policy import Policy
from ..results import Results
from .words import WORDS, Words


@frozen
class Draft:
    """kind: `follow_up` or `missed`. Name and summary are empty where they are unknown. results: what the call found
    out, for templates and for the shop's own texts."""

    kind: str
    name: str
    summary: str
    language: str
    policy: Policy
    results: Results

    @property
    def words(self) -> Words:
        """Ours, in its language."""
        return WORDS[self.language]
