"""The read model: one look at the table, and what the command line, the widget and the digest show of it."""

import shlex
from zoneinfo import ZoneInfo

import pytest

from lib.core.record import Event, parse_record
from lib.core.status import Reason, Status
from lib.ledger.replies import Replies
from lib.reading.reader import Reader, Suppression
from lib.reading.story import tell
from lib.reading.views import asked_for, held, held_since, is_running, open_answers, waiting
from tests.twins.people import PHONE, answer_of, item_of, put, suppress
from tests.twins.table import MemoryTable

BOGOTA = ZoneInfo("America/Bogota")
NOON = 1_795_626_000  # 2026-11-25 12:00 in Bogota
OTHER = "+573009998877"


@pytest.fixture
def table() -> MemoryTable:
    return MemoryTable()


@pytest.fixture
def reader(table: MemoryTable) -> Reader:
    return Reader(table, lambda: NOON + 3600)


@pytest.mark.parametrize(("age", "running"), [(0, True), (180, True), (180.1, False), (3600, False), (-2, True)])
def test_it_runs_while_one_lost_invocation_explains_the_silence(age: float, running: bool) -> None:
    assert is_running(NOON + age, NOON) is running
    assert not is_running(NOON, 0)


def test_a_picture_holds_the_live_calls_and_the_answers_and_nothing_else(table: MemoryTable, reader: Reader) -> None:
    put(
        table,
        item_of(Status.READ, NOON),
        item_of(Status.SENT, NOON, phone=OTHER) | {"expires_at": NOON + 3600},
        answer_of("SM1", NOON + 60, "¿Cuánto cuesta?"),
        {"pk": "#lease", "owner": "a", "expires_at": NOON + 9999},
    )
    picture = reader.picture()
    assert [record.pk for record in picture.records] == [f"{PHONE}_conv_1"]
    assert [(answer.phone, answer.text) for answer in picture.answers] == [(PHONE, "¿Cuánto cuesta?")]


def test_one_item_that_cannot_be_read_is_named_without_its_phone_and_hides_no_other(
    table: MemoryTable, reader: Reader
) -> None:
    put(table, item_of(Status.READ, NOON), item_of(Status.SENT, NOON, phone=OTHER) | {"status": 7})
    picture = reader.picture()
    assert len(picture.records) == 1
    ((masked, problem),) = picture.unreadable
    assert masked == "+57******8877_conv_1"
    assert "status" in problem


def test_times_in_milliseconds_which_a_person_put_into_the_console_hide_nothing_else(
    table: MemoryTable, reader: Reader
) -> None:
    put(
        table,
        item_of(Status.READ, NOON),
        item_of(Status.SENT, NOON, phone=OTHER) | {"ended_at": NOON * 1000},
        answer_of("SM1", NOON * 1000, "¿Cuánto cuesta?") | {"expires_at": NOON + 9999},
        {"pk": "#lease", "owner": "a", "expires_at": NOON + 30, "seen_at": NOON * 1000, "fence": (NOON + 1) * 1000},
    )
    picture = reader.picture()
    assert [record.pk for record in picture.records] == [f"{PHONE}_conv_1"]
    assert [(answer.at, answer.text) for answer in picture.answers] == [(0, "¿Cuánto cuesta?")]
    assert len(picture.unreadable) == 1
    assert reader.last_seen() == NOON + 1


@pytest.mark.parametrize(
    "asked", ["+573001112233", "+57 300 111-2233", "0057 (300) 1112233", f"{PHONE}_conv_1", "conv_1"]
)
def test_a_call_is_found_by_its_phone_in_any_spelling_its_conversation_and_its_key(asked: str) -> None:
    records = [
        parse_record(item_of(Status.READ, NOON)),
        parse_record(item_of(Status.SENT, NOON, phone=OTHER, conversation_id="conv_2")),
    ]
    assert asked_for(records, asked) == records[:1]


