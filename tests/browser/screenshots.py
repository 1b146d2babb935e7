"""The README's pictures, `make screenshots`: the page, its phone, the widget in light and dark. Look, then commit."""

import sys
from pathlib import Path

from playwright.sync_api import Browser, expect

from local.demo.page.server import serving
from tests.browser.stage import CHROMIUM, Demo, browser

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
LANGUAGES = {"es": "Lucía", "en": "Lucía"}


def take(chromium: Browser, language: str) -> None:
    """The pictures in one language."""
    demo = Demo(language)
    demo.go_on(20)
    demo.go_on(25)
    demo.shop.twilio.receive(f"whatsapp:{demo.phones[0]}", "¡Sí! ¿Quedan dos plazas para este sábado? 🙏")
    demo.go_on(10)
    with serving(demo.page) as url:
        for theme in ("light", "dark"):
            page = chromium.new_page(
                viewport={"width": 1440, "height": 900}, color_scheme="dark" if theme == "dark" else "light"
            )
            page.goto(url)
            expect(page.locator("#widget .vigia")).to_be_visible()
            page.get_by_role("button", name=LANGUAGES[language]).click()
            expect(page.locator(".bubble.mine")).to_be_visible()
            if theme == "light":
                page.screenshot(
                    path=PICTURES / f"page.{language}.png", clip={"x": 0, "y": 0, "width": 1440, "height": 760}
                )
                page.locator(".phone").screenshot(path=PICTURES / f"phone.{language}.png")
            page.set_viewport_size({"width": 1000, "height": 900})
            page.evaluate("document.querySelector('#widget').style.cssText = 'max-height: 520px; overflow: hidden'")
            page.locator("#widget").screenshot(path=PICTURES / f"widget.{theme}.{language}.png")
            page.close()


def main() -> int:
    if not CHROMIUM:
        sys.stderr.write("There is no Chromium here: apt install chromium, or CHROMIUM=/path/to/it\n")
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with browser() as chromium:
        for language in LANGUAGES:
            take(chromium, language)
    return 0


if __name__ == "__main__":
    sys.exit(main())
