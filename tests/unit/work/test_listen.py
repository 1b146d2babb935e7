"""What people write: who opts out gets nothing from then on; every answer reaches the owner once (contract §2, §3)."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from lib.core.budget import Budget
from lib.core.inbound import said
from lib.core.policy import Policy, Settings
from lib.core.table import Change, Item, Put, Update
from lib.core.window import LATE_SECONDS, Windows
from lib.errors import NoticeRefused, NoticeUnclear, TableUnclear
from lib.ledger.replies import Replies
from lib.work.listen import Listener
from lib.work.memory import Memory
from local.services.faults import Fault
from local.services.twilio.world import SANDBOX_SENDER
from tests.unit.work.house import House, at
from tests.unit.work.test_send import Scene

ANA, BEA = "+573001112233", "+573001112244"
SECOND_SENDER = "whatsapp:+14155550100"
HOUR, DAY = 3600, 24 * 3600


class Killed(BaseException):
    """The function is gone at this instant; nobody catches it."""


class Owner:
    """Whoever is subscribed to the topic; `trouble` is raised before a notice leaves, `late_trouble` after it."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.trouble: BaseException | None = None
        self.late_trouble: BaseException | None = None

    def tell(self, subject: str, text: str) -> None:
        if self.trouble:
            raise self.trouble
        self.told.append((subject, text))
        if self.late_trouble:
            raise self.late_trouble


class Talk(Scene):
    """A scene in which people write back. `listen` is the beginning of a tick; `restart` forgets what was warm."""

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__(settings or Settings())
        self.owner, self.heard, self.answered_at, self._runs = Owner(), dict[str, float](), dict[str, float](), 0
        self.unwritten: set[str] = set()
        self.summaries: dict[str, str] = {}  # by conversation id
        self.asked, self.summary_seconds = list[str](), 0

    def summary_of(self, conversation_id: str, _budget: Budget) -> str:
        self.asked.append(conversation_id)
        self.clock.now += self.summary_seconds
        return self.summaries.get(conversation_id, "")

    def listen(self) -> Listener:
        self._runs += 1
        fence = lambda: int(self.clock.now * 1000)  # noqa: E731
        replies = Replies(self.table, self.clock, fence, f"run {self._runs}")
        listener = Listener(
            ledger=self.ledger,
            replies=replies,
            twilio=self.twilio,
            summary_of=self.summary_of,
            notices=self.owner,
            settings=self.settings,
            senders=self.senders,
            memory=Memory(
                heard=self.heard, answered_at=self.answered_at, unwritten=self.unwritten, windows=self.windows
            ),
            clock=self.clock,
            report=self.report,
        )
        listener.run()
        self.clock.now += 15
        return listener

    def restart(self) -> None:
        self.heard.clear()
        self.answered_at.clear()
        self.windows = Windows()

    def writes(self, phone: str, body: str, to: str = SANDBOX_SENDER, after_seconds: float = 1) -> str:
        self.clock.now += after_seconds
        return self.account.receive(f"whatsapp:{phone}", body, to).sid

    def follow_up(self, phone: str, ends: str = "") -> str:
        """A call ends, and what follows from it does."""
        (pk,) = self.call_ended(phone)
        self.tick()
        return pk

    def another_call(self, phone: str) -> str:
        """A second call to a person, some time later."""
        self.clock.now += 60
        (first,) = self.call_ended(phone)
        call = self.calls.pop(first)
        later = replace(call, conversation_id="conv_later")
        self.calls[later.key] = later
        self.tick()
        return later.key

    def item_of(self, sid: str) -> Item:
        return self.table.items[f"#reply:{sid}"]

    def lines(self) -> str:
        return repr(self.log.lines)


# ── opting out ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("body", ["BAJA", "¡Stop! 🙏", "no más, por favor", "Sair", "déjenme en paz"])
def test_who_opts_out_gets_nothing_from_then_on(body: str) -> None:
    talk = Talk(Settings(opt_out_words=("dejenme en paz",)))
    talk.follow_up(ANA)
    talk.writes(ANA, body)
    talk.listen()
    pk = talk.another_call(ANA)
    assert talk.status(pk) == ("skipped", "opted_out")
    assert len(talk.account.messages) == 1
    assert talk.log.levels("opted_out") == ["info"]
    assert talk.owner.told == []


def test_an_opt_out_is_known_though_nothing_was_ever_sent_to_the_person() -> None:
    talk = Talk()
    talk.writes(ANA, "BAJA")
    talk.clock.now += 3 * DAY
    talk.listen()
    assert talk.status(talk.follow_up(ANA)) == ("skipped", "opted_out")


