"""Items of the table as the function writes them, for the tests of what people are shown."""

from dataclasses import asdict, replace
from typing import Any

from lib.core import keys
from lib.core.call import Call
from lib.core.inbound import HumanReply
from lib.core.record import TTL_SECONDS, Event, Record, record_item
from lib.core.status import Status
from lib.core.table import Item, Put
from lib.ledger.suppressed import Suppressed
from lib.ports import Table

PHONE = "+573001112233"


def call_of(phone: str, conversation_id: str, ended_at: int, **values: Any) -> Call:
    call = Call(phone, conversation_id, "rcp_1", "btcal_1", "agent_1", "completed", ended_at - 60, ended_at, "", "es")
    return replace(call, **values)


def item_of(
    status: Status,
    ended_at: int,
    *,
    phone: str = PHONE,
    conversation_id: str = "conv_1",
    history: tuple[Event, ...] = (),
    **values: Any,
) -> Item:
    """The item of a call that ended then."""
    record = Record(
        call_of(phone, conversation_id, ended_at),
        status,
        ended_at + 5,
        history=history or (Event(ended_at + 5, values.get("reason") or status),),
        expires_at=ended_at + 5 + TTL_SECONDS,
    )
    return record_item(replace(record, **values))


def answer_of(sid: str, at: int, text: str, *, phone: str = PHONE, call: str = "", **values: Any) -> Item:
    """The item of a person's answer."""
    reply = HumanReply(sid, call or f"{phone}_conv_1", phone, text, 0, at, "follow_up", at - 600)
    item: Item = {"pk": keys.of_reply(sid), **asdict(reply), "state": "told", "expires_at": at + TTL_SECONDS}
    return item | values


def put(table: Table, *items: Item) -> None:
    for item in items:
        table.write(Put(item))


def suppress(table: Table, phone: str, at: int, by: str = "person", why: str = "BAJA") -> None:
    Suppressed(table, lambda: at, lambda: "0" * 32).add(phone, by, why, at)
