"""Our room of ElevenLabs against the simulator: the official SDK's paths, and nothing stops the rest."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import httpx
import pytest

from lib.core.budget import Budget
from lib.core.call import Batch, Call
from lib.core.policy import Settings
from lib.core.read_before import ReadBefore
from lib.errors import ConfigurationError
from lib.ports import Answer
from lib.work.listing import Listed, Listing
from lib.worlds.elevenlabs.client import ALL_SINGLY, LIST_FROM, SINGLES_PER_TICK, ElevenLabsClient
from lib.worlds.elevenlabs.http import HttpGet
from local.services.elevenlabs.calls import CallPlan
from local.services.elevenlabs.world import ElevenLabsWorld
from local.services.faults import Fault
from local.services.server import Server
from tests.contract.sockets import answering, listening
from tests.contract.stage import API_KEY, Clock, every_kind_of_call, person
from tests.twins.services import TwinElevenLabs


def in_turn(thunks: Sequence[Callable[[], Any]]) -> list[Any]:
    return [thunk() for thunk in thunks]


class Room:
    """The room with what it told of."""

    def __init__(self, get: Any, clock: Clock) -> None:
        self.clock = clock
        self.swallowed: list[str] = []
        self.slept: list[float] = []
        self.retries = 0
        self.budget = Budget(clock, clock() + 50)
        self.room = ElevenLabsClient(get, in_turn, self._sleep, random.Random(1), self, ReadBefore())

    def batches(self) -> list[Batch]:
        """Every batch there is, by as many pages as it takes."""
        listed = Listed()
        Listing(self.room, listed).read(self.budget)
        return list(listed.batches.values())

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.now += seconds

    def count(self, name: str, by: int = 1) -> None:
        assert name == "Retries"
        self.retries += by

    def tolerated(self, event: str, batch_id: str, why: str) -> None:
        self.swallowed.append(f"{event} {batch_id} {why}".strip())


@pytest.fixture(params=["http", "twin"])
def room(
    request: pytest.FixtureRequest, elevenlabs_server: Server, workspace: ElevenLabsWorld, clock: Clock
) -> Iterator[Room]:
    """The same behaviour over HTTP and on the simulation's twin."""
    over_http = HttpGet(elevenlabs_server.url, API_KEY, 4)
    yield Room(over_http if request.param == "http" else TwinElevenLabs(workspace, API_KEY), clock)
    over_http.close()


def finished_calls(world: ElevenLabsWorld, count: int, clock: Clock) -> list[Call]:
    world.add_batch([person(number) for number in range(count)], [CallPlan() for _ in range(count)], agent_id="agent_1")
    clock.now += 300
    room = Room(TwinElevenLabs(world, API_KEY), clock)
    ((_, recipients),) = room.room.calls(room.batches(), room.budget)
    assert recipients is not None
    return recipients.calls


def test_every_batch_of_every_page_is_found_once(room: Room, workspace: ElevenLabsWorld) -> None:
    for _ in range(450):
        workspace.add_batch([])
    found = room.batches()
    assert sorted(batch.id for batch in found) == sorted(workspace.batches)
    assert workspace.requests["batches"] == 5


def test_every_kind_of_recipient_is_read(room: Room, workspace: ElevenLabsWorld, clock: Clock) -> None:
    batch = every_kind_of_call(workspace)
    clock.now += 3600
    room.budget = Budget(clock, clock() + 50)
    ((_, recipients),) = room.room.calls(room.batches(), room.budget)
    assert recipients is not None
    assert recipients.complete
    assert len(recipients.calls) == len(batch.recipients)
    assert {call.status for call in recipients.calls} == {"completed", "voicemail", "failed"}
    assert "" in {call.phone for call in recipients.calls}
    assert room.swallowed == []


def test_a_broken_batch_costs_that_batch_only(room: Room, workspace: ElevenLabsWorld) -> None:
    good, bad = workspace.add_batch([person(1)]), workspace.add_batch([person(2)])
    workspace.faults.add(Fault("500", route="batch", match={"batch_id": bad.id}))
    read = {batch.id: calls for batch, calls in room.room.calls(room.batches(), room.budget)}
    assert read[bad.id] is None
    assert read[good.id] is not None
    assert [line.split()[:2] for line in room.swallowed] == [["batch_unread", bad.id]]
    assert room.retries == 3


