"""What a call's record can say of it (contract §3): its status, and the reason for it, in words for people. Pure."""

from .in_words import InWords


class Status(InWords):
    """Each with its name in Spanish and English."""

    WAITING = "waiting", "esperando: aún no ha salido nada", "waiting: nothing has left yet"
    CLAIMED = "claimed", "enviando, o averiguando si salió", "sending, or finding out whether it left"
    SENT = "sent", "enviado: Twilio lo aceptó", "sent: Twilio accepted it"
    DELIVERED = "delivered", "entregado", "delivered"
    READ = "read", "leído", "read"
    FAILED = "failed", "falló", "failed"
    SKIPPED = "skipped", "sin mensaje", "no message"
    HELD = "held", "retenido: una persona decide", "held: a person decides"


HAVE_LEFT = (Status.SENT, Status.DELIVERED, Status.READ)
"""With a message that Twilio or SES has, and of which nobody heard that it failed."""


class Reason(InWords):
    """Each says in Spanish and English what happened, and what to do if anything."""

    # why it waits
    NOT_FINISHED = (
        "not_finished",
        "El estado de la llamada no dice todavía que terminó; se mira de nuevo.",
        "The call's status does not say yet that it is over; it is looked at again.",
    )
    SUMMARY = (
        "summary",
        "Se espera el resumen de la llamada, a lo sumo `summary_wait_seconds`; después sale sin él.",
        "The call's summary is awaited, `summary_wait_seconds` at most; then the message leaves without it.",
    )
    RESULTS = (
        "results",
        "Se espera lo que averiguó la llamada (`only_if`, `opt_out_if`, `variables`): eso decide si sale, y con qué.",
        "What the call found out is awaited (`only_if`, `opt_out_if`, `variables`): it decides whether it leaves.",
    )
    CONVERSATION = (
        "conversation",
        "Se espera la conversación, que dice cuándo terminó la llamada.",
        "The conversation is awaited, which says when the call ended.",
    )
    MISSED_WAIT = (
        "missed_wait",
        "No se logró hablar, y puede que la llamen otra vez: se espera a lo sumo `missed_wait_minutes`.",
        "Nobody was reached, and it may be dialled again: its batch is waited for, `missed_wait_minutes` at most.",
    )
    LATER_CALL = (
        "later_call",
        "Otra llamada posterior a la misma persona está por recibir su mensaje: si sale, vale por las dos.",
        "A later call to the same person is about to get its message: if it leaves, it stands for both.",
    )
    ANOTHER_CALL = (
        "another_call",
        "Otra llamada a la misma persona se decide antes; después deciden `cooldown_hours`, `daily_limit` o la ley.",
        "Another call to the same person is decided first; then `cooldown_hours`, `daily_limit` or the law decide.",
    )
    # why it waits, or at last gets no message: the gate's rules
    QUIET_HOURS = (
        "quiet_hours",
        "Son horas de silencio (`quiet_hours`): sale cuando terminan, si `lookback_hours` lo permite todavía.",
        "These are `quiet_hours`: it leaves when they end, if `lookback_hours` still allows it then.",
    )
    CONTACT_LAW = (
        "contact_law",
        "La ley de contacto (`contact_law`) no lo permite ahora: sale cuando lo permita y no sea tarde, o no sale.",
        "The law on contacts (`contact_law`) forbids it now: it leaves when that allows and it is not late, or never.",
    )
    DAILY_LIMIT = (
        "daily_limit",
        "Ya se escribió a las personas que permite `daily_limit` en 24 horas: sale cuando haya lugar, si no es tarde.",
        "The `daily_limit` of people in 24 hours is reached: it leaves when there is a place, if not too late.",
    )
    COOLDOWN = (
        "cooldown",
        "La persona recibió otro mensaje hace menos de `cooldown_hours`: no recibe este.",
        "The person got another message within `cooldown_hours`: they do not get this one.",
    )
    NOT_PROCESSED = (
        "not_processed",
        "Twilio no lo recibió (demasiadas peticiones, o no hubo conexión): no salió nada y se intenta de nuevo.",
        "Twilio did not take it (too many requests, or no connection): nothing left, and it is tried again.",
    )
    ACCOUNT_REFUSED = (
        "account_refused",
        "Twilio rechazó la cuenta: no salió nada. Revise TWILIO_ACCOUNT_SID y sus claves; la llamada espera.",
        "Twilio refused the account: nothing left. Check TWILIO_ACCOUNT_SID and its keys; the call waits.",
    )
    PARAMETER_REFUSED = (
        "parameter_refused",
        "Twilio rechazó el remitente, el servicio o la plantilla: no salió nada. Corríjalo, y sale.",
        "Twilio refused the sender, the service or the template: nothing left. Put it right, and it leaves.",
    )
    REFUSED_UNEXPLAINED = (
        "refused_unexplained",
        "Twilio lo rechazó con un código que puede ser de esta persona o de todas: no salió, y se intenta otra vez.",
        "Twilio refused it with a code that may be this person's or everybody's: nothing left, it is tried again.",
    )
    WINDOW_CLOSED = (
        "window_closed",
        "La ventana de 24 horas de WhatsApp estaba cerrada al texto libre (63016): sale la plantilla.",
        "WhatsApp's 24-hour window was closed to free text (63016): the template leaves instead.",
    )
    FAILED_FOR_NOW = (
        "failed_for_now",
        "Twilio lo aceptó y no lo pudo entregar por algo que pasa con el tiempo: se intenta otra vez, pocas veces.",
        "Twilio accepted it and could not deliver it for a cause that passes: it is tried again, a few times.",
    )
    SENDER_SUSPENDED = (
        "sender_suspended",
        "Remitente detenido por fallos seguidos; revise TWILIO_WHATSAPP_NUMBER, o SETTINGS.agents.….sender.",
        "Its sender is suspended: failures in a row. Check TWILIO_WHATSAPP_NUMBER, or SETTINGS.agents.….sender.",
    )
    TEMPLATE_SUSPENDED = (
        "template_suspended",
        "Plantilla detenida: falló varias veces seguidas. Revise SETTINGS.content_sids y la plantilla.",
        "Its template is suspended: failures in a row. Check SETTINGS.content_sids and the template.",
    )
    CLAIM_UNWRITTEN = (
        "claim_unwritten",
        "La tabla no respondió al reservar el envío: no salió nada y se intenta de nuevo.",
        "The table did not answer when the send was claimed: nothing left, and it is tried again.",
    )
    STALLED = (
        "stalled",
        "La función se detuvo antes de enviar: no salió nada y se intenta de nuevo.",
        "The function stalled before it sent: nothing left, and it is tried again.",
    )
    NEXT_CHANNEL = (
        "next_channel",
        "Por el canal anterior no llegó, y es definitivo; sale por el siguiente de `channels`.",
        "By the channel before it did not arrive, for good; it leaves by the next one of `channels`.",
    )
    NOT_FOUND_RESEND = (
        "not_found_resend",
        "Twilio no tiene el mensaje en su lista; sale una vez más, como manda `unclear`.",
        "Twilio's list does not have the message; it leaves once more, as `unclear` says.",
    )
    RESENT_BY_A_PERSON = (
        "resent_by_a_person",
        "Una persona decidió enviarlo una vez más.",
        "A person decided to send it once more.",
    )
    # why nobody can tell, yet or at all
    UNCLEAR_NOT_LISTED = (
        "unclear_not_listed",
        "No se sabe si salió: la lista de Twilio no lo muestra.",
        "Whether it left is not known: Twilio's list does not show it.",
    )
    UNCLEAR_CONTESTED = (
        "unclear_contested",
        "No se sabe si salió: lo que muestra la lista de Twilio puede ser de otra llamada al mismo teléfono.",
        "Whether it left is not known: what Twilio's list shows may be of another call to the phone.",
    )
    UNCLEAR_REWRITTEN = (
        "unclear_rewritten",
        "No se sabe si salió: Twilio cambia los mensajes de este remitente, o muestra uno que puede ser este.",
        "Whether it left is not known: Twilio rewrites this sender's messages, or shows one that may be this.",
    )
    UNCLEAR_UNREAD = (
        "unclear_unread",
        "No se sabe si salió: la lista de Twilio no se pudo leer.",
        "Whether it left is not known: Twilio's list could not be read.",
    )
    UNCLEAR_NO_LIST = (
        "unclear_no_list",
        "No se sabe si el correo salió: SES no tiene lista donde mirar.",
        "Whether the e-mail left is not known: SES has no list to look in.",
    )
    # how it was settled
    FOUND_IN_LIST = (
        "found_in_list",
        "Twilio no respondió con claridad, pero su lista muestra que salió.",
        "Twilio gave no clear answer, but its list shows that it left.",
    )
    REFUSED = (
        "refused",
        "Twilio rechazó el mensaje, y es definitivo; el código dice por qué.",
        "Twilio refused the message, and that is final; the code says why.",
    )
    FAILED_AFTER_ACCEPTANCE = (
        "failed_after_acceptance",
        "Twilio lo aceptó y después no lo pudo entregar; el código dice por qué.",
        "Twilio accepted it and then could not deliver it; the code says why.",
    )
    UNCONFIRMED = (
        "unconfirmed",
        "Twilio lo aceptó, y en 24 horas no dijo si llegó: puede que el teléfono esté apagado. Ya no se sigue.",
        "Twilio accepted it and did not say within 24 hours whether it arrived: the phone may be off. Not followed on.",
    )
    READ_UNKNOWN = (
        "read_unknown",
        "Llegó, y en 6 horas no se supo si lo leyeron: se puede ocultar. Ya no se sigue.",
        "It arrived, and within 6 hours nothing was heard of its being read: that can be hidden. No longer followed.",
    )
    RELEASED_BY_A_PERSON = (
        "released_by_a_person",
        "Una persona decidió no enviar nada más.",
        "A person decided that nothing more is sent.",
    )
    # why there is no message
    TOO_OLD = (
        "too_old",
        "La llamada terminó hace más de `lookback_hours`.",
        "The call ended longer ago than `lookback_hours`.",
    )
    END_UNKNOWN = (
        "end_unknown",
        "ElevenLabs no dice cuándo terminó la llamada, y la tabla ya no sabría si tuvo su mensaje: no se escribe.",
        "ElevenLabs does not say when the call ended, and the table would no longer know a message: none is sent.",
    )
    FORGOTTEN = (
        "forgotten",
        "La llamada terminó hace más de siete días, más de lo que recuerda la tabla.",
        "The call ended more than seven days ago, longer than the table remembers.",
    )
    BEFORE_NOT_BEFORE = (
        "before_not_before",
        "La llamada terminó antes de `not_before`.",
        "The call ended before `not_before`.",
    )
    NEVER_CALLED = (
        "never_called",
        "Se canceló antes de marcar.",
        "It was cancelled before it was dialled.",
    )
    NO_PHONE = (
        "no_phone",
        "No hay número de teléfono. Corrija la lista que subió a ElevenLabs.",
        "There is no phone number. Correct the list that was uploaded to ElevenLabs.",
    )
    INVALID_PHONE = (
        "invalid_phone",
        "El número de teléfono no sirve. Escríbalo con + y el código del país, como +573001239155.",
        "The phone number is of no use. Write it with + and the country's code, such as +573001239155.",
    )
    NO_EMAIL = (
        "no_email",
        "No hay correo electrónico que sirva. Agregue la columna `email` a la lista que sube a ElevenLabs.",
        "There is no e-mail address of use. Add a column `email` to the list that is uploaded to ElevenLabs.",
    )
    NO_CHANNEL = (
        "no_channel",
        "No queda canal: los de `channels` ya fallaron, o no llegan a esta persona.",
        "No channel is left: those of `channels` have failed, or do not reach this person.",
    )
    SAME_ATTEMPT = (
        "same_attempt",
        "Es la misma llamada, registrada antes de que apareciera su conversación: ese registro cuenta.",
        "It is the same call, recorded before its conversation appeared: that record counts.",
    )
    OPTED_OUT = (
        "opted_out",
        "La persona pidió que no le escriban, o bloqueó al remitente. Si ella lo pide (ALTA), vuelve a recibirlos.",
        "The person asked not to be written to, or blocked the sender. If they write START, they get them again.",
    )
    ONLY_IF = (
        "only_if",
        "Lo que averiguó la llamada no cumple `only_if`, o no se pudo averiguar: no recibe mensaje.",
        "What the call found out does not meet `only_if`, or was not found out: no message is sent.",
    )
    SUPERSEDED = (
        "superseded",
        "Otra llamada a la misma persona ocupa su lugar: la alcanzó después, o su mensaje vale por las dos.",
        "Another call to the same person takes its place: it reached them later, or its message stands for both.",
    )
    STATUS = (
        "status_",
        "El ajuste `statuses` dice que una llamada con el estado `{status}` no recibe mensaje.",
        "The setting `statuses` says that a call of the status `{status}` gets no message.",
    )


PHONE_REASONS = (Reason.NO_PHONE, Reason.INVALID_PHONE)
STANDS_STILL = (Reason.ACCOUNT_REFUSED, Reason.PARAMETER_REFUSED, Reason.SENDER_SUSPENDED, Reason.TEMPLATE_SUSPENDED)
"""Why a call waits until a parameter is put right: everybody's matter, not the person's."""


def explain(reason: str, language: str) -> str:
    """The sentence for a record's reason, `status_…` too; a reason of another version is given as it stands.

    Between backticks our sentences name settings and commands: what is none of ours has none.
    """
    reason = reason.replace("`", "'")
    if reason.startswith(Reason.STATUS):
        return Reason.STATUS.sentence(language).format(status=reason.removeprefix(Reason.STATUS))
    try:
        return Reason(reason).sentence(language)
    except ValueError:
        return reason
