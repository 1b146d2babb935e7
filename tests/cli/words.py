"""Every English text that the command line may say: what stands in `t(…)`, and the help of commands and options."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from vigia.__main__ import build

PACKAGE = Path(__file__).parents[2] / "cli" / "vigia"


def said() -> dict[str, str]:
    """Each text → where it stands."""
    found: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t" and node.args:
                found |= dict.fromkeys(_texts(node.args[0]), f"{path.name}:{node.lineno}")
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict) and _is_table(node.targets[0]):
                texts = [text for value in node.value.values for text in _texts(value)]
                found |= dict.fromkeys(texts, f"{path.name}:{node.lineno}")
    return found | dict.fromkeys(_help(typer.main.get_command(build())), "help")


def _is_table(target: ast.expr) -> bool:
    """A table of texts that are looked up, and then said."""
    return isinstance(target, ast.Name) and target.id in ("_DECIDED", "_SENTENCES")


def _texts(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _help(command: Any) -> Iterator[str]:
    if command.help:
        yield " ".join(command.help.split())
    for parameter in command.params:
        if getattr(parameter, "help", None):
            yield " ".join(parameter.help.split())
    for inner in getattr(command, "commands", {}).values():
        yield from _help(inner)
