"""README.es.md walked through word for word, from the clone to the uninstall, in a terminal, on the local AWS.

Its blocks are pasted as they stand. Filled in is what is the reader's own: the clone's address, the secrets, the
addresses asked for by `sam deploy --guided`, phones and keys. The providers are the simulators, by the two questions of
`sam deploy --guided` that name their addresses. That README.md has the same commands is held by tests/docs.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from boto3.dynamodb.types import TypeSerializer

from lib.core.status import Status
from local.aws.ministack import ROOT, LocalAws
from local.aws.stack import allow_reading_parameters
from local.services.elevenlabs.calls import CallPlan
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.server import start
from local.services.twilio.world import TwilioWorld
from tests.docs.markdown import blocks, code_spans, headings, prose, section, table
from tests.docs.repository import texts
from tests.stack.stage import PARAMETERS, new_account, new_workspace
from tests.stack.terminal import Terminal, commands
from tests.twins.people import item_of

README = "README.es.md"
NOT_RUN = {
    "make demo MINUTES=2": "two minutes; what it does is tried by tests/stack and tests/browser",
    "make test": "this is it",
}
OWNER, COUNTER = "duena@example.com", "mostrador@example.com"
PAST_PHONE, OWN_PHONE, SECOND_PHONE, HELD_PHONE, LET_GO_PHONE, LAST_PHONE = (
    f"+57300111220{number}" for number in range(6)
)
SECRETS = ("ELEVENLABS_API_KEY", "TWILIO_AUTH_TOKEN")
CALL_SECONDS = 47  # of a plan, from the dialling to the end
PATIENCE_RUNS = 60


@dataclass
class Walk:
    """The reader at the terminal, and what is around: an AWS account with nothing in it, and the two providers."""

    terminal: Terminal
    aws: LocalAws
    workspace: ElevenLabsWorld
    account: TwilioWorld
    folder: Path
    providers: dict[str, str]

    # ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────

    def heading(self, begins: str) -> str:
        (words,) = [words for _, words in headings(texts()[README]) if words.startswith(begins)]
        return words

    def block(self, heading: str, number: int = 0) -> str:
        """A block of commands of the section whose heading begins so."""
        return blocks_of(self.heading(heading))[number]

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
        """A run of the deployed function, as the rule makes one; the local AWS's rules may take seventy seconds."""
        functions = self.aws.client("lambda")
        names = [row["FunctionName"] for row in functions.list_functions()["Functions"]]
        (name,) = [name for name in names if "MonitorFunction" in name]
        answer = json.loads(functions.invoke(FunctionName=name, Payload=b'{"ticks": 1}')["Payload"].read())
        assert "errorMessage" not in answer, answer

    def written_to(self, phone: str) -> str:
        """What the person reads, as soon as it is there."""
        for _ in range(PATIENCE_RUNS):
            if messages := self.account.sent_to(f"whatsapp:{phone}"):
                (message,) = messages
                return message.body
            self.a_minute_passes()
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


def blocks_of(heading: str) -> list[str]:
    return [block.text for block in blocks(section(texts()[README], heading)) if block.language == "bash"]


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(
        folder, "-c", "user.name=Nobody", "-c", "user.email=nobody@example.com", "commit", "--quiet", "--message", "all"
    )


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    workspace, account = new_workspace(), new_account()
    with start(workspace) as elevenlabs, start(account) as twilio, LocalAws() as aws:
        terminal = Terminal(tmp_path, aws)
        providers = {
            "Parameter ElevenLabsBaseUrl": elevenlabs.url,
            "Parameter TwilioBaseUrl": twilio.url,
        }
        try:
            yield Walk(terminal, aws, workspace, account, tmp_path, providers)
        finally:
            terminal.close()


