"""What the referee may read, made plain: dicts, lists, strings and numbers."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from lib.core.policy import Settings
from lib.core.table import Item
from local.services.elevenlabs.calls import FINISHED, Conversation, Recipient
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.ses.world import Email
from local.services.twilio.messages import Message
from local.services.twilio.world import TwilioWorld
from tests.simulation.checks import gate
from tests.simulation.checks.history import History, key_phone, sids_of
from tests.simulation.checks.words import is_silent
from tests.simulation.found import plain

Plain = dict[str, Any]


def messages(accepted: Iterable[Message], twilio: TwilioWorld, skew_seconds: float, stopped: set[str]) -> list[Plain]:
    """Twilio's clock is ahead of ours by `skew_seconds`. stopped: SIDs of those that a paused or dry run sent."""
    return [
        {
            "sid": message.sid,
            "at": message.created_at - skew_seconds,
            "to": message.to,
            "body": message.body,
            "template": message.content_sid,
            "while_stopped": message.sid in stopped,
            "code": message.error_code if message.status(math.inf) in ("failed", "undelivered") else None,
            "wrote_before": [
                message.created_at - at for at in twilio.wrote_at(message.from_, message.to) if at <= message.created_at
            ],
        }
        for message in accepted
    ]


def emails(accepted: Iterable[Email], stopped: set[str]) -> list[Plain]:
    """The same of SES's."""
    return [
        {
            "sid": one.id,
            "at": one.at,
            "to": one.to,
            "body": one.text,
            "template": None,
            "code": None,
            "wrote_before": [],
        }
        | {"while_stopped": one.id in stopped}
        for one in accepted
    ]


def attempts(world: ElevenLabsWorld, people: Mapping[str, Recipient], resends: Counter[str], now: float) -> list[Plain]:
    """people: every recipient there ever was, by id. resends: how often a person asked for one, by call key."""
    listed = {id_ for batch in world.batches.values() for id_ in batch.recipients}
    following: dict[str, float] = {}  # recipient → when the attempt after this one began
    found = []
    for talk in reversed(world.by_start):
        recipient = people[talk.recipient_id]
        until = following.get(recipient.id, float("inf"))
        following[recipient.id] = talk.started_at
        found.append(_attempt(talk, recipient, until, resends) | {"shows": None})
        if recipient.id in listed and recipient.conversation_id == talk.id:
            _, status, conversation_id = recipient.step(now)
            if conversation_id or recipient.clock == "right":  # else nothing shown says how old the call is
                found[-1]["shows"] = status, conversation_id
    return found[::-1]


def _attempt(talk: Conversation, recipient: Recipient, until: float, resends: Counter[str]) -> Plain:
    phone = key_phone(recipient)
    return {
        "id": talk.id,
        "batch": talk.batch_id,
        "recipient": recipient.id,
        "phone": phone,
        "started_at": talk.started_at,
        "ended_at": talk.ended_at,
        "name": talk.dynamic_variables.get("name", ""),
        "language": talk.dynamic_variables.get("language", ""),
        "email": talk.dynamic_variables.get("email", ""),
        "summary": talk.summary,
        "was_silent": is_silent(talk),
        "results": plain(talk),
        "first_end": min((step.at for step in recipient.steps if step.status in FINISHED), default=talk.ended_at),
        "steps": [(step.at, step.status) for step in recipient.steps if talk.started_at <= step.at < until],
        "resends": resends[f"{phone}_{talk.id}"] + resends[f"{phone}_{talk.batch_id}_{recipient.id}"],
    }


def wishes(history: History) -> list[Plain]:
    """What people asked for in messages to us, and when a run was first shown it."""
    return [
        {"person": one.phone, "at": one.at, "wish": one.wish, "shown_at": history.shown_at[one.sid]}
        for one in history.written
        if one.wish and one.sid in history.shown_at
    ]


def records(items: Mapping[str, Item], now: float) -> dict[str, Plain]:
    """The live items of calls."""
    return {
        pk: {
            "status": str(item["status"]),
            "reason": str(item.get("reason", "")),
            "sid": str(item.get("message_sid", "")),
            "sids": list(sids_of(item)),
            "ended_at": int(item.get("undated") or item["ended_at"]),  # where its end is not known: it was over by then
            "recorded_at": int(item["recorded_at"]),
        }
        for pk, item in items.items()
        if pk[0] != "#" and item.get("expires_at", math.inf) > now
    }


def settings(in_force: Settings, templates_lost_at: float) -> Plain:
    names = ("statuses", "lookback_hours", "not_before", "unclear", "brand", "content_sids", "only_if", "texts")
    plain = {name: getattr(in_force, name) for name in names} | gate.rules(in_force)
    return plain | {"templates_lost_at": templates_lost_at}
