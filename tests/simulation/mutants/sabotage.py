"""How the promise is sabotaged for a while: a name, and what is put in the place of what (`make mutants`)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

Work = Callable[[], Iterator[None]]


@dataclass(frozen=True, slots=True)
class Mutant:
    """The product with one thing broken, while the context of `work` lasts.

    among: options of the stories in which it is hunted. seen_by_referee: False where nobody gets a message too many or
    too few by it, so that only the checks, which know claims and looks, can see it.
    """

    name: str
    work: Callable[[], AbstractContextManager[None]]
    among: Mapping[str, Any]
    seen_by_referee: bool


MUTANTS: dict[str, Mutant] = {}


def sabotage(*, seen_by_referee: bool = True, **among: Any) -> Callable[[Work], Work]:
    """Registers a mutant under its function's name."""

    def register(work: Work) -> Work:
        name = work.__name__.removeprefix("_").replace("_", " ")
        MUTANTS[name] = Mutant(name, contextmanager(work), among, seen_by_referee)
        return work

    return register


@contextmanager
def patched(*changes: tuple[Any, str, Any]) -> Iterator[None]:
    """Each of (where, name, instead), undone at the end."""
    patches = [patch.object(target, name, new) for target, name, new in changes]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()
