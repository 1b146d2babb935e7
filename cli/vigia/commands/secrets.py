"""The secrets: from a file or a prompt into Parameter Store, checked for their form, never echoed; and out again."""

import getpass
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from lib.config.accounts import PARAMETERS

from .. import show
from ..cloud import SECRETS
from ..forms import wrong_form
from ..problems import Problem, WrongUse
from ..session import of, text_of
from ..words import t

secrets = typer.Typer(no_args_is_help=True)
ASKED = ("ELEVENLABS_API_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_NUMBER")
_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*")


@secrets.command("push")
def push(
    context: typer.Context,
    source: Annotated[
        str, typer.Option("--from", metavar="FILE", help="A file of NAME=value lines, such as .env.")
    ] = "",
) -> None:
    """Put the secrets from a file, or asked for one by one, encrypted into Parameter Store."""
    session = of(context)
    values = _from_file(Path(source)) if source else _asked()
    problems = {name: problem for name, value in values.items() if (problem := wrong_form(name, value))}
    if problems:
        raise WrongUse("\n".join(f"{name}: {problem}" for name, problem in problems.items()))
    if not values:
        raise Problem(t("There is nothing to put: none of the names is one of ours."), ", ".join(PARAMETERS))
    for name, value in values.items():
        session.cloud.put(name, value)
        show.say(t("{name}: written.", name=f"{session.cloud.prefix}/{name}"))
    show.say(t("In force within a minute. Whether they work: vigia doctor"))


@secrets.command("remove")
def remove(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Such as TWILIO_MESSAGING_SERVICE_SID.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every one, the settings too: to uninstall.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Take parameters out of Parameter Store again, after asking."""
    session = of(context)
    wanted = PARAMETERS if everything else tuple(names or ())
    if unknown := [name for name in wanted if name not in PARAMETERS]:
        raise WrongUse(t("{names}: not one of ours.", names=", ".join(unknown)), ", ".join(PARAMETERS))
    if not wanted:
        raise WrongUse(t("Which one? Name it, or say --all."), ", ".join(PARAMETERS))
    if not show.confirm(
        t("Take out, below {prefix}: {names}?", prefix=session.cloud.prefix, names=", ".join(wanted)), yes=yes
    ):
        raise Problem(t("Nothing was taken out."))
    gone = session.cloud.remove(wanted)
    if not gone:
        show.say(t("None of them was there."))
    for name in gone:
        show.say(t("{name}: taken out.", name=f"{session.cloud.prefix}/{name}"))


def read_env(text: str) -> tuple[dict[str, str], list[str]]:
    """The values of the names that are ours, and the other names. Quotes around a value, and comments, are left out."""
    ours: dict[str, str] = {}
    others: list[str] = []
    for line in text.removeprefix("\ufeff").splitlines():
        found = _LINE.fullmatch(line)
        if found is None or line.lstrip().startswith("#"):
            continue
        name, value = found.groups()
        if value[:1] in ("'", '"'):
            value = value[1:].partition(value[0])[0]
        else:
            value = re.split(r"\s#", value, maxsplit=1)[0].strip()
        if name not in PARAMETERS:
            others.append(name)
        elif value:
            ours[name] = value
    return ours, others


def _from_file(path: Path) -> Mapping[str, str]:
    values, others = read_env(text_of(path))
    for name in others:
        show.complain(t("{name} is none of ours, and is left out.", name=name))
    return values


def _asked() -> Mapping[str, str]:
    if not show.is_interactive():
        raise WrongUse(t("There is no terminal to ask on."), "vigia secrets push --from .env")
    show.say(t("What you paste is not shown. Enter alone leaves a value as it is."))
    given = {name: (getpass.getpass if name in SECRETS else input)(f"{name}: ").strip() for name in ASKED}
    return {name: value for name, value in given.items() if value}
