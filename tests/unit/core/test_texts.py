"""The shop's own words, and what the call found out, in texts and templates (contract §2, §4)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.config.texts import check_texts
from lib.core.message.compose import compose
from lib.core.message.fitting import BODY_MAX_CHARACTERS, VARIABLE_MAX_CHARACTERS, length
from lib.core.message.texts import fill
from lib.core.policy import LANGUAGES, Policy, Result
from lib.core.results import NOTHING_KNOWN, Results
from lib.errors import ConfigurationError

SID = "HX" + "0" * 32
TEXTS = {
    "follow_up": {"es": "Hola {name}, hablamos de: {summary} Su cita: {date}. {brand}"},
    "no_summary": {"es": "Hola {name}, seguimos por aquí. {brand}"},
    "missed": {"es": "Hola {name}, le llamamos. {{{brand}}}"},
}
SHOP = Policy(brand="Óptica Sol", texts=TEXTS, variables={"3": "date"})
DATE = Results((("date", "12 de mayo"),), is_whole=True)


def body(kind: str, name: str, summary: str, policy: Policy = SHOP, results: Results = DATE) -> str:
    return compose(kind, name, summary, "es", policy, results).body


def test_each_kind_is_said_in_the_shops_own_words() -> None:
    assert body("follow_up", "Ana", "gafas.") == "Hola Ana, hablamos de: gafas. Su cita: 12 de mayo. Óptica Sol"
    assert body("follow_up", "Ana", "") == "Hola Ana, seguimos por aquí. Óptica Sol"
    assert body("missed", "Ana", "a machine answered") == "Hola Ana, le llamamos. {Óptica Sol}"


def test_a_kind_or_a_language_without_words_of_the_shop_is_said_in_ours() -> None:
    only_follow_up = Policy(brand="Óptica Sol", texts={"follow_up": TEXTS["follow_up"]}, variables={"3": "date"})
    ours = Policy(brand="Óptica Sol")
    assert body("follow_up", "Ana", "", only_follow_up) == body("follow_up", "Ana", "", ours)
    assert body("missed", "Ana", "", only_follow_up) == body("missed", "Ana", "", ours)
    assert compose("follow_up", "Ana", "x", "en", SHOP) == compose("follow_up", "Ana", "x", "en", ours)


def test_a_follow_up_that_shows_no_summary_needs_none() -> None:
    policy = Policy(texts={"follow_up": {"es": "Hola {name}, ¿seguimos?"}})
    assert body("follow_up", "Ana", "", policy) == "Hola Ana, ¿seguimos?"


def test_a_text_that_would_say_nothing_gives_way_to_ours() -> None:
    assert body("missed", "", "", Policy(texts={"missed": {"es": "{name}"}})) == body("missed", "", "", Policy())


@pytest.mark.parametrize(
    ("text", "without_name"),
    [
        ("Hola {name}, ¿seguimos?", "Hola, ¿seguimos?"),
        ("¡Hola {name}! 👋", "¡Hola! 👋"),
        ("Hola, {name}. Gracias", "Hola. Gracias"),
        ("Hola, {name}, gracias", "Hola, gracias"),
        ("Hola {name}\n\nGracias", "Hola\n\nGracias"),
        ("Hola, {name}\nGracias", "Hola\nGracias"),
        ("{name}, gracias por su tiempo", "Gracias por su tiempo"),
        ("Buenas.\n{name}: ya está", "Buenas.\nYa está"),
        ("¡Gracias, {name}!", "¡Gracias!"),
        ("¡{name}, gracias!", "¡Gracias!"),
        ("Hola *{name}*, gracias", "Hola, gracias"),
        ("Gracias {name}", "Gracias"),
        ("Hola {name} y familia", "Hola y familia"),
        ("Hola {name} ({name})", "Hola"),
        ("Una llave {{}} {name}!", "Una llave {}!"),
    ],
)
def test_an_unknown_name_drops_out_with_its_space(text: str, without_name: str) -> None:
    assert fill(text, {"name": ""}).strip() == without_name
    assert fill(text, {"name": "Ana"}) == text.replace("{name}", "Ana").replace("{{}}", "{}")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("12\n de   mayo", "12 de mayo"),
        (True, "sí"),
        (False, "no"),
        (3.0, "3"),
        (2.5, "2.5"),
        (0, "0"),
        ("None", "—"),
        ("n/a", "—"),
        ("\u200b", "—"),
        ("palabra " * 60, ("palabra " * 31).strip() + "…"),
    ],
)
def test_a_result_is_shown_on_one_line(value: Result, shown: str) -> None:
    policy = Policy(
        variables={"3": "x"}, content_sids={"follow_up": {"es": SID}}, texts={"follow_up": {"es": "{x}|{3}"}}
    )
    results = Results((("x", value),))
    template = compose("follow_up", "Ana", "s", "es", policy, results)
    assert json.loads(template.content_variables) == {"1": "Ana", "2": "s", "3": shown}
    assert compose("follow_up", "Ana", "s", "es", policy, results, in_free_text=True).body == f"{shown}|{shown}"


def test_a_result_that_is_missing_is_shown_as_nothing_and_never_left_out() -> None:
    policy = Policy(variables={"3": "x", "plan": "y"}, content_sids={"follow_up": {"es": SID}, "missed": {"es": SID}})
    message = compose("follow_up", "Ana", "s", "es", policy)
    assert json.loads(message.content_variables) == {"1": "Ana", "2": "s", "3": "—", "plan": "—"}
    assert json.loads(compose("missed", "Ana", "", "es", policy).content_variables) == {"1": "Ana"}
    assert body("follow_up", "Ana", "gafas.", results=NOTHING_KNOWN).endswith("Su cita: —. Óptica Sol")


def test_the_name_the_summary_and_the_brand_are_ours_even_if_a_result_is_called_so() -> None:
    policy = Policy(brand="B", variables={"3": "name", "brand": "summary"}, texts={"missed": {"es": "{name} {brand}"}})
    assert body("missed", "Ana", "", policy, Results((("name", "x"), ("summary", "y")))) == "Ana B"


def test_braces_in_what_a_person_said_are_text() -> None:
    assert body("follow_up", "{brand}", "{name} {0} {").startswith("Hola {brand}, hablamos de: {name} {0} { Su cita")


def test_a_name_longer_than_the_settings_counted_with_is_cut() -> None:
    policy = Policy(texts={"missed": {"es": "x" * 1500 + "{name}"}})
    check_texts("SETTINGS", policy)
    for name in ("😊" * 100, "Ana " * 40):
        assert 1500 < length(body("missed", name, "", policy)) <= BODY_MAX_CHARACTERS


WORDS_OF_A_SHOP = st.lists(
    st.sampled_from(["{name}", "{summary}", "{brand}", "{date}", "{{", "}}", " ", ", ", "\n\n", "*", "¡", "!", "Hola"])
    | st.text(st.characters(codec="utf-8", exclude_characters="{}"), max_size=200),
    max_size=12,
).map("".join)


@given(
    WORDS_OF_A_SHOP.filter(str.strip),
    st.text(max_size=130),
    st.text(max_size=2000),
    st.text(max_size=400),
    st.sampled_from(LANGUAGES),
    st.sampled_from(["whatsapp", "sms", "email"]),
)
def test_a_text_that_was_accepted_fits_whatever_the_call_was_like(
    text: str, name: str, summary: str, value: str, language: str, channel: str
) -> None:
    policy = Policy(brand="😊" * 60, texts={"follow_up": {language: text}}, variables={"3": "date"})
    try:
        check_texts("SETTINGS", policy)
    except ConfigurationError:
        return
    results = Results((("date", value),)) if value else NOTHING_KNOWN
    message = compose("follow_up", name, summary, language, policy, results, channel=channel)
    assert message.body.strip()
    assert length(message.body) <= BODY_MAX_CHARACTERS


@given(st.text(), st.text(min_size=1), st.sampled_from(LANGUAGES))
def test_every_variable_of_a_template_is_one_line_of_bounded_length(name: str, value: str, language: str) -> None:
    policy = Policy(content_sids={"follow_up": {language: SID}}, variables={"3": "x"})
    message = compose("follow_up", name, value * 40, language, policy, Results((("x", value * 40),)))
    assert len(message.variables) == 3
    for shown in message.variables.values():
        assert 0 < length(shown) <= VARIABLE_MAX_CHARACTERS
        assert shown == " ".join(shown.split())
        assert shown.isprintable()
