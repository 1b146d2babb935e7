"""Citations of the contract and of the facts, and the rule for them.

A citation names its file, each time and in the same line: `contract §2`, or a file of `docs/`: `facts/twilio.md §5.2`.
A list or a range may follow (`facts/twilio.md §1, §5 and §7`, `contract §2–§4`). A bare § means its own file, and
stands only in the contract and the facts. The section is a heading that begins with the number: `### 5.2 Outcomes`.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

CONTRACT = "docs/contract.md"
FACTS = "docs/facts/"

_SECTION = r"§(\d+(?:\.\d+)*[a-z]?)"
_LIST = rf"{_SECTION}(?:(?:\s*[,–-]\s*|,? and |, to | to ){_SECTION})*"
_CITATION = re.compile(rf"(?:(?P<file>[\w./-]*\w)[`)\]]*\s+)?(?P<sections>{_LIST})")
_HEADING = re.compile(r"^#{1,6}\s+(\d+(?:\.\d+)*[a-z]?)\b", re.MULTILINE)


class Fault(NamedTuple):
    """A citation that leads nowhere. It prints as `src/lib/x.py:12: …`."""

    place: str
    citation: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {self.citation!r}: {self.problem}"


def headings(text: str) -> list[str]:
    """The numbers of a file's sections, in order: `["1", "1.1", "3a"]`."""
    return _HEADING.findall(text)


def faults(texts: Mapping[str, str]) -> list[Fault]:
    """Every citation in the files (path → text) that does not resolve to a heading of one of them."""
    found = []
    for path, text in texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            if "§" not in line:  # on a line of data, which may be long, the search would take seconds
                continue
            for match in _CITATION.finditer(line):
                problem = _problem(path, match["file"], re.findall(_SECTION, match["sections"]), texts)
                if problem:
                    found.append(Fault(f"{path}:{number}", match[0], problem))
    return found


def _problem(path: str, file: str | None, sections: list[str], texts: Mapping[str, str]) -> str:
    target = _target(path, file, texts)
    if target is None:
        return "which file? Write `contract §N` or, in full, such as `facts/twilio.md §N`"
    there = headings(texts[target])
    missing = [section for section in sections if section not in there]
    if not missing:
        return ""
    return f"no § {', '.join(missing)} in {target}, which has {', '.join(there) or 'no numbered heading'}"


def _target(path: str, file: str | None, texts: Mapping[str, str]) -> str | None:
    if file == "contract":
        return CONTRACT
    if file is not None and file.endswith(".md"):
        name = "docs/" + file.removeprefix("docs/")
        return name if name in texts else None
    return path if path == CONTRACT or path.startswith(FACTS) else None