@pytest.mark.parametrize("asked", ["3001112233", "300 111-2233", "(0300) 111 22 33"])
def test_a_number_without_its_country_is_the_one_phone_that_ends_with_it(asked: str) -> None:
    call, another = parse_record(item_of(Status.READ, NOON)), parse_record(item_of(Status.SENT, NOON, phone=OTHER))
    abroad = parse_record(item_of(Status.READ, NOON, phone=f"+52{PHONE[3:]}"))
    assert asked_for([another, call], asked) == [call]
    assert asked_for([another, call, abroad], asked) == []  # of two people neither is guessed


@pytest.mark.parametrize(
    "asked", ["", "+573000000000", "conv_", "nobody", "#lease", "112233", "+1112233", "conv_3001112233"]
)
def test_what_nobody_knows_is_no_call(asked: str) -> None:
    assert asked_for([parse_record(item_of(Status.READ, NOON))], asked) == []


def test_the_longest_held_and_the_soonest_due_come_first(table: MemoryTable, reader: Reader) -> None:
    for number, status in enumerate((Status.HELD, Status.HELD, Status.WAITING, Status.CLAIMED)):
        put(table, item_of(status, NOON, conversation_id=f"conv_{number}", due_at=NOON - number, queue=status))
    picture = reader.picture()
    assert [record.call.conversation_id for record in held(picture.records)] == ["conv_1", "conv_0"]
    assert held_since(held(picture.records)[0]) == NOON - 1
    assert reader.held() == held(picture.records)
    assert [record.call.conversation_id for record in waiting(picture.records)] == ["conv_3", "conv_2"]


def test_an_answer_is_open_until_a_person_deals_with_it_and_it_is_dealt_with_once(
    table: MemoryTable, reader: Reader
) -> None:
    put(table, answer_of("SM1", NOON, "Sí"), answer_of("SM2", NOON + 1, "No"))
    replies = Replies(table, lambda: NOON + 2, lambda: 1, "teller")
    assert replies.handle("SM1", "person")
    assert not replies.handle("SM1", "person")
    assert not replies.handle("SM3", "person")
    answers = reader.picture().answers
    assert [answer.sid for answer in answers] == ["SM2", "SM1"]
    assert [answer.sid for answer in open_answers(answers)] == ["SM2"]


def test_whether_a_person_is_suppressed_is_found_without_making_a_key(table: MemoryTable, reader: Reader) -> None:
    assert reader.suppression(PHONE) == Suppression(suppressed=False)
    assert not table.items
    suppress(table, PHONE, NOON)
    assert reader.suppression(PHONE) == Suppression(suppressed=True, since=NOON, by="person", why="BAJA")
    assert not reader.suppression(OTHER).suppressed


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("reason", ["", *Reason, "status_cancelled"])
def test_every_status_and_reason_tells_where_it_stands_and_what_to_do(
    status: Status, language: str, reason: str
) -> None:
    story = tell(parse_record(item_of(status, NOON, reason=reason)), language, BOGOTA)
    assert story.head.strip()
    assert story.next.endswith((".", "2233"))
    assert story.moments


def test_a_held_call_says_which_commands_decide_it_and_a_failed_one_why() -> None:
    history = (Event(NOON, "claimed"), Event(NOON + 900, "unclear_not_listed"))
    story = tell(parse_record(item_of(Status.HELD, NOON, history=history, reason="unclear_not_listed")), "es", BOGOTA)
    assert f"vigia release {PHONE}_conv_1" in story.next
    failed = tell(parse_record(item_of(Status.FAILED, NOON, reason="refused", error_code=63016)), "en", BOGOTA)
    assert "24-hour window" in failed.head
    assert "vigia resend" in failed.next
    assert failed.next.endswith("Code 63016: https://www.twilio.com/docs/api/errors/63016")


@pytest.mark.parametrize(("language", "answered"), [("es", "respondió"), ("en", "answered")])
def test_of_a_held_or_failed_call_whose_person_answered_its_status_is_told_and_then_the_answer(
    language: str, answered: str
) -> None:
    held_call = item_of(Status.HELD, NOON, reason="unclear_not_listed")
    for item in (held_call, item_of(Status.FAILED, NOON, error_code=63016)):
        before, after = (tell(parse_record(item | more), language, BOGOTA) for more in ({}, {"replied_at": NOON + 60}))
        assert after.head == f"{before.head.removesuffix('.')}; {answered}."
        assert "vigia resend" in before.next
        assert after.next.startswith(before.next)
        assert after.next.endswith("https://wa.me/573001112233")
    assert tell(parse_record(item_of(Status.READ, NOON, replied_at=NOON)), language, BOGOTA).head == answered


