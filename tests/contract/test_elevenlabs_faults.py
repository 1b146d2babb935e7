"""The ElevenLabs simulator fails when, where and how it is told to."""

import pytest

from local.services.elevenlabs.world import BATCHES, ElevenLabsWorld
from local.services.faults import Fault
from tests.contract.stage import NOON, WORKSPACE, Clock, every_kind_of_call, get, person


def test_a_fault_hits_the_route_and_the_batch_it_names_as_often_as_it_says(workspace: ElevenLabsWorld) -> None:
    one, other = workspace.add_batch([person(1)]), workspace.add_batch([person(2)])
    workspace.faults.add(
        Fault("html_500", match={"batch_id": one.id}, times=1), Fault("429", "batches", skip=1, times=1, seconds=7)
    )
    assert get(workspace, BATCHES + other.id).status == 200
    broken = get(workspace, BATCHES + one.id)
    assert (broken.status, broken.body[:6]) == (500, "<html>")
    assert get(workspace, BATCHES + one.id).status == 200
    answers = [get(workspace, WORKSPACE) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 429, 200]
    assert answers[1].headers["retry-after"] == "7"
    assert workspace.requests == {"batch": 3, "batches": 3}


@pytest.mark.parametrize(
    ("kind", "status", "word"),
    [
        ("429", 429, "system_busy"),
        ("429_legacy", 429, "too_many_concurrent_requests"),
        ("invalid_api_key", 401, "invalid_api_key"),
        ("missing_permissions", 401, "missing_permissions"),
        ("402", 402, "insufficient_credits"),
        ("403", 403, "workspace_access_denied"),
        ("500", 500, "internal_error"),
    ],
)
def test_each_refusal_has_the_body_the_real_one_has(
    workspace: ElevenLabsWorld, kind: str, status: int, word: str
) -> None:
    workspace.faults.add(Fault(kind))
    answer = get(workspace, WORKSPACE)
    assert (answer.status, answer.body["detail"]["status"]) == (status, word)
    assert "retry-after" not in answer.headers


def test_nonsense_is_valid_json_of_a_wrong_shape(workspace: ElevenLabsWorld, clock: Clock) -> None:
    batch = every_kind_of_call(workspace)
    clock.now = NOON + 200
    path = BATCHES + batch.id
    right = get(workspace, path).body
    for kind in ("nonsense_list", "nonsense_strings", "nonsense_missing"):
        workspace.faults.add(Fault(kind, times=1))
    assert get(workspace, path).body == [right]
    assert isinstance(get(workspace, path).body["retry_count"], str)
    missing = get(workspace, path).body
    assert "id" not in missing
    assert "id" not in missing["recipients"][0]
    assert get(workspace, path).body == right


def test_a_fault_nobody_knows_or_that_chance_cannot_decide_is_refused(workspace: ElevenLabsWorld) -> None:
    with pytest.raises(ValueError, match="unknown fault '418': use one of"):
        workspace.faults.add(Fault("418"))
    with pytest.raises(ValueError, match="needs a world that was given an rng"):
        workspace.faults.add(Fault("500", probability=0.5))
