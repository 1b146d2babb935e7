"""What an invocation may be asked for (contract §5): a key that nobody knows is an error that names it."""

import json
from pathlib import Path
from typing import Any

import pytest

from lib.config.event import Event, read_event
from lib.errors import CannotDecide, ConfigurationError

EVENTS = Path(__file__).parents[3] / "events"


def test_the_events_of_the_repository_are_understood() -> None:
    scheduled = json.loads((EVENTS / "scheduled.json").read_text())
    assert read_event(scheduled) == Event()
    assert read_event(scheduled | {"ticks": 1}) == Event(ticks=1)
    assert read_event(json.loads((EVENTS / "once.json").read_text())) == Event(ticks=1)
    assert read_event({}) == Event()
    assert read_event({"held": {"pk": "+573001112233_conv_1", "do": "release"}}).held is not None


def test_the_event_of_a_schedule_of_eventbridge_scheduler_is_understood() -> None:
    """Its `detail` is text, not an object (facts/aws.md §1.2)."""
    scheduled = json.loads((EVENTS / "scheduled.json").read_text()) | {"source": "aws.scheduler", "detail": "{}"}
    assert read_event(scheduled) == Event()


def test_a_person_may_say_in_which_language_they_read() -> None:
    held = {"pk": "+573001112233_conv_1", "do": "release"}
    read = [read_event({"held": held | more}).held for more in ({}, {"lang": "es"}, {"lang": 3})]
    assert [asked and asked.language for asked in read] == ["en", "es", "3"]


@pytest.mark.parametrize("event", [{"help": 1}, {"tick": 1}, {"ticks": 1, "pause": True}, {"key1": "value1"}])
def test_an_unknown_key_is_named_and_runs_nothing(event: dict[str, Any]) -> None:
    unknown = next(key for key in event if key != "ticks")
    with pytest.raises(ConfigurationError, match=f"the event's `{unknown}`: is not known"):
        read_event(event)


@pytest.mark.parametrize("event", [[], ["ticks"], "", "ticks", 0, 1, False])
def test_what_is_no_object_is_refused_and_runs_nothing(event: object) -> None:
    with pytest.raises(ConfigurationError, match="the event: must be an object"):
        read_event(event)


def test_a_key_is_shown_as_far_as_a_line_can() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_event({"a\nb\ud800" + "c" * 90: 1})
    assert str(caught.value).startswith(f"the event's `a?b?{'c' * 56}…`: is not known")


@pytest.mark.parametrize("ticks", [0, 61, -1, 1.5, "1", True, [1], None])
def test_a_number_of_ticks_that_makes_no_sense_is_refused(ticks: object) -> None:
    with pytest.raises(ConfigurationError, match="must be a whole number from 1 to 60"):
        read_event({"ticks": ticks})


@pytest.mark.parametrize("held", ["+57_conv", {"pk": "x"}, {"pk": "x", "do": "resend", "why": 1}, 7, None, {}])
def test_a_word_on_a_held_call_has_its_form(held: object) -> None:
    with pytest.raises(CannotDecide):
        read_event({"held": held})
