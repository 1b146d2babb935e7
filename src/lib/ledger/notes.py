"""The note of a phone and week: the keys of all calls claimed for it, and of talks whose message waits or is ruled out,
the last of these claims, and the fence that shuts out a stalled run."""

from collections.abc import Iterator, Mapping

from ..core import keys
from ..core.phone import spellings
from ..core.record import TTL_SECONDS
from ..core.table import AtMost, Check, Condition, Is, Item, Missing, Update

NOTE_SECONDS = TTL_SECONDS  # as long as a call is remembered, its phone's note is read
STALL_MOST_SECONDS = 3600  # far beyond what a process of Lambda can sleep through


def keys_of(phone: str, now: int) -> tuple[str, str]:
    """The phone's note of this week, and of the week before: one for ever would outgrow its item (400 KB)."""
    week = now // NOTE_SECONDS
    return keys.of_phone(phone, week), keys.of_phone(phone, week - 1)


def calls_in(note: Item) -> list[str]:
    """The keys that a note holds."""
    calls = note.get("calls")
    return [pk for pk in calls if isinstance(pk, str)] if isinstance(calls, set | frozenset) else []


def last_claim(note: Item | None) -> str:
    """The id of the claim that a note names last; "" for none, as in a note that version 0.1 wrote."""
    claim = note.get("claim") if note else None
    return claim if isinstance(claim, str) else ""


def noting(
    phone: str, pk: str, now: int, fence: int, claim_id: str, seen: Mapping[str, str]
) -> Iterator[Update | Check]:
    """What a claim of the call `pk` writes beside it.

    seen: the person's notes as they were read, each with the claim that it named last: none may have come since, under
    either spelling of the number. Empty where that does not matter.
    """
    note, note_before = keys_of(phone, now)
    values, newest = {"expires_at": now + TTL_SECONDS, "fence": fence, "claim": claim_id}, AtMost("fence", fence)
    yield Update(note, values, add={"calls": frozenset({pk})}, when=(newest, *_unchanged(note, seen)))
    is_week_new = now % NOTE_SECONDS < STALL_MOST_SECONDS  # a stalled run may claim, or have claimed, in the one before
    if is_week_new:
        yield Update(note_before, values, when=(newest, *_unchanged(note_before, seen)))
    for other in spellings(phone)[1:] if seen else ():
        for one in keys_of(other, now)[: 1 + is_week_new]:
            yield Check(one, _unchanged(one, seen))


def remembering(phone: str, pk: str, now: int) -> Update:
    """What is written beside a call that gets no message, or not yet, and that others must know of all the same."""
    return Update(keys_of(phone, now)[0], {"expires_at": now + TTL_SECONDS}, add={"calls": frozenset({pk})})


def _unchanged(note: str, seen: Mapping[str, str]) -> tuple[Condition, ...]:
    if not seen:
        return ()
    claim = seen.get(note, "")
    return (Is("claim", (claim,)) if claim else Missing("claim"),)
