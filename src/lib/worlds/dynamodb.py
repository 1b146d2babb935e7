"""The room of DynamoDB: carries out changes on the calls table (contract §3). Nothing here knows what they mean."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import BotoCoreError, ClientError

from ..core.table import AtMost, Change, Check, Condition, Free, Is, Item, Missing, Put, Update
from ..errors import ConditionFailed, TableUnclear

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DUE_INDEX = "due"
_KEYS_PER_READ = 100  # BatchGetItem's limit (facts/aws.md §4)
_READ_TRIES = 4
_CONDITION_FAILED = "ConditionalCheckFailed"
_ACTIONS = {Put: "Put", Update: "Update", Check: "ConditionCheck"}
_serialize, _deserialize = TypeSerializer().serialize, TypeDeserializer().deserialize


class DynamoTable:
    """`ports.Table` on one table. The client brings its own time-outs and retries; it may be shared by threads."""

    def __init__(self, client: "DynamoDBClient", table_name: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client, self._table, self._sleep = client, table_name, sleep

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
            answer = _call(self._client.batch_get_item, RequestItems=wanted)
            yield from (_item(row) for row in answer["Responses"].get(self._table, []))
            wanted = answer.get("UnprocessedKeys")
            if not wanted:
                return
            self._sleep(0.05 * 2**attempt)
        raise TableUnclear("DynamoDB left keys unread (UnprocessedKeys); the table is throttled")

    def queued(self, queue: str, until: int, limit: int, now: int, since: int = 0) -> list[Item]:
        request: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": DUE_INDEX,
            "KeyConditionExpression": "queue = :queue AND due_at BETWEEN :since AND :until",
            "FilterExpression": "attribute_not_exists(expires_at) OR expires_at > :now",
            "ExpressionAttributeValues": {
                ":queue": {"S": queue},
                ":since": {"N": str(since)},
                ":until": {"N": str(max(since, until))},
                ":now": {"N": str(now)},
            },
        }
        items: list[Item] = []
        while len(items) < limit:
            answer = _call(self._client.query, **request, Limit=limit - len(items))
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
            _call(self._client.transact_write_items, TransactItems=actions)
        elif isinstance(changes[0], Put):
            _call(self._client.put_item, **requests[0])
        else:
            _call(self._client.update_item, **requests[0])


def _call(operation: Callable[..., Any], **request: Any) -> Any:
    try:
        return operation(**request)
    except ClientError as error:
        response: Mapping[str, Any] = error.response
        code = response["Error"]["Code"]
        if code == "ConditionalCheckFailedException":
            raise ConditionFailed(_item(response.get("Item", {}))) from None
        for reason in response.get("CancellationReasons", []):
            if reason.get("Code") == _CONDITION_FAILED:
                raise ConditionFailed(_item(reason.get("Item", {}))) from None
        raise TableUnclear(f"DynamoDB {error.operation_name} failed: {code}") from None
    except BotoCoreError as error:
        raise TableUnclear(f"DynamoDB could not be asked: {type(error).__name__}") from None


def _item(row: Mapping[str, Any]) -> Item:
    return {name: _value(_deserialize(value)) for name, value in row.items()}


def _value(value: Any) -> Any:
    """Numbers as int, or float for a fraction; whatever else a person may have added, as it is."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case list():
            return [_value(each) for each in value]
        case dict():
            return {name: _value(each) for name, each in value.items()}
        case _:
            return value


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
        self.values[placeholder] = _serialize(_plain(value))
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
            request["Item"] = {name: _serialize(_plain(value)) for name, value in item.items()}
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


def _plain(value: Any) -> Any:
    return set(value) if isinstance(value, frozenset) else value
