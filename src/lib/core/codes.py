"""Twilio's error codes as one table: whom or what each one is about (facts/twilio.md §3). Pure.

A code comes with a refused create (HTTP 4xx, nothing was created) or stands on a message that was accepted and failed
later. The class says what to do in both cases. Codes get split and added without notice: an unknown one is UNEXPLAINED.
"""

from dataclasses import dataclass
from enum import Enum

SENDER, SMS_SENDER, EMAIL_SENDER = "TWILIO_WHATSAPP_NUMBER", "TWILIO_SMS_NUMBER", "EMAIL_FROM"
SENDER_OF = {"whatsapp": SENDER, "sms": SMS_SENDER, "email": EMAIL_SENDER}
SERVICE, TEMPLATES, ACCOUNT_SID = "TWILIO_MESSAGING_SERVICE_SID", "SETTINGS.content_sids", "TWILIO_ACCOUNT_SID"
EMAIL_IDENTITY = "EmailIdentity"  # of template.yaml
KEYS = "TWILIO_AUTH_TOKEN / TWILIO_API_KEY_SECRET"
HOUR_SECONDS = 3600
FIRST_OF_TWILIO = 1000


class About(Enum):
    """Whom or what a code is about."""

    PERSON = "person"  # final: this person is not to be, or cannot be, written to
    CHANNEL = "channel"  # final here: another channel may reach the person
    MESSAGE = "message"  # final: this text or this request
    PARAMETER = "parameter"  # somebody fixes `Code.parameter`, then the same message may be sent
    ACCOUNT = "account"  # the account or its key: nobody gets anything until it is fixed
    LATER = "later"  # time alone fixes it
    UNCLEAR = "unclear"  # it may have arrived
    UNEXPLAINED = "unexplained"  # the person's or the configuration's: only how other messages fare tells


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `parameter`: which one to fix; empty for a refusal of the account's key, whichever key is in use."""

    number: int
    about: About
    meaning: str
    meaning_es: str
    parameter: str = ""
    wait_seconds: int = 0  # LATER: how long it lasts at least
    is_opt_out: bool = False  # PERSON: they do not want to be written to, on any channel

    @property
    def is_of_ses(self) -> bool:
        """Twilio's have five digits, SES's are those of SMTP."""
        return 0 < self.number < FIRST_OF_TWILIO

    @property
    def page(self) -> str:
        """Twilio's own page about the code; of SES's errors there is one for all."""
        if self.is_of_ses:
            return "https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html"
        return f"https://www.twilio.com/docs/api/errors/{self.number}"

    @property
    def en(self) -> str:
        """What happened and what to do, for people."""
        return self._sentence(self.meaning, 0)

    @property
    def es(self) -> str:
        return self._sentence(self.meaning_es, 1)

    def sentence(self, language: str) -> str:
        return self.en if language == "en" else self.es

    def _sentence(self, what: str, place: int) -> str:
        to_do = _TO_DO[self.about][place].format(parameter=self.parameter or KEYS)
        return f"{what[0].upper()}{what[1:]}. {to_do.replace('Twilio', 'SES') if self.is_of_ses else to_do}"


_UNKNOWN = ("a code that is not in our table", "un código que no está en nuestra tabla")
_TO_DO = {  # English, Spanish
    About.PERSON: (
        "Do not write to this person again here; correct the number if it is wrong.",
        "No vuelva a escribirle por aquí; si el número está mal, corríjalo.",
    ),
    About.CHANNEL: (
        "This channel does not reach the person; another may, or a call.",
        "Por este canal no se llega a la persona; por otro, o llamando, quizá sí.",
    ),
    About.MESSAGE: (
        "This message does not arrive, however often it is sent: change the text, or use an approved template.",
        "Este mensaje no llega aunque se repita: cambie el texto, o use una plantilla aprobada.",
    ),
    About.PARAMETER: (
        "Put {parameter} right in Twilio or here; then messages leave again.",
        "Corrija {parameter} en Twilio o aquí; después los mensajes vuelven a salir.",
    ),
    About.ACCOUNT: (
        "Nobody gets anything until the account is put right: check {parameter} and the account in Twilio.",
        "Nadie recibe nada hasta que se arregle la cuenta: revise {parameter} y la cuenta en Twilio.",
    ),
    About.LATER: (
        "Nothing is to be put right: it passes with time.",
        "No hay nada que corregir: pasa con el tiempo.",
    ),
    About.UNCLEAR: (
        "It may have arrived: ask the person before you write again.",
        "Puede que haya llegado: pregunte a la persona antes de escribirle otra vez.",
    ),
    About.UNEXPLAINED: (
        "It may be about this person or about the configuration: see Twilio's page of the code.",
        "Puede ser de esta persona o de la configuración: vea la página de Twilio sobre el código.",
    ),
}


