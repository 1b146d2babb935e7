"""What becomes of an accepted message: delivered, read or failed, told once, at the price of a few requests."""

from typing import Any

import pytest

from lib.core.budget import Budget
from lib.core.codes import code_of
from lib.core.following import UNCONFIRMED_SECONDS
from lib.core.table import Change
from lib.errors import ConfigurationError, TableUnclear
from lib.work.follow import REQUESTS_PER_TICK, Follow, Followed
from lib.work.report import Report
from local.services.faults import Fault
from local.services.twilio.messages import Message as Sent
from local.services.twilio.world import SANDBOX_SENDER
from tests.unit.work.test_send import PEOPLE, Scene

ANA = PEOPLE[0]
NO_END = 10.0**12


class Story(Scene):
    """A warm function that sends, and follows what it sent; `restart` makes it a cold one."""

    def __init__(self) -> None:
        super().__init__()
        self.followed = Followed()
        self.requests = self.account.requests

    def send(self, *phones: str) -> list[str]:
        keys = self.call_ended(*phones)
        self.tick()
        return keys

    def look(self) -> None:
        """One tick's following."""
        for write in self.follow().news(Budget(self.clock, NO_END)):
            write()

    def follow(self) -> Follow:
        """Of a tick that begins now."""
        breaker = self.breaker()
        return Follow(self.ledger, self.twilio, self.settings, breaker, self.followed, self.clock, self.report)

    def look_for(self, hours: float) -> None:
        end = self.clock.now + hours * 3600
        while self.clock.now < end:
            self.look()
            self.clock.now += 15

    def restart(self) -> None:
        self.followed = Followed()

    def message(self, pk: str) -> Sent:
        return next(one for one in self.account.messages if one.sid == self.item(pk)["message_sid"])

    def becomes(self, pk: str, status: str, code: int | None = None) -> None:
        message = self.message(pk)
        message.steps.append((self.clock.now, status))
        message.error_code = code

    def item(self, pk: str) -> dict[str, Any]:
        return self.table.items[pk]

    def events(self, pk: str) -> list[tuple[str, int]]:
        return [(event["event"], event.get("code", 0)) for event in self.item(pk)["history"]]


def test_a_message_is_followed_until_it_was_read_and_each_step_is_told_once() -> None:
    story = Story()
    (ana,) = story.send(ANA)
    assert (story.item(ana)["queue"], story.item(ana)["status"]) == ("track", "sent")
    story.becomes(ana, "delivered")
    story.look_for(hours=0.02)
    item = story.item(ana)
    assert (item["status"], item["queue"], "read_at" in item) == ("delivered", "track", False)
    delivered_at = item["delivered_at"]
    story.becomes(ana, "read")
    story.look_for(hours=1)
    item = story.item(ana)
    assert (item["status"], item["delivered_at"], "queue" in item, "due_at" in item) == (
        "read",
        delivered_at,
        False,
        False,
    )
    assert delivered_at < item["read_at"]
    assert story.events(ana) == [("claimed", 0), ("sent", 0), ("delivered", 0), ("read", 0)]
    assert (story.report.counts["MessagesDelivered"], story.report.counts["MessagesFailed"]) == (1, 0)
    assert [story.log.levels(f"message_{what}") for what in ("delivered", "read")] == [["info"], ["info"]]


def test_what_was_read_between_two_looks_counts_as_delivered_once() -> None:
    story = Story()
    (ana,) = story.send(ANA)
    story.becomes(ana, "read")
    story.look_for(hours=1)
    item = story.item(ana)
    assert (item["status"], item["delivered_at"]) == ("read", item["read_at"])
    assert story.report.counts["MessagesDelivered"] == 1


@pytest.mark.parametrize(
    ("status", "code"), [("undelivered", 63016), ("failed", 63024), ("failed", 99999), ("canceled", 0)]
)
def test_a_message_that_fails_after_acceptance_ends_failed_with_its_code(status: str, code: int) -> None:
    story = Story()
    (ana,) = story.send(ANA)
    story.becomes(ana, status, code)
    story.look_for(hours=0.1)
    item = story.item(ana)
    assert (item["status"], item["reason"], item.get("error_code", 0)) == ("failed", "failed_after_acceptance", code)
    assert "queue" not in item
    assert story.events(ana)[-1] == ("failed_after_acceptance", code)
    assert story.report.counts["MessagesFailed"] == 1
    ((level, keys),) = [(level, keys) for level, event, keys in story.log.lines if event == "message_undelivered"]
    assert (level, keys["code"], keys["why"]) == ("warning", code, code_of(code).meaning if code else "")


