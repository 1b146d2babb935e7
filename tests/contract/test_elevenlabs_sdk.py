"""The official `elevenlabs` SDK understands the simulator without loss, and asks as the official document says."""

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from elevenlabs.core.api_error import ApiError
from elevenlabs.core.request_options import RequestOptions
from elevenlabs.errors import UnprocessableEntityError
from pydantic import BaseModel

from local.services.elevenlabs.calls import CallPlan
from local.services.elevenlabs.world import BATCHES, CONVERSATIONS, ElevenLabsWorld
from local.services.faults import Fault
from local.services.server import SeenRequest, Server
from tests.contract.official import Official
from tests.contract.stage import API_KEY, NOON, WORKSPACE, Clock, every_kind_of_call, get, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from elevenlabs import ElevenLabs

ONCE = RequestOptions(max_retries=0)


@pytest.fixture
def sdk(elevenlabs_server: Server) -> "Iterator[ElevenLabs]":
    from elevenlabs import ElevenLabs  # takes a second, and every worker collects every test

    with httpx.Client(timeout=5) as client:
        yield ElevenLabs(api_key=API_KEY, base_url=elevenlabs_server.url, httpx_client=client)


def plain(model: Any) -> Any:
    """A parsed model as the JSON it came from; fails on a name that the SDK does not know."""
    if isinstance(model, BaseModel):
        # For any tool result the SDK takes the first class of its union, a system tool's too: the schema judges it.
        if "ToolsResult" not in type(model).__name__:
            assert not model.model_extra, f"{type(model).__name__} does not know {model.model_extra}"
        names = {name: field.alias or name for name, field in type(model).model_fields.items()}
        return {names.get(name, name): plain(getattr(model, name)) for name in model.model_fields_set}
    if isinstance(model, list):
        return [plain(item) for item in model]
    if isinstance(model, dict):
        return {name: plain(value) for name, value in model.items()}
    return model


def test_everything_sent_arrives_in_the_parsed_models(
    sdk: "ElevenLabs", workspace: ElevenLabsWorld, clock: Clock
) -> None:
    batch = every_kind_of_call(workspace)
    api = sdk.conversational_ai
    for second in (0.5, 8, 30, 58, 200):
        clock.now = NOON + second
        assert plain(api.batch_calls.list()) == get(workspace, WORKSPACE).body
        assert plain(api.batch_calls.get(batch.id)) == get(workspace, BATCHES + batch.id).body
        page = api.conversations.list(summary_mode="include")
        assert plain(page) == get(workspace, CONVERSATIONS, summary_mode="include").body
        for item in page.conversations:
            path = f"{CONVERSATIONS}/{item.conversation_id}"
            assert plain(api.conversations.get(item.conversation_id)) == get(workspace, path).body
            assert plain(api.conversations.get_summary(item.conversation_id)) == get(workspace, f"{path}/summary").body
    assert len(page.conversations) == len(batch.recipients)


def test_the_sdk_pages_through_batches_and_conversations(
    sdk: "ElevenLabs", workspace: ElevenLabsWorld, clock: Clock
) -> None:
    ids = {workspace.add_batch([person(n)], [CallPlan(dispatch_after_seconds=n)]).id for n in range(7)}
    clock.now = NOON + 300
    found: list[str] = []
    last_doc, has_more = None, True
    while has_more:
        page = sdk.conversational_ai.batch_calls.list(limit=3, last_doc=last_doc)
        found += [batch.id for batch in page.batch_calls]
        last_doc, has_more = page.next_doc, bool(page.has_more)
    assert sorted(found) == sorted(ids)
    starts: list[int] = []
    cursor, has_more = None, True
    while has_more:
        talks = sdk.conversational_ai.conversations.list(
            page_size=3,
            cursor=cursor,
            agent_id="agent_1",
            sort_direction="asc",
            exclude_statuses=["initiated", "failed"],
        )
        starts += [talk.start_time_unix_secs for talk in talks.conversations]
        cursor, has_more = talks.next_cursor, talks.has_more
    assert starts == [NOON + 1 + number for number in range(7)]


