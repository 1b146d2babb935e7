"""What a machine says instead of a person: greetings of mailboxes, marks of silence (facts/elevenlabs.md §8). Pure.

A phrase counts only where nothing else was said (`speaks`): people mention mailboxes too.
"""

import re
from collections.abc import Iterable

from .text import fold

# Sentences that only a recording says, folded (`text.fold`). Letters: where they were met, facts/elevenlabs.md §8.
_GREETINGS = (
    # Spanish
    *("despues del tono", "despues de la senal", "despues del bip", "al oir la senal", "al oir el tono"),  # a, b
    *("deje su mensaje", "deja tu mensaje", "deje un mensaje", "deja un mensaje", "deje su nombre"),  # a, b
    *("grabe su mensaje", "graba tu mensaje", "grabe un mensaje", "la tecla gato", "la tecla numeral"),  # a, b
    *("buzon de voz de", "al buzon de", "con el buzon de", "buzon de mensajes", "sistema de correo de voz"),  # b
    *("tendra costo a partir de", "tiene costo a partir de", "el numero que usted marco"),  # b
    *("no puedo atender tu llamada", "no puedo atender su llamada", "no podemos atender su llamada"),  # b
    *("no puedo contestar tu llamada", "no puedo contestar su llamada"),  # b
    # English
    *("after the tone", "after the beep", "at the tone", "at the beep", "record your message"),  # a, c
    *("please leave a message", "leave your message", "leave me a message", "leave your name"),  # a, c
    *("automated voice messag", "voice messaging system", "forwarded to voicemail", "the voicemail of"),  # c
    *("reached the voice", "mailbox is full", "voice mailbox", "voicemail has not been set up"),  # c
    *("the person you are trying to reach", "person you are calling is", "the number you have dialed"),  # c
    *("can t take your call", "cannot take your call", "unable to take your call"),  # c
    *("record your name and reason for calling", "using a screening service"),  # c
    # Portuguese
    *("apos o sinal", "depois do sinal", "apos o bip", "apos o tom", "apos o toque"),  # d
    *("deixe seu recado", "deixe o seu recado", "deixe um recado", "deixe sua mensagem", "deixe a sua mensagem"),  # d
    *("deixe uma mensagem", "grave seu recado", "grave sua mensagem", "vamos entregar o seu recado"),  # d
    *("para a caixa postal", "caixa postal do", "a caixa de mensagens", "o numero chamado", "sujeita a cobranca"),  # d
    *("esta pessoa nao esta disponivel", "nao posso atender sua ligacao", "nao podemos atender sua ligacao"),  # d
)
_BARE = frozenset({"buzon de voz", "correo de voz", "voicemail", "voice mail", "caixa postal", "correio de voz"})
_SOUNDS = frozenset({"silence", "silencio", "inaudible", "inaudivel", "beep", "bip", "tono", "tone", "ruido", "noise"})
_ASIDE = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|\*[^*]*\*|<[^<>]*>"
)  # "(silence)", "[music]": what a transcript describes
# In a summary, a title or a reason of ending: cause to look into the transcript, and no more.
_HINTS = (
    *("buzo", "buzó", "correo de voz", "correio de voz", "contestador", "caixa postal", "secretária eletr"),
    *("voicemail", "voice mail", "mailbox", "answering machine", "screening"),
    *("silen", "no respond", "not respond", "n't respond", "não respond", "no contest", "unresponsive", "no response"),
)


def speaks(turns: Iterable[str]) -> bool:
    """Whether any of the turns that a transcript gives to the person is a person's."""
    return any(not _is_silence(turn) and not _is_greeting(turn) for turn in turns)


def is_hinted(*texts: str) -> bool:
    """Whether a text about the conversation leaves open that a machine, or nobody, took part."""
    text = " ".join(texts).casefold()
    return any(map(text.__contains__, _HINTS))


def _is_silence(turn: str) -> bool:
    words = fold(_ASIDE.sub(" ", turn))
    return not words or words in _SOUNDS


def _is_greeting(turn: str) -> bool:
    words = fold(turn)
    return words in _BARE or any(phrase in words for phrase in _GREETINGS)
