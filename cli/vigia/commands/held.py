"""What nobody but a person can decide: held calls, let go or sent once more; and a failed message sent once more."""

from shlex import quote
from typing import Annotated

import typer
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from lib.core.fallback import EMAIL
from lib.core.status import explain
from lib.reading.views import held_since

from .. import show
from ..problems import Problem, WrongUse
from ..session import Session, of
from ..words import language, t

Pk = Annotated[str, typer.Argument(metavar="PK", help="The call's key, as `vigia held` and `vigia why` show it.")]
_DECIDED = {
    "skipped": "Released: nothing more is sent for this call.",
    "waiting": "It leaves at the next tick, within a minute.",
    "sent": "Twilio's list shows the message by now: it had left. Nothing is sent again.",
}
_DECIDED |= dict.fromkeys(("delivered", "read"), _DECIDED["sent"])


def held(context: typer.Context) -> None:
    """The calls that a person decides: nobody knows whether their message left."""
    session = of(context)
    records = session.reader.held()
    if session.as_json:
        show.as_json(
            [
                {"pk": record.pk, "since": show.rfc3339(held_since(record)), "reason": record.reason}
                for record in records
            ]
        )
        return
    if not records:
        show.say(t("Nothing is held."))
        return
    for record in records:  # no table: a terminal's width would break the key that is to be copied
        show.say(f"{show.instant(held_since(record), session.zone)}  {show.printable(record.pk)}")
        show.say(f"    {show.printable(explain(record.reason, language()))}")
    if any(record.channel != EMAIL for record in records):
        show.say(
            t(
                "Look the phone up in Twilio's log, at that minute. Then: vigia release PK, or vigia resend PK "
                "--reason TEXT"
            )
        )
    if any(record.channel == EMAIL for record in records):
        show.say(
            t(
                "Of an e-mail, ask the person whether it arrived. Then: vigia release PK, or vigia resend PK "
                "--reason TEXT"
            )
        )


def release(context: typer.Context, pk: Pk) -> None:
    """End a held call without another message."""
    _decide(of(context), pk, "release")


def resend(
    context: typer.Context,
    pk: Pk,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the call's history; no name in it.")],
) -> None:
    """Send a held call's message once more, or that of a failed one, under a claim of its own."""
    if not reason.strip():
        raise WrongUse(t("--reason must say why."))
    _decide(of(context), pk, "resend", reason)


def _decide(session: Session, pk: str, verdict: str, reason: str = "") -> None:
    pk = pk.strip()
    if not pk:
        raise WrongUse(t("Which call? Give its pk."), "vigia held")
    event = {"pk": pk, "do": verdict} | ({"reason": reason} if reason else {})
    event |= {"lang": "es"} if language() == "es" else {}
    try:
        answer = session.cloud.invoke({"held": event})
    except (ReadTimeoutError, ConnectionClosedError):
        what = t("No answer came in time. It may be done all the same: look at the call before you decide again.")
        raise Problem(what, f"vigia why {quote(pk)}") from None
    status = str(answer.get("status", "")) if isinstance(answer, dict) else ""
    if not status:
        raise Problem(t("The function gave no answer that is understood."), f"vigia why {quote(pk)}")
    if session.as_json:
        show.as_json({"pk": pk, "status": status})
    else:
        show.say(t(_DECIDED.get(status, "The call is now: {status}"), status=status))
