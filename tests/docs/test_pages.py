"""The pages hold together: links lead somewhere, both languages say the same, commands work as they are pasted."""

import json
import os
import posixpath
import re
import subprocess
from pathlib import Path

import pytest
import typer

from lib.config.settings import parse_settings
from tests.docs.markdown import anchors, blocks, code_spans, headings, links, prose, tables
from tests.docs.repository import ROOT, texts
from vigia.__main__ import build

PAGES = sorted(path for path in texts() if path.endswith(".md"))
READMES = ("README.md", "README.es.md")
OPERATIONS = ("docs/operations.md", "docs/operations.es.md")
REFERENCES = ("docs/reference.md", "docs/reference.es.md")
ENVIRONMENT = "cat > ~/.vigia"
SOURCED = ". ~/.vigia"
HELPERS = f"{SOURCED} && cat >> ~/.vigia"


def bash(page: str) -> list[str]:
    return [block.text for block in blocks(texts()[page]) if block.language == "bash"]


COMMANDS = [
    (page, number, text)
    for page in (*READMES, *OPERATIONS, "CHANGELOG.md")
    for number, text in enumerate(bash(page), 1)
]
PASTED = pytest.mark.parametrize(("page", "number", "text"), COMMANDS)


# ── links ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_page_and_to_a_heading_of_it(page: str) -> None:
    lost = [link for link in links(texts()[page]) if not link.startswith("https://") and not leads(page, link)]
    assert lost == []


def leads(page: str, link: str) -> bool:
    path, _, heading = link.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
    if heading:
        return target in texts() and heading in anchors(texts()[target])
    if target.startswith("docs/pictures/"):
        return (ROOT / target).is_file()
    return target in texts() or any(name.startswith(f"{target.rstrip('/')}/") for name in texts())


def test_a_link_to_nowhere_is_noticed() -> None:
    assert leads("README.md", "docs/operations.md#silence")
    assert leads("docs/reference.es.md", "#qué-fue-de-una-llamada")
    assert leads("docs/operations.md", "../README.md")
    assert leads("README.md", "docs/pictures/page.en.png")
    assert not leads("README.md", "docs/pictures/nothing.png")
    assert not leads("README.md", "docs/operations.md#quiet")
    assert not leads("README.md", "docs/nothing")
    assert not leads("README.md", "#nowhere")


# ── two languages ────────────────────────────────────────────────────────────────────────────────────────────────────


def without_words(block: str) -> str:
    """What a block does: what it says to the reader, and the reader's own address, taken out."""
    return re.sub(r"printf '[^']*'|clone <[^>]*>", "", block)


@pytest.mark.parametrize(("one", "other"), [READMES, REFERENCES])
def test_both_languages_have_the_same_sections_tables_and_commands(one: str, other: str) -> None:
    english, spanish = texts()[one], texts()[other]
    assert [level for level, _ in headings(english)] == [level for level, _ in headings(spanish)]
    assert [block.language for block in blocks(english)] == [block.language for block in blocks(spanish)]
    for commands, comandos in zip(bash(one), bash(other), strict=True):
        assert without_words(commands) == without_words(comandos)
    for rows, filas in zip(tables(english), tables(spanish), strict=True):
        assert [len(row) for row in rows] == [len(fila) for fila in filas]
        # A table of names has the same names; one of messages has the Spanish word for each in brackets behind.
        assert [code_spans(row[0]) for row in rows] == [code_spans(fila[0]) for fila in filas]
    given, dados = ([block.text for block in blocks(text) if block.language == "json"] for text in (english, spanish))
    assert given == dados


def test_the_spanish_runbook_has_the_commands_of_the_english_one() -> None:
    english = [without_words(text) for text in bash("docs/operations.md")]
    assert [text for text in map(without_words, bash("docs/operations.es.md")) if text not in english] == []


def test_each_page_leads_to_its_other_language() -> None:
    for one, other in (READMES, OPERATIONS, REFERENCES):
        assert posixpath.basename(other) in links(texts()[one])
        assert posixpath.basename(one) in links(texts()[other])


