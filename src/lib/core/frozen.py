"""How a value is declared: a dataclass that nobody changes, with a hash. Pure.

It is mypy that holds it to that. A dataclass frozen at runtime sets every field by a call of its own: to read a record
takes more than twice as long then, and a tick makes values by the thousand (docs/performance.md).
"""

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(of: type[T]) -> type[T]:
    return dataclass(slots=True, unsafe_hash=True)(of)
