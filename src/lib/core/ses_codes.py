"""The numbers that SES's refusals get (facts/aws.md §8); what each means is in `codes`. Pure.

SES names its errors; each becomes the number under which SES's own SMTP answers the like, or one beside it.
"""

THROTTLED, DAILY_QUOTA, NO_ADDRESS, ACCESS_DENIED = 454, 452, 501, 535
NOT_VERIFIED, IN_SANDBOX, MAIL_FROM, SUSPENDED, REJECTED = 550, 551, 552, 553, 554

_BY_NAME = {
    "AccessDeniedException": ACCESS_DENIED,
    "AccountSuspendedException": SUSPENDED,
    "BadRequestException": NO_ADDRESS,
    "InvalidParameterValue": REJECTED,
    "LimitExceededException": THROTTLED,
    "MailFromDomainNotVerifiedException": MAIL_FROM,
    "MessageRejected": REJECTED,
    "NotFoundException": NOT_VERIFIED,
    "SendingPausedException": SUSPENDED,
    "Throttling": THROTTLED,
    "ThrottlingException": THROTTLED,
    "TooManyRequestsException": THROTTLED,
    "ValidationError": REJECTED,
    "ValidationException": REJECTED,
}


def code_of_refusal(name: str, text: str, sender: str) -> int | None:
    """The number for an error of SES's; None for one that says nothing about this e-mail.

    text: SES's own, which alone tells an unverified sender from an unverified recipient, and a quota from a rate. It
    names addresses: it is not passed on.
    """
    words = text.casefold()
    code = _BY_NAME.get(name)
    if code == REJECTED and "not verified" in words:
        failed = words.rpartition(":")[2]
        domain = sender.casefold().rpartition("@")[2]
        is_senders = not failed.strip() or sender.casefold() in failed or f" {domain}" in f" {failed}".replace(",", " ")
        return NOT_VERIFIED if is_senders else IN_SANDBOX
    if code in (REJECTED, NO_ADDRESS) and "paused" in words:
        return SUSPENDED
    return DAILY_QUOTA if code == THROTTLED and ("daily" in words or "quota" in words) else code
