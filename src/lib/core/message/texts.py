"""Free text: the shop's own words (contract §2, `texts`), else ours (contract §4). Pure."""

from collections.abc import Mapping
from string import Formatter

from ..names import NAME_MAX_CHARACTERS
from ..policy import Result
from ..text import one_line
from .draft import Draft
from .fitting import BODY_MAX_CHARACTERS, VARIABLE_MAX_CHARACTERS, cut, length
from .words import NOTHING, Words

_PAIRS = {"*": "*", "_": "_", "~": "~", "¡": "!", "¿": "?", "(": ")", '"': '"', "“": "”", "«": "»"}
_SAYS_NOTHING = frozenset({"null", "none", "nil", "nan", "undefined", "n/a", "-", NOTHING})


def free_text(draft: Draft, signature: str) -> str:
    """The message's whole text, at most 1,600 characters: the summary is cut. The signature ends our own words only:
    the shop writes {brand} where it wants it."""
    own = _own(draft)
    if own and (text := _filled(own, draft)):
        return text
    return _ours(draft, signature)


def variables(draft: Draft) -> dict[str, str]:
    """Template variable → what the call found out, on one line of 1 to 250 characters."""
    return {key: _shown(draft.results.get(name), draft.words) for key, name in draft.policy.variables.items()}


def placeholders(text: str) -> list[str]:
    """The names between braces, in order."""
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in; one whose value is empty drops out with its space."""
    filled, is_missing = "", False
    literals, names = _pieces(text)
    for literal, name in zip(literals, (*names, None), strict=True):
        filled = _joined(filled, literal) if is_missing else filled + literal
        if name is not None:
            filled += values.get(name, "")
            is_missing = not values.get(name)
    return filled


def _own(draft: Draft) -> str:
    """The shop's text for this message, "" when it has none. A `follow_up` that shows no summary serves without one."""
    missed, follow_up, no_summary = (
        draft.policy.texts.get(text, {}).get(draft.language, "") for text in ("missed", "follow_up", "no_summary")
    )
    if draft.kind == "missed":
        return missed
    if draft.summary:
        return follow_up
    return no_summary or ("" if "summary" in placeholders(follow_up) else follow_up)


def _filled(own: str, draft: Draft) -> str:
    found = variables(draft)
    by_id = {draft.policy.variables[key]: value for key, value in found.items()}
    known = {"name": cut(one_line(draft.name), NAME_MAX_CHARACTERS), "brand": draft.policy.brand}
    values = {**by_id, **found, **known, "summary": "…"}
    times = max(placeholders(own).count("summary"), 1)
    room = 1 + (BODY_MAX_CHARACTERS - length(fill(own, values))) // times  # 250 at least: the settings saw to it
    values["summary"] = cut(draft.summary, room)
    return fill(own, values).strip()


def _ours(draft: Draft, signature: str) -> str:
    words = draft.words
    greeting = words.greeting.replace("{name}", f" {draft.name}" if draft.name else "")
    before, after = f"{greeting}\n\n", f"\n\n{words.closing}\n\n{signature}"
    if draft.kind == "missed":
        return before + words.missed + after
    if not draft.summary:
        return before + words.talked + after
    about = words.about.removesuffix("{summary}")
    room = BODY_MAX_CHARACTERS - length(before + about + after)
    return before + about + cut(draft.summary, room) + after


def _shown(value: Result | None, words: Words) -> str:
    if isinstance(value, bool):
        return words.yes if value else words.no
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else one_line(str(value))
    return NOTHING if not text or text.casefold() in _SAYS_NOTHING else cut(text, VARIABLE_MAX_CHARACTERS)


def _pieces(text: str) -> tuple[list[str], list[str]]:
    """What stands before, between and after the placeholders; and their names, one fewer."""
    literals, names = [""], []
    for literal, name, _, _ in Formatter().parse(text):
        literals[-1] += literal
        if name is not None:
            names.append(name)
            literals.append("")
    return literals, names


def _joined(before: str, after: str) -> str:
    """The sides of a placeholder that drops out: `Hola, ` and `!` are `Hola!`, and no line begins with a comma."""
    while before and after and _PAIRS.get(before[-1]) == after[0]:
        before, after = before[:-1], after[1:]
    before = before.rstrip(" ")
    if not before or before[-1] in "\n¡¿(":
        after = after.lstrip(" ,;:.!")
        return before + after[:1].upper() + after[1:]
    return (before.removesuffix(",") if not after or after[0] in ",;:.!?…)\n" else before) + after
