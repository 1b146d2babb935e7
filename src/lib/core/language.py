"""The language a person is written to in (contract §2). Pure."""

from functools import lru_cache

from .call import Call, Conversation
from .policy import AUTO, LANGUAGES
from .text import fold

_CODES = {
    **dict.fromkeys(("es", "spa", "esp", "eses", "esmx", "esco"), "es"),
    **dict.fromkeys(("en", "eng", "enus", "engb"), "en"),
    **dict.fromkeys(("pt", "por", "ptb", "ptbr", "ptpt"), "pt"),
}
_NAMES = {
    **dict.fromkeys(("espanol", "spanish", "castellano", "castilian", "espanhol", "castelhano", "espanola"), "es"),
    **dict.fromkeys(("espagnol", "spanisch", "spagnolo"), "es"),
    **dict.fromkeys(("english", "ingles", "inglesa", "anglais", "englisch", "inglese"), "en"),
    **dict.fromkeys(
        ("portugues", "portuguese", "portuguesa", "brasileiro", "brasileira", "brasileno", "brazilian"), "pt"
    ),
    **dict.fromkeys(("portugais", "portugiesisch", "portoghese"), "pt"),
}


def code_of(wanted: str) -> str:
    """`es`, `en` or `pt` for a code (`es-419`, `pt_BR`, `eng`) or a name (`Spanish (Mexico)`, `inglés`); else ""."""
    return _code_of(wanted[:100]) if wanted else ""


@lru_cache(256)  # a batch of thousands has a few
def _code_of(wanted: str) -> str:
    words = fold(wanted).split()
    named = next((_NAMES[word] for word in words if word in _NAMES), "")  # "en español" starts with no code
    return named or _CODES.get(words[0] if words else "", "")


def language_of(call: Call, conversation: Conversation | None, setting: str) -> str:
    """The recipient's own when we write it, else the setting's; `auto` is the conversation's, else Spanish."""
    own = code_of(call.language)
    if own:
        return own
    if setting == AUTO:
        setting = code_of(conversation.main_language) if conversation else ""
    return setting if setting in LANGUAGES else LANGUAGES[0]
