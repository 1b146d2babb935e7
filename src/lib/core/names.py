"""What is a person's name, and what only stands where one should be (contract §4). Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from .text import clean, fold, one_line

NAME_KEYS = ("name", "nombre", "customer_name", "first_name", "user_name", "full_name", "client_name", "nombre_cliente")
_KNOWN_KEYS = {key.replace("_", ""): key for key in NAME_KEYS}
NAME_MAX_CHARACTERS = 100
_MOST_DIGITS = 4  # "Ana 2" is a name, "Tel 3001239155" is none
_AROUND = " ,:|\"“”«»'`*_-–—"  # what a spreadsheet, or the join of two of its columns, leaves around a name
# As programs join them: "Ana undefined".
_NOTHINGS = frozenset({"undefined", "null", "nan", "NaN", "None", "N/A", "#N/A"})
_MARKS = frozenset("{}<>|$%=\\")  # of templates and formulas
_ENTITY = re.compile(r"&#?\w{2,8};")  # "&nbsp;"
_CODE = re.compile(r"\d[a-z]|_\w*\d|^[a-z]+-\d{2,}$", re.IGNORECASE | re.ASCII)  # "1A2B3C", "rcp_1", "CLI-042"
_ONE_LETTER = re.compile(r"([a-z])\1{2,9}", re.IGNORECASE | re.ASCII)  # "xxxx"
_INNER_CAPITAL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")  # "firstName"
_ADDRESS = re.compile(r"@|://|www\.|\.(?:com|net|org|info|io|co|es|mx|br|pt)\b", re.IGNORECASE)
_WORDS = (
    *NAME_KEYS,
    # how programs and spreadsheets say "nothing"
    *("none", "null", "nil", "nan", "na", "n/a", "n.a.", "nd", "n/d", "s/n", "sn", "undefined", "unknown", "empty"),
    *("true", "false", "verdadero", "falso", "yes", "no", "sí", "não", "string", "text", "value", "valor", "vacío"),
    *("not available", "not provided", "no name", "tbd", "test", "testing", "demo", "example", "asdf", "qwerty"),
    *("no aplica", "no disponible", "sin nombre", "sin dato", "sin datos", "desconocido", "desconocida"),
    *("prueba", "ejemplo", "pendiente", "por definir", "anónimo", "anónima", "anonymous", "privado", "private"),
    *("sem nome", "não informado", "não disponível", "desconhecido", "desconhecida", "teste", "anônimo", "vazio"),
    # a column's heading
    *("nome", "apellido", "last name", "surname", "your name", "tu nombre", "su nombre", "seu nome", "nombres"),
    *("nombre completo", "nome completo", "nombre del cliente", "nome do cliente", "nome cliente", "username"),
    # whoever it is
    *("cliente", "el cliente", "la cliente", "o cliente", "estimado cliente", "estimada cliente", "clienta"),
    *("caro cliente", "prezado cliente", "dear customer", "customer", "client", "the customer", "clientes"),
    *("usuario", "usuaria", "usuário", "user", "guest", "invitado", "invitada", "contacto", "contact", "contato"),
    *("lead", "prospecto", "prospect", "paciente", "patient", "persona", "person", "pessoa", "titular", "admin"),
    *("amigo", "amiga", "friend", "señor", "señora", "sr", "sra", "mr", "mrs", "ms", "senhor", "senhora"),
    *("to whom it may concern", "not set", "empty string", "nombre de prueba", "to be defined", "tbc", "tba", "nada"),
    *("n/c", "nc", "n/r", "nr", "ns/nr", "sinnombre", "semnome", "fname", "lname", "fullname", "firstname", "lastname"),
    *("john doe", "jane doe", "fulano", "fulana", "fulano de tal", "foo", "bar", "foo bar", "lorem ipsum", "asdfgh"),
    *("undefined null", "null undefined", "s/d", "s/nombre", "n/i", "en blanco", "sin registro", "sin identificar"),
    *("anon", "alguien", "someone", "somebody", "restricted", "unavailable", "voicemail", "buzón", "gracias", "doña"),
    *("blank", "asdasd", "qwe", "abc", "abcd", "void", "ok", "segundo nombre", "razón social", "miss", "ing", "lic"),
    *("você", "infinity", "inf", "spam", "no contestar", "buzón de voz", "correo de voz", "var name"),
    *("allá", "allí", "ahí", "there", "hola", "hello", "olá", "hi", "todos", "all", "everyone"),
)
# Of such words alone no name is made: "Nuevo cliente", "Nombre y Apellido", "Unknown caller", "Sr(a).".
_NEVER_IN_A_NAME = (
    *("a", "o", "y", "e", "u", "or", "and", "ou", "el", "la", "los", "las", "the", "as", "os", "de", "del", "da"),
    *("sin", "no", "not", "non", "sem", "nao", "por", "quien", "que", "quem", "corresponda", "pueda", "interesar"),
    *("possa", "interessar", "tiene", "tem", "registra", "registrado", "registrada", "nombre", "nombres", "name"),
    *("names", "nome", "apellido", "apellidos", "sobrenome", "first", "last", "full", "xx", "xxx", "xxxx", "xxxxx"),
    *("noname", "unnamed", "nameless", "nn", "default", "object", "missing", "error", "blank", "placeholder"),
    *("ninguno", "ninguna", "nadie", "nobody", "nenhum", "nenhuma", "ninguem", "nulo", "nula", "vacio", "vacia"),
    *("vazio", "indefinido", "indefinida", "definido", "definida", "definir", "confirmar", "especificado"),
    *("especificada", "especificar", "specified", "provided", "available", "informado", "informada", "disponible"),
    *("informacion", "informacao", "info", "dato", "datos", "dados", "data", "string", "value", "valor", "field"),
    *("unknown", "desconocido", "desconocida", "desconhecido", "desconhecida", "anonimo", "anonima", "anonymous"),
    *("cliente", "clientes", "clienta", "customer", "client", "user", "usuario", "usuaria", "guest", "caller"),
    *("contact", "contacto", "contato", "lead", "prospecto", "prospect", "recipient", "destinatario", "destinataria"),
    *("comprador", "compradora", "interesado", "interesada", "interessado", "interessada", "paciente", "patient"),
    *("persona", "person", "pessoa", "titular", "afiliado", "afiliada", "socio", "socia", "vecino", "vecina"),
    *("alumno", "alumna", "aluno", "estudiante", "student", "huesped", "hospede", "invitado", "invitada"),
    *("suscriptor", "suscriptora", "subscriber", "miembro", "member", "membro", "nuevo", "nueva", "new", "valued"),
    *("estimado", "estimada", "estimados", "estimadas", "apreciado", "apreciada", "querido", "querida", "prezado"),
    *("prezada", "dear", "senor", "senora", "senores", "senorita", "senhor", "senhora", "sr", "sra", "srta", "mr"),
    *("mrs", "ms", "sir", "madam", "doctor", "doctora", "dr", "dra", "test", "testing", "prueba", "teste", "demo"),
    *("example", "ejemplo", "whatsapp", "telefono", "telefone", "phone", "numero", "number", "test1"),
    *("none", "nan", "undefined", "sample", "id", "uuid", "str", "varchar", "variable", "dynamic", "column"),
    *("columna", "celular", "movil", "instagram", "facebook", "call", "llamada", "oculto", "privado", "private"),
    # what a form asks for, or says of its answer
    *("here", "aqui", "your", "seu", "insert", "inserte", "insertar", "enter", "escribe", "escriba"),
    *("ingrese", "ingresa", "digite", "type", "primer", "primeiro", "asignar", "asignado", "asignada", "assigned"),
    *("pendiente", "pendente", "consta", "identificado", "identificada", "sabe", "contesta", "contesto"),
    *("responde", "interese", "registro", "given", "found", "encontrado", "encontrada", "encontro", "aplicable"),
    *("applicable", "aplicavel", "proporcionado", "proporcionada", "suministrado", "suministrada", "fornecido"),
    *("fornecida", "indica", "indicado", "indicada", "especifica", "refiere", "linea"),
    # whoever it is
    *("propietario", "propietaria", "responsable", "encargado", "encargada", "inquilino", "arrendatario", "deudor"),
    *("tomador", "beneficiario", "beneficiaria", "acudiente", "vendedor", "dueno", "duena", "empresa", "company"),
    *("business", "negocio", "consumidor", "publico", "general", "particular", "final", "frecuente", "vip"),
    *("potencial", "varios", "mostrador", "equipo", "clte", "cte", "novo", "nova", "cuenta", "usted", "ustedes", "you"),
    # a greeting
    *("hola", "hi", "hello", "hey", "there", "ola", "oi", "buenas", "buenos", "buen", "dias", "dia", "tardes"),
    *("noches", "bom", "boa", "tarde", "noite", "good", "morning", "afternoon", "amigo", "amiga", "friend", "todos"),
    *("sres", "srs"),
)
_NO_WORDS = frozenset(_NEVER_IN_A_NAME)
_FILLERS = frozenset({"n", "su", "tu", "se", "en", "sei", "do"})  # none beside such words, and somebody's name alone
_NO_NAMES = frozenset({word.casefold() for word in _WORDS} | {fold(word) for word in _WORDS})
_ALL = _NO_WORDS | _NO_NAMES
_FIRST_WORDS = _NO_WORDS | _FILLERS | {phrase.split(" ")[0] for phrase in _NO_NAMES}


def name_of(variables: Mapping[Any, Any]) -> str:
    """The first of the contract's variables that holds a name, "" when none does."""
    by_key: dict[str, list[object]] = {}
    for key, value in variables.items():
        if isinstance(key, str) and (known := _known_key(key[:NAME_MAX_CHARACTERS])):
            by_key.setdefault(known, []).append(value)
    values = (value for key in NAME_KEYS for value in by_key.get(key, ()))
    return next((name for value in values if (name := as_name(value))), "")


