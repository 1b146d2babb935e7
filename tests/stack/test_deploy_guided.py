"""What `sam deploy --guided` remembers of its answers, and where. The README's own steps are test_readme.py's."""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pexpect
import pytest

from local.aws.ministack import ROOT, LocalAws, tool
from local.aws.stack import sam_environment
from tests.stack.stage import Stage
from tests.stack.terminal import QUESTION

MINE = "samconfig.mine.toml"
SECONDS = 120


@dataclass
class Clone:
    """A reader's clone, built, and an AWS account in which nothing is deployed yet."""

    folder: Path
    aws: LocalAws
    asked: dict[str, str] = field(default_factory=dict)  # question → the answer that Enter gives

    def deploy(self, *options: str, answers: Mapping[str, str] | None = None) -> str:
        """`sam deploy …` in a terminal, answered with Enter but for `answers`. Gives what it printed."""
        answers, printed = dict(answers or {}), ""
        sam = pexpect.spawn(
            str(tool("sam", "sam")),
            ["deploy", "--no-progressbar", *options],
            cwd=self.folder,
            env=sam_environment(self.aws),
            encoding="utf-8",
            timeout=SECONDS,
            dimensions=(50, 200),
        )
        try:
            while sam.expect([QUESTION, pexpect.EOF]) == 0:
                assert isinstance(sam.match, re.Match)
                question, default = (
                    text.replace("\x1b[1m", "").replace("\x1b[0m", "").strip() for text in sam.match.groups()
                )
                self.asked[question] = default
                sam.sendline(answers.pop(question, ""))
                printed += f"{sam.before}{sam.after}"
            printed += sam.before or ""
        finally:
            sam.close(force=True)
        assert not answers, f"never asked: {answers}\n{printed}"
        assert sam.exitstatus == 0, printed
        return printed

    def git(self, *arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=self.folder, check=True, capture_output=True, text=True).stdout

    def changes(self) -> str:
        """What git would want to be told about: tracked files that differ, files that it neither tracks nor ignores."""
        return self.git("diff", "--name-only") + self.git("ls-files", "--others", "--exclude-standard")

    def deployed(self) -> dict[str, Any]:
        (stack,) = self.aws.client("cloudformation").describe_stacks(StackName="vigia")["Stacks"]
        return {
            "status": stack["StackStatus"],
            **{parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in stack["Parameters"]},
        }

    def subscribers(self) -> set[str]:
        return {row["Endpoint"] for row in self.aws.client("sns").list_subscriptions()["Subscriptions"]}


@pytest.fixture(scope="module")
def clone(deployed: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """The package is the one that the other tests run: what `sam build` leaves in `.aws-sam/`."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("template.yaml", "samconfig.toml", ".gitignore"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(deployed.stack.aws.folder / "build", folder / ".aws-sam" / "build")
    with LocalAws() as aws:
        clone = Clone(folder, aws)
        clone.git("init", "--quiet")
        clone.git("add", "--all")
        yield clone


def test_another_python_and_an_alert_email_are_said_once(clone: Clone) -> None:
    line = '# "PythonRuntime=python3.12"'
    tracked = (clone.folder / "samconfig.toml").read_text(encoding="utf-8")
    (clone.folder / MINE).write_text(tracked.replace(line, line.removeprefix("# ")), encoding="utf-8")
    clone.deploy("--guided", "--config-file", MINE, answers={"Parameter AlertEmail": "owner@example.com"})
    assert clone.asked["SAM configuration file"] == MINE
    clone.deploy()  # later, and with the file as git has it: the stack itself remembers
    assert clone.deployed().items() >= {"PythonRuntime": "python3.12", "AlertEmail": "owner@example.com"}.items()
    assert clone.subscribers() == {"owner@example.com"}
    saved = tomllib.loads((clone.folder / MINE).read_text(encoding="utf-8"))["default"]
    assert "PythonRuntime=python3.12" in saved["global"]["parameters"]["parameter_overrides"]
    assert "parameter_overrides" not in saved["build"]["parameters"], "it would hide the global one from `sam build`"
    assert not clone.changes()
