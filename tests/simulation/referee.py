"""A referee that knows none of our classes: what ElevenLabs ended and what Twilio accepted, as plain data, and no more.

It matches the messages of each phone with the calls of that phone: every message needs a call that it was due to, and a
call may have one. So a misunderstanding that the product and its checks share does not hide from it. The names of the
promises are those of docs/reliability.md.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from tests.simulation.referee_gate import too_many_people, too_near, unlawful, unwished

Plain = dict[str, Any]

STALL_SECONDS = 1500  # how late a message may leave that was claimed in time
EDGE_SECONDS = 120  # a call at the very edge of an age limit may fall on either side
WINDOW_SECONDS = 24 * 3600
REMEMBERED_SECONDS = 7 * 24 * 3600  # contract §3
SURELY_FAILED = (63016, 63018, 30001, 30036, 63007, 63041, 63015)  # nobody got it: another one may leave
OUTSIDE_WINDOW = 63016
SAME_WORDS_SECONDS = 300  # calls of the same words may swap messages, were they sent as near to each other
NO_SUMMARY = "Summary couldn't be generated for this call."
GREETING = "¡Hola{name}! 👋\n\n"
CLOSING = "\n\nPor favor, comparte tus dudas o comentarios para que pueda ayudarte mejor. 😊\n\n---\n*{brand}*"
ABOUT = "Hemos completado una conversación y me gustaría seguir hablando contigo sobre: {summary}"
TALKED = "Acabamos de tener una conversación telefónica y me gustaría continuar el diálogo contigo por aquí."
MISSED = (
    "Intentamos comunicarnos contigo por teléfono y no lo logramos; me gustaría continuar el diálogo contigo por aquí."
)


def judge(
    messages: Sequence[Plain],
    attempts: Sequence[Plain],
    records: dict[str, Plain],
    settings: Plain,
    wishes: Sequence[Plain],
    now: float,
) -> list[tuple[str, str]]:
    """(promise, what is wrong) of a story that has come to rest.

    messages: `sid`, `at`, `to`, `body`, `template` (its SID or None), `while_stopped` (by a paused or a dry run),
    `code` (of its failure, or None), `wrote_before` (seconds before it at which the person wrote to us).
    attempts: `id` (the conversation's), `batch`, `recipient`, `phone`, `started_at`, `ended_at`, `name`, `language`,
    `email`, `results` (id → value), `summary`, `was_silent`, `steps` ((at, status) of the recipient), `resends` (asked
    for by a person), and `shows`: None unless the recipient is listed with this attempt now, else (status, conversation
    id or None).
    records: the live ones by `pk`: `status`, `reason`, `sid`, `sids` (earlier ones too), `ended_at`, `recorded_at`.
    settings: as contract §2 names them, and `templates_lost_at`: when somebody took `content_sids` away.
    wishes: `person`, `at`, `wish` ("out" or "in"), `shown_at`: when Twilio's list first showed it to the function.
    """
    phones = {attempt["email"]: attempt["phone"] for attempt in attempts}
    messages = [one | {"person": phones.get(one["to"], one["to"].removeprefix("whatsapp:"))} for one in messages]
    wrong = [*unlawful(messages, settings, STALL_SECONDS), *too_many_people(messages, settings, STALL_SECONDS)]
    wrong += unwished(messages, wishes, STALL_SECONDS)
    resends: defaultdict[str, int] = defaultdict(int)
    for attempt in attempts:
        resends[attempt["phone"]] += _may_have(attempt, settings) - 1
    wrong += too_near(messages, resends, settings, STALL_SECONDS)
    by_phone: defaultdict[str, tuple[list[Plain], list[Plain]]] = defaultdict(lambda: ([], []))
    for message in messages:
        by_phone[message["person"]][0].append(message)
    for attempt in attempts:
        by_phone[attempt["phone"]][1].append(attempt)
    named = [sid for record in records.values() for sid in record["sids"]]
    if len(named) > len(set(named)):
        wrong.append(("record-for-every-call", "two calls are recorded with one message"))
    for sent, called in by_phone.values():
        for channel in {_channel(message) for message in sent}:
            of_it = [one for one in sent if _channel(one) == channel]
            wrong += _too_many(of_it, called, settings, may_repeat=channel != "email")
        if len({_channel(message) for message in sent}) > 1:  # a further one only for what has failed
            may_stand = [message for message in sent if message["code"] is None]
            wrong += [("next-channel-after-failure", what) for _, what in _too_many(may_stand, called, settings)]
        wrong += _outside_window(sent, called, settings)
        for attempt in called:
            wrong += _too_few(attempt, sent, records, settings, now)
        known_since = now - REMEMBERED_SECONDS  # a record that has expired names nothing
        may_stand = [one for one in sent if one["code"] not in SURELY_FAILED and one["at"] > known_since]
        unnamed = [one for one in may_stand if one["sid"] not in named]
        wrong += _unnamed(unnamed, called, records, settings)
    return wrong


def _channel(message: Plain) -> str:
    to = str(message["to"])
    return "whatsapp" if to.startswith("whatsapp:") else "email" if "@" in to else "sms"


def _too_many(
    sent: Sequence[Plain], called: Sequence[Plain], settings: Plain, *, may_repeat: bool = True
) -> Iterable[tuple[str, str]]:
    """Messages without a call of their own. may_repeat: False for e-mails, of which no list shows whether they left."""
    taken: list[list[int]] = [[] for _ in called]  # by attempt: the messages that it accounts for

    def place(message: int, tried: set[int]) -> bool:
        for number, attempt in enumerate(called):
            if number in tried or not _fits(sent[message], attempt, settings):
                continue
            tried.add(number)
            if len(taken[number]) < _may_have(attempt, settings, may_repeat=may_repeat):
                taken[number].append(message)
                return True
            for other in taken[number]:
                if place(other, tried):
                    taken[number][taken[number].index(other)] = message
                    return True
        return False

    for number, message in enumerate(sent):
        if message["while_stopped"] or not any(_fits(message, attempt, settings) for attempt in called):
            yield "only-whom-the-settings-allow", f"{message['sid']} to {message['to']} was due to no call"
        elif message["code"] not in SURELY_FAILED and not place(number, set()):
            yield "one-message", f"{message['sid']} to {message['to']} is one too many"


def _outside_window(sent: Sequence[Plain], called: Sequence[Plain], settings: Plain) -> Iterable[tuple[str, str]]:
    """Free text that failed outside the window is no call's second time."""
    free_texts = (message for message in sent if _channel(message) == "whatsapp" and not message["template"])
    failed = sum(1 for message in free_texts if message["code"] == OUTSIDE_WINDOW)
    if failed > sum(_may_have(attempt, settings) for attempt in called):
        yield "template-or-window", f"{failed} free texts to {sent[0]['to']} failed outside the window"


def _may_have(attempt: Plain, settings: Plain, *, may_repeat: bool = True) -> int:
    return sum((1, may_repeat and settings["unclear"] == "resend", attempt["resends"]))


def _fits(message: Plain, attempt: Plain, settings: Plain, early_seconds: float = 0) -> bool:
    """Whether this message, at its instant and in its words, was due to this call."""
    age_seconds = message["at"] - int(attempt["ended_at"])
    if not -early_seconds <= age_seconds <= settings["lookback_hours"] * 3600 + STALL_SECONDS:
        return False
    if not re.fullmatch(r"\+[1-9]\d{6,14}", attempt["phone"]):
        return False
    if int(attempt["ended_at"]) < (settings["not_before"] or 0):
        return False
    kinds = {settings["statuses"].get(status) for at, status in attempt["steps"] if at <= message["at"] + early_seconds}
    if any(status == "in_progress" for at, status in attempt["steps"]):
        kinds.add("follow_up")  # a recipient that stands still: its conversation is the truth
    if "follow_up" in kinds and attempt["was_silent"]:
        kinds.add("missed")
    if any(not _is(attempt["results"].get(name), wanted) for name, wanted in settings["only_if"].items()):
        kinds.discard("follow_up")
    return any(_says(message, kind, attempt, settings) for kind in ("follow_up", "missed") if kind in kinds)


def _is(value: Any, wanted: Any) -> bool:
    return str(value).lower() in ("true", "yes", "sí") if wanted is True else bool(value == wanted)


def _says(message: Plain, kind: str, attempt: Plain, settings: Plain) -> bool:
    if attempt["language"] == "en":
        return str(settings["brand"]) in message["body"]  # the contract spells the Spanish words only
    if _channel(message) == "sms":  # the contract leaves its words to the shop
        return str(settings["brand"]) in message["body"]
    frame_end = CLOSING.replace("---\n*{brand}*", "-- \n{brand}") if _channel(message) == "email" else CLOSING
    template = None if _channel(message) == "email" else settings["content_sids"].get(kind, {}).get("es")
    in_window = any(ago <= WINDOW_SECONDS + STALL_SECONDS for ago in message["wrote_before"])
    must_be_template = template and not in_window and message["at"] < settings["templates_lost_at"]
    if message["template"] or must_be_template:
        return bool(message["template"] == template)
    name, summary = attempt["name"], (attempt["summary"] or "").strip()
    own = _own_words(kind, name, summary, settings)
    if own:
        return any(re.search(text, message["body"]) for text in own)
    texts = [MISSED] if kind == "missed" else [TALKED]
    if kind == "follow_up" and summary and summary != NO_SUMMARY:
        texts.append(ABOUT.format(summary=summary))
    frame = GREETING.format(name=f" {name}" if name else "") + "{}" + frame_end.format(brand=settings["brand"])
    # Twilio may put words of its own around a text (facts/twilio.md §5.3).
    return any(frame.replace("{}", text) in message["body"] for text in texts)


def _own_words(kind: str, name: str, summary: str, settings: Plain) -> list[str]:
    """The shop's own texts as patterns; without a name the space and the comma beside it go, too."""
    kinds = ["missed"] if kind == "missed" else ["no_summary"]
    if kind == "follow_up" and summary and summary != NO_SUMMARY:
        kinds.append("follow_up")
    patterns = []
    for own in (settings["texts"][kind]["es"] for kind in kinds if kind in settings["texts"]):
        text = str(own) if name else own.replace(" {name}", "")
        filled = text.replace("{name}", name).replace("{summary}", summary).replace("{brand}", settings["brand"])
        patterns.append(".+".join(re.escape(part) for part in filled.split("{date}")))
    return patterns


def _keys(attempt: Plain) -> list[str]:
    phone = attempt["phone"]
    return [f"{phone}_{attempt['id']}", f"{phone}_{attempt['batch']}_{attempt['recipient']}"]


def _records(attempt: Plain, records: dict[str, Plain]) -> list[Plain]:
    """Under the recipient's key stands this attempt before its conversation's id appeared, or an earlier one."""
    own, recipients = (records.get(key) for key in _keys(attempt))
    is_of_this = recipients is not None and recipients["ended_at"] >= int(attempt["started_at"])
    return [record for record in (own, recipients if is_of_this else None) if record is not None]


def _too_few(
    attempt: Plain, sent: Sequence[Plain], records: dict[str, Plain], settings: Plain, now: float
) -> Iterable[tuple[str, str]]:
    """A call that is due, and has neither a message nor a record that says why not."""
    if attempt["shows"] is None:
        return
    status, shown_id = attempt["shows"]
    ended_at = int(attempt["ended_at"])
    is_recent = now - ended_at <= settings["lookback_hours"] * 3600 - EDGE_SECONDS
    is_meant = settings["statuses"].get(status) in ("follow_up", "missed") and ended_at >= (settings["not_before"] or 0)
    if not is_recent or not is_meant:
        return
    found = _records(attempt, records)
    # Without a conversation's id its key may be an earlier attempt's, whose record may be forgotten by now.
    stood_there = ended_at < attempt["first_end"] + REMEMBERED_SECONDS <= now
    if not found and (shown_id or not (_keys(attempt)[1] in records or stood_there)):
        yield "record-for-every-call", f"{attempt['id']} ({status}) has no record"
    for record in found:
        named = [message for message in sent if message["sid"] == record["sid"]]
        fits = any(_fits(message, attempt, settings, SAME_WORDS_SECONDS) for message in named)
        # A template's text tells a claim by its variables alone: one too many after a resend may be taken for it.
        is_surplus = settings["unclear"] == "resend" and any(message["template"] for message in named)
        if record["sid"] and not fits and not is_surplus:
            yield "record-for-every-call", f"{attempt['id']} is recorded with {record['sid']}, which cannot be its own"
        elif not record["sid"] and not (record["status"] in ("failed", "skipped", "held") and record["reason"]):
            yield "record-for-every-call", f"{attempt['id']} is {record['status']} without a message or a reason"


def _unnamed(
    unnamed: Sequence[Plain], called: Sequence[Plain], records: dict[str, Plain], settings: Plain
) -> Iterable[tuple[str, str]]:
    """Messages in nobody's record: a resend's, and that of a call that is held, let be, or has lost its record."""
    excused = 0
    for attempt in called if unnamed else ():
        excused += _may_have(attempt, settings) - 1
        found = _records(attempt, records)
        is_open = any(one["status"] == "held" or one["reason"] == "released_by_a_person" for one in found)
        excused += is_open or not found or found[0]["recorded_at"] > unnamed[0]["at"]
    if len(unnamed) > excused:
        sids = ", ".join(message["sid"] for message in unnamed)
        yield "record-for-every-call", f"messages that no record names: {sids}"
