"""The note of a phone and week: the keys of all calls claimed for it, and the fence that shuts out a stalled run."""

from ..core import keys
from ..core.record import TTL_SECONDS
from ..core.table import AtMost, Item, Update

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


def noting(phone: str, pk: str, now: int, fence: int) -> list[Update]:
    """What a claim of the call `pk` writes beside it."""
    note, note_before = keys_of(phone, now)
    values, newest = {"expires_at": now + TTL_SECONDS, "fence": fence}, (AtMost("fence", fence),)
    noted = [Update(note, values, add={"calls": frozenset({pk})}, when=newest)]
    if now % NOTE_SECONDS < STALL_MOST_SECONDS:  # a stalled run may claim, or have claimed, in the week before
        noted.append(Update(note_before, values, when=newest))
    return noted
