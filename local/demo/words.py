"""What the demo says, in the reader's language."""

import locale
import os
from collections.abc import Mapping

SPANISH: Mapping[str, str] = {
    "title": "Vigía: una campaña de mentira en un AWS local. Nada sale de esta máquina.",
    "start": "Arrancar el AWS local",
    "secrets": "Guardar los secretos",
    "build": "Construir la función (sam build)",
    "deploy": "Desplegar template.yaml (sam deploy)",
    "campaign": "ElevenLabs empieza a llamar a {people} personas: «{name}»",
    "ended": "Fin de la llamada a {who}: {outcome}",
    "completed": "hablaron",
    "voicemail": "saltó el buzón",
    "failed": "no contestó",
    "message": "WhatsApp para {who}, {seconds:.0f} s después",
    "run": "La regla ejecutó la función a las {time}: {ticks} revisiones, {sent} mensajes",
    "run_by_hand": "La ejecución a mano terminó: {ticks} revisiones, {sent} mensajes",
    "run_failed": "La función terminó en un error: {error}",
    "counts": "llamadas terminadas: {ended} · mensajes: {messages}",
    "page": "Ábralo en el navegador: {address} (la campaña, un teléfono, el tablero, y botones para que falle)",
    "stop": "Ctrl-C para terminar",
    "stop_after": "termina a los {minutes:g} min, o con Ctrl-C",
    "nobody": "alguien sin nombre",
    "ending": "Apagando el AWS local…",
    "result": "Llamadas terminadas: {ended}; mensajes: {messages}; personas con dos o más: {twice}.",
    "not_yet": "Sin mensaje todavía, porque la demo terminó antes: {count}.",
    "not_yet_who": "  · {who}: {why}",
    "why_unseen": "su llamada acaba de terminar; la próxima revisión, en unos segundos, la ve",
    "why_claimed": "se le está escribiendo",
    "why_waiting_summary": "espera el resumen de su llamada, a lo sumo 2 min",
    "why_waiting_missed_wait": "no contestó y pueden volver a llamarle: espera el fin de la campaña, a lo sumo 10 min",
    "why_waiting": "espera ({reason}) y le escribirá una de las próximas revisiones",
    "why_other": "su registro dice {status} ({reason}); docs/reference.es.md explica cada motivo",
    "next": """Para desplegarlo de verdad (README.es.md lo cuenta paso a paso):
  1. Elija la región y guarde los secretos y el remitente en SSM, sin que queden en el historial:
     ELEVENLABS_API_KEY, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN y TWILIO_WHATSAPP_NUMBER (pasos 1 a 3).
  2. Empiece con un ensayo: {dry_run} y su propia firma (brand) en SETTINGS. Así no sale nada (paso 4).
  3. sam build y sam deploy --guided, con su cuenta (paso 5); confirme el correo y abra el tablero (paso 6).
  4. Lea con vigia preview lo que habría salido; solo entonces termine el ensayo (paso 7).""",
}

ENGLISH: Mapping[str, str] = {
    "title": "Vigía: a made-up campaign on a local AWS. Nothing leaves this machine.",
    "start": "Start the local AWS",
    "secrets": "Put the secrets",
    "build": "Build the function (sam build)",
    "deploy": "Deploy template.yaml (sam deploy)",
    "campaign": "ElevenLabs begins to call {people} people: “{name}”",
    "ended": "The call to {who} has ended: {outcome}",
    "completed": "they talked",
    "voicemail": "it went to voicemail",
    "failed": "no answer",
    "message": "WhatsApp to {who}, {seconds:.0f} s later",
    "run": "The rule ran the function at {time}: {ticks} ticks, {sent} messages",
    "run_by_hand": "The run by hand has ended: {ticks} ticks, {sent} messages",
    "run_failed": "The function ended in an error: {error}",
    "counts": "calls ended: {ended} · messages: {messages}",
    "page": "Open it in a browser: {address} (the campaign, a phone, the dashboard, and buttons to make it fail)",
    "stop": "Ctrl-C ends it",
    "stop_after": "ends after {minutes:g} min, or with Ctrl-C",
    "nobody": "someone without a name",
    "ending": "Stopping the local AWS…",
    "result": "Calls ended: {ended}; messages: {messages}; people with two or more: {twice}.",
    "not_yet": "No message yet, for the demo ended first: {count}.",
    "not_yet_who": "  · {who}: {why}",
    "why_unseen": "the call has just ended; the next look, in a few seconds, sees it",
    "why_claimed": "is being written to",
    "why_waiting_summary": "waits for the call's summary, 2 min at most",
    "why_waiting_missed_wait": "did not answer and may be called again: waits for the campaign to end, 10 min at most",
    "why_waiting": "waits ({reason}), and one of the next looks writes",
    "why_other": "the record says {status} ({reason}); docs/reference.md explains each reason",
    "next": """To deploy it for real (README.md tells it step by step):
  1. Choose the region, and put the secrets and the sender into SSM, out of the shell's history:
     ELEVENLABS_API_KEY, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_WHATSAPP_NUMBER (steps 1 to 3).
  2. Begin with a rehearsal: {dry_run} and your own signature (brand) in SETTINGS. Nothing can leave (step 4).
  3. sam build and sam deploy --guided, with your account (step 5); confirm the e-mail, open the dashboard (step 6).
  4. Read what would have left, with vigia preview; only then end the rehearsal (step 7).""",
}


def readers_words() -> Mapping[str, str]:
    """Spanish where the reader's locale is, English elsewhere."""
    return SPANISH if readers_language() == "es" else ENGLISH


def readers_language() -> str:
    """`es` where the reader's locale is, `en` elsewhere."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "es" if locale.normalize(named).startswith("es") else "en"
