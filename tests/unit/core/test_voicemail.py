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
    "Usted se ha comunicado con el correo de voz de",
    "Bienvenido a la casilla de mensajes de Entel.",
    "El buzón está lleno y no acepta mensajes.",
    "Has llamado al 300 123 9155, no podemos atenderte.",
    "La persona con la que intenta comunicarse no está disponible.",
    "Si quiere que le devuelva la llamada, deje su mensaje y me comunicaré con ustedes.",
    "Di tu nombre y por qué llamas.",
    "Todos nuestros asesores están ocupados, por favor espere en línea.",
    "Gracias por llamar. Para citas marque uno.",
    "Su llamada no puede ser completada en este momento.",
    "Usted ha marcado un número que no existe.",
    "Por favor, intente más tarde.",
    "No se ha grabado ningún mensaje. Adiós.",
    "Hey, it's John, leave a message.",
    "Please state your name and the reason for your call.",
    "Your call cannot be completed as dialed.",
    "Thank you for calling. Our office is currently closed.",
    "Este celular está programado para não receber chamadas.",
    "A pessoa com quem você está tentando falar não está disponível.",
    "Não foi possível completar sua ligação.",
    "Caixa postal cheia.",
    "Buzón lleno.",
    "El número marcado no ha sido asignado.",
    "El número 300 123 9155 no se encuentra disponible.",
    "3 0 0 1 2 3 9 1 5 5 no está disponible.",
    "La persona a la que usted llamó tiene un buzón de voz que no se ha configurado aún.",
    "Su saldo es insuficiente para realizar esta llamada.",
    "For English, press 1. Para español, oprima el número dos.",
    "Su llamada es muy importante para nosotros, permanezca en la línea.",
    "Déjame un mensaje.",
    "Leave a message.",
    "This mailbox has not been set up yet.",
    "We're sorry, you have reached a number that has been disconnected or is no longer in service.",
    "The person you're calling cannot accept calls at this time. Goodbye.",
    "Olá, esta é a caixa postal de Ana.",
    "Sua mensagem foi gravada. Obrigado.",
    "Hola, deja tu nombre y número y te devuelvo la llamada.",
    "Este buzón de voz no está habilitado.",
    "Escuche, está grabando. Al finalizar presione numeral.",
    "Si está satisfecho con su mensaje, marque uno.",
    "You may start recording now.",
    "Please hold while we try to connect you.",
    "Este número de telefone encontra-se desligado ou fora da área de cobertura.",
    "Deixa um recado que eu retorno.",
    "Tuuu, tuuu, tuuu",
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
    "Biiip. Bip.",
    "Piii",
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
    "¿Esto es un contestador?",
    "¿Quiere que le deje un mensaje?",
    "La persona con la que quiere hablar no está disponible, ¿quién la llama?",
    "El número que usted marcó no es, está equivocado.",
    "Me salió el buzón de voz de ustedes.",
    "Me dijeron que marque 1 para hablar con un asesor.",
    "Gracias por llamar, pero no me vuelva a marcar.",
    "She can't come to the phone, can I take a message?",
    "Deixe um recado comigo que eu passo pra ele.",
    "Ese número no existe, creo que se equivocó.",
    "Estoy en una reunión, deje su mensaje con mi secretaria.",
    "No tengo saldo para devolver la llamada.",
    "Mi teléfono no funciona bien, llámeme más tarde.",
    "Espere en línea, por favor, ya se lo paso.",
    "El celular estuvo fuera de servicio ayer, dígame.",
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


@pytest.mark.parametrize(
    "turns",
    [
        ["Hola, soy Ana.", "Deja tu mensaje después del tono."],
        ["Te has comunicado con Ana Paz.", "...", "Deja tu mensaje.", "Gracias."],
        ["El número que usted marcó", "no se encuentra disponible en este momento."],
        ["You've reached Ana.", "Please leave a message after the beep.", "Thank you."],
        ["Hi, if you record your name and reason for calling, I'll see if they are here.", "Thanks, stay on the line."],
        ["Di tu nombre y por qué llamas.", "Gracias, mantente en la línea."],
    ],
)
def test_a_greeting_that_was_cut_into_turns_is_nobody(turns: list[str]) -> None:
    assert not speaks(turns)
    assert speaks([*turns, "¿Aló?"])


def test_what_may_be_a_part_of_a_greeting_is_a_person_where_there_is_none() -> None:
    assert speaks(["Hola, soy Ana."])
    assert speaks(["Gracias."])
    assert speaks(["Please hold."])
    assert speaks(["Te has comunicado con Ana Paz.", "..."])


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


@given(st.lists(st.text() | st.sampled_from([*GREETINGS, *PEOPLE])), st.sampled_from(SILENCES))
def test_a_turn_without_a_word_changes_nothing_whatever_else_was_said(turns: list[str], silence: str) -> None:
    assert speaks([*turns, silence]) is speaks(turns)
