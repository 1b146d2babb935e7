"""The table in memory keeps the rules that tests/stack tries on DynamoDB."""

import pytest

from lib.core.table import Update
from tests.twins.table import MemoryTable
from tests.twins.table_rules import RULES, Rule


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_twin_keeps_the_rule(rule: Rule) -> None:
    rule(MemoryTable(), "key")


def test_a_transaction_may_name_an_item_once_only() -> None:
    with pytest.raises(ValueError, match="once only"):
        MemoryTable().write(Update("a", {"n": 1}), Update("a", {"n": 2}))
