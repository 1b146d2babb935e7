"""Which channel a call's message leaves by, and which one follows when it has failed there for good. Pure.

A further channel begins only after the one before has failed for good (contract §3): never after `sent` or `delivered`,
never for slowness, never while a message may have left that nobody has accounted for.
"""

from collections.abc import Collection, Iterator

from .call import Call
from .codes import About, Code, code_of
from .frozen import frozen
from .policy import Policy
from .record import Record
from .status import Reason

EMAIL = "email"
UNNAMED_CHANNEL = "whatsapp"  # of a record that names none: version 0.1 knew no other
_NOT_FOR_GOOD = (About.ACCOUNT, About.PARAMETER, About.UNCLEAR)  # somebody mends it, or it may have arrived


@frozen
class Next:
    """The channel that follows. passed_over: channels that cannot reach the person, each with the reason."""

    channel: str
    passed_over: tuple[tuple[str, Reason], ...] = ()


def channel_of(call: Call, record: Record | None, policy: Policy) -> str:
    """The channel that a message which is due now leaves by; "" when none is left that reaches the person.

    A message that may have left already stays on its channel, whatever the settings say now.
    """
    if record is None:
        return next(_reachable(call, policy.channels, ()), "")
    if record.may_have_left:
        return record.channel or UNNAMED_CHANNEL
    order = (record.channel, *policy.channels) if record.channel in policy.channels else policy.channels
    return next(_reachable(call, order, record.failed_channels), "")


def why_none(call: Call, policy: Policy) -> Reason:
    """Why no channel is left."""
    return Reason.NO_EMAIL if policy.channels == (EMAIL,) and not call.email else Reason.NO_CHANNEL


def after_failure(record: Record, code: int, policy: Policy) -> Next | None:
    """The channel that follows a message which was refused, or failed after acceptance, for good; None: there is none.

    record: with the claim or the message that failed. code: as `core.codes` has them, 0 for none.
    """
    row = code_of(code)
    if row.is_opt_out or row.about in _NOT_FOR_GOOD or record.resends:  # the send before the resend may have arrived
        return None
    passed_over: list[tuple[str, Reason]] = []
    for channel in policy.channels:
        if channel in (record.channel or UNNAMED_CHANNEL, *record.failed_channels):
            continue
        why = _unreachable(channel, record.call, row)
        if why is None:
            return Next(channel, tuple(passed_over))
        passed_over.append((channel, why))
    return None


def _reachable(call: Call, channels: Collection[str], failed: Collection[str]) -> Iterator[str]:
    return (channel for channel in channels if channel not in failed and (channel != EMAIL or call.email))


def _unreachable(channel: str, call: Call, row: Code) -> Reason | None:
    """Why a channel cannot reach the person after a code. What is wrong with their number is wrong on every channel
    that goes to it."""
    if channel == EMAIL:
        return None if call.email else Reason.NO_EMAIL
    return Reason.INVALID_PHONE if row.about is About.PERSON else None
