"""An SMS is one or two segments of GSM-7, whoever is written to and whatever was said (contract §4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.message.compose import compose
from lib.core.message.sms import segments, to_gsm7
from lib.core.policy import LANGUAGES, Policy

# By its rows of sixteen, as 3GPP TS 23.038 prints the default alphabet (0x1B, the escape, is left out).
ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)  # fmt: skip
DOUBLE = "^{}\\[~]|€"


def text(kind: str, name: str, summary: str, language: str, policy: Policy) -> str:
    return compose(kind, name, summary, language, policy, channel="sms").body


def packed(body: str) -> list[list[str]]:
    """The body as a phone network packs it: septets in parts of 160, or of 153 when there are several."""
    units = [["esc", character] if character in DOUBLE else [character] for character in body]
    if sum(map(len, units)) <= 160:
        return [[septet for unit in units for septet in unit]]
    parts: list[list[str]] = [[]]
    for unit in units:
        if len(parts[-1]) + len(unit) > 153:
            parts.append([])
        parts[-1] += unit
    return parts


def test_the_alphabet_has_127_characters_and_an_escape() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 127


AGAIN = "Hablamos por teléfono y me gustaria continuar"
TRIED = "Te llamamos y no logramos hablar contigo; me gustaria continuar por aqui."


@pytest.mark.parametrize(
    ("kind", "name", "summary", "body"),
    [
        ("follow_up", "José Peñá", "Ana pidió.", f"¡Hola José Peña! {AGAIN} por aqui. Tema: Ana pidio.\nOptica Sol"),
        ("follow_up", "", "", f"¡Hola! {AGAIN} la conversacion por aqui.\nOptica Sol"),
        ("missed", "Ana", "x", f"¡Hola Ana! {TRIED}\nOptica Sol"),
    ],
)
def test_an_sms_has_words_of_its_own_without_the_accents_that_cost_a_segment(
    kind: str, name: str, summary: str, body: str
) -> None:
    policy = Policy(brand="Óptica Sol", texts={kind: {"es": "{name}"}}, content_sids={kind: {"es": "HX" + "0" * 32}})
    assert text(kind, name, summary, "es", policy) == body
    assert segments(body) == 1


@pytest.mark.parametrize(
    ("body", "folded"),
    [
        ("áéíóúñüàç ÁÉÍÓÚÑÇ ãõâêô", "aéiouñüàc AÉIOUÑÇ aoaeo"),
        ("e\u0301 n\u0303 a\u0301", "é ñ a"),
        ("«hola» – “sí”… it’s ½ №", '"hola" - "si"... it\'s 1/2 No'),
        ("👋 ok 😊", " ok "),
        ("Łódź, œuvre, Þór", "Lodz, oeuvre, Thor"),
        ("100 € [a]", "100 € [a]"),
        ("a\u00a0b", "a b"),
        ("5 µg", "5 ug"),
    ],
)
def test_letters_outside_the_alphabet_lose_their_accents(body: str, folded: str) -> None:
    assert to_gsm7(body) == folded


@pytest.mark.parametrize("name", ["Анна", "王芳", "Σωκράτης", "محمد"])
def test_a_name_that_cannot_be_written_is_left_out_whole(name: str) -> None:
    assert text("missed", name, "", "es", Policy()) == text("missed", "", "", "es", Policy())


@pytest.mark.parametrize(
    ("body", "count"),
    [("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
     ("€" * 152, 2), ("€" * 153, 3), ("a" * 152 + "€" + "a" * 152, 3), ("á" * 70, 1), ("á" * 71, 2), ("á" * 134, 2),
     ("á" * 135, 3), ("😊" * 35, 1), ("😊" * 36, 2), ("😊" * 66, 2), ("😊" * 67, 3)],
)  # fmt: skip
def test_segments_are_counted_as_they_are_billed(body: str, count: int) -> None:
    assert segments(body) == count


def test_a_long_summary_is_cut_at_a_word_and_fills_two_segments() -> None:
    body = text("follow_up", "Ana", "palabra " * 400, "es", Policy())
    assert " palabra...\n" in body
    assert 306 - len("palabra ") < len(body) <= 306


@pytest.mark.parametrize("before", range(4))
def test_a_character_of_two_septets_is_never_torn_apart_by_the_end_of_a_segment(before: int) -> None:
    body = text("follow_up", "Ana", "a" * before + "€" * 300, "es", Policy())
    assert len(packed(body)) == 2


DEAR = st.text(st.sampled_from("^{}\\[~]|€a ñíÁ…"), max_size=400)


@given(
    st.sampled_from(["follow_up", "missed"]),
    st.text(max_size=150) | DEAR,
    st.text(max_size=800) | DEAR,
    st.text(min_size=1, max_size=60) | DEAR.map(lambda brand: brand[:60]),
    st.sampled_from(LANGUAGES),
)
def test_every_sms_is_gsm_7_and_has_two_segments_at_most(
    kind: str, name: str, summary: str, brand: str, language: str
) -> None:
    body = text(kind, name, summary, language, Policy(brand=brand))
    assert set(body) <= set(ALPHABET) | set(DOUBLE)
    assert len(packed(body)) == segments(body) <= 2
    assert "  " not in body


@given(st.text(st.sampled_from(ALPHABET + DOUBLE)))
def test_what_is_gsm_7_stays_as_it_is_and_is_counted_as_it_is_packed(body: str) -> None:
    assert to_gsm7(body) == body
    assert segments(body) == len(packed(body))
