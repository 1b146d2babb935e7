"""Phone numbers: which may be written to, and what a log may show of one. Pure."""

import re

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# Mobile numbers with and without a digit that their country once had, or has only abroad (facts/twilio.md §8): WhatsApp
# knows an older account by the other spelling. In Brazil a landline has no ninth digit, and begins with 2 to 5.
_OPTIONAL_DIGITS = (
    (re.compile(r"(\+52)1?([2-9][0-9]{9})"), "1"),
    (re.compile(r"(\+54)9?([1-9][0-9]{9})"), "9"),
    (re.compile(r"(\+55[1-9][1-9])9?([6-9][0-9]{7})"), "9"),
)


def is_e164(phone: str) -> bool:
    """Whether a phone number may be written to (facts/twilio.md §8)."""
    return _E164.fullmatch(phone) is not None


def spellings(phone: str) -> tuple[str, ...]:
    """The number as it is written, then the other way in which the same person's number may stand, if there is one."""
    for pattern, digit in _OPTIONAL_DIGITS:
        if found := pattern.fullmatch(phone):
            head, tail = found.groups()
            return tuple(dict.fromkeys((phone, head + tail, head + digit + tail)))
    return (phone,)


def mask(phone: str) -> str:
    """`+573001239155` → `+57******9155`: what a log may show (contract §6)."""
    digits = phone.removeprefix("whatsapp:")
    if len(digits) < 9:
        return "*" * len(digits)
    return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"
