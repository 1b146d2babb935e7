"""What a person decides about a held call."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from lib.core.call import Call, Conversation
from lib.core.case import Case
from lib.core.gate import Rules, Terms
from lib.core.matching import Row
from lib.core.message.compose import Message
from lib.core.outcome import Reply
from lib.core.policy import QuietHours, Settings
from lib.core.record import Record
from lib.errors import CannotDecide, LookupFailed, TableUnclear
from lib.ledger.calls import Address, Ledger
from lib.ledger.places import KnownPlaces
from lib.ledger.rewritings import Rewritings
from lib.work.gatekeeper import Gatekeeper
from lib.work.report import Report
from lib.work.settle import Settle
from lib.work.verdict import Verdicts
from tests.twins.table import MemoryTable
from tests.unit.work.test_loop import NOON, Clock, Silent

CALL = Call("+573001112233", "conv_1", "rcp_1", "btcal_1", "agent_1", "completed", int(NOON), int(NOON), "Ana", "")
HOUR = 3600
ENDED = Case(CALL)
ADDRESS = Address("whatsapp:+573001112233", "whatsapp:+14155238886")
ROW = Row("SM1", ADDRESS.to, ADDRESS.sender, "Hola", "outbound-api", "delivered", None, NOON + 1)


class Listing:
    """Twilio's list: its rows, or None when it cannot be read."""

    def __init__(self, rows: list[Row] | None) -> None:
        self.rows = rows

    def send(self, to: str, sender: str, message: Message) -> Reply:
        raise AssertionError("a decision sends nothing by itself")

    def outbound(self, sender: str) -> Iterator[list[Row]]:
        raise AssertionError("a decision follows nothing")

    def message(self, sid: str) -> Row | None:
        raise AssertionError("a decision follows nothing")

    def recent(self, claim: Record) -> list[Row]:
        if self.rows is None:
            raise LookupFailed
        return self.rows

    def inbound(self, sender: str, since: float) -> list[Any]:
        raise AssertionError("a decision reads no inbox")


class Desk:
    """A call that was held an hour ago, and a person who decides about it."""

    def __init__(self, case: Case = ENDED, kind: str = "follow_up") -> None:
        self.table, self._clock, ids = MemoryTable(), Clock(), iter("123456789")
        self._report = Report(Silent())
        fence = partial(int, self._clock.now * 1000 + 1)
        self._ledger = Ledger(self.table, self._clock, fence, lambda: next(ids), self._report)
        claim = self._ledger.claim(case, kind, Message(body="Hola"), ADDRESS)
        assert claim is not None
        assert self._ledger.hold(claim, "unclear_not_listed")
        self._clock.now += HOUR

    def opts_out(self) -> None:
        self._ledger.suppressed.add(CALL.phone, "person", "SM9", self._clock.now)

    def lets_another_rest(self, phone: str, conversation_id: str) -> None:
        """A second call to the phone, held with the same words and released since."""
        call = replace(CALL, phone=phone, conversation_id=conversation_id, recipient_id="rcp_2")
        claim = self._ledger.claim(Case(call), "follow_up", Message(body="Hola"), ADDRESS)
        assert claim is not None
        assert self._ledger.hold(claim, "unclear_contested")
        self._clock.now += HOUR
        self.decide("release", [], pk=call.key)

    def writes_to(self, phone: str, kind: str, at: float, terms: Terms | None = None) -> None:
        """Another call's message, which Twilio has."""
        call = replace(CALL, phone=phone, conversation_id="conv_2", recipient_id="rcp_2", ended_at=int(at))
        claim = self._ledger.claim(Case(call), kind, Message(body="Hola"), ADDRESS, terms)
        assert claim is not None
        assert self._ledger.write_together([self._ledger.accepted(claim, "sent", "SM2")]) == [True]

    def decide(
        self,
        verdict: str,
        rows: list[Row] | None = None,
        pk: str = CALL.key,
        settings: Settings | None = None,
        why: str = "",
    ) -> dict[str, Any]:
        settings, clock = settings or Settings(), self._clock
        rewritings = Rewritings(self.table, clock)
        settle = Settle(self._ledger, rewritings, Listing(rows), settings, clock, self._report)
        gatekeeper = Gatekeeper(self._ledger, settings, KnownPlaces(), clock, self._report)
        return Verdicts(self._ledger, settle, gatekeeper, settings, clock.now, self._report).carry_out(pk, verdict, why)


