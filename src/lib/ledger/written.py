"""A write whose conditions need not hold: whether it was made."""

from ..core.table import Change
from ..errors import ConditionFailed
from ..ports import Table


def is_written(table: Table, *changes: Change) -> bool:
    """All of the changes, or none: False when a condition does not hold. Raises TableUnclear."""
    try:
        table.write(*changes)
    except ConditionFailed:
        return False
    return True
