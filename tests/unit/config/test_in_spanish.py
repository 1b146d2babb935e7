"""What is wrong with a secret is told in Spanish as in English; of the settings: test_settings."""

import re
from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from lib.config.accounts import validate
from lib.config.in_spanish import problem_in
from lib.core.record import parse_record
from lib.core.status import Status
from lib.errors import ConfigurationError, ParametersUnread, TableUnclear
from lib.worlds.aws import AwsRefused, AwsSilent
from lib.worlds.dynamodb import DynamoTable
from lib.worlds.settings_parameter import SettingsParameter
from tests.twins.people import item_of

GOOD = {
    "ELEVENLABS_API_KEY": "key",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_WHATSAPP_NUMBER": "+14155238886",
}


@pytest.mark.parametrize(
    ("values", "spanish"),
    [
        ({"ELEVENLABS_API_KEY": "a b"}, "debe ser solo la clave, sin espacios ni comillas"),
        ({"ELEVENLABS_API_KEY": ""}, "falta; guárdelo con `vigia secrets push` (README.es, paso 2)"),
        ({"TWILIO_ACCOUNT_SID": "AC1"}, "debe ser AC y 32 dígitos hexadecimales"),
        ({"TWILIO_AUTH_TOKEN": "'x'"}, "debe ser solo el token, sin espacios ni comillas"),
        (
            {"TWILIO_AUTH_TOKEN": ""},
            (
                "falta; guárdelo con `vigia secrets push` (README.es, paso 2), "
                "o TWILIO_API_KEY_SID y TWILIO_API_KEY_SECRET, los dos"
            ),
        ),
        (
            {"TWILIO_API_KEY_SECRET": "x"},
            "falta junto a TWILIO_API_KEY_SECRET: de una clave de API guarde los dos, o ninguno",
        ),
        ({"TWILIO_API_KEY_SECRET": "x y"}, "debe ser solo el secreto, sin espacios ni comillas"),
        ({"TWILIO_WHATSAPP_NUMBER": "300"}, "debe ser +<país><número>, con whatsapp: o sin él"),
        ({"TWILIO_SMS_NUMBER": "300"}, "debe ser +<país><número>"),
        ({"EMAIL_FROM": "Ana <a@b.co>"}, "debe ser solo una dirección de correo, como hola@example.com"),
        ({"SETTINGS": '{"channels": ["sms"]}'}, "falta, y `channels` nombra sms; guárdelo, o quite sms"),
        ({"SETTINGS": '{"paused": 1}'}, "debe ser true o false"),
    ],
)
def test_what_is_wrong_with_a_parameter_is_told_in_spanish(values: dict[str, str], spanish: str) -> None:
    with pytest.raises(ConfigurationError) as wrong:
        validate("/vigia", GOOD | values)
    assert problem_in(wrong.value.problem, "es") == spanish
    assert problem_in(wrong.value.problem, "en") == wrong.value.problem


def test_a_parameter_with_its_rule_is_told_as_the_rule_alone() -> None:
    wrong = ConfigurationError("/vigia/SETTINGS.paused", "must be true or false")
    assert problem_in(str(wrong), "es") == "/vigia/SETTINGS.paused: debe ser true o false"


def test_a_rule_that_is_not_known_stays_as_it_is() -> None:
    assert problem_in("Error: Task timed out: 90 s", "es") == "Error: Task timed out: 90 s"
    assert problem_in("is of another version", "es") == "is of another version"


@pytest.mark.parametrize("error", [AwsRefused(400, "ThrottlingException", "", {}), AwsSilent("ReadTimeoutError")])
@pytest.mark.parametrize(
    "room", [lambda ask: DynamoTable(ask, "t").get(["a"]), lambda ask: SettingsParameter(ask, "/v").read()]
)
def test_what_aws_did_not_answer_is_told_in_spanish_too(error: Exception, room: Callable[[Any], object]) -> None:
    def ask(*_: object) -> NoReturn:
        raise error

    with pytest.raises((TableUnclear, ParametersUnread)) as wrong:
        room(ask)
    told = problem_in(str(wrong.value), "es")
    assert told.endswith(str(wrong.value).rpartition(": ")[2])
    assert not re.search("failed|refused|could not", told)


@pytest.mark.parametrize(
    ("spoilt", "spanish"),
    [
        ({"pk": "nobody"}, "su clave no es la de una llamada: un teléfono y un id, con `_` entre los dos"),
        ({"status": "gone"}, f"su `status` no es ninguno de estos: {', '.join(Status)}"),
        ({"recorded_at": "today"}, "en su `recorded_at` hay un texto donde va un número entero"),
        ({"sent_at": 1.5}, "en su `sent_at` hay un número con decimales donde va un número entero"),
        ({"reason": None}, "en su `reason` hay un nulo donde va un texto"),
        ({"history": {}}, "en su `history` hay un mapa donde va una lista"),
        ({"due_at": 10**13}, "su `due_at` no es un instante, ni un número de los nuestros"),
    ],
)
def test_what_is_wrong_with_an_item_of_the_table_is_told_in_spanish_too(spoilt: dict[str, Any], spanish: str) -> None:
    with pytest.raises(ValueError) as wrong:  # noqa: PT011  the text is what is asked
        parse_record(item_of(Status.SENT, 1_795_622_400) | spoilt)
    assert problem_in(str(wrong.value), "es") == spanish
