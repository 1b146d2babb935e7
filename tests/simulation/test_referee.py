"""The referee is tried on plain stories: the right one passes, and each wrong one is named."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.simulation.referee import judge

Plain = dict[str, Any]
PHONE, START = "+573001230000", 1_795_000_000
WEEK = 7 * 24 * 3600
SETTINGS: Plain = {
    "only_if": {},
    "texts": {},
    "statuses": {"completed": "follow_up", "failed": "missed", "cancelled": "skip"},
    "lookback_hours": 24,
    "not_before": None,
    "unclear": "hold",
    "brand": "IA Calls",
    "content_sids": {},
    "templates_lost_at": START + 10**9,
}
BODY = (
    "¡Hola Ana! 👋\n\nHemos completado una conversación y me gustaría seguir hablando contigo sobre: precios\n\n"
    "Por favor, comparte tus dudas o comentarios para que pueda ayudarte mejor. 😊\n\n---\n*IA Calls*"
)


def _message(sid: str = "SM1", **changed: Any) -> Plain:
    message = {"sid": sid, "at": START + 90, "to": f"whatsapp:{PHONE}", "body": BODY, "template": None}
    return message | {"while_stopped": False, "code": None, "wrote_before": []} | changed


def _attempt(id_: str = "conv_1", **changed: Any) -> Plain:
    attempt = {
        "id": id_,
        "batch": "btcal_1",
        "recipient": "rcp_1",
        "phone": PHONE,
        "started_at": START,
        "ended_at": START + 60,
        "first_end": START + 60,
    }
    attempt |= {
        "name": "Ana",
        "language": "",
        "email": "ana@example.org",
        "results": {},
        "summary": "precios",
        "was_silent": False,
        "resends": 0,
    }
    return attempt | {"steps": [(START + 60, "completed")], "shows": ("completed", id_)} | changed


def _record(**changed: Any) -> Plain:
    record = {"status": "sent", "reason": "", "sid": "SM1", "ended_at": START + 60, "recorded_at": START + 80}
    whole = record | changed
    return {f"{PHONE}_conv_1": whole | {"sids": changed.get("sids", [whole["sid"]] if whole["sid"] else [])}}


def _judged(
    messages: list[Plain], attempts: list[Plain], records: Plain, wishes: Sequence[Plain] = (), **settings: Any
) -> list[str]:
    return [promise for promise, _ in judge(messages, attempts, records, SETTINGS | settings, wishes, START + 600)]


def test_one_call_one_message_and_its_record_are_right() -> None:
    assert _judged([_message()], [_attempt()], _record()) == []


@pytest.mark.parametrize("record", [{"status": "held", "sid": "", "reason": "unclear_not_listed"}])
def test_a_call_that_is_held_may_have_a_message_or_none(record: Plain) -> None:
    assert _judged([_message()], [_attempt()], _record(**record)) == []
    assert _judged([], [_attempt()], _record(**record)) == []


def test_two_calls_of_the_same_words_may_have_each_others_message() -> None:
    both = [_attempt(), _attempt("conv_2", recipient="rcp_2")]
    records = _record(sid="SM2") | {f"{PHONE}_conv_2": _record()[f"{PHONE}_conv_1"]}
    assert _judged([_message(), _message("SM2")], both, records) == []


def test_a_second_message_is_one_too_many_unless_a_resend_permits_it() -> None:
    twice = [_message(), _message("SM2")]
    assert "one-message" in _judged(twice, [_attempt()], _record())
    assert _judged(twice, [_attempt()], _record(), unclear="resend") == []
    assert _judged(twice, [_attempt(resends=1)], _record()) == []


@pytest.mark.parametrize(
    ("message", "attempt"),
    [
        ({"at": START + 30}, {}),  # before its call's end
        ({"at": START + 60 + 25 * 3600}, {}),  # too old
        ({"body": BODY.replace("Ana", "Luis")}, {}),
        ({"while_stopped": True}, {}),
        ({}, {"steps": [(START + 60, "cancelled")]}),
        ({}, {"phone": "+0999"}),
    ],
)
def test_a_message_that_was_due_to_no_call(message: Plain, attempt: Plain) -> None:
    assert "only-whom-the-settings-allow" in _judged([_message(**message)], [_attempt(**attempt)], _record())


@pytest.mark.parametrize(
    "records",
    [{}, _record(sid=""), _record(sid="", status="failed"), _record(sid="SM9"), _record(status="failed", sid="")],
)
def test_a_finished_call_without_a_message_or_a_reason(records: Plain) -> None:
    assert "record-for-every-call" in _judged([], [_attempt()], records)


@pytest.mark.parametrize(
    ("first_end", "expected"),
    [
        (START + 60, ["record-for-every-call"]),
        (START - WEEK + 65, []),  # the first attempt's record stood there when this one ended
        (START - WEEK, ["record-for-every-call"]),  # it had gone
    ],
)
def test_a_redial_shares_its_key_with_an_earlier_attempt_until_that_is_forgotten(
    first_end: float, expected: list[str]
) -> None:
    assert _judged([], [_attempt(first_end=first_end, shows=("failed", None))], {}) == expected


@pytest.mark.parametrize(("taken_back", "expected"), [(False, ["a-wish-holds"]), (True, [])])
def test_a_message_to_somebody_who_had_asked_for_none(taken_back: bool, expected: list[str]) -> None:
    wishes = [{"person": PHONE, "at": START - 9000, "wish": "out", "shown_at": START - 8990}]
    wishes += [{"person": PHONE, "at": START - 8000, "wish": "in", "shown_at": START - 7990}] * taken_back
    assert _judged([_message()], [_attempt()], _record(), wishes) == expected


NIGHT = (21 * 60, 8 * 60, "America/Bogota")  # the message of these tests leaves at 06:08 there, on a Wednesday


@pytest.mark.parametrize(
    ("settings", "promise"),
    [
        ({"quiet_hours": NIGHT}, "nothing-in-quiet-hours"),
        ({"quiet_hours": (21 * 60, 5 * 60 + 50, "America/Bogota")}, None),  # a stalled run may have begun in time
        ({"quiet_hours": (6 * 60 + 10, 23 * 60, "America/Bogota")}, None),
        ({"contact_law": "collection"}, "nothing-against-the-law"),
        ({"contact_law": "service"}, None),
    ],
)
def test_a_message_that_left_when_nothing_may(settings: Plain, promise: str | None) -> None:
    assert _judged([_message()], [_attempt()], _record(), **settings) == ([promise] if promise else [])


def test_one_person_too_many_and_one_message_too_soon() -> None:
    other = f"{PHONE[:-1]}9"
    two = [_message(), _message("SM2", to=f"whatsapp:{other}")]
    attempts = [_attempt(), _attempt("conv_2", phone=other)]
    records = _record() | {f"{other}_conv_2": _record(sid="SM2")[f"{PHONE}_conv_1"]}
    assert _judged(two, attempts, records, daily_limit=1) == ["not-over-the-limit"] * 2
    assert _judged(two, attempts, records, daily_limit=2, cooldown_hours=24) == []
    same = [_message(), _message("SM2", at=START + 100)]
    attempts, records = (
        [_attempt(), _attempt("conv_2")],
        _record() | {f"{PHONE}_conv_2": _record(sid="SM2")[f"{PHONE}_conv_1"]},
    )
    assert _judged(same, attempts, records, cooldown_hours=24) == ["cooldown-holds"]
    same[0]["code"] = 63024
    assert _judged(same, attempts, records, cooldown_hours=24) == []


def test_a_message_that_no_record_names() -> None:
    failed = _record(status="failed", sid="", reason="refused")
    assert _judged([_message()], [_attempt()], failed) == ["record-for-every-call"]
