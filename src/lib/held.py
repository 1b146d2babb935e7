"""What a person decides about a held call: send it once more, or let it rest. Logged, and never without a last look."""

from typing import Any

from lib.changes import StoreFailed
from lib.ledger import Ledger
from lib.look_up import LookUp
from lib.report import Report


class CannotDecide(Exception):
    """The request names no held call, or nothing that can be done with one."""


def decide_held(ledger: Ledger, look_up: LookUp, report: Report, pk: str, verdict: str) -> dict[str, Any]:
    """Carries out a verdict on the held call `pk`. Returns `{"status": …}`: the call's status now.

    A resend looks into Twilio's list once more before: a message that stands there by now is not sent again.
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
    if verdict == "release":
        status, moved = "skipped", ledger.release(record, "released_by_a_person")
    else:
        seen = look_up.last_look(record)
        if seen in ("unread", "contested"):
            raise CannotDecide(
                f"Twilio's list says nothing for now ({seen}); nothing was changed, try again in a minute"
            )
        status, moved = ("sent", True) if seen == "found" else ("waiting", ledger.resend(record, "resent_by_a_person"))
    if not moved:
        raise CannotDecide("that call was moved by somebody else meanwhile; look at it again")
    report.call("held_decided", record.call, "warning", verdict=verdict, status=status)
    return {"status": status}