def published(folder: Path) -> Path:
    """This tree where somebody else would clone it from, with what is not committed yet."""
    for name in filter(None, git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    commit(folder)
    return folder


def test_what_is_not_run_is_in_the_readme() -> None:
    there = [command for block in blocks(texts()[README]) for command in commands(block.text)]
    assert NOT_RUN.keys() - there == set()


def test_from_the_clone_to_the_first_whatsapp_every_question_and_out_again(walk: Walk) -> None:
    it_is_cloned_and_installed(walk)
    the_secrets_are_put(walk)
    it_is_built_and_deployed(walk)
    the_rehearsal_sends_nothing(walk)
    the_first_whatsapp_arrives(walk)
    a_template_takes_the_free_texts_place(walk)
    every_question_has_its_answer(walk)
    it_stops_and_starts(walk)
    it_is_upgraded_and_goes_back(walk)
    nothing_is_left_of_it(walk)
    assert Counter(message.to for message in walk.account.messages).most_common(1)[0][1] == 1, "a second message"


def it_is_cloned_and_installed(walk: Walk) -> None:
    clone, *rest = commands(walk.block("Vigía"))
    assert [command for command in rest if command not in NOT_RUN] == []
    address = published(walk.folder / "origin")
    walk.terminal.run(re.sub("<.*?>", shlex.quote(str(address)), clone))
    walk.terminal.paste(walk.block("Paso 1", 0))
    printed = walk.terminal.paste(walk.block("Paso 1", 1))
    assert "✓ credentials: arn:aws:iam::000000000000:root, en us-east-1" in printed


def the_secrets_are_put(walk: Walk) -> None:
    printed = walk.terminal.paste(walk.block("Paso 2"), lambda question, _enter: PARAMETERS[question])
    assert {name: walk.parameter(name) for name in PARAMETERS} == PARAMETERS
    assert [name for name in SECRETS if PARAMETERS[name] in printed] == [], "a secret was shown"
    walk.terminal.paste(walk.block("Paso 4"))
    assert json.loads(walk.parameter("SETTINGS") or "") == {"dry_run": True, "brand": "Panadería Luna"}


def it_is_built_and_deployed(walk: Walk) -> None:
    copy, deploy = commands(walk.block("Paso 5"))
    walk.terminal.run(copy)
    own_python(walk.clone / "samconfig.mine.toml")
    said = {"Parameter AlertEmail": OWNER, "Parameter ReplyEmail": COUNTER, **walk.providers}
    printed = walk.terminal.run(deploy, lambda question, _enter: said.pop(question, ""))
    assert said == {}, "never asked"
    assert "Successfully created/updated stack - vigia in us-east-1" in printed
    assert not walk.changes(), "git sees what the reader answered"
    assert {row["Endpoint"] for row in walk.aws.client("sns").list_subscriptions()["Subscriptions"]} == {OWNER, COUNTER}
    for role in walk.aws.client("iam").list_roles()["Roles"]:
        allow_reading_parameters(walk.aws, role["Arn"])


def the_rehearsal_sends_nothing(walk: Walk) -> None:
    walk.call(PAST_PHONE, "Lucía", ended_ago_seconds=60)
    preview, doctor = commands(walk.block("Paso 7"))
    printed = walk.terminal.run(preview)
    assert "¡Hola Lucía!" in printed
    assert "*Panadería Luna*" in printed
    walk.a_minute_passes()
    assert walk.account.messages == []
    printed = walk.terminal.run(doctor, status=1)
    assert re.findall("✗ (.*):", printed) == ["paused: Está en ensayo (dry_run)"]


def the_first_whatsapp_arrives(walk: Walk) -> None:
    walk.terminal.paste(walk.block("Paso 7", 1))
    walk.call(OWN_PHONE, "Ana", ended_ago_seconds=-1)
    assert walk.written_to(OWN_PHONE).startswith("¡Hola Ana! 👋\n\nHemos completado")
    assert walk.account.sent_to(f"whatsapp:{PAST_PHONE}") == [], "it ended before the beginning"
    (watch,) = [span for span in code_spans(prose(section(texts()[README], walk.heading("Paso 7")))) if "tail" in span]
    walk.terminal.watch(watch, until="mensaje enviado")


def a_template_takes_the_free_texts_place(walk: Walk) -> None:
    step = section(texts()[README], walk.heading("Paso 8"))
    templates = dict(re.findall(r"- `(\w+)`: `(.+?)`", step))
    for number, text in enumerate(templates.values(), 1):
        walk.account.add_template("HX" + str(number) * 32, text)
    (settings,) = [block.text for block in blocks(step) if block.language == "json"]
    for number in range(1, len(templates) + 1):
        settings = settings.replace("HX…", "HX" + str(number) * 32, 1)
    (edit,) = [span for span in code_spans(prose(step)) if "settings edit" in span]
    walk.terminal.edit(edit, settings)
    assert json.loads(walk.parameter("SETTINGS") or "") == json.loads(settings)
    walk.call(SECOND_PHONE, "Luis", ended_ago_seconds=60)
    assert walk.written_to(SECOND_PHONE).startswith("Hola Luis, gracias por atender nuestra llamada. Hablamos sobre: ")
    walk.terminal.run("vigia doctor")


def every_question_has_its_answer(walk: Walk) -> None:
    held, let_go = (walk.held(phone) for phone in (HELD_PHONE, LET_GO_PHONE))
    walk.account.receive(f"whatsapp:{OWN_PHONE}", "¿A qué hora abren?")
    walk.a_minute_passes()
    answers = {
        "vigia status": "Funcionando: última revisión",
        "vigia why PHONE": "→ Respondió: contéstele en",
        "vigia doctor": "✓ sender",
        "vigia preview": "No se envió nada",
        "vigia pause": "En pausa",
        "vigia resume": "Sigue enviando",
        "vigia held": held,
        "vigia release PK": "Liberada",
        "vigia resend PK --reason TEXT": "Sale en la próxima revisión",
        "vigia replies --open": "¿A qué hora abren?",
        "vigia digest --day DATE": "llamadas",
        "vigia settings get": "content_sids",
        "vigia settings set KEY VALUE": "Guardado",
        "vigia settings edit": "No cambió nada",
        "vigia suppress PHONE": "En la lista de exclusión desde",
        "vigia unsuppress PHONE": "No está en la lista",
        "vigia suppressed PHONE": "No está en la lista",
        "vigia tail": "mensaje enviado",
        "vigia metrics": "vigia_build_info",
    }
    fillings = {
        "release PK": f"release '{let_go}'",
        "resend PK": f"resend '{held}'",
        "PHONE": f"'{OWN_PHONE}'",
        "DATE": time.strftime("%Y-%m-%d"),
        "KEY VALUE": "brand 'Panadería Sol'",
        "TEXT": "'no está en Twilio'",
    }
    questions = [span for row in table(texts()[README], "comando") for span in code_spans(row[0])]
    assert questions == list(answers)
    walk.terminal.run("export EDITOR=true")  # an editor in which nothing is changed
    for question, answer in answers.items():
        command = question
        for name, filling in fillings.items():
            command = command.replace(name, filling)
        if question == "vigia tail":
            walk.terminal.watch(command, until=answer)
        else:
            assert answer in walk.terminal.run(command), command
    walk.a_minute_passes()
    assert walk.written_to(HELD_PHONE)
    assert walk.account.sent_to(f"whatsapp:{LET_GO_PHONE}") == []


def it_stops_and_starts(walk: Walk) -> None:
    stop, start_again = commands(walk.block("Pausar y apagar"))
    walk.terminal.run(stop)
    walk.call(LAST_PHONE, "Sara", ended_ago_seconds=60)
    walk.a_minute_passes()
    assert walk.account.sent_to(f"whatsapp:{LAST_PHONE}") == []
    walk.terminal.run(start_again)
    assert walk.written_to(LAST_PHONE)


def it_is_upgraded_and_goes_back(walk: Walk) -> None:
    """What is built is the same as before, so the half minute that a build takes is left out."""
    walk.publish_a_change()
    upgrade, back = commands(walk.block("Actualizar"))
    before, build = walk.git("rev-parse", "HEAD"), "sam build --config-file samconfig.mine.toml && "
    assert "Stack vigia is up to date" in walk.terminal.run(upgrade.replace(build, ""))
    assert walk.git("rev-parse", "HEAD") != before
    assert "Stack vigia is up to date" in walk.terminal.run(back.replace(build, ""))
    assert walk.git("rev-parse", "HEAD") == before


def nothing_is_left_of_it(walk: Walk) -> None:
    delete, secrets, machine = blocks_of(walk.heading("Desinstalar"))
    assert "Deleted successfully" in walk.terminal.paste(delete, yes)
    assert walk.aws.client("lambda").list_functions()["Functions"] == []
    walk.terminal.paste(secrets, yes)
    assert walk.aws.client("ssm").describe_parameters()["Parameters"] == []
    assert not walk.changes()
    walk.terminal.paste(machine)
    assert [path.name for path in (walk.terminal.home / ".local" / "bin").iterdir()] == []
    assert not (walk.terminal.home / ".vigia").exists()


def own_python(mine: Path) -> None:
    """Another Python than 3.13 is said in this file (docs/operations.md, Deploying)."""
    own = f"PythonRuntime=python{sys.version_info.major}.{sys.version_info.minor}"
    text = mine.read_text(encoding="utf-8")
    mine.write_text(text.replace('# "PythonRuntime=python3.12"', f'"{own}"'), encoding="utf-8")


def yes(_question: str, _enter: str) -> str:
    return "y"
