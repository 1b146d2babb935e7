"""What a person decides about a held call: send it once more, or let it rest. Logged, and never without a last look."""

from dataclasses import replace
from typing import Any, NoReturn

from ..core.admit import GATE_REASONS
from ..core.again import has_template
from ..core.case import Case
from ..core.decide import Decision, Defer, GiveUp, Ignore, Send, Skip, Wait, decide
from ..core.fallback import channel_of
from ..core.finished import IN_FLIGHT
from ..core.gate import Rule
from ..core.matching import Row
from ..core.phone import spellings
from ..core.policy import Settings
from ..core.record import Record
from ..core.status import Reason, Status, explain
from ..core.superseded import supersede
from ..errors import CannotDecide, TableUnclear
from ..ledger.calls import Ledger, by_a_person
from .gatekeeper import Gatekeeper
from .report import Report
from .settle import Settle

VERDICTS = ("resend", "release")
_SETTINGS: dict[str, str] = {
    Reason.TOO_OLD: "lookback_hours",
    Reason.BEFORE_NOT_BEFORE: "not_before",
    Reason.SUPERSEDED: "missed_wait_minutes",
    Reason.NOT_FINISHED: "statuses",
    **{str(reason): reason for reason in GATE_REASONS},
}
"""By the reason why a message could not leave: the setting that says no."""


class Verdicts:
    """now: epoch seconds, when the person decides."""

    def __init__(
        self, ledger: Ledger, settle: Settle, gatekeeper: Gatekeeper, settings: Settings, now: float, report: Report
    ) -> None:
        self._ledger, self._settle, self._gatekeeper = ledger, settle, gatekeeper
        self._settings, self._now, self._report = settings, now, report

    def carry_out(self, pk: str, verdict: str, why: str = "") -> dict[str, Any]:
        """Does with the held call `pk` as the person says, who may say why. Returns `{"status": …}`: the call's now.

        Twilio's list is looked at once more before: a message that stands there by now settles the call, whatever was
        said; after a release nothing follows it, though it failed. A failed call may be resent, too: of its message it
        is known that it did not arrive.
        Raises CannotDecide, ConfigurationError.
        """
        if verdict not in VERDICTS:
            raise CannotDecide(
                "a held call can be told to `resend` or to `release`, nothing else",
                "a una llamada retenida se le puede decir `resend` o `release`, nada más",
            )
        try:
            record = self._ledger.record(pk)
            if record is not None and record.status == Status.FAILED and verdict == "resend":
                moved = self._send_anew(record, why)
            elif record is None or record.status != Status.HELD:
                raise _not_held(record)
            else:
                moved = self._decide(record, verdict, why)
            now_there = self._ledger.record(pk) if moved else None
        except TableUnclear as failure:
            raise CannotDecide(
                f"{failure}; look at the call, and if it is still held, decide again",
                "la tabla no respondió con claridad; mire la llamada y, si sigue retenida, decida otra vez",
            ) from None
        if not moved:
            raise CannotDecide(
                "that call was moved by somebody else meanwhile; look at it again",
                "entretanto otro movió esa llamada; mírela de nuevo",
            )
        status = str(now_there.status) if now_there else ""
        self._report.about("held_decided", record.call, "warning", verdict=verdict, status=status)
        return {"status": status}

    def _send_anew(self, failed: Record, why: str) -> bool:
        self._refuse_what_cannot_leave(replace(failed, attempts=0))
        _refuse_what_may_have_left(failed)
        return self._ledger.send_anew(failed, why)

    def _decide(self, held: Record, verdict: str, why: str) -> bool:
        seen = self._settle.look(held)
        if isinstance(seen, Row):
            return self._settle.found(held, seen, ends=verdict == "release")
        if verdict == "resend":
            self._refuse_what_cannot_leave(held)
        if seen == "unread":
            raise CannotDecide(
                "Twilio's list could not be read; nothing was changed, try again in a minute",
                "la lista de Twilio no se pudo leer; no cambió nada, intente otra vez en un minuto",
            )
        if verdict == "release":
            return self._ledger.release(held, Reason.RELEASED_BY_A_PERSON)
        if seen == "contested":
            raise CannotDecide(
                "Twilio's list shows a message that may be this call's, or that of another call to the phone; nothing "
                "was changed: decide the phone's other held calls first, or try again in a minute. Where it stays so, "
                "the person did get a message with these words: release the call",
                "la lista de Twilio muestra un mensaje que puede ser de esta llamada o de otra al mismo teléfono; no "
                "cambió nada: decida primero las otras retenidas de ese teléfono, o intente otra vez en un minuto. Si "
                "sigue así, a la persona ya le salió un mensaje con estas palabras: deje la llamada sin mensaje",
            )
        return self._ledger.resend(held, Reason.RESENT_BY_A_PERSON, by=by_a_person(why))

    def _refuse_what_cannot_leave(self, record: Record) -> None:
        """What a tick would end without a message is not let go for one. Raises CannotDecide, TableUnclear."""
        channel = channel_of(record.call, record, self._settings.for_agent(record.call.agent_id))
        if record.window_closed_at and channel == "whatsapp" and not has_template(record, self._settings):
            raise CannotDecide(
                "it could not leave: its free text failed outside the 24-hour window (63016), and SETTINGS."
                "content_sids has no template for it. Nothing was changed: add one and decide again",
                "no podría salir: su texto libre falló fuera de la ventana de 24 horas (63016), y SETTINGS."
                "content_sids no tiene una plantilla para él. No cambió nada: agregue una y decida otra vez",
            )
        match self._foreseen(record):
            case Skip(reason, rule):
                _refuse(record, reason, rule)
            case GiveUp(reason) | Ignore(reason):
                _refuse(record, reason)
            case Wait(Reason.NOT_FINISHED as reason):  # for ever: the settings say that such a status waits
                _refuse(record, reason)
            case Defer(reason, until, rule) if until > record.ended_at + self._settings.lookback_seconds:
                _refuse(record, reason, rule)

    def _foreseen(self, record: Record) -> Decision:
        """What the next tick would decide of the call: it asks the same in the same order (`tick`)."""
        phone, settings, now = record.call.phone, self._settings, self._now
        if self._ledger.suppressed.find(phone):
            return Skip(Reason.OPTED_OUT)
        undated = 0 if record.conversation_ended_at else record.call.undated
        case = Case(replace(record.call, ended_at=record.ended_at, undated=undated), record)
        due = decide(case, replace(settings, paused=False, dry_run=False), now)
        is_open = isinstance(due, Wait) and (due.reason != Reason.NOT_FINISHED or record.call.status in IN_FLIGHT)
        if is_open:  # the tick asks ElevenLabs first; the gate's rules hold for whatever it says
            due = Send(record.kind, by_status=record.kind == "missed")
        claimed = self._ledger.of_phones(spellings(phone))
        decided = self._gatekeeper.admitted(supersede([(case, due)], claimed, settings, now))
        if not decided:
            raise TableUnclear("the table did not say whether the message could leave")
        return decided[0][1]


