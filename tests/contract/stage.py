"""What the contract tests act on: a clock that stands still, one account of each service, and calls of every kind."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from local.services.answers import Answer
from local.services.elevenlabs.calls import SENTINEL_SUMMARY, Batch, CallPlan
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.twilio.world import SANDBOX_SENDER, TwilioWorld

NOON = 1_795_003_200.0  # 2026-11-18 12:00:00 UTC
API_KEY = "key-of-the-test"
ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "token-of-the-test"
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
ANA = "whatsapp:+573001112233"
WORKSPACE = "/v1/convai/batch-calling/workspace"


class Clock:
    """Epoch seconds that move only when told to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


def get(world: ElevenLabsWorld, path: str, **query: Any) -> Answer:
    """A GET of ElevenLabs with the right key."""
    return world.answer("GET", path, query, {"xi-api-key": API_KEY})


def twilio_headers(user: str = ACCOUNT_SID, password: str = AUTH_TOKEN) -> dict[str, str]:
    """HTTP Basic."""
    return {"authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


def create(world: TwilioWorld, **form: str) -> Answer:
    """A create; `From_` stands for `From`."""
    fields = {"To": ANA, "From": SANDBOX_SENDER} | {name.rstrip("_"): value for name, value in form.items()}
    return world.answer("POST", MESSAGES, None, twilio_headers(), {name: text for name, text in fields.items() if text})


def listed(world: TwilioWorld, query: Mapping[str, str] | None = None) -> Any:
    """The body of a list."""
    return world.answer("GET", MESSAGES, query, twilio_headers()).body


def person(number: int, **variables: Any) -> dict[str, Any]:
    """A recipient as submitted."""
    data = {"dynamic_variables": {"name": f"Person {number}", **variables}}
    return {"phone_number": f"+57300{number:07d}", "conversation_initiation_client_data": data}


def every_kind_of_call(world: ElevenLabsWorld) -> Batch:
    """One batch with all that a poller can meet; it is over after two minutes."""
    recipients = [
        *(person(number) for number in range(7)),
        {"id": "own_id", "phone_number": None, "whatsapp_user_id": "wa.1"},
        {"phone_number": "+573009999999", "conversation_initiation_client_data": None},
    ]
    never_started = {
        "summary": "The call failed before it began.",
        "user_message_count": 0,
        "agent_message_count": 1,
        "error_code": 1008,
        "error_reason": "Missing required dynamic variables",
        "termination_reason": "Conversation initialization failed",
    }
    plans = [
        CallPlan(),
        CallPlan("voicemail", talk_seconds=25),
        CallPlan("failed"),
        CallPlan("failed", keeps_conversation_id=True, conversation={"call_result": "busy"}),
        CallPlan(talk_seconds=2, conversation=never_started),
        CallPlan(conversation={"summary": SENTINEL_SUMMARY, "cost": 70.0}),
        CallPlan(conversation={"summary": None, "user_message_count": None, "call_result": None}),
        CallPlan(summary_after_seconds=60),
        CallPlan(dispatch_after_seconds=20, conversation={"without_counts": True, "main_language": None}),
    ]
    return world.add_batch(recipients, plans)
