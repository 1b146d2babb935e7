"""The demo's page in a real browser: what it shows, what its buttons do, and that everybody can use it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from local.demo.page.server import serving
from tests.browser.stage import CHROMIUM, Demo, browser

LOW_CONTRAST = Path(__file__).parent / "low_contrast.js"

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: apt install chromium, or CHROMIUM=/path/to/it")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as made:
        yield made


@pytest.fixture
def demo() -> Demo:
    return Demo()


@pytest.fixture
def address(demo: Demo) -> Iterator[str]:
    with serving(demo.page) as url:
        yield url


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="es-CO")
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    made, wrong = context.new_page(), list[str]()
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    made.goto(address)
    expect(made.locator("#widget .vigia")).to_be_visible()
    yield made
    assert wrong == []


def test_people_change_state_and_their_message_arrives_on_the_phone(demo: Demo, page: Page) -> None:
    expect(page.get_by_role("heading", name="Vigía, en vivo")).to_be_visible()
    assert page.locator("#people li").count() == len(demo.phones)
    demo.go_on(60)
    page.get_by_role("button", name="Lucía").click()
    expect(page.locator(".bubble")).to_contain_text("¡Hola Lucía! 👋")
    expect(page.locator(".bubble strong")).to_have_text("IA Calls")
    expect(page.locator("#people .state").first).to_have_text("entregado")


def test_baja_typed_into_the_phone_is_an_end(demo: Demo, page: Page) -> None:
    demo.go_on(60)
    page.get_by_role("button", name="Lucía").click()
    page.get_by_label("Escriba una respuesta, o BAJA").fill("BAJA")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble.mine")).to_contain_text("BAJA")
    expect(page.locator("#people .state").first).to_have_text("respondió")
    demo.go_on(5)
    assert "opted_out" in [event for _, event, _ in demo.shop.told.lines]


def test_every_button_that_tries_to_make_it_send_twice_is_told_and_the_counter_stays_0(demo: Demo, page: Page) -> None:
    for name in (
        "Matar la función ahora",
        "Twilio acepta y responde 500",
        "La lista de Twilio tarda diez minutos",
        "Dos ejecuciones a la vez",
        "ElevenLabs está caído",
    ):
        page.get_by_role("button", name=name).click()
        expect(page.locator("#tried li").last).to_have_text(name)
    assert demo.killed == 1
    for _ in range(40):
        demo.go_on(30)
    expect(page.locator("#second")).to_have_text("0")
    assert len(demo.shop.twilio.messages) >= 8


def test_a_second_message_would_be_counted(demo: Demo, page: Page) -> None:
    demo.go_on(90)
    demo.shop.twilio._rows.append(demo.shop.twilio.messages[0])
    expect(page.locator("#second")).to_have_text("1")
    expect(page.locator(".second.wrong")).to_be_visible()


def test_the_widgets_buttons_ask_and_work_with_the_keyboard_too(demo: Demo, page: Page) -> None:
    widget, asked = page.locator("#widget"), list[str]()

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    page.on("dialog", agree)
    pause = widget.get_by_role("button", name="Pausar")
    pause.focus()
    page.keyboard.press("Enter")
    expect(widget.locator(".top")).to_contain_text("En pausa")
    assert demo.shop.settings_text
    assert '"paused": true' in demo.shop.settings_text
    widget.get_by_role("button", name="Reanudar").click()
    expect(widget.locator(".top")).not_to_contain_text("En pausa")
    assert [text.split("?")[0] for text in asked] == ["¿Pausar", "¿Reanudar"]


def test_a_button_that_is_not_confirmed_does_nothing(demo: Demo, page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.locator("#widget").get_by_role("button", name="Pausar").click()
    page.wait_for_timeout(300)
    assert demo.shop.settings_text is None


def test_why_it_did_not_arrive_is_asked_in_the_widget(page: Page) -> None:
    widget = page.locator("#widget")
    widget.get_by_label("Teléfono o conversación").fill("+573001112233")
    page.keyboard.press("Enter")
    expect(widget).to_contain_text("Llamadas de +573001112233")
    expect(widget).to_contain_text("<b>mañana</b>")  # what people write is text


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_is_wider_than_the_screen_and_all_text_can_be_read(
    context: BrowserContext, address: str, width: int, theme: str
) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)
    expect(page.locator("#widget .vigia")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(LOW_CONTRAST.read_text(encoding="utf-8")) == []


def test_the_keyboard_reaches_everything_that_can_be_pressed(page: Page) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        page.evaluate(
            "(document.activeElement.shadowRoot?.activeElement ?? document.activeElement).dataset.reached = true"
        )
    buttons = page.locator("button, #widget a.btn").all()
    assert len(buttons) > 20
    missed = [one.text_content() for one in buttons if one.is_visible() and not one.get_attribute("data-reached")]
    assert missed == []


def test_another_site_may_not_press_the_buttons(context: BrowserContext, address: str) -> None:
    assert (
        context.request.post(f"{address}try", headers={"Sec-Fetch-Site": "cross-site"}, data={"what": "kill"}).status
        == 403
    )
    assert context.request.get(address, headers={"Host": "evil.example"}).status == 403