# ── what is pasted into a terminal ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("readme", READMES)
def test_the_first_lines_after_the_clone_show_it_and_test_it(readme: str) -> None:
    first = bash(readme)[0].splitlines()
    assert re.fullmatch(r"git clone <[^>/]+> vigia && cd vigia", first[0])
    assert first[1:] == ["make demo MINUTES=2", "make test"]


@PASTED
def test_a_block_is_sound(page: str, number: int, text: str) -> None:
    checked = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, f"{page}, block {number}: {checked.stderr}"
    assert not re.search(r"(^|\s)#\s", text), f"{page}, block {number}: a zsh terminal (macOS) takes no comments"


STUB = """#!/bin/sh
printf '%s\\n' "$(basename "$0") $*" "region $AWS_REGION $AWS_DEFAULT_REGION" >> "$CALLED"
case "$*" in
  *describe-stack-resource*) echo a-resource ;;
  *describe-stacks*) echo an-output ;;
  *get-parameters-by-path*) echo /vigia/ONE /vigia/TWO ;;
esac
"""


class Terminal:
    """A new terminal in the clone's folder, of a reader whose profile and environment name other regions."""

    def __init__(self, folder: Path) -> None:
        self.home, self.called, bin_ = folder / "home", folder / "called", folder / "bin"
        self.clone = folder / "clone"
        for made in (self.home, self.clone, bin_):
            made.mkdir()
        (self.clone / "samconfig.toml").touch()
        for name in ("aws", "sam", "git", "vigia"):
            (bin_ / name).write_text(STUB)
            (bin_ / name).chmod(0o755)
        self._environment = {
            "HOME": str(self.home),
            "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}",
            "CALLED": str(self.called),
            "AWS_REGION": "eu-central-1",
        }

    def paste(self, text: str) -> tuple[str, list[str]]:
        """Runs each line, as a terminal does, though the one before failed. Gives what it said, and what was called."""
        self.called.write_text("")
        self.script = self.clone / "pasted"
        self.script.write_text("set -u\n" + text)
        done = subprocess.run(
            ["bash", str(self.script)],
            cwd=self.clone,
            env=self._environment,
            input="a secret\n" * 9,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stderr, self.called.read_text().splitlines()


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


# The Spanish pages have the same commands, which other tests hold.
ENGLISH = [command for command in COMMANDS if command[0] in (READMES[0], OPERATIONS[0], "CHANGELOG.md")]
ON_AWS = [(page, number, text) for page, number, text in ENGLISH if re.search(r"\b(aws|sam|vigia) [a-z]", text)]
EVERYWHERE = pytest.mark.parametrize(
    ("page", "number", "text"), [one for one in ON_AWS if not one[2].startswith((ENVIRONMENT, HELPERS))]
)


@EVERYWHERE
def test_a_block_works_in_a_new_terminal_and_in_the_one_region(
    page: str, number: int, text: str, terminal: Terminal
) -> None:
    terminal.paste(step_1())
    terminal.paste(helpers())
    (terminal.home / "vigia-table").write_text("a-table")
    said, called = terminal.paste(text)
    assert "unbound variable" not in said, f"{page}, block {number}"
    calls, regions = called[::2], called[1::2]
    assert calls
    assert set(regions) == {"region us-east-1 us-east-1"}
    for name in re.findall(r"--(?:name|names|path) (/\S*)", "\n".join(calls)):
        assert re.match(r"/vigia(/|$)", name), f"{name}: nothing reads that parameter"


@EVERYWHERE
def test_a_block_does_nothing_and_says_so_where_step_1_is_missing(
    page: str, number: int, text: str, terminal: Terminal
) -> None:
    said, called = terminal.paste(text)
    assert called == [], f"{page}, block {number}"
    assert "/.vigia: No such file" in said


def step_1() -> str:
    (text,) = [text for page, _, text in COMMANDS if page == "README.md" and text.startswith(ENVIRONMENT)]
    return text


def helpers() -> str:
    (text,) = [text for page, _, text in COMMANDS if page == OPERATIONS[0] and text.startswith(HELPERS)]
    return text


def test_the_helpers_of_the_aws_cli_go_into_the_file_of_step_1_and_into_no_other(terminal: Terminal) -> None:
    said, _ = terminal.paste(helpers())
    assert "/.vigia: No such file" in said
    assert not (terminal.home / ".vigia").exists()
    terminal.paste(step_1())
    terminal.paste(helpers())
    said, called = terminal.paste('. ~/.vigia && echo "$(output A) $(resource B) $PREFIX $VIGIA_STACK" >&2')
    assert (said, len(called)) == ("an-output a-resource /vigia vigia\n", 4)


@PASTED
def test_a_command_that_asks_is_the_last_of_its_block(page: str, number: int, text: str) -> None:
    """What is pasted behind it would be taken for the answer."""
    asks = re.compile(r"sam delete|deploy --guided|secrets push$|secrets remove|settings edit")
    asking = [line for line in text.splitlines()[:-1] if asks.search(line)]
    assert asking == [], f"{page}, block {number}"


def test_the_readmes_need_no_aws_cli() -> None:
    for readme in READMES:
        assert [text for text in bash(readme) if re.search(r"\baws [a-z]|\$\((output|resource) ", text)] == []


def test_a_command_in_the_middle_of_a_sentence_names_its_file_too() -> None:
    """One that needs the stack's region begins with `. ~/.vigia`, or follows one in its line that does."""
    needs = re.compile(
        r"(?<![~/.\w])(aws (ssm|dynamodb|events|logs|lambda|sns|cloudformation) [a-z-]+ --|sam (logs|remote invoke) )"
    )
    for page in (*READMES, *OPERATIONS):
        lines = [line for line in prose(texts()[page]).splitlines() if SOURCED not in line]
        bare = [span for line in lines for span in code_spans(line) if needs.match(span)]
        assert bare == [], page


def test_the_settings_go_from_rehearsal_to_work_to_pause_and_back(terminal: Terminal) -> None:
    terminal.paste(step_1())
    rehearsal, begin, pause = (
        next(text for text in bash("README.md") if mark in text) for mark in ("dry_run true", "not_before", "pause")
    )
    called = [line for text in (rehearsal, begin, pause) for line in terminal.paste(text)[1][::2]]
    instant = called[2].rpartition(" ")[2]
    assert called == [
        "vigia settings set dry_run true",
        "vigia settings set brand Panadería Luna",
        f"vigia settings set not_before {instant}",
        "vigia settings unset dry_run",
        "vigia pause",
        "vigia resume",
    ]
    settings = parse_settings(json.dumps({"brand": "Panadería Luna", "not_before": instant, "paused": True}))
    assert settings.not_before is not None
    assert settings.not_before > 1_700_000_000


def test_every_command_stands_in_the_readmes_and_what_they_say_is_a_command() -> None:
    commands = typer.main.get_command(build()).commands  # type: ignore[attr-defined]
    for readme in READMES:
        text = texts()[readme]
        called = set(re.findall(r"(?:`|&& )vigia ([a-z]+)\b(?! &&)", text))
        assert commands.keys() - called == set(), readme
        assert called - commands.keys() == set(), readme


def test_every_stop_has_its_start() -> None:
    opposites = {
        "disable-rule": "enable-rule",
        "ScheduleState=DISABLED": "ScheduleState=ENABLED",
        "vigia pause": "vigia resume",
        "vigia release": "vigia resend",
        "vigia secrets push": "vigia secrets remove",
        "sam deploy --guided": "sam delete",
        "git pull": "git checkout",
    }
    for page in (*READMES, *OPERATIONS):
        lacking = [
            f"{do}, not {undo}" for do, undo in opposites.items() if do in texts()[page] and undo not in texts()[page]
        ]
        assert lacking == [], page
