"""Every finished call ends with a message, or with a reason why not."""

from lib.core.codes import About, code_of
from lib.core.phone import is_e164, spellings
from lib.core.record import TTL_SECONDS
from lib.core.table import Item
from local.services.elevenlabs.calls import FINISHED, Batch, Conversation, Recipient
from tests.simulation.checks import found, gate, people
from tests.simulation.checks.history import Rest, key_phone
from tests.simulation.promises import Promise

OPTED_OUT_CODE = 21610
HAS_MESSAGE = frozenset({"sent", "delivered", "read"})
FINAL = HAS_MESSAGE | {"failed", "skipped", "held"}
SLACK_SECONDS = 120.0  # a call at the very edge of an age limit may fall on either side


def check(rest: Rest) -> None:
    history, seen = rest.history, set[str]()
    for item in rest.calls.values():
        for problem in _problems(rest, item):
            history.violate(Promise.RECORD_FOR_EVERY_CALL, f"{item['pk']} {problem}")
        named = {item.get("message_sid"), *(event.get("sid") for event in item["history"])} - {None}
        if named & seen:
            history.violate(Promise.RECORD_FOR_EVERY_CALL, f"{item['pk']} and another call share {min(named & seen)}")
        seen |= named
        if _is_refused(item) and code_of(item.get("error_code") or 0).about in (About.ACCOUNT, About.PARAMETER):
            what = f"{item['pk']} failed by a refusal of the account or a parameter ({item['error_code']})"
            history.violate(Promise.ACCOUNT_REFUSAL_FAILS_NOBODY, what)
    for batch in history.world.batches.values():
        for recipient in batch.recipients.values():
            problem = _problem_of_call(rest, batch, recipient)
            if problem:
                history.violate(Promise.RECORD_FOR_EVERY_CALL, f"{problem}, batch {batch.id}")


def _problems(rest: Rest, item: Item) -> list[str]:
    """What is wrong with a record, whatever its call was."""
    status, reason, sid = item["status"], item.get("reason", ""), item.get("message_sid")
    if status not in FINAL:
        return [f"is still {status} ({reason})"]
    problems = []
    if status in HAS_MESSAGE and not sid:
        problems.append(f"is {status} without a SID")
    if status in ("failed", "skipped", "held") and not reason:
        problems.append(f"is {status} without a reason")
    code = item.get("error_code")
    if _is_refused(item) and (item["claim_id"], code) not in rest.history.refused:
        problems.append(f"says that Twilio refused it ({code}); it did not")
    return problems


def _is_refused(item: Item) -> bool:
    return bool(item["status"] == "failed" and item.get("reason") == "refused")


def _problem_of_call(rest: Rest, batch: Batch, recipient: Recipient) -> str:
    """A recipient's present call has what the settings ask for."""
    settings = rest.history.settings
    at, status, conversation_id = recipient.step(rest.now)
    at = int(at)  # times are told in whole seconds
    action = settings.statuses.get(status, "wait")
    if action == "wait" or (action == "skip" and not conversation_id):
        return ""
    talk = rest.history.world.conversations.get(conversation_id or recipient.conversation_id or "")
    ended_at = int(talk.ended_at if talk else at)
    if min(ended_at, at) < (settings.not_before or 0):  # a cancelled call may go on
        return ""
    if rest.now - ended_at > settings.lookback_hours * 3600 - SLACK_SECONDS:
        return ""
    phone = key_phone(recipient)
    pk = f"{phone}_{conversation_id or f'{batch.id}_{recipient.id}'}"
    item = rest.calls.get(pk)
    if item is None and not conversation_id and recipient.clock != "right":
        return ""  # nothing tells when its call ended, and its creation is too long ago
    if item is None and conversation_id and _showed_its_id_late(rest, batch, recipient, talk, action):
        return ""  # the attempt is recorded without its conversation id, and nothing tells that the id has come
    if item and talk and not conversation_id and item["ended_at"] < int(talk.started_at):
        return ""  # an earlier attempt's: without a conversation id, a recipient has one key (contract §3)
    if item is None and not conversation_id and ended_at < _first_end(recipient) + TTL_SECONDS <= rest.now:
        return ""  # it has one key: an earlier attempt's record stood there when it ended, and is forgotten by now
    if item is None:
        return f"{pk} ({status}, ended {ended_at}) has no record"
    if item["status"] == "skipped" and not _may_skip(rest, item, recipient, ended_at, at):
        return f"{pk} ({status}) was skipped: {item['reason']}"
    return ""


