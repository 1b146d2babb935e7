"""What the call found out decides: `only_if` forbids, and a wish that was spoken in a call holds from then on."""

from collections.abc import Mapping

from lib.core.phone import person_of
from lib.core.table import Item
from local.services.elevenlabs.calls import Conversation
from tests.simulation.checks import people
from tests.simulation.checks.history import READING_SECONDS, Claim, History, Rest
from tests.simulation.found import meets, plain, wishes
from tests.simulation.promises import Promise


def check_claim(history: History, claim: Claim) -> None:
    """At the write of a claim."""
    settings, talk = history.settings, history.attempt_of(claim.call)
    if talk is None:
        return
    if claim.kind == "follow_up" and settings.only_if:
        is_there = talk.has_analysis(claim.written_at)
        if not is_there or not meets(settings.only_if, plain(talk)):
            history.violate(Promise.ONLY_IF_FORBIDS, f"{claim.call.key} is followed up, and does not meet `only_if`")
    sure_at = claim.claimed_at - READING_SECONDS
    if _is_known(history, claim.call.conversation_id, talk, sure_at) and wishes(settings, talk):
        history.violate(Promise.A_WISH_HOLDS, f"{claim.call.key} was claimed, though its person had asked for none")


def check(rest: Rest, items: Mapping[str, Item]) -> None:
    """Who was skipped for a wish is on the list, and nobody was skipped whose call meets `only_if`."""
    history, settings = rest.history, rest.history.settings
    for item in rest.calls.values():
        talk = history.world.conversations.get(item.get("conversation_id", ""))
        if talk is None or item["status"] != "skipped":
            continue
        if item["reason"] == "opted_out" and wishes(settings, talk):
            if not people.is_suppressed(items, item["phone"], rest.now) and not people.took_back(
                history, item["phone"]
            ):
                history.violate(Promise.A_WISH_HOLDS, f"{item['pk']} was skipped for a wish, and the list forgot it")
        elif item["reason"] == "only_if" and _met_in_time(rest, item, talk):
            history.violate(Promise.ONLY_IF_FORBIDS, f"{item['pk']} was skipped, though it meets `only_if`")


def may_skip(rest: Rest, item: Item) -> bool:
    """Whether `only_if`, or a wish spoken in this call or another, may have ended it."""
    settings, talks = rest.history.settings, rest.history.world.conversations.values()
    if item["reason"] == "only_if":
        return bool(settings.only_if)
    person = person_of(str(item["phone"]))
    return any(wishes(settings, talk) for talk in talks if talk.phone_number and person_of(talk.phone_number) == person)


def _is_known(history: History, conversation_id: str, talk: Conversation, at: float) -> bool:
    """Whether a run that decided at this instant had read the conversation itself, with its analysis."""
    is_readable = conversation_id and not history.options.has_bad_reads
    return bool(is_readable and talk.visible_at <= at and talk.has_analysis(at) and talk.lists_results)


def _met_in_time(rest: Rest, item: Item, talk: Conversation) -> bool:
    """Whether the call meets `only_if`, and that could be read before its wait was over."""
    settings, ended_at = rest.history.settings, int(talk.ended_at)
    wait_over_at = ended_at + settings.summary_wait_seconds
    is_there = talk.summary is not None and talk.status(wait_over_at) == "done" and talk.summary_at <= wait_over_at
    return is_there and talk.visible_at <= wait_over_at and meets(settings.only_if, plain(talk))