@pytest.mark.parametrize("later", ["sent", "queued", "failed", "undelivered", "partially_delivered", "no such word"])
def test_a_delivered_message_never_goes_backwards(later: str) -> None:
    story = Story()
    (ana,) = story.send(ANA)
    story.becomes(ana, "delivered")
    story.look_for(hours=0.1)
    story.becomes(ana, later, 63016)
    story.look_for(hours=2)
    story.restart()
    story.look_for(hours=0.1)
    assert story.status(ana) == ("delivered", "")
    assert story.report.counts["MessagesFailed"] == 0


def test_two_functions_that_follow_one_message_tell_its_delivery_once() -> None:
    story, other = Story(), Followed()
    (ana,) = story.send(ANA)
    story.look()
    story.followed, other = other, story.followed
    story.look()
    story.becomes(ana, "delivered")
    for hour in range(2):
        story.look_for(hours=0.1)
        story.followed, other = other, story.followed
        if hour == 0:
            story.becomes(ana, "read")
    story.look_for(hours=2)
    assert story.status(ana) == ("read", "")
    assert story.report.counts["MessagesDelivered"] == 1


def test_what_never_arrives_is_looked_at_ever_more_rarely_and_let_go_after_a_day() -> None:
    story = Story()
    (ana,) = story.send(ANA)
    story.look_for(hours=1)
    first_hour = story.requests["fetch"]
    story.look_for(hours=1)
    assert 6 <= first_hour <= 12
    assert story.requests["fetch"] - first_hour <= 2
    story.look_for(hours=25)
    assert story.requests["fetch"] <= 40
    assert story.status(ana) == ("sent", "unconfirmed")
    assert "queue" not in story.item(ana)
    assert story.events(ana)[-1] == ("unconfirmed", 0)
    before = story.requests.total()
    story.look_for(hours=3)
    assert story.requests.total() == before


def test_what_was_delivered_is_looked_at_for_some_hours_and_rarely() -> None:
    story = Story()
    (ana,) = story.send(ANA)
    story.becomes(ana, "delivered")
    story.look_for(hours=0.1)
    before = story.requests.total()
    story.look_for(hours=12)
    assert story.requests.total() - before <= 12
    assert story.status(ana) == ("delivered", "read_unknown")
    assert "queue" not in story.item(ana)


def test_nothing_open_costs_no_request() -> None:
    story = Story()
    story.look_for(hours=2)
    assert story.requests.total() == 0


def a_thousand() -> Story:
    story = Story()
    keys = story.call_ended(*(f"+57300{number:07d}" for number in range(1000)))
    story.tick()
    assert len({story.item(pk)["message_sid"] for pk in keys}) == 1000
    return story


def test_a_thousand_open_messages_cost_few_requests_and_no_writes() -> None:
    story = a_thousand()
    story.look()  # the queue is read
    writes: list[Change] = []
    write = story.table.write
    story.table.write = lambda *changes: writes.extend(changes) or write(*changes)  # type: ignore[method-assign,func-returns-value]
    for _ in range(20):
        story.clock.now += 15
        before = story.requests.total()
        story.look()
        assert story.requests.total() - before <= REQUESTS_PER_TICK
    assert writes == []
    for pk in story.calls:
        story.becomes(pk, "delivered")
    story.clock.now += 600
    story.look()
    assert story.statuses() == {"delivered"}
    assert story.report.counts["MessagesDelivered"] == 1000


def test_among_other_traffic_of_the_sender_nothing_is_left_unseen_for_long() -> None:
    """The list is not read to its end: what it does not show is asked for singly."""
    story = Story()
    keys = story.send(*PEOPLE)
    for number in range(4000):
        story.account._new(
            "whatsapp:+573110000000", SANDBOX_SENDER, f"{number}", [(story.clock.now, "sent")], story.clock.now
        )
    for pk in keys:
        story.becomes(pk, "delivered")
    before = story.requests.total()
    for _ in range(4):
        story.look()
        story.clock.now += 15
    assert story.statuses() == {"delivered"}
    assert story.requests.total() - before <= 4 * REQUESTS_PER_TICK


