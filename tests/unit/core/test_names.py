"""What is a name and what is none (contract §4)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.names import NAME_KEYS, NAME_MAX_CHARACTERS, as_name, name_of


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Ana",
            "ana",
            "ANA MARÍA",
            "José",
            "O'Brien",
            "Núñez-Paz",
            "J. R.",
            "Ma. Fernanda",
            "Ana 2",
            "Jean-Luc d'Arc",
        ),
        *(
            "李",
            "王小明",
            "Владимир",
            "محمد",
            "עדי",
            "สมชาย",
            "निशा",
            "Ǹnà",
            "Li",
            "Bo",
            "Noé",
            "Test Ana",
            "Nombre de Dios",
        ),
        *("jUAN", "McDonald", "DeLaCruz", "Su", "Tu", "Segundo", "Juan II", "Ana 2", "Ms. Ana", "Nombre Pérez"),
        *("Sr. Pérez", "Ana (Bogotá)", "Dr. Null", "No Hay Otra"),
    ],
)
def test_a_persons_name_in_any_script_stays_as_it_is(name: str) -> None:
    assert as_name(name) == name


@pytest.mark.parametrize(
    "word",
    [
        *("Cliente", "CLIENTE", " cliente ", "Estimado cliente", "Customer", "client", "usuario", "Usuário", "user_12"),
        *("N/A", "n/a", "#N/A", "#N/D", "#REF!", "#¿NOMBRE?", "#VALUE!", "NA", "<NA>", "None", "null", "NULL", "nil"),
        *(
            "undefined",
            "nan",
            "NaN",
            "true",
            "sin nombre",
            "Sin Nombre",
            "sem nome",
            "desconocido",
            "unknown",
            "Unknown",
        ),
        *(
            "-",
            "--",
            "_",
            ".",
            "?",
            "...",
            "***",
            "",
            "   ",
            "\u200b",
            "😀",
            "0",
            "123",
            "3001239155",
            "+57 300 123 9155",
        ),
        *(
            "{{name}}",
            "{name}",
            "{{ first_name }}",
            "Hola {{name}}",
            "${name}",
            "%name%",
            "[nombre]",
            "<nombre>",
            "__name__",
        ),
        *("Nombre", "name", "NOME", "first_name", "Customer Name", "nombre_cliente", "Nombre completo", "allá", "ALLÁ"),
        *("alla\u0301", "there", "ana@example.com", "@ana", "https://example.com/ana", "www.example.com", "ana.com"),
        *(
            "firstName",
            "nombreCliente",
            "SinNombre",
            "TestUser",
            "WhatsApp User",
            "dynamic_variable",
            "rcp_1",
            "CLI-0042",
        ),
        *(
            "*|FNAME|*",
            "$first_name",
            "=VLOOKUP(A1)",
            "&nbsp;",
            "1A2B3C",
            "123abc",
            "xxxxxxx",
            "aaa",
            "asdasd",
            "John Doe",
        ),
        *(
            "Name: N/A",
            "N/A N/A",
            "undefined null",
            "T.B.D.",
            "N/C",
            "NS/NR",
            "No contesta",
            "Não consta",
            "Sin asignar",
        ),
        *(
            "Primer nombre",
            "Your Name Here",
            "Escriba su nombre",
            "INSERTAR NOMBRE",
            "seu nome aqui",
            "Column1",
            "ID 123",
        ),
        *("Sin registro", "No encontrado", "name not found", "No proporcionado", "no suministrado", "não fornecido"),
        *("No aplicable", "not applicable", "s/d", "S/Nombre", "Anon", "Restricted", "Unavailable", "Voicemail"),
        *("Cliente VIP", "Consumidor final", "Público en general", "Propietario", "Buenos días", "Hi there", "usted"),
        *("Infinity", "Spam", "No contestar", "Buzón de voz", "var_name"),
        *("S/D", "n/i", "(en blanco)", "Sin registro", "anon", "Alguien", "somebody", "Gracias", "Mr null", "- -"),
        *("test", "Prueba", "teste", "x", "X.", "Cliente 12", "cliente-0042", "Tel 3001239155", "No aplica", "señora"),
    ],
)
def test_a_word_that_is_no_name_is_unknown(word: str) -> None:
    assert as_name(word) == ""


@pytest.mark.parametrize("value", [None, 7, 7.5, True, [], ["Ana"], {"name": "Ana"}])
def test_what_is_no_text_is_no_name(value: Any) -> None:
    assert as_name(value) == ""


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"name": "Ana", "nombre": "Eva"}, "Ana"),
        ({"nombre": "Eva", "name": "Ana"}, "Ana"),
        ({"name": "  ", "nombre": "Eva"}, "Eva"),
        ({"name": "{{name}}", "nombre": "#N/A", "customer_name": "None", "first_name": "Eva"}, "Eva"),
        ({"first_name": "Ana", "user_name": "x"}, "Ana"),
        ({"full_name": "Ana Paz"}, "Ana Paz"),
        ({"client_name": "Ana"}, "Ana"),
        ({"nombre_cliente": "Ana"}, "Ana"),
        ({"NOMBRE": "Ana"}, "Ana"),
        ({" Name ": "Ana"}, "Ana"),
        ({"\ufeffFirst Name": "Ana"}, "Ana"),
        ({"Customer-Name": "Ana"}, "Ana"),
        ({"customerName": "Ana"}, "Ana"),
        ({"FIRSTNAME": "Ana"}, "Ana"),
        ({"Name": "N/A", "name": "Ana"}, "Ana"),
        ({"name": 7, "other": "Ana"}, ""),
        ({7: "Ana"}, ""),
        ({}, ""),
    ],
)
def test_the_first_variable_that_holds_a_name_counts_whatever_its_case(variables: Any, name: str) -> None:
    assert name_of(variables) == name


def test_a_name_is_one_line_of_bounded_length_without_what_cannot_be_seen() -> None:
    assert as_name("Ana\n\t María\u00a0\u202eLópez\u200b\x00") == "Ana María López"
    assert as_name("x" * 50_000) == "x" * NAME_MAX_CHARACTERS
    assert as_name("Ana \ud83d") == "Ana"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        *(
            (joined, "Ana")
            for joined in ("Ana undefined", "null Ana", "Ana nan", "Ana None", "NaN Ana null", "Ana N/A")
        ),
        *(
            (around, "Ana")
            for around in ('"Ana"', "'Ana'", "Ana,", "- Ana", "Ana -", "*Ana*", "“Ana”", "Ana:", "Ana |")
        ),
        ("Pérez, Ana", "Pérez, Ana"),
        ("Nan Null", "Nan Null"),  # both are people's names
    ],
)
def test_what_a_spreadsheet_or_a_program_leaves_around_a_name_is_no_part_of_it(written: str, name: str) -> None:
    assert as_name(written) == name


@given(st.dictionaries(st.sampled_from(NAME_KEYS) | st.text(), st.text(st.characters()) | st.integers() | st.none()))
def test_whatever_the_variables_hold_a_name_can_be_written(variables: dict[str, Any]) -> None:
    name = name_of(variables)
    assert len(name) <= NAME_MAX_CHARACTERS
    assert name.isprintable()
    assert name == " ".join(name.split())
    assert name == "" or any(char.isalpha() for char in name)
    name.encode()