def test_the_sdk_asks_at_the_paths_and_with_the_names_of_the_official_document(
    sdk: "ElevenLabs", workspace: ElevenLabsWorld, elevenlabs_server: Server, elevenlabs_spec: Official
) -> None:
    batch = workspace.add_batch([person(1)], [CallPlan(dial_after_seconds=0)])
    talk = next(iter(workspace.conversations))
    api = sdk.conversational_ai
    api.batch_calls.list(limit=50, agent_id="agent_1")
    api.batch_calls.get(batch.id)
    api.conversations.list(
        page_size=100,
        agent_id="agent_1",
        call_start_after_unix=int(NOON) - 60,
        summary_mode="include",
        exclude_statuses=["initiated", "in-progress"],
        sort_direction="asc",
    )
    api.conversations.get(talk)
    assert elevenlabs_server.requests_seen == [
        SeenRequest("GET", WORKSPACE, (("limit", "50"), ("agent_id", "agent_1"))),
        SeenRequest("GET", BATCHES + batch.id, ()),
        SeenRequest(
            "GET",
            CONVERSATIONS,
            (
                ("agent_id", "agent_1"),
                ("call_start_after_unix", str(int(NOON) - 60)),
                ("page_size", "100"),
                ("summary_mode", "include"),
                ("exclude_statuses", "initiated"),
                ("exclude_statuses", "in-progress"),
                ("sort_direction", "asc"),
            ),
        ),
        SeenRequest("GET", f"{CONVERSATIONS}/{talk}", ()),
    ]
    for seen in elevenlabs_server.requests_seen[::2]:
        assert {name for name, _ in seen.query} <= elevenlabs_spec.query_names(seen.path)


def test_the_sdk_submits_retries_cancels_and_deletes(
    sdk: "ElevenLabs", workspace: ElevenLabsWorld, clock: Clock
) -> None:
    workspace.plan_call = lambda _batch, _recipient: CallPlan("failed")
    api = sdk.conversational_ai.batch_calls
    batch = api.create(
        call_name="Autumn", agent_id="agent_1", recipients=[{"id": "a", "phone_number": "+573001112233"}]
    )
    clock.now = NOON + 60
    assert [one.status for one in api.get(batch.id).recipients] == ["failed"]
    assert api.retry(batch.id).retry_count == 1
    assert [(one.id, one.status) for one in api.get(batch.id).recipients] == [("a", "dispatched")]
    assert api.cancel(batch.id).status == "cancelled"
    api.delete(batch.id)
    assert workspace.batches == {}


@pytest.mark.parametrize(
    ("fault", "status"), [("invalid_api_key", 401), ("missing_permissions", 401), ("429", 429), ("html_500", 500)]
)
def test_the_sdk_raises_what_it_raises_for_the_real_one(
    sdk: "ElevenLabs", workspace: ElevenLabsWorld, fault: str, status: int
) -> None:
    workspace.faults.add(Fault(fault))
    with pytest.raises(ApiError) as raised:
        sdk.conversational_ai.batch_calls.list(request_options=ONCE)
    assert raised.value.status_code == status


def test_the_sdk_knows_a_422_by_its_own_name(sdk: "ElevenLabs") -> None:
    with pytest.raises(UnprocessableEntityError):
        sdk.conversational_ai.conversations.list(page_size=101, request_options=ONCE)


def test_a_submit_whose_answer_is_lost_has_made_the_batch(sdk: "ElevenLabs", workspace: ElevenLabsWorld) -> None:
    workspace.faults.add(Fault("accept_then_drop", "submit"))
    with pytest.raises(httpx.RemoteProtocolError):
        sdk.conversational_ai.batch_calls.create(
            call_name="Autumn", agent_id="agent_1", recipients=[], request_options=ONCE
        )
    assert [batch.name for batch in workspace.listed] == ["Autumn"]
