"""The right words: the text due for the call's status, language, name and summary."""

from functools import partial

from lib.core.language import language_of
from lib.core.message.compose import Message, compose
from lib.worlds.elevenlabs.client import LISTED_SECONDS
from local.services.elevenlabs.calls import SENTINEL_SUMMARY, Conversation
from tests.simulation.checks.history import READING_SECONDS, Claim, History, channel_of
from tests.simulation.found import truth
from tests.simulation.promises import Promise


def check(history: History, claim: Claim) -> None:
    """At the instant of a send."""
    talk = history.attempt_of(claim.call)
    problem = talk and _problem(history, claim, talk)
    if talk and problem:
        who = f"{claim.call.key} (ended {talk.ended_at:.0f}, claimed {claim.claimed_at})"
        history.violate(Promise.THE_CONTRACTS_WORDS, f"{problem}: {who}")


def is_silent(talk: Conversation) -> bool:
    """Whether the person never spoke."""
    return talk.user_message_count == 0 or talk.voicemail_detected or talk.call_result in ("voicemail", "no_answer")


def _problem_of_results(
    claim: Claim, talk: Conversation, with_results: list[Message], without: list[Message], *, is_read: bool
) -> str:
    """What the call found out is told once it can be read, and not before."""
    if claim.message in with_results and claim.message not in without and not talk.has_analysis(claim.written_at):
        return "what the call found out, before that was there"
    if claim.message in without and claim.message not in with_results and is_read:
        return "without what the call had found out"
    return ""


def _problem(history: History, claim: Claim, talk: Conversation) -> str:
    settings, call = history.settings, claim.call
    sure_at = claim.claimed_at - READING_SECONDS  # what was so by then was so when it was decided
    silent = is_silent(talk)
    action = settings.statuses.get(call.status, "wait")
    if action == "wait" and call.status == "in_progress" and claim.claimed_at >= int(talk.ended_at):
        action = "follow_up"  # a recipient that stands still: its conversation is the truth
    if action not in ("follow_up", "missed"):
        return f"a message for the status {call.status}"
    if claim.kind != action and not (claim.kind == "missed" and silent):
        return f"a {claim.kind} message where the status says {action}"
    # A call that was touched long after its end is asked for by itself, two minutes later; then it is known.
    is_asked_for = call.ended_at - talk.ended_at < 3600 or settings.summary_wait_seconds >= LISTED_SECONDS
    known = call.conversation_id and is_asked_for and not history.options.has_bad_reads and talk.visible_at <= sure_at
    if known and claim.kind == "follow_up" and silent and talk.status(sure_at) == "done":
        return "a follow-up to somebody who never spoke"
    summary = "" if talk.summary in (None, SENTINEL_SUMMARY) else str(talk.summary).strip()
    language = language_of(call, None, settings.language)
    # In an open window free text may go though there is a template.
    channel, in_free_text = channel_of(claim.to), not claim.message.content_sid
    due = partial(compose, claim.kind, call.name, channel=channel, in_free_text=in_free_text)
    with_results = [due(text, language, settings, truth(talk)) for text in ("", summary)]
    without = [due(text, language, settings) for text in ("", summary)]
    bare, full = with_results if claim.message in with_results else without
    if claim.message not in (bare, full):
        return "not the words of the contract"
    is_read = known and talk.lists_results and talk.has_analysis(sure_at)
    if problem := _problem_of_results(claim, talk, with_results, without, is_read=bool(is_read)):
        return problem
    if claim.message == full and full != bare and not talk.has_analysis(claim.written_at):
        return "a summary that did not exist yet"
    if claim.message == bare and full != bare and known and talk.has_analysis(sure_at):
        return "no summary, though it was there"
    waited = claim.claimed_at - int(talk.ended_at) >= settings.summary_wait_seconds - 1
    may_come = talk.summary is None or (summary and not talk.has_analysis(claim.written_at))
    if known and claim.kind == "follow_up" and claim.message == bare and may_come and not waited:
        return "sent before the wait for its summary was over"
    return ""