def test_an_opt_out_between_the_decision_and_the_claim_wins() -> None:
    """It is written by another run, when ours has long decided to send."""
    talk = Talk()
    (pk,) = talk.call_ended(ANA)
    claim = talk.ledger.claim

    def claim_after_an_opt_out(*arguments: Any) -> Any:
        talk.writes(ANA, "BAJA", after_seconds=0)
        talk.listen()
        return claim(*arguments)

    talk.ledger.claim = claim_after_an_opt_out  # type: ignore[method-assign, assignment]
    talk.tick()
    assert talk.status(pk) == ("skipped", "opted_out")
    assert talk.account.messages == []


@pytest.mark.parametrize("number", range(3))  # the list's key, the wish, where to go on from
def test_an_opt_out_that_was_read_and_could_not_be_written_holds_all_the_same(number: int) -> None:
    talk = Talk()
    talk.writes(ANA, "BAJA")
    write = talk.table.write
    fails_at(talk, number, TableUnclear("no answer"), carried_out=False)
    assert talk.listen().unwritten == ({ANA} if number < 2 else set())
    talk.table.write = write  # type: ignore[method-assign]
    talk.account.faults.add(Fault("500", route="list", times=1))
    assert talk.listen().unwritten == ({ANA} if number < 2 else set())  # nor is it forgotten when nothing is read
    assert talk.listen().unwritten == set()
    assert talk.status(talk.follow_up(ANA)) == ("skipped", "opted_out")


def test_a_waiting_call_ends_too() -> None:
    talk = Talk()
    talk.account.faults.add(Fault("429", route="create", times=1))
    pk = talk.follow_up(ANA)
    assert talk.status(pk)[0] == "waiting"
    talk.writes(ANA, "stop")
    talk.listen()
    talk.tick_for(minutes=1)
    assert talk.status(pk) == ("skipped", "opted_out")


@pytest.mark.parametrize("phones", [("+5215512345678", "+525512345678"), ("+5511987654321", "+551187654321")])
def test_an_opt_out_holds_in_every_spelling_of_the_number(phones: tuple[str, str]) -> None:
    talk = Talk()
    talk.writes(phones[0], "BAJA")
    talk.listen()
    assert talk.status(talk.follow_up(phones[1])) == ("skipped", "opted_out")


def test_who_opts_in_again_is_written_to_and_an_older_opt_out_that_is_read_again_changes_nothing() -> None:
    talk = Talk()
    talk.writes(ANA, "BAJA")
    talk.writes(ANA, "alta")
    talk.listen()
    talk.restart()
    talk.listen()
    assert talk.status(talk.follow_up(ANA))[0] == "sent"
    talk.writes(ANA, "BAJA")
    talk.listen()
    assert talk.status(talk.another_call(ANA)) == ("skipped", "opted_out")


@pytest.mark.parametrize("body", ["Sí", "START", "Quiero recibir"])
def test_a_word_to_be_written_to_again_is_an_answer_of_whom_nothing_keeps_off(body: str) -> None:
    talk = Talk(Settings(opt_in_words=("si",)))
    pk = talk.follow_up(ANA)
    talk.writes(ANA, body)
    talk.listen()
    assert [body in text for _, text in talk.owner.told] == [True]
    assert talk.table.items[pk]["replied_at"]
    talk.writes(ANA, "BAJA")
    talk.writes(ANA, body)
    talk.listen()
    talk.restart()
    talk.listen()
    assert len(talk.owner.told) == 1


@pytest.mark.parametrize("code", [21610, 63014, 63033])
def test_a_code_that_says_so_is_an_opt_out(code: int) -> None:
    talk = Talk()
    talk.account.faults.add(Fault("refuse", code=code, times=1))
    assert talk.status(talk.follow_up(ANA)) == ("failed", "refused")
    assert talk.status(talk.another_call(ANA)) == ("skipped", "opted_out")
    assert talk.status(talk.follow_up(BEA))[0] == "sent"


def test_a_code_that_comes_with_a_message_that_failed_at_once_is_an_opt_out_as_well() -> None:
    talk = Talk()
    talk.account.faults.add(Fault("accept_as_failed", code=63014, times=1))
    talk.follow_up(ANA)
    assert talk.status(talk.another_call(ANA)) == ("skipped", "opted_out")


