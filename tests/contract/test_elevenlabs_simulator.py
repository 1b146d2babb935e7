"""The ElevenLabs simulator behaves as facts/elevenlabs.md says the real one does."""

import random
from typing import Any

import pytest

from local.services.answers import Answer
from local.services.elevenlabs.calls import CallPlan
from local.services.elevenlabs.world import BATCHES, CONVERSATIONS, ElevenLabsWorld
from tests.contract.stage import API_KEY, NOON, WORKSPACE, Clock, get, person


def recipient(world: ElevenLabsWorld, batch_id: str, index: int = 0) -> Any:
    return get(world, BATCHES + batch_id).body["recipients"][index]


def post(world: ElevenLabsWorld, path: str) -> Answer:
    return world.answer("POST", BATCHES + path, {}, {"xi-api-key": API_KEY})


def all_pages(world: ElevenLabsWorld, **query: str) -> list[str]:
    ids: list[str] = []
    body: Any = {"next_doc": None, "has_more": True}
    while body["has_more"]:
        body = get(world, WORKSPACE, **query, **({"last_doc": body["next_doc"]} if body["next_doc"] else {})).body
        ids += [batch["id"] for batch in body["batch_calls"]]
    assert body["next_doc"] is None
    return ids


def test_pages_hold_every_batch_once_in_an_order_nobody_promised(clock: Clock) -> None:
    world = ElevenLabsWorld(clock, API_KEY, order="shuffled", rng=random.Random(7))
    ids = [world.add_batch([person(1)], agent_id=f"agent_{number % 2}").id for number in range(25)]
    found = all_pages(world, limit="4")
    assert sorted(found) == sorted(ids)
    assert found not in (ids, ids[::-1])
    assert sorted(all_pages(world, limit="4", agent_id="agent_1")) == sorted(ids[1::2])


def test_a_page_shows_a_hundred_batches_at_most_and_hides_all_recipients(workspace: ElevenLabsWorld) -> None:
    for _ in range(101):
        workspace.add_batch([])
    body = get(workspace, WORKSPACE, limit="1000").body
    assert (len(body["batch_calls"]), body["has_more"]) == (100, True)
    assert "recipients" not in body["batch_calls"][0]


def test_a_call_walks_through_its_states_and_the_batch_counts_along(workspace: ElevenLabsWorld, clock: Clock) -> None:
    plan = CallPlan(dispatch_after_seconds=2, dial_after_seconds=1, ring_seconds=5, talk_seconds=30)
    batch = workspace.add_batch([person(1), person(2)], [plan])
    seen = []
    for second in (0, 2, 3, 8, 38):
        clock.now = NOON + second
        one, whole = recipient(workspace, batch.id), get(workspace, WORKSPACE).body["batch_calls"][0]
        counts = (whole["total_calls_dispatched"], whole["total_calls_finished"], whole["total_calls_scheduled"])
        seen.append((one["status"], one["conversation_id"] is not None, whole["status"], counts))
        assert one["updated_at_unix"] == whole["last_updated_at_unix"] == clock.now
    assert seen == [
        ("pending", False, "pending", (0, 0, 2)),
        ("dispatched", False, "in_progress", (1, 0, 2)),
        ("initiated", False, "in_progress", (1, 0, 2)),
        ("in_progress", True, "in_progress", (1, 0, 2)),
        ("completed", True, "in_progress", (1, 1, 2)),
    ]


def test_a_conversation_has_no_summary_until_it_is_done(workspace: ElevenLabsWorld, clock: Clock) -> None:
    plan = CallPlan(done_after_seconds=10, summary_after_seconds=15, conversation={"summary": "Prices.\n"})
    batch = workspace.add_batch([person(1)], [plan])
    talk = workspace.conversations[batch.recipients["rcp_1_0"].conversation_id or ""]
    seen = []
    for after_seconds in (-1, 0, 10, 15):
        clock.now = talk.ended_at + after_seconds
        body = get(workspace, f"{CONVERSATIONS}/{talk.id}").body
        item = get(workspace, CONVERSATIONS, summary_mode="include").body["conversations"][0]
        assert item["transcript_summary"] == (body["analysis"] and body["analysis"]["transcript_summary"])
        seen.append((body["status"], item["transcript_summary"]))
    assert seen == [("in-progress", None), ("processing", None), ("done", None), ("done", "Prices.\n")]
    assert item["start_time_unix_secs"] + item["call_duration_secs"] == talk.ended_at
    assert get(workspace, CONVERSATIONS).body["conversations"][0]["transcript_summary"] is None


def test_a_conversation_is_unknown_before_it_starts_and_as_long_as_a_test_wants(
    workspace: ElevenLabsWorld, clock: Clock
) -> None:
    batch = workspace.add_batch([person(1)], [CallPlan(conversation={"visible_at": NOON + 20})])
    path = f"{CONVERSATIONS}/{batch.recipients['rcp_1_0'].conversation_id}"
    clock.now = NOON + 19
    assert get(workspace, path).body["detail"]["status"] == "conversation_not_found"
    assert get(workspace, CONVERSATIONS).body["conversations"] == []
    clock.now = NOON + 20
    assert get(workspace, path).status == 200


