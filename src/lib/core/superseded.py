"""One message for several missed calls to one phone; none once a later call reached the person (contract §2). Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from .case import Case
from .decide import Decision, Send, Skip, Wait
from .phone import person_of, spellings
from .policy import Settings
from .record import Record
from .status import Reason


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
        window_seconds = settings.for_agent(case.call.agent_id).missed_wait_minutes * 60
        if any(_stands_for(case, record, window_seconds) for record in _of_person(case, claimed)):
            return Skip(Reason.SUPERSEDED)
        others = (one for one in by_person[person_of(case.call.phone)] if _order(one[0]) > _order(case))
        is_followed = any(_will_stand_for(case, *other, window_seconds) for other in others)
        return Wait(Reason.LATER_CALL, now) if is_followed else decision

    return [(case, judged(case, decision)) for case, decision in decided]


def _of_person(case: Case, claimed: Mapping[str, Sequence[Record]]) -> Iterator[Record]:
    for phone in spellings(case.call.phone):
        yield from claimed.get(phone, ())


def _is_missed(decision: Decision) -> bool:
    return isinstance(decision, Send) and decision.by_status


def _stands_for(missed: Case, record: Record, window_seconds: float) -> bool:
    """Whether another call to the phone leaves nothing to say about the missed one.

    After a later talk nobody is told that we did not get hold of them, whatever became of the talk's own message. A
    missed call's message stands for others as long as it left.
    """
    if record.pk == missed.call.key:
        return False
    if record.kind == "follow_up":
        return record.ended_at >= missed.ended_at
    has_left = record.may_have_left or record.status in ("sent", "delivered", "read")
    return has_left and 0 < window_seconds >= abs(missed.ended_at - record.ended_at)


def _will_stand_for(missed: Case, later: Case, decision: Decision, window_seconds: float) -> bool:
    if _is_missed(decision):
        return 0 < window_seconds >= later.ended_at - missed.ended_at
    if isinstance(decision, Skip):
        return decision.reason == Reason.ONLY_IF  # of a follow-up: the person was reached
    return isinstance(decision, Send) or (isinstance(decision, Wait) and decision.reason != Reason.MISSED_WAIT)


def _order(case: Case) -> tuple[int, str]:
    return case.ended_at, case.call.key
