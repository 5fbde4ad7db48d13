"""How much of a file we are ready to read: input from outside is hostile."""

import time
from dataclasses import dataclass

from suppliers.readers.errors import refuse


@dataclass(frozen=True)
class Limits:
    """Bounds of one reading. Passing one of them ends the reading with NotAFeed, never with a full disk or memory.

    `max_cell` bounds one cell: the line that holds a longer one is rejected and the rest is read.
    `max_unpacked` bounds what a packed file (XLSX is a zip) may unfold to.
    `max_grid` bounds the cells of a spreadsheet, because a sheet with two cells may claim seventeen billion.
    """

    max_bytes: int = 2 * 1024**3 - 1
    max_rows: int = 5_000_000
    max_columns: int = 500
    max_cell: int = 32_768
    max_unpacked: int = 1024**3
    max_grid: int = 30_000_000
    seconds: float = 300.0


class Deadline:
    """Watches the time of one reading."""

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.seconds
        self._end = time.monotonic() + limits.seconds

    def check(self) -> None:
        """Raises NotAFeed("too_slow") when the time is over."""
        if time.monotonic() > self._end:
            raise refuse("too_slow", seconds=f"{self._seconds:g}")