_OPTED_OUT = {
    21610: ("the recipient has opted out", "la persona pidió no recibir más mensajes"),
    63014: ("the recipient blocked the sender or opted out", "la persona bloqueó al remitente o pidió no recibir más"),
    63033: ("the recipient blocked the number", "la persona bloqueó el número"),
}
_PERSON = {
    21211: ("the recipient's number is not valid", "el número del destinatario no es válido"),
    30004: ("the recipient, or the carrier, blocks the sender", "la persona, o su operador, bloquea al remitente"),
    30005: ("the number is not in use", "el número no está en uso"),
    30450: ("delivery to this number is blocked", "la entrega a este número está bloqueada"),
    63031: ("the sender and the recipient are the same", "el remitente y el destinatario son el mismo"),
}
_CHANNEL = {
    21612: ("no SMS route reaches this number", "ninguna ruta de SMS llega a este número"),
    21614: ("the number is not a mobile one", "el número no es de un celular"),
    30006: ("a landline, or a carrier that cannot be reached", "es un teléfono fijo, o no se alcanza a su operador"),
    63003: ("the recipient is not on this channel", "el destinatario no está en este canal"),
    63024: (
        "the recipient cannot get messages on this channel",
        "el destinatario no puede recibir mensajes por este canal",
    ),
    63032: ("the recipient is in an experiment of Meta's", "la persona está en un experimento de Meta"),
    63036: ("the recipient cannot be reached by RCS", "no se alcanza al destinatario por RCS"),
    63049: ("Meta chose not to deliver a marketing template", "Meta decidió no entregar una plantilla de mercadeo"),
}
_MESSAGE = {
    21602: ("no text", "no hay texto"),
    21604: ("no recipient", "no hay destinatario"),
    21609: ("the status callback is not valid", "la dirección de avisos no es válida"),
    21617: ("longer than 1,600 characters", "tiene más de 1.600 caracteres"),
    21619: ("neither text nor media", "no hay texto ni archivo"),
    30007: ("filtered as unwanted", "lo filtraron como no deseado"),
    30009: ("a part of an incoming message is missing", "falta una parte de un mensaje recibido"),
    30010: ("dearer than MaxPrice", "cuesta más que MaxPrice"),
    63016: ("free text outside WhatsApp's 24-hour window", "texto libre fuera de la ventana de 24 horas de WhatsApp"),
    63026: ("flagged as spam", "lo marcaron como spam"),
    63030: ("a parameter that the channel does not know", "un parámetro que el canal no conoce"),
}
_PARAMETER = {
    21212: (SENDER, "the sender's number is not valid", "el número del remitente no es válido"),
    21603: (SENDER, "no sender", "no hay remitente"),
    21606: (
        SENDER,
        "the sender is not the account's, or cannot send there",
        "el remitente no es de la cuenta, o no puede enviar allí",
    ),
    21910: (
        SENDER,
        "sender and recipient are on different channels",
        "remitente y destinatario están en canales distintos",
    ),
    63001: (
        SENDER,
        "the channel refuses the sender's login: link it again",
        "el canal no acepta el acceso del remitente: vincúlelo de nuevo",
    ),
    63007: (SENDER, "the account has no such sender", "la cuenta no tiene ese remitente"),
    63008: (SENDER, "the channel of the sender is set up wrongly", "el canal del remitente está mal configurado"),
    63020: (
        SENDER,
        "the business has not accepted Twilio in Meta's settings",
        "el negocio no ha aceptado a Twilio en la configuración de Meta",
    ),
    63051: (SENDER, "the WhatsApp Business Account is locked", "la cuenta de WhatsApp Business está bloqueada"),
    63062: (
        SENDER,
        "Meta's terms for marketing messages are not accepted",
        "no se han aceptado los términos de Meta para mensajes de mercadeo",
    ),
    30032: (SMS_SENDER, "the toll-free sender is not verified", "el número gratuito que envía no está verificado"),
    30034: (
        SMS_SENDER,
        "the sender is not registered for US messages",
        "el remitente no está registrado para enviar a Estados Unidos",
    ),
    21701: (SERVICE, "the account has no such Messaging Service", "la cuenta no tiene ese Messaging Service"),
    21703: (
        SERVICE,
        "the Messaging Service has no sender for this channel",
        "el Messaging Service no tiene remitente para este canal",
    ),
    21704: (SERVICE, "the Messaging Service has no sender", "el Messaging Service no tiene remitente"),
    21654: (TEMPLATES, "variables without a template", "hay variables sin plantilla"),
    21655: (TEMPLATES, "the account has no such template", "la cuenta no tiene esa plantilla"),
    63027: (TEMPLATES, "the template does not exist in this language", "la plantilla no existe en este idioma"),
    63028: (TEMPLATES, "the template has another number of variables", "la plantilla tiene otro número de variables"),
    63040: (TEMPLATES, "the template was rejected", "la plantilla fue rechazada"),
    63041: (TEMPLATES, "the template is paused", "la plantilla está en pausa"),
    63042: (TEMPLATES, "the template is disabled", "la plantilla está desactivada"),
}
_ACCOUNT = {
    10001: (ACCOUNT_SID, "the account is not active", "la cuenta no está activa"),
    20003: ("", "the login failed, or the key may not do this", "el acceso falló, o la clave no tiene este permiso"),
    20005: (ACCOUNT_SID, "the account is not active", "la cuenta no está activa"),
    20006: (ACCOUNT_SID, "access denied", "acceso denegado"),
    20008: ("", "not allowed with test credentials", "no se permite con claves de prueba"),
    20403: ("", "forbidden", "prohibido"),
    20404: (ACCOUNT_SID, "no such account", "no existe esa cuenta"),
    30002: (ACCOUNT_SID, "the account is suspended", "la cuenta está suspendida"),
    90010: (ACCOUNT_SID, "the account is not active", "la cuenta no está activa"),
}
_LATER = {
    14107: (60, "too many messages at once", "demasiados mensajes a la vez"),
    20429: (0, "too many requests at once", "demasiadas peticiones a la vez"),
    21611: (600, "the sender's queue is full", "la cola del remitente está llena"),
    30001: (600, "the queue is full", "la cola está llena"),
    30003: (
        4 * HOUR_SECONDS,
        "the phone cannot be reached: off, or without signal",
        "no se alcanza el teléfono: apagado, o sin señal",
    ),
    30017: (600, "the carrier is congested", "el operador está congestionado"),
    30022: (60, "the carrier's rate limit", "el límite de velocidad del operador"),
    30023: (12 * HOUR_SECONDS, "the carrier's daily limit", "el límite diario del operador"),
    30036: (0, "not sent before its validity ended", "no salió antes de que venciera su plazo"),
    63017: (60, "the channel's rate limit", "el límite de velocidad del canal"),
    63018: (
        3,
        "the channel's rate limit",
        "el límite de velocidad del canal",
    ),  # of the sandbox: one message in 3 s (facts/twilio.md §2.4)
    63038: (
        HOUR_SECONDS,
        "the account's daily limit, over rolling 24 hours",
        "el límite diario de la cuenta, en 24 horas corridas",
    ),
}
_UNCLEAR = {
    20500: ("Twilio's own error", "un error de Twilio"),
    20503: ("Twilio is not available", "Twilio no está disponible"),
    30008: ("the carrier does not say why", "el operador no dice por qué"),
    30410: ("the carrier did not answer in time", "el operador no respondió a tiempo"),
    63009: ("the channel's own error", "un error del canal"),
    63010: ("Twilio's own error", "un error de Twilio"),
    63012: ("the channel is not available", "el canal no está disponible"),
}
_UNEXPLAINED = {
    20422: ("a parameter is not valid", "un parámetro no es válido"),
    21408: ("SMS to this country is not enabled", "los SMS a este país no están habilitados"),
    21608: (
        "a trial account may only write to verified numbers",
        "una cuenta de prueba solo puede escribir a números verificados",
    ),
    21656: ("the variables do not fit the template", "las variables no caben en la plantilla"),
    63005: ("the channel refused the content", "el canal rechazó el contenido"),
    63006: ("the channel could not format the content", "el canal no pudo dar formato al contenido"),
    63013: ("against the channel's policy", "va contra la política del canal"),
    63015: ("the recipient has not joined the sandbox", "la persona no se ha unido al sandbox"),
    63021: ("the channel refused the content", "el canal rechazó el contenido"),
}