def test_a_retry_calls_those_who_failed_again_with_a_new_conversation(workspace: ElevenLabsWorld, clock: Clock) -> None:
    batch = workspace.add_batch([person(1), person(2)], [CallPlan("failed", keeps_conversation_id=True), CallPlan()])
    clock.now = NOON + 100
    first, other = recipient(workspace, batch.id, 0), recipient(workspace, batch.id, 1)
    assert (first["status"], other["status"]) == ("failed", "completed")
    workspace.plan_call = lambda _batch, _recipient: CallPlan(dispatch_after_seconds=5)
    assert post(workspace, f"{batch.id}/retry").body["retry_count"] == 1
    assert recipient(workspace, batch.id)["status"] == "pending"
    assert recipient(workspace, batch.id)["conversation_id"] is None
    clock.now = NOON + 200
    again = recipient(workspace, batch.id)
    assert again["status"] == "completed"
    assert again["conversation_id"] != first["conversation_id"]
    assert recipient(workspace, batch.id, 1) == other
    assert get(workspace, f"{CONVERSATIONS}/{first['conversation_id']}").body["status"] == "failed"


def test_an_attempt_that_a_test_plays_by_hand_after_a_retry_is_a_new_conversation(workspace: ElevenLabsWorld) -> None:
    workspace.plan_call = lambda _batch, _recipient: None
    batch = workspace.add_batch([person(1)])
    workspace.set(batch.id, "rcp_1_0", "failed", {"status": "failed"})
    first = recipient(workspace, batch.id)["conversation_id"]
    post(workspace, f"{batch.id}/retry")
    assert recipient(workspace, batch.id)["status"] == "pending"
    workspace.set(batch.id, "rcp_1_0", "completed", {"status": "done"})
    assert recipient(workspace, batch.id)["conversation_id"] not in (None, first)


def test_a_cancel_marks_every_recipient_and_stops_what_was_planned(workspace: ElevenLabsWorld, clock: Clock) -> None:
    batch = workspace.add_batch([person(1), person(2)], [CallPlan(), CallPlan(dispatch_after_seconds=90)])
    clock.now = NOON + 60
    finished = recipient(workspace, batch.id)
    assert post(workspace, f"{batch.id}/cancel").body["status"] == "cancelled"
    clock.now = NOON + 500
    assert [recipient(workspace, batch.id, index)["status"] for index in (0, 1)] == ["cancelled", "cancelled"]
    assert recipient(workspace, batch.id)["conversation_id"] == finished["conversation_id"]
    assert len(get(workspace, CONVERSATIONS).body["conversations"]) == 1


def test_a_test_can_say_what_is_so_any_status_any_conversation(workspace: ElevenLabsWorld, clock: Clock) -> None:
    batch = workspace.add_batch([person(1), person(2)])
    talk = {"status": "done", "summary": "Hi.", "started_at": NOON - 60}
    workspace.set(batch.id, "rcp_1_0", "completed", talk)
    workspace.set(batch.id, "rcp_1_1", "teleported")
    one, other = (recipient(workspace, batch.id, index) for index in (0, 1))
    assert (one["status"], other["status"], other["conversation_id"]) == ("completed", "teleported", None)
    body = get(workspace, f"{CONVERSATIONS}/{one['conversation_id']}").body
    assert (body["analysis"]["transcript_summary"], body["metadata"]["call_duration_secs"]) == ("Hi.", 60)
    clock.now += 5
    workspace.set(batch.id, "rcp_1_0", "pending")
    workspace.set(batch.id, "rcp_1_0", "completed", {"status": "processing"})
    assert recipient(workspace, batch.id)["conversation_id"] != one["conversation_id"]
    with pytest.raises(AttributeError, match="sumary"):
        workspace.set(batch.id, "rcp_1_0", "completed", {"sumary": "a slip of the pen"})


def test_conversations_come_page_by_page_in_either_direction(workspace: ElevenLabsWorld, clock: Clock) -> None:
    people = [person(number) for number in range(45)]
    workspace.add_batch(people, [CallPlan(dispatch_after_seconds=float(number % 9)) for number in range(45)])
    clock.now = NOON + 300
    for direction, expected in (("asc", sorted), ("desc", lambda starts: sorted(starts, reverse=True))):
        starts: list[int] = []
        ids: set[str] = set()
        cursor = None
        while True:
            body = get(workspace, CONVERSATIONS, sort_direction=direction, page_size="20", cursor=cursor).body
            starts += [item["start_time_unix_secs"] for item in body["conversations"]]
            ids |= {item["conversation_id"] for item in body["conversations"]}
            cursor = body["next_cursor"]
            assert body["has_more"] == (cursor is not None)
            if cursor is None:
                break
        assert len(ids) == len(starts) == 45
        assert starts == expected(starts)
    assert len(get(workspace, CONVERSATIONS).body["conversations"]) == 30


