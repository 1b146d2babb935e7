"""What a person decides about a held call: send it once more, or let it rest. Logged, and never without a last look."""

from typing import Any

from lib.core.table import StoreFailed
from lib.ledger.calls import Ledger
from lib.work.report import Report
from lib.work.settle import LookUp


class CannotDecide(Exception):
    """The request names no held call, or nothing that can be done with one."""


def decide_held(ledger: Ledger, look_up: LookUp, report: Report, pk: str, verdict: str) -> dict[str, Any]:
    """Carries out a verdict on the held call `pk`. Returns `{"status": …}`: the call's status now.

    Twilio's list is looked at once more before: a message that stands there by now settles the call, whatever was said.
    Raises CannotDecide, ConfigurationError.
    """
    if verdict not in ("resend", "release"):
        raise CannotDecide("a held call can be told to `resend` or to `release`, nothing else")
    try:
        return _decide(ledger, look_up, report, pk, verdict)
    except StoreFailed as failure:
        raise CannotDecide(f"{failure}; look at the call, and if it is still held, decide again") from None


def _decide(ledger: Ledger, look_up: LookUp, report: Report, pk: str, verdict: str) -> dict[str, Any]:
    record = ledger.record(pk)
    if record is None or record.status != "held":
        raise CannotDecide(f"that call is {record.status if record else 'not in the table'}, not held")
    seen = look_up.last_look(record)
    if seen == "unread":
        raise CannotDecide("Twilio's list could not be read; nothing was changed, try again in a minute")
    if seen == "contested" and verdict == "resend":
        raise CannotDecide(
            "Twilio's list shows a message that may be this call's, or that of another call to the phone; nothing was "
            "changed: decide the phone's other held calls first, or try again in a minute"
        )
    if seen == "found":
        status, moved = "sent", True
    elif verdict == "release":
        status, moved = "skipped", ledger.release(record, "released_by_a_person")
    else:
        status, moved = "waiting", ledger.resend(record, "resent_by_a_person")
    if not moved:
        raise CannotDecide("that call was moved by somebody else meanwhile; look at it again")
    report.call("held_decided", record.call, "warning", verdict=verdict, status=status)
    return {"status": status}
