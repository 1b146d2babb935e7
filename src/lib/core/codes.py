"""Twilio's error codes as one table: whom or what each one is about (facts/twilio.md §3). Pure.

A code comes with a refused create (HTTP 4xx, nothing was created) or stands on a message that was accepted and failed
later. The class says what to do in both cases. Codes get split and added without notice: an unknown one is UNEXPLAINED.
"""

from dataclasses import dataclass
from enum import Enum

SENDER, SMS_SENDER = "TWILIO_WHATSAPP_NUMBER", "TWILIO_SMS_NUMBER"
SERVICE, TEMPLATES, ACCOUNT_SID = "TWILIO_MESSAGING_SERVICE_SID", "SETTINGS.content_sids", "TWILIO_ACCOUNT_SID"
HOUR_SECONDS = 3600


class About(Enum):
    """Whom or what a code is about."""

    PERSON = "person"  # final: this person is not to be, or cannot be, written to
    CHANNEL = "channel"  # final here: another channel may reach the person
    MESSAGE = "message"  # final: this text or this request
    PARAMETER = "parameter"  # somebody fixes `Code.parameter`, then the same message may be sent
    ACCOUNT = "account"  # the account or its key: nobody gets anything until it is fixed
    LATER = "later"  # time alone fixes it
    UNCLEAR = "unclear"  # it may have arrived
    UNEXPLAINED = "unexplained"  # the person's or the configuration's: only how other messages fare tells


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `parameter`: which one to fix; empty for a refusal of the account's key, whichever key is in use."""

    number: int
    about: About
    meaning: str
    parameter: str = ""
    wait_seconds: int = 0  # LATER: how long it lasts at least
    is_opt_out: bool = False  # PERSON: they do not want to be written to, on any channel

    @property
    def page(self) -> str:
        """Twilio's own page about the code."""
        return f"https://www.twilio.com/docs/api/errors/{self.number}"


