"""The room of DynamoDB: carries out changes on the calls table (contract §3). Nothing here knows what they mean."""

import base64
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from ..core.table import AtMost, Change, Check, Condition, Free, Is, Item, Missing, Put, Update
from ..errors import ConditionFailed, TableUnclear
from .aws import AwsRefused, AwsSilent, Operation

API = ("dynamodb", "DynamoDB_20120810", "1.0")
DUE_INDEX = "due"
_IS_LIVE = "attribute_not_exists(expires_at) OR expires_at > :now"
_KEYS_PER_READ = 100  # BatchGetItem's limit (facts/aws.md §4)
_READ_TRIES = 4
_CONDITION_FAILED = "ConditionalCheckFailed"
_ACTIONS = {Put: "Put", Update: "Update", Check: "ConditionCheck"}


class DynamoTable:
    """`ports.Table` on one table; may be shared by threads.

    A write that got no answer is repeated, three tries in all (`aws`): its conditions meet its own first attempt.
    """

    def __init__(self, ask: Operation, table_name: str, sleep: Callable[[float], None] = time.sleep) -> None:
        """ask: DynamoDB's operations (`aws.AwsService(*API)`)."""
        self._ask, self._table, self._sleep = ask, table_name, sleep

    def get(self, pks: Iterable[str]) -> dict[str, Item]:
        keys = list(dict.fromkeys(pks))
        found: dict[str, Item] = {}
        for start in range(0, len(keys), _KEYS_PER_READ):
            for item in self._get_some(keys[start : start + _KEYS_PER_READ]):
                found[item["pk"]] = item
        return found

    def _get_some(self, keys: list[str]) -> Iterator[Item]:
        wanted: Any = {self._table: {"Keys": [{"pk": {"S": key}} for key in keys], "ConsistentRead": True}}
        for attempt in range(_READ_TRIES):
            answer = self._call("BatchGetItem", RequestItems=wanted)
            yield from (_item(row) for row in answer["Responses"].get(self._table, []))
            wanted = answer.get("UnprocessedKeys")
            if not wanted:
                return
            self._sleep(0.05 * 2**attempt)
        raise TableUnclear("DynamoDB left keys unread (UnprocessedKeys); the table is throttled")

    def scan(self, now: int, recorded_since: int = 0, attributes: Collection[str] = ()) -> Iterator[Item]:
        request: dict[str, Any] = {
            "TableName": self._table,
            "FilterExpression": f"({_IS_LIVE})",
            "ExpressionAttributeValues": {":now": {"N": str(now)}},
        }
        if recorded_since:
            request["FilterExpression"] += " AND recorded_at >= :since"
            request["ExpressionAttributeValues"][":since"] = {"N": str(recorded_since)}
        if attributes:
            expression = _Expression()
            request["ProjectionExpression"] = ", ".join(expression.name(attribute) for attribute in attributes)
            request["ExpressionAttributeNames"] = expression.names
        while True:
            answer = self._call("Scan", **request)
            yield from (_item(row) for row in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def queued(self, queue: str, until: int, limit: int, now: int, since: int = 0) -> list[Item]:
        request: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": DUE_INDEX,
            "KeyConditionExpression": "queue = :queue AND due_at BETWEEN :since AND :until",
            "FilterExpression": _IS_LIVE,
            "ExpressionAttributeValues": {
                ":queue": {"S": queue},
                ":since": {"N": str(since)},
                ":until": {"N": str(max(since, until))},
                ":now": {"N": str(now)},
            },
        }
        items: list[Item] = []
        while len(items) < limit:
            answer = self._call("Query", **request, Limit=limit - len(items))
            items += [_item(row) for row in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                break
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return items

    def write(self, *changes: Change) -> None:
        requests = [_request(change, self._table) for change in changes]
        if len(changes) > 1:
            actions: Any = [
                {_ACTIONS[type(change)]: request} for change, request in zip(changes, requests, strict=True)
            ]
            # The token makes a repeat of it the same transaction, for ten minutes.
            self._call("TransactWriteItems", TransactItems=actions, ClientRequestToken=str(uuid.uuid4()))
        else:
            self._call("PutItem" if isinstance(changes[0], Put) else "UpdateItem", **requests[0])

    def _call(self, operation: str, **request: Any) -> Any:
        try:
            return self._ask(operation, request)
        except AwsRefused as refused:
            if refused.code == "ConditionalCheckFailedException":
                raise ConditionFailed(_item(refused.body.get("Item") or {})) from None
            for reason in refused.body.get("CancellationReasons") or []:
                if reason.get("Code") == _CONDITION_FAILED:
                    raise ConditionFailed(_item(reason.get("Item") or {})) from None
            raise TableUnclear(f"DynamoDB {operation} failed: {refused.code}") from None
        except AwsSilent as silence:
            raise TableUnclear(f"DynamoDB could not be asked: {silence}") from None


def _item(row: Mapping[str, Any]) -> Item:
    """Nearly all that there is are texts and numbers: they are read on the spot."""
    return {
        name: value["S"] if "S" in value else _number(value["N"]) if "N" in value else _read(value)
        for name, value in row.items()
    }


def _read(value: Mapping[str, Any]) -> Any:
    """A value as DynamoDB writes it: numbers as int, or float for a fraction."""
    ((kind, held),) = value.items()
    match kind:
        case "S" | "BOOL":
            return held
        case "N":
            return _number(held)
        case "L":
            return [_read(each) for each in held]
        case "M":
            return _item(held)
        case "SS":
            return set(held)
        case "NS":
            return {_number(each) for each in held}
        case "B":
            return base64.b64decode(held)
        case "BS":
            return {base64.b64decode(each) for each in held}
        case _:
            return None  # NULL


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        number = Decimal(text)
        return int(number) if number == number.to_integral_value() else float(number)


def _written(value: Any) -> dict[str, Any]:
    """What `core.table` names: texts, whole numbers, sets of texts, lists, maps; and what a person may have added."""
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int() | Decimal():
            return {"N": str(value)}
        case list():
            return {"L": [_written(each) for each in value]}
        case dict():
            return {"M": {name: _written(each) for name, each in value.items()}}
        case set() | frozenset():
            kinds = {kind for each in value for kind in _written(each)}
            (kind,) = kinds
            return {f"{kind}S": sorted(_written(each)[kind] for each in value)}
        case bytes():
            return {"B": base64.b64encode(value).decode()}
        case None:
            return {"NULL": True}
        case _:
            raise TypeError(f"the table takes no {type(value).__name__}")


class _Expression:
    """Names and values under placeholders, so that no attribute name can be one of DynamoDB's reserved words."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def name(self, attribute: str) -> str:
        self.names[f"#{attribute}"] = attribute
        return f"#{attribute}"

    def value(self, value: Any) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = _written(value)
        return placeholder

    def appended(self, attribute: str, values: list[dict[str, Any]]) -> str:
        name = self.name(attribute)
        return f"{name} = list_append(if_not_exists({name}, {self.value([])}), {self.value(values)})"

    def condition(self, condition: Condition) -> str:
        match condition:
            case Free(now):
                expires = self.name("expires_at")
                return f"(attribute_not_exists({self.name('pk')}) OR {expires} <= {self.value(now)})"
            case Is(attribute, values):
                return f"{self.name(attribute)} IN ({', '.join(self.value(value) for value in values)})"
            case AtMost(attribute, limit):
                name = self.name(attribute)
                return f"(attribute_not_exists({name}) OR {name} <= {self.value(limit)})"
            case Missing(attribute):
                return f"attribute_not_exists({self.name(attribute)})"


def _request(change: Change, table: str) -> dict[str, Any]:
    expression = _Expression()
    request: dict[str, Any] = {"TableName": table}
    match change:
        case Put(item):
            request["Item"] = {name: _written(value) for name, value in item.items()}
        case Update(pk, values, remove, add, append):
            request["Key"] = {"pk": {"S": pk}}
            sets = [f"{expression.name(name)} = {expression.value(value)}" for name, value in values.items()]
            clauses = [
                ("SET", sets + [expression.appended(name, value) for name, value in append.items()]),
                ("REMOVE", [expression.name(name) for name in remove]),
                ("ADD", [f"{expression.name(name)} {expression.value(value)}" for name, value in add.items()]),
            ]
            request["UpdateExpression"] = " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses if parts)
        case Check(pk):
            request["Key"] = {"pk": {"S": pk}}
    if change.when:
        request["ConditionExpression"] = " AND ".join(expression.condition(condition) for condition in change.when)
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    if expression.names:
        request["ExpressionAttributeNames"] = expression.names
    if expression.values:
        request["ExpressionAttributeValues"] = expression.values
    return request
