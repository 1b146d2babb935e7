"""A wish not to be written to is the whole message, whatever its case, accents and punctuation (contract §2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.optout import OPT_IN_WORDS, OPT_OUT_WORDS, wish
from lib.core.text import fold


@pytest.mark.parametrize(
    "body",
    ["STOP", "Baja", "¡BAJA!", "bája 🙏", "ALTO.", "parar", "Cancelar", "NO MÁS", "no mas!!", "SAIR", "Unsubscribe",
     " stop \n", "BAJA por favor", "Hola, baja, gracias", "Ｓｔｏｐ", "Não quero mais", "*BAJA*", "“stop”",
     "Ya no me escriban más, por favor", "No deseo recibir más mensajes", "Sáquenme de la lista", "Solicito mi baja",
     "Hola, cancelar suscripción", "Quero sair", "Parem de me escrever!", "Não quero receber mensagens", "Stop all",
     "Please stop texting me", "Don't contact me", "Take me off the list.", "BAJA BAJA", "stop, STOP, stop!",
     "Buenas noches, baja", "Bom dia, sair", "STOP NOW pls", "S.T.O.P.", "BA\u200bJA", "\u200eBaja\u200e", "nomás",
     "Please remove me from your list", "Do not text me again", "Stop sending me messages", "Unsubscribe me",
     "No me escriba más", "No vuelvan a escribirme", "No quiero que me escriban", "Me quiero dar de baja",
     "Bórrenme de su lista", "Dejen de mandarme mensajes", "Baja de la lista", "Cancelar mi suscripción",
     "Não me escreva mais", "Pare de me mandar mensagens", "Me tira da lista", "Cancelar inscrição",
     "BAJA, por favor. Gracias.", "Hola, buenas tardes. Baja por favor, muchas gracias", "STOP please, thank you",
     "Hola por favor no me escriban más, x favor gracias", "Stop promotions", "Detener promociones",
     "Parar promoções", "No recibir más", "No quiero recibir más mensajes de ustedes", "No me envíen nada más",
     "Não me mande mensagem", "Pare de me mandar mensagem", "No volver a contactarme",
     "Borren mi número, por favor", "Eliminar mi teléfono de su lista", "No molesten más por favor", "REMOVE",
     "No gracias, baja", "Gracias, pero no me escriban más", "No me interesa, no me escriban más", "No escriban más",
     "Not interested, stop", "No me hablen más", "Retírenme de su base de datos", "Eliminen mis datos", "Den de baja",
     "No autorizo que me escriban", "Anular suscripción", "Cancelar mensajes", "Deténganse", "Unsuscribe", "unsub",
     "Do not text", "Não, obrigado. Sair", "Pare de mandar mensagem", "Me remove da lista",
     "No más WhatsApps", "No más llamadas", "Nunca más me escriban", "No manden más", "No enviar más mensajes",
     "Quiero dejar de recibir mensajes", "Me doy de baja", "Quitar de la lista", "Exclúyanme", "Do not disturb",
     "Delete my number", "Não mandem mais mensagens", "Não envie mais", "Pare de enviar mensagens",
     "Me exclua da lista"],
)  # fmt: skip
def test_a_wish_to_be_left_alone_is_understood(body: str) -> None:
    assert wish(body) == "out"


@pytest.mark.parametrize(
    "body",
    ["no puedo parar de pensarlo", "¿Cuánto cuesta parar el servicio?", "la baja de precios me interesa", "", "👍",
     "por favor", "gracias", "stop it with the price, tell me more",
     "no más por ahora, ¿qué precio tiene?", "cancelar la cita del lunes",
     "no me llamen hoy, mejor mañana", "quiero recibir mensajes", "sáquenme una duda", "no quero perder a oferta",
     "quiero cancelar mi cita", "sí sí", "no, no, no", "ya ya", "dejen de subir el precio", "baja un poco el precio",
     "alto, pero bueno", "No quiero que me llamen mañana", "take me", "call me", "stop the car", "me tire uma dúvida",
     "por favor gracias", "hola, gracias por favor", "no recibí más", "no recibir más llamadas del banco",
     "hola " * 2000, "no gracias", "No me interesa", "no thanks", "pero", "no me hables de precios",
     "cancelar la orden",
     "no más llamadas por hoy", "no envíe más de tres", "quiero dejar de fumar", "no mande", "quitar de la cuenta",
     "nunca más me escribieron", "delete my order", "do not call before nine",
     "no me interesa cancelar", "anular la cita", "eliminen el cobro", "no escriban el precio"],
)  # fmt: skip
def test_a_word_inside_a_message_is_no_wish(body: str) -> None:
    assert wish(body) == ""


@pytest.mark.parametrize("body", ["ALTA", "start", "Unstop", "¡Alta, por favor!", "Voltar"])
def test_a_wish_to_be_written_to_again_is_understood(body: str) -> None:
    assert wish(body) == "in"


def test_the_shops_own_words_are_added_and_out_wins() -> None:
    assert wish("Ya no", opt_out_words=["ya no"]) == "out"
    assert wish("STOP", opt_in_words=["stop"]) == "out"
    assert wish("De vuelta", opt_in_words=["de vuelta"]) == "in"


@pytest.mark.parametrize("word", ["🛑", "👎👎", "!!!", "¡"])
def test_a_shops_own_word_without_a_letter_is_that_mark_and_no_other_message_without_letters(word: str) -> None:
    assert wish(f" {word}\n", opt_out_words=[word]) == "out"
    assert [wish(body, opt_out_words=[word]) for body in ("", "👍", "?", "hola", "gracias")] == [""] * 5


@given(st.sampled_from(sorted(OPT_OUT_WORDS)), st.sampled_from(("", "!", "...", " 🙏", "\n")), st.booleans())
def test_every_word_is_understood_however_it_is_written(word: str, after: str, is_loud: bool) -> None:
    assert wish((word.upper() if is_loud else word) + after) == "out"


@given(st.text(max_size=200))
def test_any_text_is_judged_without_an_error(text: str) -> None:
    assert wish(text) in ("", "in", "out")
    assert fold(fold(text)) == fold(text)


def test_no_word_means_both() -> None:
    assert not {fold(word) for word in OPT_OUT_WORDS} & {fold(word) for word in OPT_IN_WORDS}
