"""The copies of the official documents: structure only, and whole."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.official import ELEVENLABS_FILE, TWILIO_FILE, Official
from tests.contract.structure import structure, text

FILES = pytest.mark.parametrize("path", [ELEVENLABS_FILE, TWILIO_FILE], ids=lambda path: path.stem)


@FILES
def test_a_copy_holds_no_sentence_and_no_key_that_could_hold_one(path: Path) -> None:
    document = json.loads(path.read_text())
    assert [word for word in words(document) if re.search(r"\s", word)] == []
    assert structure(document) == document, "something beside names, types, enums and limits"


@FILES
def test_a_copy_is_written_as_the_reducer_writes_it(path: Path) -> None:
    assert path.read_text() == text(json.loads(path.read_text())) + "\n"


def test_the_reducer_drops_prose_wherever_it_stands_and_keeps_a_property_of_that_name() -> None:
    prose = {"description": "A sentence of theirs.", "title": "Theirs", "x-note": ["More."], "example": "An example"}
    schema = prose | {"type": "object", "properties": {"description": prose | {"type": "string", "nullable": True}}}
    answer = prose | {"content": {"application/json": prose | {"schema": {"$ref": "#/components/schemas/Row"}}}}
    operation = prose | {
        "tags": ["Theirs"],
        "parameters": [prose | {"name": "To", "in": "query"}, {"name": "Sid", "in": "path"}],
        "responses": {"200": answer},
    }
    path = "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json"
    full = prose | {
        "openapi": "3.0.1",
        "paths": {path: prose | {"get": operation, "delete": operation}, "/other": {"get": operation}},
        "components": {"schemas": {"Row": schema, "Other": schema}},
    }
    assert structure(full) == {
        "openapi": "3.0.1",
        "paths": {
            path: {
                "get": {
                    "parameters": [{"name": "To", "in": "query"}],
                    "responses": {"200": {"content": {"application/json": {"schema": answer_schema(answer)}}}},
                }
            }
        },
        "components": {
            "schemas": {"Row": {"type": "object", "properties": {"description": {"type": ["string", "null"]}}}}
        },
    }


def test_a_reference_that_leads_nowhere_would_be_noticed(elevenlabs_spec: Official, twilio_spec: Official) -> None:
    for spec in (elevenlabs_spec, twilio_spec):
        names = spec.document["components"]["schemas"].keys()
        assert {word.rpartition("/")[2] for word in words(spec.document) if word.startswith("#/")} == names


def answer_schema(answer: dict[str, Any]) -> Any:
    return answer["content"]["application/json"]["schema"]


def words(node: Any) -> Iterator[str]:
    """Every key and every text."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for item in node:
            yield from words(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from words(value)
