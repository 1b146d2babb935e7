"""The widget over the table's twin: what it says, that no text becomes anything else, and what its buttons do."""

import html
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lib.core.record import Event
from lib.core.status import Reason, Status
from lib.errors import TableUnclear
from lib.widget.words import words_of
from local.services.elevenlabs.calls import CallPlan
from local.services.faults import Fault
from tests.twins.people import PHONE, answer_of, item_of, put, suppress
from tests.twins.shop import ARN, Shop

NOW = 1_795_622_400
MOMENT = "2026-11-25 16:00"  # in UTC
CONTEXT = {"timezone": {"label": "Local", "offsetISO": "-05:00", "offsetInMinutes": 300}, "theme": "light"}
HOSTILE = (
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{0}",
    "%s",
    '"><img src=x onerror=alert(1)>',
    "</cwdb-action>",
    "&lt;b&gt;",
)


class Clock:
    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shop(clock: Clock) -> Shop:
    made = Shop(clock)
    made.run()
    clock.now += 9
    return made


def sentence(page: str) -> str:
    (text,) = re.findall(r'<p class="top \w+" role="status">(.*?)</p>', page)
    return html.unescape(text)


def buttons(page: str) -> list[dict[str, Any]]:
    return [json.loads(html.unescape(text)) for text in re.findall(r"<cwdb-action[^>]*>(.*?)</cwdb-action>", page)]


def button(page: str, do: str) -> dict[str, Any]:
    return next(one for one in buttons(page) if one.get("do") == do)


def test_on_top_is_one_sentence_whether_all_is_well(shop: Shop) -> None:
    put(shop.table, item_of(Status.READ, NOW - 60), item_of(Status.SENT, NOW - 50, conversation_id="2", replied_at=NOW))
    assert sentence(shop.show({"widgetContext": CONTEXT})) == (
        "Todo en orden: última revisión hace 9 s; hoy 2 llamadas, 2 con mensaje, 1 entregado, 1 leído, 1 respondió."
    )
    assert sentence(shop.show({"lang": "en"})).startswith("All is well: last look 9 s ago; today 2 calls, 2 written to")


def test_a_call_without_a_message_and_one_that_waits_are_told_where_there_are(shop: Shop) -> None:
    put(shop.table, item_of(Status.SKIPPED, NOW - 60), item_of(Status.WAITING, NOW - 50, conversation_id="2"))
    assert "0 respondieron, 1 sin mensaje, 1 en espera." in sentence(shop.show())
    assert "0 answered, 1 without a message, 1 waiting." in sentence(shop.show({"lang": "en"}))


def test_today_is_the_shops_day_and_not_that_of_the_dashboard(shop: Shop) -> None:
    put(shop.table, item_of(Status.READ, NOW - 8 * 3600))  # 16:00 minus eight hours: of the same day in UTC
    assert "hoy 1 llamada" in sentence(shop.show())
    shop.set(digest={"at": "20:00", "timezone": "Asia/Tokyo"})  # there it is one in the morning
    assert "hoy 0 llamadas" in sentence(shop.show())


def test_the_pace_is_told_in_seconds_as_it_was_deployed_or_set(shop: Shop) -> None:
    assert "Ajustes: una revisión cada 15 s;" in shop.show()
    shop.set(interval_seconds=30)
    assert "Ajustes: una revisión cada 30 s;" in shop.show()


def test_of_a_person_who_is_asked_for_their_wish_and_every_answer_is_told(shop: Shop) -> None:
    put(
        shop.table,
        answer_of("SM1", NOW, "Ya pasó", handled_at=NOW),
        answer_of("SM2", NOW, "Otra", phone="+573009998877"),
    )
    suppress(shop.table, PHONE, NOW, "call", "conv_7")
    page = _words(shop.show({"phone": PHONE, "lang": "en"}))
    assert f"On the suppression list since {MOMENT}, and not written to: they said so in the call conv_7." in page
    assert f"{PHONE} answered on {MOMENT}: “Ya pasó” (dealt with)" in page
    assert page.count("Otra") == 1, "it waits for a person, and is not of the one who is asked for"
    assert "Ya pasó" not in shop.show()


