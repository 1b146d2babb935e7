"""Every answer of the ElevenLabs simulator is one that the official OpenAPI document allows."""

from local.services.elevenlabs.world import ElevenLabsWorld
from tests.contract.official import Official
from tests.contract.stage import API_KEY, NOON, WORKSPACE, Clock, every_kind_of_call, get, person

BATCH = "/v1/convai/batch-calling/{batch_id}"
CONVERSATIONS = "/v1/convai/conversations"
CONVERSATION = CONVERSATIONS + "/{conversation_id}"


def test_every_answer_fits_the_official_schema_at_every_moment_of_a_campaign(
    workspace: ElevenLabsWorld, clock: Clock, elevenlabs_spec: Official
) -> None:
    batch = every_kind_of_call(workspace)
    recipient_statuses, conversation_statuses, batch_statuses, problems = set(), set(), set(), []
    for second in range(-1, 130, 3):
        clock.now = NOON + max(second, 0.5)
        bodies = {
            WORKSPACE: get(workspace, WORKSPACE).body,
            BATCH: get(workspace, BATCH.format(batch_id=batch.id)).body,
        }
        bodies[CONVERSATIONS] = get(workspace, CONVERSATIONS, summary_mode="include", page_size="100").body
        batch_statuses.add(bodies[BATCH]["status"])
        recipient_statuses |= {recipient["status"] for recipient in bodies[BATCH]["recipients"]}
        for path, body in bodies.items():
            problems += elevenlabs_spec.problems(path, "GET", 200, body)
        for item in bodies[CONVERSATIONS]["conversations"]:
            conversation_statuses.add(item["status"])
            for path in (CONVERSATION, CONVERSATION + "/summary"):
                body = get(workspace, path.format(conversation_id=item["conversation_id"])).body
                problems += elevenlabs_spec.problems(path, "GET", 200, body)
    assert problems == []
    official = set(elevenlabs_spec.schema("BatchCallRecipientStatus")["enum"])
    assert recipient_statuses == official - {"cancelled"}
    assert conversation_statuses == {"initiated", "in-progress", "processing", "done", "failed"}
    assert batch_statuses == {"in_progress", "completed"}


def test_submit_cancel_retry_delete_and_a_bad_parameter_answer_as_the_official_schema_says(
    workspace: ElevenLabsWorld, elevenlabs_spec: Official
) -> None:
    key = {"xi-api-key": API_KEY}
    form = {"call_name": "Autumn", "agent_id": "agent_1", "recipients": [person(1), person(2)]}
    assert (
        elevenlabs_spec.schema_problems("Body_Submit_a_batch_call_request__v1_convai_batch_calling_submit_post", form)
        == []
    )
    submit = "/v1/convai/batch-calling/submit"
    batch = workspace.answer("POST", submit, {}, key, form).body
    assert elevenlabs_spec.problems(submit, "POST", 200, batch) == []
    for action in ("cancel", "retry"):
        answer = workspace.answer("POST", BATCH.format(batch_id=batch["id"]) + f"/{action}", {}, key)
        assert elevenlabs_spec.problems(f"{BATCH}/{action}", "POST", 200, answer.body) == []
    refused = get(workspace, CONVERSATIONS, page_size="101")
    assert refused.status == 422
    assert elevenlabs_spec.problems(CONVERSATIONS, "GET", 422, refused.body) == []
    deleted = workspace.answer("DELETE", BATCH.format(batch_id=batch["id"]), {}, key)
    assert (deleted.status, deleted.body) == (204, None)
    assert get(workspace, BATCH.format(batch_id=batch["id"])).status == 404


def test_the_schema_would_notice_a_wrong_answer(workspace: ElevenLabsWorld, elevenlabs_spec: Official) -> None:
    batch = workspace.add_batch([person(1)])
    body = get(workspace, BATCH.format(batch_id=batch.id)).body
    del body["retry_count"]
    body["recipients"][0]["status"] = "finished"
    assert len(elevenlabs_spec.problems(BATCH, "GET", 200, body)) == 2
