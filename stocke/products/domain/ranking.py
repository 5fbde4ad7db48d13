"""Moving one thing in an ordered list."""

from collections.abc import Sequence


def moved(keys: Sequence[int], key: int, to_rank: int) -> list[int]:
    """The list with `key` at `to_rank` (1 is first); ranks beyond the ends mean the ends."""
    others = [other for other in keys if other != key]
    at = min(max(to_rank, 1), len(keys)) - 1
    return [*others[:at], key, *others[at:]]
