"""A call's story in words: in order, in both languages, for every status and reason."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from lib.core.call import Call
from lib.core.record import Event, Record
from lib.core.status import Reason, Status, explain
from lib.core.timeline import NEXT, Moment, timeline

BOGOTA = ZoneInfo("America/Bogota")
NOON = int(datetime(2026, 11, 25, 12, 4, tzinfo=BOGOTA).timestamp())
CALL = Call("+573001112233", "conv_1", "rcp_1", "btcal_1", "agent_1", "completed", NOON - 60, NOON, "", "")


def told(*events: Event, language: str = "es", **values: object) -> list[Moment]:
    known = {"status": Status.SENT, "channel": "whatsapp"} | values
    return timeline(Record(CALL, recorded_at=NOON, history=events, **known), language, BOGOTA)  # type: ignore[arg-type]


STORY = (
    Event(NOON + 5, "summary"),
    Event(NOON + 60, "claimed", channel="whatsapp"),
    Event(NOON + 61, "sent", channel="whatsapp", sid="SM1"),
    Event(NOON + 70, "failed_after_acceptance", channel="whatsapp", code=63016),
    Event(NOON + 130, "claimed", channel="sms"),
    Event(NOON + 131, "sent", channel="sms"),
    Event(NOON + 140, "delivered", channel="sms"),
)


def test_a_story_is_told_in_spanish() -> None:
    assert [moment.text for moment in told(*STORY)] == [
        "2026-11-25 12:04 llamada terminada",
        "12:04 se espera el resumen de la llamada, a lo sumo `summary_wait_seconds`; después sale sin él",
        "12:05 enviando por WhatsApp",
        "12:05 enviado por WhatsApp",
        "12:05 falló: texto libre fuera de la ventana de 24 horas de WhatsApp (63016)",
        "12:06 enviando por SMS",
        "12:06 enviado por SMS",
        "12:06 entregado",
    ]


def test_and_in_english() -> None:
    texts = [moment.text for moment in told(*STORY, language="en")]
    assert texts[0] == "2026-11-25 12:04 call ended"
    assert texts[4] == "12:05 failed: free text outside WhatsApp's 24-hour window (63016)"
    assert texts[-1] == "12:06 delivered"


def test_what_waits_tells_until_when_and_a_new_day_its_date() -> None:
    *_, last = told(Event(NOON, "not_processed", code=63038), status=Status.WAITING, due_at=NOON + 24 * 3600)
    assert (last.at, last.event) == (NOON + 24 * 3600, NEXT)
    assert last.text == "2026-11-26 12:04 se mira de nuevo, a más tardar"
    assert all(moment.event != NEXT for moment in told(status=Status.SENT, due_at=NOON + 60))


def test_a_reply_is_told_once() -> None:
    assert [moment.text for moment in told(replied_at=NOON + 60)][-1] == "12:05 respondió"
    both = told(Event(NOON + 60, "replied"), replied_at=NOON + 60)
    assert [moment.event for moment in both].count("replied") == 1


def test_an_email_is_no_channel_of_a_phone() -> None:
    assert told(Event(NOON, "sent", channel="email"))[-1].text.endswith("enviado por correo")
    assert told(Event(NOON, "sent", channel="email"), language="en")[-1].text.endswith("sent by e-mail")


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("event", [*Status, *Reason, "status_cancelled"])
def test_each_status_and_reason_is_told_in_words(event: str, language: str) -> None:
    name = "status_cancelled" if event == Reason.STATUS else str(event)
    for code in (0, 63016, 99999):
        text = told(Event(NOON, name, channel="whatsapp", code=code), language=language)[-1].text
        words = text.removeprefix("12:04 ")
        assert words != text
        assert "_" not in words.replace("`", " ").split()[0]
        assert "{" not in words
        assert (f"({code})" in words) == bool(code)
        if event in tuple(Reason) and event not in ("refused", "failed_after_acceptance"):
            assert explain(name, language)[1:].removesuffix(".") in words


def test_the_words_of_another_version_stand_as_they_are() -> None:
    assert told(Event(NOON, "of_another_version"))[-1].text == "12:04 of_another_version"
