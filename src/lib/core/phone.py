"""Phone numbers: which may be written to, and what a log may show of one. Pure."""

import re

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def is_e164(phone: str) -> bool:
    """Whether a phone number may be written to (facts/twilio.md §8)."""
    return _E164.fullmatch(phone) is not None


def mask(phone: str) -> str:
    """`+573001239155` → `+57******9155`: what a log may show (contract §6)."""
    digits = phone.removeprefix("whatsapp:")
    if len(digits) < 9:
        return "*" * len(digits)
    return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"