_OPTED_OUT = {
    21610: "the recipient has opted out",
    63014: "the recipient blocked the sender or opted out",
    63033: "the recipient blocked the number",
}
_PERSON = {
    21211: "the recipient's number is not valid",
    30004: "the recipient, or the carrier, blocks the sender",
    30005: "the number is not in use",
    30450: "delivery to this number is blocked",
    63031: "the sender and the recipient are the same",
}
_CHANNEL = {
    21612: "no SMS route reaches this number",
    21614: "the number is not a mobile one",
    30006: "a landline, or a carrier that cannot be reached",
    63003: "the recipient is not on this channel",
    63024: "the recipient cannot get messages on this channel",
    63032: "the recipient is in an experiment of Meta's",
    63036: "the recipient cannot be reached by RCS",
    63049: "Meta chose not to deliver a marketing template",
}
_MESSAGE = {
    21602: "no text",
    21604: "no recipient",
    21609: "the status callback is not valid",
    21617: "longer than 1,600 characters",
    21619: "neither text nor media",
    30007: "filtered as unwanted",
    30009: "a part of an incoming message is missing",
    30010: "dearer than MaxPrice",
    63016: "free text outside WhatsApp's 24-hour window",
    63026: "flagged as spam",
    63030: "a parameter that the channel does not know",
}
_PARAMETER = {
    21212: (SENDER, "the sender's number is not valid"),
    21603: (SENDER, "no sender"),
    21606: (SENDER, "the sender is not the account's, or cannot send there"),
    21910: (SENDER, "sender and recipient are on different channels"),
    63001: (SENDER, "the channel refuses the sender's login: link it again"),
    63007: (SENDER, "the account has no such sender"),
    63008: (SENDER, "the channel of the sender is set up wrongly"),
    63020: (SENDER, "the business has not accepted Twilio in Meta's settings"),
    63051: (SENDER, "the WhatsApp Business Account is locked"),
    63062: (SENDER, "Meta's terms for marketing messages are not accepted"),
    30032: (SMS_SENDER, "the toll-free sender is not verified"),
    30034: (SMS_SENDER, "the sender is not registered for US messages"),
    21701: (SERVICE, "the account has no such Messaging Service"),
    21703: (SERVICE, "the Messaging Service has no sender for this channel"),
    21704: (SERVICE, "the Messaging Service has no sender"),
    21654: (TEMPLATES, "variables without a template"),
    21655: (TEMPLATES, "the account has no such template"),
    63027: (TEMPLATES, "the template does not exist in this language"),
    63028: (TEMPLATES, "the template has another number of variables"),
    63040: (TEMPLATES, "the template was rejected"),
    63041: (TEMPLATES, "the template is paused"),
    63042: (TEMPLATES, "the template is disabled"),
}
_ACCOUNT = {
    10001: (ACCOUNT_SID, "the account is not active"),
    20003: ("", "the login failed, or the key may not do this"),
    20005: (ACCOUNT_SID, "the account is not active"),
    20006: (ACCOUNT_SID, "access denied"),
    20008: ("", "not allowed with test credentials"),
    20403: ("", "forbidden"),
    20404: (ACCOUNT_SID, "no such account"),
    30002: (ACCOUNT_SID, "the account is suspended"),
    90010: (ACCOUNT_SID, "the account is not active"),
}
_LATER = {
    14107: (60, "too many messages at once"),
    20429: (0, "too many requests at once"),
    21611: (600, "the sender's queue is full"),
    30001: (600, "the queue is full"),
    30003: (4 * HOUR_SECONDS, "the phone cannot be reached: off, or without signal"),
    30017: (600, "the carrier is congested"),
    30022: (60, "the carrier's rate limit"),
    30023: (12 * HOUR_SECONDS, "the carrier's daily limit"),
    30036: (0, "not sent before its validity ended"),
    63017: (60, "the channel's rate limit"),
    63018: (3, "the channel's rate limit"),  # of the sandbox: one message in 3 s (facts/twilio.md §2.4)
    63038: (HOUR_SECONDS, "the account's daily limit, over rolling 24 hours"),
}
_UNCLEAR = {
    20500: "Twilio's own error",
    20503: "Twilio is not available",
    30008: "the carrier does not say why",
    30410: "the carrier did not answer in time",
    63009: "the channel's own error",
    63010: "Twilio's own error",
    63012: "the channel is not available",
}
_UNEXPLAINED = {
    20422: "a parameter is not valid",
    21408: "SMS to this country is not enabled",
    21608: "a trial account may only write to verified numbers",
    21656: "the variables do not fit the template",
    63005: "the channel refused the content",
    63006: "the channel could not format the content",
    63013: "against the channel's policy",
    63015: "the recipient has not joined the sandbox",
    63021: "the channel refused the content",
}

CODES: dict[int, Code] = {
    code.number: code
    for code in (
        *(Code(number, About.PERSON, meaning, is_opt_out=True) for number, meaning in _OPTED_OUT.items()),
        *(Code(number, About.PERSON, meaning) for number, meaning in _PERSON.items()),
        *(Code(number, About.CHANNEL, meaning) for number, meaning in _CHANNEL.items()),
        *(Code(number, About.MESSAGE, meaning) for number, meaning in _MESSAGE.items()),
        *(Code(number, About.PARAMETER, meaning, which) for number, (which, meaning) in _PARAMETER.items()),
        *(Code(number, About.ACCOUNT, meaning, which) for number, (which, meaning) in _ACCOUNT.items()),
        *(Code(number, About.LATER, meaning, "", seconds) for number, (seconds, meaning) in _LATER.items()),
        *(Code(number, About.UNCLEAR, meaning) for number, meaning in _UNCLEAR.items()),
        *(Code(number, About.UNEXPLAINED, meaning) for number, meaning in _UNEXPLAINED.items()),
    )
}


def code_of(number: int) -> Code:
    """The row of a code; of an unknown one, too."""
    return CODES.get(number) or Code(number, About.UNEXPLAINED, "a code that is not in our table")
