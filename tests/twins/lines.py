"""The log, kept to be looked at: `ports.Log`."""

from typing import Any


class Lines:
    def __init__(self) -> None:
        self.lines: list[tuple[str, str, dict[str, Any]]] = []  # level, event, keys

    def info(self, msg: object, **keys: Any) -> None:
        self.lines.append(("info", str(msg), keys))

    def warning(self, msg: object, **keys: Any) -> None:
        self.lines.append(("warning", str(msg), keys))

    def error(self, msg: object, **keys: Any) -> None:
        self.lines.append(("error", str(msg), keys))

    @property
    def wrong(self) -> list[tuple[str, str, dict[str, Any]]]:
        return [line for line in self.lines if line[0] != "info"]

    def levels(self, event: str) -> list[str]:
        return [level for level, msg, _ in self.lines if msg == event]
