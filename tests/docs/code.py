"""What the code says of itself, read from its source and from what it exports: nothing here is kept by hand.

An event's name, and its level, must be readable where it is logged: a literal, a parameter that every caller fills
with one, the class of an exception that was caught, or a text put together from these. Whatever else it may be is a
fault of the line, which the test names.
"""

import ast
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from lib.config.event import Event
from lib.config.settings import OF_THE_WORKSPACE
from lib.core.policy import Settings
from lib.core.status import Reason, Status
from tests.docs.repository import ROOT

SRC = ROOT / "src"
LEVELS = ("debug", "info", "warning", "error", "critical", "exception")
FILLED_PARAMETERS_DEEP = 6  # a name is passed on through so many functions at most


@dataclass(frozen=True)
class Place:
    """A function of the source, and where it stands."""

    path: str
    function: ast.FunctionDef

    def at(self, node: ast.expr) -> str:
        return f"{self.path}:{node.lineno}"


class Unreadable(Exception):
    """A name that is put together in a way that this file does not follow."""


@cache
def functions() -> tuple[Place, ...]:
    """Every function of the source, the inner ones too."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SRC.rglob("*.py"))}
    return tuple(
        Place(str(path.relative_to(ROOT)), node)
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    )


@cache
def _calls(place: Place) -> list[ast.Call]:
    """The calls of a function's own body; those of a function inside it are that one's."""
    found, waiting = [], list[ast.AST](place.function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call):
            found.append(node)
        if not isinstance(node, ast.FunctionDef):
            waiting += ast.iter_child_nodes(node)
    return found


# ── the log ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def events() -> Mapping[str, frozenset[str]]:
    """Every event of the log → the levels at which it is logged (`info`, `warning`, `error`)."""
    found: dict[str, set[str]] = {}
    for place in functions():
        for call in _calls(place):
            level = _level(call)
            if level is not None and call.args:
                for name, of_level in _pairs(call.args[0], level, place):
                    found.setdefault(name, set()).add(of_level)
    return {name: frozenset(levels) for name, levels in found.items()}


def _level(call: ast.Call) -> ast.expr | None:
    """The level of a line of the log, as it is written: `log.info(…)`, or `getattr(log, level)(…)`; else None."""
    function = call.func
    if isinstance(function, ast.Attribute) and function.attr in LEVELS and _is_log(function.value):
        return ast.Constant(function.attr)
    if isinstance(function, ast.Call) and isinstance(function.func, ast.Name) and function.func.id == "getattr":
        return function.args[1] if _is_log(function.args[0]) else None
    return None


def _is_log(value: ast.expr) -> bool:
    return ast.unparse(value).rpartition(".")[2].strip("_") in ("log", "logger")


def _pairs(name: ast.expr, level: ast.expr, place: Place, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Name and level together, for a caller may choose both."""
    for one_name, one_level in itertools.product(_forms(name, place), _forms(level, place)):
        if not _asks_callers(one_name, place) and not _asks_callers(one_level, place):
            yield from itertools.product(_texts(one_name, place), _texts(one_level, place))
        elif depth == FILLED_PARAMETERS_DEEP:
            raise Unreadable(f"{place.at(name)}: `{ast.unparse(name)}` is passed on through too many functions")
        else:
            for caller, filled in _callers(place):
                yield from _pairs(_fill(one_name, filled), _fill(one_level, filled), caller, depth + 1)


def _asks_callers(expression: ast.expr, place: Place) -> bool:
    asked = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
    return bool(asked & _parameters(place.function).keys())


def _forms(expression: ast.expr, place: Place) -> list[ast.expr]:
    """What a text may be, in words that mean the same in a caller: literals, and parameters of this function."""
    match expression:
        case ast.IfExp(body=one, orelse=other):
            return _forms(one, place) + _forms(other, place)
        case ast.Name(name) if name not in _parameters(place.function):
            if assigned := _assigned(name, place.function):
                return [form for value in assigned for form in _forms(value, place)]
    if _asks_callers(expression, place):
        return [expression]
    return [ast.copy_location(ast.Constant(text), expression) for text in _texts(expression, place)]


def _parameters(function: ast.FunctionDef) -> dict[str, ast.expr | None]:
    """A function's parameters, with their defaults."""
    named = [*function.args.posonlyargs, *function.args.args]
    defaults: list[ast.expr | None] = [None] * (len(named) - len(function.args.defaults))
    pairs = [*zip(named, [*defaults, *function.args.defaults], strict=True)]
    pairs += zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    return {parameter.arg: default for parameter, default in pairs if parameter.arg != "self"}


