"""The suppression list: who is not to be written to. It holds a keyed digest, never a phone."""

import re
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer

from lib.core.phone import to_e164
from lib.ledger.calls import PERSON
from lib.ledger.suppressed import Suppressed
from lib.reading.reader import Suppression
from lib.reading.views import BY_HAND, whose_wish

from .. import show
from ..problems import Problem, WrongUse
from ..session import Session, of, phone_of, text_of
from ..words import t

Phone = Annotated[str, typer.Argument(metavar="PHONE", help="A phone, in any spelling.")]
_AT_ONCE = 8
_FIELD = re.compile(r"[,;\t]")


def suppress(
    context: typer.Context,
    phone: Annotated[str | None, typer.Argument(metavar="PHONE", help="A phone, in any spelling.")] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="A register: a phone in the first column of each line."),
    ] = None,
) -> None:
    """Never write to this person again."""
    session = of(context)
    if source and phone is None:
        _suppress_all(session, source)
        return
    if phone is None or source:
        raise WrongUse(t("Give a phone, or --from FILE."))
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


def _suppress_all(session: Session, source: Path) -> None:
    """What can be read of a register is written, in whichever order: the same file again mends what was cut."""
    listed = dict(_listed(text_of(source)))
    if not listed:
        raise WrongUse(t("There is no phone in {path}.", path=source))
    numbers = {number for number in listed.values() if number}
    unusable = [line for line, number in listed.items() if not number]
    people, now = _list(session), session.clock()
    if numbers:
        people.prepare()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda number: people.add(number, PERSON, BY_HAND, now), numbers))
    if session.as_json:
        show.as_json({"suppressed": len(numbers), "unusable_lines": unusable})
    else:
        show.say(t("On the suppression list, and not written to: {n:phone|phones} of this file.", n=len(numbers)))
    if unusable:
        lines = ", ".join(map(str, unusable[:20])) + (", …" if len(unusable) > 20 else "")
        raise Problem(
            t("No whole phone number in the first column of these lines: {lines}.", lines=lines),
            t("write it there with + and the country's code, then give the file again"),
        )


def _listed(text: str) -> Iterator[tuple[int, str]]:
    """Line → its phone, "" for one that is none. Empty lines, comments and a heading are left out."""
    for line, row in enumerate(text.splitlines(), 1):
        field = _FIELD.split(row, maxsplit=1)[0].strip()
        is_heading = line == 1 and not any(char.isdigit() for char in field)
        if row.strip() and not field.startswith("#") and not is_heading:
            yield line, to_e164(field)


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
