"""The settings: seen, changed and validated before they are written; the parameter keeps its history."""

import json
import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from lib.config import settings as law
from lib.config.change import written
from lib.config.in_spanish import told
from lib.config.settings import OF_THE_WORKSPACE
from lib.core.policy import Settings
from lib.errors import ConfigurationError

from .. import show
from ..problems import Problem, WrongUse
from ..session import Session, of, text_of
from ..words import language, t

settings = typer.Typer(no_args_is_help=True)
MISSING = object()


def stored(session: Session) -> dict[str, Any]:
    """The object as it stands, {} where there is none. Raises Problem."""
    try:
        return law.stored(session.cloud.settings_text())
    except ConfigurationError as error:
        raise Problem(told(error, language()), "vigia settings edit") from None


def write(session: Session, value: dict[str, Any]) -> None:
    """Raises WrongUse, naming the key, for what would be refused, Problem where it was wrong before; writes nothing."""
    try:
        text = written(value, session.cloud.settings_text())
    except ConfigurationError as error:
        session.settings  # noqa: B018  raises Problem where what is stored is wrong
        raise WrongUse(told(error, language())) from None
    session.cloud.put("SETTINGS", text)


def change(session: Session, key: str, value: object) -> dict[str, Any]:
    """Sets a key, with dots for a key inside another; MISSING takes it out. Returns the whole object."""
    whole = stored(session)
    *path, last = key.split(".")
    place = whole
    for name in path:
        if value is MISSING and name not in place:
            return whole  # nothing is there to be taken out
        inner = place.setdefault(name, {})
        if not isinstance(inner, dict):
            raise WrongUse(t("{name} holds no object, so {key} is not a setting.", name=name, key=key))
        place = inner
    if value is MISSING:
        place.pop(last, None)
    else:
        place[last] = value
    write(session, whole)
    return whole


def pause(context: typer.Context) -> None:
    """Send nothing more, within a minute; calls go on being watched."""
    _switch(of(context), paused=True)


def resume(context: typer.Context) -> None:
    """Send again: what waited leaves, if it is not older than lookback_hours."""
    _switch(of(context), paused=False)


def _switch(session: Session, *, paused: bool) -> None:
    session.cloud.description  # noqa: B018  raises Problem where there is no such stack: nothing would be paused
    whole = change(session, "paused", paused)
    if session.as_json:
        show.as_json({"paused": paused})
    elif paused:
        show.say(t("Paused: nothing leaves from the next invocation on, within a minute. To go on: vigia resume"))
    elif whole.get("dry_run"):
        show.say(
            t("No longer paused, but dry_run is on: nothing leaves. To end it: vigia doctor paused"), style="yellow"
        )
    else:
        show.say(t("Running again from the next invocation on, within a minute."))


@settings.command("get")
def get(context: typer.Context, key: Annotated[str, typer.Argument(help="One setting, with dots.")] = "") -> None:
    """The settings as they are stored; what is not there has its default."""
    if key:
        _known(key)
    whole = stored(of(context))
    if not key:
        show.as_json(whole)
        return
    defaults = {name: getattr(Settings(), name) for name in OF_THE_WORKSPACE}
    value = next((found for place in (whole, defaults) if (found := _inside(place, key)) is not MISSING), None)
    show.as_json(dict(value) if isinstance(value, Mapping) else value)


@settings.command("set")
def set_(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="A setting; with dots for one inside: agents.agent_1.language.")],
    value: Annotated[str, typer.Argument(help="JSON, or a plain word.")],
) -> None:
    """Change one setting; it is validated before it is written."""
    session = of(context)
    try:
        parsed = json.loads(value)
    except ValueError:
        parsed = value
    try:
        whole = change(session, key, parsed)
    except Problem:
        if isinstance(parsed, str) or parsed is None:
            raise
        try:
            whole = change(session, key, value)  # a brand may be a number
        except Problem:
            whole = change(session, key, parsed)  # what it said first is what helps
    _done(session, whole)


@settings.command("unset")
def unset(context: typer.Context, key: Annotated[str, typer.Argument(help="A setting, with dots.")]) -> None:
    """Take a setting out: its default is in force again."""
    session = of(context)
    if key.partition(".")[0] not in stored(session):  # one that is there by mistake is taken out like any other
        _known(key)
    _done(session, change(session, key, MISSING))


@settings.command("edit")
def edit(context: typer.Context) -> None:
    """The whole object in your editor; it is validated before it is written."""
    session = of(context)
    if not show.is_interactive():
        raise WrongUse(t("There is no terminal for an editor."), "vigia settings set KEY VALUE")
    text = session.cloud.settings_text() or "{}"
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "SETTINGS.json"
        path.write_text(text, encoding="utf-8")
        while True:
            _open(editor, path)
            edited = text_of(path)
            if edited.strip() == text.strip():
                show.say(t("Nothing was changed."))
                return
            try:
                new = written(law.stored(edited), text)
                break
            except ConfigurationError as error:
                show.complain(told(error, language()))
                if not show.confirm(t("Edit it again?")):
                    raise WrongUse(told(error, language())) from None
        session.cloud.put("SETTINGS", new)
    _say_written(session)


def _open(editor: str, path: Path) -> None:
    try:
        ended = subprocess.run([*shlex.split(editor), str(path)], check=False).returncode
    except (OSError, ValueError):  # it is not installed, or has a quotation mark without end
        raise Problem(
            t("The editor “{editor}” cannot be started; nothing was written.", editor=show.printable(editor)),
            "EDITOR=nano vigia settings edit",
        ) from None
    if ended:
        raise Problem(t("The editor ended with an error; nothing was written."))


def _inside(whole: Mapping[str, Any], key: str) -> Any:
    """What stands at a key with dots, MISSING where nothing does."""
    value: Any = whole
    for name in key.split("."):
        value = value.get(name, MISSING) if isinstance(value, Mapping) else MISSING
    return value


def _known(key: str) -> None:
    if key.partition(".")[0] not in OF_THE_WORKSPACE:
        raise WrongUse(t("{key} is not a setting.", key=show.printable(key[:60])), ", ".join(OF_THE_WORKSPACE))


def _done(session: Session, whole: dict[str, Any]) -> None:
    if session.as_json:
        show.as_json(whole)
    else:
        _say_written(session)


def _say_written(session: Session) -> None:
    cloud = session.cloud
    if cloud.is_deployed:
        show.say(t("Written; in force within a minute."))
    else:
        where = f"{cloud.prefix}/SETTINGS"
        show.say(t("Written to {where}; there is no stack {stack} yet that reads it.", where=where, stack=cloud.stack))
