"""One call as its owner asks about it: what happened, in order, and what to do next. Pure."""

from dataclasses import dataclass
from datetime import tzinfo

from ..core.codes import About, code_of
from ..core.record import Record
from ..core.status import Reason, Status, explain
from ..core.timeline import Moment, timeline

_NEXT = {  # Spanish, English
    Status.WAITING: ("Nada que hacer: sale solo.", "Nothing to do: it leaves by itself."),
    Status.CLAIMED: (
        "Nada que hacer: se averigua en la lista de Twilio si salió.",
        "Nothing to do: Twilio's list is asked whether it left.",
    ),
    Status.SENT: (
        "Nada que hacer: Twilio lo tiene, y se sigue hasta 24 horas si llega.",
        "Nothing to do: Twilio has it, and for 24 hours it is watched whether it arrives.",
    ),
    Status.DELIVERED: ("Nada que hacer: llegó.", "Nothing to do: it arrived."),
    Status.READ: ("Nada que hacer: lo leyeron.", "Nothing to do: it was read."),
    Status.HELD: (
        (
            "Busque el teléfono en el registro de Twilio, en ese minuto. Si el mensaje está, o no debe salir: "
            "`vigia release PK`. Si no está y debe salir: `vigia resend PK --reason «…»`."
        ),
        (
            "Look the phone up in Twilio's own log, at that minute. If the message is there, or is not to leave: "
            "`vigia release PK`. If it is not there and should leave: `vigia resend PK --reason '…'`."
        ),
    ),
}
_RESEND = (
    "Cuando esté corregido: `vigia resend PK --reason «…»`.",
    "Once it is put right: `vigia resend PK --reason '…'`.",
)
_ANSWERED = ("Respondió: contéstele en https://wa.me/{phone}", "They answered: write back at https://wa.me/{phone}")
_FINAL = (
    "No sale nada más por esta llamada.",
    "Nothing more leaves for this call.",
)
_OPTED_OUT = (
    "No le escriba. Si la persona lo pide: `vigia unsuppress TELÉFONO`.",
    "Do not write to them. If they ask for it: `vigia unsuppress PHONE`.",
)
_NOT_RESENT = (About.PERSON,)


@dataclass(frozen=True, slots=True)
class Story:
    """head: where it stands, in a sentence. next: what to do, in a sentence or two."""

    record: Record
    moments: tuple[Moment, ...]
    head: str
    next: str


def tell(record: Record, language: str, zone: tzinfo) -> Story:
    """language: `es` or `en`."""
    moments = tuple(timeline(record, language, zone))
    return Story(record, moments, _head(record, language), _next(record, language))


def _head(record: Record, language: str) -> str:
    if record.replied_at:
        return "respondió" if language == "es" else "answered"
    if record.status == Status.FAILED and record.error_code:
        return f"{record.status.sentence(language)}: {code_of(record.error_code).sentence(language)}"
    if record.reason and record.status in (Status.WAITING, Status.CLAIMED, Status.FAILED, Status.SKIPPED, Status.HELD):
        return f"{record.status.sentence(language)}. {explain(record.reason, language)}"
    return record.status.sentence(language)


def _next(record: Record, language: str) -> str:
    is_english = language == "en"
    if record.replied_at:
        words = _ANSWERED[is_english].format(phone=record.call.phone.removeprefix("+"))
    elif record.status == Status.FAILED:
        about = code_of(record.error_code).about if record.error_code else None
        words = _OPTED_OUT[is_english] if about in _NOT_RESENT else _RESEND[is_english]
    elif record.status == Status.SKIPPED:
        words = (_OPTED_OUT if record.reason == Reason.OPTED_OUT else _FINAL)[is_english]
    else:
        words = _NEXT[record.status][is_english]
    return words.replace("PK", record.pk)
