"""The command line's own words in the person's language: typer's headings and complaints, the texts of the commands.

Of typer's words some are settable, some are methods of a command, and a complaint is known by its English alone. What
a later typer says otherwise stays English; a test names it.
"""

import re
import sys
from typing import Any

from typer import rich_utils

from .words import t

_HEADINGS = ("ARGUMENTS_PANEL_TITLE", "OPTIONS_PANEL_TITLE", "COMMANDS_PANEL_TITLE", "ERRORS_PANEL_TITLE")
_SECTIONS = ("REQUIRED_LONG_STRING", "DEFAULT_STRING", "ENVVAR_STRING", "RICH_HELP", "ABORTED_TEXT")
_ENGLISH = {name: getattr(rich_utils, name) for name in (*_HEADINGS, *_SECTIONS)}
_SHOWN = ("Usage:", "[OPTIONS]", "COMMAND [ARGS]...", "Show this message and exit.")
_COMPLAINTS = (
    "Missing argument {}.",
    "Missing option {}.",
    "Missing command.",
    "No such command {}. Did you mean {}?",
    "No such command {}.",
    "No such option: {} (Possible options: {})",
    "No such option: {}",
    "Invalid value for {}: {}",
    "Input should be a valid integer, unable to parse string as an integer",
    "Option {} does not take a value.",
    "Option {} requires an argument.",
    "Got unexpected extra argument(s) ({})",
)


def translate(command: Any) -> Any:
    """The same command, its help in the chosen language, and that of the commands inside."""
    for name, english in _ENGLISH.items():
        setattr(rich_utils, name, t(english))
    rich_utils.FORCE_TERMINAL = None if sys.stdout.isatty() and sys.stderr.isatty() else False
    _translate(command)
    return command


def _translate(command: Any) -> None:
    if command.help:
        command.help = t(" ".join(command.help.split()))
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = t(" ".join(parameter.help.split()))
    usage, help_option = command.get_usage, command.get_help_option
    command.get_usage = lambda context: _shown(usage(context))
    command.get_help_option = lambda context: _helped(help_option(context))
    for inner in getattr(command, "commands", {}).values():
        _translate(inner)


def _shown(usage: str) -> str:
    for english in _SHOWN:
        usage = usage.replace(english, t(english))
    return usage


def _helped(option: Any) -> Any:
    option.help = t(option.help)
    return option


def complain(error: Any) -> int:
    """Says what typer has to say about a command that was written wrongly; its exit status."""
    english = error.format_message()
    error.format_message = lambda: complaint(english)
    rich_utils.rich_format_error(error)
    return int(error.exit_code)


def complaint(english: str) -> str:
    """One of typer's complaints in the chosen language, with what is said inside it."""
    for known in _COMPLAINTS:
        found = re.fullmatch(re.escape(known).replace(r"\{\}", "(.+?)"), english)
        if found:
            return t(known).format(*map(complaint, found.groups()))
    return english