def _refuse_what_may_have_left(failed: Record) -> None:
    """It was let go for a resend that never left: the send before that may have arrived after all."""
    is_answered = failed.reason in (Reason.REFUSED, Reason.FAILED_AFTER_ACCEPTANCE)
    if failed.claim_id and not failed.message_sid and not is_answered:
        raise CannotDecide(
            "whether its message left is not known, and it became too old to find that out and send it again; look in "
            "Twilio's log. Nothing was changed",
            "no se sabe si su mensaje salió, y ya es tarde para averiguarlo y enviarlo otra vez; mire en el registro "
            "de Twilio. No cambió nada",
        )


def _not_held(record: Record | None) -> CannotDecide:
    if record is None:
        return CannotDecide("that call is not in the table", "esa llamada no está en la tabla")
    return CannotDecide(
        f"that call is {record.status}, not held", f"esa llamada no está retenida: {record.status.sentence('es')}"
    )


def _refuse(record: Record, reason: str, rule: Rule | None = None) -> NoReturn:
    ways = [("release it", "déjela sin mensaje")] if record.status == Status.HELD else []
    if reason == Reason.OPTED_OUT:
        ways.append(
            (
                "take the person off the list (`vigia unsuppress`) if they asked for that, and decide again",
                "saque a la persona de la lista (`vigia unsuppress`) si ella lo pidió, y decida otra vez",
            )
        )
    elif setting := "statuses" if reason.startswith(Reason.STATUS) else _SETTINGS.get(reason):
        ways.append((f"change SETTINGS.{setting} and decide again", f"cambie SETTINGS.{setting} y decida otra vez"))
    none, to_do, a_hacer = "", ", or ".join(en for en, _ in ways), ", o ".join(es for _, es in ways)
    raise CannotDecide(
        f"it could not leave ({_named(reason, rule.en if rule else none)}). {explain(reason, 'en')} Nothing was changed"
        + (f": {to_do}" if to_do else ""),
        f"no podría salir ({_named(reason, rule.es if rule else none)}). {explain(reason, 'es')} No cambió nada"
        + (f": {a_hacer}" if a_hacer else ""),
    )


def _named(reason: str, rule: str) -> str:
    return f"{reason}: {rule}" if rule else reason