def test_the_list_has_no_end_and_no_phone() -> None:
    talk = Talk()
    talk.writes(ANA, "BAJA")
    talk.listen()
    (pk,) = [pk for pk in talk.table.items if pk.startswith("#suppressed:")]
    item = talk.table.items[pk]
    assert "expires_at" not in item
    assert ANA[4:] not in repr(item)
    other = Talk()
    other.table.items["#suppression_key"] = {"pk": "#suppression_key", "secret": "another stack's"}
    other.writes(ANA, "BAJA")
    other.listen()
    assert pk not in other.table.items


def test_without_the_lists_key_nothing_leaves() -> None:
    talk = Talk()
    talk.table.items["#suppression_key"] = {"pk": "#suppression_key"}
    talk.follow_up(ANA)
    assert talk.account.messages == []
    assert talk.log.levels("claim_unwritten") == ["error"]


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_marks_the_call_and_reaches_the_owner_once() -> None:
    talk = Talk()
    pk = talk.follow_up(ANA)
    sid = talk.writes(ANA, "no puedo parar de pensarlo", after_seconds=90)
    for _ in range(3):
        talk.listen()
        talk.restart()
    ((subject, text),) = talk.owner.told
    assert subject == f"Vigia: respuesta de {ANA}"
    for words in ("no puedo parar de pensarlo", f"https://wa.me/{ANA[1:]}", "(America/Bogota)"):
        assert words in text
    item = talk.table.items[pk]
    assert item["status"] == "sent"
    assert item["history"][-1]["event"] == "replied"
    assert abs(item["replied_at"] - talk.clock.now) < 200
    assert talk.item_of(sid)["state"] == "told"
    assert talk.report.answers_seconds == [105]  # and the fifteen seconds of a tick


def test_the_owner_hears_what_the_call_was_about_too() -> None:
    talk = Talk()
    pk = talk.follow_up(ANA)
    talk.summaries[talk.calls[pk].conversation_id] = "Ana quiere una torta para el sábado."
    talk.writes(ANA, "¿A qué hora abren?")
    talk.listen()
    ((_, text),) = talk.owner.told
    parts = text.split("\n\n")
    assert parts[1] == "¿A qué hora abren?"
    assert parts[3] == "La llamada fue sobre: Ana quiere una torta para el sábado."
    talk.listen()
    assert talk.asked == [talk.calls[pk].conversation_id]  # once, and never without an answer


def test_an_owner_who_must_wait_for_summaries_hears_of_the_answers_without_them() -> None:
    talk = Talk()
    people = [f"+57300111{number:04d}" for number in range(8)]
    for phone in people:
        talk.follow_up(phone)
        talk.writes(phone, "¿A qué hora abren?")
    talk.summary_seconds = 2
    talk.listen()
    assert len(talk.owner.told) == len(people)
    assert len(talk.asked) == 3


def test_the_second_answer_is_told_and_the_call_keeps_the_time_of_the_first() -> None:
    talk = Talk()
    pk = talk.follow_up(ANA)
    talk.writes(ANA, "uno")
    talk.writes(ANA, "dos")
    talk.listen()
    first_at = talk.table.items[pk]["replied_at"]
    talk.writes(ANA, "tres")
    talk.listen()
    assert [text.split("\n\n")[1] for _, text in talk.owner.told] == ["uno", "dos", "tres"]
    assert talk.table.items[pk]["replied_at"] == first_at
    assert len(talk.report.answers_seconds) == 1


def test_no_line_of_the_log_shows_the_number_or_the_words() -> None:
    talk = Talk()
    talk.follow_up(ANA)
    talk.writes(ANA, "palabras privadas")
    talk.writes(BEA, "BAJA")
    talk.owner.trouble = NoticeUnclear("SNS did not answer: ReadTimeoutError")
    talk.listen()
    talk.clock.now += 120
    talk.listen()
    assert talk.log.levels("reply_unclear") == ["error"]
    assert ANA[4:] not in talk.lines().replace(f"conv_{ANA}", "")
    assert BEA[4:] not in talk.lines()
    assert "privadas" not in talk.lines()


@pytest.mark.parametrize("later_days", [None, 8])
def test_what_answers_no_message_of_ours_is_not_told(later_days: int | None) -> None:
    talk = Talk()
    talk.follow_up(ANA)
    talk.listen()
    if later_days:
        talk.writes(ANA, "hola", after_seconds=later_days * DAY)
    else:
        talk.writes(BEA, "hola")
    talk.listen()
    assert talk.owner.told == []