def _callers(place: Place) -> Iterator[tuple[Place, dict[str, ast.expr]]]:
    """Every call of a function by its name, `partial(function, …)` included, and what it gives each parameter.

    A name that is private, or called on `self`, means the file's own.
    """
    parameters = _parameters(place.function)
    wanted = place.function.name
    for caller in functions():
        for call in _calls(caller):
            function, given = call.func, call.args
            if isinstance(function, ast.Name) and function.id == "partial":
                function, given = call.args[0], call.args[1:]
            if (function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)) != wanted:
                continue
            is_the_files_own = wanted.startswith("_") or ast.unparse(function) == f"self.{wanted}"
            if is_the_files_own and caller.path != place.path:
                continue
            filled = {name: default for name, default in parameters.items() if default is not None}
            filled |= dict(zip(parameters, given, strict=False))
            filled |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg in parameters}
            yield caller, filled


class _Fill(ast.NodeTransformer):
    def __init__(self, filled: Mapping[str, ast.expr]) -> None:
        self._filled = filled

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._filled.get(node.id, node)


def _fill(expression: ast.expr, filled: Mapping[str, ast.expr]) -> ast.expr:
    copy = ast.parse(ast.unparse(expression), mode="eval").body
    ast.copy_location(copy, expression)
    filled_in: ast.expr = _Fill(filled).visit(copy)
    return ast.copy_location(filled_in, expression)


def _texts(expression: ast.expr, place: Place) -> list[str]:
    """What a text may be. Raises Unreadable."""
    match expression:
        case ast.Constant(str(text)):
            return [text]
        case ast.IfExp(body=one, orelse=other):
            return _texts(one, place) + _texts(other, place)
        case ast.Name(name) if assigned := _assigned(name, place.function):
            return [text for value in assigned for text in _texts(value, place)]
        case ast.Attribute(ast.Name("Reason"), name):  # some say it to the log and to the record
            return [Reason[name]]
        case ast.JoinedStr(values):
            parts = [_texts(part.value if isinstance(part, ast.FormattedValue) else part, place) for part in values]
            return ["".join(choice) for choice in itertools.product(*parts)]
        case ast.Attribute(ast.Call(ast.Name("type"), [ast.Name(caught)]), "__name__"):
            return _caught(caught, place)
    raise Unreadable(f"{place.at(expression)}: `{ast.unparse(expression)}`: write the event's name out, or its level")


def _assigned(name: str, function: ast.FunctionDef) -> list[ast.expr]:
    """What is assigned to a name anywhere in a function: `name = …`, or `name, other = …, …`."""
    found = []
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = list(zip(target.elts, node.value.elts, strict=False))
                found += [value for one, value in pairs if isinstance(one, ast.Name) and one.id == name]
    return found


def _caught(name: str, place: Place) -> list[str]:
    """The exceptions that `except (A, B) as name` catches."""
    for node in ast.walk(place.function):
        if isinstance(node, ast.ExceptHandler) and node.name == name and node.type is not None:
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            return [ast.unparse(kind).rpartition(".")[2] for kind in kinds]
    return []


# ── statuses and reasons of a record ─────────────────────────────────────────────────────────────────────────────────


def reasons() -> set[str]:
    """Why a record is what it is. One that ends in a name of ElevenLabs' ends in `…` here: `status_…`."""
    return {f"{reason}…" if reason.endswith("_") else str(reason) for reason in Reason}


def statuses() -> set[str]:
    """The statuses of a record."""
    return set(map(str, Status))


# ── settings, events of an invocation, make ──────────────────────────────────────────────────────────────────────────


def settings() -> dict[str, Any]:
    """The settings of the workspace and their defaults."""
    return {name: getattr(Settings(), name) for name in OF_THE_WORKSPACE}


def event_keys() -> set[str]:
    """What an event may hold."""
    return {field.name for field in fields(Event)}


def make_targets() -> tuple[set[str], set[str]]:
    """(every target that is not a file, those that `make help` lists)."""
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    (phony,) = [line for line in lines if line.startswith(".PHONY:")]
    helped = {line.partition(":")[0] for line in lines if "## " in line and line[0].isalpha()}
    return set(phony.split()[1:]), helped
