"""WhatsApp's free text, and what its approved templates get (contract §4, facts/twilio.md §2.3). Pure."""

import json

from ..policy import Policy
from ..results import Results
from ..text import one_line
from .fitting import VARIABLE_MAX_CHARACTERS, cut
from .texts import free_text, variables
from .words import WORDS


def text(kind: str, name: str, summary: str, language: str, policy: Policy, results: Results) -> str:
    return free_text(kind, name, summary, language, policy, results, f"---\n*{policy.brand}*")


def content_variables(kind: str, name: str, summary: str, language: str, policy: Policy, results: Results) -> str:
    """Every variable of the kind's template, as Twilio wants them (a JSON string): one that is left out would show the
    template's sample. A `missed` template has the name only: it may have no gap, and no call found anything out."""
    words = WORDS[language]
    values = {"1": _line(name) or words.someone}
    if kind == "follow_up":
        values |= {"2": _line(summary) or words.something, **variables(policy, results, words)}
    return json.dumps(values, ensure_ascii=False)


def _line(value: str) -> str:
    return cut(one_line(value), VARIABLE_MAX_CHARACTERS)
