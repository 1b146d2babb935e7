"""Whether a tick tells of a call as of a new one. Pure."""

from .case import Case
from .decide import Decision, Ignore, LookAgain, Skip, meant
from .finished import is_finished
from .policy import Settings
from .status import Reason


def is_new(case: Case, decision: Decision, settings: Settings) -> bool:
    """Whether a call that ended is seen for the first time, as far as the table knows: one of which only its
    conversation says that it ended as well, but not one that a record from before its conversation's id tells of."""
    what = meant(decision)
    if case.record is not None or isinstance(what, Ignore):
        return False
    if isinstance(what, LookAgain):
        return case.earlier is None and is_finished(case.call, settings)
    return what != Skip(Reason.SAME_ATTEMPT)
