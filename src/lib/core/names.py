"""What is a person's name, and what only stands where one should be (contract §4). Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from .text import clean, fold, one_line

NAME_KEYS = (
    "name",
    "nombre",
    "customer_name",
    "first_name",
    "user_name",
    "full_name",
    "client_name",
    "nombre_cliente",
)
NAME_MAX_CHARACTERS = 100
_MOST_DIGITS = 4  # "Ana 2" is a name, "Tel 3001239155" is none
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
    *("allá", "allí", "ahí", "there", "hola", "hello", "olá", "hi", "todos", "all", "everyone"),
)
_NO_NAMES = frozenset({word.casefold() for word in _WORDS} | {fold(word) for word in _WORDS})


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
    name = one_line(clean(value))[:NAME_MAX_CHARACTERS].strip()
    return name if _is_name(name) else ""


def _is_name(name: str) -> bool:
    if name.replace(" ", "").isalpha() and (len(name) > 1 or not name.isascii()):
        return name.casefold() not in _NO_NAMES
    if name.startswith("#") or any(char in "{}<>" for char in name) or _ADDRESS.search(name):
        return False  # a spreadsheet's error, a template that nobody filled in, an address
    if not any(char.isalpha() for char in name) or sum(char.isdecimal() for char in name) > _MOST_DIGITS:
        return False
    words = fold(name)
    letters = " ".join(
        "".join(char for char in words if not char.isdecimal()).split()
    )  # "Cliente 12" is no name either
    if letters.isascii() and len(letters) < 2:
        return False
    return words not in _NO_NAMES and letters not in _NO_NAMES


@lru_cache(1024)  # all of a batch's recipients have the same
def _known_key(key: str) -> str:
    """A heading as people write it: `First Name`, `NOMBRE`, `customer-name`, with an invisible mark in front."""
    plain = one_line(key).casefold().replace(" ", "_").replace("-", "_")
    return plain if plain in NAME_KEYS else ""
