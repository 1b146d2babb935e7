"""What the rooms ask of the outside: every protocol in one place, each with an implementation in `worlds` and a twin in
the tests."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from .core.budget import Budget
from .core.call import Batch, Call, Conversation, Page, Recipients
from .core.frozen import frozen
from .core.inbound import Inbound
from .core.matching import Row
from .core.message.compose import Message
from .core.outcome import Reply
from .core.policy import Settings
from .core.record import Record
from .core.table import Change, Item

Clock = Callable[[], float]  # epoch seconds
Sleep = Callable[[float], None]  # seconds
Spread = Callable[[Sequence[Callable[[], Any]]], Iterable[Any]]  # runs thunks side by side; their results in order


class Log(Protocol):
    """Powertools' Logger, as far as it is used. Nothing given to it may hold a secret, a phone, a name or a summary."""

    def info(self, msg: object, **keys: Any) -> None: ...
    def warning(self, msg: object, **keys: Any) -> None: ...
    def error(self, msg: object, **keys: Any) -> None: ...


class Metrics(Protocol):
    """Where a tick's values go: one call, one point in time."""

    def emit(self, values: dict[str, list[float]]) -> None: ...


class Troubles(Protocol):
    """Where a room tells of what it tolerates: counted and logged, and stopping nothing else."""

    def count(self, name: str, by: int = 1) -> None: ...
    def tolerated(self, event: str, batch_id: str, why: str) -> None: ...


class Table(Protocol):
    """The calls table. Every method may raise TableUnclear."""

    def get(self, pks: Iterable[str]) -> dict[str, Item]:
        """The items there are, by key, strongly consistent. Expired ones come too."""
        ...

    def queued(self, queue: str, until: int, limit: int, now: int, since: int = 0) -> list[Item]:
        """Items of a queue whose `due_at` is not before `since` nor after `until`, earliest first; they may lag behind
        the writes by a moment. Those that have expired by `now` do not count."""
        ...

    def scan(self, now: int, recorded_since: int = 0, attributes: Collection[str] = ()) -> Iterator[Item]:
        """Every item that has not expired by `now`, in no order; it may lag behind the writes by a moment. With
        `recorded_since`: the calls that were first recorded since then, and nothing else. With `attributes`: these
        alone of each. For people's questions, for the digest once a day, and when a `daily_limit` is new to a function:
        no other tick scans."""
        ...

    def write(self, *changes: Change) -> None:
        """All of the changes or none. Raises ConditionFailed when a condition does not hold."""
        ...


@frozen
class Answer:
    """One HTTP answer. `body` is the parsed JSON, or None when it was not JSON; `status` 0 means no answer came."""

    status: int
    body: Any = None
    retry_after_seconds: float | None = None
    problem: str = ""


@frozen
class Rows:
    """An array of the answer's object that may be long: `read` is given the JSON of one row at a time, as it comes in.

    A row that is too long comes as `b""`. `read` must not raise; what it gives stands in the answer in the row's place.
    again: what begins at an index of the text, where that is known without looking: a row's end, and what it reads as.
    """

    array: str
    read: Callable[[bytes], Any]
    again: Callable[[bytearray, int], tuple[int, Any] | None] = lambda _text, _at: None


class Get(Protocol):
    """One GET with the key in its header. Never raises: what went wrong is in the answer."""

    def __call__(
        self, path: str, params: Mapping[str, Any], timeout_seconds: float, rows: Rows | None = None
    ) -> Answer: ...


class ElevenLabs(Protocol):
    """One workspace, read only. What cannot be read is told to the report and left out; it never stops the rest."""

    def batches(self, cursor: str, budget: Budget) -> Page:
        """A page of the workspace's batches, the first for "". Raises ConfigurationError when the key is refused.

        A page that could not be read has the cursor to ask for next time: the same, or "" when it was not accepted.
        """
        ...

    def calls(self, batches: Sequence[Batch], budget: Budget) -> Iterator[tuple[Batch, Recipients | None]]:
        """Each batch as it is now, with all its recipients, in the order given.

        None when there was no answer. A batch that is refused (401, 403) or gone (404) comes without recipients.
        """
        ...

    def conversations(self, calls: Sequence[Call], settings: Settings, budget: Budget) -> dict[str, Conversation]:
        """What is known of these calls' conversations, by conversation id, and of the results that settings ask for."""
        ...


class Twilio(Protocol):
    """One account's messages, for one invocation."""

    def send(self, to: str, sender: str, message: Message) -> Reply:
        """One POST, never repeated here. Never raises: what was seen is in the reply."""
        ...

    def outbound(self, sender: str) -> Iterator[list[Row]]:
        """The pages of what was sent from an address, newest first, 1,000 messages each; one request for each page.

        Raises LookupFailed, and ConfigurationError when the account is refused.
        """
        ...

    def message(self, sid: str) -> Row | None:
        """One message, by one request; None when there is none, or no longer. Raises what `outbound` does."""
        ...

    def recent(self, claim: Record) -> list[Row]:
        """The messages of the claim's address that were created since it could have been sent.

        Raises LookupFailed, and ConfigurationError when the account is refused.
        """
        ...

    def inbound(self, sender: str, since: float) -> list[Inbound]:
        """What people wrote to one of our addresses since then, newest first; one request as long as that is little.

        Raises LookupFailed, and ConfigurationError when the account is refused.
        """
        ...


class Emails(Protocol):
    """The e-mails of one AWS account. There is no list to look in afterwards."""

    def send(self, to: str, sender: str, message: Message, language: str) -> Reply:
        """One request, never repeated here. Never raises: what was seen is in the reply."""
        ...


class Notices(Protocol):
    """Where the owner hears of what they must know at once."""

    def tell(self, subject: str, text: str) -> None:
        """One notice, never repeated here. subject: ASCII, at most 100 characters.

        Raises NoticeRefused when it surely did not leave, NoticeUnclear when nobody knows.
        """
        ...
