"""What the ledger relies on in a table: rules that the twin in memory and the local AWS's DynamoDB must both keep."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

import pytest

from lib.core.table import AtMost, Check, Condition, Free, Is, Item, Missing, Put, Update
from lib.errors import ConditionFailed
from lib.ports import Table

Rule = Callable[[Table, str], None]  # the store, and a prefix that makes this trial's keys its own
RULES: list[Rule] = []
NOW = 1_795_000_000


def _rule(rule: Rule) -> Rule:
    RULES.append(rule)
    return rule


def _put(store: Table, pk: str, **values: object) -> None:
    store.write(Put({"pk": pk, **values}))


def _one(store: Table, pk: str) -> Item | None:
    return store.get([pk]).get(pk)


def _holds(store: Table, pk: str, condition: Condition) -> bool:
    with suppress(ConditionFailed):
        store.write(Update(pk, {"touched": 1}, when=(condition,)))
        return True
    return False


@_rule
def what_is_not_there_is_missing_from_an_answer(store: Table, key: str) -> None:
    _put(store, f"{key}1", status="sent")
    assert store.get([f"{key}1", f"{key}2", f"{key}1"]) == {f"{key}1": {"pk": f"{key}1", "status": "sent"}}
    assert store.get([]) == {}


@_rule
def more_keys_than_one_request_takes_are_read(store: Table, key: str) -> None:
    keys = [f"{key}{number}" for number in range(130)]
    for pk in keys[::10]:
        _put(store, pk, n=1)
    assert store.get(keys).keys() == set(keys[::10])


@_rule
def an_item_keeps_its_texts_numbers_and_sets(store: Table, key: str) -> None:
    values = {"text": "¡Hola! 👋\n", "empty": "", "number": NOW, "zero": 0, "minus": -1}
    store.write(Put({"pk": key, **values, "set": frozenset({"b", "a"})}))
    item = _one(store, key)
    assert item == {"pk": key, **values, "set": {"a", "b"}}
    assert all(isinstance(item[name], int) for name in ("number", "zero", "minus"))


@_rule
def what_was_read_cannot_be_changed_in_place(store: Table, key: str) -> None:
    _put(store, key, status="sent")
    store.get([key])[key]["status"] = "failed"
    assert _one(store, key) == {"pk": key, "status": "sent"}


@_rule
def a_put_replaces_everything_and_an_update_only_what_it_names(store: Table, key: str) -> None:
    _put(store, key, a=1, b=2)
    store.write(Update(key, {"b": 3, "c": ""}, remove=("a", "never_there")))
    assert _one(store, key) == {"pk": key, "b": 3, "c": ""}
    _put(store, key, d=4)
    assert _one(store, key) == {"pk": key, "d": 4}


@_rule
def an_update_makes_an_item_that_is_not_there(store: Table, key: str) -> None:
    store.write(Update(key, {"a": 1}))
    assert _one(store, key) == {"pk": key, "a": 1}


@_rule
def texts_are_added_to_a_set_and_a_missing_set_is_begun(store: Table, key: str) -> None:
    for text in ("x", "y", "x"):
        store.write(Update(key, {"n": 1}, add={"calls": frozenset({text})}))
    assert _one(store, key) == {"pk": key, "n": 1, "calls": {"x", "y"}}


@_rule
def free_is_what_is_absent_or_expired_and_nothing_else(store: Table, key: str) -> None:
    assert _holds(store, f"{key}absent", Free(NOW))
    for expires_at, is_free in ((NOW - 1, True), (NOW, True), (NOW + 1, False)):
        _put(store, f"{key}{expires_at}", expires_at=expires_at)
        assert _holds(store, f"{key}{expires_at}", Free(NOW)) is is_free
    _put(store, f"{key}for ever", a=1)
    assert not _holds(store, f"{key}for ever", Free(NOW))


@_rule
def is_compares_texts_and_numbers_and_a_missing_attribute_to_nothing(store: Table, key: str) -> None:
    _put(store, key, status="held", fence=7, empty="")
    assert _holds(store, key, Is("status", ("claimed", "held")))
    assert not _holds(store, key, Is("status", ("claimed",)))
    assert _holds(store, key, Is("fence", (7,)))
    assert not _holds(store, key, Is("fence", ("7",)))
    assert _holds(store, key, Is("empty", ("",)))
    assert not _holds(store, key, Is("missing", ("",)))
    assert not _holds(store, f"{key}absent", Is("status", ("held",)))


@_rule
def at_most_holds_for_what_is_missing(store: Table, key: str) -> None:
    _put(store, key, fence=7)
    assert [_holds(store, key, AtMost("fence", limit)) for limit in (6, 7, 8)] == [False, True, True]
    assert _holds(store, key, AtMost("missing", 0))
    assert _holds(store, f"{key}absent", AtMost("fence", 0))
    assert not _holds(store, key, Missing("fence"))
    assert _holds(store, key, Missing("missing"))
    assert _holds(store, f"{key}absent_too", Missing("fence"))


@_rule
def all_conditions_must_hold(store: Table, key: str) -> None:
    _put(store, key, status="held", fence=7)
    with pytest.raises(ConditionFailed):
        store.write(Update(key, {"a": 1}, when=(Is("status", ("held",)), AtMost("fence", 6))))
    assert _one(store, key) == {"pk": key, "status": "held", "fence": 7}


@_rule
def a_refusal_tells_what_stood_there(store: Table, key: str) -> None:
    _put(store, key, claim_id="c1", expires_at=NOW + 1)
    for change in (Put({"pk": key}, when=(Free(NOW),)), Update(key, {"a": 1}, when=(Is("claim_id", ("c2",)),))):
        with pytest.raises(ConditionFailed) as refused:
            store.write(change)
        assert refused.value.item == {"pk": key, "claim_id": "c1", "expires_at": NOW + 1}
    with pytest.raises(ConditionFailed) as refused:
        store.write(Update(f"{key}absent", {"a": 1}, when=(Is("claim_id", ("c2",)),)))
    assert refused.value.item == {}


@_rule
def a_transaction_is_done_whole_or_not_at_all(store: Table, key: str) -> None:
    _put(store, f"{key}taken", claim_id="c1")
    both = (Update(f"{key}1", {"a": 1}), Put({"pk": f"{key}taken"}, when=(Free(NOW),)))
    for changes in (both, both[::-1]):
        with pytest.raises(ConditionFailed) as refused:
            store.write(*changes)
        assert refused.value.item == {"pk": f"{key}taken", "claim_id": "c1"}
    assert store.get([f"{key}1", f"{key}taken"]) == {f"{key}taken": {"pk": f"{key}taken", "claim_id": "c1"}}
    store.write(Update(f"{key}1", {"a": 1}, add={"s": frozenset({"x"})}), Put({"pk": f"{key}2"}, when=(Free(NOW),)))
    assert store.get([f"{key}1", f"{key}2"]).keys() == {f"{key}1", f"{key}2"}


@_rule
def a_check_changes_nothing_and_refuses_what_stands_beside_it(store: Table, key: str) -> None:
    absent, change = Check(f"{key}1", (Free(NOW),)), Update(f"{key}2", {"a": 1})
    store.write(change, absent)
    assert store.get([f"{key}1", f"{key}2"]) == {f"{key}2": {"pk": f"{key}2", "a": 1}}
    _put(store, f"{key}1", claim_id="c1")
    with pytest.raises(ConditionFailed) as refused:
        store.write(Update(f"{key}2", {"a": 2}), absent)
    assert refused.value.item == {"pk": f"{key}1", "claim_id": "c1"}
    assert _one(store, f"{key}2") == {"pk": f"{key}2", "a": 1}


@_rule
def a_queue_gives_what_is_due_earliest_first_and_no_more_than_asked_for(store: Table, key: str) -> None:
    for name, due_at in (("c", 30), ("a", 10), ("b", 20), ("later", 41)):
        _put(store, f"{key}{name}", queue=key, due_at=due_at)
    _put(store, f"{key}other", queue=f"{key}other", due_at=5)
    _put(store, f"{key}none", due_at=5)
    assert [item["pk"].removeprefix(key) for item in store.queued(key, 40, 10, NOW)] == ["a", "b", "c"]
    assert [item["pk"].removeprefix(key) for item in store.queued(key, 40, 2, NOW)] == ["a", "b"]
    assert store.queued(key, 10, 10, NOW) == [{"pk": f"{key}a", "queue": key, "due_at": 10}]
    assert [item["pk"].removeprefix(key) for item in store.queued(key, 40, 10, NOW, 20)] == ["b", "c"]
    assert store.queued(key, 40, 10, NOW, 42) == []


@_rule
def what_leaves_a_queue_is_not_given_any_more(store: Table, key: str) -> None:
    _put(store, key, queue=key, due_at=10)
    store.write(Update(key, {"status": "sent"}, remove=("queue", "due_at")))
    assert store.queued(key, 40, 10, NOW) == []


@_rule
def what_expired_does_not_stand_before_what_is_due_in_a_queue(store: Table, key: str) -> None:
    for number in range(5):
        _put(store, f"{key}past{number}", queue=key, due_at=number, expires_at=NOW)
    _put(store, f"{key}live", queue=key, due_at=10, expires_at=NOW + 1)
    _put(store, f"{key}for ever", queue=key, due_at=11)
    assert [item["pk"].removeprefix(key) for item in store.queued(key, 40, 2, NOW)] == ["live", "for ever"]


@_rule
def a_queue_of_more_than_one_answer_holds_is_read_whole(store: Table, key: str) -> None:
    for number in range(6):
        _put(store, f"{key}{number}", queue=key, due_at=number, text="x" * 250_000)  # a page of DynamoDB's has 1 MB
    assert len(store.queued(key, 40, 6, NOW)) == 6
    assert len(store.queued(key, 40, 5, NOW)) == 5


@_rule
def maps_are_appended_to_a_list_and_a_missing_list_is_begun(store: Table, key: str) -> None:
    for number in (1, 2):
        store.write(Update(key, {"n": number}, append={"history": [{"at": number, "event": "sent"}]}))
    history = [{"at": 1, "event": "sent"}, {"at": 2, "event": "sent"}]
    assert _one(store, key) == {"pk": key, "n": 2, "history": history}
    store.write(Update(key, {"history": history[1:]}))
    assert _one(store, key) == {"pk": key, "n": 2, "history": history[1:]}


@_rule
def what_a_person_added_in_the_console_is_read_as_it_is(store: Table, key: str) -> None:
    added = {
        "null": None,
        "yes": True,
        "list": [1, "a", None, [2]],
        "map": {"a": {"b": 1}},
        "bytes": b"x",
        "numbers": frozenset({1, 2}),
        "fraction": Decimal("1.5"),
    }
    _put(store, key, status="sent", queue=key, due_at=1, **added)
    expected = {"pk": key, "status": "sent", "queue": key, "due_at": 1, **added}
    assert store.queued(key, 40, 10, NOW) == [expected]
    assert _one(store, key) == expected


@_rule
def a_scan_gives_every_live_item_however_many_answers_it_takes(store: Table, key: str) -> None:
    for number in range(6):
        _put(store, f"{key}{number}", text="x" * 250_000)
    _put(store, f"{key}past", expires_at=NOW)
    _put(store, f"{key}live", expires_at=NOW + 1)
    found = [item["pk"].removeprefix(key) for item in store.scan(NOW) if item["pk"].startswith(key)]
    assert sorted(found) == [*"012345", "live"]


@_rule
def a_scan_gives_the_calls_that_were_recorded_since_an_instant_alone(store: Table, key: str) -> None:
    _put(store, f"{key}before", recorded_at=NOW - 1)
    _put(store, f"{key}since", recorded_at=NOW)
    _put(store, f"{key}past", recorded_at=NOW, expires_at=NOW)
    _put(store, f"{key}other")
    found = [item["pk"].removeprefix(key) for item in store.scan(NOW, NOW) if item["pk"].startswith(key)]
    assert found == ["since"]


@_rule
def a_scan_gives_the_attributes_that_were_asked_for_alone(store: Table, key: str) -> None:
    _put(store, key, status="sent", history=[{"at": 1}], recorded_at=NOW)
    found = [item for item in store.scan(NOW, attributes=("pk", "status", "size")) if item["pk"] == key]
    assert found == [{"pk": key, "status": "sent"}]
