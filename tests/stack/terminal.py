"""A new reader's terminal: a bash in a pseudo-terminal, a home of its own, and an AWS that is the local one."""

import os
import re
import shlex
import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect

from local.aws.ministack import TOOLS, LocalAws, tool
from local.aws.stack import sam_environment

PROMPT, SETTING_OF_PROMPT = r"\[(\d+)\] reader> ", "PS1='[$?] reader> ' PS2=''"
QUESTION = r"([^\n]*) \[([^\[\]\n]*)\]: "  # sam's: what it asks, and what Enter answers; `make[1]: ` is none
YES_OR_NO = r"([^\n]*) \[(?:y|s)/N\] "  # vigia's
ASKED_BY_NAME = r"\n([A-Z][A-Z_]+): "  # `vigia secrets push`
SECONDS = 300  # a build on a busy machine
PIPX = """#!/bin/sh
# What the README says does as well: `uv tool install .`, by the uv that make installs.
case "$1" in
  install) exec {uv} tool install --quiet --python {python} "$2" ;;
  uninstall) exec {uv} tool uninstall --quiet "$2" ;;
esac
"""
_STYLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

Answer = Callable[[str, str], str]
"""(what is asked, what Enter would answer) → what is typed."""


def hear_ctrl_c() -> None:
    """In a new process: what was started in the background has Ctrl-C ignored, and hands that down."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def enter(_question: str, _default: str) -> str:
    return ""


def commands(block: str) -> list[str]:
    """A block's commands: a line each, but for here-documents and lines that end in a backslash."""
    lines, found = iter(block.splitlines()), []
    for line in lines:
        command = [line]
        while command[-1].endswith("\\"):
            command.append(next(lines))
        if document := re.search(r"<<'(\w+)'", line):
            for inner in lines:
                command.append(inner)
                if inner == document[1]:
                    break
        found.append("\n".join(command))
    return found


class Terminal:
    """folder: where it opens. locale: its language. It has no AWS region, for the README's own file says which."""

    def __init__(self, folder: Path, aws: LocalAws, locale: str) -> None:
        self.home = folder / "home"
        self._bash = pexpect.spawn(
            "bash",
            ["--noprofile", "--norc", "--noediting"],
            cwd=folder,
            env=_environment(self.home, folder / "bin", aws, locale),
            encoding="utf-8",
            timeout=SECONDS,
            dimensions=(50, 200),
            preexec_fn=hear_ctrl_c,
        )
        self._bash.sendline(SETTING_OF_PROMPT)
        self._bash.expect(PROMPT)

    def paste(self, block: str, answer: Answer = enter, status: int = 0) -> str:
        """Pastes a block, command by command; gives what it printed. Fails unless each ends with `status`."""
        return "".join(self.run(command, answer, status) for command in commands(block))

    def run(self, command: str, answer: Answer = enter, status: int = 0) -> str:
        self._bash.sendline(command)
        printed = "".join(self._until_prompt(answer))
        ended = int(self._matched()[0])
        said = _STYLE.sub("", printed).replace("\r\n", "\n")
        assert ended == status, f"it ended with {ended}: {command}\n{said}"
        return said

    def edit(self, command: str, text: str) -> str:
        """A command that opens an editor, in which everything is replaced by a text."""
        (self.home / "edited").write_text(text, encoding="utf-8")
        self.run(f"export EDITOR='cp {self.home / 'edited'}'")
        return self.run(command)

    def watch(self, command: str, until: str) -> str:
        """Starts what never ends, waits for a text, and presses Ctrl-C."""
        self._bash.sendline(command)
        self._bash.expect_exact(until)
        seen = str(self._bash.before)
        self._bash.sendintr()
        self._bash.expect(PROMPT)
        return _STYLE.sub("", seen)

    def close(self) -> None:
        self._bash.close(force=True)

    def _matched(self) -> tuple[str, ...]:
        assert isinstance(self._bash.match, re.Match)
        return self._bash.match.groups()

    def _until_prompt(self, answer: Answer) -> Iterator[str]:
        while self._bash.expect([PROMPT, QUESTION, YES_OR_NO, ASKED_BY_NAME]):
            question, *default = (_STYLE.sub("", text).strip() for text in self._matched())
            yield f"{self._bash.before}{self._bash.after}"
            self._bash.sendline(answer(question, "".join(default)))
        yield str(self._bash.before)


def _environment(home: Path, bin_: Path, aws: LocalAws, locale: str) -> dict[str, str]:
    """A machine with `sam` and `pipx`, signed in to the local AWS. No AWS CLI is put there: the README needs none."""
    for made in (home, bin_):
        made.mkdir()
    uv = TOOLS / "uv" / "bin"
    (bin_ / "sam").symlink_to(tool("sam", "sam"))
    (bin_ / "pipx").write_text(PIPX.format(uv=shlex.quote(str(uv / "uv")), python=shlex.quote(str(uv / "python"))))
    (bin_ / "pipx").chmod(stat.S_IRWXU)
    for configuration in (".config/pip", ".config/uv", ".pip", ".cache/uv"):  # where this machine installs from
        if (Path.home() / configuration).exists():
            (home / configuration).parent.mkdir(parents=True, exist_ok=True)
            (home / configuration).symlink_to(Path.home() / configuration)
    theirs = {name: value for name, value in sam_environment(aws).items() if name != "AWS_DEFAULT_REGION"}
    ours = ("LC_", "XDG_", "PYTHON", "VIGIA_", "MAKE", "MFLAGS")  # the last: we may run below a make
    theirs = {name: value for name, value in theirs.items() if not name.startswith(ours)}
    path = os.pathsep.join(map(str, (home / ".local" / "bin", bin_, uv, os.environ["PATH"])))
    return {**theirs, "HOME": str(home), "PATH": path, "LANG": locale, "LC_CTYPE": "C.UTF-8", "TERM": "xterm"}
