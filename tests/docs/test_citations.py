"""What the code and the docs cite is here, in the repository."""

import posixpath
import re

import pytest

from tests.docs.citations import CONTRACT, faults, headings
from tests.docs.repository import texts

DOCUMENT = "docs/facts/a" + ".md"
NAMES_A_FILE = re.compile(r"(?<![\w./-])[\w.][\w./-]*\.md\b")


def test_every_citation_resolves_to_a_heading() -> None:
    found = faults(texts())
    assert not found, "\n" + "\n".join(map(str, found))


def test_every_document_that_is_named_is_there() -> None:
    named = [(path, name) for path, text in texts().items() for name in NAMES_A_FILE.findall(text)]
    missing = [f"{path} names {name}" for path, name in named if not is_there(path, name)]
    assert not missing, "\n" + "\n".join(missing)


def test_nothing_needs_the_folder_beside_the_repository() -> None:
    folder = re.compile(r"\.\./shared\b|\bshared/(facts|contract|design|original)\b|['\"]shared['\"] */")
    assert [path for path, text in texts().items() if folder.search(text)] == []


def test_the_law_is_whole() -> None:
    assert headings(texts()[CONTRACT]) == ["1", "2", "3", "4", "5", "6", "7", "8"]
    cited = {"elevenlabs", "twilio", "aws", "contact-law", "original"}
    assert {f"docs/facts/{name}.md" for name in cited} <= texts().keys()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("contract $2, and facts/a@ $1, $1.2 and $3a", ""),
        ("`facts/a@` $1–$3a; [facts](docs/facts/a@) $1.2", ""),
        ("contract $9", "no § 9 in docs/contract.md, which has 1, 2"),
        ("facts/a@ $1, $1.3", "no § 1.3 in docs/facts/a@, which has 1, 1.2, 3a"),
        ("facts/b@ $1", "which file?"),
        ("facts $1", "which file?"),
        ("design $2", "which file?"),
        ("contract $2 (and $1)", "which file?"),
        ("($1)", "which file?"),
    ],
)
def test_a_citation_names_its_file_and_a_heading_of_it(line: str, problem: str) -> None:
    law = {CONTRACT: "## 1. The stack\n## 2. Settings\n", DOCUMENT: "## 1 A\n### 1.2 B\n### 3a. C\n"}
    found = faults(law | {"src/x.py": "\n" + spelled(line)})
    assert [fault.place for fault in found] == ["src/x.py:2"] * bool(problem)
    assert all(fault.problem.startswith(spelled(problem)) for fault in found)


def test_a_bare_section_means_its_own_file_in_the_facts_alone() -> None:
    facts = {DOCUMENT: spelled("## 1 A\nsee $1\nand $2\n")}
    assert [fault.place for fault in faults(facts)] == [f"{DOCUMENT}:3"]


def spelled(example: str) -> str:
    """The examples are written so that they are no citations of this file's own."""
    return example.replace("$", "\N{SECTION SIGN}").replace("@", ".md")


def is_there(path: str, name: str) -> bool:
    """From the root, from `docs/`, or from the folder of the file that names it."""
    return any(
        posixpath.normpath(f"{folder}/{name}") in texts() for folder in (".", "docs", posixpath.dirname(path) or ".")
    )
