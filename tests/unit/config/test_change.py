"""What is written to `SETTINGS`: checked whole, and of a length that Parameter Store takes."""

import json

import pytest

from lib.config.change import changed, written
from lib.config.settings import stored
from lib.errors import ConfigurationError


def agents(count: int) -> dict[str, object]:
    return {"agents": {f"agent_{number:03}": {"language": "en"} for number in range(count)}}


def test_settings_are_written_in_lines_where_they_fit_and_without_a_space_where_they_do_not() -> None:
    assert written({"paused": True}, None) == '{\n  "paused": true\n}'
    compact = json.dumps(agents(90), separators=(",", ":"))
    assert len(compact) < 4096 < len(json.dumps(agents(90), indent=2))
    assert changed(compact, "paused", True) == compact[:-1] + ',"paused":true}'


def test_settings_longer_than_parameter_store_takes_are_refused_by_name_and_length() -> None:
    length = len(json.dumps(agents(150), separators=(",", ":")))
    with pytest.raises(ConfigurationError, match=f"SETTINGS: is {length:,} characters; Parameter Store takes 4,096"):
        written(agents(150), None)


def test_a_byte_order_mark_is_no_part_of_the_settings() -> None:
    assert stored("\ufeff{}") == stored(None) == {}
    assert json.loads(changed('\ufeff{"brand": "Luna"}', "paused", True)) == {"brand": "Luna", "paused": True}


@pytest.mark.parametrize("text", ["{", "[]", "null", '{"paused": true, "paused": false}'])
def test_what_is_no_object_is_not_written_over(text: str) -> None:
    with pytest.raises(ConfigurationError):
        stored(text)
    with pytest.raises(ConfigurationError):
        changed(text, "paused", True)


def test_what_stands_in_an_advanced_parameter_can_be_paused_too() -> None:
    before = json.dumps(agents(150), separators=(",", ":"))
    assert 4096 < len(before) < 8192 - 100
    assert json.loads(changed(before, "paused", True)) == agents(150) | {"paused": True}


@pytest.mark.parametrize("text", ["{{name}} is {name}", "a {{{name}}} b", "{{{{", "\\{{ }}"])
def test_braces_of_a_text_are_written_so_that_parameter_store_sees_no_reference_in_them(text: str) -> None:
    settings = {"texts": {"missed": {"es": text}}}
    new = written(settings, None)
    assert "{{" not in new
    assert json.loads(new) == settings
