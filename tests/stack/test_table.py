"""The local AWS's DynamoDB keeps the rules of the table in memory, and the ledger's transitions hold on it."""

from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from lib.ports import Table
from lib.worlds.aws import AwsService
from lib.worlds.dynamodb import API, DynamoTable
from tests.stack.stage import Stage
from tests.twins.ledger_machine import LedgerMachine
from tests.twins.table_rules import RULES, Rule


@pytest.fixture
def store(stage: Stage) -> DynamoTable:
    return DynamoTable(AwsService(*API, stage.stack.aws.environment(), pool_size=4), stage.table)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_dynamodb_keeps_the_rule(rule: Rule, store: DynamoTable) -> None:
    rule(store, f"{rule.__name__}_")


class MachineOnDynamo(LedgerMachine):
    store_under_test: ClassVar[DynamoTable]

    @staticmethod
    def new_store() -> Table:
        return MachineOnDynamo.store_under_test

    @staticmethod
    def delete(store: Table, pk: str) -> None:
        assert isinstance(store, DynamoTable)
        store._ask("DeleteItem", {"TableName": store._table, "Key": {"pk": {"S": pk}}})


def test_the_ledgers_transitions_hold_on_dynamodb(store: DynamoTable) -> None:
    MachineOnDynamo.store_under_test = store
    run_state_machine_as_test(MachineOnDynamo, settings=settings(max_examples=15, stateful_step_count=25))
