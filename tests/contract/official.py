"""The official OpenAPI documents as judges of JSON: their structure, in `official/` (made by `structure.py`)."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

ELEVENLABS_FILE = Path(__file__).parent / "official" / "elevenlabs.json"
TWILIO_FILE = Path(__file__).parent / "official" / "twilio.json"


class Official:
    """One OpenAPI document."""

    def __init__(self, path: Path) -> None:
        self.document = json.loads(path.read_text())
        resource = Resource.from_contents(self.document, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource("urn:official", resource)

    def problems(self, path: str, method: str, status: int, body: Any) -> list[str]:
        """Where a body departs from what the document says for this answer; empty when nowhere."""
        place = ["paths", path, method.lower(), "responses", str(status), "content", "application/json", "schema"]
        return self._problems(place, body)

    def schema_problems(self, name: str, body: Any) -> list[str]:
        """The same for a schema by name."""
        return self._problems(["components", "schemas", name], body)

    def schema(self, name: str) -> dict[str, Any]:
        """A schema by name."""
        found: dict[str, Any] = self.document["components"]["schemas"][name]
        return found

    def query_names(self, path: str, method: str = "get") -> set[str]:
        """The query parameters of an operation."""
        parameters = self.document["paths"][path][method]["parameters"]
        return {parameter["name"] for parameter in parameters if parameter["in"] == "query"}

    def _problems(self, place: list[str], body: Any) -> list[str]:
        pointer = "/".join(quote(part.replace("~", "~0").replace("/", "~1")) for part in place)
        validator = Draft202012Validator({"$ref": f"urn:official#/{pointer}"}, registry=self._registry)
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(body)]
