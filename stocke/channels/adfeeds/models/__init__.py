"""Ad feeds, what each of them says of every product, and who fetched them."""

from stocke.channels.adfeeds.models.entry import AdEntry, Pause, Reason, Word
from stocke.channels.adfeeds.models.feed import AdFeed, AdFetch, Condition, FileFormat, Target

__all__ = [
    "AdEntry",
    "AdFeed",
    "AdFetch",
    "Condition",
    "FileFormat",
    "Pause",
    "Reason",
    "Target",
    "Word",
]
