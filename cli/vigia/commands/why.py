"""«¿Por qué no le llegó?»: a call's timeline in plain words, and what to do next."""

from typing import Annotated

import typer

from lib.config.in_spanish import problem_in
from lib.core import keys
from lib.core.phone import mask, to_e164
from lib.core.policy import Settings
from lib.core.status import Status
from lib.reading.reader import Picture
from lib.reading.story import Story, tell
from lib.reading.views import asked_for, is_about, person_asked

from .. import show
from ..problems import Problem, WrongUse
from ..session import Session, of
from ..words import language, t
from .status import why_nothing_leaves
from .suppress import whose


def why(
    context: typer.Context,
    asked: Annotated[
        str, typer.Argument(metavar="PHONE|CONVERSATION", help="A phone in any spelling, a conversation, or a pk.")
    ],
) -> None:
    """What became of a person's calls, in plain words, and what to do next."""
    session = of(context)
    if not asked.strip():
        raise WrongUse(t("Whose? Give a phone, a conversation or a pk."))
    picture = session.reader.picture()
    stories = [tell(record, language(), session.zone) for record in asked_for(picture.records, asked.strip())]
    if session.as_json:
        show.as_json([_as_json(story) for story in stories])
        return
    for story in stories:
        _show(story)
    phone = person_asked(picture.records, asked.strip())
    if phone:
        _show_person(session, picture, phone)
    if not stories:
        _unknown(session, picture, asked)
    elif any(story.record.status == Status.WAITING for story in stories) and (why_not := why_nothing_leaves(session)):
        show.say(why_not, style="yellow")


def _as_json(story: Story) -> dict[str, object]:
    record = story.record
    return {
        "pk": record.pk,
        "status": str(record.status),
        "channel": record.channel or None,
        "reason": record.reason or None,
        "timeline": [{"at": moment.at, "event": moment.event, "text": moment.text} for moment in story.moments],
        "error_code": record.error_code or None,
        "message_sid": record.message_sid or None,
        "head": story.head,
        "next": story.next,
    }


def _show(story: Story) -> None:
    record = story.record
    name = show.printable(record.call.conversation_id or record.pk)
    show.say(f"{record.call.phone}  {name}", style="bold")
    show.say(f"  {story.head}")
    for moment in story.moments:
        show.say(f"    {moment.text}")
    show.say(f"  → {story.next}\n")


def _show_person(session: Session, picture: Picture, phone: str) -> None:
    for answer in picture.answers:
        if is_about(answer, phone):
            show.say(
                t(
                    "They wrote on {at}: {text}",
                    at=show.instant(answer.at, session.zone),
                    text=show.indented(answer.text),
                )
            )
    found = session.reader.suppression(phone)
    if found.suppressed:
        since = show.instant(found.since, session.zone)
        show.say(
            t("On the suppression list since {since}, and not written to: {whose}.", since=since, whose=whose(found)),
            style="yellow",
        )


def _unknown(session: Session, picture: Picture, asked: str) -> None:
    phone = mask(to_e164(asked))
    shown = phone or show.printable(asked[:60])
    show.say(t("No call of {asked} is known.", asked=shown), style="bold")
    if why_not := why_nothing_leaves(session):
        show.say(why_not, style="yellow")
        show.say(t("Until it goes on, no call is recorded."))
    for pk, problem in picture.unreadable:
        if pk == keys.masked(asked.strip()) or (phone and pk.startswith(f"{phone}_")):
            show.say(
                t("An item cannot be read: {pk}: {problem}", pk=pk, problem=problem_in(problem, language())),
                style="yellow",
            )
    show.say(
        t(
            "Either it has not ended yet, or it ended before not_before, longer than lookback_hours ({hours:g}) ago, "
            "or more than seven days ago, which is as far as the table remembers.",
            hours=_lookback_hours(session),
        )
    )
    if not to_e164(asked) and asked[:1] in "+0123456789(":
        show.say(t("If it is a phone: write it with + and the country's code."))
    show.say(t("To see what would be done about the calls of now: vigia preview. Whether all is well: vigia doctor"))


def _lookback_hours(session: Session) -> float:
    try:
        return session.settings.lookback_hours
    except Problem:  # `vigia doctor` tells of it
        return Settings().lookback_hours
