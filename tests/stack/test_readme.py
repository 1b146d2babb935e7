"""A README walked through word for word, from the clone to the uninstall, in a terminal, on the local AWS.

Its blocks are pasted as they stand. Filled in is what is the reader's own: the clone's address, the secrets, the
addresses asked for by `sam deploy --guided`, phones and keys. The providers are the simulators, by the two questions of
`sam deploy --guided` that name their addresses. `pipx install .` is done by the uv that make installs, as the README
says that it may be. README.es.md is walked each time, README.md by `make walk`; the commands of both are the same
(tests/docs).
"""

import json
import os
import re
import shlex
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.aws.ministack import LocalAws
from local.aws.stack import allow
from local.services.server import start
from tests.docs.markdown import blocks, code_spans, table
from tests.docs.repository import texts
from tests.stack.reader import READERS, Reader
from tests.stack.stage import PARAMETERS, new_account, new_workspace
from tests.stack.terminal import Terminal, commands
from tests.stack.walk import Walk, published

NOT_RUN = {
    "make demo MINUTES=2": "two minutes; what it does is tried by tests/stack and tests/browser",
    "make test": "this is it",
}
OWNER, COUNTER = "duena@example.com", "mostrador@example.com"
PAST_PHONE, OWN_PHONE, SECOND_PHONE, HELD_PHONE, LET_GO_PHONE, LAST_PHONE = (
    f"+57300111220{number}" for number in range(6)
)
SECRETS = ("ELEVENLABS_API_KEY", "TWILIO_AUTH_TOKEN")


@pytest.fixture(params=os.environ.get("WALK", "es").split())
def walk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Walk]:
    reader = READERS[request.param]
    workspace, account = new_workspace(), new_account()
    with start(workspace) as elevenlabs, start(account) as twilio, LocalAws() as aws:
        terminal = Terminal(tmp_path, aws, reader.locale)
        providers = {
            "Parameter ElevenLabsBaseUrl": elevenlabs.url,
            "Parameter TwilioBaseUrl": twilio.url,
        }
        try:
            yield Walk(reader, terminal, aws, workspace, account, tmp_path, providers)
        finally:
            terminal.close()


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_what_is_not_run_is_in_the_readme(reader: Reader) -> None:
    there = [command for block in blocks(texts()[reader.page]) for command in commands(block.text)]
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
    assert set(walk.read) == {block.text for block in blocks(walk.page) if block.language == "bash"}


def it_is_cloned_and_installed(walk: Walk) -> None:
    clone, *rest = commands(walk.first_block())
    assert [command for command in rest if command not in NOT_RUN] == []
    address = published(walk.folder / "origin")
    walk.terminal.run(re.sub("<.*?>", shlex.quote(str(address)), clone))
    install, region = walk.blocks("Step 1")
    walk.terminal.paste(install)
    printed = walk.terminal.paste(region)
    assert f"✓ credentials: {walk.says('arn:aws:iam::000000000000:root, in us-east-1')}" in printed


def the_secrets_are_put(walk: Walk) -> None:
    (push,), (rehearse,) = walk.blocks("Step 2"), walk.blocks("Step 4")
    printed = walk.terminal.paste(push, lambda question, _enter: PARAMETERS[question])
    assert {name: walk.parameter(name) for name in PARAMETERS} == PARAMETERS
    assert [name for name in SECRETS if PARAMETERS[name] in printed] == [], "a secret was shown"
    walk.terminal.paste(rehearse)
    assert json.loads(walk.parameter("SETTINGS") or "") == {"dry_run": True, "brand": "Panadería Luna"}


def it_is_built_and_deployed(walk: Walk) -> None:
    (block,) = walk.blocks("Step 5")
    copy, deploy = commands(block)
    walk.terminal.run(copy)
    own_python(walk.clone / "samconfig.mine.toml")
    said = {"Parameter AlertEmail": OWNER, "Parameter ReplyEmail": COUNTER, **walk.providers}
    printed = walk.terminal.run(deploy, lambda question, _enter: said.pop(question, ""))
    assert said == {}, "never asked"
    assert "Successfully created/updated stack - vigia in us-east-1" in printed
    assert not walk.changes(), "git sees what the reader answered"
    assert {row["Endpoint"] for row in walk.aws.client("sns").list_subscriptions()["Subscriptions"]} == {OWNER, COUNTER}
    for role in walk.aws.client("iam").list_roles()["Roles"]:
        allow(walk.aws, role["Arn"], "ssm:GetParameters")


def the_rehearsal_sends_nothing(walk: Walk) -> None:
    walk.call(PAST_PHONE, "Lucía", ended_ago_seconds=60)
    look, _ = walk.blocks("Step 7")
    preview, doctor = commands(look)
    printed = walk.terminal.run(preview)
    assert "¡Hola Lucía!" in printed
    assert "*Panadería Luna*" in printed
    walk.a_minute_passes()
    assert walk.account.messages == []
    printed = walk.terminal.run(doctor, status=1)
    assert re.findall("✗ (.*):", printed) == [f"paused: {walk.says('dry_run is on')}"]


