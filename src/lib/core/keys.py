"""Every key of the table (contract §3), made here alone, of checked parts. Pure.

What ElevenLabs hands on may hold any text: a phone in an upload, a recipient's id. A part that could be taken for
something else, or that DynamoDB would refuse, is written as its digest, so that nobody's text makes a key of ours:
ours start with `#`, and a call's never does.

The phone's part has no `_`, so that the first one ends it. What follows is a conversation's id, or a batch's and a
recipient's. These two cannot meet: batch and conversation ids are ElevenLabs' own, of fixed forms (`btcal_…`,
`conv_…`), and the one id that a customer may choose, the recipient's, stands last.
"""

import hashlib
import hmac
import re
from functools import lru_cache

from .phone import mask, person_of

LEASE, SUPPRESSION_KEY = "#lease", "#suppression_key"
_PHONE = re.compile(r"[0-9A-Za-z+ ().:-]{0,40}")
_PART = re.compile(r"(?!~)[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{0,100}")  # 400 bytes at most: a key may have 2,048
_OWN_IDS = re.compile(r"(?:conv|btcal)_[0-9A-Za-z]+(?:_rcp_(?![0-9]{7})[0-9A-Za-z]+)?(?![^_])")  # ElevenLabs'
_PLACE = re.compile(r"#place:([1-9][0-9]{0,9})")
_REMEMBERED = 2_000  # a tick asks for the key of the same call again and again


@lru_cache(_REMEMBERED)
def of_call(phone: str, conversation_id: str) -> str:
    return f"{_phone(phone)}_{_part(conversation_id)}"


@lru_cache(_REMEMBERED)
def of_recipient(phone: str, batch_id: str, recipient_id: str) -> str:
    """The key of a call without a conversation id."""
    return f"{_phone(phone)}_{_part(batch_id)}_{_part(recipient_id)}"


def of_recipient_in_any_batch(phone: str, recipient_id: str) -> str:
    """As version 0.1 wrote it. Seven days after the upgrade such records are expired, and nothing needs it any more."""
    return f"{_phone(phone)}_{_part(recipient_id)}"


def of_phone(phone: str, week: int) -> str:
    return f"#phone:{_phone(phone)}:{week}"


def of_place(number: int) -> str:
    """A place under `daily_limit`, from 1 on."""
    return f"#place:{number}"


def place_in(pk: str) -> int:
    """The number of the place whose key this is; 0 for any other key."""
    found = _PLACE.fullmatch(pk)
    return int(found[1]) if found else 0


def of_message(sid: str) -> str:
    return f"#sid:{_part(sid)}"


def of_batch(batch_id: str) -> str:
    return f"#batch:{_part(batch_id)}"


def of_suppressed(secret: str, phone: str) -> str:
    """A keyed digest: a plain one is undone by trying all numbers there are (facts/twilio.md §9)."""
    person = person_of(phone).encode("utf-8", "surrogatepass")
    return f"#suppressed:{hmac.digest(secret.encode(), person, 'sha256').hex()}"


def of_inbox(sender: str) -> str:
    return f"#inbox:{_part(sender)}"


def of_rewritings(sender: str) -> str:
    return f"#rewritings:{_part(sender)}"


def of_suspension(channel: str, sender: str, content_sid: str) -> str:
    return f"#suspended:{_part(channel)}:{_part(sender)}:{_part(content_sid)}"


def of_reply(sid: str) -> str:
    return f"#reply:{_part(sid)}"


def of_digest(day: str) -> str:
    return f"#digest:{_part(day)}"


def is_call(pk: str) -> bool:
    return not pk.startswith("#")


def is_reply(pk: str) -> bool:
    return pk.startswith(of_reply(""))


def masked(pk: str) -> str:
    """What a log may show of a key: `+57******9155_conv_1`.

    A recipient's id may be anything, a phone or a name: one that is not ElevenLabs' own is shown as its digest.
    """
    if not is_call(pk):
        return pk.partition(":")[0]
    phone, mark, rest = pk.partition("_")
    ids = _OWN_IDS.match(rest)
    shown = ids[0] if ids else ""
    other = rest[len(shown) :]
    return f"{mask(phone)}{mark}{shown}" + (f"~{_digest(other)[:8]}" if other else "")


def _phone(phone: str) -> str:
    return phone if _PHONE.fullmatch(phone) else f"?{_digest(phone)}"


def _part(text: str) -> str:
    return text if _PART.fullmatch(text) else f"~{_digest(text)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