def _first_end(recipient: Recipient) -> float:
    return min(step.at for step in recipient.steps if step.status in FINISHED)


def _showed_its_id_late(rest: Rest, batch: Batch, recipient: Recipient, talk: Conversation | None, action: str) -> bool:
    before = rest.calls.get(f"{key_phone(recipient)}_{batch.id}_{recipient.id}")
    ended_by = (before.get("undated") or before["ended_at"]) if before else 0
    if talk is None or not (action == "skip" or ended_by >= int(talk.started_at)):
        return False
    ended_at = int(talk.ended_at)
    return any(one.status in FINISHED and one.at >= ended_at and not one.conversation_id for one in recipient.steps)


def _may_skip(rest: Rest, item: Item, recipient: Recipient, ended_at: int, at: float) -> bool:
    settings, reason = rest.history.settings, str(item["reason"])
    if reason.startswith("status_"):
        return any(settings.statuses.get(step.status) == "skip" for step in recipient.steps)
    if reason in ("invalid_phone", "no_phone"):
        return not is_e164((recipient.phone_number or "").strip())
    if reason == "too_old":
        return int(item["recorded_at"]) - ended_at > settings.lookback_hours * 3600 - SLACK_SECONDS
    if reason == "same_attempt":
        talk = rest.history.world.conversations[item["conversation_id"]]
        return any(
            step.conversation_id is None
            and step.at >= talk.started_at
            and step.status not in ("initiated", "dispatched")
            for step in recipient.steps
        )
    if reason in ("quiet_hours", "contact_law", "cooldown", "daily_limit"):
        return gate.may_skip(rest, item, ended_at)
    if reason == "only_if" or (reason == "opted_out" and found.may_skip(rest, item)):
        return found.may_skip(rest, item)
    if reason == "opted_out":
        return _has_opted_out(rest, str(item["phone"]))
    return reason == "released_by_a_person" or (reason == "superseded" and _is_superseded(rest, item))


def _has_opted_out(rest: Rest, phone: str) -> bool:
    """The person has written so, or Twilio has refused a message to them for that, at once or later."""
    history = rest.history
    if people.asked_for_none(history, phone):
        return True
    refused = {history.claims[claim_id].call.phone for claim_id, code in history.refused if code == OPTED_OUT_CODE}
    refused |= {sent.claim.call.phone for sent in history.sent if sent.message.error_code == OPTED_OUT_CODE}
    return not refused.isdisjoint(spellings(phone))


def _is_superseded(rest: Rest, missed: Item) -> bool:
    """Another call to the phone stands for it: a later one, one missed in the same minutes, or one whose message was
    held back until this call had ended."""
    wait_seconds = rest.history.settings.missed_wait_minutes * 60
    for other in rest.calls.values():
        if other.get("phone") == missed.get("phone") and other["pk"] != missed["pk"] and other["status"] in FINAL:
            latest = max(*_ends(rest, other), other.get("claimed_at", 0) - wait_seconds)
            if min(_ends(rest, missed)) - latest <= wait_seconds:  # or later
                return True
    return False


def _ends(rest: Rest, item: Item) -> list[int]:
    """When its call ended: as the recipient told it, and in truth."""
    talk = rest.history.world.conversations.get(item.get("conversation_id", ""))
    return [int(item["ended_at"]), *([int(talk.ended_at)] if talk else [])]
