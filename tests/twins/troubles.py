"""What a room told of, kept to be looked at: `ports.Troubles`."""

from collections import Counter


class Heard:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.lines: list[tuple[str, str, str]] = []  # event, batch id, why

    def count(self, name: str, by: int = 1) -> None:
        self.counts[name] += by

    def tolerated(self, event: str, batch_id: str, why: str) -> None:
        self.lines.append((event, batch_id, why))
