"""The owner's topics as one process meets them: SNS refuses, does not answer, or tells of an answer, or of the day."""

from collections.abc import Callable

from lib.errors import NoticeRefused, NoticeUnclear
from tests.simulation.faults.injector import Injector


class TopicAt:
    """`ports.Notices`. told: hears of what the owner was told. what: as a log names it."""

    def __init__(self, injector: Injector, told: Callable[[str], None], what: str) -> None:
        self._injector, self._told, self._what = injector, told, what

    def tell(self, subject: str, text: str) -> None:
        def act(fate: str | None) -> None:
            if fate == "fail_before":
                raise NoticeRefused("the simulation's SNS refused the notice: Throttling")
            self._told(text)
            if fate == "fail_after":
                raise NoticeUnclear("the simulation's SNS did not answer")

        self._injector.outside("notice", self._what, act)
