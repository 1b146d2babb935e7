"""An e-mail says the same as text and as HTML, holds nothing foreign, and reads in dark mode (contract §4)."""

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from lib.core.message.compose import Message, compose
from lib.core.message.email import html
from lib.core.policy import LANGUAGES, Policy

HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=y>', "&lt;b&gt; {} $subject", "*_<", "</title></style>"]
TAGS = {"html", "head", "meta", "title", "style", "body", "div", "p", "br", "strong"}


class Reader(HTMLParser):
    """What a mail program shows, and what it met."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.shown = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self.tags[-1:]):
            self.shown += data


def page_of(message: Message, language: str = "es") -> str:
    return html(message.subject, message.body, language)


def words(text: str) -> list[str]:
    """What can be seen of it, whatever stands between."""
    kept = (c if c.isprintable() or c in "\u200c\u200d" else " " if c.isspace() else "" for c in text)
    return "".join(kept).replace("*", "").split()


def test_the_text_is_ours_with_a_signature_that_mail_programs_know() -> None:
    message = compose("follow_up", "Ana", "Ana pidió una cita.", "es", Policy(brand="Óptica Sol"), channel="email")
    assert message.subject == "Sobre nuestra conversación – Óptica Sol"
    assert message.body.startswith("¡Hola Ana! 👋\n\nHemos completado una conversación y ")
    assert message.body.endswith("ayudarte mejor. 😊\n\n-- \nÓptica Sol")
    assert '<p class="signature"' in page_of(message)


def test_the_shops_own_words_are_an_e_mail_too() -> None:
    policy = Policy(brand="Óptica Sol", texts={"missed": {"es": "Hola {name}:\nle llamamos.\n\n*{brand}*"}})
    message = compose("missed", "Ana", "", "es", policy, channel="email")
    assert message.subject == "No logramos hablar contigo por teléfono – Óptica Sol"
    assert "Hola Ana:<br>\nle llamamos.</p>" in page_of(message)
    assert "<strong>Óptica Sol</strong>" in page_of(message)


def test_it_reads_in_dark_mode_and_loads_nothing() -> None:
    page = page_of(compose("missed", "", "", "en", Policy(), channel="email"), "en")
    assert '<html lang="en">' in page
    assert "prefers-color-scheme: dark" in page
    assert 'name="color-scheme" content="light dark"' in page
    assert not re.search(r"https?:|url\(|@import|\bsrc=|\bhref=|<script|<link|<img", page)


def test_a_subject_is_one_line_and_does_not_tell_the_name() -> None:
    subject = compose("follow_up", "Ana", "x", "es", Policy(brand="A\r\nBcc: b"), channel="email").subject
    assert subject == "Sobre nuestra conversación – A Bcc: b"


@given(
    st.text() | st.sampled_from(HOSTILE),
    st.text(max_size=500),
    st.text(min_size=1, max_size=60),
    st.sampled_from(LANGUAGES),
)
def test_whatever_a_person_is_called_is_shown_and_never_becomes_markup(
    name: str, summary: str, brand: str, language: str
) -> None:
    message = compose("follow_up", name, summary, language, Policy(brand=brand), channel="email")
    page = Reader(page_of(message, language))
    assert set(page.tags) <= TAGS
    assert page.attributes <= {"lang", "charset", "name", "content", "class", "style"}
    assert words(page.shown) == words(re.sub(r"(?m)^-- $", "", message.body))


def test_what_a_blank_of_any_kind_parts_stays_apart_in_the_html_and_a_joined_emoji_stays_joined() -> None:
    text = "uno\u00a0dos\ttres\u2009cuatro 👩\u200d⚕️\r\n\r\nfin\x07\n\n-- \nÓptica\u00a0Sol"
    shown = html("Asunto", text, "es")
    assert ">uno dos tres cuatro 👩\u200d⚕️</p>" in shown
    assert ">fin</p>" in shown
    assert ">Óptica Sol</p>" in shown