def test_an_open_answer_is_told_with_the_message_that_it_answers(shop: Shop) -> None:
    put(shop.table, answer_of("SM1", NOW, "Sí", kind="missed"))
    assert "Responde al mensaje que siguió a la llamada sin contestar del" in _words(shop.show())


def test_it_stands_still_once_more_than_three_minutes_went_by_without_a_run(shop: Shop, clock: Clock) -> None:
    clock.now = NOW + 180
    assert sentence(shop.show()).startswith("Todo en orden")
    clock.now += 1
    assert sentence(shop.show()).startswith("Vigía está parada")


def test_what_is_wrong_comes_before_what_is_well(shop: Shop, clock: Clock) -> None:
    put(shop.table, item_of(Status.HELD, NOW - 60, queue="held", due_at=NOW), answer_of("SM1", NOW, "Sí"))
    assert sentence(shop.show()).startswith("Hay algo que espera a una persona: 1 retenida, 1 respuesta sin atender.")
    shop.set(paused=True)
    assert sentence(shop.show()).startswith("En pausa")
    shop.set(dry_run=True)
    assert sentence(shop.show()).startswith("Ensayo")
    clock.now += 600
    assert sentence(shop.show()).startswith("Vigía está parada: la última revisión fue hace 10 min.")
    shop.settings_text = '{"pauesd": true}'
    assert "SETTINGS.pauesd" in sentence(shop.show())
    assert Shop(clock).show().count("Vigía aún no ha revisado nada")


@pytest.mark.parametrize("language", ["es", "en"])
def test_no_mark_of_markdown_and_no_command_that_a_button_is_for_is_shown(shop: Shop, language: str) -> None:
    history = (Event(NOW - 60, "claimed"), Event(NOW - 50, "summary"), Event(NOW, "unclear_not_listed"))
    put(
        shop.table,
        item_of(Status.HELD, NOW - 60, history=history, queue="held", due_at=NOW, reason="unclear_not_listed"),
        item_of(Status.FAILED, NOW, conversation_id="2", error_code=63016),
        item_of(Status.SKIPPED, NOW, conversation_id="3", reason="too_old"),
    )
    page = shop.show({"lang": language})
    assert "`" not in page
    assert "<code>lookback_hours</code>" in page
    assert "vigia re" not in page
    for name in ("release", "resend"):
        assert html.unescape(page).count(words_of(language)[f"do_{name}"]) > 1


def test_it_describes_itself_in_markdown(shop: Shop) -> None:
    assert shop.show({"describe": True}).startswith("## Vigía\n")


@given(
    st.sampled_from(HOSTILE) | st.text(max_size=200), st.sampled_from(HOSTILE) | st.text(max_size=200), st.booleans()
)
def test_no_text_of_anybody_becomes_anything_else(name: str, text: str, is_english: bool) -> None:
    assume(text not in set(Reason))  # whose sentence shows a setting as code
    plain, hostile = (Shop(lambda: NOW) for _ in range(2))
    for made, called, said in ((plain, "x", "x"), (hostile, name, text)):
        item = item_of(Status.HELD, NOW - 60, queue="held", due_at=NOW) | {
            "name": called,
            "history": [{"at": NOW, "event": said}],
        }
        made.table.items[item["pk"]] = item
        made.table.items["#reply:1"] = answer_of("SM1", NOW, said)
    tags = [
        _Tags.of(made.show({"lang": "en" if is_english else "es", "phone": said}))
        for made, said in ((plain, "x"), (hostile, text))
    ]
    # A text may be the name of an event (`next_channel`), which our own words tell with a `code` in them.
    assert tags[0].union({"li", "ol", "code"}) >= tags[1]


