"""The codes of Twilio (facts/twilio.md §3) and of SES (facts/aws.md §8) as one table: whom or what each is about. Pure.

A code comes with a refused create (HTTP 4xx, nothing was created) or stands on a message that was accepted and failed
later. The class says what to do in both cases. Codes get split and added without notice: an unknown one is UNEXPLAINED.
"""

from enum import Enum

from . import ses_codes, twilio_codes
from .frozen import frozen
from .parameters import EMAIL_IDENTITY, EMAIL_SENDER, KEYS

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


@frozen
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

    def meaning_in(self, language: str) -> str:
        return self.meaning if language == "en" else self.meaning_es

    def sentence(self, language: str) -> str:
        """What happened and what to do, for people."""
        what, (en, es) = self.meaning_in(language), _TO_DO[self.about]
        to_do = (en if language == "en" else es).format(parameter=self.parameter or KEYS)
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

_OF_SES = (  # facts/aws.md §8
    Code(
        ses_codes.DAILY_QUOTA, About.LATER, "SES's daily quota is used up", "se agotó el cupo diario de SES", "", 3600
    ),
    Code(ses_codes.THROTTLED, About.LATER, "too many e-mails at once", "demasiados correos a la vez", "", 60),
    Code(ses_codes.NO_ADDRESS, About.CHANNEL, "the e-mail address is not valid", "la dirección de correo no es válida"),
    Code(
        ses_codes.ACCESS_DENIED,
        About.PARAMETER,
        "the function may not send by this identity of SES",
        "la función no puede enviar con esta identidad de SES",
        EMAIL_IDENTITY,
    ),
    Code(
        ses_codes.NOT_VERIFIED,
        About.PARAMETER,
        "SES has not verified the sender's address or domain",
        "SES no ha verificado la dirección ni el dominio del remitente",
        EMAIL_SENDER,
    ),
    Code(
        ses_codes.IN_SANDBOX,
        About.PARAMETER,
        "the account is in SES's sandbox, and the recipient is not verified: ask AWS for production access",
        "la cuenta está en el sandbox de SES y el destinatario no está verificado: pida a AWS el acceso a producción",
        EMAIL_SENDER,
    ),
    Code(
        ses_codes.MAIL_FROM,
        About.PARAMETER,
        "the MAIL FROM domain is not verified",
        "el dominio MAIL FROM no está verificado",
        EMAIL_SENDER,
    ),
    Code(
        ses_codes.SUSPENDED,
        About.PARAMETER,
        "SES has suspended the account, or its sending is paused",
        "SES suspendió la cuenta, o su envío está en pausa",
        EMAIL_SENDER,
    ),
    Code(ses_codes.REJECTED, About.MESSAGE, "SES rejected the e-mail", "SES rechazó el correo"),
)

CODES: dict[int, Code] = {
    code.number: code
    for code in (
        *_OF_SES,
        *(
            Code(number, About.PERSON, *meanings, is_opt_out=True)
            for number, meanings in twilio_codes.OPTED_OUT.items()
        ),
        *(Code(number, About.PERSON, *meanings) for number, meanings in twilio_codes.PERSON.items()),
        *(Code(number, About.CHANNEL, *meanings) for number, meanings in twilio_codes.CHANNEL.items()),
        *(Code(number, About.MESSAGE, *meanings) for number, meanings in twilio_codes.MESSAGE.items()),
        *(Code(number, About.PARAMETER, en, es, which) for number, (which, en, es) in twilio_codes.PARAMETER.items()),
        *(Code(number, About.ACCOUNT, en, es, which) for number, (which, en, es) in twilio_codes.ACCOUNT.items()),
        *(Code(number, About.LATER, en, es, "", seconds) for number, (seconds, en, es) in twilio_codes.LATER.items()),
        *(Code(number, About.UNCLEAR, *meanings) for number, meanings in twilio_codes.UNCLEAR.items()),
        *(Code(number, About.UNEXPLAINED, *meanings) for number, meanings in twilio_codes.UNEXPLAINED.items()),
    )
}


def code_of(number: int) -> Code:
    """The row of a code; of an unknown one, too."""
    return CODES.get(number) or Code(number, About.UNEXPLAINED, *_UNKNOWN)
