"""What a tick tells: a line with its counts, ten metrics, a line for all that was swallowed (contract §5, §6)."""

import threading
from collections import Counter
from typing import Any

from ..core.call import Call
from ..core.codes import code_of
from ..core.gate import Rule
from ..core.metrics import METRICS
from ..core.phone import mask
from ..core.record import Record
from ..core.status import PHONE_REASONS
from ..ports import Log, Metrics

SENT = {"whatsapp": "WhatsAppsSent", "sms": "sms_sent", "email": "emails_sent"}
"""Under which name the messages of a channel are counted: one is a metric, the others stand in the tick's line."""


class Report:
    """One tick's counts, safe to add to from many threads."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.counts: Counter[str] = Counter()  # by metric name; other names go into the tick's log line only
        self.delays_ms: list[float] = []
        self.answers_seconds: list[int] = []  # from a message to the person's first answer
        self._lock = threading.Lock()

    def count(self, name: str, by: int = 1) -> None:
        with self._lock:
            self.counts[name] += by

    def delay(self, milliseconds: float) -> None:
        with self._lock:
            self.delays_ms.append(max(0.0, milliseconds))

    def answered(self, seconds: int, *, is_first: bool) -> None:
        """A person's answer, so long after the message."""
        self.count("replies")
        if is_first:
            with self._lock:
                self.answers_seconds.append(max(0, seconds))

    def sent(self, status: str, channel: str = "whatsapp") -> None:
        """A message that Twilio or SES has, in the status it had when that was learned."""
        self.count(SENT.get(channel, SENT["whatsapp"]))
        self.count("MessagesFailed", status == "failed")
        self.count("MessagesDelivered", status in ("delivered", "read"))

    def next_channel(self, record: Record, code: int, channel: str, sid: str) -> None:
        """A message failed for good, and another channel follows. sid: "" where Twilio had not accepted it."""
        self.count("fallbacks")
        why, known = code_of(code).meaning if code else "", {"message_sid": sid} if sid else {}
        self.about(
            "next_channel", record.call, "warning", failed=record.channel, code=code, why=why, next=channel, **known
        )

    def leaves_again(self, record: Record, code: int, reason: str, sid: str) -> None:
        """A message surely did not arrive, and another one leaves. sid: as in `next_channel`."""
        known = {"message_sid": sid} if sid else {}
        self.about("message_leaves_again", record.call, "warning", code=code, reason=reason, **known)

    def undelivered(self, record: Record, code: int, sid: str) -> None:
        """Twilio had accepted a message and could not deliver it, for good. code: 0 where it gave none."""
        why = code_of(code).meaning if code else ""
        self.about("message_undelivered", record.call, "warning", message_sid=sid, code=code, why=why)

    def skipped(self, call: Call, reason: str, rule: Rule | None) -> None:
        """No message follows that call. A phone that cannot be written to is a warning, and counted in this tick too:
        of a call with a conversation, which may know the phone, no earlier one could tell."""
        is_phone = reason in PHONE_REASONS
        if is_phone and call.conversation_id:
            self.count("unusable_phones")
        why = {"rule": rule.en} if rule else {}
        self.about("call_skipped", call, "warning" if is_phone else "info", reason=reason, **why)

    def tolerated(self, event: str, batch_id: str, why: str) -> None:
        """Something went wrong that stops nothing else: counted and logged."""
        self.count("Errors")
        self.log.error(event, batch_id=batch_id, why=why)

    def about(self, event: str, call: Call, level: str = "info", **keys: Any) -> None:
        """A line about one call, with what contract §6 lets a line name."""
        ids = {"batch_id": call.batch_id, "conversation_id": call.conversation_id, "phone": mask(call.phone)}
        getattr(self.log, level)(event, **ids, **keys)

    def emit_counts(self, metrics: Metrics) -> None:
        """What was counted outside of a tick: a person's word may find a message that had left."""
        counted: dict[str, list[float]] = {name: [self.counts[name]] for name in METRICS if self.counts[name]}
        if counted:
            metrics.emit(counted)

    def finish(self, metrics: Metrics, duration_ms: float, **keys: Any) -> None:
        """The tick's own line, and its metrics: nine values and the delays there were."""
        values: dict[str, list[float]] = {
            name: [self.counts.get(name, 0)] for name, unit in METRICS.items() if unit == "Count"
        }
        values["TickDuration"] = [duration_ms]
        if self.delays_ms:
            values["DetectionDelay"] = self.delays_ms
        metrics.emit(values)
        others = {name: value for name, value in self.counts.items() if name not in METRICS}
        counts = {name: int(value[0]) for name, value in values.items() if METRICS[name] == "Count"}
        if self.answers_seconds:
            keys["first_answer_seconds"] = sorted(self.answers_seconds)
        self.log.info("tick", duration_ms=round(duration_ms), **counts, **others, **keys)