_OF_SES = (  # facts/aws.md §8
    Code(452, About.LATER, "SES's daily quota is used up", "se agotó el cupo diario de SES", "", HOUR_SECONDS),
    Code(454, About.LATER, "too many e-mails at once", "demasiados correos a la vez", "", 60),
    Code(501, About.CHANNEL, "the e-mail address is not valid", "la dirección de correo no es válida"),
    Code(
        535,
        About.PARAMETER,
        "the function may not send by this identity of SES",
        "la función no puede enviar con esta identidad de SES",
        EMAIL_IDENTITY,
    ),
    Code(
        550,
        About.PARAMETER,
        "SES has not verified the sender's address or domain",
        "SES no ha verificado la dirección ni el dominio del remitente",
        EMAIL_SENDER,
    ),
    Code(
        551,
        About.PARAMETER,
        "the account is in SES's sandbox, and the recipient is not verified: ask AWS for production access",
        "la cuenta está en el sandbox de SES y el destinatario no está verificado: pida a AWS el acceso a producción",
        EMAIL_SENDER,
    ),
    Code(
        552,
        About.PARAMETER,
        "the MAIL FROM domain is not verified",
        "el dominio MAIL FROM no está verificado",
        EMAIL_SENDER,
    ),
    Code(
        553,
        About.PARAMETER,
        "SES has suspended the account, or its sending is paused",
        "SES suspendió la cuenta, o su envío está en pausa",
        EMAIL_SENDER,
    ),
    Code(554, About.MESSAGE, "SES rejected the e-mail", "SES rechazó el correo"),
)

