"""A reader who follows a README: the page, the terminal, and what happens around them."""

import json
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeSerializer

from lib.core.status import Status
from local.aws.ministack import ROOT, LocalAws
from local.services.elevenlabs.calls import CallPlan
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.twilio.world import TwilioWorld
from tests.docs.markdown import blocks, code_spans, headings, prose, section
from tests.docs.repository import texts
from tests.stack.reader import Reader
from tests.stack.stage import PARAMETERS
from tests.stack.terminal import Terminal
from tests.twins.people import item_of

CALL_SECONDS = 47  # of a plan, from the dialling to the end
PATIENCE_RUNS = 90  # a run of the rule may be in the way for a minute


@dataclass
class Walk:
    """The reader at the terminal, and what is around: an AWS account with nothing in it, and the two providers."""

    reader: Reader
    terminal: Terminal
    aws: LocalAws
    workspace: ElevenLabsWorld
    account: TwilioWorld
    folder: Path
    providers: dict[str, str]  # sam's question → the simulator's address
    read: list[str] = field(default_factory=list)  # the blocks that were taken from the page

    # ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def page(self) -> str:
        return texts()[self.reader.page]

    def says(self, english: str) -> str:
        return self.reader.says(english)

    def heading(self, begins: str) -> str:
        (words,) = [words for _, words in headings(self.page) if words.startswith(self.says(begins))]
        return words

    def first_block(self) -> str:
        """The commands of the first screen."""
        first = next(block.text for block in blocks(self.page) if block.language == "bash")
        self.read.append(first)
        return first

    def section(self, begins: str) -> str:
        return section(self.page, self.heading(begins))

    def blocks(self, begins: str) -> list[str]:
        """The blocks of commands of the section whose heading begins so, said in English."""
        found = [block.text for block in blocks(self.section(begins)) if block.language == "bash"]
        self.read += found
        return found

    def inline(self, begins: str, words: str) -> str:
        """The one command in the middle of a section's sentences that has these words."""
        (found,) = [span for span in code_spans(prose(self.section(begins))) if words in span]
        return found

    # ── the clone ────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def clone(self) -> Path:
        return self.folder / "vigia"

    def git(self, *arguments: str) -> str:
        return git(self.clone, *arguments)

    def changes(self) -> str:
        """What git would want to be told about: tracked files that differ, files that it neither tracks nor ignores."""
        return self.git("diff", "--name-only") + self.git("ls-files", "--others", "--exclude-standard")

    def publish_a_change(self) -> None:
        page = self.folder / "origin" / "CHANGELOG.md"
        page.write_text(page.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        commit(self.folder / "origin")

    # ── what happens elsewhere ───────────────────────────────────────────────────────────────────────────────────

    def call(self, phone: str, name: str, *, ended_ago_seconds: float) -> None:
        """A campaign of one call."""
        began = time.time() - CALL_SECONDS - ended_ago_seconds
        person = {"phone_number": phone, "conversation_initiation_client_data": {"dynamic_variables": {"name": name}}}
        plan = CallPlan(done_after_seconds=0.5)
        self.workspace.add_batch([person], [plan], created_at=began, scheduled_at=began, agent_id="agent_1")

    def a_minute_passes(self) -> None:
        """A run of the deployed function has its turn: one of the rule's own goes by the settings of its start."""
        for _ in range(PATIENCE_RUNS):
            if self.run()["skipped"] != "lease_held":
                return
            time.sleep(1)
        raise AssertionError("another run never ended")

    def run(self) -> Any:
        """Its answer. As the rule makes one; the local AWS's rules may take seventy seconds."""
        functions = self.aws.client("lambda")
        names = [row["FunctionName"] for row in functions.list_functions()["Functions"]]
        (name,) = [name for name in names if "MonitorFunction" in name]
        answer = json.loads(functions.invoke(FunctionName=name, Payload=b'{"ticks": 1}')["Payload"].read())
        assert "errorMessage" not in answer, answer
        return answer

    def written_to(self, phone: str) -> str:
        """What the person reads, as soon as it is there."""
        for _ in range(PATIENCE_RUNS):
            if messages := self.account.sent_to(f"whatsapp:{phone}"):
                (message,) = messages
                return message.body
            self.run()
            time.sleep(1)
        raise AssertionError("nobody was written to")

    def held(self, phone: str) -> str:
        """A call whose message nobody knows of; gives its key."""
        self.call(phone, "Marta", ended_ago_seconds=60)
        (talk,) = [talk for talk in self.workspace.conversations.values() if talk.phone_number == phone]
        ago = int(time.time()) - 60
        item = item_of(
            Status.HELD,
            ago,
            phone=phone,
            conversation_id=talk.id,
            attempts=1,
            reason="unclear_not_listed",
            queue="held",
            due_at=ago,
            claim_id="c1",
            claimed_at=ago,
            kind="follow_up",
            channel="whatsapp",
            to=f"whatsapp:{phone}",
            sender=PARAMETERS["TWILIO_WHATSAPP_NUMBER"],
        )
        (table_name,) = self.aws.client("dynamodb").list_tables()["TableNames"]
        serialize = TypeSerializer().serialize
        row = {name: serialize(value) for name, value in item.items()}
        self.aws.client("dynamodb").put_item(TableName=table_name, Item=row)
        return str(item["pk"])

    def parameter(self, name: str) -> str | None:
        found = self.aws.client("ssm").get_parameters(Names=[f"/vigia/{name}"], WithDecryption=True)["Parameters"]
        return str(found[0]["Value"]) if found else None


def published(folder: Path) -> Path:
    """This tree where somebody else would clone it from, with what is not committed yet."""
    for name in filter(None, git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    commit(folder)
    return folder


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(
        folder, "-c", "user.name=Nobody", "-c", "user.email=nobody@example.com", "commit", "--quiet", "--message", "all"
    )
