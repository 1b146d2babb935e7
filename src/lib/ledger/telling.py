"""How far the telling of something has come, in the item's `state`: an answer's, and a day's digest's (contract §2)."""

NEW, TELLING, TOLD = "new", "telling", "told"
UNCLEAR = "unclear"  # its teller is gone, or SNS gave no answer: it may have been told, and is not told again
TELLER_GONE_SECONDS = 60
