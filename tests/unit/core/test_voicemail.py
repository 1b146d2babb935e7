"""What a machine says where a person should (facts/elevenlabs.md §8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.voicemail import is_hinted, speaks

GREETINGS = [
    "Por favor, deje su mensaje después del tono.",
    "¡Hola! Soy Ana, en este momento no puedo atender tu llamada; deja tu mensaje y te llamo.",
    "Su llamada será transferida al buzón de mensajes, tendrá costo a partir de este momento.",
    "El número que usted marcó no está disponible. Grabe su mensaje. Marque la tecla gato cuando termine.",
    "Te has comunicado con el buzo\u0301n de Ana Paz",
    "buzón de voz",
    "Hi, you've reached Ana. Please leave a message after the beep.",
    "Your call has been forwarded to an automated voice messaging system. At the tone, please record your message.",
    "Sorry, I can't take your call right now.",
    "The mailbox is full and cannot accept any messages at this time. Goodbye.",
    "Hi, if you record your name and reason for calling, I'll see if this person is available.",
    "Sua chamada está sendo encaminhada para a caixa postal e estará sujeita a cobrança após o sinal.",
    "Deixe seu recado após o sinal.",
    "VAMOS ENTREGAR O SEU RECADO",
]
SILENCES = [
    "...",
    "…",
    ". . .",
    "",
    " ",
    "-",
    "(silence)",
    "[silencio]",
    "(música) ...",
    "*beep*",
    "Silence.",
    "\u200b",
]
PEOPLE = [
    "Hola",
    "¿Aló?",
    "Sí, dígame.",
    "No.",
    "Ahora no puedo hablar, escríbame por WhatsApp.",
    "El señor Paz no está disponible.",
    "Can I leave a message for her?",
    "Who is speaking, please?",
    "Agora não posso falar.",
    "Pensé que saltaba el buzón, dígame.",
    "您好",
    "1",
    "Sí (risas)",
]


@pytest.mark.parametrize("greeting", GREETINGS)
def test_a_mailbox_is_nobody(greeting: str) -> None:
    assert not speaks([greeting])
    assert not speaks([greeting.upper(), "...", greeting])


@pytest.mark.parametrize("silence", SILENCES)
def test_a_silence_is_nobody(silence: str) -> None:
    assert not speaks([silence, silence])


@pytest.mark.parametrize("words", PEOPLE)
def test_a_person_is_somebody_also_after_their_mailbox(words: str) -> None:
    assert speaks([words])
    assert speaks(["...", GREETINGS[0], words])


def test_a_person_may_speak_of_a_mailbox_in_a_longer_talk() -> None:
    assert speaks(["Sí, le escucho.", "Es que deje un mensaje en su buzón de voz.", "Gracias."])


def test_no_turns_are_nobody() -> None:
    assert not speaks([])


@pytest.mark.parametrize(
    ("text", "hinted"),
    [
        ("El agente fue atendido por un buzón de voz.", True),
        ("The agent reached the customer's voicemail.", True),
        ("A ligação caiu na caixa postal.", True),
        ("The user remained silent throughout.", True),
        ("El usuario no respondió.", True),
        ("Ana pidió una cita para el lunes y respondió a todo.", False),
        ("", False),
    ],
)
def test_a_summary_that_names_a_machine_or_a_silence_is_a_hint(text: str, hinted: bool) -> None:
    assert is_hinted(text, "") is hinted


@given(st.lists(st.text(st.characters())))
def test_any_text_is_somebody_or_nobody(turns: list[str]) -> None:
    assert speaks(turns) in (True, False)