def test_one_list_serves_a_hundred_conversations(room: Room, workspace: ElevenLabsWorld, clock: Clock) -> None:
    calls = finished_calls(workspace, 100, clock)
    room.budget = Budget(clock, clock() + 50)
    workspace.requests.clear()
    found = room.room.conversations(calls, Settings(), room.budget)
    assert set(found) == {call.conversation_id for call in calls}
    assert all(conversation.summary and conversation.person_spoke for conversation in found.values())
    assert sum(workspace.requests.values()) == 1


def test_a_few_conversations_are_asked_for_one_by_one(room: Room, workspace: ElevenLabsWorld, clock: Clock) -> None:
    calls = finished_calls(workspace, LIST_FROM - 1, clock)
    room.budget = Budget(clock, clock() + 50)
    found = room.room.conversations(calls, Settings(), room.budget)
    assert set(found) == {call.conversation_id for call in calls}
    assert workspace.requests["conversation"] == LIST_FROM - 1


def test_a_doubtful_row_is_looked_into(room: Room, workspace: ElevenLabsWorld, clock: Clock) -> None:
    silent = {"user_message_count": None, "agent_message_count": 1, "without_counts": True}
    plans = [*[CallPlan()] * ALL_SINGLY, CallPlan(conversation=silent)]
    workspace.add_batch([person(number) for number in range(len(plans))], plans, agent_id="agent_1")
    clock.now += 300
    room.budget = Budget(clock, clock() + 50)
    ((_, recipients),) = room.room.calls(room.batches(), room.budget)
    assert recipients is not None
    found = room.room.conversations(recipients.calls, Settings(), room.budget)
    assert len(found) == len(plans)
    assert workspace.requests["conversation"] == 1


def test_who_can_still_be_written_to_is_asked_for_before_a_hundred_who_cannot(
    room: Room, workspace: ElevenLabsWorld, clock: Clock
) -> None:
    """A first start on a busy workspace: conversations that the list does not show are asked for one by one."""
    calls = finished_calls(workspace, 101, clock)
    new, old = calls[:20], [replace(call, ended_at=call.ended_at - 30 * 3600) for call in calls[20:]]
    workspace.faults.add(Fault("404", route="conversations"))
    room.budget = Budget(clock, clock() + 50)
    found = room.room.conversations([*old, *new], Settings(), room.budget)
    assert len(found) == SINGLES_PER_TICK
    assert found.keys() >= {call.conversation_id for call in new}


@pytest.mark.parametrize("count", [1, LIST_FROM, ALL_SINGLY])
def test_of_a_few_calls_a_machine_that_talked_is_recognised_however_many_end_together(
    room: Room, workspace: ElevenLabsWorld, clock: Clock, count: int
) -> None:
    """A row with turns enough for a talk does not show `call_result`."""
    plans = [CallPlan(conversation={"user_message_count": 4, "call_result": "voicemail"})] * count
    workspace.add_batch([person(number) for number in range(count)], plans, agent_id="agent_1")
    clock.now += 300
    room.budget = Budget(clock, clock() + 50)
    ((_, recipients),) = room.room.calls(room.batches(), room.budget)
    assert recipients is not None
    found = room.room.conversations(recipients.calls, Settings(), room.budget)
    assert [talk.person_spoke for talk in found.values()] == [False] * count


def test_what_a_conversation_was_about_is_asked_of_it_alone(
    room: Room, workspace: ElevenLabsWorld, clock: Clock
) -> None:
    (call,) = finished_calls(workspace, 1, clock)
    clock.now += 300
    budget = Budget(clock, clock() + 5)
    (known,) = room.room.conversations([call], Settings(), budget).values()
    assert known.summary
    assert room.room.summary(call.conversation_id, budget) == known.summary
    workspace.faults.add(Fault("500", route="conversation"))
    assert room.room.summary(call.conversation_id, budget) == ""
    assert clock() <= budget.ends_at


def test_a_conversation_that_is_refused_costs_its_summary_and_is_told(
    room: Room, workspace: ElevenLabsWorld, clock: Clock
) -> None:
    calls = finished_calls(workspace, 2, clock)
    refused = calls[0].conversation_id
    workspace.faults.add(Fault("403", route="conversation", match={"conversation_id": refused}))
    room.budget = Budget(clock, clock() + 50)
    found = room.room.conversations(calls, Settings(), room.budget)
    assert [found[call.conversation_id].status for call in calls] == ["not_found", "done"]
    assert [line.split()[0] for line in room.swallowed] == ["conversation_unread"]


