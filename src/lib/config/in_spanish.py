"""What is wrong with a setting or a secret, as its owner reads it. Pure.

The rules raise in English, which the log keeps; the command line and the widget tell them in the reader's language.
"""

import re
from collections.abc import Mapping

from ..errors import ConfigurationError

# %s: what a rule fills in; it is put into Spanish itself where it stands here.
_SPANISH: Mapping[str, str] = {
    "%s, or null": "%s, o null",
    # kinds of values (readers)
    "must be true or false": "debe ser true o false",
    "must be a whole number of %s from %s to %s": "debe ser un número entero de %s, de %s a %s",
    "must be a number of %s from %s to %s": "debe ser un número de %s, de %s a %s",
    "seconds": "segundos",
    "minutes": "minutos",
    "hours": "horas",
    "people": "personas",
    "must be one of %s": "debe ser uno de estos: %s",
    "must be one line of text, 1 to %s characters": "debe ser un texto de una sola línea, de 1 a %s caracteres",
    "is not a language; there are %s": "no es un idioma; hay %s",
    "is not a kind of text; there are %s": "no es una clase de texto; hay %s",
    "is not a kind of message; there are %s": "no es una clase de mensaje; hay %s",
    "must be an object such as %s": "debe ser un objeto como %s",
    "is not known; %s must be an object such as %s": "no se conoce; %s debe ser un objeto como %s",
    "is missing; %s must be an object such as %s": "falta; %s debe ser un objeto como %s",
    "must be a list of at most %s, such as %s": "debe ser una lista de %s como mucho, por ejemplo %s",
    "must be a list of one or more of %s": "debe ser una lista de uno o más de estos: %s",
    "must name each only once": "debe nombrar cada uno una sola vez",
    "must be true, false, a number or one line of text, such as true": (
        "debe ser true, false, un número o un texto de una sola línea, por ejemplo true"
    ),
    "must be an RFC 3339 instant with its zone, such as %s": "debe ser un instante RFC 3339 con su zona, como %s",
    "must be an hour of the day from %s to %s, such as %s": "debe ser una hora del día, de %s a %s, como %s",
    "must be an IANA time zone such as America/Bogota": "debe ser una zona horaria de IANA, como America/Bogota",
    "must be an IANA time zone such as America/Bogota, or recipient": (
        "debe ser una zona horaria de IANA, como America/Bogota, o recipient"
    ),
    "must be an https address such as %s": "debe ser una dirección https como %s",
    "must be +<country><number>": "debe ser +<país><número>",
    "must be +<country><number>, such as %s": "debe ser +<país><número>, como %s",
    "must be +<country><number>, with or without whatsapp:": "debe ser +<país><número>, con whatsapp: o sin él",
    "must be +<country><number>, with or without whatsapp: before it": (
        "debe ser +<país><número>, con whatsapp: delante o sin él"
    ),
    "must be a Content SID: HX and 32 hexadecimal digits": "debe ser un Content SID: HX y 32 dígitos hexadecimales",
    "must be %s and 32 hexadecimal digits": "debe ser %s y 32 dígitos hexadecimales",
    # the shop's own texts
    "must be a text that says something, such as %s": "debe ser un texto que diga algo, como %s",
    "must be text; it holds half a character": "debe ser texto; tiene un carácter a medias",
    "has a brace without its other half; write {name}, or {{ for a brace": (
        "tiene una llave sin su pareja; escriba {name}, o {{ para una llave"
    ),
    "must write its placeholders as {name}, with nothing else in the braces": (
        "debe escribir sus campos como {name}, sin nada más entre las llaves"
    ),
    "has a placeholder that is not known here; there are %s": "tiene un campo que aquí no se conoce; hay %s",
    "could become %s characters long, with a name of %s and %s for each other placeholder; at most %s can be sent": (
        "podría llegar a %s caracteres, con un nombre de %s y %s por cada otro campo; se pueden enviar %s como mucho"
    ),
    # the settings as a whole
    "is not a template variable, such as 3 (%s characters at most)": (
        "no es una variable de plantilla, como 3 (%s caracteres como mucho)"
    ),
    "is taken: 1 is the name and 2 the summary; start at 3": (
        "está ocupada: 1 es el nombre y 2 el resumen; empiece en 3"
    ),
    "is not an agent's id, such as agent_…": "no es el identificador de un agente, como agent_…",
    "is not valid JSON (%s); write an object such as %s": "no es JSON válido (%s); escriba un objeto como %s",
    "line %s, column %s": "línea %s, columna %s",
    "NaN, Infinity or a number of thousands of digits": "NaN, Infinity o un número de miles de dígitos",
    "brackets in brackets without end": "corchetes dentro de corchetes, sin fin",
    "is given twice in the same object; give it once": "está dos veces en el mismo objeto; déjelo una sola vez",
    "is not a setting; did you mean %s?": "no es un ajuste; ¿quiso decir %s?",
    "is not a setting; the settings are %s": "no es un ajuste; los ajustes son %s",
    "cannot be set per agent; these can: %s": "no se puede poner por agente; estos sí: %s",
    "must end at another hour than they start": "deben terminar a otra hora que la de comienzo",
    ("must not be shorter than %s, %s hours: who is called early in them would never be written to"): (
        "no debe ser menos que %s, que son %s horas: a quien se llama al comienzo de ellas no se le escribiría nunca"
    ),
    "is %s characters; Parameter Store takes %s: shorten a text, or take one out": (
        "tiene %s caracteres, y en Parameter Store caben %s: acorte un texto, o quite uno"
    ),
    # the accounts
    "must be the key alone, without blanks or quotes": "debe ser solo la clave, sin espacios ni comillas",
    "must be the token alone, without blanks or quotes": "debe ser solo el token, sin espacios ni comillas",
    "must be the secret alone, without blanks or quotes": "debe ser solo el secreto, sin espacios ni comillas",
    "must be an e-mail address alone, such as %s": "debe ser solo una dirección de correo, como %s",
    "is missing; put it with `vigia secrets push` (README, step 2)": (
        "falta; guárdelo con `vigia secrets push` (README.es, paso 2)"
    ),
    "%s, or both TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET": (
        "%s, o TWILIO_API_KEY_SID y TWILIO_API_KEY_SECRET, los dos"
    ),
    "is missing beside %s: put both of an API key, or none": (
        "falta junto a %s: de una clave de API guarde los dos, o ninguno"
    ),
    "is missing, and `channels` names %s; put it, or take %s out": (
        "falta, y `channels` nombra %s; guárdelo, o quite %s"
    ),
    # the worlds: no rule of ours, but what the widget and the command line meet too
    "DynamoDB %s failed: %s": "DynamoDB no hizo %s: %s",
    "DynamoDB could not be asked: %s": "no se pudo preguntar a DynamoDB: %s",
    "DynamoDB left keys unread (UnprocessedKeys); the table is throttled": (
        "DynamoDB dejó claves sin leer (UnprocessedKeys): la tabla no da abasto"
    ),
    "the item %s has lost its `secret`; restore the table's item": (
        "el elemento %s perdió su `secret`; restaure ese elemento de la tabla"
    ),
    "SSM could not be asked: %s": "no se pudo preguntar a SSM: %s",
    "SSM refused %s: %s": "SSM rechazó %s: %s",
    # an item of the table that cannot be read (core/record)
    "its key is not a call's: a phone and an id, with `_` between them": (
        "su clave no es la de una llamada: un teléfono y un id, con `_` entre los dos"
    ),
    "its `status` is none of %s": "su `status` no es ninguno de estos: %s",
    "its `%s` holds a %s where a %s belongs": "en su `%s` hay %s donde va %s",
    "its `%s` is no time, nor any number of ours": "su `%s` no es un instante, ni un número de los nuestros",
    "str": "un texto",
    "int": "un número entero",
    "float": "un número con decimales",
    "bool": "un true o false",
    "list": "una lista",
    "dict": "un mapa",
    "set": "un conjunto",
    "bytes": "un dato binario",
    "NoneType": "un nulo",
    "%s: %s": "%s: %s",  # a parameter and its rule, as the monitor's answer has them
}
_RULES = [
    (re.compile(re.escape(english).replace("%s", "(.+?)"), re.DOTALL), spanish) for english, spanish in _SPANISH.items()
]


def told(error: ConfigurationError, language: str) -> str:
    """The parameter and the rule that it breaks, in `es` or English."""
    return f"{error.parameter}: {problem_in(error.problem, language)}"


def problem_in(problem: str, language: str) -> str:
    """A rule in `es` or English; one that is not known here stays as it is."""
    return _in_spanish(problem) if language == "es" else problem


def _in_spanish(problem: str) -> str:
    for rule, spanish in _RULES:
        if found := rule.fullmatch(problem):
            return spanish % tuple(map(_in_spanish, found.groups()))
    return problem
