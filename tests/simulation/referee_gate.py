"""The referee's rules of when not to write, on plain data: it knows when Twilio took a message, not when it was sent.

So what a stalled run held up is let pass: a message counts as wrong only if it was so at every instant at which its
send may have begun.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from tests.simulation.allowed import was_closed_throughout

Plain = dict[str, Any]
DAY_SECONDS = 24 * 3600


def unlawful(messages: Sequence[Plain], settings: Plain, stall_seconds: float) -> Iterator[tuple[str, str]]:
    """Messages that left when nothing may. settings: with `quiet_hours`, `contact_law` where they are set."""
    for message in messages:
        since = message["at"] - stall_seconds
        for name, promise in (("quiet_hours", "nothing-in-quiet-hours"), ("contact_law", "nothing-against-the-law")):
            if settings.get(name) and was_closed_throughout({name: settings[name]}, since, message["at"]):
                yield promise, f"{message['sid']} to {message['to']}"


def too_many_people(messages: Sequence[Plain], settings: Plain, stall_seconds: float) -> Iterator[tuple[str, str]]:
    """By the phone: whose an e-mail's address is, is not told here."""
    limit, messages = settings.get("daily_limit") or len(messages), [one for one in messages if "@" not in one["to"]]
    for last in messages:
        window = (last["at"] - DAY_SECONDS + stall_seconds, last["at"])
        people = {message["person"] for message in messages if window[0] < message["at"] <= window[1]}
        if len(people) > limit:
            yield "not-over-the-limit", f"{len(people)} people within a day up to {last['sid']}"


def too_near(
    messages: Sequence[Plain], resends: dict[str, int], settings: Plain, stall_seconds: float
) -> Iterator[tuple[str, str]]:
    """resends: by person, how many messages beyond one a call may have had."""
    seconds = settings.get("cooldown_hours", 0) * 3600 - stall_seconds
    by_person: defaultdict[str, list[Plain]] = defaultdict(list)
    for message in messages if seconds > 0 else ():
        by_person[message["person"]].append(message)
    for person, sent in by_person.items():
        reached = [one for one in sent if one["code"] is None]
        for first in reached:
            near = [one for one in reached if 0 <= one["at"] - first["at"] < seconds]
            if len(near) > 1 + resends.get(person, 0):
                yield "cooldown-holds", f"{len(near)} messages to {person}"


def unwished(messages: Sequence[Plain], wishes: Sequence[Plain], stall_seconds: float) -> Iterator[tuple[str, str]]:
    """Messages to people who had asked for none, long after the function could read that."""
    for message in messages:
        own = [one for one in wishes if one["person"] == message["person"] and one["at"] <= message["at"]]
        last_at = max((one["at"] for one in own), default=0)
        newest = [one for one in own if one["at"] > last_at - 1]  # of one second nobody can tell which came last
        was_readable = all(one["shown_at"] + stall_seconds < message["at"] for one in newest)
        if newest and was_readable and all(one["wish"] == "out" for one in newest):
            yield "a-wish-holds", f"{message['sid']} to {message['to']}, who had asked for none"
