"""The help in the person's language: typer's own headings, and the English texts of the commands and options."""

from typing import Any

from typer import rich_utils

from .words import t

_HEADINGS = ("ARGUMENTS_PANEL_TITLE", "OPTIONS_PANEL_TITLE", "COMMANDS_PANEL_TITLE", "ERRORS_PANEL_TITLE")
_ENGLISH = {name: getattr(rich_utils, name) for name in _HEADINGS}
_SECTIONS = ("REQUIRED_LONG_STRING", "DEFAULT_STRING", "RICH_HELP")
_ENGLISH |= {name: getattr(rich_utils, name) for name in _SECTIONS}


def translate(command: Any) -> Any:
    """The same command, its help in the chosen language, and that of the commands inside."""
    for name, english in _ENGLISH.items():
        setattr(rich_utils, name, t(english))
    _translate(command)
    return command


def _translate(command: Any) -> None:
    if command.help:
        command.help = t(" ".join(command.help.split()))
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = t(" ".join(parameter.help.split()))
    for inner in getattr(command, "commands", {}).values():
        _translate(inner)
