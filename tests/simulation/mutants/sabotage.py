"""How the promise is sabotaged for a while: a name, and what is put in the place of what (`make mutants`)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch

SABOTAGES: dict[str, Callable[[], AbstractContextManager[None]]] = {}


def sabotage(work: Callable[[], Iterator[None]]) -> Callable[[], Iterator[None]]:
    """Registers a sabotage under its function's name; it lasts while the context does."""
    SABOTAGES[work.__name__.removeprefix("_").replace("_", " ")] = contextmanager(work)
    return work


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
