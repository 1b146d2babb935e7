"""How many segments a carrier cuts an SMS into (facts/twilio.md §1.5): the simulator's own count, not the product's."""

import re

# 3GPP TS 23.038: what one septet, and two, can write.
_ONE = re.compile(r"[\n\r !-#%-?A-Za-z@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà]*")
_TWO = str.maketrans(dict.fromkeys("^{}\\[~]|€\f", "@@"))


def segments(body: str) -> int:
    """At least one. A segment of a longer message is a header shorter."""
    septets = body.translate(_TWO)
    if _ONE.fullmatch(septets):
        whole, part, length = 160, 153, len(septets)
    else:
        whole, part, length = 70, 67, len(body.encode("utf-16-le")) // 2
    return 1 if length <= whole else -(-length // part)
