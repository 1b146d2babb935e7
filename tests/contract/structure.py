"""The official OpenAPI documents reduced to structure: names, types, enums, limits, and no sentence of their authors.

The reduced documents are `official/elevenlabs.json` (from ElevenLabs' OpenAPI document as of 2026-08-22) and
`official/twilio.json` (from `twilio/twilio-oai` 2.6.7, `twilio_api_v2010.json`). To renew one from a newer document:
`python -m tests.contract.structure FULL.json tests/contract/official/twilio.json`.
"""

import json
import sys
from pathlib import Path
from typing import Any

OPERATIONS = {  # what the simulators answer with a body
    "/v1/convai/batch-calling/submit": "post",
    "/v1/convai/batch-calling/workspace": "get",
    "/v1/convai/batch-calling/{batch_id}": "get",
    "/v1/convai/batch-calling/{batch_id}/cancel": "post",
    "/v1/convai/batch-calling/{batch_id}/retry": "post",
    "/v1/convai/conversations": "get",
    "/v1/convai/conversations/{conversation_id}": "get",
    "/v1/convai/conversations/{conversation_id}/summary": "get",
    "/2010-04-01/Accounts/{AccountSid}/Messages.json": "get post",
    "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json": "get",
}
PLAIN = {  # keywords whose value is a name, a number or a list of them
    *("$ref", "type", "enum", "const", "format", "pattern", "required", "name", "in"),
    *("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"),
}
NESTED = {"items", "additionalProperties", "propertyNames", "anyOf", "oneOf", "allOf", "schema", "requestBody"}
LEFT_OPEN = {  # properties that the simulators never fill: anything may stand there
    *("charging", "features_usage", "llm_usage", "rag_retrieval_info", "sentiment_analysis", "steps", "tool_calls"),
    *("conversation_turn_metrics", "custom_llm_extra_body", "tool_mock_overrides", "scoped"),
}
BY_NAME = {"properties", "responses", "content"}  # name → node; a name may be any word, "description" too
WIDTH = 120


def structure(document: dict[str, Any]) -> dict[str, Any]:
    """The operations that the tests use, and the schemas which these lead to. Reducing twice changes nothing."""
    paths = {
        path: {
            method: _operation(operation) for method, operation in methods.items() if method in OPERATIONS[path].split()
        }
        for path, methods in document["paths"].items()
        if path in OPERATIONS
    }
    full = document["components"]["schemas"]
    wanted, schemas = _references(paths), {}
    while wanted:
        name = wanted.pop()
        schemas[name] = _node(full[name])
        wanted |= _references(schemas[name]) - schemas.keys()
    return {
        "openapi": document["openapi"],
        "paths": paths,
        "components": {"schemas": {name: schemas[name] for name in sorted(schemas)}},
    }


def text(node: Any, indent: int = 0, before: int = 0) -> str:
    """JSON in which whatever fits into a line is one line: small, and a change of one field is one line of a diff."""
    line = json.dumps(node, ensure_ascii=False)
    if not isinstance(node, dict | list) or indent + before + len(line) < WIDTH:
        return line
    inner, margin = indent + 1, " " * (indent + 1)
    if isinstance(node, list):
        parts = [margin + text(item, inner) for item in node]
    else:
        names = {name: json.dumps(name) + ": " for name in node}
        parts = [margin + names[name] + text(value, inner, len(names[name])) for name, value in node.items()]
    brackets = "[]" if isinstance(node, list) else "{}"
    return brackets[0] + "\n" + ",\n".join(parts) + "\n" + " " * indent + brackets[1]


def _operation(operation: dict[str, Any]) -> dict[str, Any]:
    parameters = [_node(parameter) for parameter in operation.get("parameters", []) if parameter["in"] == "query"]
    return {"parameters": parameters, **_node(operation)}


def _node(node: Any) -> Any:
    if isinstance(node, list):
        return [_node(item) for item in node]
    if not isinstance(node, dict):
        return node
    reduced: dict[str, Any] = {}
    for name, value in node.items():
        if name in PLAIN:
            reduced[name] = value
        elif name in NESTED:
            reduced[name] = _node(value)
        elif name in BY_NAME:
            reduced[name] = {key: {} if key in LEFT_OPEN else _node(inner) for key, inner in value.items()}
    return _with_null(reduced, nullable=node.get("nullable") is True)


def _with_null(node: dict[str, Any], *, nullable: bool) -> dict[str, Any]:
    """OpenAPI 3.0's `nullable`, and 3.1's `anyOf` of bare types, in JSON Schema's shorter words: a list of types."""
    if nullable and isinstance(node.get("type"), str):
        return node | {"type": [node["type"], "null"]}
    choices = node.get("anyOf", [])
    if choices and all(choice.keys() == {"type"} and isinstance(choice["type"], str) for choice in choices):
        del node["anyOf"]
        node["type"] = [choice["type"] for choice in choices]
    return node


def _references(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(_references, node))
    if not isinstance(node, dict):
        return set()
    own = {node["$ref"].rpartition("/")[2]} if isinstance(node.get("$ref"), str) else set()
    return own.union(*map(_references, node.values()))


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    target.write_text(text(structure(json.loads(source.read_text()))) + "\n")