def test_when_the_list_fails_the_conversations_are_asked_for_one_by_one(
    room: Room, workspace: ElevenLabsWorld, clock: Clock
) -> None:
    calls = finished_calls(workspace, 5, clock)
    room.budget = Budget(clock, clock() + 50)
    workspace.faults.add(Fault("404", route="conversations"))
    assert len(room.room.conversations(calls, Settings(), room.budget)) == 5
    assert room.swallowed[0].startswith("conversations_unread")


@pytest.mark.parametrize("kind", ["429", "429_legacy", "html_429", "500", "html_500", "html_503", "drop"])
def test_a_passing_failure_is_tried_again_within_the_tick(room: Room, workspace: ElevenLabsWorld, kind: str) -> None:
    workspace.add_batch([])
    workspace.faults.add(Fault(kind, route="batches", times=2))
    assert len(room.batches()) == 1
    assert room.retries == 2
    assert room.swallowed == []


def test_a_retry_waits_as_long_as_it_is_asked_to(room: Room, workspace: ElevenLabsWorld) -> None:
    workspace.faults.add(Fault("429", route="batches", times=1, seconds=7))
    room.batches()
    assert room.slept == [7]


def test_a_recipient_without_a_time_was_read_when_the_answer_came(
    room: Room, workspace: ElevenLabsWorld, clock: Clock
) -> None:
    """Not when it was asked for: by that instant its next attempt is told from this one (simulation, story 1/28765)."""
    batch = workspace.add_batch([person(1)], [CallPlan(outcome="failed")])
    clock.now += 300
    for recipient in batch.recipients.values():
        recipient.clock = "future"
    room.budget, asked_at = Budget(clock, clock() + 50), clock()
    workspace.faults.add(Fault("429", route="batch", times=1, seconds=20))
    ((_, recipients),) = room.room.calls(room.batches(), room.budget)
    assert recipients is not None
    assert [call.undated for call in recipients.calls] == [int(asked_at) + 20]


def test_a_wait_that_does_not_fit_the_budget_is_not_begun(room: Room, workspace: ElevenLabsWorld) -> None:
    workspace.faults.add(Fault("429", route="batches", times=1, seconds=60))
    assert room.batches() == []
    assert room.slept == []


NONSENSE = {  # the one event that tells of it; "" where nothing that was asked for needs the numbers
    ("batches", "nonsense_list"): "batches_unread",
    ("batches", "nonsense_strings"): "",
    ("batches", "nonsense_missing"): "batches_unread",
    ("batches", "accept_then_garbage"): "batches_unread",
    ("batch", "nonsense_list"): "batch_unread",
    ("batch", "nonsense_strings"): "",  # their conversations tell the time
    ("batch", "nonsense_missing"): "recipient_unreadable",
    ("batch", "accept_then_garbage"): "batch_unread",
    ("conversations", "nonsense_list"): "conversations_unread",
    ("conversations", "nonsense_strings"): "",
    ("conversations", "nonsense_missing"): "conversations_unread",
    ("conversations", "accept_then_garbage"): "conversations_unread",
}


@pytest.mark.parametrize(("route", "kind"), NONSENSE)
def test_nonsense_is_counted_and_stops_nothing(
    room: Room, workspace: ElevenLabsWorld, clock: Clock, route: str, kind: str
) -> None:
    calls = finished_calls(workspace, 4, clock)
    room.budget = Budget(clock, clock() + 50)
    workspace.faults.add(Fault(kind, route=route))
    for _batch, _recipients in room.room.calls(room.batches(), room.budget):
        pass
    room.room.conversations(calls, Settings(), room.budget)
    assert [line.split()[0] for line in room.swallowed] == list(filter(None, [NONSENSE[route, kind]]))


@pytest.mark.parametrize("kind", ["invalid_api_key", "missing_permissions", "403"])
def test_a_refused_key_ends_in_an_error_that_names_it_and_not_its_value(
    room: Room, workspace: ElevenLabsWorld, kind: str
) -> None:
    workspace.faults.add(Fault(kind))
    with pytest.raises(ConfigurationError) as caught:
        room.batches()
    assert str(caught.value).startswith("ELEVENLABS_API_KEY: ElevenLabs answered 40")
    assert API_KEY not in str(caught.value)


