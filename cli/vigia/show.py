"""The terminal: sentences for people, JSON for programs; without a terminal neither colour nor questions."""

import json
import os
import sys
from datetime import UTC, datetime, tzinfo
from io import StringIO, TextIOWrapper
from typing import Any

from rich.console import Console

from .problems import WrongUse
from .words import t

WIDTH_WITHOUT_A_TERMINAL = 200


def console(*, to_errors: bool = False) -> Console:
    stream = sys.stderr if to_errors else sys.stdout
    if stream.isatty():
        return Console(file=stream, highlight=False, emoji=False, soft_wrap=True)
    # Said outright, for FORCE_COLOR or a CI's variables would colour a pipe.
    return Console(
        file=stream, highlight=False, emoji=False, soft_wrap=True, width=WIDTH_WITHOUT_A_TERMINAL, force_terminal=False
    )


def say(text: str = "", style: str = "") -> None:
    """One line; nothing in it is markup."""
    console().print(text, style=style or None, markup=False)


def complain(what: str, do: str = "") -> None:
    out = console(to_errors=True)
    out.print(f"✗ {what}", style="red", markup=False)
    if do:
        out.print(f"  → {do}", style="bold", markup=False)


def as_json(value: Any, *, indent: int | None = 2) -> None:
    """In letters where the stream has them all, else escaped: both are the same JSON."""
    is_whole = (sys.stdout.encoding or "").lower().startswith("utf")
    sys.stdout.write(json.dumps(value, ensure_ascii=not is_whole, indent=indent) + "\n")
    sys.stdout.flush()


def forgive() -> None:
    """What a terminal's or a pipe's encoding does not have, such as ✓ in a Windows pipe, is `?` there and no error."""
    sys.stdout, sys.stderr = sys.stdout or StringIO(), sys.stderr or StringIO()  # None: closed by who called us
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def leave() -> None:
    """What could not be said is let go: the interpreter would try again at its end, and complain in its own words."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def printable(text: str) -> str:
    """Other people's words on our terminal: no control character reaches it."""
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in text)


def indented(text: str) -> str:
    """The same in several lines, none of which can pass for one of ours."""
    return printable(text).strip().replace("\n", "\n    ")


def is_interactive() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def confirm(question: str, *, yes: bool = False) -> bool:
    """Asks. Without a terminal it is an error, unless `--yes` was given."""
    if yes:
        return True
    if not is_interactive():
        raise WrongUse(t("This asks a question, and there is no terminal to ask it on."), t("give --yes"))
    console().print(f"{question} {t('[y/N]')} ", end="", markup=False)
    return sys.stdin.readline().strip().lower() in ("y", "yes", "s", "si", "sí")


def instant(at: float, zone: tzinfo) -> str:
    return f"{datetime.fromtimestamp(at, zone):%Y-%m-%d %H:%M:%S}" if at else "–"


def rfc3339(at: float) -> str | None:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else None


def ago(seconds: float) -> str:
    """So long, in one unit."""
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{int(seconds // length)} {unit}"
    return f"{max(0, int(seconds))} s"
