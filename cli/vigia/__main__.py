"""`vigia`: the commands put together, and what ends in an error told in words."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import Abort, TyperException

from lib.errors import kind_and_line

from . import __version__, show, words
from .cloud import Cloud
from .commands.digest import digest
from .commands.doctor import doctor
from .commands.held import held, release, resend
from .commands.metrics import metrics
from .commands.preview import preview
from .commands.replies import replies
from .commands.secrets import secrets
from .commands.settings import pause, resume, settings
from .commands.status import status
from .commands.suppress import suppress, suppressed, unsuppress
from .commands.tail import tail
from .commands.why import why
from .language import complain, translate
from .problems import SOMETHING_IS_WRONG
from .problems import of as problem_of
from .session import Session
from .words import t

COMMANDS = (
    *(doctor, status, why, preview, pause, resume, held, release, resend),
    *(replies, digest, suppress, unsuppress, suppressed, tail, metrics),
)
TYPERS_CTRL_C = 130
_GLOBAL = {"--stack": 1, "--lang": 1, "--json": 0}


def build(session: Session | None = None) -> typer.Typer:
    """The commands. session: what they work with, where it is not to be made from the options."""
    app = typer.Typer(
        name="vigia",
        help="Vigía: see it and steer it.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )

    def version(*, asked: bool) -> None:
        if asked:
            show.say(__version__)
            raise typer.Exit

    @app.callback()
    def begin(
        context: typer.Context,
        stack: Annotated[str, typer.Option("--stack", help="The stack's name.", envvar="VIGIA_STACK")] = "vigia",
        lang: Annotated[str, typer.Option("--lang", help="es or en; by locale where it is not given.")] = "",
        as_json: Annotated[
            bool, typer.Option("--json", help="JSON for programs, on every command that reads.")
        ] = False,
        _version: Annotated[
            bool,
            typer.Option(
                "--version", help="The version, and end.", is_eager=True, callback=lambda asked: version(asked=asked)
            ),
        ] = False,
    ) -> None:
        if lang and lang not in words.LANGUAGES:
            raise typer.BadParameter(t("es or en"), param_hint="--lang")
        if not stack.strip():
            raise typer.BadParameter(t("a stack's name"), param_hint="--stack")
        context.obj = session or Session(Cloud(stack))
        context.obj.as_json = as_json

    for command in COMMANDS:
        app.command(command.__name__)(command)
    app.add_typer(settings, name="settings", help="See and change the settings; validated before they are written.")
    app.add_typer(secrets, name="secrets", help="Put the secrets into Parameter Store.")
    return app


def first(arguments: Sequence[str]) -> list[str]:
    """The global options before the command, wherever they were given: `vigia status --json` means the same."""
    ahead: list[str] = []
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        argument = waiting.pop(0)
        name = argument.partition("=")[0]
        if argument == "--":
            rest += [argument, *waiting]
            break
        if name not in _GLOBAL:
            rest.append(argument)
            continue
        if _GLOBAL[name] and name == argument and not waiting:
            return [*ahead, argument]  # typer says what it lacks
        ahead.append(argument)
        if _GLOBAL[name] and name == argument and waiting:
            ahead.append(waiting.pop(0))
    return [*ahead, *rest]


def _language(arguments: Sequence[str]) -> str:
    for index, argument in enumerate(arguments):
        name, mark, value = argument.partition("=")
        if name == "--lang":
            given = value if mark else next(iter(arguments[index + 1 :]), "")
            return given if given in words.LANGUAGES else words.of_locale()
    return words.of_locale()


def run(arguments: Sequence[str], session: Session | None = None) -> int:
    """One command; its exit status."""
    ordered = first(arguments)
    words.choose(_language(ordered))
    command = translate(typer.main.get_command(build(session)))
    try:
        ended = command.main(ordered, prog_name="vigia", standalone_mode=False)
        sys.stdout.flush()  # a full disk is met here, and not by the interpreter at its end
    except TyperException as error:
        return complain(error)
    except (Abort, KeyboardInterrupt):
        return _stopped()
    except BrokenPipeError:
        sys.stderr.close()
        return SOMETHING_IS_WRONG
    except OSError as error:
        show.complain(t("This computer refused it: {what}.", what=error.strerror or type(error).__name__))
        return SOMETHING_IS_WRONG
    except Exception as error:
        if problem := problem_of(error):
            show.complain(problem.what, problem.do)
            return problem.status
        show.complain(t("Nobody foresaw this: {place}. Please report that line.", place=kind_and_line(error)))
        return SOMETHING_IS_WRONG
    if ended == TYPERS_CTRL_C:
        return _stopped()
    return ended if isinstance(ended, int) else 0


def _stopped() -> int:
    show.complain(t("Stopped before it was done."))
    return SOMETHING_IS_WRONG


def main() -> None:
    show.forgive()
    status = run(sys.argv[1:])
    show.leave()
    sys.exit(status)


if __name__ == "__main__":
    main()
