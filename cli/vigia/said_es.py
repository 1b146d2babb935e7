"""What the other commands say, in Spanish."""

from collections.abc import Mapping

SAID: Mapping[str, str] = {
    "es or en": "es o en",
    "a stack's name": "el nombre de una pila",
    "Written to {where}; there is no stack {stack} yet that reads it.": "Guardado en {where}; todavía no hay una pila {stack} que lo lea.",
    "Stopped before it was done.": "Se detuvo antes de terminar.",
    "try again in a minute; if it stays: vigia doctor": "intente de nuevo en un minuto; si sigue: vigia doctor",
    "try again; if it stays, look whether the table is there: vigia doctor": "intente de nuevo; si sigue, mire si la tabla está: vigia doctor",
    "The stack's table is gone.": "La tabla de la pila ya no existe.",
    "docs/operations.md, The table back from a backup": "docs/operations.md, «The table back from a backup» (en inglés)",
    "The table gave no clear answer: {what}.": "La tabla no respondió con claridad: {what}.",
    "so some may be missing here; what it means: docs/operations.md, The log": "por eso aquí puede faltar alguien; qué significa: docs/operations.md, The log",
    "This computer refused it: {what}.": "Este equipo no lo permitió: {what}.",
    "Nobody foresaw this: {place}. Please report that line.": "Esto no estaba previsto: {place}. Por favor, envíenos esa línea.",
    "The stack {stack} has no output {name}: it is not Vigía, or of another version.": "La pila {stack} no tiene la salida {name}: no es Vigía, o es de otra versión.",
    "There is no stack named {stack} in {region}.": "No hay ninguna pila llamada {stack} en {region}.",
    "vigia --stack NAME …, or the right AWS_REGION; to deploy it: README, step 5": "vigia --stack NOMBRE …, o la AWS_REGION correcta; para desplegarla: README.es, paso 5",
    "The table remembers seven days: from {first} to {last}.": "La tabla recuerda siete días: del {first} al {last}.",
    "--day must be a date such as {today}.": "--day debe ser una fecha como {today}.",
    "{name}: done.": "{name}: hecho.",
    "{count:more check was|more checks were} not made: nothing new would be said.": "{count:revisión más no se hizo|revisiones más no se hicieron}, para no repetir esto.",
    "There is no check {name}.": "No existe la revisión {name}.",
    "Released: nothing more is sent for this call.": "Liberada: no se envía nada más por esta llamada.",
    "It leaves at the next tick, within a minute.": "Sale en la próxima revisión, en menos de un minuto.",
    "Twilio's list shows the message by now: it had left. Nothing is sent again.": "La lista de Twilio ya muestra el mensaje: sí había salido. No se envía otra vez.",
    ("Look the phone up in Twilio's log, at that minute. Then: vigia release PK, or vigia resend PK --reason TEXT"): (
        "Busque el teléfono en el registro de Twilio, en ese minuto. Luego: vigia release PK, o vigia resend "
        "PK --reason TEXTO"
    ),
    "Of an e-mail, ask the person whether it arrived. Then: vigia release PK, or vigia resend PK --reason TEXT": (
        "De un correo, pregúntele a la persona si le llegó. Luego: vigia release PK, o vigia resend PK --reason TEXTO"
    ),
    "Nothing is held.": "No hay nada retenido.",
    "--reason must say why.": "--reason debe decir por qué.",
    "Which call? Give its pk.": "¿De qué llamada? Dé su pk.",
    "No answer came in time. It may be done all the same: look at the call before you decide again.": "No llegó respuesta a tiempo. Puede que se haya hecho: mire la llamada antes de decidir otra vez.",
    "The function gave no answer that is understood.": "La respuesta de la función no se entiende.",
    "The call is now: {status}": "La llamada está ahora: {status}",
    "http://127.0.0.1:{port}/metrics, until Ctrl-C": "http://127.0.0.1:{port}/metrics, hasta Ctrl-C",
    "{send} would leave, {wait} would wait, {skip} would get no message. Nothing was sent.": "{send:saldría|saldrían}, {wait:esperaría|esperarían}, {skip:quedaría|quedarían} sin mensaje. No se envió nada.",
    "would get the follow-up": "recibiría el mensaje de seguimiento",
    "would get the message to a missed call": "recibiría el mensaje de llamada perdida",
    "would wait": "esperaría",
    "would get no message": "no recibiría mensaje",
    "until": "hasta",
    "There is no such answer, or it was dealt with before.": "No existe esa respuesta, o ya se había atendido.",
    "Marked as dealt with.": "Marcada como atendida.",
    "Nobody waits for an answer.": "Nadie espera respuesta.",
    "Nobody has answered in the last seven days.": "Nadie ha respondido en los últimos siete días.",
    "In force within a minute. Whether they work: vigia doctor": "Valen en menos de un minuto. Para saber si sirven: vigia doctor",
    "What you paste is not shown. Enter alone leaves a value as it is.": "Lo que pegue no se ve. Con solo Enter queda el valor que está.",
    "There is nothing to put: none of the names is one of ours.": "No hay nada que guardar: ninguno de esos nombres es de Vigía.",
    "{name}: written.": "{name}: guardado.",
    "{name} is none of ours, and is left out.": "{name} no es de Vigía, y se deja fuera.",
    "There is no terminal to ask on.": "No hay una terminal en la que preguntar.",
    "There is no file {path}.": "No existe el archivo {path}.",
    "{path} cannot be read: {kind}.": "{path} no se puede leer: {kind}.",
    "Written; in force within a minute.": "Guardado; vale en menos de un minuto.",
    "There is no terminal for an editor.": "No hay una terminal para un editor.",
    "{name} holds no object, so {key} is not a setting.": "{name} no contiene un objeto, así que {key} no es un ajuste.",
    "Paused: nothing leaves from the next invocation on, within a minute. To go on: vigia resume": "En pausa: no sale nada desde la próxima ejecución, en menos de un minuto. Para seguir: vigia resume",
    "No longer paused, but dry_run is on: nothing leaves. To end it: vigia doctor paused": "Ya no está en pausa, pero sí en ensayo (dry_run): no sale nada. Para terminarlo: vigia doctor paused",
    "Running again from the next invocation on, within a minute.": "Sigue enviando desde la próxima ejecución, en menos de un minuto.",
    "The editor “{editor}” cannot be started; nothing was written.": "El editor «{editor}» no se puede abrir; no se guardó nada.",
    "The editor ended with an error; nothing was written.": "El editor terminó con error; no se guardó nada.",
    "Nothing was changed.": "No cambió nada.",
    "Edit it again?": "¿Editarlo de nuevo?",
    "Running: last check {ago} ago.": "Funcionando: última revisión hace {ago}.",
    (
        "Today: {finished:call|calls} ended; {sent} written to, {delivered} delivered, {read} read, {replied} "
        "answered; {failed} failed, {skipped} without a message, {held} held, {waiting} waiting."
    ): (
        "Hoy: {finished:llamada terminada|llamadas terminadas}; {sent} con mensaje, "
        "{delivered:entregado|entregados}, {read:leído|leídos}, {replied:respondió|respondieron}; "
        "{failed:fallida|fallidas}, {skipped} sin mensaje, {held:retenida|retenidas}, {waiting} en espera."
    ),
    "Interval: {seconds:g} s. Calls of the last seven days: {count}.": "Intervalo: {seconds:g} s. Llamadas de los últimos siete días: {count}.",
    "It has not checked anything yet.": "Todavía no ha revisado nada.",
    "Standing still: the last check was {ago} ago.": "Parada: la última revisión fue hace {ago}.",
    "Rehearsing (dry_run): nothing leaves. Last check {ago} ago.": "En ensayo (dry_run): no sale nada. Última revisión hace {ago}.",
    "Paused: nothing leaves. Last check {ago} ago. To go on: vigia resume": "En pausa: no sale nada. Última revisión hace {ago}. Para seguir: vigia resume",
    "Held, a person decides: {count}. See them: vigia held": "Retenidas, decide una persona: {count}. Para verlas: vigia held",
    "Answers that nobody has dealt with: {count}. See them: vigia replies --open": "Respuestas que nadie ha atendido: {count}. Para verlas: vigia replies --open",
    "An item cannot be read: {pk}: {problem}": "Un elemento no se puede leer: {pk}: {problem}",
    "Why? vigia doctor": "¿Por qué? vigia doctor",
    "A newer wish of this person is known; nothing was changed.": "Esta persona pidió otra cosa después; no cambió nada.",
    "On the suppression list since {since}, and not written to: {whose}.": "En la lista de exclusión desde {since}, y no se le escribe: {whose}.",
    "they said so in the call {conversation}": "lo dijo en la llamada {conversation}",
    "Twilio refused a message to them, code {code}": "Twilio rechazó un mensaje para esta persona, código {code}",
    "by hand, with vigia suppress": "a mano, con vigia suppress",
    "they wrote so, message {sid}": "lo escribió, mensaje {sid}",
    "Whose? Give a phone, a conversation or a pk.": "¿De quién? Dé un teléfono, una conversación o un pk.",
    "Nobody can listen on port {port} here: it is taken, or is none.": "En el puerto {port} no se puede escuchar: está ocupado, o no existe.",
    "{key} is not a setting.": "{key} no es un ajuste.",
    "Not on the suppression list: may be written to.": "No está en la lista de exclusión: se le puede escribir.",
    "call ended ({status}): {ids}": "llamada terminada ({status}): {ids}",
    "message sent: {ids}": "mensaje enviado: {ids}",
    "message delivered: {ids}": "mensaje entregado: {ids}",
    "message read: {ids}": "mensaje leído: {ids}",
    "message failed ({code}): {ids}": "mensaje fallido ({code}): {ids}",
    "held, a person decides: {ids}": "retenido, decide una persona: {ids}",
    "the person answered: {ids}": "la persona respondió: {ids}",
    "no message ({reason}): {ids}": "sin mensaje ({reason}): {ids}",
    "batch {batch_id} ({batch_status}): {states}": "campaña {batch_id} ({batch_status}): {states}",
    (
        "check done: {batches_listed:batch|batches} in the workspace, {BatchesMonitored} active or recent; "
        "{CallsFinished:call|calls} ended, {messages:message|messages} sent, {Errors:error|errors}; {duration_ms} ms"
    ): (
        "revisión completada: {batches_listed:campaña|campañas} en la cuenta, {BatchesMonitored:activa o "
        "reciente|activas o recientes}; {CallsFinished:llamada terminada|llamadas terminadas}, "
        "{messages:mensaje enviado|mensajes enviados}, {Errors:error|errores}; {duration_ms} ms"
    ),
    "— an invocation begins: {ticks:check|checks}, {spacing_seconds:g} s apart —": "— comienza una ejecución: {ticks:revisión|revisiones}, cada {spacing_seconds:g} s —",
    "Lambda: a run ended badly: {status}. What to do: docs/operations.md, Failed runs": (
        "Lambda: una ejecución terminó mal: {status}. Qué hacer: docs/operations.es.md, «Ejecuciones fallidas»"
    ),
    "the digest of {day} was told": "se envió el resumen del {day}",
    "a button of the dashboard was pressed: {do}  {ids}": "se pulsó un botón del tablero: {do}  {ids}",
    "a button of the dashboard did nothing: {do}  {ids}": "un botón del tablero no hizo nada: {do}  {ids}",
    "rehearsal: {would_send} would leave, {would_wait} would wait, {would_skip} get no message": "ensayo: {would_send:saldría|saldrían}, {would_wait:esperaría|esperarían}, {would_skip:quedaría|quedarían} sin mensaje",
    "The log holds nothing of the last ten minutes.": "El registro no tiene nada de los últimos diez minutos.",
    "None of them was there.": "No estaba ninguno.",
    "{count} left for later": "{count:queda|quedan} para después",
    "No call of {asked} is known.": "No se conoce ninguna llamada de {asked}.",
    (
        "Either it has not ended yet, or it ended before not_before, longer than lookback_hours ({hours:g}) "
        "ago, or more than seven days ago, which is as far as the table remembers."
    ): (
        "O no ha terminado todavía, o terminó antes de not_before, hace más de lookback_hours ({hours:g} horas), o "
        "hace más de siete días, que es lo que recuerda la tabla."
    ),
    "Until it goes on, no call is recorded.": "Hasta que siga, no se registra ninguna llamada.",
    "To see what would be done about the calls of now: vigia preview. Whether all is well: vigia doctor": "Para ver qué se haría con las llamadas de ahora: vigia preview. Para saber si todo está bien: vigia doctor",
    "If it is a phone: write it with + and the country's code.": "Si es un teléfono: escríbalo con + y el código del país.",
    "They wrote on {at}: {text}": "Escribió el {at}: {text}",
    "AWS's SDK ended in {kind}.": "El SDK de AWS falló: {kind}.",
    "No AWS region is chosen.": "No hay una región de AWS elegida (AWS_REGION).",
    "There are no usable AWS credentials here.": "Aquí no hay credenciales de AWS que sirvan.",
    "AWS could not be reached: no connection, or the region is misspelt.": "No se pudo llegar a AWS: no hay conexión, o la región está mal escrita.",
    "look at AWS_REGION and AWS_ENDPOINT_URL": "revise AWS_REGION y AWS_ENDPOINT_URL",
    "AWS refused {operation}: {code}.": "AWS rechazó {operation}: {code}.",
    "AWS takes no signature of this computer's, for its clock is wrong.": "AWS no acepta las firmas de este equipo, porque su reloj está mal.",
    "The KMS key of the secrets cannot be used ({code}): it is disabled, or gone.": "La clave de KMS de los secretos no se puede usar ({code}): está deshabilitada, o ya no existe.",
    "enable it in KMS; to use another: docs/operations.md, SecretsKeyArn": "habilítela en KMS; para usar otra: docs/operations.md, SecretsKeyArn",
    "AWS does not take these credentials ({code}).": "AWS no acepta estas credenciales ({code}).",
    "These AWS credentials may not do {operation}.": "Estas credenciales de AWS no permiten {operation}.",
    "ask whoever runs the account for it, or use another AWS_PROFILE": "pídalo a quien lleva la cuenta, o use otro AWS_PROFILE",
    "Give a phone, or --from FILE.": "Dé un teléfono, o --from ARCHIVO.",
    "On the suppression list, and not written to: {n:phone|phones} of this file.": "En la lista de exclusión, sin que se les escriba: {n:teléfono|teléfonos} de este archivo.",
    "There is no phone in {path}.": "No hay ningún teléfono en {path}.",
    "No whole phone number in the first column of these lines: {lines}.": "No hay un teléfono completo en la primera columna de estas líneas: {lines}.",
    "write it there with + and the country's code, then give the file again": "escríbalo ahí con + y el código del país, y dé el archivo otra vez",
    "“{given}” is not a whole phone number.": "«{given}» no es un teléfono completo.",
    "write it with + and the country's code": "escríbalo con + y el código del país",
    "This asks a question, and there is no terminal to ask it on.": "Esto hace una pregunta, y no hay una terminal en la que hacerla.",
    "aws configure, or: aws sso login": "aws configure, o bien: aws sso login",
    "give --yes": "agregue --yes",
    "[y/N]": "[s/N]",
    "{names}: not one of ours.": "{names}: no es de Vigía.",
    "Which one? Name it, or say --all.": "¿Cuál? Nómbrelo, o diga --all.",
    "Take out, below {prefix}: {names}?": "¿Quitar, bajo {prefix}: {names}?",
    "Nothing was taken out.": "No se quitó nada.",
    "{name}: taken out.": "{name}: quitado.",
    "The dashboard, with the same and its buttons: {address}": "El tablero, con lo mismo y sus botones: {address}",
}
