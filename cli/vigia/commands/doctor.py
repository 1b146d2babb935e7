"""Everything from the credentials to the sender, in order of dependency; stops where the rest would be noise."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from lib.config.in_spanish import told
from lib.errors import ConfigurationError

from .. import show
from ..checks import elevenlabs, email, parameters, stack, twilio
from ..checks.check import Check, Finding, Patient, bad
from ..problems import SOMETHING_IS_WRONG, WrongUse
from ..problems import of as problem_of
from ..session import of
from ..words import language, t

CHECKS: Sequence[Check] = (
    *stack.CHECKS,
    *parameters.CHECKS,
    *stack.OF_ITS_RUNS,
    *elevenlabs.CHECKS,
    *twilio.CHECKS,
    *email.CHECKS,
    *elevenlabs.OF_THE_SENDERS_LIMIT,
    *stack.OF_ITS_WORDS,
)


def doctor(
    context: typer.Context,
    checks: Annotated[list[str] | None, typer.Argument(metavar="CHECK", help="Only these, and what they need.")] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Switch the rule or alarms on again where they are off, after asking.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Whether all is well, from the credentials to the sender; each failure with the next command."""
    session = of(context)
    findings = list(examine(Patient(session), checks or []))
    if session.as_json:
        show.as_json([{"check": name, "ok": one.ok, "what": one.what, "do": one.do} for name, one in findings])
    else:
        for name, finding in findings:
            _show(name, finding)
        left = len(_wanted(checks or [])) - len(findings)
        if left:
            show.say(t("{count:more check was|more checks were} not made: nothing new would be said.", count=left))
    wrong = [(name, finding) for name, finding in findings if not finding.ok]
    if fix and not session.as_json:
        wrong = [(name, finding) for name, finding in wrong if not _mended(name, finding, yes=yes)]
    if wrong:
        raise typer.Exit(SOMETHING_IS_WRONG)


def examine(patient: Patient, names: Sequence[str] = ()) -> Iterator[tuple[str, Finding]]:
    """Each check in turn, but those whose needs have failed."""
    failed: set[str] = set()
    for check in _wanted(names):
        if failed.intersection(check.needs):
            failed.add(check.name)  # and whatever needs this one
            continue
        finding = _look(check, patient)
        if not finding.ok:
            failed.add(check.name)
        yield check.name, finding


def _wanted(names: Sequence[str]) -> list[Check]:
    by_name = {check.name: check for check in CHECKS}
    wanted: set[str] = set()

    def add(name: str) -> None:
        if name not in by_name:
            raise WrongUse(t("There is no check {name}.", name=name), ", ".join(by_name))
        wanted.add(name)
        for need in by_name[name].needs:
            add(need)

    for name in names or by_name:
        add(name)
    return [check for check in CHECKS if check.name in wanted]


def _look(check: Check, patient: Patient) -> Finding:
    try:
        return check.look(patient)
    except ConfigurationError as error:
        return bad(told(error, language()))
    except Exception as error:
        if problem := problem_of(error):
            return bad(problem.what, problem.do)
        raise


def _show(name: str, finding: Finding) -> None:
    show.say(f"{'✓' if finding.ok else '✗'} {name}: {finding.what}", style="" if finding.ok else "red")
    if finding.do:
        show.say(f"    → {finding.do}", style="bold")


def _mended(name: str, finding: Finding, *, yes: bool) -> bool:
    if finding.fix is None or not show.confirm(f"{name}: {finding.do} ?", yes=yes):
        return False
    finding.fix()
    show.say(t("{name}: done.", name=name))
    return True
