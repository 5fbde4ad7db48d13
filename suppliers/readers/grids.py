"""Rows of spreadsheet cells gathered into frames."""

from collections.abc import Sequence

import polars as pl

from suppliers.readers.sources import column

CHUNK = 5_000

type Cells = Sequence[str | None]


def frame_of(rows: Sequence[tuple[int, Cells]]) -> pl.DataFrame:
    """Rows with their numbers as a frame; a row may be shorter than others."""
    width = max((len(cells) for _number, cells in rows), default=0)
    columns = [
        [cells[place] if place < len(cells) else None for _number, cells in rows] for place in range(width)
    ]
    texts = {column(place): pl.Series(cells, dtype=pl.String) for place, cells in enumerate(columns)}
    numbers = pl.Series([number for number, _cells in rows], dtype=pl.UInt32)
    return pl.DataFrame({"line": numbers, **texts})


def figure(value: float) -> str | None:
    """A number as a spreadsheet shows it: 12.0 is 12. It keeps fifteen digits, so that 0.1 + 0.2 is 0.3."""
    if value != value or value in (float("inf"), float("-inf")):
        return None
    if value == int(value) and abs(value) < 1e18:
        return str(int(value))
    text = f"{value:.15g}"
    return f"{value:.20f}".rstrip("0") if "e-" in text else text
