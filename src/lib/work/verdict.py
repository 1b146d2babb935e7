"""What a person decides about a held call: send it once more, or let it rest. Logged, and never without a last look."""

from dataclasses import replace
from typing import Any, Literal, get_args

from ..core.case import Case
from ..core.decide import GiveUp, Ignore, Skip, decide
from ..core.matching import Row
from ..core.policy import Settings
from ..core.record import Record
from ..core.settling import Seen
from ..core.status import Reason, Status, explain
from ..errors import CannotDecide, TableUnclear
from ..ledger.calls import PERSON, Ledger
from .report import Report
from .settle import Settle

Verdict = Literal["resend", "release"]


def carry_out(
    ledger: Ledger,
    settle: Settle,
    settings: Settings,
    now: float,
    report: Report,
    pk: str,
    verdict: str,
    why: str = "",
) -> dict[str, Any]:
    """Carries out a verdict on the held call `pk`. Returns `{"status": …}`: the call's status now. why: the person's.

    Twilio's list is looked at once more before: a message that stands there by now settles the call, whatever was said.
    A failed call may be resent, too: of its message it is known that it did not arrive.
    Raises CannotDecide, ConfigurationError.
    """
    if verdict not in get_args(Verdict):
        raise CannotDecide("a held call can be told to `resend` or to `release`, nothing else")
    try:
        record = ledger.record(pk)
        if record is not None and record.status == Status.FAILED and verdict == "resend":
            _refuse_what_cannot_leave(replace(record, attempts=0), settings, now)
            _refuse_what_may_have_left(record)
            status, moved = str(Status.WAITING), ledger.send_anew(record, why)
        elif record is None or record.status != Status.HELD:
            raise CannotDecide(f"that call is {record.status if record else 'not in the table'}, not held")
        else:
            seen = settle.look(record)
            if verdict == "resend" and not isinstance(seen, Row):
                _refuse_what_cannot_leave(record, settings, now)
            status, moved = _move(ledger, settle, record, verdict, seen, why)
    except TableUnclear as failure:
        raise CannotDecide(f"{failure}; look at the call, and if it is still held, decide again") from None
    if not moved:
        raise CannotDecide("that call was moved by somebody else meanwhile; look at it again")
    report.about("held_decided", record.call, "warning", verdict=verdict, status=status)
    return {"status": status}


def _refuse_what_may_have_left(failed: Record) -> None:
    """It was let go for a resend that never left: the send before that may have arrived after all."""
    is_answered = failed.reason in (Reason.REFUSED, Reason.FAILED_AFTER_ACCEPTANCE)
    if failed.claim_id and not failed.message_sid and not is_answered:
        raise CannotDecide(
            "whether its message left is not known, and it became too old to find that out and send it again; look in "
            "Twilio's log. Nothing was changed"
        )


def _refuse_what_cannot_leave(record: Record, settings: Settings, now: float) -> None:
    """What a tick would end without a message is not let go for one."""
    call = replace(record.call, ended_at=record.ended_at)
    decision = decide(Case(call, record), replace(settings, paused=False, dry_run=False), now)
    if isinstance(decision, Skip | GiveUp | Ignore):
        why = explain(decision.reason, "en")
        raise CannotDecide(
            f"it could not leave ({decision.reason}). {why} Nothing was changed: release it{_or_set(decision.reason)}"
        )


def _or_set(reason: str) -> str:
    settings: dict[str, str] = {Reason.TOO_OLD: "lookback_hours", Reason.BEFORE_NOT_BEFORE: "not_before"}
    setting = "statuses" if reason.startswith(Reason.STATUS) else settings.get(reason)
    return f", or change SETTINGS.{setting} and decide again" if setting else ""


def _move(ledger: Ledger, settle: Settle, record: Record, verdict: str, seen: Seen, why: str) -> tuple[str, bool]:
    if isinstance(seen, Row):
        return "sent", settle.found(record, seen)
    if seen == "unread":
        raise CannotDecide("Twilio's list could not be read; nothing was changed, try again in a minute")
    if verdict == "release":
        return "skipped", ledger.release(record, "released_by_a_person")
    if seen == "contested":
        raise CannotDecide(
            "Twilio's list shows a message that may be this call's, or that of another call to the phone; nothing was "
            "changed: decide the phone's other held calls first, or try again in a minute"
        )
    return "waiting", ledger.resend(record, "resent_by_a_person", by=PERSON, note=why)