def as_name(value: object) -> str:
    """The name as it may be written, on one line; "" for what is none."""
    name = one_line(clean(value))[:NAME_MAX_CHARACTERS].strip(_AROUND)
    if " " in name:
        name = " ".join([word for word in name.split(" ") if word not in _NOTHINGS]).strip(_AROUND) or name
    return name if _is_name(name) else ""


def _is_name(name: str) -> bool:
    if name.replace(" ", "").isalpha() and len(name) > 1 and not _may_begin_none(name.split(" ", 1)[0]):
        return True  # the fast way for most
    if name.startswith("#") or not _MARKS.isdisjoint(name) or _ADDRESS.search(name) or _ENTITY.search(name):
        return False  # a spreadsheet's error, a template that nobody filled in, an address
    if _CODE.search(name) or _ONE_LETTER.fullmatch(name):
        return False
    if not any(char.isalpha() for char in name) or sum(char.isdecimal() for char in name) > _MOST_DIGITS:
        return False
    letters = "".join(char for char in fold(name) if not char.isdecimal()).strip()
    if len(letters) < 2 and letters.isascii() and (name.isascii() or not name.isalpha()):  # "Ñ" may be one
        return False
    return not (_says_nothing(fold(name)) or _says_nothing(fold(_INNER_CAPITAL.sub(" ", name))))


def _says_nothing(words: str) -> bool:
    """Whether folded words name nobody."""
    # "Cliente 12" is no name either.
    letters = " ".join("".join(char for char in words if not char.isdecimal()).split())
    if words in _NO_NAMES or letters in _NO_NAMES or letters.replace(" ", "") in _ALL:  # "n.n." is "nn"
        return True
    different = set(letters.split())  # "NULL NULL" is a first and a last one
    is_one = len(different) == 1 and different <= _NO_NAMES
    return is_one or (not different <= _FILLERS and different <= _NO_WORDS | _FILLERS)


@lru_cache(4096)  # a batch's people have the same first names
def _may_begin_none(word: str) -> bool:
    if word.casefold() in _FIRST_WORDS or fold(word) in _FIRST_WORDS or _ONE_LETTER.fullmatch(word):
        return True
    return _INNER_CAPITAL.search(word) is not None


@lru_cache(1024)  # all of a batch's recipients have the same
def _known_key(key: str) -> str:
    """A heading as people write it: `First Name`, `NOMBRE`, `customerName`, with an invisible mark in front."""
    return _KNOWN_KEYS.get("".join(char for char in key.casefold() if char.isalnum()), "")
