"""What failed leaves again only where it surely did not arrive: by its code, a few times, and in time."""

from dataclasses import replace

import pytest

from lib.core.again import GAPS_SECONDS, again
from lib.core.call import Call
from lib.core.codes import CODES, About, code_of
from lib.core.message.compose import Message
from lib.core.policy import Settings
from lib.core.record import Record
from lib.core.status import Status

NOON = 1_795_003_200
CALL = Call("+573001112233", "conv_1", "rcp_1", "btcal_1", "agent_1", "completed", NOON, NOON, "Ana", "")
FREE = Record(CALL, Status.SENT, NOON, kind="follow_up", message=Message("Hola"))
IN_TEMPLATE = replace(FREE, message=Message(content_sid="HX1", content_variables="{}"))
TEMPLATES = Settings(content_sids={"follow_up": {"es": "HX1"}})
MAY_LEAVE = {About.LATER, About.PARAMETER, About.ACCOUNT}


@pytest.mark.parametrize("code", [*CODES, 99999])
def test_the_codes_class_says_whether_anything_leaves_again(code: int) -> None:
    then = again(FREE, code, Settings(lookback_hours=24), NOON)
    assert (then is not None) == (code_of(code).about in MAY_LEAVE or code == 63015)
    if then:
        assert NOON + GAPS_SECONDS[0] <= then.due_at
        assert NOON + code_of(code).wait_seconds <= then.due_at


@pytest.mark.parametrize("code", [63018, 30001, 30017, 30036])
def test_what_passes_is_tried_a_few_times_with_growing_gaps(code: int) -> None:
    failures, gaps = 0, []
    while then := again(replace(FREE, failures=failures), code, Settings(), NOON):
        failures = then.marks["failures"]
        gaps.append(then.due_at - NOON)
    assert len(gaps) == 3
    assert sorted(set(gaps)) == gaps


def test_what_a_person_must_mend_is_not_counted() -> None:
    assert again(replace(FREE, failures=50), 63007, Settings(), NOON)


@pytest.mark.parametrize("code", [63018, 63007])
def test_a_try_that_would_come_too_late_is_none(code: int) -> None:
    assert again(FREE, code, Settings(lookback_hours=1), NOON + 3500) is None


def test_free_text_outside_the_window_is_answered_by_the_template_at_once_and_once() -> None:
    then = again(FREE, 63016, TEMPLATES, NOON)
    assert then is not None
    assert (then.due_at, then.reason, then.marks) == (NOON, "window_closed", {"window_closed_at": NOON})
    assert again(replace(FREE, window_closed_at=NOON), 63016, TEMPLATES, NOON) is None
    assert again(IN_TEMPLATE, 63016, TEMPLATES, NOON) is None


@pytest.mark.parametrize(
    ("settings", "language", "is_answered"),
    [
        (Settings(), "", False),
        (Settings(content_sids={"missed": {"es": "HX1"}}), "", False),
        (TEMPLATES, "en", False),
        (TEMPLATES, "es", True),
        (replace(TEMPLATES, language="en"), "", False),
        (replace(TEMPLATES, language="auto"), "", True),
        (replace(TEMPLATES, agents={"agent_1": Settings()}), "", False),
    ],
)
def test_only_a_template_of_the_kind_and_the_language_answers(
    settings: Settings, language: str, is_answered: bool
) -> None:
    free = replace(FREE, call=replace(CALL, language=language))
    assert (again(free, 63016, settings, NOON) is not None) == is_answered