def test_a_command_that_is_handed_out_is_quoted_as_a_shell_reads_it() -> None:
    for language in ("es", "en"):
        story = tell(parse_record(item_of(Status.FAILED, NOON, reason="refused", error_code=63016)), language, BOGOTA)
        (command,) = [part for part in story.next.split("`") if part.startswith("vigia")]
        assert shlex.split(command) == ["vigia", "resend", f"{PHONE}_conv_1", "--reason", "…"]


def test_a_key_that_a_shell_would_take_for_more_is_quoted() -> None:
    conversation_id = "conv 1; rm -r $HOME"
    story = tell(parse_record(item_of(Status.HELD, NOON, conversation_id=conversation_id)), "en", BOGOTA)
    commands = [shlex.split(part) for part in story.next.split("`") if part.startswith("vigia")]
    assert [command[2] for command in commands] == [f"{PHONE}_{conversation_id}"] * 2


@pytest.mark.parametrize("reason", Reason)
def test_of_what_waits_for_somebody_to_put_something_right_it_is_not_said_that_nothing_is_to_be_done(
    reason: Reason,
) -> None:
    record = parse_record(item_of(Status.WAITING, NOON, reason=reason))
    stands_still = any(mark in reason for mark in ("account_refused", "parameter_refused", "suspended"))
    for language, nothing, mend in (("es", "Nada:", "Corrija eso"), ("en", "Nothing:", "Put that right")):
        assert tell(record, language, BOGOTA).next.startswith(mend if stands_still else nothing)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (21610, f"vigia unsuppress {PHONE}"),  # the person said so: only they take it back
        (21211, "Nothing more leaves"),  # no such number: there is no wish to take back
        (63024, "Once it is put right: `vigia resend"),
        (63007, "Once it is put right: `vigia resend"),
        (30003, "If it is still wanted: `vigia resend"),  # nothing is to be put right
        (30008, "If it is still wanted: `vigia resend"),
        (99999, "Once it is put right: `vigia resend"),
    ],
)
def test_what_to_do_after_a_failure_is_what_its_code_asks_for(code: int, says: str) -> None:
    story = tell(parse_record(item_of(Status.FAILED, NOON, reason="refused", error_code=code)), "en", BOGOTA)
    assert says in story.next
    assert ("unsuppress" in story.next) == (code == 21610)
    assert ("resend" in story.next) == ("resend" in says)


@pytest.mark.parametrize("language", ["es", "en"])
def test_of_an_email_nobody_says_that_twilio_has_it_or_would_tell(language: str) -> None:
    for status in (Status.CLAIMED, Status.SENT, Status.HELD):
        record = parse_record(item_of(status, NOON, channel="email"))
        story = tell(record, language, BOGOTA)
        assert "Twilio" not in story.head + story.next


@pytest.mark.parametrize(("language", "watched"), [("es", "se sigue hasta"), ("en", "is watched")])
def test_of_a_message_that_is_followed_no_more_it_is_not_said_that_it_is(language: str, watched: str) -> None:
    story = tell(parse_record(item_of(Status.SENT, NOON, queue="track", due_at=NOON)), language, BOGOTA)
    assert watched in story.next
    story = tell(parse_record(item_of(Status.SENT, NOON, channel="whatsapp", reason="unconfirmed")), language, BOGOTA)
    assert "24" in story.head
    assert watched not in story.next


def test_who_opted_out_meanwhile_is_not_to_be_written_to_once_more() -> None:
    story = tell(parse_record(item_of(Status.FAILED, NOON, reason="opted_out")), "en", BOGOTA)
    assert "resend" not in story.next
    assert "vigia unsuppress" in story.next
