"""One call as its owner asks about it: what happened, in order, and what to do next. Pure."""

from collections.abc import Mapping
from datetime import tzinfo
from shlex import quote

from ..core.codes import About, code_of
from ..core.fallback import EMAIL
from ..core.frozen import frozen
from ..core.in_words import in_a_row
from ..core.record import Record
from ..core.status import HAVE_LEFT, STANDS_STILL, Reason, Status, explain
from ..core.timeline import Moment, timeline

_NEXT = {  # Spanish, English
    Status.WAITING: ("Nada: sale solo.", "Nothing: it leaves by itself."),
    Status.CLAIMED: (
        "Nada: se averigua en la lista de Twilio si salió.",
        "Nothing: Twilio's list is asked whether it left.",
    ),
    Status.SENT: (
        "Nada: Twilio lo tiene, y se sigue hasta 24 horas si llega.",
        "Nothing: Twilio has it, and for 24 hours it is watched whether it arrives.",
    ),
    Status.DELIVERED: ("Nada: llegó.", "Nothing: it arrived."),
    Status.READ: ("Nada: lo leyeron.", "Nothing: it was read."),
    Status.HELD: (
        (
            "Busque el teléfono en el registro de Twilio, en ese minuto. Si el mensaje está, o no debe salir: "
            "{release}. Si no está y debe salir: {resend}."
        ),
        (
            "Look the phone up in Twilio's own log, at that minute. If the message is there, or is not to leave: "
            "{release}. If it is not there and should leave: {resend}."
        ),
    ),
}
_NEXT_OF_AN_EMAIL = _NEXT | {  # SES has no list to look in, and nobody tells what became of it
    Status.CLAIMED: (
        "Nada: si no se llega a saber si salió, queda retenido.",
        "Nothing: if it does not become known whether it left, it is held.",
    ),
    Status.SENT: (
        "Nada: SES lo tiene. De un correo no se sabe si llegó.",
        "Nothing: SES has it. Of an e-mail nobody tells whether it arrived.",
    ),
    Status.HELD: (
        "Pregúntele a la persona si le llegó el correo. Si le llegó, o no debe salir: {release}. Si no: {resend}.",
        "Ask the person whether the e-mail arrived. If it did, or is not to leave: {release}. If not: {resend}.",
    ),
}
_SENT_BY_EMAIL = ("enviado por correo: SES lo aceptó", "sent by e-mail: SES accepted it")
_NO_LONGER_FOLLOWED = (
    "Nada: de Twilio ya no se sabrá más. Si es urgente, llame a la persona.",
    "Nothing: Twilio will tell no more of it. If it matters, call the person.",
)
_COMMANDS: Mapping[str, str] = {"release": "`vigia release {pk}`", "resend": "`vigia resend {pk} --reason '…'`"}
_RESEND = ("Cuando esté corregido: {resend}.", "Once it is put right: {resend}.")
_IF_STILL_WANTED = ("Si todavía hace falta: {resend}.", "If it is still wanted: {resend}.")
_THEN_IT_LEAVES = (
    "Corrija eso, que es de todos y no de esta persona; después sale solo.",
    "Put that right, which is everybody's and not this person's; then it leaves by itself.",
)
_PAGE = ("{next} El código {code}: {page}", "{next} Code {code}: {page}")
_ANSWERED = ("Respondió: contéstele en https://wa.me/{phone}", "They answered: write back at https://wa.me/{phone}")
_FINAL = ("No sale nada más por esta llamada.", "Nothing more leaves for this call.")
_OPTED_OUT = (
    "No le escriba. Si la persona lo pide: `vigia unsuppress {phone}`.",
    "Do not write to them. If they ask for it: `vigia unsuppress {phone}`.",
)
_PASSES = (About.LATER, About.UNCLEAR)


@frozen
class Story:
    """head: where it stands, in a sentence. next: what to do, in a sentence or two."""

    record: Record
    moments: tuple[Moment, ...]
    head: str
    next: str


def tell(record: Record, language: str, zone: tzinfo, how: Mapping[str, str] | None = None) -> Story:
    """language: `es` or `en`. how: what a person does to `release` and to `resend` a call, where it is no command."""
    moments = tuple(timeline(record, language, zone))
    return Story(record, moments, _head(record, language), _next(record, language, how or _COMMANDS))


def _head(record: Record, language: str) -> str:
    answered = "respondió" if language == "es" else "answered"
    # Of a message that has left, the answer is the news; of others it comes second.
    if record.replied_at and record.status in HAVE_LEFT:
        return answered
    stands = _stands(record, language)
    return f"{stands.removesuffix('.')}; {answered}." if record.replied_at else stands


def _stands(record: Record, language: str) -> str:
    if record.status == Status.FAILED and record.error_code:
        return f"{record.status.sentence(language)}: {in_a_row(code_of(record.error_code).sentence(language))}."
    if record.reason and record.status in (Status.WAITING, Status.CLAIMED, Status.FAILED, Status.SKIPPED, Status.HELD):
        return f"{record.status.sentence(language)}. {explain(record.reason, language)}"
    if record.status == Status.SENT and record.channel == EMAIL:
        return _SENT_BY_EMAIL[language == "en"]
    if record.reason == Reason.UNCONFIRMED:
        return explain(record.reason, language)
    return record.status.sentence(language)


def _is_no_longer_followed(record: Record) -> bool:
    """Twilio has had its day, or it left before the upgrade to a version that follows."""
    return record.status == Status.SENT and record.channel != EMAIL and not record.queue


def _next(record: Record, language: str, how: Mapping[str, str]) -> str:
    is_english = language == "en"
    answered = _ANSWERED[is_english].format(phone=record.call.phone.removeprefix("+"))
    if record.replied_at and record.status in HAVE_LEFT:
        return answered
    what = _of_the_status(record, is_english, how)
    return f"{what} {answered}" if record.replied_at else what


def _of_the_status(record: Record, is_english: bool, how: Mapping[str, str]) -> str:
    if record.status == Status.FAILED:
        words = _after_a_failure(record)[is_english]
    elif record.status == Status.SKIPPED:
        words = (_OPTED_OUT if record.reason == Reason.OPTED_OUT else _FINAL)[is_english]
    elif record.status == Status.WAITING and record.reason in STANDS_STILL:
        words = _THEN_IT_LEAVES[is_english]
    elif _is_no_longer_followed(record):
        words = _NO_LONGER_FOLLOWED[is_english]
    else:
        words = (_NEXT_OF_AN_EMAIL if record.channel == EMAIL else _NEXT)[record.status][is_english]
    ways = {name: way.format(pk=quote(record.pk)) for name, way in how.items()}
    told = words.format(phone=record.call.phone, **ways)
    if record.status != Status.FAILED or not record.error_code:
        return told
    code = code_of(record.error_code)
    return _PAGE[is_english].format(next=told, code=code.number, page=code.page)


def _after_a_failure(record: Record) -> tuple[str, str]:
    if record.reason == Reason.OPTED_OUT:
        return _OPTED_OUT
    code = code_of(record.error_code) if record.error_code else None
    if code is None:
        return _RESEND
    if code.about is About.PERSON:
        return _OPTED_OUT if code.is_opt_out else _FINAL
    return _IF_STILL_WANTED if code.about in _PASSES else _RESEND
