"""One message for several missed calls to one phone; none once a later call reached the person (contract §2). Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from .case import Case
from .decide import Decision, Rehearse, Send, Skip, Wait, due, meant
from .phone import person_of, spellings
from .policy import Settings
from .record import Record
from .status import HAVE_LEFT, Reason

_SUPERSEDED = Skip(Reason.SUPERSEDED)


def phones_with_missed(decided: Iterable[tuple[Case, Decision]]) -> set[str]:
    """The phones to which a missed call's message would leave now, in every spelling."""
    return {one for case, decision in decided if _is_missed(decision) for one in spellings(case.call.phone)}


def supersede(
    decided: Sequence[tuple[Case, Decision]], claimed: Mapping[str, Sequence[Record]], settings: Settings, now: float
) -> list[tuple[Case, Decision]]:
    """The decisions of a tick, those on missed calls in the light of the phone's other calls.

    claimed: by phone, the calls that a message was claimed for, and those that reached the person and get none. Only
    what is recorded stands for a missed call: while another call's message is only decided, or waits, the missed one
    waits for that.
    """
    by_person: dict[str, list[tuple[Case, Decision]]] = {}
    for case, decision in decided:
        by_person.setdefault(person_of(case.call.phone), []).append((case, decision))

    def judged(case: Case, decision: Decision) -> Decision:
        if not _is_missed(decision):
            return decision
        is_rehearsal = isinstance(decision, Rehearse)  # in which nothing is claimed: what would come of it is told
        window_seconds = settings.for_agent(case.call.agent_id).missed_wait_minutes * 60
        if any(_stands_for(case, record, window_seconds) for record in _of_person(case, claimed)):
            return Rehearse(_SUPERSEDED) if is_rehearsal else _SUPERSEDED
        others = (what for other, what in by_person[person_of(case.call.phone)] if other.turn > case.turn)
        is_followed = any(_will_stand_for(what, window_seconds) for what in others)
        if not is_followed:
            return decision
        return Rehearse(_SUPERSEDED) if is_rehearsal else Wait(Reason.LATER_CALL, now)

    return [(case, judged(case, decision)) for case, decision in decided]


def _of_person(case: Case, claimed: Mapping[str, Sequence[Record]]) -> Iterator[Record]:
    for phone in spellings(case.call.phone):
        yield from claimed.get(phone, ())


def _is_missed(decision: Decision) -> bool:
    send = due(decision)
    return send is not None and send.by_status


def _stands_for(missed: Case, record: Record, window_seconds: float) -> bool:
    """Whether another call to the phone leaves nothing to say about the missed one.

    After a later talk nobody is told that we did not get hold of them, whatever became of the talk's own message. A
    missed call's message that left stands for those that ended near it, and for all that had ended when it left: it may
    have been held back for hours.
    """
    if record.pk == missed.call.key:
        return False
    if record.kind == "follow_up":
        return record.ended_at >= missed.ended_at
    has_left = record.may_have_left or record.status in HAVE_LEFT
    is_near = abs(missed.ended_at - record.ended_at) <= window_seconds
    return has_left and window_seconds > 0 and (is_near or record.claimed_at >= missed.ended_at)


def _will_stand_for(decision: Decision, window_seconds: float) -> bool:
    """Whether what a later call to the phone is due will leave nothing to say about an earlier, missed one."""
    what = meant(decision)
    if _is_missed(what):
        return window_seconds > 0  # both were held back until now
    if isinstance(what, Skip):
        return what.reason == Reason.ONLY_IF  # of a follow-up: the person was reached
    return isinstance(what, Send) or (isinstance(what, Wait) and what.reason != Reason.MISSED_WAIT)