def decide(verdict: str, rows: list[Row] | None, pk: str = CALL.key) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answer, and the call's item afterwards."""
    desk = Desk()
    return desk.decide(verdict, rows, pk), desk.table.items[CALL.key]


def test_a_released_call_gets_no_message_and_says_why() -> None:
    answer, item = decide("release", [])
    assert answer == {"status": "skipped"}
    assert (item["status"], item["reason"]) == ("skipped", "released_by_a_person")
    assert "queue" not in item


def test_a_resent_call_waits_for_a_claim_of_its_own() -> None:
    answer, item = decide("resend", [])
    assert answer == {"status": "waiting"}
    assert (item["status"], item["queue"], item["resends"]) == ("waiting", "send", 1)
    assert item["history"][-1]["by"] == "person"


@pytest.mark.parametrize("verdict", ["resend", "release"])
def test_a_message_that_the_list_shows_by_now_settles_the_call_whatever_was_said(verdict: str) -> None:
    answer, item = decide(verdict, [ROW])
    assert answer == {"status": "delivered"}
    assert (item["status"], item["message_sid"]) == ("delivered", "SM1")


def test_a_message_that_may_be_a_released_calls_is_not_sent_again_and_the_way_out_is_named() -> None:
    desk = Desk()
    desk.lets_another_rest(CALL.phone, "conv_2")
    rows = [replace(ROW, created_at=NOON + HOUR + 1)]  # an hour after the held call's claim, a second after the other's
    with pytest.raises(CannotDecide) as refused:
        desk.decide("resend", rows)
    assert "release the call" in str(refused.value)
    assert desk.decide("release", rows) == {"status": "skipped"}


@pytest.mark.parametrize(("verdict", "status"), [("resend", "waiting"), ("release", "failed")])
def test_a_message_that_was_found_and_failed_is_followed_by_another_unless_the_person_let_it_rest(
    verdict: str, status: str
) -> None:
    desk = Desk(Case(replace(CALL, email="ana@example.org")))
    undelivered = replace(ROW, status="undelivered", error_code=63024)
    settings = Settings(channels=("whatsapp", "email"))
    assert desk.decide(verdict, [undelivered], settings=settings) == {"status": status}
    item = desk.table.items[CALL.key]
    assert (item["status"], item["error_code"]) == (status, 63024)


@pytest.mark.parametrize("verdict", ["resend", "release"])
def test_nothing_is_decided_while_the_list_cannot_be_read(verdict: str) -> None:
    with pytest.raises(CannotDecide, match="nothing was changed"):
        decide(verdict, None)


@pytest.mark.parametrize(("verdict", "pk"), [("delete", CALL.key), ("resend", "+573009999999_conv_9")])
def test_what_cannot_be_done_is_said(verdict: str, pk: str) -> None:
    with pytest.raises(CannotDecide):
        decide(verdict, [], pk)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (Settings(not_before=NOON + 1), r"before_not_before.*SETTINGS\.not_before"),
        (Settings(lookback_hours=0.5), r"too_old.*SETTINGS\.lookback_hours"),
        (Settings(statuses={"completed": "skip"}), r"status_completed.*SETTINGS\.statuses"),
        (Settings(statuses={"completed": "wait"}), r"not_finished.*SETTINGS\.statuses"),
        (Settings(lookback_hours=0.5, dry_run=True), "too_old"),
        (Settings(lookback_hours=0.5, paused=True), "too_old"),
    ],
    ids=str,
)
def test_a_resend_that_would_end_without_a_message_is_refused_at_once_with_its_reason(
    settings: Settings, named: str
) -> None:
    desk = Desk()
    with pytest.raises(CannotDecide, match=named):
        desk.decide("resend", [], settings=settings)
    assert desk.table.items[CALL.key]["status"] == "held"
    assert desk.decide("release", [], settings=settings) == {"status": "skipped"}


