"""Rows put down on disk: whatever their number, they come back as they were."""

from pathlib import Path

import polars as pl

from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.sources import BATCH_ROWS, HEAD_ROWS, SAMPLE_ROWS
from suppliers.readers.spools import Spool


def spool_of(folder: Path, *frames: pl.DataFrame) -> Spool:
    return Spool(frames, Limits(), Deadline(Limits()), folder)


def frame(first: int, last: int, *names: str) -> pl.DataFrame:
    lines = pl.Series(range(first, last), dtype=pl.UInt32)
    return pl.DataFrame({"line": lines, **{name: name + lines.cast(pl.String) for name in names}})


def test_few_rows_stay_in_memory_and_many_go_to_disk(tmp_path: Path) -> None:
    few = spool_of(tmp_path, frame(1, 100, "c0"))
    assert list(tmp_path.iterdir()) == []

    many = spool_of(tmp_path, frame(1, 60_001, "c0"), frame(60_001, 130_001, "c0", "c1"))

    assert len(list(tmp_path.iterdir())) == 2
    assert (few.height, few.width, many.height, many.width) == (99, 1, 130_000, 2)


def test_the_rows_come_back_in_order_with_columns_that_began_later(tmp_path: Path) -> None:
    spool = spool_of(tmp_path, frame(1, 60_001, "c0"), frame(60_001, 130_001, "c0", "c1"))

    batches = list(spool.batches([1, 0, 2]))

    whole = pl.concat(batches)
    assert max(batch.height for batch in batches) <= BATCH_ROWS
    assert whole["line"].to_list() == list(range(1, 130_001))
    assert whole.columns == ["line", "c1", "c0", "c2"]
    assert whole.row(59_999) == (60_000, None, "c060000", None)
    assert whole.row(60_000) == (60_001, "c160001", "c060001", None)


def test_the_sample_has_the_first_rows_and_some_of_all_others(tmp_path: Path) -> None:
    sample = spool_of(tmp_path, frame(1, 130_001, "c0")).sample()

    assert sample.columns == ["line", "c0", "c1"]
    assert sample["line"].head(HEAD_ROWS).to_list() == list(range(1, HEAD_ROWS + 1))
    assert SAMPLE_ROWS <= sample.height <= 2 * SAMPLE_ROWS
