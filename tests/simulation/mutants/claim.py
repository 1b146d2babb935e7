"""Mutants of the claim."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import lib.core.record
import lib.ledger.calls
import lib.ledger.moves
import lib.ledger.records
from lib.core.case import Case
from lib.core.decide import Send
from lib.core.message.compose import Message, compose
from lib.core.record import Record
from lib.core.status import Status
from lib.core.table import Free, Update
from lib.errors import TableUnclear
from lib.ledger.calls import Address, Ledger
from lib.work.send import Sender
from lib.work.settle import Settle
from tests.simulation.mutants.sabotage import patched, sabotage


@sabotage()
def _claim_after_the_send() -> Iterator[None]:
    claim = Ledger.claim

    def send(self: Any, case: Case, what: Send) -> Record | None:
        settings = self._settings
        message = compose(what.kind, case.call.name, what.summary, "es", settings)
        to, sender = f"whatsapp:{case.call.phone}", self._senders.whatsapp
        if not self._permit.may_send((sender, "")):
            return None
        reply = self._twilio.send(to, sender, message)
        try:
            mine = claim(self._ledger, case, what.kind, message, Address(to, sender))
        except TableUnclear:
            return None
        return self.conclude(mine, case, reply) if mine else None

    with patched((Sender, "send", send)):
        yield


@sabotage()
def _claim_without_its_condition() -> Iterator[None]:
    write = Ledger.__init__

    class Careless:
        def __init__(self, table: Any) -> None:
            self._table = table

        def __getattr__(self, name: str) -> Any:
            return getattr(self._table, name)

        def write(self, *changes: Any) -> None:
            values = changes[0].set if isinstance(changes[0], Update) else changes[0].item
            bare = values.get("status") == "claimed"
            self._table.write(*(replace(change, when=()) if bare else change for change in changes))

    def init(self: Any, table: Any, *rest: Any) -> None:
        write(self, Careless(table), *rest)

    with patched((Ledger, "__init__", init)):
        yield


def _claim_as_if(*, is_redial: bool) -> AbstractContextManager[None]:
    return patched((Case, "is_redial", is_redial))


@sabotage(theme="late_ids", unclear="hold")
def _claim_beside_a_record_of_the_same_recipient() -> Iterator[None]:
    """The check for a record that came after we had looked is left out."""
    with _claim_as_if(is_redial=True):
        yield


@sabotage()
def _redial_taken_for_its_first_attempt() -> Iterator[None]:
    with _claim_as_if(is_redial=False):
        yield


@sabotage()
def _claim_whose_failure_is_ignored() -> Iterator[None]:
    claim = Ledger.claim

    def careless(self: Any, case: Case, kind: str, message: Message, address: Any, *terms: Any) -> Record | None:
        try:
            return claim(self, case, kind, message, address, *terms)
        except TableUnclear:
            now = self._now()
            return Record(case.call, Status.CLAIMED, now, 1, claim_id="none", claimed_at=now, message=message)

    with patched((Ledger, "claim", careless)):
        yield


@sabotage()
def _claim_of_a_gone_owner_is_free() -> Iterator[None]:
    """What many do: a claim that is old enough is taken for never used."""

    def settle(self: Any, claim: Record) -> None:
        if not claim.is_in_flight(self._clock()):
            self._ledger.resend(claim, "expired")

    with patched((Settle, "claim", settle)):
        yield


@sabotage(later_hours=192, forgotten_share=0.0)
def _expired_items_count_as_present() -> Iterator[None]:
    with patched(
        (lib.ledger.records, "is_live", lambda item, now: item is not None),
        (lib.ledger.calls, "Free", lambda now: Free(0)),
        (lib.ledger.moves, "Free", lambda now: Free(0)),
    ):
        yield
