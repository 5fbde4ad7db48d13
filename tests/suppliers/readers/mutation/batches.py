"""Which mutants are tried: all on a build server, every fifth batch of the same seeds elsewhere."""

import os

EVERY = 1 if os.environ.get("STOCKE_ALL_MUTANTS") == "1" else 5


def batches(size: int, times: int) -> range:
    """The first seed of each batch to be tried, of `times` batches of `size` mutants."""
    return range(0, size * times, size * EVERY)
