"""Phone numbers: what a list's spelling means, which may be written to, what a log may show of one. Pure."""

import re
import unicodedata

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# Mobile numbers with and without a digit that their country once had, or has only abroad (facts/twilio.md §8): WhatsApp
# knows an older account by the other spelling. In Brazil a landline has no ninth digit, and begins with 2 to 5.
_OPTIONAL_DIGITS = {
    "+52": (re.compile(r"(\+52)1?([2-9][0-9]{9})"), "1"),
    "+54": (re.compile(r"(\+54)9?([1-9][0-9]{9})"), "9"),
    "+55": (re.compile(r"(\+55[1-9][1-9])9?([6-9][0-9]{7})"), "9"),
}
_LISTED_MAX_CHARACTERS = 100  # a longer text is no phone
_UNREADABLE_MAX_CHARACTERS = 40
_SCHEME = re.compile(  # what stands before a number, spaces left out: `tel:`, `Cel.`, `Móvil:`
    r"(?:(?:callto|sms|wa|wsp|p|{0}):|(?:{0})[.:]*(?=\+))".format(
        "tel[eé]fono|telefone|telf|tel|tlf|tfno|celular|cel|m[oó]vil|mobile|phone|whatsapp"
    ),
    re.IGNORECASE,
)
_WHATSAPP_LINK = re.compile(
    r"(?:https?://)?(?:wa\.me/|(?:api|web)\.whatsapp\.com/send/?\?phone=)\+?([0-9]+)/?(?:[?&].*)?"
    r"|\+?([0-9]+)(?::[0-9]+)?@(?:c\.us|s\.whatsapp\.net)",
    re.IGNORECASE,
)
_SPREADSHEET_POWER = re.compile(r"([1-9])[.,]([0-9]{6,14})E\+?([0-9]{1,2})", re.IGNORECASE)  # 5.73001239155E+11
_EXTENSION = re.compile(r";?(?:extensi[oó]n|ext|int|ramal|anexo|x|#)[.:=]?[0-9]{1,6}", re.IGNORECASE)
# A number's cell: 573001239155.0, 573001239155,00.
_SPREADSHEET_DECIMALS = re.compile(r"(?<=[0-9]{10})[.,]00?|(?<=[0-9]{7})\.0")
_SEPARATORS = str.maketrans("", "", ".()[]_•\N{MINUS SIGN}\N{MIDDLE DOT}")
_ZERO_IN_BRACKETS = re.compile(r"(?!^[(\[]00)[(\[]0")  # +44 (0) 20…: whether it is dialled depends on the country
_QUOTES = "'\",;=<>`´‘’“”*{}"
_INTERNATIONAL = re.compile(r"(?:\+00|\+{1,2}|00)([0-9]+)")
_NORTH_AMERICAN = re.compile(r"1[2-9][0-9]{2}[2-9][0-9]{6}")
# 34 98765 4321 is a mobile in Uberaba and a telephone in León. Peru (51 9…), Chile (56 9…) and Curaçao (599…) write
# their whole numbers so; of these only 51 is an area of Brazil as well, and lists without a plus are mostly whole.
_BRAZILIAN_MOBILE = re.compile(r"(?!51|56|59)[1-9]{2}9[0-9]{8}")


def is_e164(phone: str) -> bool:
    """Whether a phone number may be written to (facts/twilio.md §8)."""
    return _E164.fullmatch(phone) is not None


def spellings(phone: str) -> tuple[str, ...]:
    """The number as it is written, then the other way in which the same person's number may stand, if there is one."""
    if (country := _OPTIONAL_DIGITS.get(phone[:3])) and (found := country[0].fullmatch(phone)):
        head, tail = found.groups()
        return tuple(dict.fromkeys((phone, head + tail, head + country[1] + tail)))
    return (phone,)


def person_of(phone: str) -> str:
    """One spelling for all in which the same person's number may stand."""
    return min(spellings(phone))


def to_e164(listed: str) -> str:
    """The number that a list's text spells, as contract §3 writes it; "" when there is none, or its country is open.

    Nothing is guessed: a wrong country writes to a stranger, and the conversation knows the number that was dialled.
    """
    if is_e164(listed):
        return listed
    if not listed or len(listed) > _LISTED_MAX_CHARACTERS:
        return ""
    text = "".join(map(_visible, unicodedata.normalize("NFKC", listed))).strip(_QUOTES)
    text = _SCHEME.sub("", text, count=1) if _SCHEME.match(text) else text
    if known := _always_whole(text):
        return known if is_e164(known) else ""
    text = _without_end(_SPREADSHEET_DECIMALS, _without_end(_EXTENSION, text))
    if _ZERO_IN_BRACKETS.search(text):
        return ""
    text = text.translate(_SEPARATORS)
    if whole := _INTERNATIONAL.fullmatch(text):
        phone = f"+{whole[1]}"
    else:
        phone = f"+{text}" if _has_country_code(text) else ""
    return phone if is_e164(phone) else ""


def _always_whole(text: str) -> str:
    """WhatsApp's own ways to write a number have its country; a spreadsheet's power of ten has all digits, or lacks
    some. "" for anything else."""
    if link := _WHATSAPP_LINK.fullmatch(text):
        return f"+{link[1] or link[2]}"
    power = _SPREADSHEET_POWER.fullmatch(text)
    digits = power[1] + power[2] if power and len(power[2]) == int(power[3]) else ""
    return f"+{digits}" if _has_country_code(digits) else ""


def unreadable(listed: str) -> str:
    """What a record keeps of a text that is no phone: its printable characters, bounded, and none that a key needs."""
    kept = (char for char in listed if char.isprintable() and char not in "#_")
    return "".join(kept)[:_UNREADABLE_MAX_CHARACTERS].strip()


def mask(phone: str) -> str:
    """`+573001239155` → `+57******9155`: what a log may show (contract §6)."""
    digits = phone.removeprefix("whatsapp:")
    if len(digits) < 9 or not digits.removeprefix("+").isdecimal():  # a list's phone may be anything, a name too
        return "*" * len(digits)
    return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"


def _visible(char: str) -> str:
    """The character; the digits of every script as ours; nothing for blanks, dashes, pictures, the unseen."""
    if char.isascii() and char.isprintable() and char not in " -":
        return char
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    return "" if unicodedata.category(char) in {"Cc", "Cf", "Me", "Mn", "Pd", "So", "Zl", "Zp", "Zs"} else char


def _without_end(pattern: re.Pattern[str], text: str) -> str:
    """The text before a match that reaches its end and has a digit before it."""
    for match in pattern.finditer(text):
        if match.end() == len(text) and match.start() and text[match.start() - 1].isdecimal():
            return text[: match.start()]
    return text


def _has_country_code(digits: str) -> bool:
    """Whether digits without a plus are a whole number: long enough, and no country's own way to write it."""
    if digits.startswith("1"):
        return _NORTH_AMERICAN.fullmatch(digits) is not None
    return 11 <= len(digits) <= 15 and not digits.startswith("0") and not _BRAZILIAN_MOBILE.fullmatch(digits)
