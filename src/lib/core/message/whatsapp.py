"""WhatsApp's free text, and what its approved templates get (contract §4, facts/twilio.md §2.3). Pure."""

import json

from ..text import one_line
from .draft import Draft
from .fitting import VARIABLE_MAX_CHARACTERS, cut
from .texts import free_text, variables


def text(draft: Draft) -> str:
    return free_text(draft, f"---\n*{draft.policy.brand}*")


def content_variables(draft: Draft) -> str:
    """Every variable of the kind's template, as Twilio wants them (a JSON string): one that is left out would show the
    template's sample. A `missed` template has the name only: it may have no gap, and no call found anything out."""
    values = {"1": _line(draft.name) or draft.words.someone}
    if draft.kind == "follow_up":
        values |= {"2": _line(draft.summary) or draft.words.something, **variables(draft)}
    return json.dumps(values, ensure_ascii=False)


def _line(value: str) -> str:
    return cut(one_line(value), VARIABLE_MAX_CHARACTERS)