@pytest.mark.parametrize("is_cold", [False, True])
@pytest.mark.parametrize("sender", [SANDBOX_SENDER, SECOND_SENDER])
@pytest.mark.parametrize("phone", [ANA, "+5215512345678"])  # listed as +52…
def test_what_was_read_before_the_message_left_is_no_answer_to_it_after_a_restart_either(
    is_cold: bool, phone: str, sender: str
) -> None:
    house = House(at("2026-03-03T10:00"), agents={"agent_2": {"sender": SECOND_SENDER}})
    house.run()
    house.account.receive(f"whatsapp:{phone}", "¿Abren hoy?", sender)
    house.run()
    house.call_ends(phone.replace("+521", "+52"))
    house.run()
    house.run(is_cold=is_cold)
    house.account.receive(f"whatsapp:{phone}", "Sí, me interesa")
    house.run(is_cold=is_cold)
    assert ["Sí, me interesa" in text for _, text in house.told] == [True]
    assert house.items()[0]["replied_at"] == int(house.clock.now) - 1


def test_the_answer_goes_to_the_newest_call_and_from_the_other_spelling_too() -> None:
    talk = Talk()
    old = talk.follow_up("+5215512345678")
    new = talk.another_call("+5215512345678")
    talk.writes("+525512345678", "sí")
    talk.listen()
    assert "replied_at" not in talk.table.items[old]
    assert "replied_at" in talk.table.items[new]


def test_an_answer_to_a_message_whose_send_is_unclear_is_not_lost() -> None:
    talk = Talk()
    talk.twilio.keeps_answers = True
    pk = talk.follow_up(ANA)
    talk.writes(ANA, "sí, me llegó")
    talk.listen()
    assert len(talk.owner.told) == 1
    assert talk.table.items[pk]["status"] == "claimed"
    talk.settle_for(minutes=2)
    assert talk.status(pk)[0] == "sent"
    assert "replied_at" in talk.table.items[pk]


def test_a_first_start_tells_nothing_old() -> None:
    talk = Talk()
    talk.follow_up(ANA)
    talk.writes(ANA, "ayer", after_seconds=10)
    talk.clock.now += DAY
    talk.listen()
    assert talk.owner.told == []


def test_each_senders_inbox_is_read_once_a_tick_and_that_of_an_older_setting_too() -> None:
    talk = Talk(Settings(agents={"agent_1": Policy(sender=SECOND_SENDER)}))
    talk.account.senders.add(SECOND_SENDER)
    talk.follow_up(ANA)
    talk.listen()
    talk.settings = Settings()
    talk.writes(ANA, "hola", to=SECOND_SENDER)
    before = talk.account.requests["list"]
    talk.listen()
    assert talk.account.requests["list"] == before + 2
    assert len(talk.owner.told) == 1


# ── nothing is lost, and nothing told twice ──────────────────────────────────────────────────────────────────────────


def test_what_came_while_the_function_was_away_is_told() -> None:
    talk = Talk()
    talk.listen()
    talk.follow_up(ANA)
    talk.writes(ANA, "hola", after_seconds=60)
    talk.restart()
    talk.clock.now += 2 * DAY
    talk.listen()
    assert len(talk.owner.told) == 1


def test_what_was_told_before_a_week_away_is_not_told_again() -> None:
    talk = Talk()
    talk.follow_up(ANA)
    talk.writes(ANA, "hola")
    talk.listen()
    talk.restart()
    talk.clock.now += 7 * DAY
    talk.listen()
    assert len(talk.owner.told) == 1


