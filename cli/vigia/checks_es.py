"""What `vigia doctor` says, in Spanish."""

from collections.abc import Mapping

CHECKS: Mapping[str, str] = {
    "ElevenLabs does not answer at {url}.": "ElevenLabs no responde en {url}.",
    "{count:batch|batches} on the list's first page": "{count:campaña|campañas} en la primera página de la lista",
    "The newest batch cannot be read: ElevenLabs answered {status}.": "La campaña más nueva no se puede leer: ElevenLabs respondió {status}.",
    "{count:recipient|recipients} in the newest one": "{count:persona|personas} en la más nueva",
    "nothing speaks against it": "nada indica otra cosa",
    "no post-call webhook that we may see": "no se ve ningún webhook posterior a la llamada",
    "{people:person|people} in the batches under way": "{people:persona|personas} en las campañas en curso",
    "see status.elevenlabs.io, and the stack's parameter ElevenLabsBaseUrl": "vea status.elevenlabs.io, y el parámetro ElevenLabsBaseUrl de la pila",
    "ELEVENLABS_API_KEY is valid and lacks the scope convai_read.": "ELEVENLABS_API_KEY es válida y le falta el permiso convai_read.",
    "ElevenLabs refuses ELEVENLABS_API_KEY ({status}).": "ElevenLabs rechaza ELEVENLABS_API_KEY ({status}).",
    "ElevenLabs gave no list of batches: it answered {status}.": "ElevenLabs no dio la lista de campañas: respondió {status}.",
    "Twilio tells nothing of the account: it answered {status}.": "Twilio no dice nada de la cuenta: respondió {status}.",
    "Twilio gave no list of senders: it answered {status}.": "Twilio no dio la lista de remitentes: respondió {status}.",
    "{where} could not be read: Twilio answered {status}": "{where} no se pudo leer: Twilio respondió {status}",
    "there is none yet": "todavía no hay ninguna",
    "give the key access to it in ElevenLabs, or another key: vigia secrets push": "dele acceso a la clave en ElevenLabs, o ponga otra: vigia secrets push",
    "The summaries are in another language than the message: {which}.": "Los resúmenes no están en el idioma del mensaje: {which}.",
    "set the agent's summary language in ElevenLabs, or: vigia settings set language …": "cambie el «summary language» del agente en ElevenLabs, o: vigia settings set language …",
    "the workspace": "toda la cuenta",
    "A post-call webhook is set for {where}: if what listens there writes too, people get two messages.": (
        "Hay un webhook posterior a la llamada en {where}: si quien lo recibe también escribe, la gente "
        "recibe dos mensajes."
    ),
    "see in ElevenLabs what it does; take it out, or make sure that it writes to nobody": "vea en ElevenLabs qué hace; quítelo, o asegúrese de que no le escriba a nadie",
    "{people:person is|people are} still to be called, and {allowed} may be written to in 24 hours.": "Por llamar: {people:persona|personas}; y se le puede escribir a {allowed} en 24 horas.",
    ("they wait, those who talked first go first; raise lookback_hours to {hours} so that none gets too old"): (
        "esperan, en el orden en que hablaron; suba lookback_hours a {hours} para que ninguna se quede sin mensaje"
    ),
    "give the key that scope in ElevenLabs, or another: vigia secrets push": "dele ese permiso a la clave en ElevenLabs, o ponga otra: vigia secrets push",
    "ElevenLabs' plan has no credit left.": "El plan de ElevenLabs se quedó sin crédito.",
    "see the plan in ElevenLabs": "vea el plan en ElevenLabs",
    "{agent}: {spoken}, and the message is in {wanted}": "{agent}: {spoken}, y el mensaje está en {wanted}",
    "{identity} is verified": "{identity} está verificada",
    "no channel of yours is e-mail": "el correo no está entre sus canales",
    "channels names email, and the stack's EmailIdentity is empty: the function may send none.": "channels nombra email, y EmailIdentity de la pila está vacío: la función no puede enviar ninguno.",
    "EmailIdentity in samconfig.mine.toml, then deploy (docs/operations.md, SMS and e-mail)": (
        "ponga EmailIdentity en samconfig.mine.toml y despliegue (docs/operations.es.md, SMS y correo)"
    ),
    "SES has not verified {identity}.": "SES no ha verificado {identity}.",
    "SES is in its sandbox: only verified addresses get mail.": "SES está en su sandbox: solo reciben correo las direcciones verificadas.",
    "ask for production access in the SES console": "pida acceso de producción en la consola de SES",
    "Stored as plain text, not encrypted: {names}.": "Guardados sin cifrar: {names}.",
    "{count:parameter|parameters} below {prefix}, of the right form": "{count:parámetro|parámetros} bajo {prefix}, con la forma correcta",
    "The contact laws were last read {days:day|days} ago: they may have changed.": "Las leyes de contacto se leyeron hace {days:día|días}: pueden haber cambiado.",
    "read {days:day|days} ago; whoever writes is responsible, not this table": "leídas hace {days:día|días}; responde quien escribe, no esta tabla",
    "every setting is understood": "todos los ajustes se entienden",
    "none: every default": "ninguno: todo por defecto",
    "contact_law is not in use": "contact_law no está en uso",
    "upgrade Vigía, or check docs/facts/contact-law.md against today's law": "actualice Vigía, o compare docs/facts/contact-law.md con la ley de hoy",
    "vigia tail, and look for ERROR; nothing there: look at the function's throttles in CloudWatch": "vigia tail, y busque errores; si no hay nada, vea los «throttles» de la función en CloudWatch",
    "{who}, in {region}": "{who}, en {region}",
    "This computer's clock is {seconds:.0f} s off AWS's: what is said of ages here is wrong.": (
        "El reloj de este equipo difiere {seconds:.0f} s del de AWS: los «hace …» de aquí no son exactos."
    ),
    "agrees with AWS's": "coincide con el de AWS",
    "The stack {stack} is {status}.": "La pila {stack} está en {status}.",
    "every minute": "cada minuto",
    "{ago} ago": "hace {ago}",
    "neither paused nor a dry run": "ni en pausa ni en ensayo",
    "Not confirmed, and so hears nothing: {who}.": "Sin confirmar, y por eso no se entera de nada: {who}.",
    "{count} confirmed": "{count:confirmada|confirmadas}",
    "Alarms that ring: {names}.": "Alarmas que suenan: {names}.",
    "{count:alarm|alarms} on, none rings": "{count:alarma encendida|alarmas encendidas}, ninguna suena",
    "see its events in CloudFormation, then: {mends}": "vea sus eventos en CloudFormation, y luego: {mends}",
    "wait until that is over, then: vigia doctor": "espere a que termine, y luego: vigia doctor",
    "The stack has no rule that invokes the function.": "La pila no tiene la regla que invoca la función.",
    "The rule is off: nothing is looked at, nothing is sent.": "La regla está apagada: no se mira ni se envía nada.",
    "It has not checked anything yet. If it was deployed a minute ago, wait for another.": "Todavía no ha revisado nada. Si se desplegó hace un minuto, espere otro.",
    "The last check was {ago} ago, and the rule fires every minute.": "La última revisión fue hace {ago}, y la regla dispara cada minuto.",
    "dry_run is on: nothing is sent and nothing recorded.": "Está en ensayo (dry_run): no se envía ni se registra nada.",
    "set not_before first, or calls that ended lately get messages too; then: vigia settings unset dry_run": (
        "ponga antes not_before, o se escribirá también por las llamadas que terminaron hace poco; luego: vigia "
        "settings unset dry_run"
    ),
    "It is paused: nothing is sent.": "Está en pausa: no se envía nada.",
    "press “Confirm subscription” in AWS's mail; if it is gone: aws sns subscribe, with the same address": (
        "pulse «Confirm subscription» en el correo de AWS; si ya no está: aws sns subscribe, con la misma dirección"
    ),
    "nobody is subscribed: alarms are heard by nobody (AlertEmail, ReplyEmail)": "nadie está suscrito: nadie oye las alarmas (AlertEmail, ReplyEmail)",
    "Alarms that are off: {names}.": "Alarmas apagadas: {names}.",
    "docs/operations.md has a chapter for each": "docs/operations.es.md tiene un capítulo para cada una",
    "There is not one alarm of this stack.": "No hay ninguna alarma de esta pila.",
    "AWS did not say what time it is": "AWS no dijo qué hora es",
    "The rule {rule} was deleted.": "Alguien borró la regla {rule}.",
    "Twilio refuses TWILIO_ACCOUNT_SID with {key} ({status}).": "Twilio rechaza TWILIO_ACCOUNT_SID con {key} ({status}).",
    "active": "activa",
    "{count} online": "{count} en línea",
    "{count} approved": "{count:aprobada|aprobadas}",
    "{where} does not exist in this account": "{where} no existe en esta cuenta",
    "{where} is not approved by WhatsApp: {status}": "{where} no está aprobada por WhatsApp: {status}",
    "{where} is of the category MARKETING: numbers of the United States get nothing, others are capped": (
        "{where} es de categoría MARKETING: a los números de Estados Unidos no les llega, y a otros no siempre"
    ),
    "{where} is in the language {spoken}": "{where} está en el idioma {spoken}",
    "{where} asks for {asked}, and we send {sent}: people would read the samples": "{where} pide {asked}, y se envían {sent}: la gente leería los ejemplos",
    "Twilio does not answer at {url}.": "Twilio no responde en {url}.",
    "see status.twilio.com, and the stack's parameter TwilioBaseUrl": "vea status.twilio.com, y el parámetro TwilioBaseUrl de la pila",
    "The Twilio account is {status}.": "La cuenta de Twilio está en {status}.",
    "see the account in Twilio's console": "vea la cuenta en la consola de Twilio",
    "active, on trial: 50 messages a day, to verified numbers only": "activa, de prueba: 50 mensajes al día, y solo a números verificados",
    "Twilio does not tell this key about senders ({status})": "Twilio no le muestra los remitentes a esta clave ({status})",
    "No WhatsApp sender of this account: {senders}.": "No es un remitente de WhatsApp de esta cuenta: {senders}.",
    (
        "register the number in Twilio (Messaging › Senders › WhatsApp), or put another TWILIO_WHATSAPP_NUMBER"
    ): "registre el número en Twilio (Messaging › Senders › WhatsApp), o ponga otro TWILIO_WHATSAPP_NUMBER",
    "Not online: {senders}.": "No está en línea: {senders}.",
    "see Messaging › Senders › WhatsApp in Twilio's console": "vea Messaging › Senders › WhatsApp en la consola de Twilio",
    "Meta rates the quality of {senders} low: it may be paused.": "Meta califica como baja la calidad de {senders}: puede suspenderlo.",
    "write only to who expects it; see the sender's page in WhatsApp Manager": "escriba solo a quien lo espera; vea la página del remitente en WhatsApp Manager",
    "the sandbox: only phones that joined it get messages, for three days each": "el sandbox: solo reciben los teléfonos que se unieron, por tres días cada vez",
    "none in use: free text, which reaches only who wrote within 24 hours, or who is in the sandbox": (
        "ninguna en uso: texto libre, que solo llega a quien escribió en las últimas 24 horas o está en el sandbox"
    ),
    "see Messaging › Content Template Builder in Twilio's console, then: vigia settings edit": "vea Messaging › Content Template Builder en la consola de Twilio, y luego: vigia settings edit",
}
