"""The topic of people's answers as one process meets it: SNS refuses, does not answer, or tells the owner."""

from lib.errors import NoticeRefused, NoticeUnclear
from tests.simulation.checks import Checks
from tests.simulation.faults.injector import Injector


class TopicAt:
    """`ports.Notices`."""

    def __init__(self, injector: Injector, checks: Checks) -> None:
        self._injector, self._checks = injector, checks

    def tell(self, subject: str, text: str) -> None:
        def act(fate: str | None) -> None:
            if fate == "fail_before":
                raise NoticeRefused("the simulation's SNS refused the notice: Throttling")
            self._checks.told(text)
            if fate == "fail_after":
                raise NoticeUnclear("the simulation's SNS did not answer")

        self._injector.outside("notice", "TELL the owner", act)