def test_a_call_whose_conversation_alone_says_that_it_ended_is_resent() -> None:
    desk = Desk(Case(replace(CALL, status="in_progress")))
    assert desk.decide("resend", []) == {"status": "waiting"}


def test_a_calls_own_end_says_its_age_though_its_recipient_was_touched_later() -> None:
    ended_long_ago = Conversation("conv_1", "done", None, int(NOON) - HOUR, None, None)
    desk = Desk(Case(CALL, conversation=ended_long_ago))
    with pytest.raises(CannotDecide, match="too_old"):
        desk.decide("resend", [], settings=Settings(lookback_hours=1.5))
    assert desk.decide("resend", [], settings=Settings(lookback_hours=2.5)) == {"status": "waiting"}


def test_a_call_whose_list_tells_no_time_is_as_old_as_its_conversation_was_when_it_was_claimed() -> None:
    ended_long_ago = Conversation("conv_1", "done", None, int(NOON) - HOUR, None, None)
    desk = Desk(Case(replace(CALL, undated=1), conversation=ended_long_ago))
    is_refused(desk, Settings(lookback_hours=1.5), "too_old")


def test_a_message_that_is_found_settles_a_call_however_old() -> None:
    assert Desk().decide("resend", [ROW], settings=Settings(lookback_hours=0.5)) == {"status": "delivered"}


def test_a_failed_call_is_resent_once_with_the_persons_reason_and_never_released() -> None:
    desk = Desk()
    item = desk.table.items[CALL.key]
    item |= {"status": "failed", "error_code": 63016, "message_sid": "SM1"}
    item.pop("queue")
    with pytest.raises(CannotDecide, match="failed, not held"):
        desk.decide("release")
    assert desk.decide("resend", why="the template is approved now") == {"status": "waiting"}
    after = desk.table.items[CALL.key]
    assert (after["status"], after["queue"], after["reason"]) == ("waiting", "send", "resent_by_a_person")
    assert after["history"][-1]["by"] == "person: the template is approved now"
    assert not {"claim_id", "message_sid", "error_code"} & after.keys()
    with pytest.raises(CannotDecide, match="waiting, not held"):
        desk.decide("resend")


def test_a_failed_call_whose_claim_is_over_is_resent_too() -> None:
    """Its free text failed outside the window, and the template that should have answered was gone."""
    desk = Desk()
    item = desk.table.items[CALL.key]
    item |= {"status": "failed", "error_code": 63016, "reason": "failed_after_acceptance"}
    item["window_closed_at"] = int(NOON)
    del item["queue"], item["claim_id"]
    with pytest.raises(CannotDecide, match=r"63016.*SETTINGS\.content_sids"):
        desk.decide("resend")
    with_template = Settings(content_sids={"follow_up": {"es": "HX" + "1" * 32}})
    assert desk.decide("resend", settings=with_template) == {"status": "waiting"}


def test_a_failed_call_that_is_too_old_is_not_resent() -> None:
    desk = Desk()
    desk.table.items[CALL.key] |= {"status": "failed"}
    with pytest.raises(CannotDecide, match="too_old"):
        desk.decide("resend", settings=Settings(lookback_hours=0.5))
    assert desk.table.items[CALL.key]["status"] == "failed"


# ── what the tick would refuse a moment later ────────────────────────────────────────────────────────────────────────

NIGHT_AND_DAY = QuietHours(0, 23 * 60 + 59, "UTC")


def is_refused(desk: Desk, settings: Settings, named: str) -> None:
    """At once, in words; nothing is changed, and the call can still be released."""
    before = dict(desk.table.items[CALL.key])
    with pytest.raises(CannotDecide, match=named) as refused:
        desk.decide("resend", [], settings=settings)
    assert "Nothing was changed" in str(refused.value)
    assert desk.table.items[CALL.key] == before
    assert desk.decide("release", [], settings=settings) == {"status": "skipped"}


