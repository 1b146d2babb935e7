"""Situations that a proof must have met: a promise that was kept where nothing could break it was not tried.

Each must occur somewhere in `make simulate`, or it fails (*sometimes*-assertions). `checks.sightings` sees them.
"""

from enum import StrEnum


class Situation(StrEnum):
    """By the words in which the output names it."""

    # the claim
    CLAIM_LOST = "a claim lost to a twin that had claimed the same call"
    CLAIM_MET_RECIPIENTS_RECORD = "a claim refused by the same call's record from before its conversation id"
    CLAIM_FENCED_OUT = "a claim refused by the newer fence in its phone's note"
    CLAIM_THROTTLED = "a claim that the table never wrote"
    CLAIM_UNTOLD = "a claim that was written, though its run was told nothing"
    CLAIM_TAKEN_BACK = "such a claim taken back"
    CLAIM_LEFT_TO_A_LOOK_UP = "such a claim that could not be taken back, and was looked up"
    CLAIM_KEPT_UNUSED = "a claim given back by a run that stalled before its send"
    CLAIM_OVER_EXPIRED = "a claim over a record that had expired"
    WEEK_TURNED_DURING_CLAIM = "a week of phone notes that turned during a claim"
    TWO_RUNS_CLAIMED_AT_ONCE = "two runs that claimed calls within five seconds"
    REDIAL_BESIDE_FIRST_ATTEMPT = "a redial claimed beside the record of its first attempt"

    # kills and stalls
    KILLED_BEFORE_CLAIM = "a run killed before its claim was written"
    KILLED_BEFORE_SEND = "a run killed between its claim and its send"
    KILLED_BEFORE_RECORD = "a run killed between Twilio's acceptance and the record"
    KILLED_AFTER_RECORD = "a run killed right after it wrote what became of a send"
    KILLED_IN_LOOK_UP = "a run killed in a look-up"
    KILLED_IN_READING = "a run killed while it read from ElevenLabs"
    KILLED_IN_LEASE = "a run killed while it took or renewed the lease"
    OUT_OF_TIME = "a run ended by Lambda's time-out"
    SENT_BY_STALLED_OWNER = "a message that left though its claim's owner was taken for gone"

    # the lease
    LEASE_HELD = "a run that did nothing since another held the lease"
    LEASE_TAKEN_OVER = "a lease taken over from a run that never gave it back"
    LEASE_LOST = "a run that found its lease in other hands"

    # what Twilio answered
    UNCLEAR_AND_MADE = "a send without a clear answer that made a message"
    UNCLEAR_AND_NOT_MADE = "a send without a clear answer that made none"
    PROXYS_429 = "a 429 that was not Twilio's own"
    NEVER_CONNECTED = "a send that never reached Twilio"
    RETRY_AFTER = "a call sent again after Twilio's 429 asked for patience"
    REFUSED = "a message refused for good"
    FAILED_AT_ONCE = "a message accepted as failed"
    ACCOUNT_MENDED = "a call sent after a refusal of the account was mended"
    GIVEN_UP = "a call given up, for it grew too old before a send was processed"

    # the look-up
    NOT_LISTED_YET = "a look-up of a message that Twilio did not list yet"
    STRANGERS_MESSAGE = "a look-up that met a message of somebody else's"
    SAME_WORDS = "a look-up that met two messages of the same words"
    STALE_INDEX = "a queue read from an index that lagged"
    FOUND_AT_FIRST_LOOK = "a message found at the first look"
    FOUND_LATER = "a message found at a later look"
    FOUND_AFTER_CONTESTED = "a message found that had been contested"
    FOUND_AFTER_UNREAD = "a message found after its list could not be read"
    FOUND_AFTER_HELD = "a message found after its call was held"
    TEMPLATE_FOUND = "a template's message found"
    SID_RESERVED = "a message that another call had reserved"
    MESSAGES_SWAPPED = "two calls of the same words that took each other's message"
    OWNER_BACK_AFTER_HELD = "an owner's own word after its call was held"
    OWNER_BACK_AFTER_LET_GO = "an owner's own word after its call was let go for a resend"

    # held, resent, decided by a person
    HELD_NOT_LISTED = "a call held, its message not listed"
    HELD_CONTESTED = "a call held, its message contested"
    HELD_UNREAD = "a call held, the list not read"
    RESENT_BY_SETTING = "a call sent again by `unclear: resend`"
    HELD_AFTER_RESEND = "a call held after it was sent again"
    RESENT_BY_PERSON = "a held call sent again by a person"
    RELEASED = "a held call released by a person"
    VERDICTS_MET = "a person's verdict that came too late, for the call had moved"
    SECOND_MESSAGE_ALLOWED = "a second message that a resend permits"

    # channels
    SMS_AFTER_WHATSAPP = "an SMS after WhatsApp had failed for good"
    EMAIL_AFTER_FAILURE = "an e-mail after another channel had failed for good"
    NEXT_AFTER_REFUSED = "a further channel after a refusal at once"
    NEXT_AFTER_SENT = "a further channel after a failure that came later"
    CHANNEL_PASSED_OVER = "a channel passed over, for it had no address"
    NO_CHANNEL_LEFT = "a call whose last channel failed"
    FALLBACK_CUT_BEFORE = "a run killed before it wrote a failure that another channel follows"
    FALLBACK_CUT_AFTER = "a run killed after it wrote such a failure"
    FALLBACK_CUT_AT_CLAIM = "a run killed around the claim of a further channel"
    EMAIL_HELD = "an unclear e-mail held"

    # the table
    READ_THROTTLED = "a read that the table refused"
    OUTCOME_THROTTLED = "an outcome that the table never wrote"
    OUTCOME_UNTOLD = "an outcome written, though its run was told nothing"
    OUTCOME_TWICE = "an outcome written twice"
    WRITTEN_TOGETHER = "several acceptances written in one transaction"
    NOT_WRITTEN_TOGETHER = "acceptances that one of them kept from being written together"
    RECORD_THROTTLED = "a record without a message that the table never wrote"
    LEASE_THROTTLED = "a lease that the table never wrote"
    RECORD_MOVED_ON = "an outcome refused, for its record had moved on"
    SETTINGS_UNREAD = "settings that could not be read"

    # the window, failures that pass, senders that stand still
    IN_OPEN_WINDOW = "free text in an open window, though there is a template"
    WINDOW_CLOSED_MEANWHILE = "a window that closed between claim and send"
    TEMPLATE_ANSWERS = "a template that answered free text which failed outside the window"
    KILLED_BEFORE_TEMPLATE = "a run killed right after it wrote that a template answers"
    AGAIN_AFTER_FAILURE = "a message sent again after one that had failed for a cause that passes"
    FAILED_TOO_OFTEN = "a message that failed once more than it is tried"
    SUSPENDED = "a sender that stood still, for Twilio refused it several times"
    SUSPENDED_LATE = "a sender that stood still, for what was accepted failed"
    SUSPENDED_IN_BURST = "a sender that stood still while messages of it were on their way"
    PUT_OFF = "a call put off until the next probe"
    PROBE_FAILED = "a probe that found nothing better"
    PROBE_LOST = "a probe lost to a twin that had taken it"
    RESUMED = "a sender that works again"

    # what people write
    WISH_BEFORE_CLAIM = "a wish to be left alone that came between a decision and its claim"
    WISH_UNWRITTEN = "such a wish that was read and could not be written"
    SKIPPED_FOR_A_WISH = "a call skipped for a wish that was written"
    WRITTEN_TO_AGAIN = "a person written to who had taken such a wish back"
    KILLED_IN_TELLING = "a run killed while it told the owner of an answer"
    TELLING_REFUSED = "an answer that SNS would not take"
    TELLING_UNCLEAR = "an answer of which nobody knows whether it was told"

    # what the call found out
    WISH_HEARD = "a person who asked in the call not to be written to"
    WISH_OF_ANOTHER_CALL = "a call skipped for a wish that was spoken in another"
    KILLED_AFTER_WISH = "a run killed between a wish and the end of its call"
    ONLY_IF_FORBADE = "a call that `only_if` forbade"
    RESULTS_AWAITED = "a follow-up whose call waited for what it had found out"
    OWN_WORDS = "a message in the shop's own words"

    # which calls
    PAUSED_UNDER_WAY = "a pause that came while calls were under way"
    REHEARSED_UNDER_WAY = "a dry run while calls were under way"
    SUMMARY_AWAITED = "a follow-up whose call waited for its summary"
    VOICEMAIL = "a voicemail answered as missed"
    NOBODY_SPOKE = "a completed call in which nobody spoke, answered as missed"
    SAME_ATTEMPT = "a conversation id that appeared after its call was recorded without one"
    UNDATED = "a call whose last update nobody can believe, written to"
    MANY_WAIT = "more calls waiting than one tick reads"
    TOO_OLD = "a waiting call skipped as too old"
    CANCELLED = "a cancelled call skipped"
    NO_PHONE = "a call skipped for want of a phone"
    UNKNOWN_STATUS = "a recipient in a status that nobody knows, written to later"
    WENT_BACK = "a finished call that went back and finished again"
    TWO_ATTEMPTS = "a recipient written to for two attempts"
    FORGOTTEN_AND_TOO_OLD = "a call whose record had expired, still listed, forbidden by its age"
    BATCH_MOVED_AGAIN = "a batch marked as finished that moved again"
    BATCH_DELETED = "a batch deleted after calls of it were recorded"
    # when not to write
    WAITED_FOR_THE_END_OF_QUIET_HOURS = "a call that waited for the end of quiet hours"
    WAITED_FOR_THE_LAW = "a call that waited for hours that the law allows"
    WAITED_FOR_A_PLACE = "a call that waited for a place under the daily limit"
    LEFT_WHEN_THE_GATE_OPENED = "a call claimed when its gate had opened"
    CLOCK_CHANGED_IN_QUIET_HOURS = "quiet hours in which the clocks changed"
    RESEND_WAITED_FOR_THE_GATE = "a resend that waited for the gate"
    COOLDOWN = "a call skipped for another message within the cooldown"
    FORBIDDEN_BY_LAW = "a call skipped by the law"
    OVER_THE_LIMIT = "a call that never got a place under the daily limit"
    MANY_PAGES = "a list of more than one page"
    NONSENSE = "an answer of ElevenLabs in a wrong shape"


