"""template.yaml, as cfn-lint reads it and as SAM's transform turns it into CloudFormation.

Both are imported where they are used: they take seconds, and every worker collects every test.
"""

import json
import string
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).parents[2]
TEMPLATE_PATH = ROOT / "template.yaml"
NO_VALUE = {"Ref": "AWS::NoValue"}


@cache
def template() -> dict[str, Any]:
    """The template as written: plain dictionaries and lists, intrinsic functions spelled out (`{"Ref": "X"}`)."""
    from cfnlint.decode import decode_str

    decoded, errors = decode_str(TEMPLATE_PATH.read_text(encoding="utf-8"))
    assert not errors, errors
    return dict(json.loads(json.dumps(decoded)))


@cache
def transformed() -> dict[str, Any]:
    """What CloudFormation gets."""
    from samtranslator.public.translator import ManagedPolicyLoader
    from samtranslator.translator.transform import transform

    defaults = {name: str(value["Default"]) for name, value in template()["Parameters"].items()}
    packaged = json.loads(json.dumps(template()))
    for function in ("MonitorFunction", "WidgetFunction"):
        packaged["Resources"][function]["Properties"]["CodeUri"] = "s3://bucket/key"  # as `sam deploy` does
    with patch.dict("os.environ", {"AWS_DEFAULT_REGION": "eu-west-1"}):
        return dict(transform(packaged, defaults, ManagedPolicyLoader(None)))


def functions() -> dict[str, dict[str, Any]]:
    """Logical id → properties, of both functions."""
    return resources("AWS::Lambda::Function")


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Logical id → properties, of every resource of this CloudFormation type after the transform."""
    return {
        logical_id: dict(resource.get("Properties", {}))
        for logical_id, resource in transformed()["Resources"].items()
        if resource["Type"] == kind
    }


class _Sub(string.Template):
    braceidpattern = r"[A-Za-z0-9.:]+"


def resolve(value: Any, true: Collection[str] = ()) -> Any:
    """`Fn::If` decided: the conditions named in `true` hold and no other; what becomes `AWS::NoValue` is left out."""
    if isinstance(value, dict) and value.keys() == {"Fn::If"}:
        condition, then, otherwise = value["Fn::If"]
        return resolve(then if condition in true else otherwise, true)
    if isinstance(value, dict):
        return {key: resolve(inner, true) for key, inner in value.items() if resolve(inner, true) != NO_VALUE}
    if isinstance(value, list):
        return [resolved for inner in value if (resolved := resolve(inner, true)) != NO_VALUE]
    return value


def substitute(value: str | dict[str, str]) -> str:
    """`Fn::Sub` with every parameter at its default and every other name standing for itself."""
    if isinstance(value, str):
        return value
    names = {name: str(parameter["Default"]) for name, parameter in template()["Parameters"].items()}
    text = _Sub(value["Fn::Sub"])
    return text.substitute({name: names.get(name, name) for name in text.get_identifiers()})
