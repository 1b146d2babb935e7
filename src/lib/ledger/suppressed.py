"""The suppression list (contract §3): who asked not to be written to, or blocked a sender. For ever, and never a phone.

An item is a keyed digest of the person's number; the key is random, made once, and kept in the table, so that a copy of
the list is of no use without it. A wish that is older than what stands there changes nothing, so a message may be read
again. Who is taken off leaves an item that counts as absent, and that the table deletes by itself.
"""

from collections.abc import Callable, Iterable

from ..core import keys
from ..core.record import is_live
from ..core.table import AtMost, Check, Free, Item, Put
from ..errors import ConditionFailed, TableUnclear
from ..ports import Clock, Table
from .written import is_written


class Suppressed:
    """Methods raise TableUnclear when the table does not answer. `since`, `at`: epoch seconds.

    new_id: gives 128 random bits as text, of which the key is made.
    """

    def __init__(self, table: Table, clock: Clock, new_id: Callable[[], str]) -> None:
        self._table, self._clock, self._new_id = table, clock, new_id
        self._secret = ""

    def prepare(self) -> None:
        """Asks for the key now, for all that will be side by side."""
        self._pk("")

    def add(self, phone: str, by: str, why: str, at: float) -> bool:
        """False when a newer wish of the person is known."""
        return self._write(self._item(phone, by, why, at), at)

    def remove(self, phone: str, by: str, why: str, at: float) -> bool:
        """False when a newer wish of the person is known."""
        return self._write(self._item(phone, by, why, at) | {"expires_at": self._now()}, at)

    def among(self, phones: Iterable[str]) -> dict[str, Item]:
        """Those of these phones that are on the list, with their items (`since`, `by`, `why`), in one read.

        Makes no key: without one nobody is.
        """
        asked = list(phones)
        self._secret = self._secret or (self._read_secret() if asked else "")
        pks = {phone: keys.of_suppressed(self._secret, phone) for phone in asked} if self._secret else {}
        found = self._table.get(pks.values()) if pks else {}
        now = self._now()
        return {phone: found[pk] for phone, pk in pks.items() if is_live(found.get(pk), now)}

    def find(self, phone: str) -> Item | None:
        """A person's item, None when they are not on the list."""
        return self.among([phone]).get(phone)

    def check(self, phone: str) -> Check:
        """What must hold beside a claim. An item without an end counts as there."""
        return Check(self._pk(phone), (Free(self._now()),))

    def adding(self, phone: str, by: str, why: str) -> Put:
        """The change that puts a person on the list now, to be written beside others."""
        return Put(self._item(phone, by, why, self._now()))

    def _item(self, phone: str, by: str, why: str, at: float) -> Item:
        return {"pk": self._pk(phone), "since": int(at), "by": by, "why": why}

    def _write(self, item: Item, at: float) -> bool:
        return is_written(self._table, Put(item, when=(AtMost("since", int(at)),)))

    def _pk(self, phone: str) -> str:
        self._secret = self._secret or self._read_secret() or self._make_secret()
        return keys.of_suppressed(self._secret, phone)

    def _read_secret(self) -> str:
        item = self._table.get([keys.SUPPRESSION_KEY]).get(keys.SUPPRESSION_KEY)
        return "" if item is None else _secret_of(item)

    def _make_secret(self) -> str:
        secret = self._new_id() + self._new_id()
        try:
            self._table.write(Put({"pk": keys.SUPPRESSION_KEY, "secret": secret}, when=(Free(self._now()),)))
        except ConditionFailed as made:
            return _secret_of(made.item)
        return secret

    def _now(self) -> int:
        return int(self._clock())


def _secret_of(item: Item) -> str:
    secret = item.get("secret")
    if not isinstance(secret, str) or not secret:
        # Nothing may leave while nobody can tell who is on the list.
        raise TableUnclear(f"the item {keys.SUPPRESSION_KEY} has lost its `secret`; restore the table's item")
    return secret
