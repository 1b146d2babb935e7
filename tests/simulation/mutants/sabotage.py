"""How the promise is sabotaged for a while: a name, and what is put in the place of what (`make mutants`)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch

UNSEEN_BY_REFEREE: set[str] = set()
SABOTAGES: dict[str, Callable[[], AbstractContextManager[None]]] = {}


def sabotage(work: Callable[[], Iterator[None]]) -> Callable[[], Iterator[None]]:
    """Registers a sabotage under its function's name; it lasts while the context does."""
    SABOTAGES[_name(work)] = contextmanager(work)
    return work


def unseen_by_referee(work: Callable[[], Iterator[None]]) -> Callable[[], Iterator[None]]:
    """Nobody gets a message too many or too few by it: only the checks, which know claims and looks, can see it."""
    UNSEEN_BY_REFEREE.add(_name(work))
    return work


def _name(work: Callable[[], Iterator[None]]) -> str:
    return work.__name__.removeprefix("_").replace("_", " ")


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
