"""What a person wrote to one of our senders: which call it answers, and how the owner is told of it. Pure."""

from collections.abc import Iterable
from dataclasses import field
from datetime import UTC, datetime
from unicodedata import category
from zoneinfo import ZoneInfo

from .frozen import frozen
from .matching import CLOCK_SKEW_SECONDS
from .message.fitting import cut
from .record import Record
from .text import TURNING, Count
from .zones import place_of

ANSWERED_WITHIN_SECONDS = 7 * 24 * 3600
WORDS_MAX_CHARACTERS, SUMMARY_MAX_CHARACTERS = 1500, 1500


@frozen
class Inbound:
    """One message of Twilio's list, from a person to us. created_at: epoch seconds, of one second's resolution."""

    sid: str
    sender: str  # the person's address, `whatsapp:+…`
    to: str  # ours
    body: str = field(repr=False)
    media_count: int  # pictures, voice, documents: Twilio lists how many there are
    created_at: float

    @property
    def phone(self) -> str:
        return self.sender.rpartition(":")[2]


@frozen
class HumanReply:
    """A person's answer to a call's message, as the table keeps it until the owner has been told. Epoch seconds."""

    sid: str
    call: str  # its key
    phone: str
    text: str = field(repr=False)
    media_count: int
    at: int
    kind: str  # of the message that it answers
    ended_at: int  # when that call ended
    name: str = field(default="", repr=False)  # the person's, "" where the upload had none
    conversation_id: str = ""  # of that call, "" for one that never became a conversation


def answered(message: Inbound, records: Iterable[Record]) -> Record | None:
    """The newest call of the phone whose message this answers; None when there is none of the last seven days.

    A message of the same sender comes first. One whose send is unclear counts: an answer may be all that is seen of it.
    What had been read before the message left is none, however far the two clocks are apart.
    """

    def is_answerable(record: Record) -> bool:
        written_at = record.claimed_at
        earliest = message.created_at - ANSWERED_WITHIN_SECONDS
        has_message = bool(record.message_sid) or record.may_have_left
        is_older = message.created_at <= record.heard_until
        return has_message and not is_older and earliest <= written_at <= message.created_at + CLOCK_SKEW_SECONDS

    return max(
        filter(is_answerable, records),
        key=lambda record: (record.sender == message.to, record.claimed_at, record.pk),
        default=None,
    )


_WORDS = {
    "es": {
        "subject": "Vigia: respuesta de {phone}",
        "who": "{who} respondió el {at}:",
        "media": "[envió {count:archivo|archivos}: una foto, un audio o un documento; véalo en WhatsApp o en Twilio]",
        "nothing": "[sin texto: una ubicación, una reacción o un botón; véalo en WhatsApp o en Twilio]",
        "mark": "[una reacción o un emoji] {text}",
        "follow_up": "Responde al mensaje que siguió a la llamada que terminó el {ended_at}.",
        "missed": "Responde al mensaje que siguió a la llamada sin contestar del {ended_at}.",
        "about": "La llamada fue sobre: {summary}",
        "link": "Conteste aquí: {link}",
    },
    "en": {
        "subject": "Vigia: {phone} answered",
        "who": "{who} answered on {at}:",
        "media": "[sent {count:file|files}: a picture, a voice message or a document; see WhatsApp or Twilio]",
        "nothing": "[no text: a location, a reaction or a button; see WhatsApp or Twilio]",
        "mark": "[a reaction or an emoji] {text}",
        "follow_up": "They answer the message that followed the call that ended on {ended_at}.",
        "missed": "They answer the message that followed the missed call of {ended_at}.",
        "about": "The call was about: {summary}",
        "link": "Answer here: {link}",
    },
    "pt": {
        "subject": "Vigia: resposta de {phone}",
        "who": "{who} respondeu em {at}:",
        "media": "[enviou {count:arquivo|arquivos}: uma foto, um áudio ou um documento; veja no WhatsApp ou na Twilio]",
        "nothing": "[sem texto: uma localização, uma reação ou um botão; veja no WhatsApp ou na Twilio]",
        "mark": "[uma reação ou um emoji] {text}",
        "follow_up": "Responde à mensagem que seguiu a ligação que terminou em {ended_at}.",
        "missed": "Responde à mensagem que seguiu a ligação não atendida de {ended_at}.",
        "about": "A ligação foi sobre: {summary}",
        "link": "Responda aqui: {link}",
    },
}


def said(written: str, media_count: int, language: str) -> str:
    """What a person wrote, bounded; what is no text is said in words.

    Twilio's list has no more of a location or a reaction than an empty text or an emoji (facts/twilio.md §1.3).
    """
    words = _WORDS.get(language, _WORDS["es"])
    kept = (char for char in written if char in "\n\t" or category(char) not in ("Cc", "Cs"))
    text = "".join(char for char in kept if char not in TURNING).strip()
    if len(text) > WORDS_MAX_CHARACTERS:
        text = text[:WORDS_MAX_CHARACTERS].rstrip() + "…"
    if text and not any(char.isalnum() for char in text) and not text.isascii():
        text = words["mark"].format(text=text)
    media = words["media"].format(count=Count(media_count)) if media_count else ""
    return "\n".join(part for part in (text, media) if part) or wordless(language)


def wordless(language: str) -> str:
    """What stands for an answer without words and files."""
    return _WORDS.get(language, _WORDS["es"])["nothing"]


def answers_to(kind: str, ended_at: int, phone: str, language: str) -> str:
    """Which message an answer answers, in a sentence. kind, ended_at: as in `HumanReply`."""
    words = _WORDS.get(language, _WORDS["es"])
    return words["missed" if kind == "missed" else "follow_up"].format(ended_at=_instant(ended_at, phone))


def notice(reply: HumanReply, language: str, summary: str = "") -> tuple[str, str]:
    """Subject and text of what the owner is told: who, when, their words, to what, and where to answer.

    summary: of the call, "" where there is none.
    """
    words = _WORDS.get(language, _WORDS["es"])
    who = f"{reply.name} ({reply.phone})" if reply.name else reply.phone
    lines = (
        words["who"].format(who=who, at=_instant(reply.at, reply.phone)),
        said(reply.text, reply.media_count, language),
        answers_to(reply.kind, reply.ended_at, reply.phone, language),
        *([words["about"].format(summary=cut(summary, SUMMARY_MAX_CHARACTERS))] if summary else []),
        words["link"].format(link=f"https://wa.me/{reply.phone.removeprefix('+')}"),
    )
    return words["subject"].format(phone=reply.phone), "\n\n".join(lines)


def _instant(at: int, phone: str) -> str:
    """In the zone of the phone where there is one only, else in UTC; named either way."""
    zones = place_of(phone).zones
    name = zones[0] if len(zones) == 1 else "UTC"
    moment = datetime.fromtimestamp(at, ZoneInfo(name) if name != "UTC" else UTC)
    return f"{moment:%Y-%m-%d %H:%M} ({name})"
