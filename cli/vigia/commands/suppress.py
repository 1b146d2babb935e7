"""The suppression list: who is not to be written to. It holds a keyed digest, never a phone."""

import uuid
from typing import Annotated

import typer

from lib.ledger.calls import PERSON
from lib.ledger.suppressed import Suppressed
from lib.reading.reader import Suppression
from lib.reading.views import BY_HAND, whose_wish

from .. import show
from ..problems import Problem
from ..session import Session, of, phone_of
from ..words import t

Phone = Annotated[str, typer.Argument(metavar="PHONE", help="A phone, in any spelling.")]


def suppress(context: typer.Context, phone: Phone) -> None:
    """Never write to this person again."""
    session = of(context)
    number = phone_of(phone)
    if not _list(session).add(number, PERSON, BY_HAND, session.clock()):
        raise Problem(t("A newer wish of this person is known; nothing was changed."), f"vigia suppressed {number}")
    _tell(session, number)


def unsuppress(context: typer.Context, phone: Phone) -> None:
    """This person may be written to again: only when they asked for it."""
    session = of(context)
    number = phone_of(phone)
    if session.reader.suppression(number).suppressed and not _list(session).remove(
        number, PERSON, BY_HAND, session.clock()
    ):
        raise Problem(t("A newer wish of this person is known; nothing was changed."), f"vigia suppressed {number}")
    _tell(session, number)


def suppressed(context: typer.Context, phone: Phone) -> None:
    """Whether this person is on the suppression list, since when, and who put them there."""
    _tell(of(context), phone_of(phone))


def whose(found: Suppression) -> str:
    """Whose wish it was, in words."""
    match whose_wish(found):
        case "call":
            return t("they said so in the call {conversation}", conversation=show.printable(found.why))
        case "twilio":
            return t("Twilio refused a message to them, code {code}", code=found.why)
        case "hand":
            return t("by hand, with vigia suppress")
        case _:
            return t("they wrote so, message {sid}", sid=found.why)


def _list(session: Session) -> Suppressed:
    return Suppressed(session.cloud.table, session.clock, lambda: uuid.uuid4().hex)


def _tell(session: Session, number: str) -> None:
    found = session.reader.suppression(number)
    if session.as_json:
        since = show.rfc3339(found.since) if found.suppressed else None
        by = found.by if found.suppressed else None
        show.as_json({"suppressed": found.suppressed, "since": since, "by": by, "why": found.why or None})
    elif found.suppressed:
        since = show.instant(found.since, session.zone)
        show.say(
            t("On the suppression list since {since}, and not written to: {whose}.", since=since, whose=whose(found))
        )
    else:
        show.say(t("Not on the suppression list: may be written to."))
