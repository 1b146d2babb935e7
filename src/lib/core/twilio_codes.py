"""Twilio's error codes, each in the class that it belongs to (`codes.About`), in English and Spanish: data alone.

The facts are in facts/twilio.md §3. What to do about a class is in `codes`, which makes one table of all codes.
"""

from .parameters import ACCOUNT_SID, SENDER, SERVICE, SMS_SENDER, TEMPLATES

HOUR_SECONDS = 3600

# A number, and its words in English and Spanish.
OPTED_OUT = {
    21610: ("the recipient has opted out", "la persona pidió no recibir más mensajes"),
    63014: ("the recipient blocked the sender or opted out", "la persona bloqueó al remitente o pidió no recibir más"),
    63033: ("the recipient blocked the number", "la persona bloqueó el número"),
}
PERSON = {
    21211: ("the recipient's number is not valid", "el número del destinatario no es válido"),
    21265: ("a short code cannot be written to", "a un código corto no se le puede escribir"),
    21266: ("the recipient's number is the sender's own", "el número del destinatario es el del remitente"),
    21268: ("a premium or information number", "es un número de tarificación especial o de información"),
    30004: ("the recipient, or the carrier, blocks the sender", "la persona, o su operador, bloquea al remitente"),
    30005: ("the number is not in use", "el número no está en uso"),
    30450: ("delivery to this number is blocked", "la entrega a este número está bloqueada"),
    63031: ("the sender and the recipient are the same", "el remitente y el destinatario son el mismo"),
}
CHANNEL = {
    21612: ("no SMS route reaches this number", "ninguna ruta de SMS llega a este número"),
    21614: ("the number is not a mobile one", "el número no es de un celular"),
    21635: ("the number is a landline", "el número es de un teléfono fijo"),
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
MESSAGE = {
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
PARAMETER = {  # first, which one is to be put right
    21212: (SENDER, "the sender's number is not valid", "el número del remitente no es válido"),
    21267: (
        SENDER,
        "a trial account cannot send by a name",
        "una cuenta de prueba no puede enviar con un nombre en vez de un número",
    ),
    21601: (SENDER, "the sender is no number of Twilio's", "el remitente no es un número de Twilio"),
    21603: (SENDER, "no sender", "no hay remitente"),
    21606: (
        SENDER,
        "the sender is not the account's, or cannot send there",
        "el remitente no es de la cuenta, o no puede enviar allí",
    ),
    21659: (
        SENDER,
        "the sender is no number of Twilio's, or a short code of another country",
        "el remitente no es un número de Twilio, o es un código corto de otro país",
    ),
    21660: (SENDER, "the sender belongs to another account", "el remitente es de otra cuenta"),
    21661: (SENDER, "the sender cannot send text messages", "el remitente no puede enviar mensajes de texto"),
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
    21705: (SERVICE, "not the SID of a Messaging Service", "no es el SID de un Messaging Service"),
    21654: (TEMPLATES, "variables without a template", "hay variables sin plantilla"),
    21655: (TEMPLATES, "the account has no such template", "la cuenta no tiene esa plantilla"),
    63027: (TEMPLATES, "the template does not exist in this language", "la plantilla no existe en este idioma"),
    63028: (TEMPLATES, "the template has another number of variables", "la plantilla tiene otro número de variables"),
    63040: (TEMPLATES, "the template was rejected", "la plantilla fue rechazada"),
    63041: (TEMPLATES, "the template is paused", "la plantilla está en pausa"),
    63042: (TEMPLATES, "the template is disabled", "la plantilla está desactivada"),
}
ACCOUNT = {  # the same; empty for the key of the account, whichever is in use
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
LATER = {  # first, how many seconds it lasts at least
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
    63018: (3, "the channel's rate limit", "el límite de velocidad del canal"),  # the sandbox's (facts/twilio.md §2.4)
    63038: (
        HOUR_SECONDS,
        "the account's daily limit, over rolling 24 hours",
        "el límite diario de la cuenta, en 24 horas corridas",
    ),
}
UNCLEAR = {
    20500: ("Twilio's own error", "un error de Twilio"),
    20503: ("Twilio is not available", "Twilio no está disponible"),
    30008: ("the carrier does not say why", "el operador no dice por qué"),
    30410: ("the carrier did not answer in time", "el operador no respondió a tiempo"),
    63009: ("the channel's own error", "un error del canal"),
    63010: ("Twilio's own error", "un error de Twilio"),
    63012: ("the channel is not available", "el canal no está disponible"),
}
UNEXPLAINED = {
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