def test_a_page_that_leads_in_a_circle_is_left(workspace: ElevenLabsWorld, clock: Clock) -> None:
    twin = TwinElevenLabs(workspace, API_KEY)

    def circling(path: str, params: Any, timeout_seconds: float, rows: Any = None) -> Any:
        answer = twin(path, params, timeout_seconds, rows)
        answer.body.update(has_more=True, next_doc="again")
        return answer

    workspace.add_batch([])
    room = Room(circling, clock)
    assert len(room.batches()) == 1


def test_a_slow_provider_is_given_up_on(workspace: ElevenLabsWorld, elevenlabs_server: Server) -> None:
    workspace.faults.add(Fault("hang"))
    get = HttpGet(elevenlabs_server.url, API_KEY, 4)
    answer = get("/v1/convai/batch-calling/workspace", {}, 0.2)
    assert (answer.status, answer.problem) == (0, "ReadTimeoutError")
    get.close()


def test_a_long_talk_whose_tools_answered_with_megabytes_is_read_all_the_same(clock: Clock) -> None:
    said = [("agent", "¿En qué le ayudo?"), ("user", "Quiero una cita."), ("agent", "Listo.")]
    tools = [{"tool_name": "catalogue", "result_value": "x" * 200_000}, "no tool"]
    turns: list[Any] = [{"role": role, "message": text, "tool_results": tools} for role, text in said * 10]
    too_long = {"role": "agent", "message": None, "tool_results": [{"result_value": "x" * 1_000_000}]}
    body = {
        "conversation_id": "conv_1",
        "status": "done",
        "metadata": {"start_time_unix_secs": int(clock()) - 100, "call_duration_secs": 90},
        "transcript": [*turns, too_long, None, 5],
        "analysis": {"transcript_summary": "Quiere una cita."},
    }
    call = Call("+573001112233", "conv_1", "rcp_1", "btcal_1", "agent_1", "completed", 1, int(clock()) - 10, "", "")
    with listening(answering("200 OK", json.dumps(body).encode())) as port:
        get = HttpGet(f"http://127.0.0.1:{port}", API_KEY, 1)
        room = Room(get, clock)
        talk = room.room.conversations([call], Settings(), room.budget)["conv_1"]
        get.close()
    assert (talk.summary, talk.person_spoke, room.swallowed) == ("Quiere una cita.", True, [])


def test_our_paths_and_parameters_are_the_official_sdks(
    workspace: ElevenLabsWorld, elevenlabs_server: Server, clock: Clock
) -> None:
    from elevenlabs import ElevenLabs as OfficialClient  # takes a second, and every worker collects every test

    calls = finished_calls(workspace, 4, clock)
    get = HttpGet(elevenlabs_server.url, API_KEY, 4)
    ours = Room(get, clock)
    ours.batches()
    for _batch, _recipients in ours.room.calls(ours.batches(), ours.budget):
        pass
    ours.room.conversations(calls, Settings(), ours.budget)
    ours.room.conversations(calls[:1], Settings(), ours.budget)
    get.close()
    seen_of_ours = {(r.method, r.path, tuple(sorted({n for n, _ in r.query}))) for r in elevenlabs_server.requests_seen}
    elevenlabs_server.requests_seen.clear()
    with httpx.Client(timeout=5) as client:
        sdk = OfficialClient(api_key=API_KEY, base_url=elevenlabs_server.url, httpx_client=client).conversational_ai
        sdk.batch_calls.list(limit=100)
        sdk.batch_calls.get(next(iter(workspace.batches)))
        sdk.conversations.list(
            page_size=100,
            summary_mode="include",
            sort_direction="desc",
            exclude_statuses=["initiated", "in-progress", "processing"],
            call_start_after_unix=1,
            agent_id="agent_1",
        )
        for call in calls:
            sdk.conversations.get(call.conversation_id)
    seen = {(r.method, r.path, tuple(sorted({n for n, _ in r.query}))) for r in elevenlabs_server.requests_seen}
    assert seen_of_ours == seen


@pytest.mark.parametrize(
    "detail",
    ["quota_exceeded", {"status": "quota_exceeded"}, {"code": "quota_exceeded"}, [{"status": "quota_exceeded"}]],
)
def test_a_used_up_quota_is_no_bad_key_however_it_is_written(clock: Clock, detail: Any) -> None:
    room = Room(lambda *_: Answer(401, {"detail": detail}), clock)
    assert room.batches() == []
    assert room.swallowed == ["batches_unread  GET /v1/convai/batch-calling/workspace: HTTP 401 quota_exceeded"]