@pytest.mark.parametrize("by_sent_date", [True, False])
def test_a_message_that_failed_before_it_was_sent_is_seen_whatever_date_the_list_goes_by(by_sent_date: bool) -> None:
    story = Story()
    story.account.lists_by_sent_date = by_sent_date
    for number in range(1200):
        story.account._new("whatsapp:+573110000000", SANDBOX_SENDER, f"{number}", [(0.0, "sent")], story.clock.now)
    keys = story.send(*PEOPLE)
    for pk in keys:
        story.message(pk).steps = [(story.clock.now, "failed")]
        story.message(pk).error_code = 63024
    story.look_for(hours=0.1)
    assert story.statuses() == {"failed"}


def test_a_restart_loses_nothing() -> None:
    story = Story()
    keys = story.send(*PEOPLE)
    story.look_for(hours=5)
    story.restart()
    for pk in keys:
        story.becomes(pk, "delivered")
    story.look()
    assert story.statuses() == {"delivered"}
    story.restart()
    for pk in keys:
        story.becomes(pk, "read")
    story.look()
    assert story.statuses() == {"read"}


def test_what_a_stalled_run_puts_into_the_queue_late_is_followed_within_an_hour() -> None:
    story = Story()
    (ana,) = story.send(ANA)
    item = story.table.items.pop(ana)
    story.clock.now += 900
    story.look()
    story.table.items[ana] = item
    story.becomes(ana, "delivered")
    story.look_for(hours=1.1)
    assert story.status(ana) == ("delivered", "")


@pytest.mark.parametrize("kind", ["500", "html_503", "drop", "429", "nonsense_list", "accept_then_garbage"])
def test_a_list_that_cannot_be_read_is_told_and_read_later(kind: str) -> None:
    story = Story()
    keys = story.send(*PEOPLE)
    story.account.faults.add(Fault(kind))
    story.look()
    assert story.log.levels("look_up_failed") == ["error"]
    story.account.faults.clear()
    for pk in keys:
        story.becomes(pk, "delivered")
    story.look_for(hours=0.1)
    assert story.statuses() == {"delivered"}


def test_a_message_that_twilio_has_no_more_is_no_refusal_of_the_account() -> None:
    story = Story()
    ana, bea = story.send(*PEOPLE[:2])
    story.account._by_sid.pop(story.item(ana)["message_sid"])
    story.becomes(bea, "delivered")
    story.look_for(hours=1)
    assert (story.status(ana), story.status(bea)) == (("sent", ""), ("delivered", ""))
    story.look_for(hours=UNCONFIRMED_SECONDS / 3600 + 1)
    assert story.status(ana) == ("sent", "unconfirmed")


def test_a_refused_account_is_told_as_such() -> None:
    story = Story()
    story.send(*PEOPLE)
    story.account.faults.add(Fault("refuse", code=20003, status=401))
    with pytest.raises(ConfigurationError):
        story.look()


def test_what_a_long_tick_sent_itself_is_followed_by_the_next() -> None:
    story = Story()
    began = story.follow()
    (ana,) = story.send(ANA)  # a tick's sends take as long as it likes
    story.clock.now += 60
    requests = story.requests.total()
    assert began.news(Budget(story.clock, NO_END)) == []
    assert story.requests.total() == requests
    story.becomes(ana, "delivered")
    story.look()
    assert story.item(ana)["status"] == "delivered"


def test_a_table_that_does_not_answer_costs_a_while_and_no_news() -> None:
    story = Story()
    (ana,) = story.send(ANA)
    story.becomes(ana, "delivered")
    write = story.table.write

    def silent(*_: Change) -> None:
        raise TableUnclear("no answer")

    story.table.write = silent  # type: ignore[method-assign]
    story.look()
    assert story.log.levels("outcome_unwritten") == ["error"]
    story.table.write = write  # type: ignore[method-assign]
    story.look_for(hours=0.1)
    assert story.status(ana) == ("delivered", "")
    assert story.report.counts["MessagesDelivered"] == 1


def test_near_the_end_of_its_run_nothing_is_asked() -> None:
    story = Story()
    story.send(ANA)
    breaker, report = story.breaker(), Report(story.log)
    follow = Follow(story.ledger, story.twilio, story.settings, breaker, story.followed, story.clock, report)
    assert follow.news(Budget(story.clock, story.clock.now + 1)) == []
    assert story.requests["list"] + story.requests["fetch"] == 0