class _Tags(HTMLParser):
    """The elements of a page, and the names of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {tag, *(f"{tag} {name}" for name, _ in attrs)}

    @classmethod
    def of(cls, page: str) -> set[str]:
        parser = cls()
        parser.feed(page)
        return parser.seen


def test_what_looks_like_a_tag_or_a_template_is_shown_as_it_is(shop: Shop) -> None:
    put(shop.table, *(answer_of(f"SM{number}", NOW, text) for number, text in enumerate(HOSTILE)))
    page = shop.show()
    assert "<script" not in page
    for text in HOSTILE:
        assert text in html.unescape(page)


def test_a_thousand_calls_with_the_longest_texts_stay_under_a_hundred_kilobytes(shop: Shop) -> None:
    history = tuple(Event(NOW, "unclear_unread") for _ in range(50))
    for number in range(1000):
        status = (Status.HELD, Status.FAILED)[number % 2]
        item = item_of(status, NOW - number, phone=f"+57300{number:07d}", conversation_id="c" * 100, history=history)
        put(shop.table, item | {"name": "ñ" * 5000})
    put(shop.table, *(answer_of(f"SM{number}", NOW, "🙏" * 1500) for number in range(100)))
    assert len(shop.show().encode()) < 100_000


def test_every_button_asks_first_and_calls_the_function_itself(shop: Shop) -> None:
    put(shop.table, item_of(Status.HELD, NOW, queue="held", due_at=NOW), answer_of("SM1", NOW, "Sí"))
    page = shop.show({"lang": "en"}, arn=f"{ARN}:view")
    asked = re.findall(
        r'<cwdb-action action="call" display="widget" endpoint="([^"]+)"( confirmation="[^"]+")?>(.*?)<', page
    )
    acting = [(endpoint, sure) for endpoint, sure, text in asked if "do" in json.loads(html.unescape(text))]
    assert {endpoint for endpoint, _ in acting} == {ARN}
    assert all(sure for _, sure in acting)
    every = {one["do"] for one in buttons(page) if "do" in one}
    assert every == {"pause", "dry_run", "interval", "release", "resend", "handled"}


@pytest.mark.parametrize(
    ("do", "settings"),
    [
        ({"do": "pause"}, {"paused": True}),
        ({"do": "dry_run"}, {"dry_run": True}),
        ({"do": "dry_run", "on": False}, {"dry_run": False}),
        ({"do": "interval", "seconds": 30}, {"interval_seconds": 30}),
        ({"do": "interval", "seconds": None}, {"interval_seconds": None}),
    ],
)
def test_a_button_of_the_settings_changes_one_and_keeps_the_others(
    shop: Shop, do: dict[str, Any], settings: dict[str, Any]
) -> None:
    shop.set(brand="Panadería Luna")
    assert "Hecho" in shop.show(do)
    assert json.loads(shop.settings_text or "") == {"brand": "Panadería Luna", **settings}


@pytest.mark.parametrize(
    "do",
    [
        {"do": "interval"},
        {"do": "interval", "seconds": 4},
        {"do": "interval", "seconds": 7.5},
        {"do": "x" * 5000},
        {"do": "interval", "seconds": "30"},
        {"do": "destroy"},
        {"do": PHONE[1:]},
        {"do": "\ud83d"},
        {"do": None},
        {"do": "resend"},
        {"do": "resend", "pk": "#lease"},
        {"do": "release", "pk": f"{PHONE}_nobody"},
        {"do": "handled", "sid": "SM9"},
        {"do": "handled", "sid": ["SM9"]},
    ],
)
def test_what_cannot_be_done_changes_nothing_and_says_so_and_is_logged(shop: Shop, do: dict[str, Any]) -> None:
    items = dict(shop.table.items)
    assert "No se hizo: " in shop.show(do)
    assert (shop.settings_text, shop.table.items) == (None, items)
    (line,) = [line for line in shop.told.lines if line[1] == "widget_action"]
    assert line[2]["done"] is False
    known = do["do"] in ("interval", "resend", "release", "handled")
    assert line[2]["do"] == (do["do"] if known else "?")
    assert PHONE[1:] not in str(shop.told.lines)


@pytest.mark.parametrize(
    ("do", "es", "en"),
    [
        (
            {"do": "release", "pk": f"{PHONE}_conv_1"},
            "esa llamada no está retenida: leído",
            "that call is read, not held",
        ),
        ({"do": "resend", "pk": "nobody"}, "esa llamada no está en la tabla", "that call is not in the table"),
        ({"do": "resend", "pk": f"{PHONE}_conv_2"}, "no podría salir (too_old)", "it could not leave (too_old)"),
        (
            {"do": "interval", "seconds": 3},
            "seconds es un número entero de 5 a 60",
            "seconds is a whole number from 5 to 60",
        ),
        ({"do": "dry_run", "on": "false"}, "on es true o false", "on is true or false"),
    ],
)
def test_why_a_button_did_nothing_is_told_in_the_readers_language(
    shop: Shop, do: dict[str, Any], es: str, en: str
) -> None:
    long_ago = NOW - 90_000
    put(shop.table, item_of(Status.READ, NOW))
    put(shop.table, item_of(Status.FAILED, long_ago, conversation_id="conv_2", reason="refused", error_code=63024))
    assert f"No se hizo: {es}" in _words(shop.show(do))
    assert f"Not done: {en}" in _words(shop.show(do | {"lang": "en"}))


def _words(page: str) -> str:
    return html.unescape(re.sub("<[^>]+>", "", page))


@pytest.mark.parametrize(
    ("do", "es"),
    [
        ({"do": "pause"}, "Hecho: en pausa; vale"),
        ({"do": "resume"}, "Hecho: sin pausa; vale"),
        ({"do": "dry_run"}, "Hecho: en ensayo; vale"),
        ({"do": "interval", "seconds": 30}, "Hecho: una revisión cada 30 s; vale"),
        ({"do": "interval", "seconds": None}, "Hecho: el ritmo desplegado; vale"),
    ],
)
def test_what_a_button_did_is_told_as_how_things_are_now(shop: Shop, do: dict[str, Any], es: str) -> None:
    assert es in _words(shop.show(do))


def test_settings_that_are_wrong_are_not_written_over(shop: Shop) -> None:
    shop.settings_text = '{"paused": 1}'
    page = shop.show({"do": "pause"})
    assert "No se hizo: SETTINGS.paused: debe ser true o false" in page
    assert sentence(page) == "Vigía no puede trabajar: SETTINGS.paused: debe ser true o false"
    assert sentence(shop.show({"lang": "en"})) == "Vigía cannot work: SETTINGS.paused: must be true or false"
    assert shop.settings_text == '{"paused": 1}'


def test_a_failed_call_is_sent_once_more_and_an_answer_is_dealt_with_once(shop: Shop, clock: Clock) -> None:
    plans = [CallPlan(outcome="completed")]
    shop.elevenlabs.add_batch([{"phone_number": PHONE}], plans, created_at=clock.now, scheduled_at=clock.now)
    clock.now += 300
    shop.twilio.faults.add(Fault("refuse", route="create", times=1, code=21211))
    shop.run()
    clock.now += 60
    page = shop.show({"phone": PHONE})
    assert "Hecho" in shop.show(button(page, "resend"))
    shop.run()
    assert len(shop.twilio.messages) == 1
    put(shop.table, answer_of("SM1", NOW, "Sí"))
    event = button(shop.show(), "handled")
    assert "Hecho" in shop.show(event)
    assert "ya estaba atendida" in shop.show(event)
    assert [line[2]["do"] for line in shop.told.lines if line[1] == "widget_action"] == ["resend", "handled", "handled"]


def test_by_its_view_alias_it_does_not_act(shop: Shop) -> None:
    page = shop.show({"do": "pause"}, arn=f"{ARN}:view")
    assert "Esta vista solo muestra" in page
    assert shop.settings_text is None


@pytest.mark.parametrize("arn", [ARN, f"{ARN}:view"])
def test_a_search_asks_the_name_by_which_the_page_was_shown(shop: Shop, arn: str) -> None:
    called = re.findall(r'endpoint="([^"]+)"[^>]*>(.*?)<', shop.show({"lang": "en"}, arn=arn))
    assert [endpoint for endpoint, text in called if json.loads(html.unescape(text)) == {"lang": "en"}] == [arn]


@pytest.mark.parametrize("asked", [PHONE, "57 300 111 2233", "conv_1"])
def test_why_it_did_not_arrive_is_asked_by_phone_or_conversation(shop: Shop, asked: str) -> None:
    put(
        shop.table,
        item_of(Status.FAILED, NOW, reason="refused", error_code=63016),
        item_of(Status.READ, NOW, phone="+573009", conversation_id="conv_2"),
    )
    page = shop.show({"widgetContext": {"forms": {"all": {"phone": asked}}}, "lang": "en"})
    assert "24-hour window" in html.unescape(page)
    assert "+573009" not in page


@pytest.mark.parametrize("asked", [int(PHONE), PHONE, PHONE[1:]])
def test_a_phone_that_yaml_took_for_a_number_is_that_phone(shop: Shop, asked: object) -> None:
    put(shop.table, item_of(Status.READ, NOW), item_of(Status.READ, NOW, phone="+573009", conversation_id="conv_2"))
    page = shop.show({"phone": asked})
    assert PHONE in page
    assert "+573009" not in page


@pytest.mark.parametrize(("lang", "top"), [("en-US", "All is"), ("EN", "All is"), ("es_CO", "Todo"), ("fr", "Todo"),
                                           (7, "Todo"), (None, "Todo"), ("pt", "Todo")])  # fmt: skip
def test_the_language_is_understood_however_it_is_written(shop: Shop, lang: object, top: str) -> None:
    assert sentence(shop.show({"lang": lang})).startswith(top)


@pytest.mark.parametrize(
    "event", [{"widgetContext": 1}, {"widgetContext": {"timezone": {"offsetISO": "x"}, "forms": []}}]
)
def test_whatever_cloudwatch_sends_it_is_shown(shop: Shop, event: dict[str, Any]) -> None:
    assert "Todo en orden" in shop.show(event)


def test_each_theme_has_its_colours(shop: Shop) -> None:
    pages = {theme: shop.show({"widgetContext": {"theme": theme}}) for theme in ("light", "dark")}
    assert len(set(pages.values())) == 2


def test_of_a_table_that_does_not_answer_it_is_not_said_that_nothing_is_there(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object, **__: object) -> None:
        raise TableUnclear("DynamoDB could not be asked: timed out")

    monkeypatch.setattr(shop.table, "scan", silent)
    page, words = shop.show(), words_of("es")
    assert "(no se pudo preguntar a DynamoDB: timed out)" in sentence(page)
    assert "(DynamoDB could not be asked: timed out)" in sentence(shop.show({"lang": "en"}))
    assert not any(words[said] in page for said in ("nothing_needed", "no_calls", "title_needs"))


def test_an_answer_without_words_is_told_as_what_it_may_be(shop: Shop) -> None:
    put(shop.table, item_of(Status.READ, NOW), answer_of("SM1", NOW, ""))
    for asked in ({}, {"phone": PHONE}):
        assert "una ubicación, una reacción o un botón" in shop.show(asked)
        assert "a location, a reaction or a button" in shop.show(asked | {"lang": "en"})


def test_nothing_stands_in_a_paragraph_that_a_browser_would_take_out_of_it(shop: Shop) -> None:
    put(shop.table, item_of(Status.HELD, NOW, queue="held", due_at=NOW), answer_of("SM1", NOW, "Sí"))
    assert not re.search(r"<p\b[^>]*>(?:(?!</p>).)*<(?:form|ul|ol|div|p|h2|details)\b", shop.show(), re.DOTALL)
