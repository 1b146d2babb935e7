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
# What carriers and mailboxes say in many wordings, folded as well: that who was called cannot be had, which key to
# press, that a message is welcome and will be answered. Letters as above; e: facts/elevenlabs.md §8.
_ON = ".{0,150}"  # the rest of a sentence or two
_CALLED_ES = r"(marc(o|ado|ada|aste)|llama(s|do|da|ndo)?|solicitado)"
_GONE_ES = (
    r"(no (esta|se encuentra|tiene)[a-z ]{0,30} (disponible|en servicio|activ[oa]|asignado|habilitad[oa])"
    r"|no (existe|responde|contesta|corresponde)|apagad[oa]|fuera del?|suspendid[oa])"
)
_CALLED_EN = r"you (ve |have |are |re )?(just |trying to )?(dial|call|reach)"
_GONE_EN = (
    r"(not (available|in service|accepting|reachable|been set up)|unavailable|no longer in|(disconnect|switch)ed)"
)
_CALLED_PT = r"(lig(ou|ando)|chamad[oa]|chamou|discad[oa]|discou)"
_GONE_PT = r"(nao (esta (disponivel|em servico|recebendo)|existe|atende|recebe)|indisponivel|desligad[oa]|fora d[ae])"
_KEY_ES = r"(marque|presione|pulse|oprima|digite)"
_LATER_ES = r"(te llam|te devol|te devuel|le llam|le devol|lo antes posible|en cuanto|cuanto antes)"
_LATER_EN = r"(get back to|call you back|return your|as soon as)"
_PATTERNS = (
    # Spanish
    rf"\b(numero|telefono|celular|movil|cliente|persona)\b[a-z ]{{0,25}}\b{_CALLED_ES}\b{_ON}\b{_GONE_ES}\b",  # b, e
    rf"\b(usuario|abonado|suscriptor)\b{_ON}\b{_GONE_ES}\b",  # b, e
    rf"\b{_KEY_ES} (el |la )?(\w+ ){{1,3}}(para|si desea)\b",  # b
    rf"\b(dejar|grabar) (un|su|tu) (mensaje|recado)[a-z ]{{0,40}} {_KEY_ES}\b",  # b
    r"\bal (finalizar|terminar)( de grabar)? (su|tu|el) mensaje\b",  # b
    rf"\bdej[ae](me|nos)?( su| tu| un| el)? (recado|mensaje)\b{_ON}\b{_LATER_ES}",  # a
    r"\bdej[ae](nos)? (sus|tus) datos\b|\bdej[ae] (su|tu) recado\b",  # a
    r"\b(transferid|desviad|redirigid|enviad)[oa] al? (un |su )?(buzon|correo|contestador|sistema)\b",  # b
    r"\ble informa que (el|su) (numero|telefono|celular|movil|cliente|usuario)\b",  # e
    # English
    rf"\b(subscriber|customer|person|party|number)\b( \w+){{0,2}} {_CALLED_EN}{_ON}\b{_GONE_EN}\b",  # c, e
    r"\b(no ?one is|not) available to take\b|\bautomat(ic|ed) voice mess|\bvoice message system\b",  # c
    r"\bpress (pound|star|hash|zero|one|two|three|\d)\b[a-z ]{0,30} (for|to|or)\b",  # a, c
    rf"\bleave (me |us )?(a|your) (\w+ )?(message|name|number)\b{_ON}\b{_LATER_EN}\b",  # a, c
    rf"\bcan ?t (come|get) to the phone\b{_ON}\bmessage\b",  # c
    # Portuguese
    rf"\b(numero|telefone|celular|cliente|assinante|pessoa)\b[a-z ]{{0,25}}\b{_CALLED_PT}\b{_ON}\b{_GONE_PT}\b",  # d, e
    r"\beste numero nao recebe\b|\bcaixa de correio\b|\bsecretaria eletronica d[aeo]\b",  # d
    r"\bdeixe( o| a| seu| sua)? (recado|mensagem)\b",  # d
)
_GREETING = re.compile("|".join((*map(re.escape, _GREETINGS), *_PATTERNS)))
_LEFT_A_MESSAGE = re.compile(r"\b(dej|grab)é\b")  # "I left": without its accent it is the mailbox's "leave"
_BARE = frozenset({"buzon de voz", "correo de voz", "voicemail", "voice mail", "caixa postal", "correio de voz"})
_SOUNDS = frozenset({"silence", "silencio", "inaudible", "inaudivel", "beep", "bip", "tono", "tone", "ruido", "noise"})
# "(silence)", "[music]": what a transcript describes.
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\*[^*]*\*|<[^<>]*>")
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
    words = fold(_LEFT_A_MESSAGE.sub("", turn.casefold()))
    return words in _BARE or _GREETING.search(words) is not None
