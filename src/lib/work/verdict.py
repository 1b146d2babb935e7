"""What a person decides about a held call: send it once more, or let it rest. Logged, and never without a last look."""

from typing import Any, Literal, get_args

from ..core.matching import Row
from ..core.record import Record
from ..core.settling import Seen
from ..errors import CannotDecide, TableUnclear
from ..ledger.calls import Ledger
from .report import Report
from .settle import Settle

Verdict = Literal["resend", "release"]


def carry_out(ledger: Ledger, settle: Settle, report: Report, pk: str, verdict: str) -> dict[str, Any]:
    """Carries out a verdict on the held call `pk`. Returns `{"status": …}`: the call's status now.

    Twilio's list is looked at once more before: a message that stands there by now settles the call, whatever was said.
    Raises CannotDecide, ConfigurationError.
    """
    if verdict not in get_args(Verdict):
        raise CannotDecide("a held call can be told to `resend` or to `release`, nothing else")
    try:
        record = ledger.record(pk)
        if record is None or record.status != "held":
            raise CannotDecide(f"that call is {record.status if record else 'not in the table'}, not held")
        status, moved = _move(ledger, settle, record, verdict, settle.look(record))
    except TableUnclear as failure:
        raise CannotDecide(f"{failure}; look at the call, and if it is still held, decide again") from None
    if not moved:
        raise CannotDecide("that call was moved by somebody else meanwhile; look at it again")
    report.about("held_decided", record.call, "warning", verdict=verdict, status=status)
    return {"status": status}


def _move(ledger: Ledger, settle: Settle, record: Record, verdict: str, seen: Seen) -> tuple[str, bool]:
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
    return "waiting", ledger.resend(record, "resent_by_a_person")
