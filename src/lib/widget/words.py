"""The widget's words, in Spanish and English."""

from collections.abc import Mapping

_ES: Mapping[str, str] = {
    # the sentence on top
    "well": "Todo en orden: última revisión {ago}; {today}.",
    "person": "Hay algo que espera a una persona: {needs}. Última revisión {ago}; {today}.",
    "paused": "En pausa: se revisan las llamadas y no sale ningún mensaje. Última revisión {ago}; {today}.",
    "rehearsal": "Ensayo: se decide todo y no sale ni se registra nada. Última revisión {ago}; {today}.",
    "silent": "Vigía está parada: la última revisión fue {ago}. Nadie recibe mensajes; avise a su técnico. {Today}.",
    "never": "Vigía aún no ha revisado nada: la primera revisión llega en un minuto; si no, avise a su técnico.",
    "broken": "Vigía no puede trabajar: {problem}",
    "unread": "La tabla no responde; vuelva a intentarlo en un minuto. ({problem})",
    # of one, and of any other number
    "today": "hoy",
    "finished": "{n} llamada|{n} llamadas",
    "sent": "{n} con mensaje|{n} con mensaje",
    "delivered": "{n} entregado|{n} entregados",
    "read": "{n} leído|{n} leídos",
    "replied": "{n} respondió|{n} respondieron",
    "failed_today": "{n} falló|{n} fallaron",
    "skipped_today": "{n} sin mensaje|{n} sin mensaje",
    "held_today": "{n} retenida|{n} retenidas",
    "waiting_today": "{n} en espera|{n} en espera",
    "seconds": "hace {n} s",
    "minutes": "hace {n} min",
    "hours": "hace {n} h",
    "needs_held": "{n} retenida|{n} retenidas",
    "needs_answers": "{n} respuesta sin atender|{n} respuestas sin atender",
    "needs_unreadable": "{n} registro que no se puede leer|{n} registros que no se pueden leer",
    # parts
    "title_needs": "Espera a una persona",
    "title_latest": "Últimas llamadas",
    "title_found": "Llamadas de {asked}",
    "title_steer": "Controles",
    "nothing_needed": "Nada.",
    "no_calls": "Ninguna todavía.",
    "not_found": "No hay ninguna en los últimos siete días. Un teléfono se escribe con + y el código del país.",
    "more": "… y {n} más: {command}",
    "answered": "{who} respondió el {at}: «{text}»",
    "files": "{n} archivo|{n} archivos",
    "handled": " (atendida)",
    "suppressed": "En la lista de exclusión desde {at}, y no se le escribe: {whose}.",
    "wish_call": "lo dijo en la llamada {why}",
    "wish_twilio": "Twilio rechazó un mensaje para esta persona, código {why}",
    "wish_hand": "a mano, con `vigia suppress`",
    "wish_message": "lo escribió, mensaje {why}",
    "reply": "Contestar en WhatsApp",
    "unreadable": "El registro {key} no se puede leer: {problem}.",
    "next": "Qué hacer: {what}",
    "ask": "Teléfono o conversación",
    "search": "¿Por qué no le llegó?",
    "setting": "Ajustes: {pace}; {paused}; {rehearsal}.",
    "pace": "una revisión cada {n} s",
    "pace_deployed": "el ritmo desplegado",
    "is_paused": "en pausa",
    "is_not_paused": "sin pausa",
    "is_rehearsal": "en ensayo",
    "is_not_rehearsal": "sin ensayo",
    "read_only": "Esta vista solo muestra. Para los botones hace falta el permiso de operador (docs/operations.md).",
    # buttons, and what each asks before
    "quoted": "«{text}»",
    "do_pause": "Pausar",
    "sure_pause": "¿Pausar? Desde la próxima ejecución no sale ningún mensaje; las llamadas se siguen revisando.",
    "do_resume": "Reanudar",
    "sure_resume": "¿Reanudar? Salen los mensajes que esperan.",
    "do_dry_run_on": "Ensayar",
    "sure_dry_run_on": "¿Ensayar? No sale ningún mensaje y no se registra nada.",
    "do_dry_run_off": "Terminar el ensayo",
    "sure_dry_run_off": (
        "¿Terminar el ensayo? Desde la próxima ejecución salen mensajes de verdad, también por las llamadas de las "
        "últimas horas que not_before no deje fuera."
    ),
    "do_interval": "Cada {n} s",
    "sure_interval": "¿Una revisión cada {n} segundos?",
    "do_interval_null": "Ritmo desplegado",
    "sure_interval_null": "¿Volver al ritmo desplegado?",
    "do_release": "Dejarla sin mensaje",
    "sure_release": "¿Dejar a {who} sin mensaje? Antes se mira una vez más la lista de Twilio.",
    "do_resend": "Enviarlo otra vez",
    "sure_resend": "¿Enviar otra vez a {who}? Antes se mira la lista de Twilio, si no se sabe si salió.",
    "do_handled": "Atendida",
    "sure_handled": "¿Dar por atendida la respuesta de {who}?",
    # what became of it
    "done": "Hecho: {what}.",
    "done_settings": "{what}; vale desde la próxima ejecución, en un minuto a lo sumo",
    "done_status": "la llamada está ahora «{status}»",
    "done_handled": "la respuesta está atendida",
    "failed": "No se hizo: {why}",
    "already": "esa respuesta no está, o ya estaba atendida",
    "unknown_action": "no hay ninguna acción «{do}»; hay {all}",
    "wrong_on": "`on` es true o false",
    "wrong_interval": "`seconds` es un número entero de 5 a 60, o null",
    "wrong_pk": "falta `{key}`",
    "why_resend": "desde el tablero",
}
_EN: Mapping[str, str] = {
    "well": "All is well: last look {ago}; {today}.",
    "person": "Something waits for a person: {needs}. Last look {ago}; {today}.",
    "paused": "Paused: calls are looked at, and no message leaves. Last look {ago}; {today}.",
    "rehearsal": "Rehearsal: all is decided, nothing leaves and nothing is recorded. Last look {ago}; {today}.",
    "silent": "Vigía stands still: the last look was {ago}. Nobody gets a message; tell your engineer. {Today}.",
    "never": "Vigía has not looked yet: the first look comes within a minute; if it does not, tell your engineer.",
    "broken": "Vigía cannot work: {problem}",
    "unread": "The table does not answer; try again in a minute. ({problem})",
    "today": "today",
    "finished": "{n} call|{n} calls",
    "sent": "{n} written to|{n} written to",
    "delivered": "{n} delivered|{n} delivered",
    "read": "{n} read|{n} read",
    "replied": "{n} answered|{n} answered",
    "failed_today": "{n} failed|{n} failed",
    "skipped_today": "{n} without a message|{n} without a message",
    "held_today": "{n} held|{n} held",
    "waiting_today": "{n} waiting|{n} waiting",
    "seconds": "{n} s ago",
    "minutes": "{n} min ago",
    "hours": "{n} h ago",
    "needs_held": "{n} held|{n} held",
    "needs_answers": "{n} answer nobody has dealt with|{n} answers nobody has dealt with",
    "needs_unreadable": "{n} record that cannot be read|{n} records that cannot be read",
    "title_needs": "Waits for a person",
    "title_latest": "Latest calls",
    "title_found": "Calls of {asked}",
    "title_steer": "Steering",
    "nothing_needed": "Nothing.",
    "no_calls": "None yet.",
    "not_found": "There is none within the last seven days. A phone is written with + and the country's code.",
    "more": "… and {n} more: {command}",
    "answered": "{who} answered on {at}: “{text}”",
    "files": "{n} file|{n} files",
    "handled": " (dealt with)",
    "suppressed": "On the suppression list since {at}, and not written to: {whose}.",
    "wish_call": "they said so in the call {why}",
    "wish_twilio": "Twilio refused a message to them, code {why}",
    "wish_hand": "by hand, with `vigia suppress`",
    "wish_message": "they wrote so, message {why}",
    "reply": "Answer in WhatsApp",
    "unreadable": "The record {key} cannot be read: {problem}.",
    "next": "What to do: {what}",
    "ask": "Phone or conversation",
    "search": "Why did it not arrive?",
    "setting": "Settings: {pace}; {paused}; {rehearsal}.",
    "pace": "a look every {n} s",
    "pace_deployed": "the deployed pace",
    "is_paused": "paused",
    "is_not_paused": "not paused",
    "is_rehearsal": "a rehearsal",
    "is_not_rehearsal": "no rehearsal",
    "read_only": "This view only shows. To steer, the operator's policy is needed (docs/operations.md).",
    "quoted": "“{text}”",
    "do_pause": "Pause",
    "sure_pause": "Pause? From the next run on no message leaves; calls are still looked at.",
    "do_resume": "Resume",
    "sure_resume": "Resume? The messages that wait will leave.",
    "do_dry_run_on": "Rehearse",
    "sure_dry_run_on": "Rehearse? No message leaves and nothing is recorded.",
    "do_dry_run_off": "End the rehearsal",
    "sure_dry_run_off": (
        "End the rehearsal? From the next run on messages leave for real, also for the calls of the last hours that "
        "not_before does not leave out."
    ),
    "do_interval": "Every {n} s",
    "sure_interval": "A look every {n} seconds?",
    "do_interval_null": "Deployed pace",
    "sure_interval_null": "Back to the deployed pace?",
    "do_release": "Leave it without a message",
    "sure_release": "Leave {who} without a message? Twilio's list is looked at once more before.",
    "do_resend": "Send it once more",
    "sure_resend": "Send to {who} once more? Twilio's list is looked at before, if it is not known whether it left.",
    "do_handled": "Dealt with",
    "sure_handled": "Take the answer of {who} as dealt with?",
    "done": "Done: {what}.",
    "done_settings": "{what}; in force from the next run on, within a minute",
    "done_status": "the call is now “{status}”",
    "done_handled": "the answer is dealt with",
    "failed": "Not done: {why}",
    "already": "that answer is not there, or was dealt with before",
    "unknown_action": "there is no action “{do}”; there are {all}",
    "wrong_on": "`on` is true or false",
    "wrong_interval": "`seconds` is a whole number from 5 to 60, or null",
    "wrong_pk": "`{key}` is missing",
    "why_resend": "from the dashboard",
}
LANGUAGES: Mapping[str, Mapping[str, str]] = {"es": _ES, "en": _EN}


def words_of(language: str) -> Mapping[str, str]:
    """Spanish unless another is asked for and there is one."""
    return LANGUAGES.get(language, _ES)


def counted(words: Mapping[str, str], name: str, count: int) -> str:
    """A number with its word: `1 retenida`, `2 retenidas`."""
    one, _, more = words[name].partition("|")
    return (one if count == 1 else more).format(n=count)


DESCRIPTION = """## Vigía

Si todo está en orden, qué espera a una persona, y las últimas llamadas, cada una con su historia. /
Whether all is well, what waits for a person, and the latest calls, each with its story.

### Parámetros / Parameters

| parameter | default | meaning |
|---|---|---|
| `lang` | `es` | `es` o/or `en` |
| `phone` | – | las llamadas de un teléfono o una conversación / the calls of a phone or a conversation |
| `do` | – | `pause`, `resume`, `dry_run` (`on`), `interval` (`seconds`), `release`, `resend` (`pk`), `handled` (`sid`)|

```yaml
lang: es
```
"""
