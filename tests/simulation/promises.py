"""What must hold in every story. A violation names the promise that it breaks (docs/reliability.md)."""

from enum import StrEnum


class Promise(StrEnum):
    """One promise by its name, and in a sentence."""

    sentence: str

    def __new__(cls, name: str, sentence: str) -> "Promise":
        promise = str.__new__(cls, name)
        promise._value_, promise.sentence = name, sentence
        return promise

    ONE_MESSAGE = "one-message", "A call gets at most one message on each channel that arrives or may arrive."
    ONE_MISSED_MESSAGE = (
        "one-missed-message",
        "Calls that missed one phone within `missed_wait_minutes` of each other get one message between them.",
    )
    REACHED_IS_NOT_MISSED = (
        "reached-is-not-missed",
        "Nobody is told that they could not be reached after a later call had reached them.",
    )
    NEXT_CHANNEL_AFTER_FAILURE = (
        "next-channel-after-failure",
        "A further channel begins only after the one before has failed for good, and then it does begin.",
    )
    RECORD_FOR_EVERY_CALL = (
        "record-for-every-call",
        "Every finished call ends with a message, or with a reason why not, and no two calls share a message.",
    )
    ONLY_WHOM_THE_SETTINGS_ALLOW = (
        "only-whom-the-settings-allow",
        "Nothing is sent while paused or rehearsing, to no phone, before a call's end, or to a call that is too old.",
    )
    HELD_WITH_REASON_AND_LOOK = (
        "held-with-reason-and-look",
        "A call is held after its time is up and after a look, and never when the list showed its message.",
    )
    DUE_CLAIMS_ARE_LOOKED_UP = (
        "due-claims-are-looked-up",
        "A tick without troubles looks up the claims whose time has come, however many calls wait.",
    )
    LEASE = "lease", "A lease is taken only after its end, or from a run that gave it back."
    CLAIM_BEFORE_SEND = (
        "claim-before-send",
        "Each message has a claim of its own, written before it, with these very words and this address.",
    )
    ACCOUNT_REFUSAL_FAILS_NOBODY = (
        "account-refusal-fails-nobody",
        "A refusal of the account fails no call: the calls wait until it is mended.",
    )
    THE_CONTRACTS_WORDS = (
        "the-contracts-words",
        "The text is the one due for the call's status, language, name and summary.",
    )
    TEMPLATE_OR_WINDOW = (
        "template-or-window",
        "Where there is a template, free text leaves only in a window known to be open, never after it failed.",
    )
    AGAIN_WITHIN_LIMIT = (
        "again-within-limit",
        "A message that failed for a cause that passes is tried again a few times, and no more.",
    )
    ONLY_PROBES = (
        "only-probes",
        "While a sender stands still nothing leaves from it but probes, each claimed before it.",
    )
    NOTHING_IN_QUIET_HOURS = "nothing-in-quiet-hours", "No send begins inside `quiet_hours`."
    NOTHING_AGAINST_THE_LAW = (
        "nothing-against-the-law",
        "No send begins outside the hours and days of `contact_law`, nor in the week after a talk that was one.",
    )
    COOLDOWN_HOLDS = "cooldown-holds", "Within `cooldown_hours` a person gets one message that did not fail."
    NOT_OVER_THE_LIMIT = "not-over-the-limit", "In no 24 hours are more people written to than `daily_limit`."
    A_RESEND_MAY_LEAVE = (
        "a-resend-may-leave",
        "What a person resends may leave: what the list or a rule forbids for good is refused at once.",
    )
    COUNTERS_EQUAL_HISTORY = "counters-equal-history", "The day's counters are what truly became of the finished calls."
    ONLY_IF_FORBIDS = (
        "only-if-forbids",
        "No follow-up leaves whose call did not meet `only_if`, and none is withheld that was known to meet it.",
    )
    A_WISH_HOLDS = (
        "a-wish-holds",
        "Who asked not to be written to, in a call or by a message, is not, once the function could read it.",
    )
    ANSWERS_TOLD_ONCE = (
        "answers-told-once",
        "No answer of a person is told twice, and none is lost: it is told, or says that nobody knows whether it was.",
    )
    DAY_TOLD_ONCE = (
        "day-told-once",
        "The day is told once, or says that nobody knows whether it was; its numbers are those of its calls.",
    )
    NOTHING_UNFORESEEN = "nothing-unforeseen", "No error is raised that nobody foresaw."
    REFEREE_AGREES = (
        "referee-agrees",
        "The referee, which knows none of our classes, sees nothing that the checks do not.",
    )