def test_a_message_that_is_listed_late_is_heard() -> None:
    talk = Talk()
    talk.follow_up(ANA)
    talk.account.list_lag_seconds = LATE_SECONDS - 700
    talk.writes(ANA, "hola")
    for _ in range(LATE_SECONDS // 15):
        talk.listen()
    assert len(talk.owner.told) == 1


def test_a_list_that_cannot_be_read_loses_nothing_and_stops_nobody() -> None:
    talk = Talk()
    talk.listen()
    talk.follow_up(ANA)
    talk.account.faults.add(Fault("500", route="list"))
    talk.writes(ANA, "hola")
    for _ in range(100):
        talk.listen()
    assert talk.owner.told == []
    assert talk.log.levels("inbox_unread")
    talk.account.faults.clear()
    talk.restart()
    talk.listen()
    assert len(talk.owner.told) == 1


def fails_at(talk: Talk, number: int, error: BaseException, *, carried_out: bool) -> None:
    """The table's write of this number goes wrong, before or after it is carried out."""
    write, count = talk.table.write, iter(range(1_000))

    def failing(*changes: Change) -> None:
        is_it = next(count) == number
        if not is_it or carried_out:
            write(*changes)
        if is_it:
            raise error

    talk.table.write = failing  # type: ignore[method-assign]


@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("error", [Killed, lambda: TableUnclear("no answer")])
def test_cut_at_any_write_an_answer_is_told_once_or_stays_to_be_seen(
    number: int, error: Callable[[], BaseException], carried_out: bool
) -> None:
    talk = Talk()
    pk = talk.follow_up(ANA)
    sid = talk.writes(ANA, "hola")
    write = talk.table.write
    fails_at(talk, number, error(), carried_out=carried_out)
    with suppress(Killed):
        talk.listen()
    talk.table.write = write  # type: ignore[method-assign]
    talk.restart()
    for _ in range(10):
        talk.listen()
    assert "replied_at" in talk.table.items[pk]
    state = talk.item_of(sid)["state"]
    assert len(talk.owner.told) <= 1
    assert len(talk.owner.told) == 1 or (state == "unclear" and error is Killed)
    assert state in ("told", "unclear")
    if state == "unclear":
        assert talk.log.levels("reply_unclear") == ["error"]


@pytest.mark.parametrize("has_left", [False, True])
def test_killed_while_telling_it_is_not_told_twice_and_stays_to_be_seen(has_left: bool) -> None:
    talk = Talk()
    talk.follow_up(ANA)
    sid = talk.writes(ANA, "hola")
    setattr(talk.owner, "late_trouble" if has_left else "trouble", Killed())
    with pytest.raises(Killed):
        talk.listen()
    talk.owner.trouble = talk.owner.late_trouble = None
    talk.restart()
    for _ in range(10):
        talk.listen()
    assert len(talk.owner.told) == has_left
    assert talk.item_of(sid)["state"] == "unclear"
    assert talk.log.levels("reply_unclear") == ["error"]


def test_a_notice_that_was_refused_is_told_again_and_the_others_meanwhile() -> None:
    talk = Talk()
    talk.follow_up(ANA)
    talk.follow_up(BEA)
    talk.writes(ANA, "hola")
    talk.owner.trouble = NoticeRefused("SNS refused the notice: NotFound")
    talk.listen()
    assert talk.log.levels("reply_not_told") == ["error"]
    talk.owner.trouble = None
    talk.writes(BEA, "buenas")
    for _ in range(6):
        talk.listen()
    assert sorted(subject[-13:] for subject, _ in talk.owner.told) == [ANA, BEA]


def test_two_runs_at_once_tell_it_once() -> None:
    talk = Talk()
    talk.follow_up(ANA)
    talk.writes(ANA, "hola")
    tell = talk.owner.tell

    def tell_while_another_runs(subject: str, text: str) -> None:
        talk.owner.tell = tell  # type: ignore[method-assign]
        talk.restart()
        talk.listen()
        tell(subject, text)

    talk.owner.tell = tell_while_another_runs  # type: ignore[method-assign]
    talk.listen()
    assert len(talk.owner.told) == 1


# ── the words ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "media_count", "shown"),
    [
        ("hola", 0, "hola"),
        ("", 2, "[envió 2 archivos:"),
        ("mire", 1, "mire\n[envió 1 archivo:"),
        ("", 0, "[sin texto: una ubicación"),
        ("👍", 0, "[una reacción o un emoji] 👍"),
        (":)", 0, ":)"),
        ("x" * 4000, 0, "x" * 1500 + "…"),
        (" \n ", 0, "[sin texto:"),
        ("\x00\x07", 0, "[sin texto:"),
        ("ho\x00la\nsí 👩\u200d⚕️", 0, "hola\nsí 👩\u200d⚕️"),
        ("hola\u202e\u2067 ya", 0, "hola ya"),
    ],
)
def test_what_is_no_text_is_said_in_words(text: str, media_count: int, shown: str) -> None:
    assert said(text, media_count, "es").startswith(shown)


def test_the_changes_of_an_answer_are_one_write() -> None:
    """Were the call marked apart, a kill in between would lose the mark or the answer."""
    talk, written = Talk(), list[tuple[Change, ...]]()
    talk.follow_up(ANA)
    talk.writes(ANA, "hola")
    write = talk.table.write

    def noting(*changes: Change) -> None:
        written.append(changes)
        write(*changes)

    talk.table.write = noting  # type: ignore[method-assign]
    talk.listen()
    ((reply, call),) = [changes for changes in written if len(changes) == 2]
    assert isinstance(reply, Put)
    assert isinstance(call, Update)
    assert (reply.pk[:7], "replied_at" in call.set) == ("#reply:", True)
