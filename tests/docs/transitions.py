"""The diagram and the table of a record's transitions, as docs/architecture.md shows them."""

from collections.abc import Iterable, Sequence

from lib.core.status import Status
from lib.ledger.transitions import ANOTHER_MAY_FOLLOW, TRANSITIONS

HAS_MESSAGE = (Status.SENT, Status.DELIVERED, Status.READ)
BOX = "accepted_by_Twilio"


def diagram() -> str:
    """In Mermaid, which GitHub draws: an arrow for each pair of statuses, with the verbs that go that way.

    What Twilio has is one box, whatever Twilio says of it.
    """
    verbs: dict[tuple[str, str], dict[str, None]] = {}
    for verb, rule in TRANSITIONS.items():
        for before in rule.before or ("[*]",):
            for after in (before,) if rule.before == rule.after else rule.after:
                is_arrival = after in HAS_MESSAGE and before not in HAS_MESSAGE
                verbs.setdefault((before, BOX if is_arrival else after), {})[verb] = None
    inner = {way for way in verbs if set(way) <= set(HAS_MESSAGE)}
    lines = {way: f"    {' --> '.join(way)}: {', '.join(names)}" for way, names in verbs.items()}
    box = [f"    state {BOX} {{", *(f"    {lines[way]}" for way in lines if way in inner), "    }"]
    arrows = [line for way, line in lines.items() if way not in inner]
    return "\n".join(["```mermaid", "stateDiagram-v2", *box, *arrows, "```"])


def table() -> str:
    """A line for each verb of the ledger."""
    lines = ["| verb | from | to | who may | its queue then | personal data |", "|---|---|---|---|---|---|"]
    for verb, rule in TRANSITIONS.items():
        seen = "claim" if rule.of_claim and rule.who.name == "NEWEST" else "message" if rule.of_message else ""
        who = rule.who.value + (f", of the {seen} that was seen" if seen else "")
        forgets = "dropped" if rule.forgets else "kept"
        if rule.keeps_name:
            kept = [status for status in rule.after if status in ANOTHER_MAY_FOLLOW]
            forgets += f", of {_named(kept)} but the name and the address"
        cells = (f"`{verb}`", _named(rule.before) or "–", _named(rule.after), who, _named(rule.queue or ()), forgets)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _named(statuses: Sequence[Status] | str | Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in ([statuses] if isinstance(statuses, str) else statuses))