RARE = frozenset(  # in fewer than one story of a hundred: only a long run is asked for them
    {
        Situation.CLAIM_MET_RECIPIENTS_RECORD,
        Situation.CLAIM_FENCED_OUT,
        Situation.FALLBACK_CUT_BEFORE,
        Situation.FALLBACK_CUT_AFTER,
        Situation.FALLBACK_CUT_AT_CLAIM,
        Situation.CLAIM_LEFT_TO_A_LOOK_UP,
        Situation.CLAIM_OVER_EXPIRED,
        Situation.WEEK_TURNED_DURING_CLAIM,
        Situation.TWO_RUNS_CLAIMED_AT_ONCE,
        Situation.OUT_OF_TIME,
        Situation.GIVEN_UP,
        Situation.FOUND_AFTER_CONTESTED,
        Situation.FOUND_AFTER_HELD,
        Situation.SID_RESERVED,
        Situation.OWNER_BACK_AFTER_HELD,
        Situation.OWNER_BACK_AFTER_LET_GO,
        Situation.HELD_CONTESTED,
        Situation.HELD_UNREAD,
        Situation.HELD_AFTER_RESEND,
        Situation.VERDICTS_MET,
        Situation.WINDOW_CLOSED_MEANWHILE,
        Situation.TEMPLATE_ANSWERS,
        Situation.SUSPENDED,
        Situation.SUSPENDED_IN_BURST,
        Situation.PUT_OFF,
        Situation.KILLED_BEFORE_TEMPLATE,
        Situation.FAILED_TOO_OFTEN,
        Situation.PROBE_LOST,
        Situation.RESEND_WAITED_FOR_THE_GATE,
        Situation.CLOCK_CHANGED_IN_QUIET_HOURS,
        Situation.NOT_WRITTEN_TOGETHER,
        Situation.KILLED_AFTER_WISH,
        Situation.WISH_BEFORE_CLAIM,
        Situation.WISH_UNWRITTEN,
        Situation.KILLED_IN_TELLING,
        Situation.RESULTS_AWAITED,
    }
)
