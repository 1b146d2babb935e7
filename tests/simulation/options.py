"""Everything that a story draws beforehand, as data: printed under a story that fails, and set from the command line.

Options have dice of their own, so that setting one leaves the others, and what happens by chance, as they were.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args, get_origin, get_type_hints

from lib.core.policy import DEFAULT_STATUSES, Digest, Settings
from tests.simulation import found, rules
from tests.simulation.faults.kinds import KINDS
from tests.simulation.people import Writes
from tests.simulation.rules import Start

TEMPLATES = {"follow_up": {"es": "HX" + "1" * 32}, "missed": {"es": "HX" + "2" * 32}}
STATUSES = {"as_default": {}, "voicemail_follow_up": {"voicemail": "follow_up"}, "failed_skip": {"failed": "skip"}}
CHANNELS: Mapping[str, tuple[str, ...]] = {
    "whatsapp": ("whatsapp",),
    "sms_second": ("whatsapp", "sms"),
    "email_second": ("whatsapp", "email"),
    "all": ("whatsapp", "sms", "email"),
    "email_first": ("email", "whatsapp", "sms"),
}

Theme = Literal["mixed", "twins", "late_ids", "failing"]
"""Some stories are about one rare meeting, for which everything is made ready.

twins: calls of one phone and one text, whose sends go wrong together. late_ids: a claim under the recipient's id
stalls, until a run that sees the conversation's id has looked for it and is about to claim the same call. failing:
messages that fail again and again, and runs killed where they write that down.
"""
THEMES: tuple[tuple[float, Theme], ...] = ((0.1, "twins"), (0.15, "late_ids"), (0.17, "failing"))


class UnknownOption(Exception):
    """An option's name or value that cannot be; the text says what can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """One story's. A rate multiplies the fault plan's own; 0 leaves that trouble out."""

    theme: Theme
    # the operator's settings (contract §2)
    lookback_hours: float
    not_before_seconds: float | None  # after the story's start
    summary_wait_seconds: float
    missed_wait_minutes: float
    statuses: Literal["as_default", "voicemail_follow_up", "failed_skip"]
    has_templates: bool
    unclear: Literal["hold", "resend"]
    settle_minutes: float
    # Twilio
    list_lag_seconds: float
    queued_hours: float  # how long a message waits at Twilio before it is sent
    lists_by_sent_date: bool
    twilio_skew_seconds: float  # its clock is ahead of ours by so much
    rewrites: Literal["none", "trial", "footer"]  # words that it puts around the text (`services.twilio.rewriting`)
    # the channels
    channels: Literal["whatsapp", "sms_second", "email_second", "all", "email_first"]
    # ElevenLabs
    rows_per_page: int
    shuffles_pages: bool
    batches: int
    people: int
    has_odd_phones: bool
    has_odd_times: bool  # some recipients' last updates are in milliseconds, or to come
    is_wordless: bool  # no call has a summary: the texts differ by the name alone
    has_unreachable: bool  # the first person never answers, and never shows a conversation
    # what goes wrong
    kills: float
    stalls: float
    table_faults: float
    create_faults: float
    list_faults: float
    elevenlabs_faults: float
    slowness_seconds: float
    kills_thickest_at: str  # one of `faults.kinds.KINDS`
    kills_elsewhere: float  # how thick they are in the other kinds; there, six
    has_short_stalls: bool  # about as long as a lease
    late_failures: float  # messages that Twilio accepts, and fails some seconds later
    enforces_window: bool  # free text to who has not written within 24 hours is failed late
    # what happens meanwhile
    minutes: int
    happenings: int
    strangers: int  # messages that are not ours
    answers: int  # people who wrote to us about a day before, or lately, and who write meanwhile
    writes: Writes  # what they write: answers alone, or wishes among them
    sender_fails: Literal["none", "at_once", "late", "for_hours"]  # for a while all it sends: refused, or failed later
    digest_minutes: int  # after the story's start, when the day is told; 0: never
    loses_templates: bool  # as soon as one of them has to answer free text that failed
    asks: found.Asks  # what the settings ask of the calls' results
    has_own_words: bool  # the shop's texts, with what the call found out
    interlude: Literal["none", "paused", "dry_run", "account"]
    reads_at_most: int  # records of each queue in one tick
    starts_before_a_new_week: bool  # of the phones' notes
    people_decide: bool  # about held calls
    # a second act
    later_hours: float  # 0: there is none
    later_batches: int
    forgotten_share: float  # of the expired items: how many the table has deleted by then
    # when not to write (`rules`): most stories have none of it
    starts: Start
    quiet_minutes: int  # how long, by the clock; 0: never
    quiet_from_minutes: int  # after the story's start
    quiet_zone: Literal["America/Bogota", "America/Santiago", "recipient"]
    contact_law: Literal["none", "service", "commercial", "collection"]
    cooldown_hours: float
    daily_limit: int  # 0: none

    @classmethod
    def draw(cls, dice: random.Random, given: Mapping[str, Any] | None = None) -> "Options":
        """given: options that are set, whatever the dice say. Every story throws the same number of dice."""
        given = given or {}
        thrown = dice.random()
        theme = given.get("theme", next((name for limit, name in THEMES if thrown < limit), "mixed"))
        drawn: dict[str, Any] = {
            "theme": theme,
            "lookback_hours": dice.choice((24, 24, 24, 1, 144)),
            "not_before_seconds": dice.choice((None, None, None, round(dice.uniform(-30, 90)))),
            "summary_wait_seconds": dice.choice((120, 120, 30, 0)),
            "missed_wait_minutes": dice.choice((0, 0, 1, 10)),
            "statuses": dice.choice(("as_default", "as_default", "voicemail_follow_up", "failed_skip")),
            "has_templates": dice.random() < 0.25,
            "unclear": dice.choice(("hold", "hold", "resend")),
            "settle_minutes": dice.choice((15, 15, 15, 15, 5, 2)),
            "list_lag_seconds": dice.choice((0, 0, 2, 30, 300, 600)),
            "queued_hours": dice.choice((0, 0, 3)),
            "lists_by_sent_date": dice.random() < 0.3,
            "twilio_skew_seconds": dice.choice((0, 0, 0, -4, 5, 120, -120)),
            "rows_per_page": dice.choice((1, 2, 100)),
            "shuffles_pages": dice.random() < 0.3,
            "batches": dice.randint(1, 4),
            "people": dice.choice((1, 2, 4, 8)),
            "has_odd_phones": dice.random() < 0.3,
            "is_wordless": dice.random() < 0.4,
            "has_unreachable": dice.random() < 1 / 3,
            "kills": _rate(dice),
            "stalls": _rate(dice),
            "table_faults": _rate(dice),
            "create_faults": _rate(dice),
            "list_faults": _rate(dice),
            "elevenlabs_faults": _rate(dice),
            "slowness_seconds": dice.choice((0.02, 0.1, 0.5, 2.0)),
            "kills_thickest_at": dice.choice((*KINDS, "create", "create", "outcome", "claim")),
            "minutes": dice.choice((2, 3, 4, 6)),
            "happenings": dice.choice((0, 0, 1, 3)),
            "strangers": dice.choice((0, 0, 0, 4)),
            "interlude": dice.choice(("none",) * 16 + ("paused", "dry_run", "account", "account")),
            "starts_before_a_new_week": dice.random() < 0.2,
            "people_decide": dice.random() < 0.5,
            "later_hours": dice.choice((0,) * 15 + (2, 25, 169, 169, 192)),
            "later_batches": dice.randint(1, 2),
            "forgotten_share": dice.choice((0.0, 0.5, 1.0, 1.0)),
        }
        skew = dice.choice((-4, -120))
        drawn["rewrites"] = dice.choice(("none",) * 8 + ("trial", "footer"))
        drawn["reads_at_most"] = dice.choice((500,) * 9 + (3,))
        drawn["has_odd_times"] = dice.random() < 0.1
        drawn["late_failures"] = dice.choice((0.0, 0.0, 0.15, 0.5))
        drawn["enforces_window"] = dice.random() < 0.3
        drawn["answers"] = dice.choice((0, 0, 2, 6))
        drawn["sender_fails"] = dice.choice(("none",) * 4 + ("at_once", "late"))
        drawn["has_templates"] |= dice.random() < 0.5 and drawn["answers"] > 0
        drawn["asks"] = dice.choice(("nothing",) * 6 + tuple(found.CONDITIONS))
        drawn["has_own_words"] = dice.random() < 0.2
        drawn["channels"] = dice.choice(("whatsapp",) * 4 + ("sms_second", "email_second", "all", "all", "email_first"))
        drawn |= {"kills_elsewhere": 0.7, "has_short_stalls": False}
        if theme == "twins":  # claims that are unclear, beside claims whose owners stall
            drawn |= {"people": 1, "is_wordless": True, "twilio_skew_seconds": skew}
            drawn |= {"kills": 0.0, "stalls": 1.0, "create_faults": 0.5, "kills_thickest_at": "create"}
        elif theme == "late_ids":  # claims that reach the table after a newer run has looked, and before its own
            drawn |= {"kills": 0.0, "stalls": 2.0, "slowness_seconds": 0.5, "missed_wait_minutes": 0}
            drawn |= {"kills_thickest_at": "claim", "kills_elsewhere": 0.0, "has_short_stalls": True}
        drawn |= rules.draw(dice, theme)
        drawn["writes"] = dice.choice(("answers", "wishes"))
        drawn["loses_templates"] = dice.random() < 0.15
        drawn["digest_minutes"] = dice.choice((0,) * 6 + (1, 2))
        if theme == "failing":  # messages that fail again and again, and runs killed where they write that down
            drawn |= {"sender_fails": "for_hours", "people": 1, "answers": 6, "writes": "answers", "minutes": 6}
            drawn |= {"has_templates": True, "loses_templates": False, "create_faults": 0.0, "list_lag_seconds": 0}
            drawn |= {"kills": 1.0, "kills_thickest_at": "outcome", "kills_elsewhere": 0.05, "stalls": 0.0}
        return cls(**{**drawn, **given})

    def __str__(self) -> str:
        """As `--set` takes them."""
        return " ".join(f"{field.name}={_spelled(getattr(self, field.name))}" for field in fields(self))

    @property
    def has_bad_reads(self) -> bool:
        """Whether a conversation may stay unread: a late run may have no time for it."""
        return self.elevenlabs_faults > 0 or self.stalls > 0 or self.slowness_seconds > 1

    def settings(self, start: float) -> Settings:
        return Settings(
            lookback_hours=self.lookback_hours,
            not_before=None if self.not_before_seconds is None else start + self.not_before_seconds,
            summary_wait_seconds=self.summary_wait_seconds,
            missed_wait_minutes=self.missed_wait_minutes,
            statuses={**DEFAULT_STATUSES, **STATUSES[self.statuses]},
            content_sids=TEMPLATES if self.has_templates else {},
            unclear=self.unclear,
            settle_minutes=self.settle_minutes,
            channels=CHANNELS[self.channels],
            digest=self._digest(start) if self.digest_minutes else None,
            **rules.settings(self, start),
            **found.asked(self.asks, has_own_words=self.has_own_words),
        )

    def _digest(self, start: float) -> Digest:
        at = datetime.fromtimestamp(start, UTC) + timedelta(minutes=self.digest_minutes)
        return Digest(at.hour * 60 + at.minute, "UTC")


