"""The ledger's transitions in every order, on the table in memory; tests/stack has the same on DynamoDB's."""

from hypothesis import settings

from lib.ports import Table
from tests.twins.ledger_machine import LedgerMachine
from tests.twins.table import MemoryTable


class MachineInMemory(LedgerMachine):
    @staticmethod
    def new_store() -> Table:
        return MemoryTable()

    @staticmethod
    def delete(store: Table, pk: str) -> None:
        assert isinstance(store, MemoryTable)
        del store.items[pk]


TestLedger = MachineInMemory.TestCase
TestLedger.settings = settings(max_examples=300, stateful_step_count=40)
