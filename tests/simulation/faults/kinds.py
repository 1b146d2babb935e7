"""The kinds of outside calls, and what can go wrong at each of them."""

# What a kill or a failure means differs from kind to kind, so each is chosen apart.
KINDS = ("settings", "lease", "read", "claim", "outcome", "record", "eleven", "create", "list", "notice", "sleep")
WRITES = frozenset({"lease", "claim", "outcome", "record"})
STORE = WRITES | {"read"}

CREATE_FAULTS = (
    "accept_then_hang", "accept_then_hang", "accept_then_drop", "accept_then_500", "accept_then_garbage",
    "accept_then_empty_object", "500", "hang", "drop", "html_503", "429", "429_patient", "html_429", "refuse",
    "accept_as_failed", "unconnected", "63038",
)  # fmt: skip
LATE_CODES = (
    63016,
    63016,
    63018,
    30001,
    30036,
    63007,
    63041,
    63015,
    63024,
    30008,
    21999,
)  # the last one is unknown
LIST_FAULTS = ("500", "hang", "drop", "429", "html_503", "accept_then_garbage", "nonsense_missing", "nonsense_list")
NOTICE_FAULTS = ("fail_before", "fail_after")
ELEVEN_FAULTS = (
    "429", "500", "html_503", "hang", "drop", "slow", "accept_then_garbage", "nonsense_list", "nonsense_strings",
    "nonsense_missing",
)  # fmt: skip
