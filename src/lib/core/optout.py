"""Whether a person's message asks not to be written to any more, or to be written to again (contract §2). Pure.

Only the whole message counts, not a word in it: "no puedo parar de pensarlo" asks for nothing. Case, accents,
punctuation and emoji do not matter, nor does a polite word around it ("BAJA por favor").
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

OPT_OUT_WORDS = frozenset(
    (
        "stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "opt out", "revoke", "remove me",
        "baja", "alto", "parar", "para", "pare", "paren", "cancelar", "salir", "detener", "basta", "no mas", "no más",
        "darme de baja", "dar de baja", "dame de baja", "denme de baja", "deme de baja", "quiero darme de baja",
        "no me escriban", "no me escriban mas", "no me escribas", "no me escribas mas", "no escribir", "no molestar",
        "no quiero mensajes", "no quiero mas mensajes", "no mas mensajes", "eliminar", "borrarme", "desuscribir",
        "desuscribirme", "dejen de escribirme", "deja de escribirme",
        "sair", "descadastrar", "remover", "nao quero", "nao quero mais", "nao quero mais mensagens", "chega",
        "pare de me escrever", "nao me escreva", "nao me escrevam",
        "do not contact", "do not contact me", "don t contact me", "stop messaging me", "no more messages",
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
    text = folded(body)
    for one, built_in, added in (("out", OPT_OUT_WORDS, opt_out_words), ("in", OPT_IN_WORDS, opt_in_words)):
        words = _folded_words(built_in, tuple(added))
        if text in words or _without_politeness(text) in words:
            return "out" if one == "out" else "in"
    return ""


def folded(text: str) -> str:
    """Lower case, without accents, punctuation, emoji and surplus blanks: `¡BÁJA!! 🙏` → `baja`."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = (char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return " ".join("".join(kept).split())


@lru_cache(64)  # the same for every message of a tick
def _folded_words(built_in: frozenset[str], added: tuple[str, ...]) -> frozenset[str]:
    return frozenset(folded(word) for word in (*built_in, *added))


def _without_politeness(text: str) -> str:
    while True:
        shorter = text
        for words in _POLITE:
            shorter = shorter.removeprefix(f"{words} ").removesuffix(f" {words}")
        if shorter == text:
            return text
        text = shorter
