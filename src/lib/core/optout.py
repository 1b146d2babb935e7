"""Whether a person's message asks not to be written to any more, or to be written to again (contract §2). Pure.

Only the whole message counts, not a word in it: "no puedo parar de pensarlo" asks for nothing. Case, accents,
punctuation and emoji do not matter, nor does a polite word around it ("BAJA por favor").
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Literal

from .text import fold

OPT_OUT_WORDS = frozenset(
    (
        "stop", "stopall", "stop all", "unsubscribe", "unsubscribe me", "cancel", "end", "quit", "optout", "opt out",
        "opt me out", "revoke", "leave me alone", "no more", "do not contact", "remove",
        "unsub", "unsuscribe", "unsubcribe",
        "baja", "baja definitiva", "alto", "parar", "para", "pare", "paren", "cancelar", "cancelen", "salir",
        "detener", "basta", "no mas", "nomas", "eliminar", "borrarme", "desuscribir", "desuscribirme", "desuscribirse",
        "desuscribanme", "desuscribeme", "desinscribir", "desinscribirme", "no escribir", "borrar", "quitar",
        "no envien mas", "detente", "detengase", "detenganse",
        "sair", "quero sair", "descadastrar", "descadastre", "remover", "parem", "cancele", "cancelem", "nao quero",
        "nao quero mais", "chega",
    )
)  # fmt: skip
OPT_IN_WORDS = frozenset(
    ("start", "unstop", "yes start", "subscribe", "opt in", "optin", "alta", "darme de alta", "dar de alta",
     "dame de alta", "denme de alta", "iniciar", "reanudar", "reactivar", "volver", "comenzar", "suscribir",
     "suscribirme", "quiero recibir", "voltar", "quero receber")
)  # fmt: skip
# The same wishes as sentences, as `fold` writes them: a form a line.
_OUT_SENTENCES = """
    (stop|no more) (it|sms|texts?|whatsapps?|messages)
    stop (messaging|texting|contacting|calling|writing( to)?)( me)?
    stop (sending|writing)( me)?( any)?( more)? (texts|messages)
    (do not|don t|dont|never) (contact|text|message|write|write to|call) me( again| any ?more)?
    (do not|don t|dont) (contact|text|message)( again| any ?more)?
    remove me( from (the|your|this) list)?
    take me off( (the|your|this) list)?
    do not (call|disturb)
    (delete|remove|lose) my (number|phone|contact|data)( from (the|your) list)?
    unsubscribe( me)? from (the|your|this) list
    no me (escrib|contact|molest|llam|habl)(a|an|as|e|en|es)( nunca)?( mas)?
    (no me interesa|no estoy interesad[oa]) (baja|no me (escrib|contact|molest|llam|habl)(a|an|as|e|en|es)( mas)?)
    no escriba[ns]?( nunca)?( mas)?
    no autorizo que me (escriban|contacten|molesten|llamen|(manden|envien)( mas)? mensajes)
    no me vuelva[ns]? a (escribir|contactar|molestar|llamar)( nunca)?( mas)?
    no vuelva[ns]? a (escribir|contactar|molestar|llamar)me( nunca)?( mas)?
    no (me )?(manden?|mandes|envien?|envies)( mas)? (mensajes|whatsapps?)
    no (quiero|deseo) que me (escriban|contacten|molesten|llamen)( mas)?
    no (quiero|deseo)( recibir)?( mas)? mensajes( mas)?
    no mas (mensajes|llamadas|whatsapps?|sms)
    (nunca mas|ya nunca) me (escriban?|contacten?|molesten?|llamen?)
    no (me )?(manden?|mandar|envien?|enviar) mas( (mensajes|whatsapps?))?
    ((quiero|deseo|quisiera|necesito) )?dejar de recibir (mensajes|whatsapps?|promociones|publicidad)
    (yo )?me doy de baja
    (deje|deja|dejen|pare|para|paren) de (molestar|escribir|molestarme|escribirme|contactarme|llamarme)
    (deje|deja|dejen|pare|para|paren) de (mandar|enviar)(me)?( mas)? mensajes
    (quiten|quite|quita|saquen|saque|saca|retiren|retire|retira)me( de (la|su|tu|esta) (lista|base|base de datos))?
    (borren|borre|borra|eliminen|elimine|elimina)me( de (la|su|tu|esta) (lista|base|base de datos))?
    (borr|elimin)(ar|en?|a) mis datos( personales)?( de (la|su) (lista|base|base de datos))?
    (borr(ar|en?|a)|elimin(ar|en?|a)|quit(ar|en?|a)) mi (numero|telefono|contacto)( de (la|su) lista)?
    no (molest|contact)(ar|en?|es)( mas)?
    (quitar|sacar|borrar|eliminar|excluir)(me)? de (la|su|esta) lista
    exclu(ya|yan|ye)me( de (la|su) (lista|base|base de datos))?
    (salir|baja) de( (la|su|esta))? lista
    (quiero|solicito|pido|deseo|denme|deme|dame) (la|mi|una) baja
    (me )?((quiero|quisiera|deseo|necesito|solicito) )?dar(me|nos)? de baja
    (dame|denme|deme|den|(quiero|solicito) que me den) de baja
    (cancelar|cancela|cancelen?|anular|anulen?)( (la|mi|a|minha))? (suscripcion|inscripcion|inscricao|assinatura)
    (detener|parar|cancelar|stop)( los| las| as)? (mensajes|mensagens|promociones|promocoes|promotions|marketing)
    no (quiero |deseo )?recibir (mas|nada)( mas)?( (mensajes|whatsapps?|promociones|publicidad))?( de (ustedes|usted))?
    no( me)? (manden?|mandes|envien?|envies) nada( mas)?
    no volver a (escribir|contactar|molestar|llamar)(me)?( mas)?
    nao me (escrevam?|mandem?|enviem?|contatem?|liguem?|incomodem?)( mais)?( mensage(m|ns))?
    nao quero( mais)?( receber)?( mais)? mensage(m|ns)
    (pare|parem) de mandar( mais)? mensage(m|ns)
    (pare|parem|para) de me (escrever|contatar|ligar|incomodar|(mandar|enviar)( mais)? mensage(m|ns))
    me (tira|tire|tirem|remova|remove|removam) d(a|essa|esta|sua) lista
    me remov(a|e)
    nao (mandem?|mandar|enviem?|enviar)( mais( mensage(m|ns))?| mensage(m|ns))
    (pare|parem|para) de enviar( mais)? mensage(m|ns)
    (me exclu(a|am|i)|exclu(a|am|ir) (o )?meu (numero|contato))( da (sua )?lista)?
    (remover|sair) da lista
