"""The demo's face: steps, calls as they end, messages word for word. Plain lines where there is no terminal."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

MESSAGE_WIDTH = 76


class Screen:
    """Lines that stay and, where there is a terminal, progress that moves below them."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._progress = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        )
        self._task = self._progress.add_task("", total=None)
        self._live = Live(self._progress, console=self._console, transient=True)
        self._step, self._began = "", 0.0

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._live.stop()

    def line(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style), soft_wrap=True)

    def step(self, description: str, done: int, total: int) -> None:
        """A step before the campaign begins; the one before it is done."""
        self.step_done()
        self._step, self._began = description, time.monotonic()
        self.progress(f"{description} …", done, total)
        if not self._console.is_terminal:
            self.line(f"{description} …")

    def step_done(self) -> None:
        if self._step:
            self.line(f"✔ {self._step} ({time.monotonic() - self._began:.0f} s)", "green")
            self._step = ""

    def progress(self, description: str, done: int, total: int) -> None:
        """What moves: seen only where there is a terminal."""
        self._progress.update(self._task, description=description, completed=done, total=total)

    def message(self, title: str, body: str) -> None:
        """A message as a phone shows it."""
        if self._console.is_terminal:
            self._console.print(
                Panel(Text(body), title=Text(title), title_align="left", style="green", width=MESSAGE_WIDTH)
            )
        else:
            self.line("\n".join([f"✉ {title}", *(f"  | {line}" for line in body.splitlines())]))
