"""The settings in force, frozen (contract §2). `config.settings` reads them.

`Policy` is what may differ from agent to agent; `Settings` is the whole workspace's: the policy of every agent
without one of its own. What is decided for a call asks `settings.for_agent(call.agent_id)`. Numbers carry their unit
in the name, as the contract spells them.
"""

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Literal

from .frozen import frozen

LANGUAGES = ("es", "en", "pt")
AUTO = "auto"  # a `language`: the one that the conversation was held in
KINDS = ("follow_up", "missed")
TEXTS = ("follow_up", "no_summary", "missed")
CHANNELS = ("whatsapp", "sms", "email")
ACTIONS = ("follow_up", "missed", "skip", "wait")
PURPOSES = ("service", "commercial", "collection")
RECIPIENT = "recipient"  # a `timezone` of quiet hours: that of the phone's own prefix
MAX_LOOKBACK_HOURS = 144  # a day less than the table's memory, so that age always forbids what it forgets
LAST_CHANCE_SECONDS = 60  # of a call that has waited until it is nearly too old: a few ticks
DEFAULT_STATUSES: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("finished", "completed", "ended"), "follow_up")
    | dict.fromkeys(("failed", "voicemail"), "missed")
    | {"cancelled": "skip"}
    | dict.fromkeys(("pending", "dispatched", "initiated", "in_progress"), "wait")
)
Result = bool | int | float | str  # of a call: a data collection item's value, or `success` and `failure`


@frozen
class QuietHours:
    """Minutes after midnight in an IANA zone (or RECIPIENT); over midnight when the end is before the start."""

    start_minutes: int
    end_minutes: int
    timezone: str

    @property
    def length_hours(self) -> float:
        return (self.end_minutes - self.start_minutes) % 1440 / 60


@frozen
class Digest:
    """When the day is told: minutes after midnight in an IANA zone."""

    at_minutes: int
    timezone: str


@frozen
class Policy:
    """The settings in force for the calls of one agent."""

    language: str = "es"
    brand: str = "IA Calls"
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # kind → language → text
    content_sids: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # kind → language → template
    variables: Mapping[str, str] = field(default_factory=dict)  # template variable → id of a data collection item
    only_if: Mapping[str, Result] = field(default_factory=dict)
    opt_out_if: Mapping[str, Result] = field(default_factory=dict)
    channels: tuple[str, ...] = ("whatsapp",)
    statuses: Mapping[str, str] = field(default_factory=lambda: DEFAULT_STATUSES)
    quiet_hours: QuietHours | None = None
    contact_law: str | None = None
    cooldown_hours: float = 0
    summary_wait_seconds: float = 120
    missed_wait_minutes: float = 10
    sender: str = ""  # `whatsapp:+…`; empty: the parameter TWILIO_WHATSAPP_NUMBER
    sms_sender: str = ""  # `+…`; empty: the parameter TWILIO_SMS_NUMBER

    def says_reached(self, status: str) -> bool:
        """Whether a recipient's status says that somebody took the call, whatever the settings make of it."""
        return "follow_up" in (self.statuses.get(status), DEFAULT_STATUSES.get(status))


@frozen
class Settings(Policy):
    """`SETTINGS` with its defaults."""

    paused: bool = False
    dry_run: bool = False
    interval_seconds: int | None = None
    lookback_hours: float = 24
    not_before: float | None = None  # epoch seconds
    daily_limit: int | None = None
    opt_out_words: tuple[str, ...] = ()
    opt_in_words: tuple[str, ...] = ()
    unclear: Literal["hold", "resend"] = "hold"
    settle_minutes: float = 15
    digest: Digest | None = None
    heartbeat_url: str | None = None
    agents: Mapping[str, Policy] = field(default_factory=dict)  # each is the workspace's policy with its own on top

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The workspace's, then that of each agent with one of its own."""
        return self, *self.agents.values()

    @property
    def lookback_seconds(self) -> float:
        return self.lookback_hours * 3600

    def oldest(self, now: float) -> float:
        """The earliest end of a call that may still be written to. Both in epoch seconds."""
        return max(now - self.lookback_seconds, self.not_before or 0)

    def summary_wait_seconds_of(self, agent_id: str) -> float:
        """After a call's end. A wait that would outlast `lookback_hours` ends before: then the message leaves."""
        return min(self.for_agent(agent_id).summary_wait_seconds, self.lookback_seconds - LAST_CHANCE_SECONDS)

    def missed_wait_seconds_of(self, agent_id: str) -> float:
        """The same."""
        return min(self.for_agent(agent_id).missed_wait_minutes * 60, self.lookback_seconds - LAST_CHANCE_SECONDS)

    def for_agent(self, agent_id: str) -> Policy:
        """The settings in force for a call of this agent."""
        return self.agents.get(agent_id, self)
