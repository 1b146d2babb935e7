"""The diagram and the table of a record's transitions, as docs/architecture.md shows them."""

from collections.abc import Iterable, Sequence

from lib.core.status import Status
from lib.ledger.transitions import TRANSITIONS

HAS_MESSAGE = (Status.SENT, Status.DELIVERED, Status.READ)


def diagram() -> str:
    """In Mermaid, which GitHub draws: an arrow for each pair of statuses, with the verbs that go that way.

    What Twilio has is one box, whatever Twilio says of it.
    """
    verbs: dict[tuple[str, str], dict[str, None]] = {}
    for verb, rule in TRANSITIONS.items():
        for before in rule.before or ("[*]",):
            for after in rule.after:
                boxed = Status.SENT if after in HAS_MESSAGE else after
                verbs.setdefault((before, boxed), {})[verb] = None
    arrows = [f"    {before} --> {after}: {', '.join(names)}" for (before, after), names in verbs.items()]
    box = f'    state "{", ".join(HAS_MESSAGE)}" as sent'
    return "\n".join(["```mermaid", "stateDiagram-v2", box, *arrows, "```"])


def table() -> str:
    """A line for each verb of the ledger."""
    lines = ["| verb | from | to | who may | its queue then | personal data |", "|---|---|---|---|---|---|"]
    for verb, rule in TRANSITIONS.items():
        who = rule.who.value + (", of the claim that was seen" if rule.of_claim and rule.who.name == "NEWEST" else "")
        forgets = "dropped" if rule.forgets else "kept"
        cells = (f"`{verb}`", _named(rule.before) or "–", _named(rule.after), who, _named(rule.queue or ()), forgets)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _named(statuses: Sequence[Status] | str | Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in ([statuses] if isinstance(statuses, str) else statuses))
