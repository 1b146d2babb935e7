"""Markdown as its reader meets it: headings and their anchors, links, tables, blocks of commands."""

import re
from dataclasses import dataclass

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; `language` is empty where none is named."""

    language: str
    text: str


def blocks(text: str) -> list[Block]:
    return [Block(match["language"], match["text"]) for match in _FENCE.finditer(text)]


def prose(text: str) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", text)


def headings(text: str) -> list[tuple[int, str]]:
    """(level, words) of every heading."""
    return [(len(marks), words.strip()) for marks, words in _HEADING.findall(prose(text))]


def anchor(heading: str) -> str:
    """GitHub's: lower case, punctuation dropped, blanks as hyphens. Letters keep their accents."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def anchors(text: str) -> set[str]:
    return {anchor(words) for _, words in headings(text)}


def links(text: str) -> list[str]:
    return _LINK.findall(prose(text))


def code_spans(text: str) -> list[str]:
    """What stands between single backticks, in order."""
    return _CODE.findall(text)


def section(text: str, heading: str) -> str:
    """A section's text, its own sub-sections included. Fails when no heading says so, or more than one."""
    (start,) = [match for match in _HEADING.finditer(text) if match[2].strip() == heading]
    rest = text[start.end() :]
    following = [match.start() for match in _HEADING.finditer(rest) if len(match[1]) <= len(start[1])]
    return rest[: following[0]] if following else rest


def tables(text: str) -> list[list[list[str]]]:
    """Every table as rows of cells, the heading first and the line of dashes left out."""
    found: list[list[list[str]]] = []
    is_inside = False
    for line in prose(text).splitlines():
        is_row = line.lstrip().startswith("|")
        if is_row and not is_inside:
            found.append([])
        if is_row and not re.fullmatch(r"[|\s:-]+", line):
            found[-1].append([cell.strip() for cell in line.strip().strip("|").split("|")])
        is_inside = is_row
    return found


def table(text: str, first_heading: str) -> list[list[str]]:
    """The rows below the heading of the one table whose first column is called so."""
    (rows,) = [rows for rows in tables(text) if rows[0][0] == first_heading]
    return rows[1:]


def names(rows: list[list[str]]) -> list[str]:
    """The code spans of the first column."""
    return [name for row in rows for name in code_spans(row[0])]
