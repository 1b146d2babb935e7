"""The settings in force, frozen (contract §2). `config.settings` reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

LANGUAGES = ("es", "en", "pt")
KINDS = ("follow_up", "missed")
CHANNELS = ("whatsapp", "sms", "email")
ACTIONS = ("follow_up", "missed", "skip", "wait")
MAX_LOOKBACK_HOURS = 144  # a day less than the table's memory, so that age always forbids what it forgets
DEFAULT_STATUSES: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("finished", "completed", "ended"), "follow_up")
    | dict.fromkeys(("failed", "voicemail"), "missed")
    | {"cancelled": "skip"}
    | dict.fromkeys(("pending", "dispatched", "initiated", "in_progress"), "wait")
)


@dataclass(frozen=True, slots=True)
class Settings:
    """`SETTINGS` with its defaults. Numbers carry their unit in the name, as the contract spells them."""

    paused: bool = False
    dry_run: bool = False
    interval_seconds: int | None = None
    lookback_hours: float = 24
    not_before: float | None = None  # epoch seconds
    summary_wait_seconds: float = 120
    missed_wait_minutes: float = 10
    language: str = "es"
    brand: str = "IA Calls"
    channels: tuple[str, ...] = ("whatsapp",)
    statuses: Mapping[str, str] = field(default_factory=lambda: DEFAULT_STATUSES)
    content_sids: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    quiet_hours: None = None
    cooldown_hours: float = 0
    unclear: Literal["hold", "resend"] = "hold"
    settle_minutes: float = 15
    agents: Mapping[str, Any] = field(default_factory=dict)
