"""Why somebody whose call has ended has no message yet: the demo may end in the middle of a campaign. Pure."""

from collections.abc import Mapping

Record = Mapping[str, str]  # the attributes of a call's item that are read here: `status`, `reason`


def why_not_yet(record: Record | None, words: Mapping[str, str]) -> str:
    """In the reader's words. record: what Vigía's table says of the call, None when no look has seen it yet."""
    if record is None:
        return words["why_unseen"]
    status, reason = record.get("status", ""), record.get("reason", "")
    return words.get(f"why_{status}_{reason}", words.get(f"why_{status}", words["why_other"])).format(
        status=status, reason=reason
    )
