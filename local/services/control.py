"""What another process may tell a running simulator: the JSON behind `/_sim/…` (see `server`)."""

from collections.abc import Callable
from typing import Any, TypeAlias

from local.services.answers import JsonObject
from local.services.elevenlabs.calls import CallPlan
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.faults import Fault, Faults
from local.services.twilio.world import TwilioWorld

Command: TypeAlias = Callable[[Any], Any]
"""From the JSON of a request (None for a GET) to that of the answer. Raises ValueError, TypeError, KeyError or
AttributeError."""


def commands(world: ElevenLabsWorld | TwilioWorld) -> dict[str, Command]:
    """Every command of a world: `METHOD name` → what it does."""
    own = _elevenlabs(world) if isinstance(world, ElevenLabsWorld) else _twilio(world)
    return {**_faults(world.faults), **own}


def _faults(faults: Faults) -> dict[str, Command]:
    """`POST faults` with a list of `Fault`'s fields adds them; `DELETE faults` forgets all."""

    def add(given: Any) -> JsonObject:
        faults.add(*(Fault(**one) for one in given))
        return {"scripted": len(faults.scripted)}

    def clear(_: Any) -> JsonObject:
        faults.clear()
        return {"scripted": 0}

    return {"POST faults": add, "DELETE faults": clear}


def _elevenlabs(world: ElevenLabsWorld) -> dict[str, Command]:
    """`GET state`; `POST campaign` with `{"recipients": [{…, "plan": {CallPlan's fields}}], "name", "agent_id"}`; `POST
    recipient` with the arguments of `Workspace.set`."""

    def state(_: Any) -> JsonObject:
        now = world.clock()
        return {
            "requests": dict(world.requests),
            "batches": [
                {
                    "id": batch.id,
                    "name": batch.name,
                    "status": batch.status(now),
                    "recipients": [
                        {"id": one.id, "phone_number": one.phone_number, **one.step(now)._asdict()}
                        for one in batch.recipients.values()
                    ],
                }
                for batch in world.listed
            ],
        }

    def campaign(given: Any) -> JsonObject:
        fields = dict(given)
        recipients = [dict(one) for one in fields.pop("recipients")]
        plans = [one.pop("plan", None) for one in recipients]
        batch = world.add_batch(recipients, [None if plan is None else CallPlan(**plan) for plan in plans], **fields)
        return {"id": batch.id, "recipients": list(batch.recipients)}

    def recipient(given: Any) -> JsonObject:
        return world.set(**given).step(world.clock())._asdict()

    return {"GET state": state, "POST campaign": campaign, "POST recipient": recipient}


def _twilio(world: TwilioWorld) -> dict[str, Command]:
    """`GET messages` (accepted ones, in order), `GET state`, `POST templates` and `POST inbound` with the arguments of
    `add_template` and `receive`; `POST settings` with any of SETTINGS."""

    def messages(_: Any) -> list[JsonObject]:
        now = world.clock()
        return [{**message.row(now), "created_at": message.created_at} for message in world.messages]

    def state(_: Any) -> JsonObject:
        return {"requests": dict(world.requests), "messages": len(world.messages)}

    def templates(given: Any) -> JsonObject:
        return {"sid": world.add_template(**given).sid}

    def inbound(given: Any) -> JsonObject:
        return {"sid": world.receive(**given).sid}

    def settings(given: Any) -> JsonObject:
        for name, value in given.items():
            if name not in SETTINGS:
                raise ValueError(f"unknown setting {name!r}: use one of {', '.join(SETTINGS)}")
            setattr(world, name, [tuple(step) for step in value] if name == "walk" else value)
        return {name: getattr(world, name) for name in SETTINGS}

    return {
        "GET messages": messages,
        "GET state": state,
        "POST templates": templates,
        "POST inbound": inbound,
        "POST settings": settings,
    }


SETTINGS = ("list_lag_seconds", "enforce_window", "walk", "rewrites")