def the_first_whatsapp_arrives(walk: Walk) -> None:
    _, begin = walk.blocks("Step 7")
    walk.terminal.paste(begin)
    walk.call(OWN_PHONE, "Ana", ended_ago_seconds=-1)
    assert walk.written_to(OWN_PHONE).startswith("¡Hola Ana! 👋\n\nHemos completado")
    assert walk.account.sent_to(f"whatsapp:{PAST_PHONE}") == [], "it ended before the beginning"
    walk.terminal.watch(walk.inline("Step 7", "tail"), until=walk.says("message sent"))


def a_template_takes_the_free_texts_place(walk: Walk) -> None:
    step = walk.section("Step 8")
    templates = dict(re.findall(r"- `(\w+)`: `(.+?)`", step))
    for number, text in enumerate(templates.values(), 1):
        walk.account.add_template("HX" + str(number) * 32, text)
    (settings,) = [block.text for block in blocks(step) if block.language == "json"]
    for number in range(1, len(templates) + 1):
        settings = settings.replace("HX…", "HX" + str(number) * 32, 1)
    walk.terminal.edit(walk.inline("Step 8", "settings edit"), settings)
    assert json.loads(walk.parameter("SETTINGS") or "") == json.loads(settings)
    walk.a_minute_passes()
    walk.call(SECOND_PHONE, "Luis", ended_ago_seconds=60)
    assert walk.written_to(SECOND_PHONE).startswith("Hola Luis, gracias por atender nuestra llamada. Hablamos sobre: ")


def every_question_has_its_answer(walk: Walk) -> None:
    held, let_go = (walk.held(phone) for phone in (HELD_PHONE, LET_GO_PHONE))
    walk.account.receive(f"whatsapp:{OWN_PHONE}", "¿A qué hora abren?")
    walk.a_minute_passes()
    register = walk.clone.parent / "register.csv"
    register.write_text(f"phone,since\n{OWN_PHONE},2026-01-31\n")
    answers = {
        "vigia status": walk.says("Running: last check"),
        "vigia why PHONE": walk.says("→ They answered: write back at"),
        "vigia doctor": "✓ sender",
        "vigia preview": walk.says("Nothing was sent"),
        "vigia pause": walk.says("Paused"),
        "vigia resume": walk.says("Running again"),
        "vigia held": held,
        "vigia release PK": walk.says("Released"),
        "vigia resend PK --reason TEXT": walk.says("It leaves at the next tick"),
        "vigia replies --open": "¿A qué hora abren?",
        "vigia digest --day DATE": walk.says("call"),
        "vigia settings get": "content_sids",
        "vigia settings set KEY VALUE": walk.says("Written"),
        "vigia settings edit": walk.says("Nothing was changed"),
        "vigia suppress PHONE": walk.says("On the suppression list since"),
        "vigia suppress --from FILE": walk.says("of this file"),
        "vigia unsuppress PHONE": walk.says("Not on the suppression list"),
        "vigia suppressed PHONE": walk.says("Not on the suppression list"),
        "vigia tail": walk.says("message sent"),
        "vigia metrics": "vigia_build_info",
    }
    fillings = {
        "release PK": f"release '{let_go}'",
        "resend PK": f"resend '{held}'",
        "PHONE": f"'{OWN_PHONE}'",
        "FILE": str(register),
        "DATE": time.strftime("%Y-%m-%d"),
        "KEY VALUE": "brand 'Panadería Sol'",
        "TEXT": "'no está en Twilio'",
    }
    questions = [span for row in table(walk.page, walk.says("command")) for span in code_spans(row[0])]
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
    (block,) = walk.blocks("Stop and start")
    stop, start_again = commands(block)
    walk.terminal.run(stop)
    walk.a_minute_passes()
    walk.call(LAST_PHONE, "Sara", ended_ago_seconds=60)
    walk.a_minute_passes()
    assert walk.account.sent_to(f"whatsapp:{LAST_PHONE}") == []
    walk.terminal.run(start_again)
    assert walk.written_to(LAST_PHONE)


def it_is_upgraded_and_goes_back(walk: Walk) -> None:
    """What is built is the same as before, so the half minute that a build takes is left out."""
    walk.publish_a_change()
    (block,) = walk.blocks("Upgrade and roll back")
    upgrade, back = commands(block)
    before, build = walk.git("rev-parse", "HEAD"), "sam build --config-file samconfig.mine.toml && "
    assert "Stack vigia is up to date" in walk.terminal.run(upgrade.replace(build, ""))
    assert walk.git("rev-parse", "HEAD") != before
    assert "Stack vigia is up to date" in walk.terminal.run(back.replace(build, ""))
    assert walk.git("rev-parse", "HEAD") == before


def nothing_is_left_of_it(walk: Walk) -> None:
    delete, secrets, machine = walk.blocks("Uninstall")
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
