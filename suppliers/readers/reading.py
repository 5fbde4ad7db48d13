"""Reading a file: sniff, guess, normalise."""

from pathlib import Path

import polars as pl

from suppliers.readers.doubting import doubts_of
from suppliers.readers.errors import NotAFeed, refuse
from suppliers.readers.formats import opened
from suppliers.readers.limits import Limits
from suppliers.readers.normalising import Normaliser
from suppliers.readers.repeating import one_row_per_code
from suppliers.readers.sources import Malformed, Origin, Source
from suppliers.readers.understanding import (
    Table,
    decimal_signs,
    followed_map,
    guessed_map,
    habits_of,
    shape_of,
    table_of,
)
from suppliers.readers.values import ROW_SCHEMA, ColumnGuess, ColumnMap, FileFacts, Reading

DEFAULT_LIMITS = Limits()
_POLARS_PANIC = pl.exceptions.PanicException


def sniff(path: str | Path, limits: Limits = DEFAULT_LIMITS) -> FileFacts:
    """What the file is, without reading all of it. Raises NotAFeed."""
    with opened(Path(path), limits) as source:
        origin = source.origin
        return _facts(origin, table_of(origin, source.sample()), None)


def read(
    path: str | Path,
    *,
    column_map: ColumnMap | None = None,
    file_name: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Reading:
    """The whole file as rows. Without a `column_map` the columns are guessed. Raises NotAFeed.

    `file_name` is the name the sender gave; the file is recognised by its content, so it changes nothing.
    """
    try:
        with opened(Path(path), limits, sheet=column_map.sheet if column_map else "") as source:
            try:
                return _read(source, column_map, limits)
            except Malformed:
                source.mend()
                return _read(source, column_map, limits)
    except (OSError, pl.exceptions.PolarsError, _POLARS_PANIC, MemoryError, Malformed) as error:
        raise refuse("unreadable") from error


def _read(source: Source, column_map: ColumnMap | None, limits: Limits) -> Reading:
    origin = source.origin
    sample = source.sample()
    header_row = column_map.header_row if column_map else None
    table = table_of(origin, sample, header_row=header_row, fixed=column_map is not None)
    guesses: tuple[ColumnGuess, ...] = ()
    missing: tuple[str, ...] = ()
    if column_map is None:
        mapping, guesses = guessed_map(table, origin)
        followed = mapping
    else:
        mapping = column_map
        followed, missing = followed_map(column_map, table.names, table.width)
    normaliser = Normaliser(
        followed, shape_of(table, followed, origin.width), habits_of(table, followed), limits.max_cell
    )
    lines, seen = _normalised(source, normaliser)
    rows = one_row_per_code(lines, followed.repeated)
    totals = normaliser.counts.finished(lines["key"])
    return Reading(
        facts=_facts(source.origin, table, seen),
        mapping=mapping,
        guesses=guesses,
        rows=rows,
        rejects=normaliser.rejects,
        lines=lines,
        totals=totals,
        skipped=normaliser.skipped,
        doubts=(
            *source.origin.doubts,
            *doubts_of(guesses, followed, decimal_signs(table, followed), totals, lines, rows),
        ),
        rejected_lines=normaliser.rejected_lines,
        missing_columns=missing,
    )


def _normalised(source: Source, normaliser: Normaliser) -> tuple[pl.DataFrame, int]:
    parts = [pl.DataFrame(schema=ROW_SCHEMA)]
    seen = 0
    for batch in source.batches(normaliser.columns):
        seen += batch.height
        parts.append(normaliser.rows(batch))
    return pl.concat(parts), seen


def _facts(origin: Origin, table: Table, rows: int | None) -> FileFacts:
    return FileFacts(
        format=origin.format,
        encoding=origin.encoding,
        delimiter=origin.delimiter,
        quote=origin.quote,
        header_row=table.header_row,
        columns=table.names,
        sheet=origin.sheet,
        size_bytes=origin.size_bytes,
        rows=rows,
    )


__all__ = ["NotAFeed", "read", "sniff"]
