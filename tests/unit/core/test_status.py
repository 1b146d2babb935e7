"""Every status and reason is in the enumeration, with words for people in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from lib.core.settling import Seen
from lib.core.status import Reason, Status, explain

LIB = Path(__file__).parents[3] / "src" / "lib"
DECISIONS = {"Wait", "Skip", "GiveUp", "Resend", "Hold"}
VERBS = {"wait", "skip", "give_up", "postponed", "look_again", "hold", "resend", "release"}


def trees() -> Iterator[ast.AST]:
    for path in sorted(LIB.rglob("*.py")):
        yield ast.parse(path.read_text(encoding="utf-8"))


def texts_given() -> Iterator[str]:
    """The bare texts that a decision is made of, or that a verb of the ledger is given."""
    for node in (node for tree in trees() for node in ast.walk(tree)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            texts = [a for part in node.args for a in ast.walk(part) if isinstance(a, ast.Constant)]
            if name in DECISIONS | VERBS:
                yield from (text.value for text in texts if isinstance(text.value, str) and text.value)


def reasons_made(node: ast.AST) -> Iterator[Reason]:
    """The members of the enumeration that are written out below a node; what a reason is compared with makes none."""
    match node:
        case ast.Attribute(ast.Name("Reason"), name):
            yield Reason[name]
        case ast.Compare():
            return
    for child in ast.iter_child_nodes(node):
        yield from reasons_made(child)


def test_no_decision_and_no_verb_is_given_a_text_that_is_no_reason() -> None:
    assert set(texts_given()) - {"status_", "unclear_", "/"} <= set(Reason)


def test_every_reason_is_made_somewhere() -> None:
    made = {reason for tree in trees() for reason in reasons_made(tree)} | set(texts_given())
    seen = {f"unclear_{value}" for part in get_args(Seen) for value in get_args(part)}
    assert set(Reason) - made - seen == set()


def test_what_a_look_saw_has_a_reason_each() -> None:
    seen = {value for part in get_args(Seen) for value in get_args(part)}
    assert {f"unclear_{one}" for one in seen} <= set(Reason)


@pytest.mark.parametrize("one", [*Status, *Reason])
def test_each_has_words_in_spanish_and_english(one: Status | Reason) -> None:
    es, en = one.sentence("es"), one.sentence("en")
    assert es
    assert en
    assert es != en
    assert one.sentence("pt") == es
    assert isinstance(one, Status) or (es[0].isupper() and es.endswith("."))
    assert isinstance(one, Status) or (en[0].isupper() and en.endswith("."))


def test_a_reason_is_explained_though_it_names_a_status_or_nobody_knows_it() -> None:
    assert "`cancelled`" in explain("status_cancelled", "es")
    assert explain("too_old", "en") == Reason.TOO_OLD.sentence("en")
    assert explain("of_another_version", "en") == "of_another_version"