def test_conversations_are_filtered_by_status_agent_and_start(workspace: ElevenLabsWorld, clock: Clock) -> None:
    workspace.add_batch([person(1), person(2)], [CallPlan(), CallPlan("failed", dispatch_after_seconds=10)])
    workspace.add_batch([person(3)], [CallPlan(dispatch_after_seconds=20)], agent_id="agent_2")
    clock.now = NOON + 300

    def starts(**query: Any) -> list[int]:
        items = get(workspace, CONVERSATIONS, sort_direction="asc", **query).body["conversations"]
        return [item["start_time_unix_secs"] - int(NOON) for item in items]

    assert starts() == [1, 11, 21]
    assert starts(exclude_statuses=["failed", "initiated"]) == [1, 21]
    assert starts(exclude_statuses="done") == [11]
    assert starts(agent_id="agent_2") == [21]
    assert starts(call_start_after_unix=str(int(NOON) + 1)) == [11, 21]
    assert starts(call_start_before_unix=str(int(NOON) + 11)) == [1]


@pytest.mark.parametrize(
    ("query", "status", "place"),
    [
        ({"page_size": "101"}, 422, "page_size"),
        ({"page_size": "0"}, 422, "page_size"),
        ({"page_size": "many"}, 422, "page_size"),
        ({"call_start_after_unix": "yesterday"}, 422, "call_start_after_unix"),
        ({"summary_mode": "yes"}, 422, "summary_mode"),
        ({"sort_direction": "up"}, 422, "sort_direction"),
        ({"exclude_statuses": ["done", "in_progress"]}, 422, "exclude_statuses"),
    ],
)
def test_a_bad_parameter_is_a_422_that_names_it(
    workspace: ElevenLabsWorld, query: dict[str, Any], status: int, place: str
) -> None:
    answer = get(workspace, CONVERSATIONS, **query)
    assert answer.status == status
    assert place in answer.body["detail"][0]["loc"]


def test_what_is_not_known_is_refused_and_what_is_not_simulated_is_not_ignored(workspace: ElevenLabsWorld) -> None:
    assert get(workspace, CONVERSATIONS, cursor="made up").body["detail"]["code"] == "invalid_cursor"
    assert get(workspace, CONVERSATIONS, cursor="made up").status == 400
    assert get(workspace, WORKSPACE, last_doc="btcal_gone").status == 404
    assert get(workspace, WORKSPACE, limit="all").status == 422
    assert get(workspace, BATCHES + "btcal_gone").status == 404
    assert get(workspace, "/v1/convai/nothing").body == {"detail": "Not Found"}
    assert get(workspace, CONVERSATIONS, user_id="u").status == 501


def test_a_key_is_missing_wrong_or_without_the_scope(workspace: ElevenLabsWorld) -> None:
    batch = workspace.add_batch([person(1)])
    workspace.keys["read-only"] = frozenset({"convai_read"})
    workspace.keys["nothing"] = frozenset()

    def detail(method: str, path: str, headers: dict[str, str]) -> tuple[int, Any]:
        answer = workspace.answer(method, path, {}, headers)
        return answer.status, (answer.body["detail"]["code"], answer.body["detail"]["status"])

    missing = ("unauthorized", "missing_permissions")
    assert detail("GET", WORKSPACE, {}) == (401, ("missing_api_key", "missing_api_key"))
    assert detail("GET", WORKSPACE, {"xi-api-key": "other"}) == (401, ("invalid_api_key", "invalid_api_key"))
    assert detail("GET", WORKSPACE, {"xi-api-key": "nothing"}) == (401, missing)
    assert detail("POST", f"{BATCHES}{batch.id}/cancel", {"xi-api-key": "read-only"}) == (401, missing)
    assert workspace.answer("GET", WORKSPACE, {}, {"xi-api-key": "read-only"}).status == 200
    assert not batch.is_cancelled


def test_a_submit_dials_by_the_plan_and_is_refused_without_the_agreement(
    workspace: ElevenLabsWorld, clock: Clock
) -> None:
    key, path = {"xi-api-key": API_KEY}, BATCHES + "submit"
    form = {"call_name": "Autumn", "agent_id": "a", "recipients": [person(1)], "scheduled_time_unix": int(NOON) + 60}
    batch = workspace.answer("POST", path, {}, key, form).body
    assert (batch["status"], batch["name"], batch["scheduled_time_unix"]) == ("pending", "Autumn", NOON + 60)
    clock.now = NOON + 60
    assert recipient(workspace, batch["id"])["status"] == "dispatched"
    assert workspace.answer("POST", path, {}, key, {"call_name": "x", "agent_id": "a"}).status == 422
    assert workspace.answer("POST", path, {}, key, {**form, "recipients": [{}] * 10_001}).status == 422
    workspace.agreement_accepted = False
    refused = workspace.answer("POST", path, {}, key, form)
    assert (refused.status, refused.body["detail"]["code"]) == (403, "batch_calling_agreement_required")
