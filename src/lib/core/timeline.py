"""What happened to a call, in order and in plain Spanish or English: "¿por qué no le llegó?". Pure."""

from datetime import datetime, tzinfo

from .codes import code_of
from .frozen import frozen
from .in_words import in_a_row
from .record import Event, Record
from .status import Reason, Status, explain

ENDED, REPLIED, NEXT = "call_ended", "replied", "next"
_FAILURES = (Reason.REFUSED, Reason.FAILED_AFTER_ACCEPTANCE)
_CHANNELS = {"whatsapp": "WhatsApp", "sms": "SMS"}
_OURS: dict[str, tuple[str, str]] = {  # Spanish, English
    ENDED: ("llamada terminada", "call ended"),
    REPLIED: ("respondió", "replied"),
    NEXT: ("se mira de nuevo, a más tardar", "looked at again, at the latest"),
    Status.WAITING: ("esperando", "waiting"),
    Status.CLAIMED: ("enviando por {channel}", "sending by {channel}"),
    Status.SENT: ("enviado por {channel}", "sent by {channel}"),
    **{one: (one.es, one.en) for one in (Status.DELIVERED, Status.READ, Status.FAILED, Status.SKIPPED, Status.HELD)},
}


@frozen
class Moment:
    """`at`: epoch seconds. `event`: a status, a reason, or one of ours. `text`: local time and words, for people."""

    at: int
    event: str
    text: str


def timeline(record: Record, language: str, zone: tzinfo) -> list[Moment]:
    """All that the record tells, oldest first; at the end when it is looked at again, if it is.

    The time is the zone's; a day that is not that of the moment before is told with its date.
    """
    events = list(record.history)
    if record.replied_at and all(event.event != REPLIED for event in events):
        events.append(Event(record.replied_at, REPLIED))
    events.sort(key=lambda event: event.at)
    if record.ended_at:
        events.insert(0, Event(record.ended_at, ENDED))
    if record.status in (Status.WAITING, Status.CLAIMED) and record.due_at:
        events.append(Event(record.due_at, NEXT))
    moments, day = [], ""
    for event in events:
        date, _, clock = f"{datetime.fromtimestamp(event.at, zone):%Y-%m-%d %H:%M}".partition(" ")
        words = _words(event, record, language)
        moments.append(Moment(event.at, event.event, f"{clock} {words}" if date == day else f"{date} {clock} {words}"))
        day = date
    return moments


def _words(event: Event, record: Record, language: str) -> str:
    channel = event.channel or record.channel
    if event.event in _OURS:
        es, en = _OURS[event.event]
        words = (en if language == "en" else es).format(channel=_CHANNELS.get(channel, _mail(language)))
    elif event.event in _FAILURES:
        words = _OURS[Status.FAILED][language == "en"]
    else:
        words = in_a_row(explain(event.event, language))
    rule = event.rule_en if language == "en" else event.rule_es
    if rule:
        words = f"{words} ({rule})"
    if not event.code:
        return words
    return f"{words}: {code_of(event.code).meaning_in(language)} ({event.code})"


def _mail(language: str) -> str:
    return "e-mail" if language == "en" else "correo"
