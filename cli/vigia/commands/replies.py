"""Who answered, to what, and what they wrote."""

from typing import Annotated

import typer

from lib.core.inbound import answers_to, said
from lib.ledger.calls import PERSON
from lib.ledger.replies import Replies
from lib.reading.reader import Answer
from lib.reading.views import open_answers

from .. import show
from ..problems import Problem
from ..session import Session, of
from ..words import language, t


def replies(
    context: typer.Context,
    is_open: Annotated[bool, typer.Option("--open", help="Only those that nobody has dealt with.")] = False,
    handled: Annotated[str | None, typer.Option("--handled", metavar="SID", help="Mark one as dealt with.")] = None,
) -> None:
    """Who answered, to what, what they wrote."""
    session = of(context)
    if handled is not None:
        _handle(session, handled)
        return
    answers = session.reader.picture().answers
    shown = open_answers(answers) if is_open else list(answers)
    if session.as_json:
        show.as_json([_as_json(answer) for answer in shown])
    elif not shown:
        show.say(t("Nobody waits for an answer.") if is_open else t("Nobody has answered in the last seven days."))
    else:
        for answer in shown:
            _show(session, answer)


def _as_json(answer: Answer) -> dict[str, object]:
    return {
        "at": show.rfc3339(answer.at),
        "phone": answer.phone,
        "name": answer.name or None,
        "text": answer.text,
        "handled": bool(answer.handled_at),
        "sid": answer.sid,
        "call": answer.call,
        "kind": answer.kind or None,
        "ended_at": show.rfc3339(answer.ended_at),
    }


def _show(session: Session, answer: Answer) -> None:
    mark, name = "✓" if answer.handled_at else "•", show.printable(answer.name)
    show.say(f"{mark} {show.instant(answer.at, session.zone)}  {answer.phone}  {name}".rstrip(), style="bold")
    show.say(f"    {show.indented(said(answer.text, answer.media_count, language()))}")
    if answer.ended_at:
        show.say(f"    {answers_to(answer.kind, answer.ended_at, answer.phone, language())}")
    if not answer.handled_at:
        show.say(f"    https://wa.me/{answer.phone.removeprefix('+')}   vigia replies --handled {answer.sid}")


def _handle(session: Session, sid: str) -> None:
    writer = Replies(session.cloud.table, session.clock, lambda: 0, "vigia")
    if not writer.handle(sid, PERSON):
        raise Problem(t("There is no such answer, or it was dealt with before."), "vigia replies --open")
    if session.as_json:
        show.as_json({"sid": sid, "handled": True})
    else:
        show.say(t("Marked as dealt with."))
