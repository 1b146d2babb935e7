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
    "stop": "Ctrl-C para terminar",
    "stop_after": "termina a los {minutes:g} min, o con Ctrl-C",
    "nobody": "alguien sin nombre",
    "ending": "Apagando el AWS local…",
    "result": "Llamadas terminadas: {ended}; mensajes: {messages}; personas con dos o más: {twice}; faltan: {missing}.",
    "next": """Para desplegarlo de verdad (README.es.md lo cuenta paso a paso):
  1. Guarde los secretos en SSM, sin que queden en el historial: README.es.md, paso 2.
  2. sam build && sam deploy        # con su cuenta y su región: AWS_PROFILE, AWS_REGION
  3. sam remote invoke MonitorFunction --event-file events/once.json
  4. Empiece con {dry_run} en SETTINGS y mire el panel de CloudWatch.""",
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
    "stop": "Ctrl-C ends it",
    "stop_after": "ends after {minutes:g} min, or with Ctrl-C",
    "nobody": "someone without a name",
    "ending": "Stopping the local AWS…",
    "result": "Calls ended: {ended}; messages: {messages}; people with two or more: {twice}; still due: {missing}.",
    "next": """To deploy it for real (README.md tells it step by step):
  1. Put the secrets into SSM, out of the shell's history: README.md, step 2.
  2. sam build && sam deploy        # with your account and region: AWS_PROFILE, AWS_REGION
  3. sam remote invoke MonitorFunction --event-file events/once.json
  4. Start with {dry_run} in SETTINGS, and look at the CloudWatch dashboard.""",
}


def readers_words() -> Mapping[str, str]:
    """Spanish where the reader's locale is, English elsewhere."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return SPANISH if locale.normalize(named).startswith("es") else ENGLISH
