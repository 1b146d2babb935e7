"""The 24-hour window: open only when it surely is, and stays so while the message leaves (facts/twilio.md §2.1)."""

from hypothesis import given
from hypothesis import strategies as st

from lib.core.inbound import Inbound
from lib.core.window import LATE_SECONDS, MARGIN_SECONDS, WINDOW_SECONDS, Windows

US, OTHER = "whatsapp:+14155238886", "whatsapp:+14155550100"
ANA, BEA = "+573001112233", "+573001112244"
NOON = 1_795_003_200.0


def heard(*messages: tuple[str, float], until: float = NOON) -> Windows:
    """By (phone, seconds before)."""
    windows = Windows()
    windows.hear(US, [_message(phone, until - ago) for phone, ago in messages], until)
    return windows


def _message(phone: str, at: float) -> Inbound:
    return Inbound("SM1", f"whatsapp:{phone}", US, "Hola", 0, at)


@given(st.lists(st.floats(0, WINDOW_SECONDS - 1), min_size=1, max_size=5), st.floats(0, 2 * WINDOW_SECONDS))
def test_it_is_open_until_some_minutes_before_a_day_after_the_last_message(ago: list[float], later: float) -> None:
    windows = heard(*((ANA, seconds) for seconds in ago))
    is_open = min(ago) + later < WINDOW_SECONDS - MARGIN_SECONDS
    assert windows.is_open(US, ANA, NOON + later) == is_open
    assert not windows.is_open(US, BEA, NOON)
    assert not windows.is_open(OTHER, ANA, NOON)


def test_it_is_closed_while_nothing_is_known() -> None:
    assert not Windows().is_open(US, ANA, NOON)


def test_a_person_in_two_spellings_is_one() -> None:
    assert heard(("+5215512345678", 60)).is_open(US, "+525512345678", NOON)


def test_a_cold_function_asks_for_a_day_and_a_warm_one_for_what_it_has_not_heard() -> None:
    windows = Windows()
    assert windows.since(US, NOON) == NOON - WINDOW_SECONDS
    windows.hear(US, [], NOON)
    assert windows.since(US, NOON + 15) == NOON - LATE_SECONDS
    assert windows.since(US, NOON + 3 * WINDOW_SECONDS) == NOON + 2 * WINDOW_SECONDS
    assert windows.since(OTHER, NOON) == NOON - WINDOW_SECONDS


def test_what_is_older_than_a_day_is_forgotten() -> None:
    windows = heard((ANA, 60), (BEA, 10))
    windows.hear(US, [], NOON + WINDOW_SECONDS - 30)
    assert list(windows.wrote_at) == [(US, BEA)]