CODES: dict[int, Code] = {
    code.number: code
    for code in (
        *_OF_SES,
        *(Code(number, About.PERSON, *meanings, is_opt_out=True) for number, meanings in _OPTED_OUT.items()),
        *(Code(number, About.PERSON, *meanings) for number, meanings in _PERSON.items()),
        *(Code(number, About.CHANNEL, *meanings) for number, meanings in _CHANNEL.items()),
        *(Code(number, About.MESSAGE, *meanings) for number, meanings in _MESSAGE.items()),
        *(Code(number, About.PARAMETER, en, es, which) for number, (which, en, es) in _PARAMETER.items()),
        *(Code(number, About.ACCOUNT, en, es, which) for number, (which, en, es) in _ACCOUNT.items()),
        *(Code(number, About.LATER, en, es, "", seconds) for number, (seconds, en, es) in _LATER.items()),
        *(Code(number, About.UNCLEAR, *meanings) for number, meanings in _UNCLEAR.items()),
        *(Code(number, About.UNEXPLAINED, *meanings) for number, meanings in _UNEXPLAINED.items()),
    )
}


def code_of(number: int) -> Code:
    """The row of a code; of an unknown one, too."""
    return CODES.get(number) or Code(number, About.UNEXPLAINED, *_UNKNOWN)
