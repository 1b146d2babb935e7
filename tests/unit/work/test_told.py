"""What log, metrics and answer tell of a call: each thing once, with all that is known by then (contract §5, §6)."""

from typing import Any

import pytest

from local.services.elevenlabs.calls import CallPlan, Recipient
from local.services.faults import Fault
from tests.unit.work.house import House, at

NOON = at("2026-11-26T12:00")
PHONE = "+573001239155"


class Shop(House):
    """A house that keeps its metrics."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(NOON, **settings)
        self.metrics: list[dict[str, list[float]]] = []

    def emit(self, values: dict[str, list[float]]) -> None:
        self.metrics.append(values)

    def ticks(self, count: int) -> None:
        for _ in range(count):
            self.run()
            self.clock.now += 14

    def counted(self, name: str) -> float:
        return sum(value for values in self.metrics for value in values.get(name, []))

    def said(self, event: str) -> list[dict[str, Any]]:
        return [keys for told, keys in self.lines if told == event]

    def call(self, plan: CallPlan, *, seconds_ago: float = 60, phone: str = PHONE) -> Recipient:
        """One person is called, so long ago."""
        began = self.clock.now - seconds_ago
        batch = self.workspace.add_batch(
            [{"phone_number": phone}], [plan], created_at=began, scheduled_at=began, agent_id="agent_1"
        )
        return next(iter(batch.recipients.values()))


def test_a_call_whose_status_hangs_behind_its_conversation_is_detected_and_counted_as_any_other() -> None:
    shop = Shop()
    hangs = shop.call(CallPlan(talk_seconds=30, done_after_seconds=1), seconds_ago=2000)
    hangs.steps = [step for step in hangs.steps if step.status != "completed"]
    shop.ticks(3)
    assert shop.sent_to(PHONE) == shop.counted("CallsFinished") == len(shop.said("call_detected")) == 1


def test_a_call_that_still_goes_on_is_not_detected_however_long_it_takes() -> None:
    shop = Shop()
    shop.call(CallPlan(talk_seconds=9000), seconds_ago=2000)
    shop.ticks(3)
    assert shop.counted("CallsFinished") == len(shop.said("call_detected")) == 0


def test_a_call_is_counted_once_though_its_conversations_id_or_its_phone_appears_later() -> None:
    shop = Shop(missed_wait_minutes=0)
    late = shop.call(CallPlan(outcome="voicemail", talk_seconds=30, done_after_seconds=0))
    steps, late.steps = late.steps, [step._replace(conversation_id=None) for step in late.steps]
    shop.ticks(2)
    late.steps = steps
    shop.ticks(2)
    assert [reason for _, reason in shop.became(PHONE)] == ["", "same_attempt"]
    assert shop.counted("CallsFinished") == len(shop.said("call_detected")) == 1

    shop = Shop()
    shop.call(CallPlan(talk_seconds=30, conversation={"external_number": PHONE}), phone="3001239155")
    talk = next(iter(shop.workspace.conversations.values()))
    talk.visible_at = shop.clock.now + 20
    shop.ticks(4)
    assert shop.sent_to(PHONE) == shop.counted("CallsFinished") == len(shop.said("call_detected")) == 1


@pytest.mark.parametrize("settings", [{}, {"dry_run": True}, {"paused": True}])
def test_a_call_without_a_conversation_that_is_told_to_skip_is_not_lost_without_a_word(
    settings: dict[str, Any],
) -> None:
    shop = Shop(statuses={"failed": "skip"}, **settings)
    shop.call(CallPlan(outcome="failed"))
    shop.ticks(2)
    assert shop.counted("CallsFinished") == len(shop.said("call_detected")) == 1
    assert shop.became(PHONE) == ([] if settings else [("skipped", "status_failed")])
    assert [one["what"] for one in shop.said("would_skip")] == (["status_failed"] * 2 if "dry_run" in settings else [])


def test_a_skipped_call_is_one_call_though_its_conversations_id_appears_later() -> None:
    shop = Shop(statuses={"failed": "skip"})
    late = shop.call(CallPlan(outcome="failed", keeps_conversation_id=True))
    steps, late.steps = late.steps, [step._replace(conversation_id=None) for step in late.steps]
    shop.ticks(2)
    late.steps = steps
    shop.ticks(2)
    assert [reason for _, reason in shop.became(PHONE)] == ["status_failed", "same_attempt"]
    assert shop.counted("CallsFinished") == 1


@pytest.mark.parametrize("code", [30008, None])
def test_a_message_that_twilio_accepts_as_failed_is_told_with_its_code_and_has_a_reason(code: int | None) -> None:
    shop = Shop()
    shop.account.faults.add(Fault("accept_as_failed", route="create", code=code))  # type: ignore[arg-type]
    shop.call_ends(PHONE)
    shop.run()
    (told,), (item,) = shop.said("message_undelivered"), shop.items(PHONE)
    assert (told["message_sid"], told["code"]) == (item["message_sid"], code or 0)
    assert (item["status"], item["reason"], item.get("error_code")) == ("failed", "failed_after_acceptance", code)
    assert (shop.counted("MessagesFailed"), shop.counted("WhatsAppsSent")) == (1, 1)


@pytest.mark.parametrize("fault", ["accept_as_failed", "accept_then_drop"])
def test_a_message_that_leaves_again_is_told_with_the_sid_of_the_one_that_failed(fault: str) -> None:
    shop = Shop()
    shop.account.list_lag_seconds = 10
    shop.account.faults.add(Fault(fault, route="create", times=1, code=63018))
    shop.call_ends(PHONE)
    shop.ticks(1)
    (message,) = shop.account.messages
    message.steps, message.error_code = [(message.steps[0][0], "failed")], 63018
    shop.ticks(3)
    (told,) = shop.said("message_leaves_again")
    assert (told["message_sid"], told["code"]) == (message.sid, 63018)


def test_a_message_that_a_persons_word_finds_is_counted_as_any_other() -> None:
    shop = Shop(settle_minutes=0)
    shop.account.list_lag_seconds = 300
    shop.account.faults.add(Fault("accept_then_drop", route="create", times=1))
    shop.call_ends(PHONE)
    shop.ticks(4)
    assert shop.became(PHONE) == [("held", "unclear_not_listed")]
    shop.clock.now += 300
    (item,), before = shop.items(PHONE), len(shop.metrics)
    assert shop.run({"held": {"pk": item["pk"], "do": "resend"}}) == {"status": "delivered"}
    assert shop.metrics[before:] == [{"WhatsAppsSent": [1], "MessagesDelivered": [1]}]


def test_a_phone_that_cannot_be_written_to_is_a_warning_in_the_tick_that_finds_it_so() -> None:
    """The list's own is of no use, and so is the conversation's: the first tick says so, not the one after."""
    shop = Shop()
    shop.call(CallPlan(), phone="206")
    levels: list[tuple[str, str]] = []
    shop.warning = lambda event, **keys: levels.append((event, keys.get("reason", "")))  # type: ignore[method-assign]
    shop.ticks(2)
    assert ("call_skipped", "invalid_phone") in levels
    assert [tick.get("unusable_phones") for tick in shop.said("tick")] == [1, 1]
