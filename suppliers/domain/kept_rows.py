"""Rows in a stored file, written and read in pieces: a long file is never held in whole."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from suppliers.domain.fetching import feed_storage
from suppliers.readers import Blocks

BLOCK_ROWS = 50_000
# What a stored file may turn out to be: gone, or not what was written.
LOST = (OSError, pl.exceptions.PolarsError)


class KeptRows:
    """The rows of such a file. Raises one of LOST where there are none.

    The columns `ahead` are read at once, and handed over to whoever asks for them first.
    """

    def __init__(self, name: str, *, ahead: Sequence[str] = ()) -> None:
        self._content = local_or_bytes(name)
        self.schema = pl.read_parquet_schema(self._content)
        self.height: int = pl.scan_parquet(self._content, glob=False).select(pl.len()).collect().item()
        self._ahead = self._read(ahead)

    def iter_slices(self, n_rows: int) -> Iterator[pl.DataFrame]:
        rows = pl.scan_parquet(self._content, glob=False)
        for block in rows.collect_batches(chunk_size=n_rows, engine="streaming"):
            yield from block.iter_slices(n_rows)

    def select(self, names: Sequence[str]) -> pl.DataFrame:
        if set(names) <= set(self._ahead.columns):
            return pl.DataFrame([self._ahead.drop_in_place(name) for name in names])
        return self._read(names)

    def _read(self, names: Sequence[str]) -> pl.DataFrame:
        return pl.read_parquet(self._content, columns=list(names), glob=False) if names else pl.DataFrame()


def write_rows(rows: Blocks, path: Path) -> None:
    """Write them down without ever having them at once."""
    in_pieces(rows).sink_parquet(path, compression="lz4", statistics=False)


def in_pieces(rows: Blocks) -> pl.LazyFrame:
    if isinstance(rows, pl.DataFrame):
        return rows.lazy()

    def pieces(*_wanted: object) -> Iterator[pl.DataFrame]:
        yield from rows.iter_slices(BLOCK_ROWS)

    return register_io_source(pieces, schema=next(pieces()).schema)


def local_or_bytes(name: str) -> Path | bytes:
    """Where a stored file lies on this machine, so that it need not be copied into memory first; else its bytes."""
    storage = feed_storage()
    try:
        return Path(storage.path(name))
    except NotImplementedError:
        with storage.open(name) as stored:
            return bytes(stored.read())