"""
_POLITE = (
    "por favor", "porfavor", "porfa", "xfa", "x favor", "xfavor", "favor", "gracias", "muchas gracias", "hola",
    "buenas", "buen dia", "buenos dias", "buenas tardes", "buenas noches", "ya", "pero", "no gracias",
    "please", "pls", "plz", "thanks", "thank you", "thank you very much", "hi", "hello", "hey", "good morning",
    "good afternoon", "good evening", "now", "no thanks", "no thank you", "not interested", "i m not interested",
    "obrigado", "obrigada", "muito obrigado", "muito obrigada", "ola", "oi", "bom dia", "boa tarde", "boa noite",
    "nao obrigado", "nao obrigada", "nao tenho interesse",
)  # fmt: skip
_POLITE_LONGEST_FIRST = sorted(_POLITE, key=len, reverse=True)
_POLITE_STARTS, _POLITE_ENDS = tuple(f"{words} " for words in _POLITE), tuple(f" {words}" for words in _POLITE)


def wish(body: str, opt_out_words: Iterable[str] = (), opt_in_words: Iterable[str] = ()) -> Literal["out", "in", ""]:
    """What the whole message asks for; the words that are given are added to the built-in ones. Out wins over in."""
    text = fold(body)
    whole = {text or _marks(body), *(_once(each) for each in (text, _without_politeness(text)))}
    if whole & _folded_words(OPT_OUT_WORDS, tuple(opt_out_words)) or any(map(_sentence().fullmatch, whole)):
        return "out"
    return "in" if whole & _folded_words(OPT_IN_WORDS, tuple(opt_in_words)) else ""


def _marks(text: str) -> str:
    """A message without a letter or a digit: its emoji and marks, which a shop may have among its words."""
    return "".join(char for char in text if not char.isspace() and char != "\N{VARIATION SELECTOR-16}")


@cache  # when first asked for: every cold start would pay for it
def _sentence() -> re.Pattern[str]:
    return re.compile("|".join(_OUT_SENTENCES.split("\n")[1:-1]).replace("    ", ""))


@lru_cache(64)  # the same for every message of a tick
def _folded_words(built_in: frozenset[str], added: tuple[str, ...]) -> frozenset[str]:
    return frozenset(fold(word) or _marks(word) for word in (*built_in, *added)) - {""}


def _once(text: str) -> str:
    """What is said again and again, once: `baja baja` → `baja`; and a word in single letters together: `s t o p`."""
    words = text.split()
    if len(words) > 2 and all(len(word) == 1 for word in words):
        return "".join(words)
    return words[0] if len(set(words)) == 1 else text


def _without_politeness(text: str) -> str:
    """The longest first, each time anew: `baja por favor gracias` ends in `por favor`, and not in `favor`."""
    while text.startswith(_POLITE_STARTS) or text.endswith(_POLITE_ENDS):
        text = next(filter(text.__ne__, _each_left_out(text)))
    return text


def _each_left_out(text: str) -> Iterator[str]:
    return (text.removeprefix(f"{words} ").removesuffix(f" {words}") for words in _POLITE_LONGEST_FIRST)
