"""Whether a person's message asks not to be written to any more, or to be written to again (contract §2). Pure.

Only the whole message counts, not a word in it: "no puedo parar de pensarlo" asks for nothing. Case, accents,
punctuation and emoji do not matter, nor does a polite word around it ("BAJA por favor").
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from .text import fold

OPT_OUT_WORDS = frozenset(
    (
        "stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "optout", "opt out", "revoke",
        "remove me", "remove me from the list", "take me off", "take me off the list", "do not contact",
        "do not contact me", "don t contact me", "dont contact me", "stop messaging me", "stop texting me",
        "stop sending messages", "no more messages", "leave me alone",
        "baja", "baja definitiva", "alto", "parar", "para", "pare", "paren", "cancelar", "cancelen", "salir",
        "detener", "basta", "no mas", "eliminar", "borrarme", "borrenme", "eliminenme", "quitenme",
        "saquenme", "quitenme de la lista", "saquenme de la lista", "desuscribir", "desuscribirme",
        "cancelar suscripcion", "cancelar la suscripcion", "darme de baja", "dar de baja", "dame de baja",
        "denme de baja", "deme de baja", "quiero darme de baja", "quiero la baja", "solicito la baja",
        "solicito mi baja", "denme la baja", "no escribir", "no molestar", "no me molesten", "no me escriban",
        "no me escriban mas", "no me escribas", "no me escribas mas", "no me contacten", "no me contacten mas",
        "no me llamen", "no me llamen mas", "no me manden mensajes", "no me manden mas mensajes", "no envien mas",
        "no envien mas mensajes", "no me envien mensajes", "no me envien mas mensajes", "no quiero mensajes",
        "no quiero mas mensajes", "no quiero recibir mensajes", "no quiero recibir mas mensajes",
        "no deseo mensajes", "no deseo recibir mensajes", "no deseo recibir mas mensajes", "no mas mensajes",
        "dejen de escribirme", "deja de escribirme", "paren de escribirme", "para de escribirme",
        "sair", "quero sair", "descadastrar", "descadastre", "remover", "me remova", "me tire da lista", "parem",
        "cancele", "cancelem", "nao quero", "nao quero mais", "nao quero mais mensagens", "nao quero receber mensagens",
        "nao quero receber mais mensagens", "chega", "pare de me escrever", "parem de me escrever",
        "nao me escreva", "nao me escrevam", "nao me envie mais mensagens", "nao me mande mais mensagens",
    )
)  # fmt: skip
OPT_IN_WORDS = frozenset(
    ("start", "unstop", "yes start", "subscribe", "alta", "darme de alta", "dar de alta", "dame de alta", "iniciar",
     "reanudar", "volver", "comenzar", "voltar", "quero receber", "quiero recibir")
)  # fmt: skip
_POLITE = (
    "por favor", "porfavor", "porfa", "gracias", "muchas gracias", "hola", "buenas", "buenos dias", "buenas tardes",
    "please", "thanks", "thank you", "hi", "hello", "obrigado", "obrigada", "ola", "favor", "ya",
)  # fmt: skip


def wish(body: str, opt_out_words: Iterable[str] = (), opt_in_words: Iterable[str] = ()) -> Literal["out", "in", ""]:
    """What the whole message asks for; the words that are given are added to the built-in ones. Out wins over in."""
    text = fold(body)
    for one, built_in, added in (("out", OPT_OUT_WORDS, opt_out_words), ("in", OPT_IN_WORDS, opt_in_words)):
        words = _folded_words(built_in, tuple(added))
        if text in words or _without_politeness(text) in words:
            return "out" if one == "out" else "in"
    return ""


@lru_cache(64)  # the same for every message of a tick
def _folded_words(built_in: frozenset[str], added: tuple[str, ...]) -> frozenset[str]:
    return frozenset(fold(word) for word in (*built_in, *added))


def _without_politeness(text: str) -> str:
    while True:
        shorter = text
        for words in _POLITE:
            shorter = shorter.removeprefix(f"{words} ").removesuffix(f" {words}")
        if shorter == text:
            return text
        text = shorter