def parse(given: list[str]) -> dict[str, Any]:
    """`["list_lag_seconds=600", "theme=twins"]` as values. Raises UnknownOption."""
    types, values = get_type_hints(Options), {}
    for one in given:
        name, _, text = one.partition("=")
        if name not in types:
            raise UnknownOption(f"no option {name!r}: use one of {', '.join(types)}")
        values[name] = _value(name, text, types[name])
    return values


def _value(name: str, text: str, kind: Any) -> Any:
    if name == "kills_thickest_at":
        kind = Literal[KINDS]
    if get_origin(kind) is Literal:
        choices = {str(choice): choice for choice in get_args(kind)}
        if text not in choices:
            raise UnknownOption(f"{name} is one of {', '.join(choices)}, not {text!r}")
        return choices[text]
    if kind is bool:
        return _value(name, text, Literal["yes", "no"]) == "yes"
    if text == "none" and type(None) in get_args(kind):
        return None
    try:
        return int(text) if kind is int else float(text)
    except ValueError:
        raise UnknownOption(f"{name} is a number, not {text!r}") from None


def _spelled(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _rate(dice: random.Random) -> float:
    """Each trouble is left out or made frequent (swarm testing), so that rare pairs meet often."""
    return dice.choice((0.0, 0.0, 0.15, 0.5, 1.0))
