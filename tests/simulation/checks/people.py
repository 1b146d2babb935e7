"""What people write: a wish to be left alone holds once it can be read, and every answer reaches the owner once."""

from collections.abc import Mapping

from lib.core import keys
from lib.core.phone import person_of
from lib.core.record import is_live
from lib.core.table import Item
from lib.ledger.telling import TOLD, UNCLEAR
from tests.simulation.checks.history import Claim, History, Rest
from tests.simulation.people import Written
from tests.simulation.promises import Promise

LAST_TICK_SECONDS = 12  # so long before a rest's end the last tick begins
SKEW_SECONDS = 300  # of Twilio's clock, and the seconds that its lists leave out


def check_claim(history: History, items: Mapping[str, Item], claim: Claim, process: str) -> None:
    """At the write of a claim: nobody is on the list, and nobody has told this very run to let them alone."""
    person = person_of(claim.call.phone)
    if is_suppressed(items, claim.call.phone, history.clock()):
        history.violate(Promise.A_WISH_HOLDS, f"{claim.call.key} was claimed, and the person is on the list")
    shown = history.shown.get((process, person))
    newest = newest_wish(history, person)
    if shown and newest is not None and newest.wish == "out" and newest.sid in shown:
        history.violate(Promise.A_WISH_HOLDS, f"{claim.call.key} was claimed by a run that had read {newest.text!r}")


def check(rest: Rest, items: Mapping[str, Item]) -> None:
    """Wishes that could be read are on the list; answers were told, or say that nobody knows."""
    history, until = rest.history, rest.now - LAST_TICK_SECONDS
    readable = [one for one in history.written if one.at + history.options.list_lag_seconds <= until]
    for person in {person_of(one.phone) for one in readable if one.wish}:
        newest = newest_wish(history, person)
        is_sure = newest is not None and newest in readable and not _is_contradicted(history, newest)
        if newest is not None and is_sure and newest.wish == "out" and not is_suppressed(items, newest.phone, rest.now):
            history.violate(Promise.A_WISH_HOLDS, f"{newest.sid} asked for no more, and is not on the list")
    for one in readable:
        if not one.wish and one.at >= rest.since:
            _check_answer(rest, items, one)


def check_told(history: History, text: str) -> None:
    """At the telling. An answer is known by its own words."""
    who = text.partition(" respondió ")[0]
    same = [one for one in history.written if one.phone in who and f"\n\n{one.text}\n\n" in text]
    told = len(same) and history.told[same[0].phone, same[0].text]
    if not same or same[0].wish == "out":  # START is an answer, of whom nothing keeps off the list
        history.violate(Promise.ANSWERS_TOLD_ONCE, f"the owner was told what is no answer of anybody: {text!r}")
    elif told == len(same):
        history.violate(Promise.ANSWERS_TOLD_ONCE, f"{same[-1].sid} was told twice")
    else:
        history.told[same[0].phone, same[0].text] += 1


def _check_answer(rest: Rest, items: Mapping[str, Item], one: Written) -> None:
    history, item = rest.history, items.get(keys.of_reply(one.sid))
    if item is None:
        if _is_due(rest, one):
            history.violate(Promise.ANSWERS_TOLD_ONCE, f"{one.sid} answers a message, and nobody was told")
    elif item["state"] not in (TOLD, UNCLEAR):
        history.violate(Promise.ANSWERS_TOLD_ONCE, f"{one.sid} is still {item['state']}")
    elif item["state"] == TOLD and not history.told[one.phone, one.text]:
        history.violate(Promise.ANSWERS_TOLD_ONCE, f"{one.sid} counts as told, and was not")


def _is_due(rest: Rest, one: Written) -> bool:
    """Whether it surely answers a message: of a call whose record still names it."""
    live = [sent for sent in rest.history.sent if sent.message.sid in rest.by_sid]
    return any(
        person_of(sent.claim.call.phone) == person_of(one.phone)
        and sent.at + SKEW_SECONDS < one.at
        and rest.by_sid[sent.message.sid].get("message_sid") == sent.message.sid
        for sent in live
    )


def newest_wish(history: History, person: str) -> Written | None:
    """None, too, where two of one second say different things."""
    wishes = sorted((one for one in history.written if one.wish and person_of(one.phone) == person), key=_at)
    if len(wishes) > 1 and wishes[-1].at - wishes[-2].at < 1 and wishes[-1].wish != wishes[-2].wish:
        return None
    return wishes[-1] if wishes else None


def asked_for_none(history: History, phone: str) -> bool:
    """Whether the person has ever written so."""
    return any(one.wish == "out" and person_of(one.phone) == person_of(phone) for one in history.written)


def took_back(history: History, phone: str) -> bool:
    """Whether the person has ever asked to be written to again."""
    return any(one.wish == "in" and person_of(one.phone) == person_of(phone) for one in history.written)


def is_suppressed(items: Mapping[str, Item], phone: str, now: float) -> bool:
    secret = items.get(keys.SUPPRESSION_KEY)
    return secret is not None and is_live(items.get(keys.of_suppressed(str(secret["secret"]), phone)), now)


def _is_contradicted(history: History, newest: Written) -> bool:
    """A message that came within the same clock skew may be the newer one to Twilio."""
    return any(one.wish == "in" and abs(one.at - newest.at) < 1 and one != newest for one in history.written)


def _at(one: Written) -> float:
    return one.at
