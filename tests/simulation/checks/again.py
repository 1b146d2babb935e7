"""A message leaves again only where the one before surely did not arrive, and a template answers free text once."""

from collections import Counter

from lib.core.language import language_of
from lib.core.phone import spellings
from tests.simulation.checks.history import READING_SECONDS, Claim, History, channel_of, was_allowed
from tests.simulation.promises import Promise

DAY_SECONDS = 24 * 3600
LEAST_MARGIN_SECONDS = 600  # a window that closes so soon is no open one
OUTSIDE_WINDOW = 63016
PASSES = frozenset({63018, 30001, 30036, 63015})  # codes that time alone mends
TRIES_AT_MOST = 4


def check_send(history: History, claim: Claim) -> None:
    """At the instant of a send."""
    settings = history.settings
    templates = settings.content_sids.get(claim.kind, {})
    channel, talk = channel_of(claim.to), history.attempt_of(claim.call)
    attempt = talk.id if talk else claim.call.key
    others = (sent for sent in history.sent if sent.attempt == attempt and sent.claim.id != claim.id)
    before = [sent for sent in others if channel_of(sent.claim.to) == channel]
    codes = Counter(sent.message.error_code for sent in before if sent.surely_failed_at() is not None)
    has_template = templates.get(language_of(claim.call, None, settings.language))
    if channel == "whatsapp" and not claim.message.content_sid and has_template:
        if history.clock() < history.templates_lost_at and not _is_window_open(history, claim):
            history.violate(
                Promise.TEMPLATE_OR_WINDOW, f"free text to {claim.to}, whose window is not known to be open"
            )
        by_itself = (sent for sent in before if not was_allowed(history, sent))
        if any(sent.message.error_code == OUTSIDE_WINDOW and not sent.message.content_sid for sent in by_itself):
            history.violate(Promise.TEMPLATE_OR_WINDOW, f"free text to {claim.to} again, after 63016")
    if sum(codes[code] for code in PASSES) >= TRIES_AT_MOST + sum(was_allowed(history, sent) for sent in before):
        history.violate(
            Promise.AGAIN_WITHIN_LIMIT, f"{claim.call.key} is sent for the {len(before) + 1}. time: {codes}"
        )


def _is_window_open(history: History, claim: Claim) -> bool:
    """Whether the person had written to the sender when the claim was decided, a day before it at most."""
    skew = history.options.twilio_skew_seconds
    wrote_at = [
        at - skew
        for phone in spellings(claim.call.phone)
        for at in history.twilio.wrote_at(claim.sender, f"whatsapp:{phone}")
    ]
    until = claim.claimed_at - DAY_SECONDS + LEAST_MARGIN_SECONDS - READING_SECONDS
    return any(until <= at <= claim.written_at for at in wrote_at)
