"""What is shown of a picture: the calls of a person, what needs one, who waits, who answered. Pure."""

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from ..core.phone import person_of, spellings, to_e164
from ..core.policy import RECIPIENT, Settings
from ..core.record import Record
from ..core.status import Status
from .reader import Answer, Suppression

BY_HAND = "vigia"  # why a person is on the list whom `vigia suppress` put there

SILENT_AFTER_SECONDS = 180  # an invocation a minute, and one may be lost
NATIONAL_LEAST_DIGITS = 7  # the shortest number within a country that is a person's
_NATIONAL = re.compile(r"[0-9 .()-]+")
_UNDECIDED = (Status.WAITING, Status.CLAIMED)


def is_running(now: float, seen_at: int) -> bool:
    """Whether a run was at work lately. now and seen_at in epoch seconds; seen_at 0 for never."""
    return bool(seen_at) and now - seen_at <= SILENT_AFTER_SECONDS


def latest(records: Iterable[Record]) -> list[Record]:
    """The calls, the latest first."""
    return sorted(records, key=lambda record: (record.ended_at or record.recorded_at, record.pk), reverse=True)


def asked_for(records: Iterable[Record], asked: str) -> list[Record]:
    """The calls of a phone, in whatever spelling, of a conversation, or of a pk; the latest first, [] when unknown.

    A number without its country will do where one known phone alone ends with it.
    """
    records, phone = list(records), to_e164(asked)
    wanted = set(spellings(phone)) if phone else set()

    def matches(record: Record) -> bool:
        names = (record.pk, record.call.conversation_id, record.message_sid, record.call.phone)
        return asked in names or record.call.phone in wanted

    if found := latest(record for record in records if asked and matches(record)):
        return found
    digits = "" if phone or not _NATIONAL.fullmatch(asked) else re.sub(r"\D", "", asked).lstrip("0")
    ending = [record for record in records if record.call.phone.endswith(digits)]
    is_one = len(digits) >= NATIONAL_LEAST_DIGITS and len({record.call.phone for record in ending}) == 1
    return latest(ending) if is_one else []


def person_asked(records: Iterable[Record], asked: str) -> str:
    """The phone of whoever is asked for, by phone, conversation or pk; "" when it is nobody's."""
    found = asked_for(records, asked)
    return found[0].call.phone if found else to_e164(asked)


def zone_of(settings: Settings) -> ZoneInfo | None:
    """The shop's, whose day is "today": that of its digest or of its quiet hours; None where neither names one."""
    names = [one.timezone for one in (settings.digest, settings.quiet_hours) if one is not None]
    return next((ZoneInfo(name) for name in names if name != RECIPIENT), None)


def is_about(answer: Answer, asked: str) -> bool:
    """Whether a person's answer is of the phone that was asked for."""
    phone = to_e164(asked)
    return bool(phone) and person_of(answer.phone) == person_of(phone)


def held(records: Iterable[Record]) -> list[Record]:
    """The calls that a person decides, the longest held first."""
    return sorted((record for record in records if record.status == Status.HELD), key=held_since)


def held_since(record: Record) -> int:
    """Epoch seconds."""
    return record.due_at or next((event.at for event in reversed(record.history)), record.recorded_at)


def waiting(records: Iterable[Record]) -> list[Record]:
    """The calls of which nothing has left yet, or of which it is being found out; the soonest due first."""
    return sorted((record for record in records if record.status in _UNDECIDED), key=lambda record: record.due_at)


def whose_wish(found: Suppression) -> str:
    """How a person came onto the suppression list: `call`, `twilio`, `hand`, or their own `message`."""
    return found.by if found.by in ("call", "twilio") else "hand" if found.why == BY_HAND else "message"


def open_answers(answers: Iterable[Answer]) -> list[Answer]:
    """The answers that nobody has dealt with."""
    return [answer for answer in answers if not answer.handled_at]
