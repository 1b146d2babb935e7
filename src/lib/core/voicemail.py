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
    *("deje su mensaje", "deja tu mensaje", "deje un mensaje", "deja un mensaje"),  # a, b
    *("deje su nombre", "deja tu nombre"),  # a, b
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
_CALLED_ES = r"(marc(o|ado|ada|aste)|discad[oa]|llama(s|do|da|ndo|r)?|solicitado|comunicar(se|te)|hablar)"
_GONE_ES = (
    r"(no (esta|se encuentra|tiene)[a-z ]{0,30} (disponible|en servicio|activ[oa]|asignado|habilitad[oa])"
    r"|no (existe|responde|contesta|corresponde|tiene saldo|puede (recibir|atender|contestar|responder))"
    r"|apagad[oa]|fuera del?|suspendid[oa]|ha sido cambiado|restringid[oa])"
)
_CALLED_EN = r"you (ve |have |are |re )?(just |trying to )?(dial|call|reach)"
_GONE_EN = (
    r"(not (available|in service|accepting|reachable|been set up)|unavailable|no longer in|is full"
    r"|(disconnect|switch)ed)"
)
_CALLED_PT = r"(lig(ou|ando)|chamad[oa]|chamou|discad[oa]|discou|falar)"
_GONE_PT = (
    r"(nao (esta (disponivel|em servico|recebendo)|existe|atende|recebe|pode atender)|indisponivel|desligad[oa]"
    r"|fora d[ae])"
)
_BOX_ES = r"(buzon|casilla|correo de voz|contestador)"
_LINE_ES = r"(numero|telefono|celular|movil)"
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
    rf"\bal (finalizar|terminar) {_KEY_ES}\b|\bsatisfech[oa] con (su|tu) mensaje\b",  # b
    rf"\bdej[ae](me|nos)?( su| tu| un| el)? (recado|mensaje)\b{_ON}\b{_LATER_ES}",  # a
    r"\bdej[ae](nos)? (sus|tus) datos\b|\bdej[ae] (su|tu) recado\b",  # a
    r"\b(transferid|desviad|redirigid|enviad)[oa] al? (un |su )?(buzon|correo|contestador|sistema)\b",  # b
    rf"\b(comunic(o|ado)|llamad[oa]|llamando|bienvenid[oa]|est[ea] es)( con| al?)?( el| la)? {_BOX_ES}\b",  # b, f
    r"\b(el|la|su|este) (buzon|casilla|correo)[a-z ]{0,40} (esta )?llen[oa]\b",  # f
    r"\b(has|ha|habeis) (llamado|comunicado)\b.{0,60}\bno (te |le |os )?(puedo|podemos|esta)\b",  # f
    r"\bno (puedo|podemos|puede|pueden) (atender|contestar|responder|tomar) (a )?(su|tu) llamada\b",  # b, f
    rf"\b{_LINE_ES} (que ha )?marcado (no ha sido asignado|se encuentra ocupado)\b",  # b, f
    rf"^((el |su |este )?({_LINE_ES}|linea)|[0-9])( [0-9 ]+| de telefono)? ({_GONE_ES}|(esta )?fuera de \w+)$",  # b, f
    rf"\b{_BOX_ES} (de [a-z ]{{1,30}} )?(que )?no (ha sido|se ha|esta) (configur|activ|habilit|inicializ)ad[oa]\b",  # f
    r"\b(no (tiene|cuenta con)|su) saldo (es )?(suficiente|insuficiente)\b",  # f
    r"\bpara [a-z ]{2,20} (oprima|presione|pulse|marque) (el |la )?(numero |tecla )?(\d|uno|dos|tres|cero)\b",  # f
    r"\b(su|tu) llamada es (muy )?importante para nosotros\b|\bgrabar su mensaje (marque|presione)",  # f
    r"\btiempo de grabacion (se )?(ha )?(terminado|agotado|agoto)\b|\bse agoto el tiempo de grabacion\b",  # f
    rf"\b(este|ese) {_LINE_ES} (no (recibe llam|puede recibir|existe)|tiene restring|esta prog)",  # f
    r"\bllamada no (puede|pudo|podra) ser (completada|conectada)\b|\bllamada por cobrar\b",  # f
    r"\btod[oa]s (nuestr[oa]s|las lineas|los circuitos) [a-z ]{0,40}\bocupad[oa]s\b",  # f
    rf"\bgracias por (llamar|comunicar(se|te))\b.{{0,120}}\b(horario|{_KEY_ES} (\w|uno|dos|cero|el|la|su)\b)",  # f
    r"\bsi (usted )?conoce [a-z ]{0,20}\bextension\b",  # f
    r"\b(di|diga|grab\w{1,2}|indique) (su|tu) nombre y (por que|el motivo|la razon)\b",  # c in Spanish, f
    r"\bfiltr(o|ado) de (llam|google)",  # f
    r"\bpara dejar (un |su |tu )?(mensaje|recado)\b.{0,40}\b(espere|hable|grabe|tono|senal)\b",  # f
    r"\besper[ea] (el|la|al) (tono|senal)\b|\b(usar|utilizar) el correo de voz\b",  # f
    r"\b(su|tu) mensaje ha sido\b|\bmensaje no grabado\b|\bgrabado ningun mensaje\b",  # f
    r"\bha marcado un numero\b|\bsistema automatico de (mensaj|correo|voz)",  # e, f
    r"\ble informa que (el|su) (numero|telefono|celular|movil|cliente|usuario)\b",  # e
    # English
    rf"\b(subscriber|customer|person|party|number)\b( \w+){{0,2}} {_CALLED_EN}{_ON}\b{_GONE_EN}\b",  # c, e
    r"\b(no ?one is|not) available to take\b|\bautomat(ic|ed) voice mess|\bvoice message system\b",  # c
    r"\bpress (pound|star|hash|zero|one|two|three|\d)\b[a-z ]{0,30} (for|to|or)\b",  # a, c
    rf"\bleave (me |us )?(a|your) (\w+ )?(message|name|number)\b{_ON}\b{_LATER_EN}\b",  # a, c
    rf"\bcan ?t (come|get) to the phone\b{_ON}\bmessage\b",  # c
    r"^(hey|hi|hello)\b.{0,60}\bleave (me |us )?a message\b|\bmailbox\b.{0,60}\b(is full|not accepting)\b",  # f
    r"\byour call (can ?not|can ?t|could not) be completed\b",  # c, f
    r"\bwhile we (try to )?(connect|transfer) (your call|you)\b|\byou may (start|begin) recording\b",  # c, f
    r"\bnumber you( ve| have)? (dialed|called) is busy\b|\b(customer|subscriber) (is not|isn t) available\b",  # f
    r"\bcustomer you( are|re) trying to\b|\ball( of)? our [a-z ]{0,30}\b(busy|assisting)\b",  # c, f
    r"\bthank you for calling\b.{0,120}\b(closed|press|hours|extension)\b",  # f
    r"\b(say|state) your name and (the reason|why)\b|\bhang up or press\b|\bto [a-z ]{3,40} press \d\b",  # c, f
    r"\bnot recorded anything\b|^message recorded\b|\bmailbox has not been set up\b",  # f
    r"\bnumber that( has| is)( been)? (disconnected|no longer)\b|\byour call is (very )?important to us\b",  # c, f
    r"\bperson you( are| re) calling (cannot|can ?t|is unable to) \w+\b.{0,30}\bcalls?\b",  # c
    # Portuguese
    r"\b(este|esse) (numero|telefone|celular)( de telefone)? nao (recebe (cham|liga)|existe)",  # d, f
    r"\b(este|esse) (numero|telefone|celular)( de telefone)? (esta|encontra se) (\w+ )?(indisp|desl|prog)",  # d, f
    r"\bvoce ligou para\b.{0,60}\bnao (posso|podemos|pode) (te |lhe )?atender\b",  # f
    r"\b(ligacao|chamada) nao p(o|u)de ser completada\b|\bchamada a cobrar\b",  # f
    r"\bpossivel completar (a |sua )?(ligacao|chamada)\b",  # f
    r"\btodos os nossos [a-z ]{0,30}\bocupados\b|\bpara [a-z ]{3,40} (digite|tecle|disque) (\d|um|dois|zero)\b",  # f
    r"\b(diga|grave|fale) (o )?seu nome e o motivo\b|\bcaixa postal (esta )?cheia\b|\bpara o corr(ei|e)o de voz\b",  # f
    rf"\b(numero|telefone|celular|cliente|assinante|pessoa)\b[a-z ]{{0,35}}\b{_CALLED_PT}\b{_ON}\b{_GONE_PT}\b",  # d, e
    r"\beste numero nao recebe\b|\bcaixa de correio\b|\bsecretaria eletronica d[aeo]\b",  # d
    r"\bdeix[ae]( o| a| um| uma| seu| sua)? (recado|mensagem)\b|\b(esta|essa) e a caixa postal\b",  # d
    r"\b(sua|tua) mensagem foi (gravada|enviada)\b|\bsua (ligacao|chamada) e (muito )?importante para nos\b",  # f
    r"\bsaldo (e )?insuficiente\b",  # f
)
_GREETING = re.compile("|".join((*map(re.escape, _GREETINGS), *_PATTERNS)))
_LEFT_A_MESSAGE = re.compile(r"\b(dej|grab|marqu|presion|oprim)é\b")  # "I left": without its accent it is "leave!"
# Who answers the phone tells of mailboxes, and offers to take a message.
_TELLS = re.compile(
    r"\b(me (salio|contesto|mando|entro|dijeron)|(pense|crei) que|de ustedes|estas? equivocad[oa]|tono de voz"
    r"|(se|te) equivoc\w+"
    r"|quiere[ns]? que (le|te) dej\w+|(mensaje|recado|mensagem) con?migo|tengo el buzon"
    r"|quien (l[aeo] |te )?(llama|habla)|mi (espos|herman|hij|mari|muj|mama|papa|jef|secre)\w*|take a message"
    r"|wrong (number|person)|numero errado)\b"
)
_BARE = frozenset(
    (
        *("buzon de voz", "correo de voz", "voicemail", "voice mail", "caixa postal", "correio de voz"),
        *("contestador automatico", "contestador", "mailbox full", "caixa postal cheia", "secretaria eletronica"),
        *("numero inexistente", "call failed", "buzon lleno", "casilla llena", "memoria llena", "mensaje de voz"),
        *("deja mensaje", "deje mensaje", "dejame un mensaje", "leave a message", "voice message"),
        "welcome to voicemail",
    )
)
_TRY_LATER = re.compile(
    r"(por favor )?intent[ea](lo)?( de nuevo| nuevamente)? mas tarde|(por favor )?tente( novamente)? mais tarde"
    r"|(please )?try (your call |calling )?again later"
)
# Parts of a greeting that a transcript cuts into turns: they count as its own beside a turn that is one.
_PARTS = re.compile(
    r"((hola|hi|hey|hello|oi|ola) )?(soy|habla|this is|it s|aqui e|you( ve| have) reached|(te|se) comunic(aste|o) con"
    r"|(te has|se ha|usted se ha) comunicado con|(has|ha) llamado a|voce ligou para)( [a-z]+){1,5}"
    r"|((muchas )?gracias |por favor )?(espere|mantente|mantengase|permane[a-z]+|quedate) en (la )?linea"
    r"|(thanks |thank you )?(please )?(stay on the line|hold)( [a-z ]{0,60}available)?"
    r"|(por favor )?(no (esta|se encuentra) disponible|is not available|nao esta disponivel)( [a-z]+){0,4}"
    r"|(muchas )?gracias|thank you|thanks|obrigad[oa]|goodbye|good bye|adios|bye"
)
_BEEPS = re.compile(r"(b[ie]{2,}p|bip|pi{2,}p?|tu{3,})( (b[ie]{2,}p|bip|pi{2,}p?|tu{3,}))*")
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
    is_greeted = may_be_part = False
    for turn in turns:
        if _is_silence(turn):
            continue
        if _is_greeting(turn):
            is_greeted = True
        elif _PARTS.fullmatch(fold(turn)):
            may_be_part = True
        else:
            return True
    return may_be_part and not is_greeted


def is_hinted(*texts: str) -> bool:
    """Whether a text about the conversation leaves open that a machine, or nobody, took part."""
    text = " ".join(texts).casefold()
    return any(map(text.__contains__, _HINTS))


def _is_silence(turn: str) -> bool:
    words = fold(_ASIDE.sub(" ", turn))
    return not words or words in _SOUNDS or _BEEPS.fullmatch(words) is not None


def _is_greeting(turn: str) -> bool:
    words = fold(_LEFT_A_MESSAGE.sub("", turn.casefold()))
    if words in _BARE or _TRY_LATER.fullmatch(words):
        return True
    return _GREETING.search(words) is not None and _TELLS.search(words) is None
