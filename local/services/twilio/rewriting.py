"""How an account may show a message otherwise than it was sent: in the create's answer and in lists, filter included.

`old_mexico`, `old_brazil`: numbers lose a digit that their country once had. `trial`: words before the text, as a trial
account has them. The others are invented, for what nobody has foreseen: `footer`: words after it; `no_accents`: the
text itself changes; `other_prefix`: the number has another prefix; `hidden_number`: most of its digits are gone.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import TypeAlias

Rewrite: TypeAlias = Callable[[str, str], tuple[str, str]]
"""From the recipient's address and the text as sent to both as shown."""


def _without_accents(text: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFKD", text) if mark.isascii())


REWRITES: dict[str, Rewrite] = {
    "old_mexico": lambda to, body: (re.sub(r"\+521(?=[0-9]{10}$)", "+52", to), body),
    "old_brazil": lambda to, body: (re.sub(r"(\+55[0-9]{2})9(?=[0-9]{8}$)", r"\1", to), body),
    "trial": lambda to, body: (to, f"Sent from your Twilio trial account - {body}"),
    "footer": lambda to, body: (to, f"{body}\n\nReply STOP to unsubscribe"),
    "no_accents": lambda to, body: (to, _without_accents(body)),
    "other_prefix": lambda to, body: (to.replace("+57", "+571", 1), body),
    "hidden_number": lambda to, body: (to[:-6] + "XXXXXX", body),
}