def test_nobody_who_opted_out_is_written_to_by_a_person_either() -> None:
    desk = Desk()
    desk.opts_out()
    is_refused(desk, Settings(), r"opted_out.*asked not to be written to.*vigia unsuppress")


def test_hours_that_close_for_longer_than_the_call_is_of_interest_refuse_it() -> None:
    is_refused(
        Desk(),
        Settings(quiet_hours=NIGHT_AND_DAY, lookback_hours=2),
        r"quiet_hours: 00:00 to 23:59, UTC\).*SETTINGS\.quiet_hours",
    )


def test_hours_that_open_in_time_do_not_refuse_it() -> None:
    desk = Desk()
    assert desk.decide("resend", [], settings=Settings(quiet_hours=NIGHT_AND_DAY)) == {"status": "waiting"}


def test_a_collection_call_that_was_answered_was_itself_the_contact() -> None:
    is_refused(Desk(), Settings(contact_law="collection"), r"contact_law: .*SETTINGS\.contact_law")


def test_a_collection_call_in_which_nobody_spoke_was_none() -> None:
    """Its message said so; its conversation is not read again for a decision."""
    desk = Desk(kind="missed")
    assert desk.decide("resend", [], settings=Settings(contact_law="collection")) == {"status": "waiting"}


def test_a_rule_refuses_it_whatever_the_conversation_would_say() -> None:
    settings = Settings(quiet_hours=NIGHT_AND_DAY, lookback_hours=2, only_if={"interested": True})
    is_refused(Desk(), settings, "quiet_hours")


def test_another_message_within_the_cooldown_refuses_it() -> None:
    desk = Desk()
    desk.writes_to(CALL.phone, "follow_up", NOON)
    is_refused(desk, Settings(cooldown_hours=24), r"cooldown: one message a person in 24 hours\)")


def test_its_own_unclear_message_is_none_for_the_cooldown() -> None:
    assert Desk().decide("resend", [], settings=Settings(cooldown_hours=24)) == {"status": "waiting"}


@pytest.mark.parametrize(("lookback_hours", "is_kept"), [(24, False), (36, True)])
def test_a_place_under_the_daily_limit_that_comes_too_late_refuses_it(lookback_hours: float, is_kept: bool) -> None:
    desk, settings = Desk(), Settings(daily_limit=1, lookback_hours=lookback_hours)
    desk.writes_to("+573009998877", "follow_up", NOON, Terms(Rules(daily_limit=1), place=1))
    if is_kept:
        assert desk.decide("resend", [], settings=settings) == {"status": "waiting"}
    else:
        is_refused(desk, settings, r"daily_limit: 1 people in 24 hours\)")


@pytest.mark.parametrize(("kind", "at"), [("follow_up", NOON + 60), ("missed", NOON - 60)])
def test_a_missed_call_whose_person_got_another_calls_message_is_not_resent(kind: str, at: float) -> None:
    missed = Case(replace(CALL, status="failed"))
    desk = Desk(missed, "missed")
    desk.writes_to(CALL.phone, kind, at)
    is_refused(desk, Settings(), "superseded")


def test_nothing_is_let_go_while_the_table_does_not_say_whether_it_may_leave() -> None:
    desk = Desk()
    read = desk.table.get

    def unread(pks: Iterable[str]) -> dict[str, Any]:
        asked = list(pks)
        if any(pk.startswith("#place") for pk in asked):
            raise TableUnclear("throttled")
        return read(asked)

    desk.table.get = unread  # type: ignore[method-assign]
    with pytest.raises(CannotDecide, match="did not say"):
        desk.decide("resend", [], settings=Settings(daily_limit=1))
    assert desk.table.items[CALL.key]["status"] == "held"


def test_a_failed_call_is_refused_without_a_word_of_releasing_it() -> None:
    desk = Desk()
    item = desk.table.items[CALL.key]
    item |= {"status": "failed", "error_code": 21610, "reason": "refused"}
    item.pop("queue")
    desk.opts_out()
    with pytest.raises(CannotDecide, match="opted_out") as refused:
        desk.decide("resend")
    assert "release" not in str(refused.value)
    assert desk.table.items[CALL.key]["status"] == "failed"
