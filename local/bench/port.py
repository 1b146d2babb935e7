"""The original, carried over to Lambda as directly as it goes: what a careful afternoon would make of it.

One batch after the other, one call after the other: a request for each batch, each call's conversation and each
message, one read and one write for each call's key. Clients are kept, time-outs are set, failed calls get their message
too (the original's document says so). It promises less: a message that is sent and not yet written is sent again.
"""

import os
import time
from typing import Any

import boto3
import requests
from twilio.rest import Client

FINISHED = {"completed", "failed", "voicemail", "no_response"}
LOOKBACK_SECONDS = 24 * 3600
KEPT_SECONDS = 7 * 24 * 3600

base_url = os.environ["ELEVENLABS_BASE_URL"]
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
names = [f"{os.environ['PARAMETER_PREFIX']}/{name}" for name in ("ELEVENLABS_API_KEY", "TWILIO_ACCOUNT_SID")]
names += [f"{os.environ['PARAMETER_PREFIX']}/{name}" for name in ("TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_NUMBER")]
secrets = {
    row["Name"].rpartition("/")[2]: row["Value"]
    for row in boto3.client("ssm").get_parameters(Names=names, WithDecryption=True)["Parameters"]
}
session = requests.Session()
session.headers["xi-api-key"] = secrets["ELEVENLABS_API_KEY"]
twilio = Client(secrets["TWILIO_ACCOUNT_SID"], secrets["TWILIO_AUTH_TOKEN"])
twilio.api.base_url = os.environ["TWILIO_BASE_URL"]


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    sent = sum(tick() for _ in range(event.get("ticks", 4)))
    return {"messages_sent": sent}


def tick() -> int:
    now, sent = time.time(), 0
    for batch in batches():
        is_active = batch["status"] in ("pending", "scheduled", "in_progress")
        if is_active or batch["last_updated_at_unix"] > now - LOOKBACK_SECONDS:
            sent += check(batch["id"])
    return sent


def batches() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    params: dict[str, Any] = {"limit": 100}
    while True:
        page = get("/v1/convai/batch-calling/workspace", params)
        found += page["batch_calls"]
        if not page.get("has_more"):
            return found
        params["last_doc"] = page["next_doc"]


def check(batch_id: str) -> int:
    sent = 0
    for recipient in get(f"/v1/convai/batch-calling/{batch_id}")["recipients"]:
        if recipient["status"] not in FINISHED or not recipient.get("phone_number"):
            continue
        key = f"{recipient['phone_number']}_{recipient['conversation_id']}"
        if "Item" in table.get_item(Key={"pk": key}, ConsistentRead=True):
            continue
        conversation = get(f"/v1/convai/conversations/{recipient['conversation_id']}")
        summary = (conversation.get("analysis") or {}).get("transcript_summary")
        send(recipient, summary)
        table.put_item(Item={"pk": key, "status": "sent", "expires_at": int(time.time()) + KEPT_SECONDS})
        sent += 1
    return sent


def send(recipient: dict[str, Any], summary: str | None) -> None:
    data = recipient.get("conversation_initiation_client_data") or {}
    name = (data.get("dynamic_variables") or {}).get("name") or "cliente"
    body = f"Hola {name}, gracias por atender nuestra llamada."
    if summary:
        body += f"\n\nResumen: {summary}"
    twilio.messages.create(
        to=f"whatsapp:{recipient['phone_number']}", from_=secrets["TWILIO_WHATSAPP_NUMBER"], body=body[:1600]
    )


def get(path: str, params: dict[str, Any] | None = None) -> Any:
    response = session.get(base_url + path, params=params, timeout=(3, 20))
    response.raise_for_status()
    return response.json()
